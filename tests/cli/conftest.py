"""Commands run in this process, as `sandbox ARGUMENTS` would, and design files to give them."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from sandbox import cli
from sandbox.documents.library import load_level, to_yaml


class Done(NamedTuple):
    code: int
    out: str
    err: str


Sandbox = Callable[..., Done]


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sandbox:
    def command(*arguments: str, stdin: bytes = b"") -> Done:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["sandbox", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            cli.main()
        written = capsys.readouterr()
        code = left.value.code
        return Done(code if isinstance(code, int) else 0, written.out, written.err)

    return command


@pytest.fixture
def start(tmp_path: Path) -> Path:
    """The starting board of the pizza shop as a file."""
    path = tmp_path / "start.yaml"
    path.write_text(to_yaml(load_level("pizza-shop").starting_design()), encoding="utf-8")
    return path
