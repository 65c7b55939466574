"""Playing back a recording: what is shown at which moment, at which pace.

Pure and deterministic: the frames known so far, and seconds that somebody else counts. At normal
speed a whole run takes at most `LONGEST` seconds: calm stretches are skipped through, and around
the first request that was late or lost, and the first incident, everything slows down. A frame
is calm when no more wait than are being worked on, and nobody was late or lost.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from sandbox.simulation.trace import STRUCK, Frame

LONGEST = 45.0
"""Seconds that a whole run takes at most at normal speed."""
SPEEDS = (0.5, 1.0, 2.0, 4.0, 16.0)
NORMAL = 2
"""The speed to begin with, counted from 1."""

_SLOWEST = 0.4
"""Seconds that a frame takes at most: short runs do not creep."""
_CALM = 0.4
"""What a calm frame takes, as a share of a busy one."""
_BREAK_SECONDS = 5.0
"""Kept for slowing down around the first break and the first incident, in equal parts."""
_BREAK_BEFORE, _BREAK_AFTER = 4, 8
"""Frames around the first break that are slowed down."""

MomentKind = Literal["foreseen", "traffic", "first-late", "first-loss", "incident", "broke"]
"""From the least to the most telling."""


@dataclass(frozen=True, order=True)
class Moment:
    """Something on the timeline. `time` is in seconds since the start of the run."""

    time: float
    kind: MomentKind
    says: str


class Playback:
    """Where a run is being watched. Its position is counted in frames, from 0 to `len(frames)`.

    At position p the frames before p have passed; the last of them is what the screen shows.
    """

    def __init__(self, frames: Sequence[Frame], expected: int) -> None:
        """Watch `frames`, which may still grow; `expected` is how many there will be at least."""
        self.frames = frames
        self.expected = expected
        self.position = 0.0
        self.speed = NORMAL
        self.playing = True
        self.moments: list[Moment] = []
        self._marks = [0.0]
        self._made_for = (0, False)
        self.completed = False
        """Whether no more frames will come."""

    @property
    def shown(self) -> int:
        """How many frames have passed."""
        return min(int(self.position), len(self.frames))

    @property
    def frame(self) -> Frame | None:
        """The frame on the screen; None before the first."""
        return self.frames[self.shown - 1] if self.shown else None

    @property
    def time(self) -> float:
        """The moment being shown, in seconds since the start of the run."""
        return self.frame.time if self.frame else 0.0

    @property
    def ended(self) -> bool:
        """Whether everything has been shown."""
        return self.completed and self.shown == len(self.frames)

    @property
    def passed(self) -> list[Moment]:
        """The moments that have been reached: the others are not given away."""
        return [moment for moment in self.moments if moment.time <= self.time]

    def complete(self) -> None:
        """Say that no more frames will come."""
        self.completed = True

    def know(self, moments: Iterable[Moment]) -> None:
        """Set the moments of this run, in any order."""
        self.moments = sorted(moments)

    def tick(self, elapsed: float) -> bool:
        """Let `elapsed` seconds of the watcher's time go by. Says whether another frame shows."""
        before = self.shown
        if self.playing:
            marks = self._schedule()
            now = _at(marks, self.position) + elapsed * SPEEDS[self.speed - 1]
            self.position = max(self.position, _frame_at(marks, now))
            self.playing = not self.ended
        return self.shown != before

    def toggle(self) -> None:
        """Pause, or go on; after the end, from the start again."""
        if self.ended:
            self.position = 0.0
            self.playing = True
        else:
            self.playing = not self.playing

    def step(self, frames: int) -> None:
        """Go some frames on, or back, as far as frames are known."""
        self.position = float(min(max(self.shown + frames, 0), len(self.frames)))

    def seek(self, time: float) -> None:
        """Go to a moment in seconds since the start of the run."""
        times = [frame.time for frame in self.frames]
        self.position = float(min(bisect_right(times, time - 1e-9) + 1, len(times)))

    def rewind(self) -> None:
        """Go back to the start."""
        self.position = 0.0

    def to_next(self) -> None:
        """Go to the next moment that matters, or to the end."""
        self.seek(min((m.time for m in self.moments if m.time > self.time), default=float("inf")))

    def to_previous(self) -> None:
        """Go back to the moment before, or to the start."""
        begun = self.frames[self.shown - 2].time if self.shown > 1 else 0.0
        before = [moment.time for moment in self.moments if moment.time <= begun]
        if before:
            self.seek(before[-1])
        else:
            self.rewind()

    def lasts(self) -> float:
        """Seconds that the frames known so far take at normal speed."""
        return self._schedule()[-1]

    def _schedule(self) -> list[float]:
        """When each frame has passed, in the watcher's seconds at normal speed, from frame 0."""
        if self._made_for != (len(self.frames), self.completed):
            self._made_for = (len(self.frames), self.completed)
            whole = max(len(self.frames), 0 if self.completed else self.expected, 1)
            self._marks = [0.0, *accumulate(_seconds_each(self.frames, whole))]
        return self._marks


def is_calm(frame: Frame) -> bool:
    """Whether nothing happens in a frame that is worth watching."""
    if _harm(frame):
        return False
    waiting = sum(node.queue for node in frame.nodes)
    return waiting <= sum(node.inside for node in frame.nodes)


def first_harm(frames: Iterable[Frame]) -> int | None:
    """Find the first frame in which anybody was late or lost."""
    return next((index for index, frame in enumerate(frames) if _harm(frame)), None)


def first_incident(frames: Iterable[Frame]) -> int | None:
    """Find the first frame in which something struck from outside."""
    return next((index for index, frame in enumerate(frames) if any(_struck(frame))), None)


def _struck(frame: Frame) -> Iterable[bool]:
    return (each.what in STRUCK for each in frame.happenings)


def _harm(frame: Frame) -> bool:
    return any(operation.late or operation.lost for operation in frame.operations)


def _seconds_each(frames: Sequence[Frame], whole: int) -> list[float]:
    each = min((LONGEST - _BREAK_SECONDS) / whole, _SLOWEST)
    seconds = [each * (_CALM if is_calm(frame) else 1.0) for frame in frames]
    breaks = [at for at in (first_harm(frames), first_incident(frames)) if at is not None]
    if breaks and each < _SLOWEST:
        slowed = {
            index
            for at in breaks
            for index in range(max(at - _BREAK_BEFORE, 0), min(at + _BREAK_AFTER, len(frames)))
        }
        for index in slowed:
            seconds[index] += _BREAK_SECONDS / len(breaks) / (_BREAK_BEFORE + _BREAK_AFTER)
    return seconds


def _at(marks: list[float], position: float) -> float:
    index = min(int(position), len(marks) - 1)
    following = marks[min(index + 1, len(marks) - 1)]
    return marks[index] + (following - marks[index]) * (position - index)


def _frame_at(marks: list[float], seconds: float) -> float:
    index = bisect_right(marks, seconds) - 1
    if index >= len(marks) - 1:
        return float(len(marks) - 1)
    length = marks[index + 1] - marks[index]
    return index + (seconds - marks[index]) / length
