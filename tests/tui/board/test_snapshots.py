"""How the board looks, kept as pictures: after a change on purpose, `--snapshot-update`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.tui.look import Look
from sandbox.tui.session import Session
from tests.tui.board.host import SHOP, TODO, Host, opened, ready

UNICODE, PLAIN = Look(), Look(ascii=True, colour=False)
SMALL, LARGE = (80, 24), (120, 40)


@pytest.mark.parametrize(
    ("look", "size"),
    [(UNICODE, SMALL), (UNICODE, LARGE), (PLAIN, SMALL)],
    ids=["small", "large", "plain"],
)
def test_board(snap_compare: Any, tmp_path: Path, look: Look, size: tuple[int, int]) -> None:
    app = opened(tmp_path, look=look)
    assert snap_compare(
        app, run_before=ready, terminal_size=size, press=["right", "right", "right"]
    )


@pytest.mark.parametrize(
    ("look", "size"),
    [(UNICODE, SMALL), (UNICODE, LARGE), (PLAIN, SMALL)],
    ids=["small", "large", "plain"],
)
def test_opening(
    snap_compare: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    look: Look,
    size: tuple[int, int],
) -> None:
    monkeypatch.setattr("sandbox.tui.session.FIRST_LEVEL", SHOP)
    assert snap_compare(Host(Session(tmp_path), look), run_before=ready, terminal_size=size)


def test_branches(snap_compare: Any, tmp_path: Path) -> None:
    assert snap_compare(opened(tmp_path, TODO), run_before=ready, terminal_size=SMALL)


def test_wiring(snap_compare: Any, tmp_path: Path) -> None:
    assert snap_compare(opened(tmp_path), run_before=ready, terminal_size=SMALL, press=["w"])


def test_no_route(snap_compare: Any, tmp_path: Path) -> None:
    app = opened(tmp_path, look=PLAIN)
    assert snap_compare(app, run_before=ready, terminal_size=SMALL, press=["x", "left"])


def test_settings(snap_compare: Any, tmp_path: Path) -> None:
    keys = ["right", "right", "right", "enter", "down", "right"]
    assert snap_compare(opened(tmp_path), run_before=ready, terminal_size=SMALL, press=keys)


def test_palette(snap_compare: Any, tmp_path: Path) -> None:
    assert snap_compare(opened(tmp_path), run_before=ready, terminal_size=SMALL, press=["a"])


def test_brief(snap_compare: Any, tmp_path: Path) -> None:
    assert snap_compare(opened(tmp_path), run_before=ready, terminal_size=SMALL, press=["b"])
