"""The help: every key of the screen it was asked on, and the words of the game."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen

from sandbox.tui import look
from sandbox.tui.keys import bind
from sandbox.tui.look import ACCENT, QUIET, Status
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.sheet import Row, Sheet
from sandbox.tui.widgets.strips import TitleLine
from sandbox.tui.widgets.timeline import MARKS, WORDS


class HelpScreen(Screen[None]):
    """Made from the bindings of another screen, so that it cannot be out of date."""

    CSS_PATH = "../styles/help.tcss"
    AUTO_FOCUS = "VerticalScroll"
    BINDINGS = [
        bind("up", "scroll(-1)", "scroll"),
        bind("down", "scroll(1)", "scroll"),
        bind("back", "close", "back"),
        bind("help", "close"),
    ]

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        self._about = about

    def compose(self) -> ComposeResult:
        yield TitleLine("Help", "System Design Sandbox")
        with VerticalScroll():
            yield Sheet(16, self._rows())
        yield KeyBar()

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        self.app.pop_screen()

    def _rows(self) -> list[Row]:
        return [_title("Keys"), *self._keys(), ("", ""), _title("Words"), *_words(), *_marks()]

    def _keys(self) -> list[Row]:
        """One row for each binding, with all the keys it has at the moment."""
        keys: dict[str, list[str]] = {}
        helps: dict[str, str] = {}
        for key, (_, binding, *_rest) in self._about.active_bindings.items():
            if binding.id is None:
                continue
            keys.setdefault(binding.id, []).append(self._written(key))
            helps[binding.id] = binding.tooltip or binding.description
        return [
            (Content.styled(" ".join(found), f"bold {ACCENT}"), helps[name])
            for name, found in keys.items()
        ]

    def _written(self, key: str) -> str:
        from textual.keys import format_key

        named = {"escape": "Esc", "enter": "Enter", "space": "Space", "home": "Home"}
        return named.get(key) or format_key(key)


def _title(text: str) -> Row:
    return Content.styled(text, "bold"), ""


def _words() -> list[Row]:
    known: list[Status] = [
        each
        for each in vars(look).values()
        if isinstance(each, Status) and each.word in look.MEANINGS
    ]
    return [(_sign(each.glyph, each.style, each.word), look.MEANINGS[each.word]) for each in known]


def _marks() -> list[Row]:
    rows: list[Row] = [("", ""), _title("On the timeline")]
    return rows + [(_sign(*MARKS[kind], ""), words) for kind, words in WORDS.items()]


def _sign(glyph: str, style: str, word: str) -> Content:
    return Content.assemble((f"{glyph} ", style), (word, QUIET))
