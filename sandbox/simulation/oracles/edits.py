"""What became of edits.

* edits = those that their authors were told are saved
* lost edits = those of them that are not in the newest version. A version says what the one says
  that its author had seen, and his own edit
"""

from __future__ import annotations

from collections import defaultdict

from sandbox.simulation.oracles.oracle import Kept, Oracle, took_effect
from sandbox.simulation.requests import Request
from sandbox.simulation.users import NOBODY, Users


class Edits(Oracle):
    """Knows what each author has on his screen, and what each version was made on top of."""

    def __init__(self, users: Users, editing: frozenset[int]) -> None:
        self._users = users
        self._editing = editing
        """The operations that edit."""
        self._screens: dict[tuple[int, int], int] = {}
        """The version that each author has seen of each item."""
        self._below: dict[tuple[int, int], int] = {}
        """By item and version: the version that it was made on top of."""
        self._saved: dict[int, list[int]] = defaultdict(list)
        """By item: the versions of the edits that are saved, as their authors know."""

    def seen_by(self, request: Request, there: int) -> int:
        """The version on top of which a request edits.

        It is the one that the request itself has read, or else the one that its author has on the
        screen. Who has none there has just opened it, and sees what is `there`.
        """
        if request.seen >= 0:
            return request.seen
        return self._screens.get((self._users.of(request), request.item), there)

    def sees(self, request: Request, version: int) -> None:
        """The author of a request has a version on the screen now."""
        user = self._users.of(request)
        if user != NOBODY:
            self._screens[user, request.item] = version

    def made(self, request: Request, below: int) -> None:
        """A version was made on top of another; its author has it on the screen already."""
        self._below[request.item, request.wrote] = below
        self.sees(request, request.wrote)

    def answered(self, request: Request, now: float) -> None:
        """An edit is saved; or somebody has read, and sees it."""
        if request.operation in self._editing:
            if request.wrote >= 0 and took_effect(request):
                self._saved[request.item].append(request.wrote)
        elif request.seen >= 0:
            self.sees(request, request.seen)

    def counted(self, kept: Kept) -> dict[str, int]:
        """Read every item as it is now, down to its first version."""
        edits = lost = 0
        for item, saved in self._saved.items():
            version, says = kept.newest(item), set()
            while version:
                says.add(version)
                below = self._below.get((item, version))
                version = kept.before(item, version) if below is None else below
            edits += len(saved)
            lost += sum(each not in says for each in saved)
        return {"edits": edits, "lost-edits": lost}
