"""An external: somebody else's service, with a quota, slow days, and replies that get lost."""

from __future__ import annotations

from sandbox.simulation.behaviours.base import Place, SimNode, Visit
from sandbox.simulation.behaviours.gate import Bucket
from sandbox.simulation.draws import uniform
from sandbox.simulation.lane import Journeying
from sandbox.simulation.requests import DECLINED, END, FAILED, Refused, Request

CHARGE = "charge"
"""The need that takes somebody's money."""


class External(SimNode):
    """Takes as long as it takes, however much it gets, and refuses what is beyond its quota.

    A call can fail before anything happened, be declined for good (which is the answer), or take
    effect with its reply lost: then the caller hears nothing, and only a timeout helps. With
    `idempotency` a call that is repeated has no second effect, as long as its key is kept.
    """

    answers = True

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.quota: Bucket | None = None
        self.limit(place.size.quota)
        settings, name, seed = place.settings, place.node.id, place.seed
        self.idempotent: bool = settings["idempotency"]
        self.errors: float = settings["errors"]
        self.declines: float = settings["declines"]
        self.lost_replies: float = settings["lost-replies"]
        self._luck = uniform(seed, f"errors at {name}")
        self._card = uniform(seed, f"declines at {name}")
        self._line = uniform(seed, f"lost replies at {name}")
        self.keeps: float = settings["keeps-keys"]
        self._keys: dict[tuple[int, int], float] = {}
        """When each need (step) of each order was done, if calls carry keys."""
        self._inside = 0
        self._hanging: list[Journeying] = []
        """Those whose reply was lost: they hold what they hold, as long as nobody gives up."""

    def limit(self, rate: float | None) -> None:
        """Take no more than so many calls a second from now on (None: any number)."""
        self.quota = None if rate is None else Bucket(rate, max(1.0, rate), self.lane.now)

    def visit(self, request: Request) -> Visit:
        """Be let in, take effect, and answer, if the answer arrives."""
        arrived = self.lane.now
        self.meter.arrivals += 1
        if not self.is_up:
            raise self.unreachable()
        if self.quota is not None and not self.quota.take(arrived):
            raise self.refuse(f"{self.name} takes {self.quota.rate:g}/s, and no more")
        stream, number, epoch = request.stream, request.number, self.epoch
        self._inside += 1
        while (work := self.work.get(request.step)) is not None:
            service = work.duration(stream, number)
            yield self.lane.now + service
            if self.epoch != epoch:  # it died meanwhile
                raise Refused(FAILED, self.index, f"{self.name} died")
            if self._luck.at(stream, number) < self.errors:
                self._inside -= 1
                self.meter.failed += 1
                raise Refused(FAILED, self.index, f"{self.name} had an error")
            step, request.step = request.step, work.after
            if not (self.idempotent and self._was_done(request, step)):
                self._do(work.need, request, step)
        self._inside -= 1
        self.meter.settle(0.0, self.lane.now - arrived)
        self.meter.served += 1
        request.stayed(self.index, arrived, arrived, self.lane.now)
        if self._line.at(stream, number) < self.lost_replies:
            assert self.lane.current is not None
            self._hanging.append(self.lane.current)
            yield None  # for ever: the reply is lost on the way
        return None

    def emptied(self) -> None:
        """Nobody is inside any more."""
        self._inside = 0

    def _was_done(self, request: Request, step: int) -> bool:
        """Whether the key of a call is still known."""
        then = self._keys.get((request.order, step))
        return then is not None and self.lane.now - then <= self.keeps

    def _do(self, need: str, request: Request, step: int) -> None:
        """Take effect. A card that is declined stays so, however often it is tried."""
        if need != CHARGE:
            self.ledger.effect(request, step)
        elif self._card.at(0, request.order) < self.declines:
            request.answer = DECLINED
            request.step = END
            self.ledger.declined(request)
            return
        else:
            self.ledger.charged(request, self.lane.now)
        if self.idempotent:
            self._keys[request.order, step] = self.lane.now

    def state(self, now: float) -> tuple[int, int, float]:
        """Nobody waits here; how much it works is its own affair."""
        return 0, self._inside, 0.0
