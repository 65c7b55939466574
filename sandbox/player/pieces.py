"""Finding and remaking the pieces of a design, with a player's words for what cannot be done.

Everything here raises EditError.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from sandbox.documents.base import Document
from sandbox.documents.catalogue import Kind
from sandbox.documents.check import check_design
from sandbox.documents.design import Design, Link, Node
from sandbox.documents.kinds import tuples
from sandbox.documents.level import Level
from sandbox.documents.library import all_nodes, kinds_for
from sandbox.documents.problems import DocumentError
from sandbox.documents.source import Source
from sandbox.documents.words import validated

D = TypeVar("D", bound=Document)


class EditError(Exception):
    """A change that is not allowed, with the reason in a player's words."""


def own_node(design: Design, level: Level, node_id: str) -> Node:
    """The player's node with this id; one of the level's is nobody's to change."""
    node = any_node(design, level, node_id)
    if any(fixed.id == node_id for fixed in level.nodes):
        raise EditError(f"`{node_id}` belongs to the level and stays as it is")
    return node


def any_node(design: Design, level: Level, node_id: str) -> Node:
    """The node with this id, the player's or the level's."""
    for node in all_nodes(level, design):
        if node.id == node_id:
            return node
    raise EditError(f"there is no `{node_id}` on the board")


def link_between(design: Design, source: str, target: str) -> Link:
    """The link from one node to another."""
    for link in design.links:
        if link.ends == (source, target):
            return link
    raise EditError(f"`{source}` is not linked to `{target}`")


def kind_of(level: Level, node: Node) -> Kind:
    """The kind of a node, as this level has it."""
    return kinds_for(level).kinds[node.kind]


def refuse_known_id(design: Design, level: Level, node_id: str) -> None:
    """See to it that no node has this id."""
    if any(node.id == node_id for node in all_nodes(level, design)):
        raise EditError(f"there is a `{node_id}` on the board already")


def refuse_taken_place(design: Design, level: Level, at: tuple[int, int], mover: str) -> None:
    """See to it that nobody but the `mover` stands there."""
    for node in all_nodes(level, design):
        if node.at == at and node.id != mover:
            raise EditError(f"`{node.id}` stands there already")


def with_new(design: Design, level: Level, node: Node) -> Design:
    """The design with one more node."""
    refuse_known_id(design, level, node.id)
    if node.at is not None:
        refuse_taken_place(design, level, node.at, mover=node.id)
    return remade(design, level, nodes=(*design.nodes, node))


def changed(design: Design, level: Level, node_id: str, **changes: Any) -> Design:
    """The design with one of the player's nodes changed."""
    old = own_node(design, level, node_id)
    new = made_node(**{**dict(old), **changes})
    return remade(design, level, nodes=tuple(new if node is old else node for node in design.nodes))


def remade(design: Design, level: Level, **changes: Any) -> Design:
    """The design with other nodes, links or choices, which must fit the level."""
    new = design.model_copy(update=changes)
    for problem in check_design(level, new):
        raise EditError(str(replace(problem, path=())))
    return new


def made_node(**fields: Any) -> Node:
    """A node, checked by itself."""
    return _made(Node, fields)


def made_link(link: Link, **changes: Any) -> Link:
    """A link like another with some fields changed, checked by itself."""
    return _made(Link, {**link.model_dump(mode="json"), **changes})


def _made(model: type[D], fields: dict[str, Any]) -> D:
    written = {model.model_fields[name].alias or name: value for name, value in fields.items()}
    try:
        return validated(model, Source(tuples(written)))
    except DocumentError as error:
        problem = error.problems[0]
        beyond = problem.path[:1] == ("at",)
        raise EditError("the board ends here" if beyond else str(problem)) from error
