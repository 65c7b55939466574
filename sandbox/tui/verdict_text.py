"""The words of the verdict, pure: after a loss the what and never the fix, after a win all."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from sandbox.documents import library
from sandbox.documents.level import Level
from sandbox.documents.variations import vary
from sandbox.judgement.cost import cost, total
from sandbox.judgement.par import par
from sandbox.judgement.report import Report, SloResult
from sandbox.judgement.telling import time_of
from sandbox.tui import night_text, wording
from sandbox.tui.goals import more_is_better
from sandbox.tui.look import ACCENT, GOOD, KEPT, MISSED, QUIET, WARN
from sandbox.tui.session import Attempt
from sandbox.tui.widgets.sheet import Row
from sandbox.tui.widgets.strips import NEVER

COLUMN: int | None = None
"""Cells of the labels: as many as the longest one needs."""
EMPTY: Row = ("", "")


def headline(level: Level, report: Report) -> Content:
    """The first line: what was played, and whether it held."""
    if report.passed:
        return Content.assemble("it held  ", (stars(report.stars.count), WARN))
    return Content("did not hold")


def asked(report: Report) -> str:
    """How many requests the verdict is about, and the seed."""
    requests = sum(operation.arrivals for operation in report.operations.values())
    return f"{requests:,} requests, seed {report.seed}"


def stars(count: int) -> str:
    """Write stars reached out of three."""
    return "★" * count + "☆" * (3 - count)


def goals(level: Level, report: Report) -> Iterator[Row]:
    """Each service level and the budget: target, measured, and how near it was."""
    for slo in report.slos:
        yield _mark(slo.passed, slo.says), _measured(level, slo)
    if report.budget is not None:
        within = f"of {wording.money(report.budget)}/{report.period}"
        yield _mark(report.within_budget, "cost"), f"{wording.money(report.cost)} {within}"


def told(level: Level, report: Report) -> list[Row]:
    """What may be told whatever comes next: the goals, and what happened."""
    return [*goals(level, report), EMPTY, *_happened(level, report)]


def loss(level: Level, attempt: Attempt, hints: int) -> list[Row]:
    """Everything a player is told after a loss."""
    report = attempt.report
    rows = [*goals(level, report), *night_text.charged(level, attempt.design), EMPTY]
    if attempt.comparison:
        rows += [("Since last time", Content.styled(attempt.comparison, "bold")), EMPTY]
    rows += [*_happened(level, report), EMPTY]
    rows += _hints(level, hints)
    return rows


def win(level: Level, attempt: Attempt, robustness: str) -> list[Row]:
    """Everything a player is told after a win; `robustness` is how far the search for it is."""
    report = attempt.report
    rows = [*goals(level, report), *night_text.charged(level, attempt.design), EMPTY]
    rows += [*_stars(level, attempt, robustness), *night_text.invitation(level), EMPTY]
    rows += [*_cards(attempt), *_references(level), EMPTY]
    rows += _listed("Talk about it", level.debrief)
    rows += [EMPTY, *_happened(level, report)]
    return rows


def _mark(passed: bool, label: str) -> Content:
    status = KEPT if passed else MISSED
    return Content.assemble((f"{status.glyph} ", status.style), label)


def _measured(level: Level, slo: SloResult) -> Content:
    """What was measured, what was wanted, and how near it was."""
    asked = next((each for each in level.slos if each.id == slo.id), None)
    style = f"bold {(KEPT if slo.passed else MISSED).style}"
    if slo.metric == "scope":
        return Content.styled(slo.near, style)
    if slo.unit == "count":  # how near it was says the number and the goal
        number, _, rest = slo.near.partition(" ")
        return Content.assemble((number, style), f" {rest}")
    sign = "≥" if asked and more_is_better(asked) else "≤"
    if slo.unit == "s":
        measured = NEVER if slo.measured is None else wording.duration(level.clock, slo.measured)
        target = wording.duration(level.clock, slo.target)
    else:
        measured = wording.fine_share(slo.measured, slo.target)
        target = wording.fine_share(slo.target, slo.target)
    return Content.assemble((measured, style), f", wanted {sign} {target}: {slo.near}")


def _happened(level: Level, report: Report) -> Iterator[Row]:
    if report.happened:
        yield "What happened", ""
    for event in report.happened:
        yield f"  {time_of(level.clock, event.time)}", event.says


def _hints(level: Level, shown: int) -> Iterator[Row]:
    for number, hint in enumerate(level.hints[:shown], start=1):
        yield f"Hint {number} of {len(level.hints)}", hint


def _stars(level: Level, attempt: Attempt, robustness: str) -> Iterator[Row]:
    reached = attempt.report.stars
    yield _star(True, "held"), "every goal was kept, within the budget"
    yield _star(bool(reached.robust), "robust"), robustness
    most = par(level, attempt.design)
    if most is not None:
        wanted = f"{wording.money(most)} is the par of this kind of solution"
        missing = "" if reached.par else f"; yours costs {wording.money(attempt.report.cost)}"
        yield _star(reached.par, "at par"), wanted + missing


def _star(reached: bool, label: str) -> Content:
    return Content.assemble(("★ " if reached else "☆ ", WARN if reached else QUIET), label)


def _cards(attempt: Attempt) -> Iterator[Row]:
    known = library.cards()
    label: Content | str = Content.styled("New cards", f"bold {ACCENT}")
    for number in attempt.new_cards:
        if number in known:
            yield label, Content.assemble((f"{number:>2}  ", QUIET), known[number].title)
            label = ""
    if label == "":
        yield EMPTY


def _references(level: Level) -> Iterator[Row]:
    """The author's winners, with what they cost: shown only to one who has won."""
    if level.proofs is None:
        return
    label = "Ways that hold"
    for name, winner in level.proofs.winners.items():
        price = total(cost(level, vary(level.starting_design(), winner)))
        yield (
            label,
            Content.assemble(
                (f"{name}  ", f"bold {GOOD}"), f"{winner.says} ", (wording.money(price), QUIET)
            ),
        )
        label = ""


def _listed(label: str, texts: tuple[str, ...]) -> Iterator[Row]:
    for text in texts:
        yield label, text
        label = ""
