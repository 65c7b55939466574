"""Access leaks: a copy of a permission lets in whom it may not, as long as nobody tells it."""

from __future__ import annotations

import statistics

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("access-leak")


def leaks(report: Report) -> float:
    return slo(report, "leaks")


def busy(report: Report) -> float:
    return report.nodes["db"].utilisation


def test_a_permission_that_is_kept_lets_people_in_in_every_seed() -> None:
    assert min(LAB.over("broken", leaks)) > 100


def test_a_short_life_bounds_it_and_does_not_end_it() -> None:
    short, long = LAB.over("short", leaks), LAB.over("broken", leaks)
    assert min(short) > 0
    assert all(5 * few < many for few, many in zip(short, long, strict=True))


def test_who_asks_each_time_lets_nobody_in() -> None:
    assert LAB.over("asked", leaks) == [0] * len(SEEDS)


def test_asking_each_time_is_work_for_the_database() -> None:
    """Two milliseconds for each of a hundred views a second, on two processors: a tenth of them.

    But who is not let in does not read.
    """
    for seed in SEEDS:
        asked, told = LAB.report("asked", seed), LAB.report("told", seed)
        assert asked.ledger["reads"] < asked.ledger["checked"]
        assert busy(asked) > busy(told) + 0.07


def test_a_cache_that_is_told_costs_money_instead() -> None:
    assert statistics.fmean(LAB.over("told", leaks)) < 0.5
    assert LAB.report("told", 1).cost > LAB.report("asked", 1).cost


def test_the_shorter_it_lives_the_more_is_asked() -> None:
    for seed in SEEDS:
        told, short, asked = (LAB.report(each, seed) for each in ("told", "short", "asked"))
        assert busy(told) < busy(short) < busy(asked)
