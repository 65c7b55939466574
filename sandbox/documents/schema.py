"""JSON Schemas of the documents, for editors that complete and check while one writes."""

from __future__ import annotations

import ast
import inspect
import textwrap
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
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
    schema = described(model)
    return _with_partial_settings(schema) if model is Catalogue else schema


def _with_partial_settings(schema: dict[str, Any]) -> dict[str, Any]:
    """A kind's setting says only what differs from its behaviour's."""
    partial = {key: value for key, value in schema["$defs"]["Setting"].items() if key != "required"}
    kind = schema["$defs"]["Kind"]
    settings = {"additionalProperties": {"$ref": "#/$defs/PartialSetting"}, "type": "object"}
    kind = {**kind, "properties": {**kind["properties"], "settings": settings}}
    return {**schema, "$defs": {**schema["$defs"], "Kind": kind, "PartialSetting": partial}}


def described(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a model, with the text below each field as its description."""
    return model.model_json_schema(by_alias=True, schema_generator=_Described)


class _Described(GenerateJsonSchema):
    """Describes fields by their docstrings; no titles that only repeat the fields' names.

    Pydantic can do this itself, but reads the sources of all models whenever they are imported;
    here it is done when a schema is asked for.
    """

    def model_schema(self, schema: Any) -> Any:
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        texts = _field_texts(model)
        for name, field in model.model_fields.items():
            described = made.get("properties", {}).get(field.alias or name)
            if described is not None and name in texts:
                described.setdefault("description", texts[name])
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _field_texts(model: type[BaseModel]) -> dict[str, str]:
    """The docstring below each field of a model and of the models it inherits from."""
    texts: dict[str, str] = {}
    for base in reversed([each for each in model.__mro__ if each.__module__.startswith("sandbox")]):
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
        assert isinstance(tree, ast.ClassDef)
        for field, text in pairwise(tree.body):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(text, ast.Expr)
                and isinstance(text.value, ast.Constant)
            ):
                texts[field.target.id] = inspect.cleandoc(str(text.value.value))
    return texts


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
