"""Samples of durations with percentiles: exact up to a million, then within half a percent."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence

EXACT_LIMIT = 1_000_000
_RATIO = 1.005
_LOG_RATIO = math.log(_RATIO)
_ZERO_BIN = -(2**31)


def nearest_rank(percent: float, total: int) -> int:
    """Which of `total` ordered values is the percentile (1-based, nearest-rank method)."""
    return max(1, math.ceil(percent / 100.0 * total - 1e-9))


class Samples:
    """Durations in seconds, none negative; beyond `limit` counted in bins half a percent wide.

    `add` takes in one duration. It is the append of an array and nothing else, because it is
    called for every visit of every request; `settle` does the rest from time to time.
    """

    __slots__ = ("_binned", "_bins", "_limit", "_settled", "_total", "_values", "add")

    def __init__(self, limit: int = EXACT_LIMIT) -> None:
        self._limit = limit
        self._total = 0.0
        self._settled = 0
        """How many of the values at hand are in the total already."""
        self._bins: dict[int, int] = {}
        self._binned = 0
        self._values = array("d")
        self.add = self._values.append

    def settle(self) -> None:
        """Bring the total up to date, and move what is beyond the limit into bins."""
        values = self._values
        if self._settled < len(values):
            for value in values[self._settled :]:
                self._total += value
            self._settled = len(values)
        if self._binned or len(values) > self._limit:
            for value in values:
                index = math.floor(math.log(value) / _LOG_RATIO) if value > 0 else _ZERO_BIN
                self._bins[index] = self._bins.get(index, 0) + 1
            self._binned += len(values)
            self._settled = 0
            del values[:]

    def values(self) -> Sequence[float]:
        """The durations themselves, as far as they are kept."""
        return self._values

    @property
    def count(self) -> int:
        """How many durations were taken in."""
        return self._binned + len(self._values)

    @property
    def total(self) -> float:
        """Their sum in seconds."""
        self.settle()
        return self._total

    @property
    def mean(self) -> float | None:
        """The mean in seconds, or None without samples."""
        return self.total / self.count if self.count else None

    def percentile(self, percent: float, offered: int | None = None) -> float | None:
        """The nearest-rank percentile, in seconds.

        `offered` counts everything that was asked for: what is not among the samples was lost
        and took for ever. None when there is nothing, or when the percentile is infinite.
        """
        self.settle()
        total = self.count if offered is None else offered
        rank = nearest_rank(percent, total)
        if total == 0 or rank > self.count:
            return None
        if self._binned:
            return self._percentile_of_bins(rank)
        self._values[:] = array("d", sorted(self._values))
        return self._values[rank - 1]

    def _percentile_of_bins(self, rank: int) -> float:
        seen = 0
        for index in sorted(self._bins):
            seen += self._bins[index]
            if seen >= rank:
                break
        return 0.0 if index == _ZERO_BIN else math.exp((index + 0.5) * _LOG_RATIO)

    @classmethod
    def together(cls, several: Iterable[Samples]) -> Samples:
        """All samples of several instances as one."""
        merged = cls()
        for samples in several:
            samples.settle()
            merged._values.extend(samples._values)
            merged._binned += samples._binned
            merged._total += samples._total
            merged._settled = len(merged._values)
            for index, number in samples._bins.items():
                merged._bins[index] = merged._bins.get(index, 0) + number
            merged.settle()
        return merged
