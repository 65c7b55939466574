"""That a level's lesson carries it: every claim of its proofs, held against many runs.

The rule for runs: of n seeds all but n // 100 must come out as claimed (198 of 200; below a
hundred seeds, all of them), for each design by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import combinations, groupby
from typing import Any

from sandbox.documents.level import Level
from sandbox.documents.library import missing_cards
from sandbox.fleet.runs import Job, asked, run_many, unwatched
from sandbox.fleet.seeds import HELD_OUT, robust
from sandbox.judgement.par import rate, solution
from sandbox.judgement.report import Report
from sandbox.studies.designs import designs
from sandbox.studies.trials import Trial, held_out, trials

WINS, LOSSES = 200, 5
"""Seeds for what must win and for what must lose, unless somebody asks for another number."""
MOST_EVENTS = 250_000
"""Arrivals, attempts and deliveries in one run: so much, and no more, can be watched in time."""

Tick = Callable[[int, int], None]
"""Told how many runs are done, and of how many."""


@dataclass(frozen=True)
class Claim:
    """One row of a proof. `agreed` of `runs` came out as claimed, `required` had to."""

    says: str
    holds: bool
    runs: int = 0
    agreed: int = 0
    required: int = 0
    lost: dict[str, int] = field(default_factory=dict)
    """In how many runs each SLO was lost, most first."""
    note: str = ""
    """What was measured; where the claim does not hold, why not."""


@dataclass(frozen=True)
class Proof:
    """All claims about one level."""

    level: str
    claims: tuple[Claim, ...]

    @property
    def holds(self) -> bool:
        """Whether every claim does."""
        return all(claim.holds for claim in self.claims)

    def to_json(self) -> dict[str, Any]:
        """The proof as plain data."""
        return {"level": self.level, "holds": self.holds, "claims": [*map(asdict, self.claims)]}


def prove(level: Level, wins: int = WINS, losses: int = LOSSES, tick: Tick | None = None) -> Proof:
    """Run everything that a level's proofs claim. Raises DocumentError for a broken level."""
    tried = trials(level, wins, losses)
    rated = held_out(level) if wins != HELD_OUT else []
    reports = _run(level, [*tried, *rated], tick)
    outcomes = [(trial, reports.get(at, [])) for at, trial in enumerate(tried)]
    winning = {_winner(trial): given for trial, given in outcomes if trial.wins and given}
    held = {_winner(trial): reports.get(len(tried) + at, []) for at, trial in enumerate(rated)}
    held = held or winning  # so few that they were the held-out ones
    claims = [
        _claim(says, list(group)) for says, group in groupby(outcomes, lambda each: each[0].claim)
    ]
    if level.charges is None:  # on a second night, what stood is only bent
        claims += [*_bigger_is_claimed(level, claims), *_apart(level)]
    claims += _opposite(winning)
    claims += [_stars(level, held), _events(reports), _texts(level)]
    return Proof(level.id, tuple(claims))


def _run(level: Level, tried: list[Trial], tick: Tick | None) -> dict[int, list[Report]]:
    """The reports of every trial that can be run, by its position."""
    quick = unwatched(level)
    jobs = [
        Job(quick, trial.design, seed, at)
        for at, trial in enumerate(tried)
        if not trial.problem
        for seed in trial.seeds
    ]
    reports: dict[int, list[Report]] = {}
    for done, result in enumerate(run_many(jobs), start=1):
        assert isinstance(result.key, int)
        reports.setdefault(result.key, []).append(result.report)
        if tick is not None:
            tick(done, len(jobs))
    return reports


def _winner(trial: Trial) -> str:
    return trial.name.partition(":")[2]


def required(runs: int) -> int:
    """How many of so many runs have to come out as claimed."""
    return runs - runs // 100


def _claim(says: str, group: list[tuple[Trial, list[Report]]]) -> Claim:
    """One row from all designs that it is about."""
    lost: Counter[str] = Counter()
    runs = agreed = needed = 0
    against = []
    for trial, reports in group:
        good = sum(_as_claimed(trial, report) for report in reports)
        lost.update(slo for report in reports for slo in _lost(report))
        runs, agreed, needed = runs + len(reports), agreed + good, needed + required(len(reports))
        if trial.problem and not trial.breaks:
            against.append(f"{trial.name}: {trial.problem}")
        elif good < required(len(reports)):
            against.append(_against(trial, len(reports) - good, reports))
    holds = not against
    most_lost = dict(sorted(lost.items(), key=lambda each: (-each[1], each[0])))
    return Claim(says, holds, runs, agreed, needed, most_lost, "; ".join(against))


def _as_claimed(trial: Trial, report: Report) -> bool:
    if trial.wins:
        return report.passed
    return trial.loses in _lost(report) if trial.loses else bool(_lost(report))


def _lost(report: Report) -> list[str]:
    return [slo.id for slo in report.slos if not slo.passed]


