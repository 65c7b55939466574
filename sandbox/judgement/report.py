"""The report of a run: the same object behind the verdict screen and `simulate --json`.

Its JSON Schema is exported by `sandbox export --schema report`. Times are seconds since the
start of the run; a percentile that was never reached (because too much was lost) is null.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

REPORT_FORMAT = 2


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Latency(_Model):
    """Latency in seconds. The mean is over what was completed, percentiles over everything."""

    mean: float | None
    p50: float | None
    p90: float | None
    p95: float | None
    p99: float | None


class OperationResult(_Model):
    """What became of one operation: arrivals = good + late + ... + in_flight."""

    arrivals: int
    good: int
    late: int
    rejected: int
    failed: int
    abandoned: int
    in_flight: int
    latency: Latency


class Wait(_Model):
    """Waiting in line, in seconds, over everything that was begun."""

    mean: float | None
    p99: float | None


class Service(_Model):
    """Being worked on, in seconds, over everything that was begun."""

    mean: float | None


class NodeResult(_Model):
    """What one node did over the whole run; several instances are taken together."""

    kind: str
    count: int
    arrivals: int
    served: int
    rejected: int
    wait: Wait
    service: Service
    utilisation: float
    """Busy share of all its servers while clients arrived, 0 to 1."""
    queue_max: int
    wasted: int
    """How many it made ahead of the orders that nobody took."""
    charged: int
    """Requests lost or late because of this node."""
    failed: int = 0
    """Visits that ended because somebody further on refused, or because it died."""
    hit_ratio: float | None = None
    """Of a cache: the share of looks that found their key."""
    age: float | None = None
    """Of a cache: how old what it gave was on average, in seconds since it was filled."""


class SloResult(_Model):
    """One service level: what was wanted and what was measured."""

    id: str
    says: str
    metric: Literal[
        "within", "settled", "seen", "good", "lost", "latency", "count", "share", "scope"
    ]
    unit: Literal["share", "s", "count"]
    target: float
    measured: float | None
    """None: a percentile of infinity, because too much was lost."""
    margin: float | None
    """How far on the right side, as a share of the target; negative when broken."""
    passed: bool
    broke_at: float | None
    """The moment from which it could no longer hold."""
    near: str
    """How near it was, in words: `9 late, 8 allowed; held until 20:14`."""


class CostPart(_Model):
    """One part of the cost, in dollars for the level's period."""

    label: str
    amount: float
    node: str | None = None


class Event(_Model):
    """Something that happened, in words, with its time. Never a fix."""

    time: float
    says: str
    node: str | None = None


class Stars(_Model):
    """The three stars. `robust` is None as long as the held-out seeds have not been run."""

    held: bool
    robust: bool | None
    par: bool
    count: int


class FirstLoss(_Model):
    """The first request that was lost: who, how long, why."""

    name: str
    operation: str
    start: float
    end: float
    outcome: str
    node: str
    why: str
    says: str


class Report(_Model):
    """Everything that one run means."""

    format: int = REPORT_FORMAT
    level: str
    seed: int
    passed: bool
    cost: float
    budget: float | None
    period: str | None
    cost_parts: list[CostPart]
    within_budget: bool
    stars: Stars
    slos: list[SloResult]
    operations: dict[str, OperationResult]
    nodes: dict[str, NodeResult]
    ledger: dict[str, int]
    """What the system promised and did, counted from outside; see `simulation/ledger.py`."""
    settled: Latency | None
    """Seconds from asking until it was paid, over all that were; None where nothing is sold."""
    scope: list[str]
    """Features that are missing, and such as nobody asked for."""
    happened: list[Event]
    first_loss: FirstLoss | None
    queue_now_at: str | None
    """The node that most lost or late requests are charged to; None when all went well."""
    duration: float
    """Simulated seconds until the run was over."""
    conserved: bool
