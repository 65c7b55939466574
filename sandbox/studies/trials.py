"""Everything a level's proofs have to run: which design, on which seeds, and what must come out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import check_design, kinds_for
from sandbox.documents.problems import DocumentError
from sandbox.documents.proofs import Bigger, Change, Variation
from sandbox.documents.variations import vary
from sandbox.fleet.seeds import HELD_OUT, held_out_seeds, seeds_of
from sandbox.judgement.cost import cost, total
from sandbox.simulation.plan import plan
from sandbox.studies.designs import designs


@dataclass(frozen=True)
class Trial:
    """One design and its seeds. Trials of the same `claim` are one row of the proof."""

    claim: str
    name: str
    """What the design is called: `winner:fresh`, `phone 3, cooks 5`."""
    design: Design
    seeds: tuple[int, ...]
    wins: bool = False
    """Whether it must win; else it must lose an SLO (the budget alone does not count)."""
    loses: str | None = None
    """The SLO it must lose; None: any."""
    routes: bool = False
    """Whether every operation must still find its way (so that it is the part that is missed)."""
    breaks: bool = False
    """Whether a design that cannot even be run will do."""
    problem: str = ""
    """Why it cannot be run (or does not route, where it must)."""


def trials(level: Level, wins: int, losses: int) -> list[Trial]:
    """All trials of a level: `wins` seeds for what must win, `losses` for what must lose."""
    often, few = winning_seeds(level, wins), seeds_of(level, "proofs", losses)
    made = [*_winners(level, often), *_boards(level, few), *_losers(level, few)]
    return [_checked(level, trial) for trial in made]


def winning_seeds(level: Level, number: int) -> tuple[int, ...]:
    """The seeds on which winners must win. A few are the held-out ones, which run anyway."""
    purpose = "proofs" if number > HELD_OUT else "held out"
    return seeds_of(level, purpose, number)


def held_out(level: Level) -> list[Trial]:
    """The held-out runs of every winner, for its stars. They claim nothing by themselves."""
    return [_checked(level, trial) for trial in _winners(level, held_out_seeds(level))]


def _winners(level: Level, seeds: tuple[int, ...]) -> Iterator[Trial]:
    known = designs(level)
    for name in level.proofs.winners if level.proofs else ():
        says = f"winner:{name}"
        yield Trial(f"the winner `{name}` wins", says, known[says], seeds, wins=True)


def _boards(level: Level, seeds: tuple[int, ...]) -> Iterator[Trial]:
    known = designs(level)
    yield Trial("the empty board loses", "empty", known["empty"], seeds)
    claim = "the starting board runs and loses"
    yield Trial(claim, "start", known["start"], seeds, routes=True)


def _losers(level: Level, seeds: tuple[int, ...]) -> Iterator[Trial]:
    known, proofs = designs(level), level.proofs
    if proofs is None:
        return
    loses = proofs.naive.loses
    yield Trial("the naive design loses", "naive", known["naive"], seeds, loses=loses)
    for name, winner in proofs.winners.items():
        says, loses = f"ablation:{name}", winner.ablation.loses
        claim = f"`{name}` loses without what it teaches"
        yield Trial(claim, says, known[says], seeds, loses=loses, routes=True)
        yield from _deletions(name, known[f"winner:{name}"], seeds)
    if proofs.bigger is not None:
        yield from _bigger(level, known["start"], proofs.bigger, seeds)
    for name, loser in proofs.losers.items():
        says = f"loser:{name}"
        yield Trial(f"`{name}` loses", says, known[says], seeds, loses=loser.loses)


def _deletions(name: str, winner: Design, seeds: tuple[int, ...]) -> Iterator[Trial]:
    for node in winner.nodes:
        design = vary(winner, Variation(says="one node less", delete=(node.id,)))
        claim = f"`{name}` loses when any node is deleted"
        yield Trial(claim, f"without {node.id}", design, seeds, breaks=True)


def _bigger(level: Level, start: Design, bigger: Bigger, seeds: tuple[int, ...]) -> Iterator[Trial]:
    """Every combination of counts and sizes within the budget.

    None is skipped as surely worse than another: more of something can be the worse design.
    """
    kinds = kinds_for(level).kinds
    most = {node.id: kinds[node.kind].count_most for node in start.nodes}
    counts = [
        [(node, count) for count in range(low, min(high, most[node]) + 1)]
        for node, (low, high) in bigger.counts.items()
    ]
    sizes = [[(node, size) for size in each] for node, each in bigger.sizes.items()]
    for chosen in product(*counts):
        for sized in product(*sizes):
            count, size = dict(chosen), dict(sized)
            changes = {
                node: Change(count=count.get(node), size=size.get(node))
                for node in {**count, **size}
            }
            design = vary(start, Variation(says=bigger.says, set=changes))
            if level.budget is None or total(cost(level, design)) <= level.budget[0]:
                name = ", ".join(f"{node} {what}" for node, what in (*chosen, *sized))
                yield Trial("purely bigger boxes within the budget lose", name, design, seeds)


def _checked(level: Level, trial: Trial) -> Trial:
    """The trial, with its problem if there is one."""
    problems = [str(problem) for problem in check_design(level, trial.design)]
    try:
        unrouted = {} if problems else plan(level, trial.design).unrouted
    except DocumentError as error:
        problems, unrouted = [str(problem) for problem in error.problems], {}
    if trial.routes and unrouted:
        operation, need = next(iter(unrouted.items()))
        problems = [f"`{operation}` no longer finds anybody for `{need}`"]
    return replace(trial, problem=problems[0]) if problems else trial
