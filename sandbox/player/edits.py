"""Changes to a design, each a small command: undone by keeping what was there before.

`apply` gives a new design and leaves the old one as it is; it raises EditError in a player's
words when the change is not allowed. `says` is a short label for a change that is allowed,
asked with the design as it is before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.documents.check import check_design
from sandbox.documents.design import Design, Link
from sandbox.documents.level import Level
from sandbox.documents.library import kinds_for
from sandbox.documents.settings import setting_specs
from sandbox.player.pieces import (
    EditError,
    any_node,
    changed,
    kind_of,
    link_between,
    made_link,
    made_node,
    own_node,
    refuse_known_id,
    refuse_taken_place,
    remade,
    with_new,
)
from sandbox.player.placing import leads_to, natural_wires

LINK_SETTINGS = (
    "weight", "latency", "carries", "timeout", "retries", "backoff", "jitter", "budget", "breaker",
    "bulkhead", "every", "encrypted",
)  # fmt: skip
"""What can be set of a link."""


class Edit(Protocol):
    """One change to a design."""

    def says(self, design: Design, level: Level) -> str:
        """Describe the change to this design, as in `count cooks 2 -> 3`."""
        ...

    def apply(self, design: Design, level: Level) -> Design:
        """Give the changed design. Raises EditError."""
        ...


@dataclass(frozen=True)
class AddNode:
    """A new node; put beside another, it gets the wires that make sense, if there is no doubt."""

    node_id: str
    kind: str
    at: tuple[int, int] | None = None
    beside: str | None = None

    def says(self, design: Design, level: Level) -> str:
        after = self.apply(design, level)
        wires = [link for link in after.links if self.node_id in link.ends]
        if not wires:
            return f"add {self.node_id}"
        told = ", ".join(f"{link.source} to {link.target}" for link in wires)
        return f"add {self.node_id}, wired {told}"

    def apply(self, design: Design, level: Level) -> Design:
        added = with_new(design, level, made_node(id=self.node_id, kind=self.kind, at=self.at))
        if self.beside is None:
            return added
        any_node(added, level, self.beside)
        wires = natural_wires(level, added, self.node_id, self.beside)
        kept = tuple(link for link in added.links if link not in wires.removed)
        return remade(added, level, links=(*kept, *wires.added))


@dataclass(frozen=True)
class RemoveNode:
    """A node goes, and its links with it."""

    node_id: str

    def says(self, design: Design, level: Level) -> str:
        return f"delete {self.node_id}"

    def apply(self, design: Design, level: Level) -> Design:
        gone = own_node(design, level, self.node_id)
        links = tuple(link for link in design.links if gone.id not in link.ends)
        nodes = tuple(node for node in design.nodes if node is not gone)
        return remade(design, level, nodes=nodes, links=links)


@dataclass(frozen=True)
class MoveNode:
    """A node goes to another (column, row)."""

    node_id: str
    at: tuple[int, int]

    def says(self, design: Design, level: Level) -> str:
        return f"move {self.node_id}"

    def apply(self, design: Design, level: Level) -> Design:
        own_node(design, level, self.node_id)
        refuse_taken_place(design, level, self.at, mover=self.node_id)
        return changed(design, level, self.node_id, at=self.at)


@dataclass(frozen=True)
class RenameNode:
    """A node gets another id; its links stay with it."""

    node_id: str
    new_id: str

    def says(self, design: Design, level: Level) -> str:
        return f"rename {self.node_id} -> {self.new_id}"

    def apply(self, design: Design, level: Level) -> Design:
        old = own_node(design, level, self.node_id)
        if self.new_id == old.id:
            return design
        refuse_known_id(design, level, self.new_id)
        new = made_node(**{**dict(old), "id": self.new_id})
        return remade(
            design,
            level,
            nodes=tuple(new if node is old else node for node in design.nodes),
            links=tuple(
                made_link(link, source=self._name(link.source), target=self._name(link.target))
                for link in design.links
            ),
        )

    def _name(self, node_id: str) -> str:
        return self.new_id if node_id == self.node_id else node_id


@dataclass(frozen=True)
class DuplicateNode:
    """A second node just like one, calling the same targets, behind the same routers and queues."""

    node_id: str
    new_id: str
    at: tuple[int, int] | None = None

    def says(self, design: Design, level: Level) -> str:
        return f"duplicate {self.node_id}"

    def apply(self, design: Design, level: Level) -> Design:
        node = own_node(design, level, self.node_id)
        twin = made_node(**{**dict(node), "id": self.new_id, "at": self.at})
        added = with_new(design, level, twin)
        copies = []
        for link in design.links:
            if link.source == self.node_id:
                copies.append(made_link(link, source=self.new_id))
            elif link.target == self.node_id and self._chooses(link.source, design, level):
                copies.append(made_link(link, target=self.new_id))
        return remade(added, level, links=(*design.links, *copies))

    def _chooses(self, node_id: str, design: Design, level: Level) -> bool:
        """Whether a node may have two targets that can do the same, as nothing else may."""
        node = any_node(design, level, node_id)
        return kinds_for(level).behaves(node.kind).asks == "several"


@dataclass(frozen=True)
class SetCount:
    """How many of it: cooks, slots, servers."""

    node_id: str
    count: int

    def says(self, design: Design, level: Level) -> str:
        before = own_node(design, level, self.node_id).count
        return f"count {self.node_id} {before} -> {self.count}"

    def apply(self, design: Design, level: Level) -> Design:
        return changed(design, level, self.node_id, count=self.count)


@dataclass(frozen=True)
class SetSize:
    """Which size; None is the kind's first."""

    node_id: str
    size: str | None

    def says(self, design: Design, level: Level) -> str:
        node = own_node(design, level, self.node_id)
        first = kind_of(level, node).first_size
        return f"size {self.node_id} {node.size or first} -> {self.size or first}"

    def apply(self, design: Design, level: Level) -> Design:
        return changed(design, level, self.node_id, size=self.size)