def _against(trial: Trial, times: int, reports: list[Report]) -> str:
    if trial.wins:
        over = sum(not report.within_budget for report in reports)
        what = f"over the budget in {over}" if over else "lost"
    else:
        what = f"did not lose `{trial.loses}`" if trial.loses else "lost nothing"
    return f"{trial.name} {what} in {times} of {len(reports)}"


def _bigger_is_claimed(level: Level, claims: list[Claim]) -> Iterator[Claim]:
    """A proof that names no winners, or no boxes within the budget, proves nothing of them."""
    says = [claim.says for claim in claims]
    if level.proofs is None:
        yield Claim("the level says what it proves", False, note="it has no `proofs`")
    elif level.proofs.bigger is None:
        note = "its proofs have no `bigger`"
        yield Claim("purely bigger boxes within the budget lose", False, note=note)
    elif not any(each.startswith("purely bigger") for each in says):
        note = "no such combination is within the budget"
        yield Claim("purely bigger boxes within the budget lose", False, note=note)


def _apart(level: Level) -> Iterator[Claim]:
    """Whether winners differ in more than in how many and how large."""
    known = designs(level)
    for one, other in combinations(level.proofs.winners if level.proofs else (), 2):
        mine, yours = (solution(level, known[f"winner:{name}"]) for name in (one, other))
        apart = [f"only {one}: {word}" for word in sorted(mine - yours)]
        apart += [f"only {other}: {word}" for word in sorted(yours - mine)]
        note = "; ".join(apart) or "they differ in counts and sizes only"
        yield Claim(f"`{one}` and `{other}` differ in kind", bool(apart), note=note)


def _opposite(winning: dict[str, list[Report]]) -> Iterator[Claim]:
    """Whether each winner is worse than each other one in something, in two thirds of the runs.

    Both have met the same seeds, so they are compared run by run.
    """
    for one, other in combinations(winning, 2):
        pairs = list(zip(winning[one], winning[other], strict=True))
        worse = _worse(pairs), _worse([(theirs, mine) for mine, theirs in pairs])
        parts = [
            f"{name} is worse in {found[0]} ({found[1]} of {len(pairs)})"
            if found
            else f"{name} is worse in nothing"
            for name, found in zip((one, other), worse, strict=True)
        ]
        says = f"`{one}` and `{other}` are each worse in something"
        yield Claim(says, all(worse), note="; ".join(parts))


def _worse(pairs: list[tuple[Report, Report]]) -> tuple[str, int] | None:
    """The axis on which the first of each pair is most often worse, if that is often enough."""
    counts: Counter[str] = Counter()
    for first, second in pairs:
        mine, yours = _axes(first), _axes(second)
        counts.update({axis: int(mine[axis] > yours[axis]) for axis in mine})
    axis, times = max(counts.items(), key=lambda each: each[1])
    return (axis, times) if 3 * times >= 2 * len(pairs) else None


def _axes(report: Report) -> dict[str, float]:
    """What can be compared, by its name; larger is worse."""
    wasted = sum(node.wasted for node in report.nodes.values())
    axes = {"cost": report.cost, "waste": float(wasted)}
    axes |= {"stale reads": float(report.ledger.get("stale-reads", 0))}
    if report.settled is not None:
        settled = report.settled.p95
        axes["p95 until it was paid"] = float("inf") if settled is None else settled
    for slo in report.slos:
        axes[slo.says] = float("inf") if slo.margin is None else -slo.margin
    for name, operation in report.operations.items():
        for which, seconds in operation.latency:
            axes[f"{which} of {name}"] = float("inf") if seconds is None else seconds
    return axes


def _stars(level: Level, held: dict[str, list[Report]]) -> Claim:
    """Whether some winner has all three."""
    known, parts, best = designs(level), [], 0
    for name, reports in held.items():
        passed = [report.passed for report in reports]
        cost = reports[0].cost if reports else 0.0
        stars = rate(
            level,
            known[f"winner:{name}"],
            cost=cost,
            held=any(passed),
            robust=robust(passed),
        )
        best = max(best, stars.count)
        parts.append(
            f"{name} {stars.count} (holds on {sum(passed)} of {len(passed)} held-out seeds, "
            f"{'at' if stars.par else 'above'} par)"
        )
    return Claim("all three stars can be reached", best == 3, note="; ".join(parts))


def _events(reports: dict[int, list[Report]]) -> Claim:
    most = max((asked(report) for given in reports.values() for report in given), default=0)
    says = f"no run has more than {MOST_EVENTS:,} arrivals, attempts and deliveries"
    return Claim(says, most <= MOST_EVENTS, note=f"{most:,} at most")


def _texts(level: Level) -> Claim:
    """Whether what a player is told besides the numbers is there."""
    missing = [name for name in ("hints", "debrief", "cards") if not getattr(level, name)]
    notes = [f"no {name}" for name in missing]
    notes += [problem.message for problem in missing_cards(level)]
    says = "hints, debrief and cards are there"
    given = f"{len(level.hints)} hints, {len(level.debrief)} questions, {len(level.cards)} cards"
    return Claim(says, not notes, note="; ".join(notes) or given)
