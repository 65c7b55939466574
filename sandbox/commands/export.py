"""`sandbox export`: a design as a file, as a diagram, or the schema of a kind of document."""

from __future__ import annotations

from typing import Literal

from sandbox.commands.documents import read_design
from sandbox.commands.output import show_json, write_document
from sandbox.documents.catalogue import Kind
from sandbox.documents.design import Design, Node
from sandbox.documents.level import Level
from sandbox.documents.library import all_nodes, kinds_for, load_level, to_yaml
from sandbox.documents.schema import described, schemas
from sandbox.judgement.report import Report

Form = Literal["yaml", "mermaid"]
SchemaOf = Literal["level", "design", "catalogue", "card", "report"]


def export_schema(of: SchemaOf) -> int:
    """Print the JSON Schema of a kind of document."""
    show_json(described(Report) if of == "report" else schemas()[of])
    return 0


def export_design(level_word: str, design_word: str, form: Form) -> int:
    """Print a design, and nothing else."""
    level = load_level(level_word)
    design = read_design(level, design_word)
    write_document(to_yaml(design) if form == "yaml" else mermaid(level, design))
    return 0


def mermaid(level: Level, design: Design) -> str:
    """The design as a Mermaid flow chart: dotted arrows hand off, solid ones call."""
    nodes = all_nodes(level, design)
    kinds, takes = kinds_for(level).kinds, kinds_for(level).behaviours
    names = {node.id: f"n{at}" for at, node in enumerate(nodes)}
    kind_of = {node.id: kinds[node.kind] for node in nodes}
    lines = ["flowchart LR"]
    lines += [f'    {names[node.id]}["{_label(node, kind_of[node.id])}"]' for node in nodes]
    for link in design.links:
        hands_off = takes[kind_of[link.target].behaviour].takes == "hand-offs"
        arrow = "-.->" if hands_off else "-->"
        lines.append(f"    {names[link.source]} {arrow} {names[link.target]}")
    return "\n".join(lines) + "\n"


def _label(node: Node, kind: Kind) -> str:
    size = f" {node.size or kind.first_size}" if len(kind.sizes) > 1 else ""
    count = f" x{node.count}" if node.count > 1 else ""
    title = kind.title.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;")
    return f"{node.id}{count}<br/>{title}{size}"