@dataclass(frozen=True)
class SetSetting:
    """A setting as written in documents (`60%`, `unbounded`); None is its default."""

    node_id: str
    name: str
    value: Any

    def says(self, design: Design, level: Level) -> str:
        node = own_node(design, level, self.node_id)
        default = setting_specs(kinds_for(level), node.kind)[self.name].default
        before = node.settings.get(self.name, default)
        after = default if self.value is None else self.value
        return f"{self.name} {self.node_id} {_word(before)} -> {_word(after)}"

    def apply(self, design: Design, level: Level) -> Design:
        settings = dict(own_node(design, level, self.node_id).settings)
        settings.pop(self.name, None)
        if self.value is not None:
            settings[self.name] = self.value
        return changed(design, level, self.node_id, settings=settings)


@dataclass(frozen=True)
class SetZones:
    """Where the instances of a node stand, in turn; none: the level's first zone."""

    node_id: str
    zones: tuple[str, ...]

    def says(self, design: Design, level: Level) -> str:
        before = own_node(design, level, self.node_id).zones
        return f"zones {self.node_id} {_word(before)} -> {_word(self.zones)}"

    def apply(self, design: Design, level: Level) -> Design:
        return changed(design, level, self.node_id, zones=self.zones)


@dataclass(frozen=True)
class AddLink:
    """A wire from one node to another."""

    source: str
    target: str

    def says(self, design: Design, level: Level) -> str:
        return f"link {self.source} to {self.target}"

    def apply(self, design: Design, level: Level) -> Design:
        for end in (self.source, self.target):
            any_node(design, level, end)
        if self.source == self.target:
            raise EditError(f"`{self.source}` cannot be linked to itself")
        if any(link.ends == (self.source, self.target) for link in design.links):
            raise EditError(f"`{self.source}` is linked to `{self.target}` already")
        if leads_to(design, self.target, self.source):
            raise EditError(
                f"that would close a circle, for `{self.target}` leads to `{self.source}`"
            )
        link = Link(source=self.source, target=self.target)
        return remade(design, level, links=(*design.links, link))


@dataclass(frozen=True)
class RemoveLink:
    """A wire goes."""

    source: str
    target: str

    def says(self, design: Design, level: Level) -> str:
        return f"unlink {self.source} from {self.target}"

    def apply(self, design: Design, level: Level) -> Design:
        gone = link_between(design, self.source, self.target)
        return remade(design, level, links=tuple(link for link in design.links if link is not gone))


@dataclass(frozen=True)
class SetLink:
    """One setting of a link, as written in documents; None is its default."""

    source: str
    target: str
    name: str
    value: Any

    def says(self, design: Design, level: Level) -> str:
        value = "default" if self.value is None else _word(self.value)
        return f"{self.name} from {self.source} to {self.target}: {value}"

    def apply(self, design: Design, level: Level) -> Design:
        old = link_between(design, self.source, self.target)
        if self.name not in LINK_SETTINGS:
            known = ", ".join(LINK_SETTINGS)
            raise EditError(f"a link has no `{self.name}`; it has {known}")
        if self.value is None:
            new = old.model_copy(update={self.name: Link.model_fields[self.name].default})
        else:
            new = made_link(old, **{self.name: self.value})
        return remade(
            design, level, links=tuple(new if link is old else link for link in design.links)
        )


@dataclass(frozen=True)
class ReplaceDesign:
    """Another design altogether: one put by, or the starting board."""

    design: Design
    label: str = "open another design"

    def says(self, design: Design, level: Level) -> str:
        return self.label

    def apply(self, design: Design, level: Level) -> Design:
        for problem in check_design(level, self.design):
            raise EditError(f"this design does not fit: {problem}")
        return self.design


def _word(value: Any) -> Any:
    """A switch, a list or several settings as players read them; else as it is written."""
    if isinstance(value, dict):
        return (
            ", ".join(f"{name.replace('_', ' ')} {part}" for name, part in value.items()) or "yes"
        )
    if isinstance(value, list | tuple):
        return ", ".join(value) or "default"
    return ("yes" if value else "no") if isinstance(value, bool) else value
