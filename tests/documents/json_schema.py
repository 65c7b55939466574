"""As much of JSON Schema as this game's schemas use; an unknown keyword is an error."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_ANNOTATIONS = {"$defs", "$schema", "default", "description", "examples", "title"}


class Checker:
    """Says whether a value is what a schema describes."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.root = schema

    def accepts(self, value: Any) -> bool:
        return self._fits(value, self.root)

    def _fits(self, value: Any, schema: dict[str, Any]) -> bool:
        checks: dict[str, Callable[[Any], bool]] = {
            "$ref": lambda ref: self._fits(value, self.root["$defs"][ref.split("/")[-1]]),
            "anyOf": lambda each: any(self._fits(value, one) for one in each),
            "oneOf": lambda each: sum(self._fits(value, one) for one in each) == 1,
            "const": lambda const: value == const,
            "enum": lambda known: value in known,
            "type": self._typed(value),
            "pattern": lambda pattern: (
                not isinstance(value, str) or bool(re.search(pattern, value))
            ),
            "required": lambda names: not isinstance(value, dict) or set(names) <= set(value),
            "propertyNames": lambda names: all(self._fits(key, names) for key in _keys(value)),
            "items": lambda items: all(self._fits(each, items) for each in _items(value, schema)),
            "prefixItems": lambda each: self._prefixed(value, each),
            "minLength": lambda least: not isinstance(value, str) or len(value) >= least,
            "maxLength": lambda most: not isinstance(value, str) or len(value) <= most,
            "minItems": lambda least: not isinstance(value, list) or len(value) >= least,
            "maxItems": lambda most: not isinstance(value, list) or len(value) <= most,
            "minProperties": lambda least: not isinstance(value, dict) or len(value) >= least,
            "minimum": lambda least: not _is_number(value) or value >= least,
            "maximum": lambda most: not _is_number(value) or value <= most,
            "exclusiveMinimum": lambda least: not _is_number(value) or value > least,
            "exclusiveMaximum": lambda most: not _is_number(value) or value < most,
            "properties": lambda _: self._members(value, schema),
            "patternProperties": lambda _: self._members(value, schema),
            "additionalProperties": lambda _: self._members(value, schema),
        }
        return all(
            checks[keyword](given)
            for keyword, given in schema.items()
            if keyword not in _ANNOTATIONS
        )

    def _typed(self, value: Any) -> Callable[[str], bool]:
        def fits(name: str) -> bool:
            return isinstance(value, _TYPES[name]) and (
                type(value) is not bool or name == "boolean"
            )

        return fits

    def _prefixed(self, value: Any, schemas: list[Any]) -> bool:
        pairs = zip(value, schemas, strict=False) if isinstance(value, list) else ()
        return all(self._fits(each, schema) for each, schema in pairs)

    def _members(self, value: Any, schema: dict[str, Any]) -> bool:
        if not isinstance(value, dict):
            return True
        for key, each in value.items():
            found = [schema["properties"][key]] if key in schema.get("properties", {}) else []
            patterns = schema.get("patternProperties", {}).items()
            found += [one for pattern, one in patterns if re.search(pattern, key)]
            if not found:
                rest = schema.get("additionalProperties", True)
                found = [{} if rest is True else rest]
            if not all(one is not False and self._fits(each, one) for one in found):
                return False
        return True


def _items(value: Any, schema: dict[str, Any]) -> list[Any]:
    return value[len(schema.get("prefixItems", ())) :] if isinstance(value, list) else []


def _keys(value: Any) -> list[str]:
    return list(value) if isinstance(value, dict) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
