"""Service levels: what must hold, as numbers, and over which part of the run."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from sandbox.documents.base import Document, Id, Text
from sandbox.documents.units import Duration, Share


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


class SettledSlo(_SloBase):
    """At least this share is wholly done within a time, what was left for later included.

    What a queue has taken in is done when somebody has worked on it, and not when the client is
    answered; what was given up is never done.
    """

    metric: Literal["settled"]
    within: Duration = Field(gt=0)
    at_least: Share


class SeenSlo(_SloBase):
    """At least this share of those who watch has seen a change within a time, over all changes.

    From the moment at which its client was told that it is made. The changes of the last moments
    of a run, about which nobody could know, are left out.
    """

    metric: Literal["seen"]
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


class CountSlo(_SloBase):
    """At most so many of something that must not happen, as the ledger counts it."""

    metric: Literal["count"]
    of: Id
    """One of `documents/counters.py`, as is that of a share."""
    at_most: int = Field(ge=0)


class ShareSlo(_SloBase):
    """A share that the ledger counts, as of reads that were stale."""

    metric: Literal["share"]
    of: Id
    at_least: Share | None = None
    at_most: Share | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> ShareSlo:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a share has either `at_least` or `at_most`")
        return self


class ScopeSlo(_SloBase):
    """Everything that was asked for is there, and nothing that was not."""

    metric: Literal["scope"]
    at_most: Literal[0] = 0


def _metric_tag(value: Any) -> str | None:
    metric = value.get("metric") if isinstance(value, dict) else getattr(value, "metric", None)
    return f"<{metric}>" if metric is not None else None


Slo = Annotated[
    Annotated[WithinSlo, Tag("<within>")]
    | Annotated[SettledSlo, Tag("<settled>")]
    | Annotated[SeenSlo, Tag("<seen>")]
    | Annotated[GoodSlo, Tag("<good>")]
    | Annotated[LostSlo, Tag("<lost>")]
    | Annotated[LatencySlo, Tag("<latency>")]
    | Annotated[CountSlo, Tag("<count>")]
    | Annotated[ShareSlo, Tag("<share>")]
    | Annotated[ScopeSlo, Tag("<scope>")],
    Discriminator(_metric_tag),
]
