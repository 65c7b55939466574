"""Traffic: how many requests come, of what, when, and how patient they are."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sandbox.documents.base import Document, Id
from sandbox.documents.laws import Law
from sandbox.documents.operations import Items
from sandbox.documents.units import Duration, Rate


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


class Retry(Document):
    """What clients do when they get an error: ask again, so often, `after` a while.

    The wait doubles each time and is drawn evenly from half to one and a half of that.
    """

    times: int = Field(ge=1, le=10)
    after: Duration = Field(gt=0)


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
    retry: Retry | None = None
    """None: a client who gets an error takes it for the answer."""
    bots: bool = False
    """Whether these are programs: they load the system, and no service level is about them."""
    users: Items | None = None
    """Who asks: so many users, the k-th of them with weight 1/k^skew. Operations about items that
    are called the same are about the user himself. None: nobody knows who it is."""

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
