"""Queueing networks as level and design documents, run over many seeds, held against theory.

Everything goes the way a player's documents go: YAML text, the library, the engine, the report.
The tolerance comes from the data. The mean over independent seeds has a standard error that the
seeds themselves tell; theory must lie within four of them, and they must be small enough that a
wrong simulator could not hide behind them.
"""

from __future__ import annotations

import math
import statistics
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import load_design_text, load_level_text
from sandbox.judgement.judge import judge
from sandbox.judgement.report import Report
from sandbox.simulation.run import Run, simulate

ERRORS_ALLOWED = 4.0

_LEVEL = """
id: theory
title: A network with a known answer
brief: Nothing to win here.
clock: {{length: {length} s, measure_from: {settle} s, frame: {frame} s}}
operations: {{work: {{title: work, needs: {needs}}}}}
traffic:
  - {{from: clients, arrivals: {arrivals}, mix: {{work: 1}}, {traffic}}}
kinds:
{kinds}
palette: [{palette}]
nodes:
  - {{id: clients, kind: users}}
"""

_DESIGN = """
level: theory
nodes:
{nodes}
links:
{links}
"""


@dataclass(frozen=True)
class Server:
    """A queue in one of four flavours, which are behaviours: the theory does not care which.

    `room` is the most in the system, those in service included; `time` is a law as written.
    """

    time: str
    servers: int = 1
    room: int | None = None
    flavour: str = "station"
    need: str = "serve"
    sharing: bool = False
    instances: int = 1
    batch: int | None = None
    linger: str | None = None

    def kind(self) -> str:
        """The body of a local kind, as YAML."""
        size = "price: $1/month"
        if self.flavour in ("compute", "store"):
            size += f", vcpu: {self.servers}"
            size += f", slots: {self.room}" if self.room is not None else ""
        return (
            f"{{behaviour: {self.flavour}, count_most: 1000, sizes: {{one: {{{size}}}}}, "
            f"does: {{{self.need}: {{time: {self.time}}}}}}}"
        )

    def node(self) -> str:
        """What a node of it says besides its id and kind, as YAML."""
        settings = {}
        if self.sharing:
            settings["discipline"] = "sharing"
        if self.batch is not None:
            settings["batch"] = str(self.batch)
        if self.linger is not None:
            settings["linger"] = self.linger
        one_line = self.flavour in ("station", "batch-station")
        if self.room is not None:
            settings["queue"] = str(self.room - self.servers if one_line else 0)
        count = self.servers if one_line else self.instances
        said = ", ".join(f"{name}: {value}" for name, value in settings.items())
        return f"count: {count}, settings: {{{said}}}"


@dataclass(frozen=True)
class Network:
    """A level and a design for it."""

    level: Level
    design: Design
    text: str

    def run(self, seed: int) -> Run:
        """Simulate it."""
        return simulate(self.level, self.design, seed)

    def seeds(self, number: int) -> list[int]:
        """Seeds that belong to this network, so that no two cases share their luck."""
        first = zlib.crc32(self.text.encode())
        return [first + index for index in range(number)]

    def reports(self, seeds: int) -> list[Report]:
        """The reports of so many independent runs."""
        return [self.report(seed) for seed in self.seeds(seeds)]

    def report(self, seed: int) -> Report:
        """The report of one run."""
        return self.judge(self.run(seed))

    def judge(self, run: Run) -> Report:
        """The report of a run of this network."""
        return judge(self.level, self.design, run)


def network(
    servers: dict[str, Server],
    *links: str,
    length: float,
    rate: float = 0.0,
    traffic: str = "",
    arrivals: str = "poisson",
    needs: str = "[serve]",
    settle: float = 200.0,
    routers: dict[str, str] | None = None,
    frame: float | None = None,
) -> Network:
    """A network of servers by name; routers have a policy.

    A link is written `clients > a`, or `clients > a > 20 ms` where the way takes time.
    """
    kinds = {f"kind-{name}": server.kind() for name, server in servers.items()}
    nodes = [f"id: {name}, kind: kind-{name}, {each.node()}" for name, each in servers.items()]
    for name, policy in (routers or {}).items():
        nodes.append(f"id: {name}, kind: balancer, settings: {{policy: {policy}}}")
    level_text = _LEVEL.format(
        length=length,
        settle=settle,
        frame=frame or length / 10,
        needs=needs,
        arrivals=arrivals,
        traffic=traffic or f"rate: {rate!r}/s",
        kinds="\n".join(f"  {name}: {body}" for name, body in kinds.items()),
        palette=", ".join([*kinds, "balancer"]),
    )
    design_text = _DESIGN.format(
        nodes="\n".join(f"  - {{{node}}}" for node in nodes),
        links="\n".join(f"  - {{{_link(*link.split(' > '))}}}" for link in links),
    )
    level = load_level_text(level_text)
    return Network(level, load_design_text(design_text, level), level_text + design_text)


def _link(source: str, target: str, latency: str = "0 s") -> str:
    return f"from: {source}, to: {target}, latency: {latency}"


def queue(
    server: Server,
    rate: float,
    length: float,
    arrivals: str = "poisson",
    settle: float = 200.0,
) -> Network:
    """One queue by itself, called `a`."""
    return network(
        {"a": server},
        "clients > a",
        rate=rate,
        length=length,
        arrivals=arrivals,
        settle=settle,
    )


def wait(report: Report, node: str = "a") -> float:
    """The mean wait in line at a node."""
    return number(report.nodes[node].wait.mean)


def wait99(report: Report, node: str = "a") -> float:
    """The wait at a node that 99% stay below."""
    return number(report.nodes[node].wait.p99)


def time(report: Report) -> float:
    """The mean time from asking to answer."""
    return number(report.operations["work"].latency.mean)


def time99(report: Report) -> float:
    """The time from asking to answer that 99% stay below."""
    return number(report.operations["work"].latency.p99)


def rejected(report: Report) -> float:
    """The share of requests turned away."""
    work = report.operations["work"]
    return work.rejected / work.arrivals


def number(value: float | None) -> float:
    """A number that must be there."""
    assert value is not None
    return value


@dataclass(frozen=True)
class Measured:
    """The mean over independent seeds, and its standard error."""

    mean: float
    error: float

    @classmethod
    def over(cls, values: Iterable[float]) -> Measured:
        """Take the values of the seeds together."""
        seen = list(values)
        assert len(seen) >= 10, "too few seeds to know their spread"
        return cls(statistics.fmean(seen), statistics.stdev(seen) / math.sqrt(len(seen)))

    def assert_agrees(self, theory: float, power: float = 0.03) -> None:
        """Fail if theory is too far away, or if this says too little (`power`: error/theory)."""
        off = (self.mean - theory) / self.error
        print(f"measured {self.mean:.4f} ± {self.error:.4f}, theory {theory:.4f} ({off:+.1f})")
        relative = self.error / abs(theory)
        assert relative <= power, f"the standard error is {relative:.1%}: longer runs are needed"
        assert abs(self.mean - theory) <= ERRORS_ALLOWED * self.error, (
            f"{self.mean:.4f} is {off:+.1f} standard errors ({self.error:.4f}) away from theory's "
            f"{theory:.4f}"
        )


def assert_agree(
    reports: list[Report], pick: Callable[[Report], float], theory: float, power: float = 0.03
) -> None:
    """Hold one number of many reports against theory."""
    Measured.over(pick(report) for report in reports).assert_agrees(theory, power)
