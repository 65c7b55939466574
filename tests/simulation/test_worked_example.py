"""What `docs/ARCHITECTURE.md` says of adding a kind and a behaviour, done as it is written."""

from __future__ import annotations

import json
import math
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from sandbox.documents import kinds
from sandbox.documents.library import catalogue, load_design_text, load_level_text
from sandbox.documents.places import assets_folder
from sandbox.judgement.judge import judge
from sandbox.simulation.behaviours import BEHAVIOURS
from sandbox.simulation.run import simulate

PAGE = (Path(__file__).parents[2] / "docs" / "ARCHITECTURE.md").read_text("utf-8")


def block(name: str) -> str:
    """The one block of the page with this name behind its language."""
    (text,) = re.findall(rf"^```\w+ {name}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


def forget() -> None:
    """Read the catalogue anew when it is asked for next."""
    kinds._shipped.cache_clear()
    kinds._changed.cache_clear()


@pytest.fixture
def lottery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A game that has the behaviour of the page."""
    shutil.copytree(assets_folder() / "catalogue", tmp_path / "catalogue")
    (tmp_path / "catalogue" / "lottery.yaml").write_text(block("catalogue"), "utf-8")
    module = ModuleType("lottery")
    monkeypatch.setitem(sys.modules, "lottery", module)
    exec(compile(block("behaviour"), "lottery.py", "exec"), module.__dict__)
    monkeypatch.setattr(kinds, "assets_folder", lambda: tmp_path)
    monkeypatch.setitem(BEHAVIOURS, "lottery", module.Lottery)
    forget()
    yield
    monkeypatch.undo()
    forget()


def test_a_kind_needs_no_python() -> None:
    """A steak of 3 minutes at 2 places, every 2 minutes: busy for three quarters of the time."""
    level = load_level_text(block("kind"))
    design = level.starting_design()
    reports = [judge(level, design, simulate(level, design, seed)) for seed in range(10)]
    busy = [report.nodes["grill"].utilisation for report in reports]
    assert sum(busy) / len(busy) == pytest.approx(0.75, abs=0.05)


@pytest.mark.usefixtures("lottery")
def test_a_behaviour_is_two_files_and_a_line() -> None:
    level = load_level_text(
        json.dumps(
            {
                "id": "door",
                "title": "Door",
                "brief": "Some get in.",
                "clock": {"length": "100 s"},
                "operations": {"enter": {"title": "enter", "needs": ["compute"]}},
                "traffic": [{"from": "people", "rate": "20/s", "mix": {"enter": 1}}],
                "palette": ["doorman", "app"],
                "nodes": [{"id": "people", "kind": "users"}],
            }
        )
    )
    board = {
        "level": "door",
        "nodes": [
            {"id": "doorman", "kind": "doorman", "settings": {"blanks": "30%"}},
            {"id": "app", "kind": "app"},
        ],
        "links": [{"from": "people", "to": "doorman"}, {"from": "doorman", "to": "app"}],
    }
    run = simulate(level, load_design_text(json.dumps(board), level), seed=1)
    assert run.conserved
    (came,) = (operation.meter.arrivals for operation in run.world.operations)
    refused = run.world.instances["doorman"][0].meter.rejected
    sigma = math.sqrt(0.3 * 0.7 / came)
    assert refused / came == pytest.approx(0.3, abs=4 * sigma)


@pytest.mark.usefixtures("lottery")
def test_its_settings_are_held_to_their_bounds() -> None:
    assert catalogue().kinds["doorman"].behaviour == "lottery"
    assert catalogue().behaviours["lottery"].settings["blanks"].help


def test_nothing_is_left_of_it() -> None:
    assert "lottery" not in catalogue().behaviours
