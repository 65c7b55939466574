"""What the player prefers on the screen, and what that means in the terminal at hand."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from sandbox.player.storage import JsonFile, home

Choice = Literal["auto", "on", "off"]
ClockChoice = Literal["normal", "tenfold", "off"]
"""How long a timed challenge lets one plan: as the level says, ten times that, or for ever."""


class Preferences(BaseModel):
    """As saved. `auto` follows the terminal; `keys` maps an action to the key chosen for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    format: Literal[1] = 1
    ascii: Choice = "auto"
    colour: Choice = "auto"
    motion: Choice = "auto"
    clock: ClockChoice = "normal"
    keys: dict[str, str] = {}


@dataclass(frozen=True)
class Effective:
    """What the screen does."""

    ascii: bool
    colour: bool
    motion: bool


def preferences_file(folder: Path | None = None) -> JsonFile[Preferences]:
    """Open the player's preferences."""
    return JsonFile((folder or home()) / "preferences.json", Preferences())


def resolve(preferences: Preferences, environ: Mapping[str, str], encoding: str) -> Effective:
    """Decide from the preferences, the environment and the encoding of standard output.

    Honours NO_COLOR (https://no-color.org) and Textual's TEXTUAL_ANIMATIONS.
    """
    bare = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
    still = environ.get("TEXTUAL_ANIMATIONS", "").strip().lower() == "none"
    return Effective(
        ascii=_choose(preferences.ascii, not (_is_utf8(encoding) and _locale_is_utf8(environ))),
        colour=_choose(preferences.colour, not bare),
        motion=_choose(preferences.motion, not still),
    )


def _choose(choice: Choice, automatic: bool) -> bool:
    return automatic if choice == "auto" else choice == "on"


def _is_utf8(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")
    except LookupError:
        return False


def _locale_is_utf8(environ: Mapping[str, str]) -> bool:
    """Tell whether the locale agrees; one that says nothing leaves it to the encoding."""
    character = environ.get("LC_CTYPE", "")
    if character == "C.UTF-8" and environ.get("LANG") in ("C", "POSIX"):
        character = ""  # set by Python itself on starting in the C locale (PEP 538)
    locale = environ.get("LC_ALL") or character or environ.get("LANG") or "UTF-8"
    name = locale.partition("@")[0].rpartition(".")[2]
    return _is_utf8(name)
