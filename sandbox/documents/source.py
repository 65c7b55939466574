"""Reading a YAML (or JSON) file safely into plain data that knows its line numbers.

The reader walks the parser's events itself and constructs nothing but text, numbers, booleans,
nulls, tuples and dictionaries. It follows YAML 1.2's core schema, so `19:00`, `on` and `no` stay
text, and refuses whatever a document of the game never needs: tags of other types, anchors and
aliases, duplicate keys, deep nesting, files beyond a size.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from sandbox.documents.problems import DocumentError, Problem

Trail = tuple[str | int, ...]
"""The way to a value: keys and positions from the top of the document."""

MAX_DEPTH = 40
MAX_VALUES = 100_000
MAX_PROBLEMS = 20
"""More than these are counted, not listed: nobody mends a hundred things at once."""
MOST_PROBLEMS = 200
"""After these a check stops looking for more, so that no document takes long to be refused."""

# The parser in C is twenty times as fast and has the same events with the same marks.
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_INT = re.compile(r"^[-+]?[0-9]+$")
_BASED = re.compile(r"^0o[0-7]+$|^0x[0-9a-fA-F]+$")
_FLOAT = re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_NULLS = ("", "~", "null", "Null", "NULL")
_TRUE = ("true", "True", "TRUE")
_FALSE = ("false", "False", "FALSE")
_MAX_DIGITS = 30
_CORE = "tag:yaml.org,2002:"
_CORE_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
    "seq": (tuple,),
    "map": (dict,),
}


def core_tag(text: str) -> str:
    """Which type of YAML 1.2's core schema text without quotes is: the tag of its value."""
    if text in _NULLS:
        name = "null"
    elif text in _TRUE or text in _FALSE:
        name = "bool"
    elif _INT.match(text) or _BASED.match(text):
        name = "int"
    else:
        name = "float" if _FLOAT.match(text) else "str"
    return _CORE + name


