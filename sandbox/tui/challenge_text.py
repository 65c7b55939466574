"""The words of timed challenges, pure: the clock, the rules, the points, the history."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from sandbox.documents.level import Level
from sandbox.judgement import score as scores
from sandbox.judgement.report import Report
from sandbox.judgement.score import MOST, Score
from sandbox.judgement.telling import minutes_in_words
from sandbox.player.challenges import (
    Challenge,
    Challenges,
    Try,
    UnderWay,
    clock_time,
    time_allowed,
    time_left,
    written,
)
from sandbox.player.preferences import ClockChoice
from sandbox.tui import look, wording
from sandbox.tui.board.grid import shortened
from sandbox.tui.keys import KEYS
from sandbox.tui.look import ACCENT, KEPT, MISSED, QUIET, Status
from sandbox.tui.widgets.sheet import Row

COLUMN = 18
"""Cells of the labels."""
EMPTY: Row = ("", "")
_STANDS = look.CLOCK._replace(glyph="║")
_TITLE = 20
"""Cells of a level's title in the history."""


def clock(state: UnderWay, status: Status) -> Content:
    """The clock: its sign, what is left, and the word for it."""
    if state.left is None:
        status = look.NO_CLOCK
        return Content.styled(f"{status.glyph} {status.word}", status.style)
    said = f"{status.glyph} {time_left(state.left)} {status.word}"
    return Content.styled(said, status.style)


def running(challenge: Challenge) -> Content:
    """The clock while it runs."""
    status = look.LAST_MINUTE if challenge.in_last_minute else look.CLOCK
    return clock(challenge.state, status)


def standing(challenge: Challenge | None) -> str:
    """The clock while it stands still."""
    return clock(challenge.state, _STANDS).plain if challenge else ""


def rules(level: Level, choice: ClockChoice) -> list[Row]:
    """What a challenge is, in a few lines."""
    limit, submit = time_allowed(level, choice), KEYS["submit"].shown
    rows: list[Row] = []
    if limit is None:
        rows.append(("Planning", "No clock: take as long as you like. The score is the same."))
        rows.append(("The end", f"{submit} hands the board in as it stands."))
    else:
        tenfold = ", ten times what the level gives" if choice == "tenfold" else ""
        rows.append(("Planning", f"{minutes_in_words(limit)}{tenfold}"))
        rows.append(("The clock", _STOPS))
        up = "; when the time is up, it is handed in as it stands."
        rows.append(("The end", f"{submit} hands the board in{up}"))
    return [*rows, ("Points", _POINTS), ("Board", _BOARD)]


_STOPS = (
    "runs only while you see the board, its palette or a node's settings. Watching a run, the "
    "verdict, brief, hints, cards, help, settings and map stop it. Run as often as you wish."
)
_POINTS = (
    f"0 to {MOST}, on a seed you have not met: goals {scores.GOALS}, held {scores.HELD}, to spare "
    f"{scores.SPARE}, cost {scores.COST}, other seeds {scores.SEEDS}. Time never changes them; it "
    "only orders equal scores."
)
_BOARD = "a new one, which begins as the level does. Your own board stays as it is."


def state_of(state: UnderWay | None) -> Content:
    """How far a challenge is."""
    if state is None:
        return Content("Plan against the clock, run as often as you wish, hand in.")
    if state.ended != "no":
        return Content.styled("Handed in, and not scored yet.", "bold")
    return Content.assemble(("Under way: ", "bold"), clock(state, _STANDS))


def best_words(known: Challenges, level_id: str) -> str:
    """The personal best of a level: `812 points, the best of 3 tries`; empty without one."""
    best, tries = known.best(level_id), len(known.of(level_id))
    if best is None:
        return ""
    return f"{best.score} points" + (f", the best of {tries} tries" if tries > 1 else "")


def map_words(known: Challenges, level_id: str) -> str:
    """What the map says of a level's challenges; empty when there were none."""
    state, best = known.under_way.get(level_id), best_words(known, level_id)
    if state is None:
        return best
    how = "handed in, not scored yet" if state.ended != "no" else "under way"
    left = "" if state.left is None or state.ended != "no" else f", {time_left(state.left)} left"
    return f"{how}{left}; {KEYS['timed'].shown} goes on." + (f" {best}" if best else "")


def points(level: Level, score: Score, report: Report | None, par: float | None) -> Iterator[Row]:
    """The parts of a score, one by one, and what each was given for."""
    slos = report.slos if report else []
    kept = sum(slo.passed for slo in slos)
    held = score.held > 0
    yield _part("goals", score.goals, scores.GOALS, f"{kept} of {len(level.slos)} kept")
    missed = "not held: no points but for goals"
    yield _part("held", score.held, scores.HELD, "within the budget" if held else missed)
    if held and report:
        spare = "half of what there is earns all"
        yield _part("to spare", score.spare, scores.SPARE, spare)
        yield _part("cost", score.cost, scores.COST, _cost(report, par))


def seeds(score: Score, holds: tuple[int, int] | None) -> Iterator[Row]:
    """The part for other seeds."""
    if holds is not None:
        said = f"held on {holds[0]} of {holds[1]} other seeds"
        yield _part("other seeds", score.seeds, scores.SEEDS, said)


def headline(score: Score) -> Content:
    """All points together, and whether it held."""
    status, word = (KEPT, "held") if score.held else (MISSED, "did not hold")
    return Content.assemble(
        (f"{status.glyph} {word}", status.style), "   ", (f"{score.total}", "bold"), f" of {MOST}"
    )


def place(known: Challenges, one: Try) -> Content:
    """Where a try stands among all on its level; it is the latest."""
    at, tries, best = known.place(one.level), len(known.of(one.level)), known.best(one.level)
    if at == 1 and one.score:
        first = "the first on this level" if tries == 1 else f"place 1 of {tries}"
        return Content.assemble(("★ a personal best", "bold"), f", {first}")
    return Content(f"place {at} of {tries}; your best is {best.score if best else 0}")


def history_line(known: Challenges, one: Try) -> Content:
    """One try in the history; the best of its level has a star."""
    status, word = (KEPT, "held") if one.held else (MISSED, "not held")
    best = known.best(one.level)
    return Content.assemble(
        (f"{written(one)}  ", QUIET),
        f"{shortened(one.title, _TITLE, '…'):<{_TITLE}} ",
        (f"{one.score:>5} ", "bold"),
        ("★ " if one is best else "  ", ACCENT),
        (f"{status.glyph} {word:<8} ", status.style),
        f"{wording.money(one.cost):>8}  ",
        (_short_time(one), QUIET),
    )


HISTORY_HEAD = f"{'date':<18}{'level':<{_TITLE}} score   {'':<10} {'cost':>8}  time used"
NO_HISTORY = (
    f"No challenge has been handed in yet. On the map, {KEYS['timed'].shown} begins one on the "
    "chosen level."
)


def _short_time(one: Try) -> str:
    if one.used is None:
        return "no clock"
    return clock_time(one.used) + (" ×10" if one.clock == "tenfold" else "")


def _part(label: str, earned: int, most: int, why: str) -> Row:
    return label, Content.assemble((f"{earned:>4}", "bold"), f" of {most:<6}", (why, QUIET))


def _cost(report: Report, par: float | None) -> str:
    parts = [wording.money(report.cost)]
    parts += [f"par {wording.money(par)} earns {scores.AT_PAR}"] if par is not None else []
    parts += [f"budget {wording.money(report.budget)}"] if report.budget is not None else []
    return ", ".join(parts)
