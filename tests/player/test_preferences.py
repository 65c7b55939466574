"""What preferences, environment and encoding come to."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.player.preferences import Effective, Preferences, preferences_file, resolve


@pytest.mark.parametrize(
    ("encoding", "environ", "expected"),
    [
        ("utf-8", {}, False),
        ("UTF8", {"LANG": "en_US.UTF-8"}, False),
        ("utf-8", {"LANG": "de_DE.utf8@euro"}, False),
        ("utf-8", {"LC_CTYPE": "UTF-8"}, False),
        ("utf-8", {"LANG": "C.UTF-8"}, False),
        ("utf-8", {"LC_ALL": "en_US.UTF-8", "LANG": "C"}, False),
        ("ascii", {"LANG": "en_US.UTF-8"}, True),
        ("ANSI_X3.4-1968", {}, True),
        ("latin-1", {}, True),
        ("cp437", {}, True),
        ("", {}, True),
        ("no such thing", {}, True),
        ("utf-8", {"LANG": "C"}, True),
        ("utf-8", {"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, True),
        ("utf-8", {"LANG": "en_US.ISO-8859-1"}, True),
        ("utf-8", {"LANG": "en_US"}, True),
        ("utf-8", {"LC_CTYPE": "C.UTF-8", "LANG": "C"}, True),  # Python's doing, not the player's
    ],
)
def test_ascii_follows_the_terminal(encoding: str, environ: dict[str, str], expected: bool) -> None:
    assert resolve(Preferences(), environ, encoding).ascii is expected


@pytest.mark.parametrize(
    ("environ", "colour"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colour_follows_the_environment(environ: dict[str, str], colour: bool) -> None:
    assert resolve(Preferences(), environ, "utf-8").colour is colour


@pytest.mark.parametrize(
    ("environ", "motion"),
    [({}, True), ({"TEXTUAL_ANIMATIONS": "none"}, False), ({"TEXTUAL_ANIMATIONS": "full"}, True)],
)
def test_motion_follows_the_environment(environ: dict[str, str], motion: bool) -> None:
    assert resolve(Preferences(), environ, "utf-8").motion is motion


def test_the_player_has_the_last_word() -> None:
    against = {"NO_COLOR": "1", "TEXTUAL_ANIMATIONS": "none"}
    everything = Preferences(ascii="off", colour="on", motion="on")
    assert resolve(everything, against, "ascii") == Effective(ascii=False, colour=True, motion=True)
    nothing = Preferences(ascii="on", colour="off", motion="off")
    assert resolve(nothing, {}, "utf-8") == Effective(ascii=True, colour=False, motion=False)


def test_preferences_are_kept(tmp_path: Path) -> None:
    chosen = Preferences(ascii="on", clock="tenfold", keys={"pause": "p"})
    preferences_file(tmp_path).update(lambda _: chosen)
    assert preferences_file(tmp_path).value == chosen


def test_preferences_of_another_version_are_moved_aside(tmp_path: Path) -> None:
    (tmp_path / "preferences.json").write_text('{"format": 2}', encoding="utf-8")
    file = preferences_file(tmp_path)
    assert file.value == Preferences()
    assert "preferences.json.broken-1" in file.message
