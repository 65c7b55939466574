"""What a player can decide about a wire: which settings there are, and what is said of them.

They are in `assets/wires.yaml`. What they do is told in `documents/design.py`, class `Link`.
"""

from __future__ import annotations

import functools
from typing import Any, Literal

from pydantic import Field

from sandbox.documents.base import FORMAT, Document, Id, Text
from sandbox.documents.catalogue import Setting
from sandbox.documents.design import Breaker, Link
from sandbox.documents.loading import read_file
from sandbox.documents.places import assets_folder
from sandbox.documents.words import validated

MOST_BYTES = 100_000
BREAKER = "breaker"
CARRIES = "carries"
EVERYTHING = "everything"
"""How a wire is written that carries whatever can be done at its end."""

Where = Literal["calls", "choosing", "weighted", "watching", "secret"]
"""Wires on which a reply is waited for; beside which another leads to who can do the same; out of
a node that chooses by weights; from those who watch and have to look; where there is a secret."""


class WireSetting(Setting):
    """One thing to decide about a wire. It means something only `on` some of them."""

    on: Where
    after: Id | None = None
    """Another setting, without which this one has nothing to say."""
    none: str = ""
    """How it is written where there is nothing of the kind; empty: there always is."""
    steps: tuple[Any, ...] = ()
    """The values that + and - go through, as written."""
    says: Text
    """What it says of a wire, with its value in place of `{}`."""


class Wires(Document):
    """All settings of wires, in the order in which they are shown."""

    format: Literal[1] = FORMAT
    settings: dict[Id, WireSetting] = Field(min_length=1)


@functools.cache
def wire_settings() -> dict[str, WireSetting]:
    """The settings of wires by their names. Raises DocumentError."""
    source = read_file(assets_folder() / "wires.yaml", MOST_BYTES, "assets/wires.yaml")
    return validated(Wires, source).settings


def wire_value(link: Link, name: str) -> Any:
    """A setting of a link as it is written in a design; None where there is nothing."""
    field, part = _field(name)
    if name == BREAKER:
        return link.breaker is not None
    if part:
        return (link.breaker or Breaker()).model_dump(mode="json")[part]
    value = link.model_dump(mode="json", include={field})[field]
    if name == CARRIES:
        return EVERYTHING if value is None else ", ".join(value)
    return value


def wire_change(link: Link, name: str, value: Any) -> tuple[str, Any]:
    """The field of a link that says so, and what it says then; None is the default."""
    field, part = _field(name)
    if name == BREAKER:
        return field, {} if value is True else None if value in (None, False) else value
    if part:
        now = {} if link.breaker is None else link.breaker.model_dump(mode="json")
        default = Breaker().model_dump(mode="json")[part]
        return field, {**now, part: default if value is None else value}
    if name == CARRIES and isinstance(value, str):
        names = [each.strip() for each in value.split(",")]
        return field, None if names == [EVERYTHING] else names
    return field, value


def _field(name: str) -> tuple[str, str]:
    """The field of a link that a setting is about, and the part of it, if it is about a part."""
    plain = name.replace("-", "_")
    return (BREAKER, plain) if plain in Breaker.model_fields else (plain, "")
