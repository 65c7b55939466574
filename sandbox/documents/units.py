"""Quantities with their unit in the file: `300 ms`, `45/h`, `$620/night`, `90%`.

Inside the program a duration is a float in seconds, a rate a float per second, a share a
float from 0 to 1 and money a float in dollars; only documents and screens know other units.
Every `format_*` writes what the matching `parse_*` reads back to the same float.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

DURATION_UNITS: dict[str, float] = {
    "ms": 0.001,
    "s": 1.0,
    "min": 60.0,
    "h": 3600.0,
    "d": 86400.0,
}
RATE_UNITS: dict[str, float] = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
MEMORY_UNITS: dict[str, float] = {"KB": 0.001, "MB": 1.0, "GB": 1000.0}
PERIODS = ("hour", "night", "day", "month")

_DIGITS = r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?"
_NUMBER = f"({_DIGITS})"
DURATION_PATTERN = rf"{_DIGITS}\s*(ms|s|min|h|d)"
"""How a duration is written, for the schemas that editors read."""
_DURATION = re.compile(rf"^{_NUMBER}\s*([a-zA-Zµ]+)$")
_RATE = re.compile(rf"^{_NUMBER}\s*/\s*([a-zA-Z]+)$")
_SHARE = re.compile(rf"^{_NUMBER}\s*%$")
_MEMORY = re.compile(rf"^{_NUMBER}\s*([a-zA-Z]+)$")
_MONEY = re.compile(rf"^\$\s*{_NUMBER}(?:\s*/\s*([a-zA-Z]+))?$")


def parse_duration(value: Any) -> float:
    """Read `300 ms`, `8 min`, `3 h` as seconds. Raises ValueError in a player's words."""
    units = ", ".join(DURATION_UNITS)
    if not isinstance(value, str):
        raise ValueError(f"a duration needs its unit ({units}), such as `8 min`")
    match = _DURATION.match(value.strip())
    if not match:
        raise ValueError(f"a duration is a number and a unit ({units}), such as `8 min`")
    number, unit = match.groups()
    if unit not in DURATION_UNITS:
        raise ValueError(f"`{unit}` is no unit of time; known are {units}")
    if unit == "ms":  # divide: 300 / 1000 is the nearest float to 0.3, 300 * 0.001 is not
        return _finite(float(number) / 1000.0)
    return _finite(float(number) * DURATION_UNITS[unit])


def format_duration(seconds: float) -> str:
    """Write seconds with the largest unit that reads back to the same float."""
    for unit in ("h", "min", "s", "ms"):
        size = DURATION_UNITS[unit]
        number = seconds * 1000.0 if unit == "ms" else seconds / size
        text = f"{_plain(number)} {unit}"
        short = len(_plain(number)) <= 6
        is_large = number >= 1 or (unit == "ms" and number > 0)
        if short and is_large and parse_duration(text) == seconds:
            return text
    return f"{_plain(seconds)} s"


def parse_rate(value: Any) -> float:
    """Read `2000/s`, `45/h` as a number per second."""
    units = ", ".join(f"/{unit}" for unit in RATE_UNITS)
    if not isinstance(value, str):
        raise ValueError(f"a rate needs its unit ({units}), such as `45/h`")
    match = _RATE.match(value.strip())
    if not match:
        raise ValueError(f"a rate is a number and a unit ({units}), such as `45/h`")
    number, unit = match.groups()
    if unit not in RATE_UNITS:
        raise ValueError(f"`/{unit}` is no unit of a rate; known are {units}")
    return _finite(float(number) / RATE_UNITS[unit])


def format_rate(per_second: float) -> str:
    """Write a rate with the first unit that gives a short number reading back the same."""
    for unit, size in RATE_UNITS.items():
        number = per_second * size
        text = f"{_plain(number)}/{unit}"
        if (number >= 1 or number == 0) and len(text) <= 8 and parse_rate(text) == per_second:
            return text
    return f"{_plain(per_second)}/s"