@dataclass(frozen=True)
class Source:
    """What a file says, and on which line it says it."""

    data: Any
    lines: dict[Trail, int] = field(default_factory=dict)
    file: str = ""

    def line(self, path: Trail) -> int | None:
        """The line of this path, or of the nearest thing around it that the file has."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None

    def place(self, problems: list[Problem]) -> list[Problem]:
        """The problems with their file and line, in the order of the file."""
        placed = [
            Problem(
                problem.message,
                problem.path,
                problem.hint,
                problem.file or self.file,
                problem.line or (None if problem.file else self.line(problem.path)),
            )
            for problem in problems
        ]
        return sorted(placed, key=lambda problem: problem.line or 0)

    def refuse(self, problems: list[Problem]) -> None:
        """Raise DocumentError if there are problems."""
        if problems:
            shown = self.place(problems)
            if len(shown) > MAX_PROBLEMS:
                more = str(len(shown) - MAX_PROBLEMS) if len(shown) < MOST_PROBLEMS else "many"
                shown = [*shown[:MAX_PROBLEMS], Problem(f"and {more} more", file=self.file)]
            raise DocumentError(shown)


def read_text(text: str, file: str = "") -> Source:
    """Read YAML text. Raises DocumentError with every problem that can be told at once."""
    control = _NO_TEXT.search(text)
    if control:
        where = text.count("\n", 0, control.start()) + 1
        raise DocumentError([Problem("this is no plain text", file=file, line=where)])
    reader = _Reader(file)
    try:
        data = reader.document(yaml.parse(text, Loader=_PARSER))
    except yaml.MarkedYAMLError as error:
        what = error.problem or error.context or "it cannot be understood"
        if "nesting depth" in what:  # the parser's own limit, where it has one
            what = f"it is nested more than {MAX_DEPTH} deep"
        mark = error.problem_mark or error.context_mark
        line = min(mark.line, text.count("\n")) + 1 if mark else None
        problem = Problem(f"this is not YAML: {what}", (), _advice(text, line), file, line)
        raise DocumentError([problem]) from None
    except yaml.YAMLError as error:
        reason = getattr(error, "reason", None) or "it cannot be understood"
        raise DocumentError.single(f"this is not YAML: {reason}", file=file) from None
    source = Source(data, reader.lines, file)
    source.refuse(reader.problems)
    if data is None:
        raise DocumentError.single("this file is empty", file=file)
    return source


def _advice(text: str, line: int | None) -> str:
    rows = text.splitlines()
    if line is not None and line <= len(rows) and rows[line - 1].lstrip(" ").startswith("\t"):
        return "indent with spaces, not with tabs"
    return "a text with `: `, ` #` or a bracket at its start needs quotes"


class _Reader:
    """Turns the events of one document into data, collecting problems and line numbers."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Trail, int] = {}
        self.problems: list[Problem] = []
        self.values = 0

    def document(self, events: Iterator[yaml.Event]) -> Any:
        data: Any = None
        seen = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                seen += 1
                if seen > 1:
                    self.stop("a file holds one document", event, ())
            elif isinstance(event, yaml.NodeEvent):
                data = self.value(event, events, ())
        return data

    def value(self, event: Any, events: Iterator[yaml.Event], path: Trail) -> Any:
        self.lines.setdefault(path, _line(event))
        if len(path) > MAX_DEPTH:
            self.stop(f"this is nested more than {MAX_DEPTH} deep", event, ())
        self.values += 1
        if self.values > MAX_VALUES:
            self.stop(f"this file has more than {MAX_VALUES:,} values", event, ())
        if isinstance(event, yaml.AliasEvent):
            # Refused at once: what follows an alias is often a bomb of them.
            self.stop("aliases (`*name`) are not read here", event, path, "write it out")
        if event.anchor is not None:
            self.stop("anchors (`&name`) are not read here", event, path, "write it out")
        if isinstance(event, yaml.ScalarEvent):
            value: Any = self.scalar(event, path)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self.sequence(events, path)
        else:
            value = self.mapping(events, path)
        return self.tagged(value, event, path)

    def sequence(self, events: Iterator[yaml.Event], path: Trail) -> tuple[Any, ...]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.value(event, events, (*path, len(items))))
        return tuple(items)

    def mapping(self, events: Iterator[yaml.Event], path: Trail) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                self.stop("the name before a colon is a single word", event, path)
            if event.tag is not None or event.anchor is not None:
                self.stop("a name has neither a tag nor an anchor", event, path)
            key = event.value
            here = (*path, key)
            line = _line(event)
            if key in values:
                first = self.lines[here]
                self.problems.append(
                    Problem(f"`{key}` is here twice", here, f"first in line {first}", line=line)
                )
            self.lines.setdefault(here, line)
            values[key] = self.value(next(events), events, here)
        return values

    def scalar(self, event: yaml.ScalarEvent, path: Trail) -> Any:
        text: str = event.value
        if event.style or event.tag in ("!", _CORE + "str"):
            return text
        match core_tag(text).removeprefix(_CORE):
            case "str":
                return text
            case "null":
                return None
            case "bool":
                return text in _TRUE
            case "int" if len(text) <= _MAX_DIGITS:
                return int(text) if _INT.match(text) else int(text, 0)
            case "float" if math.isfinite(float(text)):
                return float(text)
        self.problems.append(Problem("this number is too large to mean anything", path))
        return 0

    def tagged(self, value: Any, event: Any, path: Trail) -> Any:
        tag = event.tag
        if tag is None or tag == "!":
            return value
        wanted = _CORE_TYPES.get(tag.removeprefix(_CORE)) if tag.startswith(_CORE) else None
        if wanted is None:
            hint = "a document of the game needs none; leave it out"
            self.problems.append(Problem(f"the tag `{tag}` is not read here", path, hint))
        elif type(value) not in wanted:
            self.problems.append(Problem(f"this is not what its tag `{tag}` says", path))
        return value

    def stop(self, message: str, event: Any, path: Trail, hint: str = "") -> NoReturn:
        line = _line(event)
        self.problems.append(Problem(message, path, hint, line=line))
        raise DocumentError(Source(None, self.lines, self.file).place(self.problems))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
