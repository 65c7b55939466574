"""A level: what is asked for, under which traffic, how well, and for how much."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, GetJsonSchemaHandler, Tag, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from sandbox.documents.base import FORMAT, Document, Id, Text
from sandbox.documents.design import Design, Link, Node
from sandbox.documents.laws import Law
from sandbox.documents.units import Duration, Price, Rate, Share


class Need(Document):
    """One thing an operation requires; `time` overrides what the doing kind takes for it."""

    need: Id
    time: Law | None = None

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe both ways of writing it: the name alone, or a mapping."""
        full = handler.resolve_ref_schema(handler(core_schema))
        return {"anyOf": [full["properties"]["need"], full]}

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        return {"need": value} if isinstance(value, str) else value


Branch = Annotated[tuple[Need, ...], Field(min_length=1)]


class Parallel(Document):
    """Branches that start together; what follows waits for the last of them (fork and join)."""

    parallel: tuple[Branch, ...] = Field(min_length=2)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe both ways of writing a branch: a list of needs, or one need."""
        full = handler.resolve_ref_schema(handler(core_schema))
        branches = full["properties"]["parallel"]
        branches["items"] = {"anyOf": [branches["items"]["items"], branches["items"]]}
        return full

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        branches = value.get("parallel") if isinstance(value, dict) else None
        if isinstance(branches, (list, tuple)):
            several = (tuple(b) if isinstance(b, (list, tuple)) else (b,) for b in branches)
            return {**value, "parallel": tuple(several)}
        return value


def _step_tag(value: Any) -> str:
    forks = "parallel" in value if isinstance(value, dict) else isinstance(value, Parallel)
    return "<parallel>" if forks else "<need>"


Step = Annotated[
    Annotated[Need, Tag("<need>")] | Annotated[Parallel, Tag("<parallel>")],
    Discriminator(_step_tag),
]
"""Tags are in angle brackets, so that the place of an error can be told from them."""


class Items(Document):
    """What the operation is about: `count` keys, the k-th drawn with weight 1/k^skew (Zipf)."""

    count: int = Field(ge=1, le=10_000_000)
    skew: float = Field(default=1.0, ge=0, le=5)


class Operation(Document):
    """What a client asks for. Done later than `deadline` it is late."""

    title: Text
    endpoint: str = ""
    needs: tuple[Step, ...] = Field(min_length=1)
    deadline: Duration | None = None
    items: Items | None = None

    def needs_any(self, names: tuple[str, ...]) -> bool:
        """Whether it has one of these needs, in whatever branch."""
        branches = [n.parallel if isinstance(n, Parallel) else ((n,),) for n in self.needs]
        return any(need.need in names for each in branches for b in each for need in b)


class Phase(Document):
    """From `at` on the rate is `rate`, reached in a straight line over `ramp`."""

    at: Duration
    rate: Rate
    ramp: Duration = 0.0


class Counts(Document):
    """Traffic from a CSV of `time,requests`, scaled so that its busiest row comes at `peak`."""

    file: str
    peak: Rate
    span: Duration | None = None
    """How long the whole file is made to last; by default the level's length."""


class Stream(Document):
    """The requests of one clients node: how many, of which operations, and how patient."""

    source: Id = Field(alias="from")
    arrivals: Literal["poisson", "deterministic"] = "poisson"
    rate: Rate | None = None
    phases: tuple[Phase, ...] = ()
    counts: Counts | None = None
    mix: dict[Id, float] = Field(min_length=1)
    """Operations and their weights."""
    patience: Law | None = None
    """How long a client waits before leaving; none given means for ever."""

    @model_validator(mode="after")
    def _one_source_of_traffic(self) -> Stream:
        given = [self.rate is not None, bool(self.phases), self.counts is not None]
        if sum(given) != 1:
            raise ValueError("traffic has exactly one of `rate`, `phases` and `counts`")
        times = [phase.at for phase in self.phases]
        if self.phases and (times[0] != 0 or times != sorted(set(times))):
            raise ValueError("phases start at `0 s` and follow each other in time")
        if any(not weight >= 0 for weight in self.mix.values()) or not sum(self.mix.values()) > 0:
            raise ValueError("the weights of a mix are not negative and not all zero")
        return self


