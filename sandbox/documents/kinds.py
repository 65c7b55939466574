"""The catalogue as it is, and as a level changes it."""

from __future__ import annotations

import dataclasses
import functools
import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sandbox.documents.catalogue import Behaviour, BehaviourName, Catalogue, Kind, Setting
from sandbox.documents.level import Level
from sandbox.documents.loading import read_file, upgraded
from sandbox.documents.places import assets_folder
from sandbox.documents.problems import DocumentError, Problem
from sandbox.documents.settings import read_setting
from sandbox.documents.source import Source, Trail
from sandbox.documents.words import nearest, problems_of, suggestion, validated

MOST_BYTES = 5_000_000


def catalogue() -> Catalogue:
    """The kinds and behaviours that come with the game. Raises DocumentError."""
    return _shipped()[0]


def kinds_for(level: Level) -> Catalogue:
    """The catalogue with the level's local kinds and changes. Raises DocumentError.

    A local kind of a new name needs only a `behaviour`: its title is made from its name, and it
    comes in one size that is free. A local kind with a name of the catalogue changes that kind:
    mappings are merged, everything else is replaced, and `null` takes an entry out.
    """
    if not level.kinds:
        return catalogue()
    period: str = level.budget[1] if level.budget else "month"
    return _changed(json.dumps(level.kinds), period)


def read_catalogue(source: Source) -> Catalogue:
    """The catalogue that a source is, checked. Raises DocumentError."""
    source = upgraded(source, "catalogue")
    source = dataclasses.replace(source, data=_with_settings(source.data))
    read = validated(Catalogue, source)
    problems = []
    for role, behaviour in read.behaviours.items():
        problems += _settings_problems(behaviour.settings, ("behaviours", role))
    for name, kind in read.kinds.items():
        problems += _kind_problems(read, kind, ("kinds", name))
    source.refuse(problems)
    return read


def catalogue_files() -> list[Path]:
    """The files that the catalogue consists of, one a behaviour."""
    return sorted((assets_folder() / "catalogue").glob("*.yaml"))


@functools.cache
def _shipped() -> tuple[Catalogue, dict[str, Any]]:
    behaviours: dict[BehaviourName, Behaviour] = {}
    kinds: dict[str, Kind] = {}
    raw: dict[str, Any] = {"behaviours": {}, "kinds": {}}
    for path in catalogue_files():
        source = read_file(path, MOST_BYTES, f"assets/catalogue/{path.name}")
        read = read_catalogue(source)
        behaviours |= read.behaviours
        kinds |= read.kinds
        for part, known in raw.items():
            known.update(source.data.get(part, {}))
    names = sorted(behaviours, key=lambda name: behaviours[name].order)
    ordered = {
        name: kind for each in names for name, kind in kinds.items() if kind.behaviour == each
    }
    return Catalogue(behaviours={name: behaviours[name] for name in names}, kinds=ordered), raw


@functools.lru_cache(maxsize=64)
def _changed(text: str, period: str) -> Catalogue:
    base, raw = _shipped()
    kinds, problems = dict(base.kinds), []
    for name, change in tuples(json.loads(text)).items():
        path = ("kinds", name)
        merged = _completed(name, change, raw, period)
        try:
            kind = Kind.model_validate(merged, by_alias=True, by_name=False, context={"file": name})
        except ValidationError as error:
            problems += _hinted(problems_of(Kind, error, merged, path), name, base)
            continue
        problems += _kind_problems(base, kind, path)
        kinds[name] = kind
    if problems:
        raise DocumentError(problems)
    return base.model_copy(update={"kinds": kinds})


def _completed(name: str, change: Any, raw: dict[str, Any], period: str) -> Any:
    """A local kind with everything that it leaves to the catalogue or to defaults."""
    kind: dict[str, Any]
    if name in raw["kinds"]:
        kind = merged(raw["kinds"][name], change)
    else:
        title = name.replace("-", " ").capitalize()
        kind = {"title": title, "sizes": {"one": {"price": f"$0/{period}"}}, **change}
    return _with_full_settings(kind, raw["behaviours"])


def _with_settings(data: Any) -> Any:
    """A catalogue whose kinds say their settings in full."""
    behaviours, kinds = data.get("behaviours"), data.get("kinds", {})
    if not (isinstance(behaviours, dict) and isinstance(kinds, dict)):
        return data
    full = {name: _with_full_settings(kind, behaviours) for name, kind in kinds.items()}
    return {**data, "kinds": full}


