"""When requests arrive: a rate that changes over time, turned into moments by inversion.

The k-th arrival is where the expected number of arrivals reaches the k-th point of a process of
rate 1 (Poisson: sums of exponentials; deterministic: whole numbers). So another rate later in
the run moves no arrival before it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from sandbox.documents.traffic import Stream
from sandbox.simulation.draws import Constant, Draws


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time with a rate that changes in a straight line. Seconds, per second."""

    start: float
    end: float
    rate: float
    slope: float

    @property
    def expected(self) -> float:
        """Arrivals expected in it."""
        return self._until(self.end - self.start)

    def _until(self, x: float) -> float:
        return self.rate * x + self.slope * x * x / 2.0

    def inverse(self, expected: float) -> float:
        """The moment by which `expected` arrivals of this segment have been expected."""
        root = math.sqrt(max(0.0, self.rate * self.rate + 2.0 * self.slope * expected))
        denominator = self.rate + root
        return min(self.end, self.start + 2.0 * expected / denominator)


def segments(stream: Stream, length: float) -> list[Segment]:
    """The stream's rate over the run, cut at `length` seconds."""
    if stream.rate is not None:
        return [Segment(0.0, length, stream.rate, 0.0)]
    phases = stream.phases
    made: list[Segment] = []
    before = phases[0].rate
    for index, phase in enumerate(phases):
        end = phases[index + 1].at if index + 1 < len(phases) else math.inf
        flat = min(phase.at + phase.ramp, end)
        if phase.ramp:
            slope = (phase.rate - before) / phase.ramp
            made.append(Segment(phase.at, flat, before, slope))
            before += slope * (flat - phase.at)
        if flat < end:
            made.append(Segment(flat, end, phase.rate, 0.0))
            before = phase.rate
    return [_cut(segment, length) for segment in made if segment.start < length]


def _cut(segment: Segment, length: float) -> Segment:
    return Segment(segment.start, min(segment.end, length), segment.rate, segment.slope)


def expected_arrivals(stream: Stream, length: float) -> float:
    """How many requests the stream is expected to bring in `length` seconds."""
    return math.fsum(segment.expected for segment in segments(stream, length))


def peak_rate(stream: Stream, length: float) -> float:
    """The highest rate of the stream, per second."""
    parts = segments(stream, length)
    return max(max(p.rate, p.rate + p.slope * (p.end - p.start)) for p in parts)


def arrival_times(
    stream: Stream, index: int, length: float, gaps: Draws | Constant
) -> Iterator[float]:
    """The moments at which requests arrive, in seconds since the start.

    `gaps` are exponential draws of mean 1, used by a Poisson stream only.
    """
    parts = iter(segments(stream, length))
    current = next(parts)
    expected = current.expected
    reached = 0.0
    """Arrivals expected since the start of the current segment."""
    poisson = stream.arrivals == "poisson"
    for number in count():
        reached += gaps.at(index, number) if poisson else 1.0
        while reached > expected or expected == 0:
            reached -= expected
            following = next(parts, None)
            if following is None:
                return
            current, expected = following, following.expected
        yield current.inverse(reached) if current.slope else current.start + reached / current.rate
