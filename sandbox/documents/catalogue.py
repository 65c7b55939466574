"""The catalogue: which kinds of component there are, what they can do, cost and fail at.

The texts and numbers live in `assets/catalogue/`, a file for each behaviour with the kinds made
from it; a level may add local kinds or change some of these for itself.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import Field

from sandbox.documents.base import FORMAT, Document, Id, Text
from sandbox.documents.laws import Law
from sandbox.documents.units import Duration, Memory, Money, Price, Rate, Share

BehaviourName: TypeAlias = Id
"""Of a file in `assets/catalogue/` and a class in `simulation/behaviours/`: a test holds that each
has the other."""

SettingType = Literal["choice", "count", "limit", "number", "rate", "share", "duration", "flag"]

MIDDLE = 5
"""The rank of a kind that says none."""

FORWARD = "forward"
"""What the processors of a proxy do for each request."""

INWARD = ("apply", "route", "put", "tell", "connect", "hop", "look-up", FORWARD)
"""What kinds do for themselves: no operation asks for it."""

UNBOUNDED = "unbounded"
"""How a `limit` that is not there is written in a document; in the program it is None."""


class Setting(Document):
    """One thing a player can decide about a node, with its bounds and one line of help.

    Types: `choice` (one of `choices`), `count` (whole number), `limit` (whole number or
    `unbounded`), `number`, `rate`, `share` (percent), `duration`, `flag` (true or false).
    `default`, `least` and `most` are written as in a design.
    """

    type: SettingType
    help: Text
    label: str = Field(default="", max_length=30)
    """What it is called on the screen; by default its name."""
    default: Any = None
    least: Any = None
    most: Any = None
    choices: tuple[str, ...] = ()
    step: Any = None
    """What one press of + or - changes, written as in a design."""
    price: Money | None = None
    """Dollars for each operation of the level's volume, times the setting's share; of a `count`,
    dollars a period for each."""

    @property
    def is_fixed(self) -> bool:
        """Whether the kind leaves nothing to decide: one choice, or no room between bounds."""
        if self.type == "choice":
            return len(self.choices) == 1
        return self.type in ("flag", "count", "number", "rate", "share", "duration") and (
            self.least is not None and self.least == self.most
        )


class Gauge(Document):
    """What nodes of a behaviour show besides: a hit ratio, a lag, an age, a count."""

    label: Text
    """What the curve is called."""
    unit: Literal["share", "seconds", "age", "count"]
    """Shares are 0 to 1; an age is in seconds, and of interest in whole ones."""
    says: str = Field(pattern=r"^[^{}]*\{\}[^{}]*$")
    """The value in words, in place of `{}`: `lag {}`."""
    least: float = 0.0
    """The value from which it is worth a word."""
    waits: bool = False
    """Whether it counts some who wait, for another reason than that servers are busy."""


class Behaviour(Document):
    """How a kind behaves: its settings and its own way to fail."""

    order: int
    """Where it stands in lists: the lowest first."""
    title: Text
    summary: Text
    fails: Text
    takes: Literal["calls", "hand-offs", "either", "nothing"]
    """What a link into it means: a call waits for the reply, a hand-off does not come back."""
    asks: Literal["nobody", "one", "several"] = "one"
    """How many others it may be wired to for the same need."""
    defers: bool = False
    """Whether it takes in only what may be done later, and answers at once."""
    fans_out: bool = False
    """Whether whoever has parallel needs leaves it to this to send the branches off."""
    passes_on: bool = False
    """Whether it only chooses, or holds back, who goes next: a fork is sent on as it came."""
    instances: bool = False
    """Whether its `count` makes separate instances with separate queues."""
    one_by_one: bool = False
    """Whether each need has a meaning of its own there, besides the time it takes."""
    keeps_data: bool = False
    """Whether it has data that would have to be moved."""
    suffers: tuple[Id, ...] = ()
    """The incidents that can happen to it."""
    bounds: tuple[Literal["vcpu", "slots", "keys", "quota"], ...] = ()
    """What of a size bounds it; what has none of these is bounded by its count."""
    slots_are: str = "slots"
    """What the slots of a size are called."""
    sends: Literal["calls", "hand-offs", "either", "nothing"] = "nothing"
    """What it sends on by itself: what a link out of it may mean."""
    works: bool = False
    """Whether it has servers that can be busy."""
    aside: bool = False
    """Whether who is wired to it looks there first, beside whoever else can do the same."""
    fed: Literal["never", "also", "only"] = "never"
    """Whether it gets what a store writes: beside being asked, or as the only thing."""
    load: Text = "busy"
    """What its load is a share of, after the number: `busy`, `of its quota`."""
    gauge: Gauge | None = None
    """What its `gauge` is; None where it has none, or one that is told in a way of its own."""
    told_by: Id | None = None
    """The setting that says most about a node; None: its size, or how many it is."""
    settings: dict[Id, Setting] = {}

    @property
    def feeds(self) -> bool:
        """Whether it sends what is written to whatever keeps a copy of it."""
        return self.keeps_data and self.sends == "calls"

    @property
    def runs_code(self) -> bool:
        """Whether it does what it can, and calls others for the rest."""
        return (self.takes, self.sends) == ("calls", "calls") and not (self.defers or self.feeds)

    @property
    def is_foreign(self) -> bool:
        """Whether it is somebody else's: what it does inside is its own affair."""
        return "quota" in self.bounds

    @property
    def spreads(self) -> bool:
        """Whether it chooses among several for each request."""
        return self.passes_on and self.asks == "several"

    @property
    def admits(self) -> bool:
        """Whether it stands in front of one other, and may let nobody through."""
        return self.passes_on and self.asks == "one" and self.takes == "either"

    @property
    def is_line(self) -> bool:
        """Whether it is a place where work waits for others to fetch it."""
        return self.passes_on and self.takes == "hand-offs"

    @property
    def puts_aside(self) -> bool:
        """Whether it only keeps what others have given up."""
        return (self.takes, self.asks) == ("hand-offs", "nobody")

    @property
    def waits_for_others(self) -> bool:
        """Whether it waits for replies of whoever it is wired to, and gives up or asks again."""
        asks = self.sends in ("calls", "either") or self.aside
        return asks and not (self.defers or self.feeds)