class Clock(Document):
    """How long the run lasts and how its time is written."""

    length: Duration = Field(gt=0)
    """How long clients arrive."""
    unit: Literal["s", "min"] = "s"
    """The unit in which a player reads waiting times."""
    starts: str | None = Field(default=None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """The time of day at the start (`19:00`); by default the clock counts from 00:00."""
    frame: Duration | None = Field(default=None, gt=0)
    """How much time one measured frame covers; by default at least 1 s, at most 1000 frames."""
    drain: Duration | None = None
    """How long the run goes on after the last arrival; by default to the last deadline, or,
    where no operation has one, until everything is done."""
    measure_from: Duration = 0.0
    """Requests that arrive earlier are simulated but not measured (to let a queue settle)."""


class Window(Document):
    """The part of the run an SLO is about: from one moment to another, by time of arrival."""

    start: Duration = Field(default=0.0, alias="from")
    end: Duration | None = Field(default=None, alias="to")


class _SloBase(Document):
    id: Id
    says: Text
    operation: Id | None = None
    """None means all operations together."""
    window: Window | None = None


class WithinSlo(_SloBase):
    """At least this share of what was asked for is done within a time."""

    metric: Literal["within"]
    within: Duration = Field(gt=0)
    at_least: Share


class GoodSlo(_SloBase):
    """At least this share is done within its deadline (done at all, where it has none)."""

    metric: Literal["good"]
    at_least: Share


class LostSlo(_SloBase):
    """At most this share is rejected, failed or abandoned."""

    metric: Literal["lost"]
    at_most: Share


class LatencySlo(_SloBase):
    """A percentile of latency over everything offered; what was lost took for ever."""

    metric: Literal["latency"]
    percentile: float = Field(gt=0, lt=100)
    at_most: Duration


def _metric_tag(value: Any) -> str | None:
    metric = value.get("metric") if isinstance(value, dict) else getattr(value, "metric", None)
    return f"<{metric}>" if metric is not None else None


Slo = Annotated[
    Annotated[WithinSlo, Tag("<within>")]
    | Annotated[GoodSlo, Tag("<good>")]
    | Annotated[LostSlo, Tag("<lost>")]
    | Annotated[LatencySlo, Tag("<latency>")],
    Discriminator(_metric_tag),
]


class Change(Document):
    """What is different about one node."""

    count: int | None = Field(default=None, ge=1)
    size: str | None = None
    settings: dict[Id, Any] = {}


class Variation(Document):
    """A design described by its difference from another.

    `set` changes nodes; `without` takes nodes out and closes the wires around the gap;
    `delete` takes nodes out and leaves the gap; `nodes` and `links` replace all of them.
    """

    says: Text
    set: dict[Id, Change] = {}
    without: tuple[Id, ...] = ()
    delete: tuple[Id, ...] = ()
    nodes: tuple[Node, ...] | None = None
    links: tuple[Link, ...] | None = None


class Ablation(Variation):
    """A winner with its taught part taken out or its policy set to neutral."""

    loses: Id
    """The SLO it must lose."""


class Loser(Variation):
    """A design that must lose: the naive one, and every cheat found so far."""

    loses: Id


class Winner(Variation):
    """A design that must win, with the author's cost for this kind of solution."""

    par: Price
    ablation: Ablation


class Bigger(Document):
    """Every combination of these counts (and sizes) within the budget must lose."""

    says: Text
    counts: dict[Id, tuple[int, int]]


class Proofs(Document):
    """What `sandbox prove` must show of this level."""

    naive: Loser
    winners: dict[Id, Winner] = Field(min_length=2)
    bigger: Bigger | None = None
    losers: dict[Id, Loser] = {}


class Start(Document):
    """The starting board, without the fixed nodes."""

    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()


class Level(Document):
    """One level, as one file in `levels/`."""

    format: Literal[1] = FORMAT
    id: Id
    title: Text
    chapter: Text = "Elsewhere"
    order: int = 0
    brief: Text
    opening: str = ""
    """Two sentences for the very first screen."""
    exit: str = ""
    """What a finished request is called on the board: `eaten`."""
    names: tuple[Text, ...] = ()
    """Names of clients, for telling the story of one of them."""
    planning: Duration = Field(default=600.0, gt=0)
    """How long a player may plan when this level is played against the clock."""
    clock: Clock
    operations: dict[Id, Operation] = Field(min_length=1)
    traffic: tuple[Stream, ...] = Field(min_length=1)
    slos: tuple[Slo, ...] = ()
    budget: Price | None = None
    volume: dict[Id, int] = {}
    """How often each operation is asked for in one period: what usage prices are counted on."""
    care: Price | None = None
    """What each distinct kind of component costs to look after."""
    kinds: dict[Id, dict[str, Any]] = {}
    """Local kinds, or changes to kinds of the catalogue (merged into them)."""
    palette: tuple[Id, ...] | None = None
    """Kinds the player may add; none given means every kind that the budget can pay."""
    nodes: tuple[Node, ...] = Field(min_length=1)
    """Fixed nodes: always on the board, neither moved out nor deleted."""
    start: Start = Start()
    hints: tuple[Text, ...] = ()
    debrief: tuple[Text, ...] = ()
    cards: tuple[int, ...] = ()
    proofs: Proofs | None = None

    def starting_design(self) -> Design:
        """The board this level opens on."""
        return Design(level=self.id, nodes=self.start.nodes, links=self.start.links)
