"""A real terminal for tests: a process behind a pseudo-terminal, and what its screen shows."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pexpect
import pyte

PATIENCE = 60.0
"""Seconds after which what was waited for is missing."""
KEYS = {"Enter": "\r", "Escape": "\x1b", "Space": " ", "Down": "\x1b[B", "Up": "\x1b[A"}


class Terminal:
    """The game in a terminal of 80x24, unless asked otherwise."""

    def __init__(self, home: Path, *arguments: str, size: tuple[int, int] = (80, 24)) -> None:
        columns, rows = size
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._child: pexpect.spawn[bytes] = pexpect.spawn(
            sys.executable,
            ["-m", "sandbox", *arguments],
            env=_environment(home),
            dimensions=(rows, columns),
            timeout=PATIENCE,
        )

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, *keys: str) -> None:
        """Press keys, by name or as they are."""
        for key in keys:
            self._child.send(KEYS.get(key, key))

    def wait_for(self, text: str) -> str:
        """Wait until the screen shows this; gives the whole screen."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.text:
            if time.monotonic() > deadline or not self._read():
                raise AssertionError(f"`{text}` did not come; the screen shows:\n{self.text}")
        return self.text

    def wait_for_end(self) -> int | None:
        """Wait until the process is over; gives its exit code."""
        while self._read():
            pass
        self._child.close()
        return self._child.exitstatus

    def close(self) -> None:
        """End the process, whatever it does."""
        self._child.close(force=True)

    def _read(self) -> bool:
        """Take in what was written, for a while at most. Says whether there may be more."""
        try:
            self._stream.feed(self._child.read_nonblocking(65536, timeout=0.1))
        except pexpect.TIMEOUT:
            return self._child.isalive()
        except pexpect.EOF:
            return False
        return True


def _environment(home: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    return kept | {
        "SANDBOX_HOME": str(home),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