def _with_full_settings(kind: Any, behaviours: dict[str, Any]) -> Any:
    """The kind, its partial settings laid over those of its behaviour."""
    settings = kind.get("settings") if isinstance(kind, dict) else None
    if not isinstance(settings, dict):
        return kind
    behaviour = behaviours.get(str(kind.get("behaviour")))
    known = behaviour.get("settings") if isinstance(behaviour, dict) else None
    known = known if isinstance(known, dict) else {}
    full = {each: merged(known.get(each, {}), own) for each, own in settings.items()}
    return {**kind, "settings": full}


def merged(base: Any, change: Any) -> Any:
    """The change laid over the base; what it says is null is taken out."""
    if not (isinstance(base, dict) and isinstance(change, dict)):
        return change
    both = {**base, **{key: merged(base.get(key), own) for key, own in change.items()}}
    return {key: value for key, value in both.items() if value is not None}


def _hinted(problems: list[Problem], name: str, base: Catalogue) -> list[Problem]:
    """The same problems, with a hint for whom only mistyped the kind that was to be changed."""
    near = nearest(name, base.kinds)
    hint = f"to change a kind of the catalogue: did you mean `{near}`?"
    return [
        Problem(each.message, each.path, hint)
        if near and each.message == "`behaviour` is missing"
        else each
        for each in problems
    ]


def _kind_problems(catalogue: Catalogue, kind: Kind, path: Trail) -> list[Problem]:
    if kind.behaviour not in catalogue.behaviours:
        message = f"`{kind.behaviour}` is not known here"
        hint = suggestion(kind.behaviour, catalogue.behaviours)
        return [Problem(message, (*path, "behaviour"), hint)]
    known = catalogue.behaviours[kind.behaviour].settings
    problems = _settings_problems(kind.settings, path)
    for name, setting in kind.settings.items():
        if name not in known:
            message = f"a {kind.behaviour} has no setting `{name}`"
            problems.append(Problem(message, (*path, "settings", name), suggestion(name, known)))
        elif setting.type != known[name].type:
            message = f"this setting is a {known[name].type}, not a {setting.type}"
            problems.append(Problem(message, (*path, "settings", name, "type")))
    for name, ability in kind.does.items():
        if ability.limit is not None and kind.behaviour != "table":
            message = f"only a table has a limit for each partition, and this is a {kind.behaviour}"
            problems.append(Problem(message, (*path, "does", name, "limit")))
    periods = [size.price[1] for size in kind.sizes.values() if size.price[0] > 0]
    for name, size in kind.sizes.items():
        if size.price[0] > 0 and size.price[1] != periods[0]:
            message = f"another size of this kind is paid by the {periods[0]}"
            problems.append(Problem(message, (*path, "sizes", name, "price")))
    for at, (glyph, words) in enumerate(zip(kind.glyph, ("Unicode", "ASCII"), strict=True)):
        if len(glyph) != 1 or (at == 1 and not (glyph.isascii() and glyph.isprintable())):
            problems.append(Problem(f"one {words} character is expected", (*path, "glyph", at)))
    return problems


def _settings_problems(settings: dict[str, Setting], path: Trail) -> list[Problem]:
    problems = []
    for name, spec in settings.items():
        here = (*path, "settings", name)
        if spec.type == "choice" and not spec.choices:
            problems.append(Problem("a choice lists its `choices`", here))
            continue
        # Bounds are read without bounds, a default within them.
        free = spec.model_copy(update={"least": None, "most": None})
        for part in ("least", "most", "step"):
            raw = getattr(spec, part)
            if raw is not None and spec.type not in ("choice", "flag"):
                problems += _unread(free, raw, (*here, part))
        if not problems:
            problems += _unread(spec, spec.default, (*here, "default"))
    return problems


def _unread(spec: Setting, raw: Any, path: Trail) -> list[Problem]:
    try:
        read_setting(spec, raw)
    except ValueError as error:
        return [Problem(str(error), path)]
    return []


def tuples(value: Any) -> Any:
    """The value with tuples for lists, as strict models want them."""
    if isinstance(value, dict):
        return {key: tuples(each) for key, each in value.items()}
    return tuple(map(tuples, value)) if isinstance(value, list) else value
