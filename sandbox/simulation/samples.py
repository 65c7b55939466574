"""Samples of durations with percentiles: exact up to a million, then within half a percent."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable

EXACT_LIMIT = 1_000_000
_RATIO = 1.005
_LOG_RATIO = math.log(_RATIO)


def nearest_rank(percent: float, total: int) -> int:
    """Which of `total` ordered values is the percentile (1-based, nearest-rank method)."""
    return max(1, math.ceil(percent / 100.0 * total - 1e-9))


class Samples:
    """Durations in seconds. Beyond `limit` they are counted in bins half a percent wide."""

    __slots__ = ("_bins", "_limit", "_values", "count", "total")

    def __init__(self, limit: int = EXACT_LIMIT) -> None:
        self.count = 0
        self.total = 0.0
        self._limit = limit
        self._values = array("d")
        self._bins: dict[int, int] | None = None

    def add(self, value: float) -> None:
        """Take in one duration (not negative)."""
        self.count += 1
        self.total += value
        if self._bins is None:
            self._values.append(value)
            if self.count > self._limit:
                self._bins = {}
                for old in self._values:
                    self._count_in_bin(old)
                self._values = array("d")
        else:
            self._count_in_bin(value)

    def _count_in_bin(self, value: float) -> None:
        assert self._bins is not None
        index = math.floor(math.log(value) / _LOG_RATIO) if value > 0 else -(2**31)
        self._bins[index] = self._bins.get(index, 0) + 1

    @property
    def mean(self) -> float | None:
        """The mean in seconds, or None without samples."""
        return self.total / self.count if self.count else None

    def percentile(self, percent: float, offered: int | None = None) -> float | None:
        """The nearest-rank percentile, in seconds.

        `offered` counts everything that was asked for: what is not among the samples was lost
        and took for ever. None when there is nothing, or when the percentile is infinite.
        """
        total = self.count if offered is None else offered
        rank = nearest_rank(percent, total)
        if total == 0 or rank > self.count:
            return None
        if self._bins is None:
            self._values = array("d", sorted(self._values))
            return self._values[rank - 1]
        return self._percentile_of_bins(rank)

    def _percentile_of_bins(self, rank: int) -> float:
        assert self._bins is not None
        seen = 0
        for index in sorted(self._bins):
            seen += self._bins[index]
            if seen >= rank:
                break
        return 0.0 if index == -(2**31) else math.exp((index + 0.5) * _LOG_RATIO)

    @classmethod
    def together(cls, several: Iterable[Samples]) -> Samples:
        """All samples of several instances as one."""
        merged = cls()
        for samples in several:
            if merged._bins is None and samples._bins is None:
                merged.count += samples.count
                merged.total += samples.total
                merged._values.extend(samples._values)
            else:
                merged._absorb(samples)
        return merged

    def _absorb(self, other: Samples) -> None:
        if self._bins is None:
            self._bins = {}
            for value in self._values:
                self._count_in_bin(value)
            self._values = array("d")
        self.count += other.count
        self.total += other.total
        for value in other._values:
            self._count_in_bin(value)
        for index, number in (other._bins or {}).items():
            self._bins[index] = self._bins.get(index, 0) + number
