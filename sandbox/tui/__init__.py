"""What a person sees: the app, its screens, the board, widgets and styles.

Only this package imports Textual. `main` is how the commands start it; it is light to import.
"""

from __future__ import annotations

import os
import sys


def main(
    level: str | None = None,
    seed: int | None = None,
    *,
    ascii: bool | None = None,
    colour: bool | None = None,
    motion: bool | None = None,
) -> int:
    """Play, from the map or at once on `level` (an id or a file). Gives the exit code.

    Raises DocumentError when there is no such level.
    """
    if os.environ.get("TERM") == "dumb":
        message = "This terminal cannot show screens (TERM=dumb). Add --plain to get plain text."
        print(message, file=sys.stderr)  # noqa: T201 - there is no screen to say it on
        return 2
    from sandbox.tui.app import SandboxApp
    from sandbox.tui.session import Session

    session = Session()
    if level is not None:
        session.open(level, seed)
    look = session.look(ascii=ascii, colour=colour, motion=motion)
    return SandboxApp(session, look).run() or 0
