"""What a model finds wrong with a document, in the words of somebody who writes documents."""

from __future__ import annotations

import difflib
import functools
import operator
import types
import typing
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Annotated, Any, TypeVar, Union

from pydantic import BaseModel, ValidationError

from sandbox.documents.base import Document
from sandbox.documents.problems import Problem
from sandbox.documents.source import MOST_PROBLEMS, Source, Trail
from sandbox.documents.units import (
    format_duration,
    format_rate,
    format_share,
    parse_duration,
    parse_rate,
    parse_share,
)

M = TypeVar("M", bound=Document)

_SHORT = 40
_MOST_WORDS = 300
_MOST_LETTERS = 100
_MAPPING = "a mapping (`name: value`)"


def nearest(word: object, known: Iterable[str]) -> str | None:
    """The known word that a mistyped one was probably meant to be.

    Looked for among the first few hundred, and only for what could be a word at all.
    """
    lower: dict[str, str] = {}
    if len(str(word)) > _MOST_LETTERS:
        return None
    for each in islice(known, _MOST_WORDS):
        lower.setdefault(each.lower(), each)
    near = difflib.get_close_matches(str(word).lower(), lower, n=1, cutoff=0.6)
    return lower[near[0]] if near else None


def suggestion(word: object, known: Iterable[str]) -> str:
    """What would be right instead of an unknown word, as the hint of a problem."""
    words = list(known)
    near = nearest(word, words)
    if near is not None:
        return f"did you mean `{near}`?"
    if not words:
        return "none is known"
    listed = ", ".join(words)
    return f"known: {listed}" if len(listed) <= 2 * _SHORT else f"{len(words)} are known"


def unknown(
    what: str, names: Iterable[tuple[str | None, Trail]], known: Iterable[str]
) -> Iterator[Problem]:
    """A problem for each name, given with its place, that is not among those that are known."""
    words = list(known)
    for name, path in names:
        if name is not None and name not in words:
            yield Problem(f"there is no {what} `{name}`", path, suggestion(name, words))


def validated(model: type[M], source: Source) -> M:
    """The document that the source's data is. Raises DocumentError with every problem."""
    try:
        return model.model_validate(
            source.data, by_alias=True, by_name=False, context={"file": source.file}
        )
    except ValidationError as error:
        problems = problems_of(model, error, source.data)
    source.refuse(problems)
    raise AssertionError("a validation error without an error")


def problems_of(
    model: type[BaseModel], error: ValidationError, data: Any, prefix: Trail = ()
) -> list[Problem]:
    """The problems of a document in a player's words, their paths behind `prefix`."""
    found = []
    details = error.errors(include_url=False)[:MOST_PROBLEMS]
    for detail in details:
        loc = detail["loc"]
        if detail["type"] == "too_short" and any(
            other["loc"][: len(loc)] == loc != other["loc"] for other in details
        ):
            continue  # an entry that cannot be read is there all the same
        problem = _problem(model, dict(detail), data)
        found.append(Problem(problem.message, (*prefix, *problem.path), problem.hint))
    return found


def _problem(model: type[BaseModel], detail: dict[str, Any], data: Any) -> Problem:
    kind, context, loc = detail["type"], detail.get("ctx", {}), detail["loc"]
    path = tuple(part for part in loc if not _is_marker(part))
    given = _written(data, path, detail["input"])
    name = str(path[-1]) if path else ""
    match kind:
        case "extra_forbidden":
            known = _fields(_type_at(model, loc[:-1]))
            return Problem(f"`{name}` is not known here", path, suggestion(name, known))
        case "missing":
            number = f"entry number {loc[-1] + 1}" if isinstance(loc[-1], int) else f"`{name}`"
            return Problem(f"{number} is missing", path)
        case "union_tag_not_found" | "union_tag_invalid":
            return _metric(given, context, path)
        case "literal_error":
            choices = _tags(context["expected"])
            return Problem(f"{_shown(given)} is not known here", path, suggestion(given, choices))
        case "string_pattern_mismatch":
            return Problem(*_pattern(given, context["pattern"], path))
        case "value_error":
            return Problem(str(context["error"]), path)
        case _:
            return Problem(*_plain(kind, context, given, path, detail["msg"]))


def _metric(given: Any, context: dict[str, Any], path: Trail) -> Problem:
    if "tag" not in context:
        if not isinstance(given, dict):
            return Problem(f"{_MAPPING} is expected here, not {_shown(given)}", path)
        return Problem("`metric` is missing", path, "within, good, lost or latency")
    word = context["tag"].strip("<>")
    hint = suggestion(word, _tags(context["expected_tags"]))
    return Problem(f"`{word}` is no metric", (*path, "metric"), hint)


