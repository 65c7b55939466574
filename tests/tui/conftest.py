from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.documents import library
from tests.tui.fakes import LEVELS


@pytest.fixture
def frozen_levels(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the game have the levels of these tests, and no others."""
    library._shipped_levels.cache_clear()
    monkeypatch.setattr(library, "levels_folder", lambda: LEVELS)
    yield
    library._shipped_levels.cache_clear()
