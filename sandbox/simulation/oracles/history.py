"""What was known when: versions by key, each with the moment from which on it was."""

from __future__ import annotations

from collections.abc import Hashable


class History:
    """Versions of keys, as somebody came to know of them. Only newer ones are kept."""

    def __init__(self) -> None:
        self._known: dict[Hashable, list[tuple[float, int]]] = {}

    def add(self, key: Hashable, moment: float, version: int) -> None:
        """From this moment on a version is known. Moments come in order."""
        known = self._known.setdefault(key, [])
        if not known or known[-1][1] < version:
            known.append((moment, version))

    def at(self, key: Hashable, moment: float) -> int | None:
        """The version that was known at a moment; None if none was."""
        for since, version in reversed(self._known.get(key, ())):
            if since <= moment:
                return version
        return None
