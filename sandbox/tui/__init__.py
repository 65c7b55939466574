"""What a person sees: the app, its screens, the board, widgets and styles.

Only this package imports Textual. `main` is how the commands start it; it is light to import.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.tui.look import Look


def main(
    level: str | None = None,
    seed: int | None = None,
    *,
    ascii: bool | None = None,
    colour: bool | None = None,
    motion: bool | None = None,
    timed: bool = False,
) -> int:
    """Play, from the map or at once on `level` (an id or a file), as a timed challenge or not.

    Gives the exit code.

    Raises DocumentError when there is no such level.
    """
    if os.environ.get("TERM") == "dumb":
        message = "This terminal cannot show screens (TERM=dumb). Add --plain to get plain text."
        print(message, file=sys.stderr)  # noqa: T201 - there is no screen to say it on
        return 2
    # Nothing made while starting is thrown away: collecting garbage then costs a fifth of the
    # time to the first screen. The app turns it on again as soon as that is there.
    gc.disable()
    from sandbox.tui.app import SandboxApp

    session = None
    if level is not None:
        from sandbox.tui.session import Session

        session = Session()
        session.open(level, seed)

    def asked(look: Look) -> Look:
        return look.overridden(ascii=ascii, colour=colour, motion=motion)

    return SandboxApp(session, look_of=asked, timed=timed).run() or 0
