"""`sandbox play`: the game on the screen, or one level in words.

The first screen is to appear at once, so that nothing is imported before it is needed.
"""

from __future__ import annotations

import sys


def play(
    level: str | None,
    seed: int | None,
    *,
    ascii: bool | None,
    colour: bool | None,
    motion: bool | None,
    timed: bool = False,
) -> int:
    """Start the screens. 2 if there is no such level, or no terminal to show them on."""
    if sys.stdin is None or not (sys.stdin.isatty() and sys.stderr.isatty()):
        from sandbox.commands.output import complain

        complain(["The game needs a terminal. Add --plain to read a level in words,"])
        complain(["and see `sandbox simulate --help` for playing without one."])
        return 2
    from sandbox.tui import main

    return main(level, seed, ascii=ascii, colour=colour, motion=motion, timed=timed)


def play_in_words(word: str | None) -> int:
    """Print a level's brief and the player's board, and how to go on without the screens."""
    from sandbox.commands.output import show
    from sandbox.documents.library import first_night, level_ids, load_level
    from sandbox.player.nights import held_boards, opening_board
    from sandbox.player.saves import Saves
    from sandbox.tui.board.describe import describe

    name = word or level_ids()[0]
    level, first = load_level(name), first_night(name)
    grown = opening_board(level, first, held_boards()).value if first else None
    design = Saves().load(level).value or grown or level.starting_design()
    how_to_go_on = (
        "To play in text:\n"
        f"  sandbox export {name} --design start > my-design.yaml\n"
        "  (edit my-design.yaml; `sandbox kinds` lists what there is to place)\n"
        f"  sandbox simulate {name} my-design.yaml --seed 7"
    )
    show([level.brief.rstrip(), describe(level, design).rstrip(), how_to_go_on], plain=True)
    return 0
