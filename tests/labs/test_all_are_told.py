"""Every lab is on the page of the labs, with what cures it and what the cure costs."""

from __future__ import annotations

import re
from pathlib import Path

LABS = Path(__file__).parent
PAGE = (LABS.parents[1] / "docs" / "LABS.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and "`" in line
]


def test_every_lab_is_told_once() -> None:
    told = [name for row in ROWS for name in re.findall(r"`([a-z-]+)`", row[1])]
    assert sorted(told) == sorted(path.parent.name for path in LABS.glob("*/level.yaml"))


def test_every_row_names_a_cure_and_what_it_costs() -> None:
    assert all(len(row) == 4 and all(row) for row in ROWS)


def test_every_lab_has_a_test() -> None:
    tests = "".join(path.read_text("utf-8") for path in LABS.glob("test_*.py"))
    for level in LABS.glob("*/level.yaml"):
        assert f'"{level.parent.name}"' in tests
