from __future__ import annotations

import pytest

from sandbox.documents.level import Level
from sandbox.documents.library import load_level
from tests.tui.board.host import SHOP, TODO


@pytest.fixture(scope="session")
def pizza() -> Level:
    return load_level(SHOP)


@pytest.fixture(scope="session")
def todo() -> Level:
    return load_level(TODO)
