"""A request, and how it can end."""

from __future__ import annotations

from typing import Final

from sandbox.simulation.trace import Visit

END: Final = -1
"""The step of a request for which nothing is left to do."""

GOOD, LATE, REJECTED, FAILED, ABANDONED = "good", "late", "rejected", "failed", "abandoned"
IN_FLIGHT: Final = "in-flight"
"""What stands in place of an outcome where there is none yet."""

LOST = frozenset({REJECTED, FAILED, ABANDONED})


class Request:
    """One request on its way.

    `stream` and `number` name it for good (its draws belong to them), `operation` is an index
    into the level's operations, `step` the need it is at, `item` the key it is about. `worst`
    is its longest wait so far in seconds and `worst_at` the node that made it wait.
    """

    __slots__ = (
        "item", "number", "operation", "start", "step", "stream", "visits", "worst", "worst_at",
    )  # fmt: skip

    def __init__(
        self, stream: int, number: int, operation: int, step: int, start: float, item: int
    ) -> None:
        self.stream = stream
        self.number = number
        self.operation = operation
        self.step = step
        self.start = start
        self.item = item
        self.worst = -1.0
        self.worst_at = -1
        self.visits: list[Visit] | None = None

    def branch(self, step: int) -> Request:
        """A part of this request that goes its own way for a while (fork)."""
        part = Request(self.stream, self.number, self.operation, step, self.start, self.item)
        part.visits = self.visits
        return part

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
