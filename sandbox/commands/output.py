"""What commands print: texts and tables, for a terminal with Rich, or plain for everything else.

Plain output has no escapes and no colour, and every table is aligned columns. Whatever a
document says is printed without its control characters, so that no level can steer a terminal.
"""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TextIO

from sandbox.documents.problems import DocumentError

BROKEN_PIPE = 141
"""The exit code of a program whose reader has gone, as shells count it."""

_STYLES = {"held": "green", "broke": "bold red", "yes": "green", "NO": "bold red"}
"""Words that are coloured where there is colour; they say the same without it."""


@dataclass(frozen=True)
class Table:
    """Rows of cells under a heading."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


Block = str | Table


def show(blocks: Sequence[Block], *, plain: bool = False) -> None:
    """Print blocks with an empty line between them: with Rich on a terminal, else plainly."""
    if plain or not _is_terminal(sys.stdout):
        write("\n\n".join(_plain(block) for block in blocks) + "\n")
    else:
        _show_richly(blocks)


def show_json(data: Any) -> None:
    """Print data as JSON in ASCII, the same bytes for the same data."""
    write(json.dumps(data, indent=2, allow_nan=False) + "\n")


def write(text: str) -> None:
    """Print text on stdout as it is.

    Leaves the program quietly when nobody reads any more; raises DocumentError when the text
    cannot be written for another reason, such as a full disk.
    """
    try:
        # A terminal that cannot show a character gets a question mark, never a traceback.
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still in the buffer would be tried again at the exit: let it go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(BROKEN_PIPE) from None
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise DocumentError.single(f"the output cannot be written: {error.strerror}") from None


def write_document(text: str) -> None:
    """Print a document as it would be in a file: UTF-8, whatever the terminal's own."""
    sys.stdout.flush()
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", newline="\n")
    write(text)


def complain(lines: Sequence[str]) -> None:
    """Print what went wrong on stderr."""
    for line in lines:
        sys.stderr.write(clean(line) + "\n")


def clean(text: str) -> str:
    """The text without control characters other than line breaks."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf"))


@contextmanager
def progress(label: str, *, plain: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr that is told (done, total); nothing where stderr is no terminal."""
    if plain or not _is_terminal(sys.stderr):
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _plain(block: Block) -> str:
    if isinstance(block, str):
        return clean(block)
    rows = [tuple(map(clean, row)) for row in (block.columns, *block.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def _show_richly(blocks: Sequence[Block]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    console = Console(highlight=False)
    with console.capture() as captured:
        for block in blocks:
            if isinstance(block, str):
                console.print(Text(clean(block)), end="\n\n")
                continue
            table = RichTable(*block.columns, box=SIMPLE_HEAD, pad_edge=False)
            for row in block.rows:
                table.add_row(*(Text(clean(c), style=_STYLES.get(c, "")) for c in row))
            console.print(table)
    write(captured.get())
