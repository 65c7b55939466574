"""The same path in SimPy's plain style: one process a request, a `Resource` for all that is held.

Nothing is measured here; `path_measured.py` measures all that the engine does.
"""

from __future__ import annotations

import random
from array import array
from bisect import bisect_right
from collections.abc import Callable, Generator
from typing import Any

import simpy

from benchmarks.networks import Case
from benchmarks.path import Asked, Crowd, Path, numbers

Process = Generator[Any, Any, None]


class Server:
    """An app server. It dies for good; who was inside goes on with what it does elsewhere."""

    def __init__(self, env: simpy.Environment, path: Path) -> None:
        self.slots = simpy.Resource(env, path.slots)
        self.processors = simpy.Resource(env, path.servers[0].servers)


class Balancer:
    """Round robin over the servers that answer checks; one is killed.

    A check is answered by whoever is up: no line here comes near the second that it may take.
    """

    def __init__(self, env: simpy.Environment, path: Path) -> None:
        self.env = env
        self.servers = [Server(env, path) for _ in path.servers]
        self.usable = self.servers
        self.dead: set[Server] = set()
        self.turn = -1
        self.told: Callable[[Server], None] = lambda _: None
        """Told who died, or is left out from now on."""
        env.process(self.kill(self.servers[path.victim], path.kill_at))
        env.process(self.check(path.balancer.check_every, path.balancer.threshold))

    def choose(self) -> Server:
        """Whoever is next."""
        self.turn = (self.turn + 1) % len(self.usable)
        return self.usable[self.turn]

    def kill(self, victim: Server, at: float) -> Process:
        """Let a server die at a moment."""
        yield self.env.timeout(at)
        self.dead.add(victim)
        self.told(victim)

    def check(self, every: float, threshold: int) -> Process:
        """Ask every server whether it is there, and leave out who has missed too many."""
        missed = dict.fromkeys(self.servers, 0)
        while True:
            yield self.env.timeout(every)
            for server in self.servers:
                missed[server] += server in self.dead
                if missed[server] >= threshold and server in self.usable:
                    self.usable = [each for each in self.usable if each is not server]
                    self.told(server)


