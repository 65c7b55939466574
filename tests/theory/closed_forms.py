"""What queueing theory says, so that tests can hold the simulator against it.

Rates are per second and times in seconds; `load` is the offered load a = arrivals x service in
servers, `busy` the share rho of the servers' time. Sources, by short name:

* Erlang: A. K. Erlang, Solution of some problems in the theory of probabilities (1917).
* Pollaczek-Khinchine: F. Pollaczek (1930), A. Khinchine (1932).
* Kleinrock: Queueing Systems, volume 1 (Wiley, 1975).
* Gross: Gross, Shortle, Thompson and Harris, Fundamentals of Queueing Theory (4th ed., 2008).
* Harchol: Harchol-Balter, Performance Modeling and Design of Computer Systems (2013).
* Nelson: Nelson and Tantawi, Approximate analysis of fork/join synchronization (1988), whose
  result for two branches is exact (Flatto and Hahn, 1984).
* Che: Che, Tung and Wang, Hierarchical web caching systems (2002); why it is so good: Fricker,
  Robert and Roberts, A versatile and accurate approximation for LRU cache performance (2012).
* Gelenbe: E. Gelenbe, A unified approach to the evaluation of a class of replacement algorithms
  (1973). Fricker: the paper above, on caches that throw out by chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest


def erlang_b(servers: int, load: float) -> float:
    """Share of arrivals lost in M/G/c/c. Source: Erlang; the recursion is in Gross 3.5."""
    lost = 1.0
    for server in range(1, servers + 1):
        lost = load * lost / (server + load * lost)
    return lost


def erlang_c(servers: int, load: float) -> float:
    """Share of arrivals that wait in M/M/c. Source: Erlang; from B as in Harchol 14.4."""
    lost = erlang_b(servers, load)
    return lost / (1.0 - (load / servers) * (1.0 - lost))


def mmc_wait(arrivals: float, service: float, servers: int) -> float:
    """Mean wait in M/M/c (first come first served). Source: Gross 3.3."""
    return erlang_c(servers, arrivals * service) / (servers / service - arrivals)


def mmc_wait_percentile(arrivals: float, service: float, servers: int, share: float) -> float:
    """The wait that a `share` of arrivals stay below in M/M/c. Source: Gross 3.3."""
    waits = erlang_c(servers, arrivals * service)
    return max(0.0, math.log(waits / (1.0 - share)) / (servers / service - arrivals))


def mmc_time(arrivals: float, service: float, servers: int) -> float:
    """Mean time in system in M/M/c; also in M/G/c with shared processors (Harchol 30.2)."""
    return service + mmc_wait(arrivals, service, servers)


def mm1_time_percentile(arrivals: float, service: float, share: float) -> float:
    """The time in system that a `share` of arrivals stay below in M/M/1. Source: Gross 2.2."""
    return -math.log(1.0 - share) / (1.0 / service - arrivals)


@dataclass(frozen=True)
class Limited:
    """M/M/c/K: the share turned away, and the mean wait of those let in."""

    rejected: float
    wait: float


def mmck(arrivals: float, service: float, servers: int, room: int) -> Limited:
    """M/M/c with at most `room` in the system, as a birth-death chain. Source: Gross 3.4."""
    weights = [1.0]
    for inside in range(1, room + 1):
        weights.append(weights[-1] * arrivals * service / min(inside, servers))
    total = math.fsum(weights)
    rejected = weights[room] / total
    queue = math.fsum((n - servers) * weights[n] / total for n in range(servers, room + 1))
    return Limited(rejected, queue / (arrivals * (1.0 - rejected)))


def mg1_wait(arrivals: float, service: float, squared_variation: float) -> float:
    """Mean wait in M/G/1. Source: Pollaczek-Khinchine; Gross 5.1."""
    busy = arrivals * service
    return busy / (1.0 - busy) * (1.0 + squared_variation) / 2.0 * service


def lognormal_squared_variation(sigma: float) -> float:
    """Variance over squared mean of a lognormal whose logarithm has deviation `sigma`."""
    return math.exp(sigma * sigma) - 1.0


def sample_squared_variation(values: list[float]) -> float:
    """Variance over squared mean of a law that draws each of `values` as likely."""
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / len(values) / mean**2


def sharing_time(arrivals: float, service: float) -> float:
    """Mean time in system in M/G/1 with a shared processor, any law. Source: Harchol 30.2."""
    return service / (1.0 - arrivals * service)


def gm1_wait(transform: Callable[[float], float], service: float) -> float:
    """Mean wait in G/M/1, from the Laplace transform of the times between arrivals.

    An arrival finds the server busy with the probability s that solves s = A*(mu(1-s)).
    Source: Kleinrock 6.4.
    """
    rate = 1.0 / service
    busy = 0.0
    for _ in range(10_000):  # converges from below, by convexity
        busy = transform(rate * (1.0 - busy))
    return busy / (rate * (1.0 - busy))


def erlang_arrivals(stages: int, arrivals: float) -> Callable[[float], float]:
    """The transform of Erlang gaps: each k-th request of a Poisson stream (round robin)."""
    return lambda s: (stages * arrivals / (stages * arrivals + s)) ** stages


def even_arrivals(arrivals: float) -> Callable[[float], float]:
    """The transform of gaps that are all the same (D/M/1)."""
    return lambda s: math.exp(-s / arrivals)


def mdc_wait(arrivals: float, service: float, servers: int) -> float:
    """Mean wait in M/D/c.

    Whoever is in service now has left after one service time, so that the number in the system
    goes from n to max(n - c, 0) + Poisson(arrivals x service). Little's law gives the wait from
    its stationary law. Source: C. D. Crommelin (1932); Gross 6.2.
    """
    inside = _served_together(arrivals * service, servers)
    return math.fsum((n - servers) * p for n, p in enumerate(inside) if n > servers) / arrivals


def batches_wait(arrivals: float, service: float, batch: int) -> float:
    """Mean wait for one chamber that takes in up to `batch` and is then shut for `service`.

    Nobody waits for a batch to fill (M/D[1,b]/1). Embedded where a batch is done: from n
    waiting to max(n - b, 0) + Poisson; by renewal and reward, the mean number waiting is what
    piles up in a cycle over its length. Source: N. Bailey (1954); Kleinrock 4.6.
    """
    waiting = _served_together(arrivals * service, batch)
    over = math.fsum((n - batch) * p for n, p in enumerate(waiting) if n > batch)
    piled = service * over + arrivals * service**2 / 2.0
    return piled / (service + waiting[0] / arrivals) / arrivals


def _served_together(came: float, together: int) -> list[float]:
    """The stationary law of n -> max(n - together, 0) + Poisson(came), found by iteration."""
    most = 40 + 20 * together
    poisson = [math.exp(n * math.log(came) - came - math.lgamma(n + 1)) for n in range(most)]
    poisson = [p for n, p in enumerate(poisson) if n < came or p > 1e-14]
    law = [1.0]
    change = 1.0
    while change > 1e-10:
        left = [math.fsum(law[: together + 1]), *law[together + 1 :]]
        after = [0.0] * most
        for n, p in enumerate(left):
            for k, q in enumerate(poisson[: most - n]):
                after[n + k] += p * q
        change = math.fsum(abs(a - b) for a, b in zip_longest(after, law, fillvalue=0.0))
        law = after
    return law


def harmonic(branches: int) -> float:
    """Mean of the greatest of so many exponentials of mean 1. Source: Renyi (1953)."""
    return math.fsum(1.0 / k for k in range(1, branches + 1))


def kth_fastest(branches: int, needed: int) -> float:
    """Mean of the `needed`-th smallest of exponentials with mean 1: H_n - H_(n-k)."""
    return harmonic(branches) - harmonic(branches - needed)


def any_slower(branches: int, share: float) -> float:
    """Share of those who wait for all that meet one beyond what `share` of each stay below."""
    return 1.0 - share**branches


def slowest_percentile(branches: int, mean: float, share: float) -> float:
    """What a `share` of the greatest of so many exponentials stay below: (1 - e^-t)^n."""
    return -mean * math.log(1.0 - share ** (1.0 / branches))


def fork_join_two(arrivals: float, service: float) -> float:
    """Mean response of a fork into two M/M/1 queues and a join. Source: Nelson (exact)."""
    busy = arrivals * service
    return (12.0 - busy) / 8.0 * service / (1.0 - busy)


def two_choices_time(busy: float) -> float:
    """Mean time in system, in service times, at the shorter of two queues picked by chance.

    In the limit of many servers a queue is k long or longer with the probability
    busy^(2^k - 1). Source: Vvedenskaya, Dobrushin and Karpelevich (1996), Mitzenmacher (1996).
    """
    return math.fsum(busy ** (2**k - 2) for k in range(1, 12))


@dataclass(frozen=True)
class Overload:
    """What piles up when more comes than can be done, and how long it takes to go away."""

    backlog: float
    drain: float


def overload(arrivals: float, capacity: float, seconds: float, calm: float) -> Overload:
    """Fluid limit: the backlog after `seconds` of overload, and the time to clear it at `calm`."""
    backlog = (arrivals - capacity) * seconds
    return Overload(backlog, backlog / (capacity - calm))


def zipf(keys: int, skew: float) -> list[float]:
    """The shares of keys whose k-th is asked for in proportion to 1/k^skew."""
    weights = [k**-skew for k in range(1, keys + 1)]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def lru_hits(shares: list[float], room: int) -> float:
    """Hit ratio of an LRU cache with `room` for so many keys, asked for independently.

    An entry stays for about T requests after its last one, where T fills the room. Source: Che.
    """
    low, high = 0.0, 1.0
    while seen_keys(shares, high) < room:
        low, high = high, 2.0 * high
    for _ in range(40):
        middle = (low + high) / 2.0
        low, high = (middle, high) if seen_keys(shares, middle) < room else (low, middle)
    return cold_hits(shares, high)


def fifo_hits(shares: list[float], room: int) -> float:
    """Hit ratio of a FIFO cache with `room` for so many keys, asked for independently.

    It is that of one which throws out by chance (Gelenbe); there, an entry stays for about an
    exponential time of T requests, where T fills the room (Fricker).
    """
    low, high = 0.0, 1.0
    while _there(shares, high) < room:
        low, high = high, 2.0 * high
    for _ in range(40):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _there(shares, middle) < room else (low, middle)
    return math.fsum(share * share * high / (1.0 + share * high) for share in shares)


def _there(shares: list[float], requests: float) -> float:
    """How many keys are there on average, where each stays for so many requests on average."""
    return math.fsum(share * requests / (1.0 + share * requests) for share in shares)


def seen_keys(shares: list[float], requests: float) -> float:
    """How many different keys a Poisson stream has asked for after `requests` on average."""
    return math.fsum(-math.expm1(-share * requests) for share in shares)


def cold_hits(shares: list[float], requests: float) -> float:
    """Hit ratio at the moment when an unbounded cache has seen so many: those asked for before."""
    return math.fsum(-share * math.expm1(-share * requests) for share in shares)


def ttl_hits(arrivals: float, lives: float) -> float:
    """Hit ratio of one key that counts for `lives` seconds after it was read at the source.

    By renewal: each miss is followed by as many hits as come while the entry lives.
    """
    return arrivals * lives / (1.0 + arrivals * lives)


def ttl_stale(arrivals: float, writes: float, lives: float) -> float:
    """Share of reads that give what is old, of one key that counts for `lives` and is never told.

    A hit is as likely at any age up to that, and a Poisson write came within it with 1 - e^-wa.
    """
    old = 1.0 - -math.expm1(-writes * lives) / (writes * lives)
    return ttl_hits(arrivals, lives) * old


def stale_share(writes: float, lag: float) -> float:
    """Share of reads at a copy that is `lag` behind: a Poisson write came within that time."""
    return -math.expm1(-writes * lag)


def stale_of_one(writes: float, spreads: float, copies: int) -> float:
    """Share of reads at one of several copies that are older than what was acknowledged by one.

    Writes come as a Poisson process and are at each copy after an exponential time with mean
    `spreads`, each by itself. What is known is the youngest write that is anywhere. If its age is
    s, no younger one is anywhere, which has the probability exp(-w(s - m/n(1 - exp(-ns/m)))), and
    it is somewhere but not here: exp(-s/m) - exp(-ns/m). The integral is by the midpoint rule; it
    is the t-visibility of Bailis and others, 2012, for reads without delay.
    """
    steps, mean, number = 20_000, spreads, copies
    width = 60.0 * mean / steps

    def density(age: float) -> float:
        younger = age + mean / number * math.expm1(-number * age / mean)
        missing = math.exp(-age / mean) - math.exp(-number * age / mean)
        return writes * math.exp(-writes * younger) * missing

    return width * math.fsum(density((step + 0.5) * width) for step in range(steps))


def attempts(fails: float, retries: int) -> float:
    """Mean attempts a request, each of which `fails` by itself: 1 + p + ... + p^retries."""
    return math.fsum(fails**tried for tried in range(retries + 1))
