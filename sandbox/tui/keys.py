"""Every key of the game, once: its binding id, its keys, its name and what it does.

One key means one thing on every screen, so a screen takes its bindings from here and only says
which of its actions a key performs. A player's own keys replace these by id.
"""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding


class Key(NamedTuple):
    """One thing a key means: the keys, how they are shown, and one line for the help."""

    keys: str
    shown: str
    help: str


KEYS: dict[str, Key] = {
    "play": Key("space", "Space", "run the board; in a run, pause and go on"),
    "enter": Key("enter", "Enter", "go on with what is chosen"),
    "back": Key("escape", "Esc", "back to where you came from"),
    "up": Key("up,k", "↑", "up"),
    "down": Key("down,j", "↓", "down"),
    "left": Key("left,h", "←", "left; in a run, back in time"),
    "right": Key("right,l", "→", "right; in a run, forward in time"),
    "help": Key("question_mark", "?", "all keys and words of this screen"),
    "plus": Key("plus,equals_sign", "+", "one more of the chosen node"),
    "minus": Key("minus", "-", "one fewer of the chosen node"),
    "add": Key("a", "a", "add a component"),
    "wire": Key("w", "w", "wire the chosen node to another, or take that wire away"),
    "choices": Key("c", "c", "choices: how the code works, and what is built"),
    "bigger": Key("full_stop", ".", "the next size up"),
    "smaller": Key("comma", ",", "the next size down"),
    "delete": Key("x,delete", "x", "delete the chosen node"),
    "move": Key("m", "m", "move the chosen node"),
    "duplicate": Key("d", "d", "duplicate the chosen node"),
    "undo": Key("u,ctrl+z", "u", "undo the last edit"),
    "redo": Key("r,ctrl+y", "r", "redo what was undone"),
    "brief": Key("b", "b", "the brief: goals, budget, traffic"),
    "describe": Key("D", "D", "the board in words"),
    "reset": Key("R", "R", "back to the starting board (can be undone)"),
    "edit": Key("e", "e", "edit the board"),
    "finish": Key("f", "f", "finish the run now and see the verdict"),
    "view": Key("g", "g", "another view: table or board"),
    "one": Key("o", "o", "follow one request, hop by hop"),
    "start": Key("0,home", "0", "back to the start of the run"),
    "next": Key("n", "n", "on to the next moment that matters"),
    "previous": Key("N", "N", "back to the moment before"),
    "speed-1": Key("1", "1", "half speed"),
    "speed-2": Key("2", "2", "normal speed"),
    "speed-3": Key("3", "3", "twice as fast"),
    "speed-4": Key("4", "4", "four times as fast"),
    "speed-5": Key("5", "5", "sixteen times as fast"),
    "charts": Key("v", "v", "charts of every node"),
    "hint": Key("i", "i", "one more hint"),
    "cards": Key("C", "C", "cards: the trade-offs you have met"),
    "night": Key("z", "z", "the second night of this level, once its first is won"),
    "timed": Key("t", "t", "the chosen level as a timed challenge"),
    "submit": Key("s", "s", "hand in the board of a timed challenge as it stands"),
    "history": Key("H", "H", "history of your timed challenges"),
    "map": Key("M", "M", "map of all levels"),
    "settings": Key("S", "S", "settings"),
    "quit": Key("q", "q", "quit; everything is saved"),
}


def bind(name: str, action: str, label: str = "", *, show: bool = True) -> Binding:
    """Make the binding of one key to a screen's action; `label` is what the key line says."""
    key = KEYS[name]
    return Binding(
        key.keys,
        action,
        label or key.help,
        show=show and bool(label),
        key_display=key.shown,
        tooltip=key.help,
        id=name,
    )
