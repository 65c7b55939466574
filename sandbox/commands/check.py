"""`sandbox check`: whether files can be used, and what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sandbox.commands.output import clean, complain, write
from sandbox.documents.cards import Card
from sandbox.documents.catalogue import Catalogue
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import all_levels, load, load_design, missing_cards
from sandbox.documents.nights import second_night
from sandbox.documents.problems import DocumentError, Problem
from sandbox.documents.words import suggestion
from sandbox.judgement.cost import cost, total
from sandbox.judgement.flow import flows
from sandbox.simulation.world import build
from sandbox.studies.designs import designs

_ANY_SEED = 0
"""What a design is built with: whether it can be, is the same for all."""


def check_files(files: Sequence[str]) -> int:
    """Say of each file what it is, or everything that is wrong with it. 2 if anything is.

    A design may be for a level of the game or for one of the other files.
    """
    found: dict[str, Level | Design | Catalogue | Card] = {}
    problems: list[Problem] = []
    for file in files:
        try:
            found[file] = load(file)
        except DocumentError as error:
            problems += error.problems
    levels = {each.id: each for level in found.values() for each in _nights(level)}
    lines = []
    for file, document in found.items():
        try:
            lines.append(f"{file}: {_what_it_is(file, document, levels)}")
        except DocumentError as error:
            problems += [each if each.file else replace(each, file=file) for each in error.problems]
    write("".join(clean(line) + "\n" for line in lines))
    complain([str(problem) for problem in problems])
    return 2 if problems else 0


def _nights(document: Level | Design | Catalogue | Card) -> list[Level]:
    """A level and its second night, if it has one."""
    if not isinstance(document, Level):
        return []
    return [document, *([second_night(document)] if document.night else [])]


def _what_it_is(
    file: str, document: Level | Design | Catalogue | Card, levels: dict[str, Level]
) -> str:
    if isinstance(document, Level):
        return _level(document)
    if isinstance(document, Design):
        return _design(file, document, levels)
    if isinstance(document, Card):
        return f"a card, number {document.number}, `{document.title}`"
    return f"a catalogue with {len(document.kinds)} kinds"


def _level(level: Level) -> str:
    """Raises DocumentError where one of the level's own designs cannot run."""
    said = [f"the level `{level.id}`, {level.title}", f"{len(level.slos)} service levels"]
    said += [f"{_able_to_run(level)} designs of its own, all able to run"]
    for night in _nights(level)[1:]:
        said += [f"a second night, `{night.id}`, with {_able_to_run(night)} designs"]
    said += [problem.message for problem in missing_cards(level)]
    return "; ".join(said)


def _able_to_run(level: Level) -> int:
    """How many designs a level itself describes."""
    known = designs(level)
    for name, design in known.items():
        try:
            build(level, design, _ANY_SEED)
        except DocumentError as error:
            message = f"its design `{name}` cannot run: {error.problems[0].message}"
            raise DocumentError([replace(error.problems[0], message=message, path=())]) from None
    return len(known)


def _design(file: str, design: Design, levels: dict[str, Level]) -> str:
    level = levels.get(design.level) or _shipped(design)
    design = load_design(file, level)
    made = build(level, design, _ANY_SEED).plan
    said = [f"a design for `{level.id}` with {len(design.nodes)} nodes"]
    said += [f"${total(cost(level, design)):,.2f}".removesuffix(".00")]
    if level.budget:
        said[-1] += f" of ${level.budget[0]:g} a {level.budget[1]}"
    unserved = {flow.operation: flow.unserved for flow in flows(level, design)}
    for operation, route in made.routes.items():
        lost = unserved[operation] or filter(None, [made.unrouted.get(operation)])
        nobody = " and ".join(f"`{need}`" for need in lost)
        way = f"finds nobody for {nobody}" if nobody else f"goes {' -> '.join(route)}"
        said.append(f"`{operation}` {way}")
    return "; ".join(said)


def _shipped(design: Design) -> Level:
    known = {level.id: level for level in all_levels()}
    if design.level not in known:
        hint = f"{suggestion(design.level, known)}, or name the level's file too"
        raise DocumentError([Problem(f"there is no level `{design.level}`", ("level",), hint)])
    return known[design.level]
