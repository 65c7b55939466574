from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.documents import library
from tests.tui.fakes import LEVELS
from tests.tui.nights import shop_with_a_night


@pytest.fixture
def frozen_levels(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the game have the levels of these tests, and no others."""
    library._shipped_levels.cache_clear()
    monkeypatch.setattr(library, "levels_folder", lambda: LEVELS)
    yield
    library._shipped_levels.cache_clear()


@pytest.fixture
def night_levels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Let the game have one level, which has a second night; gives its file."""
    path = shop_with_a_night(tmp_path / "levels")
    library._shipped_levels.cache_clear()
    monkeypatch.setattr(library, "levels_folder", lambda: path.parent)
    yield path
    library._shipped_levels.cache_clear()