def parse_share(value: Any) -> float:
    """Read `90%` as 0.9. A bare number is refused: 0.9 and 90 are too easily confused."""
    match = _SHARE.match(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError("a share is a number from 0 to 100 with a percent sign, such as `90%`")
    # Moving the decimal point is exact; dividing a float by 100 cannot reach every float.
    number, _, exponent = match.group(1).lower().partition("e")
    share = float(f"{number}e{int(exponent or 0) - 2}")
    if share > 1:
        raise ValueError("a share is at most `100%`")
    return share


def format_share(share: float) -> str:
    """Write 0.9 as `90%`."""
    return f"{Decimal(repr(share)).scaleb(2).normalize():f}%"


def parse_memory(value: Any) -> float:
    """Read `512 MB`, `4 GB` as megabytes (of a million bytes)."""
    units = ", ".join(MEMORY_UNITS)
    match = _MEMORY.match(value.strip()) if isinstance(value, str) else None
    if not match or match.group(2) not in MEMORY_UNITS:
        raise ValueError(f"memory is a number and a unit ({units}), such as `512 MB`")
    number, unit = match.groups()
    if unit == "KB":  # divide, as with milliseconds
        return _finite(float(number) / 1000.0)
    return _finite(float(number) * MEMORY_UNITS[unit])


def format_memory(megabytes: float) -> str:
    """Write megabytes with the largest unit that reads back to the same float."""
    for unit in ("GB", "MB", "KB"):
        number = megabytes * 1000.0 if unit == "KB" else megabytes / MEMORY_UNITS[unit]
        text = f"{_plain(number)} {unit}"
        if number >= 1 and len(_plain(number)) <= 6 and parse_memory(text) == megabytes:
            return text
    return f"{_plain(megabytes)} MB"


def parse_money(value: Any) -> float:
    """Read `$620` as 620.0; an amount per period is `parse_price`."""
    amount, period = _money(value)
    if period:
        raise ValueError("an amount without a period is expected here, such as `$3.50`")
    return amount


def format_money(amount: float) -> str:
    """Write 620.0 as `$620`."""
    return f"${_plain(amount)}"


def parse_price(value: Any) -> tuple[float, str]:
    """Read `$60/month` as (60.0, 'month')."""
    amount, period = _money(value)
    if not period:
        raise ValueError("a price says per what: `$60/month` or `$60/night`")
    return amount, period


def format_price(price: tuple[float, str]) -> str:
    """Write (60.0, 'month') as `$60/month`."""
    return f"{format_money(price[0])}/{price[1]}"


def _money(value: Any) -> tuple[float, str | None]:
    match = _MONEY.match(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError("money is a dollar sign and a number, such as `$60/month`")
    number, period = match.groups()
    if period is not None and period not in PERIODS:
        raise ValueError(f"`{period}` is no period; known are {', '.join(PERIODS)}")
    return _finite(float(number)), period


def _finite(number: float) -> float:
    if not math.isfinite(number) or number > 1e15:
        raise ValueError("this number is too large to mean anything")
    return number


def _plain(number: float) -> str:
    """Write the shortest text that reads back to `number`, without an exponent where it can."""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return repr(number)


def _quantity(parse: Any, write: Any, example: str, pattern: str) -> Any:
    """Make the Pydantic annotation of one quantity: parsed on reading, text on writing."""
    return (
        BeforeValidator(parse),
        PlainSerializer(write, return_type=str, when_used="json"),
        WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]}),
    )


Duration = Annotated[
    float,
    *_quantity(parse_duration, format_duration, "8 min", rf"^{DURATION_PATTERN}$"),
]
Rate = Annotated[
    float, *_quantity(parse_rate, format_rate, "45/h", rf"^{_DIGITS}\s*/\s*(s|min|h|d)$")
]
Share = Annotated[float, *_quantity(parse_share, format_share, "90%", rf"^{_DIGITS}\s*%$")]
Memory = Annotated[
    float, *_quantity(parse_memory, format_memory, "512 MB", rf"^{_DIGITS}\s*(KB|MB|GB)$")
]
Money = Annotated[float, *_quantity(parse_money, format_money, "$3.50", rf"^\$\s*{_DIGITS}$")]
Price = Annotated[
    tuple[float, str],
    *_quantity(
        parse_price,
        format_price,
        "$60/month",
        rf"^\$\s*{_DIGITS}\s*/\s*({'|'.join(PERIODS)})$",
    ),
]
