"""Incidents: what happens to a system in the course of a run, whatever the player has built."""

from __future__ import annotations

from pydantic import Field, model_validator

from sandbox.documents.base import Document, Id, Text
from sandbox.documents.units import Duration, Rate, Share


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


class Deploy(Struck):
    """A new version of a kind is rolled out, each node of it in the way that it is set to.

    `errors` is the share of requests that the new build fails; `leaks` the share of those after
    which it never gives their slot back; `incompatible` the share of those that come with what an
    earlier answer gave them, and fail at another version than gave it.
    """

    errors: Share = 0.0
    leaks: Share = 0.0
    incompatible: Share = 0.0


OF_JOBS = ("read", "write", "record", "join", "search", "scan", "get-blob", "put-blob")
"""What a job may do: what is done to data as such, and not for somebody who asked for it."""


class Bulk(Struck):
    """Somebody runs a job on every node of a kind: so many of one of its needs a second.

    It goes through the rows `of` some items, one after the other, or through rows of its own.
    """

    need: Id
    rate: Rate = Field(gt=0, le=100_000)
    of: Id | None = None


class Launches(Struck):
    """No instance of a kind can be started: what stands, stands, and what is booting comes."""


class Quota(Struck):
    """Whoever stands behind a kind takes no more than so much from now on."""

    rate: Rate = Field(gt=0)


class Errors(Struck):
    """Whoever stands behind a kind fails so many calls before anything has happened."""

    share: Share = Field(gt=0)


class Replies(Struck):
    """So many replies of a kind are lost on the way, after what was asked for has been done."""

    share: Share = Field(default=1.0, gt=0)


class Poison(Struck):
    """So many messages, the next that come to a kind, are such that nobody can work on them.

    Each try holds a worker for `takes`, and fails.
    """

    messages: int = Field(default=1, ge=1, le=100_000)
    takes: Duration = 0.0


class Spike(Document):
    """So many more requests come from a clients node, evenly spread `over` some time."""

    source: Id = Field(alias="from")
    requests: int = Field(ge=1, le=100_000)
    operation: Id
    over: Duration = 1.0


class ZoneLoss(Document):
    """All that stands in a zone dies at once."""

    zone: Id


class Partition(Document):
    """Nothing arrives between a zone and some others, in both directions or in `one-way`.

    One way means: what the zone sends does not arrive there, while it hears them as before.
    """

    zone: Id
    others: tuple[Id, ...] = Field(alias="from", min_length=1)
    one_way: bool = Field(default=False, alias="one-way")

    @model_validator(mode="after")
    def _from_others(self) -> Partition:
        if self.zone in self.others:
            raise ValueError("a zone is not cut off from itself")
        return self


class Delete(Struck):
    """Somebody drops the data of a kind: it is gone at once, here and in all copies.

    Who has a backup needs the time in which so many megabytes are read back.
    """

    megabytes: int = Field(ge=1, le=100_000_000)


class Flush(Struck):
    """All that the caches of a kind have in memory is gone, and they work on."""


class Hot(Document):
    """So many of an operation's requests are about one item: the `item`-th by popularity."""

    operation: Id
    share: Share = Field(gt=0, le=1)
    item: int = Field(default=1, ge=1)


class Bots(Document):
    """Programs come, and are such a share of all who come from a clients node.

    They do what the people do, or an `operation`; how it goes for them is no service level.
    """

    source: Id = Field(alias="from")
    share: Share = Field(gt=0, lt=1)
    operation: Id | None = None


class Incident(Document):
    """One thing that happens `at` a moment, and lasts `for` some time (by default to the end)."""

    id: Id
    says: Text
    at: Duration
    lasts: Duration | None = Field(default=None, alias="for", gt=0)
    kill: Kill | None = None
    slow: Slow | None = None
    deploy: Deploy | None = None
    launches: Launches | None = None
    bulk: Bulk | None = None
    quota: Quota | None = None
    errors: Errors | None = None
    replies: Replies | None = None
    poison: Poison | None = None
    spike: Spike | None = None
    zone: ZoneLoss | None = None
    partition: Partition | None = None
    delete: Delete | None = None
    flush: Flush | None = None
    hot: Hot | None = None
    bots: Bots | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Incident:
        if len(self._given()) != 1:
            known = [f"`{name}`" for name in INCIDENTS]
            words = f"{', '.join(known[:-1])} and {known[-1]}"
            raise ValueError(f"an incident is exactly one of {words}")
        if self.deploy is not None and self.lasts is not None:
            raise ValueError("how long a deploy takes is not said here: it depends on the servers")
        if self.delete is not None and self.lasts is not None:
            raise ValueError("how long data is gone is not said here: it depends on the backup")
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