def _pattern(given: Any, pattern: str, path: Trail) -> tuple[str, Trail, str]:
    if pattern.startswith("^[a-z]"):
        hint = "lower case letters, digits and single dashes, such as `queue-2`"
        return f"{_shown(given)} is no name for this", path, hint
    if "[0-5]" in pattern:
        return f"{_shown(given)} is no time of day", path, "write it as `19:00`"
    return f"{_shown(given)} has another form than is expected", path, pattern


_EXPECTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
}


def _bound(value: float, given: Any) -> str:
    """A bound in the unit of what was given; 0 needs none."""
    if value and isinstance(given, str):
        for parse, write in (
            (parse_duration, format_duration),
            (parse_share, format_share),
            (parse_rate, format_rate),
        ):
            try:
                parse(given)
            except ValueError:
                continue
            return write(value)
    return f"{value:,.15g}"


def _plain(
    kind: str, context: dict[str, Any], given: Any, path: Trail, message: str
) -> tuple[str, Trail, str]:
    if kind in _EXPECTED:
        quote = "put it in quotes" if kind == "string_type" and _is_number(given) else ""
        return f"{_EXPECTED[kind]} is expected here, not {_shown(given)}", path, quote
    bounds = {
        "greater_than": ("more than", "gt"),
        "greater_than_equal": ("at least", "ge"),
        "less_than": ("less than", "lt"),
        "less_than_equal": ("at most", "le"),
    }
    if kind in bounds:
        words, key = bounds[kind]
        return f"{_shown(given)} is out of bounds", path, f"{words} {_bound(context[key], given)}"
    if kind in ("too_short", "string_too_short"):
        least = context["min_length"]
        return "this is too short", path, f"at least {least} {_unit(kind, least)}"
    if kind in ("too_long", "string_too_long"):
        most = context["max_length"]
        return "this is too long", path, f"at most {most} {_unit(kind, most)}"
    return message, path, ""


def _unit(kind: str, count: int) -> str:
    unit = "character" if kind.startswith("string") else "entry"
    if count == 1:
        return unit
    return "characters" if unit == "character" else "entries"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return _MAPPING
    if isinstance(value, tuple):
        return "a list"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{text[:_SHORT]}…`" if len(text) > _SHORT else f"`{text}`"


def _written(data: Any, path: Trail, given: Any) -> Any:
    """The value as the file has it, where a quantity has already been turned into a number."""
    if not isinstance(given, float):
        return given
    try:
        return functools.reduce(operator.getitem, path, data)
    except (KeyError, IndexError, TypeError):  # a part that the file has in another form
        return given


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _is_marker(part: str | int) -> bool:
    """Whether this part of a place is Pydantic's own: which branch of a union, or a key."""
    return isinstance(part, str) and (part == "[key]" or part.startswith("<"))


def _tags(expected: str) -> list[str]:
    words = expected.replace(" or ", ", ").split(", ")
    return [word.strip("'<>") for word in words]


def _fields(model: Any) -> list[str]:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _type_at(annotation: Any, loc: tuple[str | int, ...]) -> Any:
    """The type of what stands at this place of a document of a type."""
    for part in loc:
        annotation = _step(_bare(annotation), part)
    return _bare(annotation)


def _step(annotation: Any, part: str | int) -> Any:
    if isinstance(part, str) and part.startswith("<"):
        return next((arm for arm in _arms(annotation) if _tag(arm) == part), None)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, each in annotation.model_fields.items():
            if part in (name, each.alias):
                return each.annotation
        return None
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is dict:
        return arguments[1]
    return arguments[0] if typing.get_origin(annotation) is tuple else None


def _bare(annotation: Any) -> Any:
    """The annotation without `Annotated` and `| None`."""
    while True:
        arms = _arms(annotation)
        if typing.get_origin(annotation) is Annotated:
            annotation = typing.get_args(annotation)[0]
        elif len(arms) == 1:
            annotation = arms[0]
        else:
            return annotation


def _arms(annotation: Any) -> list[Any]:
    if typing.get_origin(annotation) not in (Union, types.UnionType):
        return []
    return [arm for arm in typing.get_args(annotation) if arm is not type(None)]


def _tag(arm: Any) -> str | None:
    marks = typing.get_args(arm)[1:] if typing.get_origin(arm) is Annotated else ()
    return next((mark.tag for mark in marks if hasattr(mark, "tag")), None)
