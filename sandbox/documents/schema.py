"""JSON Schemas of the documents, for editors that complete and check while one writes."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from sandbox.documents.base import Document
from sandbox.documents.cards import Card
from sandbox.documents.catalogue import Catalogue
from sandbox.documents.design import Design
from sandbox.documents.level import Level

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_BOUNDS = ("gt", "ge", "lt", "le")
_DOCUMENTS: dict[str, type[Document]] = {
    "level": Level,
    "design": Design,
    "catalogue": Catalogue,
    "card": Card,
}


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each kind of document, as it is written in YAML.

    A schema accepts every document that the game accepts. It refuses what has the wrong form;
    names that mean nothing in a level are found by the game's own check.
    """
    return {
        name: {"$schema": _DIALECT, **_as_written(_schema(model))}
        for name, model in _DOCUMENTS.items()
    }


def _schema(model: type[Document]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True, schema_generator=_Untitled)
    return _with_partial_settings(schema) if model is Catalogue else schema


def _with_partial_settings(schema: dict[str, Any]) -> dict[str, Any]:
    """A kind's setting says only what differs from its behaviour's."""
    partial = {key: value for key, value in schema["$defs"]["Setting"].items() if key != "required"}
    kind = schema["$defs"]["Kind"]
    settings = {"additionalProperties": {"$ref": "#/$defs/PartialSetting"}, "type": "object"}
    kind = {**kind, "properties": {**kind["properties"], "settings": settings}}
    return {**schema, "$defs": {**schema["$defs"], "Kind": kind, "PartialSetting": partial}}


class _Untitled(GenerateJsonSchema):
    """Leaves out titles that only repeat the names of fields."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _as_written(schema: Any) -> Any:
    """Without bounds and defaults that are numbers in the program but text in the file."""
    if isinstance(schema, list):
        return [_as_written(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "string":
        schema = {key: value for key, value in schema.items() if key not in _BOUNDS}
        if not isinstance(schema.get("default", ""), str):
            schema = {key: value for key, value in schema.items() if key != "default"}
    return {key: _as_written(value) for key, value in schema.items()}
