"""A level: what is asked for, under which traffic, how well, and for how much."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sandbox.documents.base import FORMAT, Document, Id, Text
from sandbox.documents.design import Design, Link, Node
from sandbox.documents.incidents import Incident
from sandbox.documents.operations import Operation, Step
from sandbox.documents.proofs import Proofs
from sandbox.documents.slos import Slo
from sandbox.documents.traffic import Stream
from sandbox.documents.units import Duration, Money, Price, Share
from sandbox.documents.watching import Watch
from sandbox.documents.zones import Distances, Zone


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


class Feature(Document):
    """Something that may be built or left out; the level says whether anybody asked for it."""

    title: Text
    says: Text
    asked: bool = False
    """Whether the business asked for it: then it must be there, and otherwise it must not."""
    chosen: bool = False
    """Whether the starting board has it."""
    adds: dict[Id, Annotated[float, Field(ge=0)]] = {}
    """Operations it is asked through, and how many requests for each one that comes anyway."""
    needs: dict[Id, tuple[Step, ...]] = {}
    """What it adds to the needs of operations."""


class Charges(Document):
    """What it costs on a second night to change what stands."""

    replace: Money = 0.0
    """For each part taken out, or put in place of another."""
    migrate: Money = 0.0
    """For each store of data that is taken out or replaced, besides."""


class Night(Document):
    """What is different on the second night: the same board has to bear it."""

    title: Text
    grown_from: Id
    """The winner whose board this night opens on, where the player has none of his own."""
    charges: Charges = Charges()
    change: dict[str, Any]
    """Laid over the level: mappings are merged, all else is replaced, null takes out."""


class Start(Document):
    """The starting board, without the fixed nodes."""

    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()
    ways: dict[Id, Id] = {}
    scope: tuple[Id, ...] | None = None
    """None: the features that are `chosen`."""


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
    incidents: tuple[Incident, ...] = ()
    watch: Watch | None = None
    """Who wants to see every change, where somebody does."""
    stock: int | None = Field(default=None, ge=1)
    """Units of the one thing that is for sale, where something is."""
    zones: dict[Id, Zone] = {}
    """Where things can stand, where that makes a difference; the first one is the usual one."""
    distances: Distances = Field(default_factory=Distances)
    """How far zones are from each other."""
    scope: dict[Id, Feature] = {}
    """What can be built or left out."""
    slos: tuple[Slo, ...] = ()
    budget: Price | None = None
    volume: dict[Id, int] = {}
    """How often each operation is asked for in one period: what usage prices are counted on."""
    duty: Share = 0.2
    """The share of a period in which instances run that are started only when they are needed."""
    care: Price | None = None
    """What each distinct kind of component costs to look after."""
    kinds: dict[Id, dict[str, Any]] = {}
    """Local kinds, or changes to kinds of the catalogue (merged into them)."""
    palette: tuple[Id, ...] | None = None
    """Kinds the player may add; none given means every kind that the budget can pay."""
    nodes: tuple[Node, ...] = Field(min_length=1)
    """Fixed nodes: always on the board, neither moved out nor deleted."""
    start: Start = Start()
    guide: tuple[Text, ...] = ()
    """What stands on the starting board and what it does, where there is much of it."""
    hints: tuple[Text, ...] = ()
    debrief: tuple[Text, ...] = ()
    cards: tuple[int, ...] = ()
    proofs: Proofs | None = None
    night: Night | None = None
    charges: Charges | None = None
    """What changing the board costs; only a second night has them."""

    def starting_design(self) -> Design:
        """The board this level opens on."""
        start = self.start
        return Design(
            level=self.id,
            nodes=start.nodes,
            links=start.links,
            ways=start.ways,
            scope=start.scope,
        )
