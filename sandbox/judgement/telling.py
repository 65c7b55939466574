"""Times and amounts in a player's words."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.documents.level import Clock

_MINUTE = 60
_HOUR = 3600
_DAY = 86400


def time_of(clock: Clock, seconds: float) -> str:
    """A moment of the run: `20:14` where the level has a time of day, else `02:14` (min:s).

    A level whose waits are told in seconds has them in its time of day, too: `12:01:45`.
    """
    if clock.starts is not None:
        hours, minutes = clock.starts.split(":")
        moment = int((int(hours) * _HOUR + int(minutes) * _MINUTE + seconds) % _DAY)
        of_day = f"{moment // _HOUR:02d}:{moment % _HOUR // _MINUTE:02d}"
        return of_day if clock.unit == "min" else f"{of_day}:{moment % _MINUTE:02d}"
    minutes_, rest = divmod(int(seconds), _MINUTE)
    return f"{minutes_:02d}:{rest:02d}"


def client_name(names: Sequence[str], number: int) -> str:
    """What to call the client of a request: always the same for the same number."""
    return names[number % len(names)] if names else f"Client {number + 1}"


def duration(seconds: float) -> str:
    """A duration with its unit, as short as it can be read: `41 min`, `2.5 s`, `312 ms`."""
    if seconds >= 2 * _HOUR:
        return f"{seconds / _HOUR:.1f} h"
    if seconds >= 2 * _MINUTE:
        return f"{seconds / _MINUTE:.0f} min"
    if seconds >= 1:
        return f"{seconds:.3g} s"
    return f"{seconds * 1000:.3g} ms"


def minutes_in_words(seconds: float) -> str:
    """A wait as one tells it: `41 minutes`, `30 seconds`."""
    if seconds >= _MINUTE:
        minutes = round(seconds / _MINUTE)
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{seconds:.3g} second{'' if seconds == 1 else 's'}"


def percent(share: float) -> str:
    """A share as a percentage with at most one digit: `97.9%`, `90%`."""
    return f"{share * 100:.1f}".removesuffix(".0") + "%"