class Kept(dict[int, None]):
    """The keys in the cache; the least recently used goes first."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def has(self, key: int) -> bool:
        """Whether a key is there; then it is the last to go."""
        if key not in self:
            return False
        del self[key]
        self[key] = None
        return True

    def keep(self, key: int) -> None:
        """Remember a key."""
        self.pop(key, None)
        if len(self) >= self.room:
            del self[next(iter(self))]
        self[key] = None


class Network:
    """Everything that is held on the path."""

    def __init__(self, path: Path) -> None:
        env = self.env = simpy.Environment()
        self.end = path.end
        self.balancer = Balancer(env, path)
        self.dead = self.balancer.dead
        self.core = simpy.Resource(env, path.cache.servers)
        self.operation = path.cache.operation
        self.connections = simpy.Resource(env, path.connections)
        self.database = simpy.Resource(env, path.store.servers)
        self.rows: dict[int, simpy.Resource] = {}
        self.kept = Kept(path.cache.room or 0)

    def row(self, key: int) -> simpy.Resource:
        """What one change at a time holds."""
        if key not in self.rows:
            self.rows[key] = simpy.Resource(self.env)
        return self.rows[key]

    def work(self, resource: simpy.Resource, seconds: float) -> Process:
        """Wait for a processor and use it."""
        with resource.request() as turn:
            yield turn
            yield self.env.timeout(seconds)


class Textbook(Network):
    """As in SimPy's own examples, with draws from one generator, and nothing kept.

    It is here to show that `Plain` is no straw man.
    """

    def __init__(self, case: Case) -> None:
        path = numbers(case)
        super().__init__(path)
        self.draw = random.Random(1)
        self.rates = path.rates
        for crowd in path.crowds:
            self.env.process(self.arrive(crowd))
        self.env.run(self.end)

    def arrive(self, crowd: Crowd) -> Process:
        """Let the requests come."""
        for moment in crowd.arrivals:
            yield self.env.timeout(moment - self.env.now)
            self.env.process(self.ask(crowd))

    def ask(self, crowd: Crowd) -> Process:
        """One request."""
        asked = crowd.asked[bisect_right(crowd.mix, self.draw.random())]
        key = bisect_right(asked.items, self.draw.random())
        yield self.env.timeout(self.draw.lognormvariate(*crowd.way))
        server = self.balancer.choose()
        if server in self.dead:
            return
        with server.slots.request() as slot:
            yield slot
            if server in self.dead:
                return
            yield from self.work(server.processors, self.draw.expovariate(self.rates["compute"]))
            if server not in self.dead:
                yield from self.write(key) if asked.writes else self.read(key)

    def read(self, key: int) -> Process:
        """Look into the cache, or else into the database."""
        yield from self.work(self.core, self.operation)
        if not self.kept.has(key):
            with self.connections.request() as connection:
                yield connection
                yield from self.work(self.database, self.draw.expovariate(self.rates["read"]))
            self.kept.keep(key)
            self.env.process(self.work(self.core, self.operation))

    def write(self, key: int) -> Process:
        """Change a row, and forget what the cache has of it."""
        with self.connections.request() as connection:
            yield connection
            with self.row(key).request() as row:
                yield row
                yield from self.work(self.database, self.draw.expovariate(self.rates["write"]))
        yield from self.work(self.core, self.operation)
        self.kept.pop(key, None)


class Plain(Network):
    """With the engine's draws. What is kept is there to show that it does the same."""

    def __init__(self, case: Case) -> None:
        path = numbers(case)
        super().__init__(path)
        self.latencies = array("d")
        """Of those who were answered, in order of answers. Seconds."""
        self.hits = 0
        self.misses = 0
        for crowd in path.crowds:
            self.env.process(self.arrive(crowd))
        self.env.run(self.end)

    def arrive(self, crowd: Crowd) -> Process:
        """Let the requests come."""
        for number, moment in enumerate(crowd.arrivals):
            yield self.env.timeout(moment - self.env.now)
            self.env.process(self.ask(crowd, number, moment))

    def ask(self, crowd: Crowd, number: int, began: float) -> Process:
        """One request."""
        stream = crowd.stream
        asked = crowd.asked[bisect_right(crowd.mix, crowd.which(stream, number))]
        yield self.env.timeout(crowd.distance(stream, number))
        server = self.balancer.choose()
        if server in self.dead:
            return
        with server.slots.request() as slot:
            yield slot
            if server in self.dead:
                return
            with server.processors.request() as turn:
                yield turn
                yield self.env.timeout(asked.compute(stream, number))
            if server in self.dead:
                return
            do = self.write if asked.writes else self.read
            yield from do(asked, stream, number)
        if server not in self.dead:
            self.latencies.append(self.env.now - began)

    def read(self, asked: Asked, stream: int, number: int) -> Process:
        """Look into the cache, or else into the database."""
        key = bisect_right(asked.items, asked.item(stream, number))
        with self.core.request() as turn:
            yield turn
            yield self.env.timeout(self.operation)
        if self.kept.has(key):
            self.hits += 1
            return
        self.misses += 1
        with self.connections.request() as connection:
            yield connection
            with self.database.request() as turn:
                yield turn
                yield self.env.timeout(asked.data(stream, number))
        self.kept.keep(key)
        self.env.process(self.work(self.core, self.operation))

    def write(self, asked: Asked, stream: int, number: int) -> Process:
        """Change a row, and forget what the cache has of it."""
        key = bisect_right(asked.items, asked.item(stream, number))
        with self.connections.request() as connection:
            yield connection
            with self.row(key).request() as row:
                yield row
                with self.database.request() as turn:
                    yield turn
                    yield self.env.timeout(asked.data(stream, number))
        with self.core.request() as turn:
            yield turn
            yield self.env.timeout(self.operation)
        self.kept.pop(key, None)
