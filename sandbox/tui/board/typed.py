"""What a player types into a field, as a document would have it."""

from __future__ import annotations

from typing import Any

from sandbox.documents.catalogue import Setting
from sandbox.documents.settings import read_setting
from sandbox.player.pieces import EditError


def as_written(spec: Setting, text: str) -> Any:
    """The text as a document would have it; what it may be is for the document to say."""
    match spec.type:
        case "share":
            return text if text.endswith("%") else f"{text}%"
        case "flag":
            return {"true": True, "yes": True, "false": False, "no": False}.get(text, text)
        case "number":
            try:
                return float(text)
            except ValueError:
                return text
        case "rate":
            return text if "/" in text else f"{text}/s"
        case "count" | "limit":
            digits = text.replace(",", "")
            return int(digits) if digits.isdigit() else text
        case _:
            return text


def timed(before: str, text: str) -> str:
    """A duration; a bare number counts in the unit of the value that was there, or in seconds."""
    number = text.replace(".", "", 1)
    if not (number.isascii() and number.isdigit()):
        return text
    return f"{text} {before.partition(' ')[2] or 's'}"


def whole(text: str) -> int:
    """A whole number. Raises EditError."""
    if not text.isdigit():
        raise EditError(f"a whole number is expected, such as 4, not `{text}`")
    return int(text)


def amount(spec: Setting, raw: Any) -> float:
    """A value as a number to compare by; what is not there is below all others."""
    if raw is None:
        return -1.0
    free = spec.model_copy(update={"least": None, "most": None})
    value = read_setting(free, raw)
    return -1.0 if value is None else float(value)
