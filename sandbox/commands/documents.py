"""Finding the level and the design that a command is about."""

from __future__ import annotations

import sys
from dataclasses import replace

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import DESIGN_BYTES, load_design, load_design_text
from sandbox.documents.loading import decode
from sandbox.documents.problems import DocumentError
from sandbox.simulation.plan import plan
from sandbox.studies.designs import is_named, named_design

STDIN = "standard input"


def read_design(level: Level, word: str) -> Design:
    """The design that a word stands for, checked and able to run.

    A word is `start`, `naive`, `empty`, `winner:NAME`, `ablation:NAME` or `loser:NAME`, a file,
    or `-` for standard input. Raises DocumentError.
    """
    if is_named(word):
        return named_design(level, word)
    design = _read(level, word)
    try:
        plan(level, design)
    except DocumentError as error:
        file = STDIN if word == "-" else word
        raise DocumentError([replace(each, file=file) for each in error.problems]) from None
    return design


def _read(level: Level, word: str) -> Design:
    if word != "-":
        return load_design(word, level)
    data = sys.stdin.buffer.read(DESIGN_BYTES + 1)
    if len(data) > DESIGN_BYTES:
        message = f"this is too large: at most {DESIGN_BYTES / 1e6:g} MB are read"
        raise DocumentError.single(message, file=STDIN)
    return load_design_text(decode(data, STDIN), level, STDIN)
