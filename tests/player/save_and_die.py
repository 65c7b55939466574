"""Run by test_crash.py: dies in one save after the other, each time one step further in.

A step is a call to the system that Python tells of (opening, linking, renaming, removing) or a
flush to the disk. First it dies right before the step, then as soon as ten more bytes are in any
file. Each time prints what is found afterwards: the old design or the new, and the message.
With `--no-links` as on a disk that has no hard links.
"""

from __future__ import annotations

import errno
import itertools
import os
import resource
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sandbox.documents.level import Level
from sandbox.documents.library import load_level
from sandbox.player.saves import Saves

TOLD = ("open", "os.link", "os.rename", "os.remove")


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def cut_off() -> None:
    """Be killed by the system in the middle of the next write of more than ten bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))


def at_step(last: int, end: Callable[[], None]) -> None:
    """Let this process come to its end right before step number `last`."""
    steps = itertools.count(1)
    flush = os.fsync

    def step(event: str, _arguments: object = ()) -> None:
        if event in TOLD and next(steps) == last:
            end()

    def flush_and_step(descriptor: int) -> None:
        step(TOLD[0])
        flush(descriptor)

    os.fsync = flush_and_step  # type: ignore[assignment]
    sys.addaudithook(step)


def no_links(*_arguments: object) -> None:
    raise OSError(errno.EPERM, "no hard links here")


def save_and_die(folder: Path, level: Level, prepare: Callable[[], None]) -> bool:
    """Save a new design over an old one in a child that may die; tells whether it did."""
    saves = Saves(folder)
    designs = {
        name: level.starting_design().model_copy(update={"name": name})
        for name in ("older", "old", "new", "newer")
    }
    saves.save(designs["older"])
    saves.save(designs["old"])
    child = os.fork()
    if child == 0:
        prepare()
        saves.save(designs["new"])
        os._exit(0)
    died = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    found = saves.load(level)
    assert found.value is not None
    print(found.value.name, found.message, flush=True)
    saves.save(designs["newer"])
    assert saves.load(level).value == designs["newer"]
    return died


def main() -> None:
    if "--no-links" in sys.argv:
        Path.hardlink_to = no_links  # type: ignore[assignment]
    folder, level = Path(sys.argv[1]), load_level("pizza-shop")
    for step in itertools.count(1):
        if not save_and_die(folder, level, partial(at_step, step, killed)):
            break
    print("---")
    for earlier in range(1, step):
        save_and_die(folder, level, partial(at_step, earlier, cut_off))


if __name__ == "__main__":
    main()