class Ability(Document):
    """That a kind can do a need, and how long that takes where the operation does not say."""

    time: Law
    rank: int = MIDDLE
    """Who is asked first, where a node is wired to several who can: the lowest."""
    per_million: Money = 0.0
    """Dollars for a million of them, of the volume that the level declares for its period."""
    limit: Rate | None = Field(default=None, gt=0)
    """How many of them a second one partition of a table takes; none given means any number."""


class Warming(Document):
    """A fresh instance takes so many `times` as long for everything, `for` some time."""

    lasts: Duration = Field(alias="for", gt=0)
    times: float = Field(gt=1, le=1000)


class Size(Document):
    """One size of a kind. Capacity is never stated: it follows from these and the needs."""

    price: Price
    vcpu: int = Field(default=1, ge=1, le=1024)
    """Processors that work at once (for a compute or a store)."""
    slots: int | None = Field(default=None, ge=1)
    """Threads or connections: requests inside at once; none given means without bound."""
    keys: int | None = Field(default=None, ge=1)
    """How many entries a cache has room for; none given means without bound."""
    quota: Rate | None = Field(default=None, gt=0)
    """How much an external takes from one customer; none given means without bound."""
    memory: Memory | None = Field(default=None, gt=0)
    """What it has for requests; none given means without bound."""
    note: str = ""


class Kind(Document):
    """One kind of component."""

    behaviour: BehaviourName
    title: Text
    summary: Text = "A local kind of this level."
    glyph: tuple[str, str] = ("□", "#")
    """One character for Unicode terminals and one for ASCII."""
    noun: str = "server"
    """What one of `count` is called: `2 cooks`, `4 slots`."""
    does: dict[Id, Ability] = {}
    boot: Law | None = None
    """How long a fresh instance takes until it is there (a function: its cold start)."""
    warming: Warming | None = None
    """How much slower a fresh instance is at first; none given means that it is not."""
    per_gb_second: Money = 0.0
    """Dollars for each gigabyte of its memory and second in which a request is inside."""
    request_memory: Memory | None = Field(default=None, gt=0)
    """What each request takes that is worked on; more than there is ends the process."""
    distance: Law | None = None
    """Of clients: how long a request and its answer travel between them and the system."""
    near: Share | None = Field(default=None, ge=0, le=1)
    """Of what stands near its clients: which part of their distance lies before it."""
    covers: tuple[Id, ...] = ()
    """The needs that something made ahead (setting `ahead`) no longer has."""
    sizes: dict[str, Size] = Field(min_length=1)
    settings: dict[Id, Setting] = {}
    """Overrides of the behaviour's settings: other defaults, tighter bounds, a price."""
    count_most: int = Field(default=100, ge=1)
    fails: Text = "Everything waits in front of it."
    source: Text = "judgement"
    cards: tuple[int, ...] = ()

    @property
    def is_paid_by_use(self) -> bool:
        """Whether it costs what it is used for, besides what it costs to have it."""
        return bool(self.per_gb_second or any(each.per_million for each in self.does.values()))

    @property
    def first_size(self) -> str:
        """The size a node gets when its design names none."""
        return next(iter(self.sizes))


class Catalogue(Document):
    """All kinds and behaviours, as in the files of `assets/catalogue/`, each of which has some."""

    format: Literal[1] = FORMAT
    behaviours: dict[BehaviourName, Behaviour]
    kinds: dict[Id, Kind] = {}

    def behaves(self, kind: str) -> Behaviour:
        """The behaviour of a kind."""
        return self.behaviours[self.kinds[kind].behaviour]
