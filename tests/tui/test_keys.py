from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from typing import Any

import pytest
from textual.binding import Binding
from textual.screen import Screen

import sandbox.tui.screens
from sandbox.tui.app import SandboxApp
from sandbox.tui.keys import KEYS, bind


def screens() -> list[type[Screen[Any]]]:
    found: set[type[Screen[Any]]] = set()
    for module in pkgutil.iter_modules(sandbox.tui.screens.__path__):
        loaded = importlib.import_module(f"sandbox.tui.screens.{module.name}")
        found |= {
            each
            for each in vars(loaded).values()
            if isinstance(each, type)
            and issubclass(each, Screen)
            and each.__module__ == loaded.__name__
        }
    return sorted(found, key=lambda screen: screen.__name__)


def bindings(owner: type[Any]) -> list[Binding]:
    own = owner.__dict__.get("BINDINGS", [])  # what Textual itself binds is not the game's
    return [each for each in own if isinstance(each, Binding)]


def test_one_key_means_one_thing() -> None:
    meanings: dict[str, list[str]] = defaultdict(list)
    for name, key in KEYS.items():
        for each in key.keys.split(","):
            meanings[each].append(name)
    assert {key: names for key, names in meanings.items() if len(names) > 1} == {}


def test_there_are_screens_to_check() -> None:
    names = {screen.__name__ for screen in screens()}
    assert {"MapScreen", "RunScreen", "VerdictScreen", "HelpScreen", "BoardScreen"} <= names


@pytest.mark.parametrize("owner", [SandboxApp, *screens()], ids=lambda owner: owner.__name__)
def test_every_binding_has_a_name_a_help_and_the_key_of_the_table(owner: type[Any]) -> None:
    assert len(bindings(owner)) == len(owner.__dict__.get("BINDINGS", []))
    for binding in bindings(owner):
        assert binding.id in KEYS, binding
        assert binding.key == KEYS[binding.id].keys
        assert binding.tooltip


@pytest.mark.parametrize("owner", screens(), ids=lambda owner: owner.__name__)
def test_every_bound_action_exists(owner: type[Any]) -> None:
    for binding in bindings(owner):
        name = binding.action.partition("(")[0]
        target, _, action = name.rpartition(".")
        home = SandboxApp if target == "app" else owner
        assert hasattr(home, f"action_{action}"), binding.action


def test_nothing_essential_needs_control_alt_or_a_function_key() -> None:
    for key in KEYS.values():
        first = key.keys.split(",")[0]
        assert not first.startswith(("ctrl+", "alt+", "shift+", "f1"))
        assert first not in {f"f{number}" for number in range(1, 13)}


def test_a_key_without_a_label_is_not_in_the_line() -> None:
    assert not bind("next", "moment(1)").show
    assert bind("next", "moment(1)", "next").show
