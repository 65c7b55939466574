"""`sandbox simulate`: a level and a design in, a verdict out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sandbox.commands.documents import read_design
from sandbox.commands.output import Block, Table, progress, show, show_json
from sandbox.documents.decisions import built
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import load_level
from sandbox.documents.units import format_duration, format_share
from sandbox.fleet.runs import Job, run_many
from sandbox.fleet.traces import write_trace
from sandbox.judgement.judge import judge
from sandbox.judgement.par import par
from sandbox.judgement.report import Report, SloResult, Stars
from sandbox.judgement.telling import duration, percent, time_of
from sandbox.simulation.run import simulate
from sandbox.studies.stars import HELD_OUT, NEEDED, stars

_WRITTEN: dict[str, Callable[[float], str]] = {
    "s": format_duration,
    "share": format_share,
    "count": "{:,.0f}".format,
}
"""How a target is written, by its unit: as in a document."""
_MEASURED: dict[str, Callable[[float], str]] = {**_WRITTEN, "s": duration, "share": percent}

_Z95 = 1.959964
"""How many standard errors hold 95% of a normal law."""


def simulate_once(
    level_word: str,
    design_word: str,
    seed: int,
    *,
    as_json: bool = False,
    plain: bool = False,
    with_stars: bool = False,
    trace: Path | None = None,
) -> int:
    """Run once and print the report. 0 if the design passed, else 1."""
    level = load_level(level_word)
    design = read_design(level, design_word)
    run = simulate(level, design, seed)
    if trace is not None:
        write_trace(run.trace, trace)
    report = judge(level, design, run)
    if with_stars:
        report = report.model_copy(update={"stars": stars(level, design, report)})
    if as_json:
        show_json(report.model_dump(mode="json"))
    else:
        show(_verdict(level, design, design_word, report), plain=plain)
    return 0 if report.passed else 1


def simulate_many(
    level_word: str,
    design_word: str,
    seeds: Sequence[int],
    *,
    as_json: bool = False,
    plain: bool = False,
) -> int:
    """Run every seed and print how many passed. 0 if all did, else 1."""
    level = load_level(level_word)
    design = read_design(level, design_word)
    reports = []
    with progress(f"{len(seeds)} runs", plain=plain) as tick:
        for result in run_many(Job(level, design, seed) for seed in seeds):
            reports.append(result.report)
            tick(len(reports), len(seeds))
    if as_json:
        show_json([report.model_dump(mode="json") for report in reports])
    else:
        show(_summary(level, design_word, reports), plain=plain)
    return 0 if all(report.passed for report in reports) else 1


def wilson(wins: int, runs: int) -> tuple[float, float]:
    """The 95% interval of the true share when `wins` of `runs` passed (Wilson, 1927)."""
    share, square = wins / runs, _Z95**2 / runs
    middle = share + square / 2
    spread = _Z95 * math.sqrt(share * (1 - share) / runs + square / (4 * runs))
    low, high = (middle - spread) / (1 + square), (middle + spread) / (1 + square)
    return max(0.0, low), min(1.0, high)


def _verdict(level: Level, design: Design, name: str, report: Report) -> list[Block]:
    outcome = "passed" if report.passed else "did not pass"
    blocks: list[Block] = [f"{level.title}, {name}, seed {report.seed}: {outcome}"]
    blocks += ["\n".join(choices)] if (choices := [*_choices(level, design)]) else []
    if report.slos:
        rows = [_slo_row(level, slo) for slo in report.slos]
        columns = ("service level", "verdict", "target", "measured", "margin", "broke at")
        blocks.append(Table(columns, rows))
        blocks.append("\n".join(f"{slo.says}: {slo.near}" for slo in report.slos))
    blocks.append(Table(("cost", "amount"), _cost_rows(report)))
    if any(report.ledger.values()):
        counted = [(name, f"{count:,}") for name, count in report.ledger.items()]
        blocks.append(Table(("counted from outside", ""), counted))
    events = [(time_of(level.clock, event.time), event.says) for event in report.happened]
    if events:
        blocks.append(Table(("time", "what happened"), events))
    blocks.append(_stars_line(level, design, report.stars))
    return blocks


def _choices(level: Level, design: Design) -> Iterator[str]:
    """What the design decides about the level itself."""
    for name, operation in level.operations.items():
        if operation.ways:
            way = design.ways.get(name, next(iter(operation.ways)))
            yield f"{operation.title}: {operation.ways[way].title}"
    if level.scope:
        features = [level.scope[name].title for name in built(level, design)]
        yield f"built: {', '.join(features) or 'nothing besides'}"


def _slo_row(level: Level, result: SloResult) -> tuple[str, ...]:
    slo = next(each for each in level.slos if each.id == result.id)
    side = "at most" if getattr(slo, "at_least", None) is None else "at least"
    target, write = _WRITTEN[result.unit](result.target), _MEASURED[result.unit]
    return (
        result.says,
        "held" if result.passed else "broke",
        f"{side} {target}",
        "never" if result.measured is None else write(result.measured),
        "" if result.margin is None or result.unit == "count" else f"{result.margin:+.0%}",
        "" if result.broke_at is None else time_of(level.clock, result.broke_at),
    )


def _cost_rows(report: Report) -> list[tuple[str, str]]:
    rows = [(part.label, _dollars(part.amount)) for part in report.cost_parts]
    rows.append(
        (f"in all, a {report.period}" if report.period else "in all", _dollars(report.cost))
    )
    if report.budget is not None:
        verdict = "held" if report.within_budget else "broke"
        rows.append((f"budget: {verdict}", _dollars(report.budget)))
    return rows


def _stars_line(level: Level, design: Design, rated: Stars) -> str:
    if not rated.held:
        return "Stars: 0 of 3"
    known = {None: "not asked for, see --stars", True: "yes", False: "no"}
    most = par(level, design)
    at_par = f"{_word(rated.par)} (par {_dollars(most)})" if most is not None else "no par here"
    return (
        f"Stars: {rated.count} of 3. Held: yes. Robust ({NEEDED} of {HELD_OUT} held-out seeds): "
        f"{known[rated.robust]}. At par: {at_par}."
    )


def _summary(level: Level, name: str, reports: list[Report]) -> list[Block]:
    wins, runs = sum(report.passed for report in reports), len(reports)
    low, high = wilson(wins, runs)
    seeds = f"seeds {reports[0].seed} to {reports[-1].seed}"
    blocks: list[Block] = [
        f"{level.title}, {name}, {seeds}: passed {wins} of {runs} runs "
        f"({percent(wins / runs)}; 95% interval {percent(low)} to {percent(high)})"
    ]
    rows = [
        (str(report.seed), slo.says, slo.near)
        for report in reports
        for slo in report.slos
        if not slo.passed
    ]
    if rows:
        blocks.append(Table(("seed", "broke", "how near"), rows))
    if not all(report.within_budget for report in reports):
        blocks.append(f"Over the budget: {_dollars(reports[0].cost)}.")
    return blocks


def _dollars(amount: float) -> str:
    return f"${amount:,.2f}".removesuffix(".00")


def _word(flag: bool) -> str:
    return "yes" if flag else "no"
