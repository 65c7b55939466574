"""What was seen by whom it was forbidden to.

* checked = requests that were answered after a look at their permission
* access leaks = those of them that were let in by an older permission than the one that had been
  withdrawn, as its withdrawer knew (and its grace was over), when they set out
"""

from __future__ import annotations

from sandbox.simulation.effects.keys import PERMISSIONS
from sandbox.simulation.oracles.history import History
from sandbox.simulation.oracles.oracle import Kept, Oracle, took_effect
from sandbox.simulation.requests import Request


class Access(Oracle):
    """Knows since when which permission is withdrawn."""

    def __init__(self, grace: dict[int, float]) -> None:
        self._grace = grace
        """By operation that changes permissions: how long the old one may still count, in s."""
        self._changed = History()
        self.checked = 0
        self.leaks = 0

    def is_changed_by(self, request: Request) -> bool:
        """Whether a request has withdrawn a permission by now, or given it back."""
        changes = request.operation in self._grace and request.notes is not None
        return changes and PERMISSIONS + request.item in (request.notes or ())

    def answered(self, request: Request, now: float) -> None:
        """Remember a change; hold who was let in against what had been withdrawn by then."""
        key = PERMISSIONS + request.item
        if request.notes is None or key not in request.notes:
            return
        version = request.notes[key]
        if request.operation in self._grace:
            self._changed.add(key, now + self._grace[request.operation], version)
            return
        self.checked += 1
        if took_effect(request):
            known = self._changed.at(key, request.start)
            self.leaks += known is not None and known % 2 == 1 and version < known

    def counted(self, kept: Kept) -> dict[str, int]:
        """What was counted all along."""
        return {"checked": self.checked, "access-leaks": self.leaks}
