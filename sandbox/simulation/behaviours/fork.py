"""Fork and join: branches that start together; the last of them lets the request go on."""

from __future__ import annotations

from sandbox.simulation.behaviours.base import SimLink, Visit, Visited, travel
from sandbox.simulation.lane import Journeying, Lane
from sandbox.simulation.requests import DECLINED, END, FAILED, SOLD_OUT, Refused, Request


class Fork(Visited):
    """Sends a part of the request along each branch and waits for all parts.

    `branches` holds each branch's first step and link, `onward` the way on from where each
    branch ends; the last branch to finish hands on.
    """

    def __init__(
        self,
        lane: Lane,
        branches: list[tuple[int, SimLink]],
        after: int,
        onward: list[SimLink | None],
    ) -> None:
        self.lane = lane
        self.branches = branches
        self.after = after
        self.onward = onward

    def visit(self, request: Request) -> Visit:
        """Fork, wait for the last branch, and go on."""
        join = _Join(len(self.branches))
        for index, (step, link) in enumerate(self.branches):
            part = request.branch(step)
            self.lane.start(self._branch(part, link, join, index))
            join.parts.append(part)
        if join.missing:
            join.waiting = self.lane.current
            yield None
        for part in join.parts:
            request.join(part)
        if join.refusal is not None:
            refusal, join.refusal = join.refusal, None
            try:
                raise refusal
            finally:  # what is raised knows this frame: no circle must be left behind
                del refusal
        if request.answer in (SOLD_OUT, DECLINED):  # then nothing of the rest is wanted
            request.step = END
            return None
        request.step = self.after
        return self.onward[join.last]

    def _branch(self, part: Request, link: SimLink, join: _Join, index: int) -> Journeying:
        try:
            yield from travel(self.lane, link, part)
            if part.step != END:
                raise Refused(FAILED, -1, "nobody could go on with it")
        except Refused as refusal:
            join.refusal = join.refusal or refusal.with_traceback(None)
        join.missing -= 1
        join.last = index
        if not join.missing and join.waiting is not None:
            self.lane.wake(join.waiting)


class _Join:
    """Where the branches of one request meet again."""

    def __init__(self, branches: int) -> None:
        self.missing = branches
        self.last = 0
        self.parts: list[Request] = []
        self.refusal: Refused | None = None
        self.waiting: Journeying | None = None
