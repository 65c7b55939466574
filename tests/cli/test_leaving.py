"""How commands leave: bugs, Ctrl+C, readers that go away, and terminals of every kind."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pexpect
import pytest

from sandbox.commands import lists

Sandbox = Callable[..., Any]
COMMAND = [sys.executable, "-m", "sandbox"]
CHECKOUT = Path(__file__).resolve().parents[2]


def raising(error: BaseException) -> Callable[..., NoReturn]:
    def fail(**_: object) -> NoReturn:
        raise error

    return fail


def test_a_bug_is_called_a_bug(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SANDBOX_DEBUG", raising=False)
    monkeypatch.setattr(lists, "list_levels", raising(RuntimeError("out of\ncheese")))
    done = sandbox("levels")

    assert done.code == 70
    assert done.out == ""
    assert "RuntimeError: out of" in done.err
    assert "report it" in done.err
    assert "Traceback" not in done.err
    monkeypatch.setenv("SANDBOX_DEBUG", "1")
    assert "Traceback" in sandbox("levels").err


def test_ctrl_c_leaves_with_130(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "list_levels", raising(KeyboardInterrupt()))
    done = sandbox("levels")

    assert done.code == 130
    assert "Traceback" not in done.err


def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        cwd=CHECKOUT,
        env={**os.environ, **variables},
        check=False,
        timeout=120,
    )


def test_a_reader_that_goes_away_is_nothing_to_talk_about() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nobody:
        done = subprocess.run(
            [*COMMAND, "kinds", "--json"],
            stdout=nobody,
            stderr=subprocess.PIPE,
            cwd=CHECKOUT,
            check=False,
            timeout=120,
        )

    assert done.returncode == 141
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "levels"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=CHECKOUT,
            check=False,
            timeout=120,
        )

    assert done.returncode == 2
    assert b"cannot be written: No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_pipe_gets_plain_text() -> None:
    done = run("simulate", "pizza-shop", "start", "--seed", "7", FORCE_COLOR="1")

    assert done.returncode == 1
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""
    assert done.stdout == run("simulate", "pizza-shop", "start", "--seed", "7", "--plain").stdout


def test_a_terminal_without_unicode_gets_what_it_can_show() -> None:
    done = run("play", "--plain", PYTHONIOENCODING="ascii")

    assert done.returncode == 0
    assert done.stdout.isascii()
    assert b"Traceback" not in done.stderr


def test_a_document_is_utf8_everywhere() -> None:
    usual, poor = (
        run("export", "pizza-shop", "--as", "mermaid", PYTHONIOENCODING=encoding)
        for encoding in ("utf-8", "ascii")
    )

    assert usual.returncode == poor.returncode == 0
    assert usual.stdout == poor.stdout


def on_a_terminal(*arguments: str, **variables: str) -> str:
    terminal = pexpect.spawn(
        sys.executable,
        ["-m", "sandbox", *arguments],
        cwd=str(CHECKOUT),
        env={**os.environ, "TERM": "xterm-256color", **variables},
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=120,
    )
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 1
    return str(terminal.before)


def test_a_terminal_gets_colour_and_plain_does_not() -> None:
    lost = "simulate", "pizza-shop", "start", "--seed", "7"
    rich = on_a_terminal(*lost)

    assert "\x1b[" in rich
    assert "did not pass" in rich
    for plain in (on_a_terminal(*lost, "--plain"), on_a_terminal(*lost, TERM="dumb")):
        assert "\x1b" not in plain
        assert "did not pass" in plain
    assert all(code not in on_a_terminal(*lost, NO_COLOR="1") for code in ("\x1b[31", "\x1b[1;31"))


def test_long_work_shows_progress_on_a_terminal_only() -> None:
    many = "simulate", "pizza-shop", "start", "--seeds", "5"

    assert "5 runs" in on_a_terminal(*many)
    assert "\x1b" not in on_a_terminal(*many, "--plain")
    assert run(*many).stderr == b""
