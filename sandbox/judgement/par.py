"""What kind of solution a design is, the par of that kind, and the stars that follow.

It lies here, and not with the studies, because par is about one run; only `robust` needs more.
"""

from __future__ import annotations

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import kinds_for
from sandbox.documents.settings import setting_specs, setting_value
from sandbox.documents.variations import vary
from sandbox.judgement.report import Stars

_CENT = 0.005


def solution(level: Level, design: Design) -> frozenset[str]:
    """What makes a design another kind of solution than its neighbour, as a set of words.

    The kinds it uses (`cook`) and its settings that are not neutral (`oven.ahead`; of a choice
    or a flag also which: `app.discipline=sharing`). How many and how large, no.
    """
    catalogue = kinds_for(level)
    words = set()
    for node in design.nodes:
        words.add(node.kind)
        for name, spec in setting_specs(catalogue, node.kind).items():
            neutral = setting_value(catalogue, node.model_copy(update={"settings": {}}), name)
            value = setting_value(catalogue, node, name)
            if value != neutral:
                which = f"={value}" if spec.type in ("choice", "flag") else ""
                words.add(f"{node.kind}.{name}{which}")
    return frozenset(words)


def par(level: Level, design: Design) -> float | None:
    """The author's cost, in dollars for the period, for this kind of solution.

    That is the par of the winner whose kind differs in the fewest words. Where two are equally
    near the design cannot be told from either, and the dearer par counts: the doubt is the
    player's. None where the level names no winners.
    """
    if level.proofs is None:
        return None
    mine, start = solution(level, design), level.starting_design()
    distances = [
        (len(mine ^ solution(level, vary(start, winner))), -winner.par[0])
        for winner in level.proofs.winners.values()
    ]
    return -min(distances)[1]


def rate(
    level: Level, design: Design, *, cost: float, held: bool, robust: bool | None = None
) -> Stars:
    """The stars of a design of this cost; `robust` is None until the held-out seeds have run."""
    if not held:
        return Stars(held=False, robust=robust, par=False, count=0)
    most = par(level, design)
    at_par = most is not None and cost <= most + _CENT
    return Stars(held=True, robust=robust, par=at_par, count=1 + bool(robust) + at_par)
