"""What is kept about tries, bests and cards, and the sentence that compares two tries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.judgement.report import Report, SloResult, Stars
from sandbox.player.progress import Progress, compared, progress_file, summary


def slo(name: str, metric: Any, measured: float | None, says: str = "") -> SloResult:
    return SloResult(
        id=name,
        says=says or name,
        metric=metric,
        unit="s" if metric == "latency" else "share",
        target=0.9,
        measured=measured,
        margin=None,
        passed=False,
        broke_at=None,
        near="",
    )


def counted(name: str, metric: Any, measured: float, says: str) -> SloResult:
    unit: Any = "count" if metric == "count" else "share"
    return slo(name, metric, measured, says).model_copy(update={"unit": unit})


def report(*slos: SloResult, passed: bool = False, cost: float = 300.0, **fields: Any) -> Report:
    stars = fields.pop("stars", int(passed))
    known: dict[str, Any] = {
        "level": "pizza-shop",
        "seed": 1,
        "passed": passed,
        "cost": cost,
        "budget": 620.0,
        "period": "night",
        "cost_parts": [],
        "within_budget": True,
        "stars": Stars(held=passed, robust=None, par=False, count=stars),
        "slos": list(slos),
        "operations": {},
        "nodes": {},
        "happened": [],
        "first_loss": None,
        "ledger": {},
        "settled": None,
        "scope": [],
        "queue_now_at": None,
        "duration": 10_800.0,
        "conserved": True,
    }
    return Report(**{**known, **fields})


def said(before: Report, after: Report) -> str | None:
    return compared(summary(before), after)


def test_a_first_try_is_compared_with_nothing() -> None:
    assert compared(None, report()) is None


def test_the_sentence_of_the_pizza_shop() -> None:
    before = report(slo("on-time", "within", 0.33), slo("lost", "lost", 0.2), queue_now_at="oven")
    after = report(slo("on-time", "within", 0.65), slo("lost", "lost", 0.2), queue_now_at="phone")
    assert said(before, after) == "late 67% -> 35%, the queue is now at the phone"


def test_what_was_lost_and_what_it_cost() -> None:
    before = report(slo("lost", "lost", 0.2), queue_now_at="oven")
    after = report(slo("lost", "lost", 0.03), cost=420.5, queue_now_at="oven")
    assert (
        said(before, after)
        == "lost 20% -> 3%, cost $300 -> $420.50, the queue is still at the oven"
    )


def test_no_change_is_said_too() -> None:
    assert said(report(slo("lost", "lost", 0.2)), report(slo("lost", "lost", 0.2))) == (
        "the same as the last time"
    )


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (0.896, 0.904, "late 10.4% -> 9.6%"),  # the change that wins must show
        (0.5, 0.999, "late 50.0% -> 0.1%"),  # one in a thousand is not none
        (0.5, 1.0, "late 50% -> 0%"),
        (0.001, 0.5, "late 99.9% -> 50.0%"),
    ],
)
def test_shares_are_as_exact_as_they_must_be(before: float, after: float, words: str) -> None:
    assert said(report(slo("a", "good", before)), report(slo("a", "good", after))) == words


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (0.312, 0.188, "p95 312 ms -> 188 ms"),
        (None, 1.5, "p95 never -> 1.5 s"),
        (90, 300, "p95 90.0 s -> 5.0 min"),
    ],
)
def test_latencies_are_said_in_a_fitting_unit(
    before: float | None, after: float | None, words: str
) -> None:
    old, new = (report(slo("l", "latency", value, "p95")) for value in (before, after))
    assert said(old, new) == words


def test_what_the_ledger_counts_is_said_by_name() -> None:
    before = report(counted("o", "count", 83.0, "oversold"), counted("p", "share", 0.5, "paid"))
    after = report(counted("o", "count", 0.0, "oversold"), counted("p", "share", 0.99, "paid"))
    assert said(before, after) == "oversold 83 -> 0, paid 50% -> 99%"
    assert summary(after).slos[0].metric == "count"


def test_two_promises_of_a_kind_are_told_apart() -> None:
    before = report(slo("a", "within", 0.5, "read at once"), slo("b", "good", 0.5, "written"))
    after = report(slo("a", "within", 0.6, "read at once"), slo("b", "good", 0.7, "written"))
    assert said(before, after) == "read at once 50% -> 60%, written 50% -> 70%"


def test_what_was_built_is_compared_in_words() -> None:
    wrong, right = (slo("scope", "scope", measured, "features") for measured in (1.0, 0.0))
    assert said(report(wrong), report(right)) == "features not as asked -> as asked"


def test_a_promise_that_is_new_is_not_compared() -> None:
    after = report(slo("a", "within", 0.6), slo("b", "lost", 0.1))
    assert said(report(slo("b", "lost", 0.2)), after) == "lost 20% -> 10%"


def test_tries_are_counted_and_the_last_is_kept() -> None:
    progress = Progress()
    assert progress.level("pizza-shop").tries == 0
    progress = progress.record(report(cost=300)).record(report(cost=400))
    level = progress.level("pizza-shop")
    assert (level.tries, level.passed) == (2, False)
    assert level.last == summary(report(cost=400))


def test_the_best_has_more_stars_and_then_costs_less() -> None:
    progress = Progress()
    for stars, cost in ((1, 600.0), (2, 610.0), (2, 590.0), (2, 600.0), (1, 10.0)):
        progress = progress.record(report(passed=True, stars=stars, cost=cost))
    progress = progress.record(report(passed=False, cost=0.0))
    level = progress.level("pizza-shop")
    assert level.best is not None
    assert (level.best.stars, level.best.cost) == (2, 590.0)
    assert level.passed
    assert level.last is not None
    assert not level.last.passed


def test_a_star_found_later_is_no_new_try() -> None:
    progress = Progress().record(report(passed=True, stars=1))
    progress = progress.rate(report(passed=True, stars=2))
    level = progress.level("pizza-shop")
    assert level.tries == 1
    assert level.best is not None
    assert level.best.stars == 2


def test_cards_are_met_once() -> None:
    assert Progress().meet([3, 2]).meet([2, 4]).cards == (3, 2, 4)


def test_progress_is_kept(tmp_path: Path) -> None:
    file = progress_file(tmp_path)
    assert not file.value.begun
    never = report(slo("l", "latency", None), passed=True, queue_now_at="oven")
    file.update(lambda progress: progress.begin().meet([2]).record(never))
    again = progress_file(tmp_path).value
    assert again == file.value
    assert again.begun
    last = again.level("pizza-shop").last
    assert last is not None
    assert last.slos[0].measured is None


def test_broken_progress_gives_way_to_the_one_before(tmp_path: Path) -> None:
    file = progress_file(tmp_path)
    file.update(lambda progress: progress.meet([2]))
    file.update(lambda progress: progress.meet([3]))
    (tmp_path / "progress.json").write_text('{"format": 1, "car', encoding="utf-8")
    again = progress_file(tmp_path)
    assert again.value.cards == (2,)
    assert "progress.json.broken-1" in again.message
