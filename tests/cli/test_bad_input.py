"""Whatever a file holds: words on stderr, exit code 2, nothing on stdout, never a traceback."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Sandbox = Callable[..., Any]

NODES = "nodes: [{id: phone, kind: clerk}, {id: rail, kind: rail}]\n"
TEXTS: dict[str, tuple[str, str]] = {
    "empty": ("", "empty"),
    "a number": ("7", "design"),
    "a list": ("- 1\n- 2\n", "design"),
    "not YAML": ("level: [pizza-shop\n", "YAML"),
    "unknown field": ("level: pizza-shop\nnods: []\n", "`nodes`"),
    "unknown kind": ("level: pizza-shop\nnodes: [{id: a, kind: cok}]\n", "`cook`"),
    "kind of another level": ("level: pizza-shop\nnodes: [{id: a, kind: sql}]\n", "sql"),
    "same id twice": (
        "level: pizza-shop\nnodes: [{id: a, kind: cook}, {id: a, kind: oven}]\n",
        "two nodes",
    ),
    "fixed id": ("level: pizza-shop\nnodes: [{id: guests, kind: cook}]\n", "fixed"),
    "bad count": ("level: pizza-shop\nnodes: [{id: a, kind: cook, count: 0}]\n", "count"),
    "too many": ("level: pizza-shop\nnodes: [{id: a, kind: cook, count: 99}]\n", "at most 12"),
    "bad setting": (
        "level: pizza-shop\nnodes: [{id: a, kind: oven, settings: {ahead: 300%}}]\n",
        "100%",
    ),
    "no such setting": (
        "level: pizza-shop\nnodes: [{id: a, kind: oven, settings: {ahed: 30%}}]\n",
        "`ahead`",
    ),
    "link to nowhere": (
        f"level: pizza-shop\n{NODES}links: [{{from: phone, to: raill}}]\n",
        "`rail`",
    ),
    "self-link": (f"level: pizza-shop\n{NODES}links: [{{from: phone, to: phone}}]\n", "itself"),
    "circle": (
        f"level: pizza-shop\n{NODES}"
        "links: [{from: phone, to: rail}, {from: rail, to: phone}]\n",
        "circle",
    ),
    "link to clients": (
        f"level: pizza-shop\n{NODES}links: [{{from: rail, to: guests}}]\n",
        "only asks",
    ),
    "two ways": (
        "level: pizza-shop\nnodes: [{id: a, kind: clerk}, {id: b, kind: clerk}]\n"
        "links: [{from: guests, to: a}, {from: guests, to: b}]\n",
        "router",
    ),
    "other level": ("level: todo-at-scale\n", "pizza-shop"),
    "no level": ("name: mine\n", "level"),
    "newer format": ("format: 99\nlevel: pizza-shop\n", "newer"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_bad_design_is_told(sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    text, word = TEXTS[name]
    path = tmp_path / "design.yaml"
    path.write_text(text, encoding="utf-8")

    by_file = sandbox("simulate", "pizza-shop", str(path), "--json")
    by_stdin = sandbox("simulate", "pizza-shop", "-", "--json", stdin=text.encode())

    for done in (by_file, by_stdin):
        assert done.code == 2
        assert done.out == ""
        assert word in done.err
        assert "Traceback" not in done.err
    assert str(path) in by_file.err
    assert "standard input" in by_stdin.err


BYTES = {
    "binary": b"\x00\x01\x02\xff",
    "not UTF-8": b"level: pizza-shop\nname: \xff\xfe\n",
    "escapes": b"level: pizza-shop\n\x1b[31mnodes: []\n",
    "too large": b"# " + b"x" * 1_100_000,
}


@pytest.mark.parametrize("name", BYTES)
def test_a_file_that_is_no_text_is_told(sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    path = tmp_path / "design.yaml"
    path.write_bytes(BYTES[name])

    for done in (
        sandbox("simulate", "pizza-shop", str(path)),
        sandbox("simulate", "pizza-shop", "-", stdin=BYTES[name]),
    ):
        assert done.code == 2
        assert done.err.strip()
        assert "\x1b" not in done.err
        assert "Traceback" not in done.err


def test_all_problems_are_told_at_once_with_their_lines(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text(
        "level: pizza-shop\nnodes:\n- {id: a, kind: cok}\n- {id: b, kind: oven, count: 99}\n",
        encoding="utf-8",
    )
    done = sandbox("simulate", "pizza-shop", str(path))

    assert [line.partition(": ")[0] for line in done.err.splitlines()] == [f"{path}:3", f"{path}:4"]


def test_files_that_are_not_there(sandbox: Sandbox, tmp_path: Path) -> None:
    for arguments in (
        ("simulate", "pizza-shop", str(tmp_path / "none.yaml")),
        ("simulate", "pizza-shop", str(tmp_path)),
        ("simulate", str(tmp_path / "none.yaml"), "start"),
        ("simulate", "pizza-shup", "start"),
        ("simulate", "pizza-shop", "winner:frsh"),
        ("simulate", "pizza-shop", "start", "--trace", str(tmp_path / "no" / "trace")),
        ("check", str(tmp_path / "none.yaml")),
        ("prove", "pizza-shup"),
        ("export", "pizza-shup"),
        ("export", "pizza-shop", "--design", "winner:frsh"),
        ("play", "--plain", "pizza-shup"),
        ("kinds", "ovn"),
        ("cards", "999"),
    ):
        done = sandbox(*arguments)
        assert done.code == 2, arguments
        assert done.err.strip(), arguments
        assert "Traceback" not in done.err
        assert done.out == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_one_may_not_read(sandbox: Sandbox, start: Path) -> None:
    start.chmod(0)

    assert sandbox("simulate", "pizza-shop", str(start)).code == 2


def test_a_bad_level_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "level.yaml"
    path.write_text("id: x\ntitle: X\nbrief: X\nclock: {length: 3}\n", encoding="utf-8")
    done = sandbox("simulate", str(path), "start")

    assert done.code == 2
    assert f"{path}:4: clock.length" in done.err
    assert "operations" in done.err


def test_no_level_can_steer_a_terminal(sandbox: Sandbox, tmp_path: Path) -> None:
    from sandbox.documents.library import load_level, to_yaml

    level = load_level("pizza-shop")
    text = to_yaml(level).replace("title: Friday night pizza\n", 'title: "Pizza \\e[2J\\a"\n')
    path = tmp_path / "level.yaml"
    path.write_text(text, encoding="utf-8")

    done = sandbox("simulate", str(path), "start")

    assert "Pizza [2J" in done.out
    assert "\x1b" not in done.out
    assert "\a" not in done.out
