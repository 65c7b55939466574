"""Incidents: what happens to a system in the course of a run, whatever the player has built."""

from __future__ import annotations

from pydantic import Field, model_validator

from sandbox.documents.base import Document, Id, Text
from sandbox.documents.units import Duration, Rate


class Kill(Document):
    """One running instance of a kind dies, and loses all that was inside it."""

    kind: Id


class Quota(Document):
    """Whoever stands behind a kind takes no more than so much from now on."""

    kind: Id
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
    quota: Quota | None = None
    spike: Spike | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Incident:
        if sum(each is not None for each in (self.kill, self.quota, self.spike)) != 1:
            raise ValueError("an incident is exactly one of `kill`, `quota` and `spike`")
        return self
