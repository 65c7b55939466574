"""Incidents: what happens to a system in the course of a run, whatever the player has built."""

from __future__ import annotations

from pydantic import Field, model_validator

from sandbox.documents.base import Document, Id, Text
from sandbox.documents.units import Duration, Rate


class Struck(Document):
    """What happens to a kind. Which behaviours it can happen to, the catalogue says (`suffers`)."""

    kind: Id


class Kill(Struck):
    """One running instance of a kind dies, and loses all that was inside it."""


class Slow(Struck):
    """One running instance of a kind, or `all`, takes so many `times` as long for everything.

    A grey failure: it is there, and answers health checks as long as its line is short enough.
    """

    times: float = Field(gt=1, le=1000)
    all: bool = False


class Quota(Struck):
    """Whoever stands behind a kind takes no more than so much from now on."""

    rate: Rate = Field(gt=0)


class Spike(Document):
    """So many more requests come from a clients node, evenly spread `over` some time."""

    source: Id = Field(alias="from")
    requests: int = Field(ge=1, le=100_000)
    operation: Id
    over: Duration = 1.0


class Incident(Document):
    """One thing that happens `at` a moment, and lasts `for` some time (by default to the end)."""

    id: Id
    says: Text
    at: Duration
    lasts: Duration | None = Field(default=None, alias="for", gt=0)
    kill: Kill | None = None
    slow: Slow | None = None
    quota: Quota | None = None
    spike: Spike | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Incident:
        if len(self._given()) != 1:
            known = [f"`{name}`" for name in INCIDENTS]
            words = f"{', '.join(known[:-1])} and {known[-1]}"
            raise ValueError(f"an incident is exactly one of {words}")
        return self

    def _given(self) -> list[str]:
        return [name for name in INCIDENTS if getattr(self, name) is not None]

    @property
    def name(self) -> str:
        """Which of the things that can happen it is: `kill`."""
        return self._given()[0]

    @property
    def what(self) -> Document:
        """What happens, in full."""
        given: Document = getattr(self, self.name)
        return given


INCIDENTS = tuple(
    name for name in Incident.model_fields if name not in ("id", "says", "at", "lasts")
)
"""The names of all things that can happen."""
