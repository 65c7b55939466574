"""Run by test_crash.py: dies in one save after the other, each time a little further in.

First right before each step of the save, a step being a call to the system that Python tells of
(opening, linking, renaming, removing) or a flush to the disk; then after so many bytes of the
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
from pathlib import Path

from sandbox.documents.level import Level
from sandbox.documents.library import load_level, to_yaml
from sandbox.player.saves import Saves

TOLD = ("open", "os.link", "os.rename", "os.remove")


def die_before(last: int) -> None:
    """Let this process be killed right before step number `last`."""
    steps = itertools.count(1)
    flush = os.fsync

    def step(event: str, _arguments: object = ()) -> None:
        if event in TOLD and next(steps) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def flush_and_step(descriptor: int) -> None:
        step(TOLD[0])
        flush(descriptor)

    os.fsync = flush_and_step  # type: ignore[assignment]
    sys.addaudithook(step)


def die_after(size: int) -> None:
    """Let this process be killed once it has written so many bytes of any file."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


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
    steps = itertools.count(1)
    while save_and_die(folder / "steps", level, lambda: die_before(next(steps))):
        pass
    print("---")
    for size in range(0, len(to_yaml(level.starting_design())), 50):
        assert save_and_die(folder / "bytes", level, lambda size=size: die_after(size))  # type: ignore[misc]


if __name__ == "__main__":
    main()
