"""Estimates of shards, copies and partitions: of the busiest, and near what is measured."""

from __future__ import annotations

import statistics

import pytest

from sandbox.judgement.estimate import estimate
from tests.labs.lab import lab
from tests.simulation.systems import System, system

KINDS = """
pieces:
  behaviour: shards
  does: {read: {time: fixed 10 ms}, write: {time: fixed 10 ms}, scan: {time: fixed 10 ms}}
  sizes: {one: {price: $1/month, vcpu: 1}}
ring:
  behaviour: quorum
  does: {read: {time: fixed 10 ms}, write: {time: fixed 10 ms}}
  sizes: {one: {price: $1/month, vcpu: 1}}
parts:
  behaviour: table
  does: {read: {time: fixed 10 ms, limit: 100/s}}
  sizes: {one: {price: $1/month}}
"""


def asked(kind: str, need: str, settings: str = "", skew: float = 0, count: int = 4) -> float:
    """How busy so many of a kind are by ten requests a second about one of 1,000 things."""
    made: System = system(
        {"db": f"{kind}, count: {count}, settings: {{{settings}}}"},
        ["people > db"],
        f"[{need}]",
        kinds=KINDS,
        traffic="rate: 10/s",
        operation=f"items: {{of: thing, count: 1000, skew: {skew}}}",
    )
    return estimate(made.level, made.design)["db"]


@pytest.mark.parametrize(
    ("need", "settings", "skew", "share"),
    [
        ("read", "", 0, 0.25),
        ("scan", "", 0, 1),
        ("scan", "ids: sequential", 0, 0.25),
        ("read", "key: user", 0, 1),
        ("write", "key: user", 0, 0.25),
        ("write", "", 5, 0.97),
        ("write", "split: 4", 5, 0.43),
        ("read", "split: 4", 5, 0.97),
        ("write", "ids: sequential", 1, 0.82),
    ],
)
def test_the_busiest_shard(need: str, settings: str, skew: float, share: float) -> None:
    assert asked("pieces", need, settings, skew) == pytest.approx(0.1 * share, abs=0.001)


@pytest.mark.parametrize(
    ("need", "settings", "copies"),
    [
        ("write", "writes: one", 4),
        ("read", "reads: one", 1),
        ("read", "reads: quorum", 3),
        ("read", "reads: one, asks: all", 4),
    ],
)
def test_copies(need: str, settings: str, copies: int) -> None:
    """Everybody does each write, and so many of four each read."""
    assert asked("ring", need, settings) == pytest.approx(0.1 * copies / 4)


def test_the_busiest_partition() -> None:
    assert asked("parts", "read", "partitions: 10", count=1) == pytest.approx(0.1 * 0.1, rel=0.02)
    assert asked("parts", "read", "partitions: 1", count=1) == pytest.approx(0.1)


@pytest.mark.parametrize("design", ["broken", "place", "split"])
def test_what_is_measured_is_near(design: str) -> None:
    hot = lab("hot-shard")
    expected = estimate(hot.level, hot.designs[design])["db"]
    hottest = [max(hot.run(design, seed).utilisation[1:]) for seed in range(1, 6)]
    assert statistics.fmean(hottest) == pytest.approx(expected, rel=0.25)
