"""Documents as YAML: exact to read back, and good to diff."""

from __future__ import annotations

import yaml
from hypothesis import given

from sandbox.documents import library
from sandbox.documents.design import Design, Link, Node
from tests.documents import made
from tests.documents.strategies import designs


@given(designs())
def test_a_written_design_reads_back_equal(design: Design) -> None:
    assert library.load_design_text(library.to_yaml(design)) == design


@given(designs())
def test_older_readers_of_yaml_find_the_same_settings(design: Design) -> None:
    read = yaml.safe_load(library.to_yaml(design))
    settings = [node.get("settings", {}) for node in read.get("nodes", [])]
    assert settings == [node.settings for node in design.nodes]


def test_written_levels_and_the_catalogue_read_back_equal() -> None:
    for level_id in library.level_ids():
        level = library.load_level(level_id)
        assert library.load_level_text(library.to_yaml(level)) == level
    assert library.load_level_text(made.queue()) == library.load_level_text(
        library.to_yaml(library.load_level_text(made.queue()))
    )


def test_a_node_and_a_link_are_one_line_each_and_defaults_are_left_out() -> None:
    design = Design(
        level="queue",
        nodes=(
            Node(id="desk", kind="server", at=(1, 2), settings={"queue": 4, "discipline": "on"}),
            Node(id="spare", kind="server", count=3),
        ),
        links=(Link(source="users", target="desk", weight=2.0),),
    )
    assert library.to_yaml(design).splitlines() == [
        "format: 1",
        "level: queue",
        "nodes:",
        "- {id: desk, kind: server, at: [1, 2], settings: {queue: 4, discipline: 'on'}}",
        "- {id: spare, kind: server, count: 3}",
        "links:",
        "- {from: users, to: desk, weight: 2}",
    ]


def test_a_text_of_several_lines_is_written_in_lines() -> None:
    level = library.load_level_text(made.queue(brief="One line.\nAnother: with a colon.\n"))
    assert "brief: |\n  One line.\n  Another: with a colon.\n" in library.to_yaml(level)
