"""A request, and how it can end."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from sandbox.simulation.trace import Visit

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.store import Store
    from sandbox.simulation.transactions import Transaction

END: Final = -1
"""The step of a request for which nothing is left to do."""

GOOD, LATE, REJECTED, FAILED, ABANDONED = "good", "late", "rejected", "failed", "abandoned"
IN_FLIGHT: Final = "in-flight"
"""What stands in place of an outcome where there is none yet."""

LOST = frozenset({REJECTED, FAILED, ABANDONED})

PENDING, SOLD_OUT, DECLINED, DENIED = "pending", "sold out", "declined", "denied"
"""What a client may be told in place of having got it: an answer, and no loss."""

CAME_TO_NOTHING = frozenset({SOLD_OUT, DECLINED, DENIED})
"""Answers after which nothing has changed."""

_STREAM_BITS = 16
_STREAM = (1 << _STREAM_BITS) - 1


def attempts(by: str) -> int:
    """What each further attempt that somebody makes adds to a request's stream.

    Its draws are then its own, however many others try again on the way, and nobody else's.
    """
    return (zlib.crc32(by.encode()) or 1) << _STREAM_BITS


class Request:
    """One request on its way.

    `stream` and `number` name it (its draws belong to them), `operation` is an index into the
    level's operations, `step` the need it is at, `item` the key it is about. `worst` is its
    longest wait so far in seconds and `worst_at` the node that made it wait.

    Of data: `known` is the version of its key that had been acknowledged when it set out, `seen`
    the one that it read, `wrote` the one that it wrote (-1: none); `answer` what the client is
    told in place of success; `held` its transaction, `taken` the store in which it took a unit.
    `notes` are what it has found besides the value of its key (see `effects/keys.py`): None as
    long as that is nothing. `deferred` is what is done after the client has been answered.
    """

    __slots__ = (
        "answer", "deferred", "held", "item", "known", "notes", "number", "operation", "seen",
        "start", "step", "stream", "taken", "visits", "worst", "worst_at", "wrote",
    )  # fmt: skip

    def __init__(
        self, stream: int, number: int, operation: int, step: int, start: float, item: int
    ) -> None:
        self.stream = stream
        self.number = number
        self.operation = operation
        self.step = step
        self.start = start
        self.item: int = item
        self.worst = -1.0
        self.worst_at = -1
        self.visits: list[Visit] | None = None
        self.known = 0
        self.seen = -1
        self.wrote = -1
        self.answer: str | None = None
        self.held: Transaction | None = None
        self.taken: Store | None = None
        self.notes: dict[int, int] | None = None
        self.deferred = False

    def note(self, key: int, value: int) -> None:
        """Remember what it has found under a key."""
        if self.notes is None:
            self.notes = {}
        self.notes[key] = value

    @property
    def origin(self) -> int:
        """The stream it came in, whichever attempt this is."""
        return self.stream & _STREAM

    @property
    def order(self) -> int:
        """What names the request itself, whichever attempt this is."""
        return (self.stream & _STREAM) << 40 | self.number

    def branch(self, step: int) -> Request:
        """A part of this request that goes its own way for a while (a fork, or a call)."""
        part = Request.__new__(Request)  # nothing is set twice: there is one for every call
        part.stream = self.stream
        part.number = self.number
        part.operation = self.operation
        part.step = step
        part.start = self.start
        part.item = self.item
        part.worst = -1.0
        part.worst_at = -1
        part.visits = self.visits
        part.known = self.known
        part.seen = self.seen
        part.wrote = self.wrote
        part.answer = None
        part.held = self.held
        part.taken = self.taken
        part.notes = None if self.notes is None else {**self.notes}
        part.deferred = self.deferred
        return part

    def again(self, step: int, attempts: int) -> Request:
        """One more attempt at what this request asks for, with draws of its own.

        `attempts` is what `attempts()` gives, times the number of attempts there were.
        """
        part = self.branch(step)
        part.stream = self.stream + attempts
        return part

    def absorb(self, part: Request) -> None:
        """Go on where a part has come back from its way."""
        self.step = part.step
        self.start = part.start
        self.seen = part.seen
        self.wrote = part.wrote
        self.answer = part.answer
        self.held = part.held
        self.taken = part.taken
        self.notes = part.notes
        if part.worst > self.worst:
            self.worst, self.worst_at = part.worst, part.worst_at

    def join(self, part: Request) -> None:
        """Take in what a part brings that went its way beside others."""
        if part.worst > self.worst:
            self.worst, self.worst_at = part.worst, part.worst_at
        self.seen = max(self.seen, part.seen)
        self.wrote = max(self.wrote, part.wrote)
        self.answer = self.answer or part.answer
        self.held = self.held or part.held
        self.taken = self.taken or part.taken
        if part.notes is not None:
            self.notes = {**(self.notes or {}), **part.notes}

    def stayed(
        self, node: int, arrived: float, began: float, ended: float, blame: int = -1
    ) -> None:
        """Note a stay at a node (index), for the blame and for the sample of journeys.

        `blame` is the node that made it wait, where that is another one.
        """
        wait = began - arrived
        if wait > self.worst:
            self.worst = wait
            self.worst_at = node if blame < 0 else blame
        if self.visits is not None:
            self.visits.append(Visit(node, arrived, began, ended))


class Refused(Exception):  # noqa: N818 - it is an outcome, not an error
    """A request was turned away (`rejected`) or could not be served (`failed`)."""

    def __init__(self, outcome: str, node: int, why: str) -> None:
        super().__init__(why)
        self.outcome = outcome
        self.node = node
        self.why = why

    def again(self) -> Refused:
        """The same for somebody else, who has waited for the same thing."""
        return type(self)(self.outcome, self.node, self.why)
