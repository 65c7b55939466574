"""Laws of random durations as written in documents: `erlang-4 4 min`, `lognormal 1 s cv 1.3`."""

from __future__ import annotations

import math
import re
from typing import Any, Literal

from pydantic import (
    Field,
    GetJsonSchemaHandler,
    ValidationInfo,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from sandbox.documents.base import Document
from sandbox.documents.units import DURATION_PATTERN, format_duration, parse_duration

Shape = Literal["fixed", "exponential", "erlang", "lognormal", "empirical"]

EXPECTED = (
    "`fixed 8 min`, `exponential 4 min`, `erlang-4 4 min`, `lognormal 1 s sigma 1`, "
    "`lognormal 1 s cv 1.3` or `empirical: [1 s, 2 s]`"
)
_NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?"
_SPREAD = re.compile(rf"^(.*?)\s+(sigma|cv)\s+({_NUMBER})$")
_ERLANG = re.compile(r"^erlang-([0-9]{1,6})$")
_MAX_STAGES = 1000
_MAX_SPREAD = {"sigma": 10.0, "cv": 1000.0}
"""Beyond these a lognormal's moments are no longer numbers."""

_LAW_PATTERN = (
    rf"^((fixed|deterministic|exponential|erlang-[0-9]{{1,6}})\s+)?{DURATION_PATTERN}$"
    rf"|^lognormal\s+{DURATION_PATTERN}\s+(sigma|cv)\s+{_NUMBER}$"
)


class Law(Document):
    """The law of a duration.

    `mean` is in seconds. `stages` is the k of Erlang-k; `sigma` the standard deviation of the
    logarithm of a lognormal; `values` the sample an empirical law draws from, each as likely.
    """

    shape: Shape
    mean: float = Field(ge=0, allow_inf_nan=False)
    stages: int = Field(default=1, ge=1, le=_MAX_STAGES)
    sigma: float = Field(default=0.0, ge=0, le=_MAX_SPREAD["sigma"])
    values: tuple[float, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, str):
            return _parse(value)
        if isinstance(value, Law):
            return value
        if isinstance(value, dict) and set(value) == {"empirical"}:
            return _parse_empirical(value["empirical"])
        if isinstance(value, dict) and "shape" in value and not info.context:
            return value  # the program's own way; in a file (which has a context) it has no units
        raise ValueError(f"a law of durations is one of {EXPECTED}")

    @model_validator(mode="after")
    def _values_are_a_sample(self) -> Law:
        if (self.shape == "empirical") != bool(self.values):
            raise ValueError("an empirical law, and no other, has values")
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe the law as it is written, not as it is kept."""
        duration = {"type": "string", "pattern": f"^{DURATION_PATTERN}$"}
        sample = {"type": "array", "items": duration, "minItems": 1}
        return {
            "title": "Law",
            "description": f"The law of a duration: {EXPECTED}.",
            "anyOf": [
                {"type": "string", "pattern": _LAW_PATTERN, "examples": ["erlang-4 4 min"]},
                {
                    "type": "object",
                    "properties": {"empirical": sample},
                    "required": ["empirical"],
                    "additionalProperties": False,
                },
            ],
        }

    @model_serializer
    def _write(self) -> Any:
        if self.shape == "empirical":
            return {"empirical": [format_duration(value) for value in self.values]}
        return str(self)

    def __str__(self) -> str:
        mean = format_duration(self.mean)
        if self.shape == "erlang":
            return f"erlang-{self.stages} {mean}"
        if self.shape == "lognormal":
            return f"lognormal {mean} {self._spread()}"
        return f"{self.shape} {mean}"

    def _spread(self) -> str:
        """How wide a lognormal is, as short as it can be read back to the same."""
        cv = round(math.sqrt(math.expm1(self.sigma**2)), 4)
        is_shorter = len(repr(cv)) < len(repr(self.sigma)) and cv <= _MAX_SPREAD["cv"]
        if is_shorter and _sigma_of(cv) == self.sigma:
            return f"cv {cv!r}"
        return f"sigma {self.sigma!r}"

    @property
    def squared_variation(self) -> float:
        """Variance over squared mean (cv²), dimensionless: 0 for fixed, 1 for exponential."""
        if self.shape == "erlang":
            return 1.0 / self.stages
        if self.shape == "lognormal":
            return math.expm1(self.sigma**2)
        if self.shape == "empirical":
            spread = sum((value - self.mean) ** 2 for value in self.values) / len(self.values)
            return spread / self.mean**2 if self.mean else 0.0
        return 1.0 if self.shape == "exponential" else 0.0


def fixed(seconds: float) -> Law:
    """Make the law that always gives `seconds`."""
    return Law(shape="fixed", mean=seconds)


def _sigma_of(cv: float) -> float:
    """The standard deviation of the logarithm, of a deviation in parts of the mean."""
    return math.sqrt(math.log1p(cv**2))


def _parse(text: str) -> dict[str, Any]:
    rest, sigma = text.strip(), None
    spread = _SPREAD.match(rest)
    if spread:
        rest, word, number = spread.group(1), spread.group(2), float(spread.group(3))
        if number > _MAX_SPREAD[word]:
            raise ValueError(f"a {word} is at most {_MAX_SPREAD[word]:g}")
        sigma = number if word == "sigma" else _sigma_of(number)
    shape, _, duration = rest.partition(" ")
    if shape[:1].isdigit():
        shape, duration = "fixed", rest
    if shape == "deterministic":
        shape = "fixed"
    erlang = _ERLANG.match(shape)
    if (sigma is not None) != (shape == "lognormal"):
        raise ValueError(f"only a lognormal has a sigma or a cv, and it needs one: {EXPECTED}")
    if erlang:
        stages = int(erlang.group(1))
        if not 1 <= stages <= _MAX_STAGES:
            raise ValueError(f"an Erlang law has 1 to {_MAX_STAGES} stages")
        return {"shape": "erlang", "stages": stages, "mean": parse_duration(duration)}
    if shape not in ("fixed", "exponential", "lognormal"):
        raise ValueError(f"`{shape}` is no law of durations; write {EXPECTED}")
    return {"shape": shape, "mean": parse_duration(duration), "sigma": sigma or 0.0}


def _parse_empirical(values: Any) -> dict[str, Any]:
    if not isinstance(values, (list, tuple)) or not values:
        raise ValueError("an empirical law lists its durations: `empirical: [1 s, 2 s, 2 s]`")
    seconds = tuple(parse_duration(value) for value in values)
    return {"shape": "empirical", "values": seconds, "mean": math.fsum(seconds) / len(seconds)}
