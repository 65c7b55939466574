"""Every document of the game by name or file: levels, designs, the catalogue, cards.

Everything here raises DocumentError, in a player's words, with file, line and path.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from sandbox.documents import counts
from sandbox.documents.cards import Card
from sandbox.documents.catalogue import Catalogue
from sandbox.documents.check import all_nodes, check_design, kinds_to_add
from sandbox.documents.design import Design
from sandbox.documents.kinds import catalogue, kinds_for, read_catalogue
from sandbox.documents.level import Level
from sandbox.documents.level_check import check_level, check_night
from sandbox.documents.loading import read_file, upgraded
from sandbox.documents.nights import SUFFIX, first_night_of, second_night
from sandbox.documents.places import assets_folder, levels_folder
from sandbox.documents.problems import DocumentError, Problem
from sandbox.documents.source import Source, read_text
from sandbox.documents.traffic import Stream
from sandbox.documents.words import suggestion, validated
from sandbox.documents.writing import to_yaml

__all__ = [
    "all_levels",
    "all_nodes",
    "cards",
    "catalogue",
    "check_design",
    "first_night",
    "kinds_for",
    "kinds_to_add",
    "level_ids",
    "load",
    "load_design",
    "load_design_text",
    "load_level",
    "load_level_text",
    "missing_cards",
    "night_of",
    "to_yaml",
]

LEVEL_BYTES = 5_000_000
DESIGN_BYTES = 1_000_000
CARD_BYTES = 1_000_000

_ID = re.compile(r"[a-z0-9-]+")
_DESIGN_KEYS = {"nodes", "links"}


def level_ids() -> list[str]:
    """The ids of the levels that come with the game, in the order they are played."""
    return [level.id for level in sorted(_shipped_levels(), key=lambda each: (each.order, each.id))]


def all_levels() -> Iterator[Level]:
    """The levels that come with the game as they are played, each before its second night."""
    for name in level_ids():
        level = load_level(name)
        yield level
        if level.night is not None:
            yield second_night(level)


def load_level(id_or_path: str | Path) -> Level:
    """A level of the game by its id, or any level by its file.

    A second night is found by the id or the file of its level with `-night-2` behind the name.
    """
    first = first_night(id_or_path)
    if first is not None:
        return _second_night(first)
    if isinstance(id_or_path, str) and _ID.fullmatch(id_or_path):
        path = levels_folder() / f"{id_or_path}.yaml"
        if path.is_file():
            return _level(read_file(path, LEVEL_BYTES, f"levels/{path.name}"), path.parent)
        if not Path(id_or_path).is_file():
            known = [each.stem for each in sorted(levels_folder().glob("*.yaml"))]
            hint = suggestion(id_or_path, known)
            raise DocumentError.single(f"there is no level `{id_or_path}`", hint=hint)
    path = Path(id_or_path)
    return _level(read_file(path, LEVEL_BYTES), path.parent)


def first_night(id_or_path: str | Path) -> Level | None:
    """The level of a second night, named as `load_level` takes it; None if it is no such night."""
    named = isinstance(id_or_path, str) and _ID.fullmatch(id_or_path)
    path = levels_folder() / f"{id_or_path}.yaml" if named else Path(id_or_path)
    first = first_night_of(path.stem)
    if not first or path.is_file() or not path.with_stem(first).is_file():
        return None
    return load_level(first if named else path.with_stem(first))


def night_of(id_or_path: str | Path) -> str:
    """What opens the second night of a level, from what opens the level: its id or its file."""
    path = Path(id_or_path)
    return str(path.with_stem(f"{path.stem}{SUFFIX}"))


def load_level_text(text: str, folder: Path | None = None, file: str = "") -> Level:
    """A level from its text; what it names besides is looked for in `folder`."""
    return _level(read_text(text, file), folder)


def load_design(path: str | Path, level: Level | None = None) -> Design:
    """A design from its file, checked on `level` if one is given; then it need not name it."""
    return _design(read_file(Path(path), DESIGN_BYTES), level)


def load_design_text(text: str, level: Level | None = None, file: str = "") -> Design:
    """A design from its text, checked on `level` if one is given."""
    return _design(read_text(text, file), level)


@functools.cache
def cards() -> dict[int, Card]:
    """The cards that come with the game, by number."""
    found: dict[int, Card] = {}
    for path in sorted((assets_folder() / "cards").glob("*.yaml")):
        source = read_file(path, CARD_BYTES, f"assets/cards/{path.name}")
        card = validated(Card, upgraded(source, "card"))
        if card.number in found:
            source.refuse([Problem(f"there is another card {card.number}", ("number",))])
        found[card.number] = card
    return dict(sorted(found.items()))


def missing_cards(level: Level) -> list[Problem]:
    """The cards that a level names and the game has not. They stop nobody from playing."""
    return [
        Problem(f"there is no card {number} yet", ("cards", at))
        for at, number in enumerate(level.cards)
        if number not in cards()
    ]


def load(path: str | Path) -> Level | Design | Catalogue | Card:
    """Whatever document is in this file; a design is checked on its level if that is known."""
    source = read_file(Path(path), LEVEL_BYTES)
    keys = set(source.data) if isinstance(source.data, dict) else set()
    if "behaviours" in keys:
        return read_catalogue(source)
    if "poles" in keys:
        return validated(Card, upgraded(source, "card"))
    if "level" in keys or (keys & _DESIGN_KEYS and "operations" not in keys and "id" not in keys):
        name = str(source.data.get("level"))
        known = (first_night_of(name) or name) in [p.stem for p in levels_folder().glob("*.yaml")]
        return _design(source, load_level(name) if known else None)
    level = _level(source, Path(path).parent)
    source.refuse([*check_night(level)])
    return level


@functools.cache
def _shipped_levels() -> tuple[Level, ...]:
    return tuple(load_level(path.stem) for path in sorted(levels_folder().glob("*.yaml")))


def _design(source: Source, level: Level | None) -> Design:
    source = upgraded(source, "design")
    if level is not None and "level" not in source.data and source.data.keys() & _DESIGN_KEYS:
        source = replace(source, data={"level": level.id, **source.data})
    design = validated(Design, source)
    if level is not None:
        source.refuse(check_design(level, design))
    return design


def _level(source: Source, folder: Path | None) -> Level:
    source = upgraded(source, "level")
    level = validated(Level, source)
    problems = check_level(level)
    streams: list[Stream] = []
    for at, stream in enumerate(level.traffic):
        try:
            streams.append(_counted(stream, folder, level.clock.length))
        except DocumentError as error:
            problems += [
                _placed(each, ("traffic", at, "counts", "file")) for each in error.problems
            ]
    source.refuse(problems)
    return level.model_copy(update={"traffic": tuple(streams)})


def _second_night(level: Level) -> Level:
    problems = [*check_night(level)]
    if problems:
        raise DocumentError(problems)
    return second_night(level)


def _counted(stream: Stream, folder: Path | None, length: float) -> Stream:
    """The stream with the phases that its counts stand for."""
    if stream.counts is None:
        return stream
    phases = counts.phases(stream.counts, folder, length)
    return stream.model_copy(update={"counts": None, "phases": phases})


def _placed(problem: Problem, path: tuple[Any, ...]) -> Problem:
    return Problem(problem.message, path, problem.hint, problem.file, problem.line)
