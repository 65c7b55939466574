"""Documents as YAML that diffs well: one node or link a line, a stable order, no defaults."""

from __future__ import annotations

from typing import Any

import yaml

from sandbox.documents.base import FORMAT, Document
from sandbox.documents.source import core_tag


def to_yaml(document: Document) -> str:
    """The document as YAML text. Reading it gives an equal document."""
    data = document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if "format" in type(document).model_fields:
        data = {"format": FORMAT, **data}
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))


class _Dumper(yaml.SafeDumper):
    """Writes mappings as blocks, and each entry of a list in one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """Put into quotes what this game's reader, or an older one, takes for no text."""
        if kind is yaml.ScalarNode and implicit[0]:
            tag = core_tag(value)
            if tag != self.DEFAULT_SCALAR_TAG:
                return tag
        return super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]

    def list_lines(self, data: list[Any]) -> yaml.Node:
        numbers = all(isinstance(item, int | float) for item in data)
        node = self.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=numbers)
        for item in node.value:
            if isinstance(item, yaml.CollectionNode):
                item.flow_style = True
        return node

    def number(self, data: float) -> yaml.Node:
        """Write 2.0 as 2, as people do; where a document expects a number, both are read."""
        whole = abs(data) < 1e15 and data == int(data)
        return self.represent_int(int(data)) if whole else self.represent_float(data)

    def text(self, data: str) -> yaml.Node:
        style = "|" if "\n" in data else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(list, _Dumper.list_lines)
_Dumper.add_representer(float, _Dumper.number)
_Dumper.add_representer(str, _Dumper.text)
