"""`sandbox history`: the player's timed challenges."""

from __future__ import annotations

from sandbox.commands.output import Table, complain, show, show_json
from sandbox.player.challenges import challenges_file, time_used, written

_NONE = "No timed challenge has been handed in yet. `sandbox play LEVEL --timed` begins one."


def list_tries(*, as_json: bool = False, plain: bool = False) -> int:
    """Print every try, the latest first; a personal best says so."""
    file = challenges_file()
    known = file.value
    if file.message:
        complain([file.message])
    tries = known.tries[::-1]
    if as_json:
        show_json([each.model_dump(mode="json") for each in tries])
        return 0
    if not tries:
        show([_NONE], plain=plain)
        return 0
    rows = [
        (
            written(each),
            each.level,
            str(each.score),
            "held" if each.held else "broke",
            f"${each.cost:,.2f}",
            time_used(each),
            "best" if each is known.best(each.level) else "",
        )
        for each in tries
    ]
    columns = ("date", "level", "score", "verdict", "cost", "time used", "")
    show([Table(columns, rows)], plain=plain)
    return 0
