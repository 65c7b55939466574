"""What has struck, or was noticed, up to a moment of a recording, by the row it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sandbox.simulation.trace import STRUCK, Frame, Happening, Trace, What
from sandbox.tui.columns import node_of


class Struck:
    """Happenings of a trace that may still grow."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._read = 0
        self._found: list[tuple[int, str, Happening]] = []
        """The frame in which each came, the instance it was about, and what it was."""

    def last_of(self, row: str, shown: int, kinds: tuple[What, ...]) -> Happening | None:
        """The last of these that happened to a row, or to an instance of it."""
        found = (
            each
            for frame, name, each in reversed(self._follow())
            if frame < shown and each.what in kinds and row in (name, node_of(name))
        )
        return next(found, None)

    def is_out(self, row: str, shown: int) -> bool:
        """Whether a router sends nothing to a row, nor to any instance of it."""
        names = [name for name in self._trace.header.nodes if row in (name, node_of(name))]
        last = [self.last_of(name, shown, ("left-out", "taken-in")) for name in names]
        return bool(last) and all(each and each.what == "left-out" for each in last)

    def died_at(self, row: str, shown: int) -> float | None:
        """When a row died for the last time, in seconds since the start."""
        last = self.last_of(row, shown, ("died",))
        return last.time if last is not None else None

    def _follow(self) -> list[tuple[int, str, Happening]]:
        """Take in the frames that have come since."""
        names, frames = self._trace.header.nodes, self._trace.frames
        for at in range(self._read, len(frames)):
            for each in frames[at].happenings:
                name = names[each.node] if each.node >= 0 else ""
                self._found.append((at, name, each))
        self._read = len(frames)
        return self._found


def happenings(frames: Iterable[Frame]) -> Iterator[Happening]:
    """Everything that happened in these frames, in order."""
    for frame in frames:
        yield from frame.happenings


def incidents(trace: Trace) -> list[Happening]:
    """What struck from outside, as far as it is known."""
    return [each for each in happenings(trace.frames) if each.what in STRUCK]
