"""The map of all levels: what was reached in each, and what the chosen one is about."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sandbox.documents import library
from sandbox.documents.nights import first_night_of, second_night
from sandbox.player.nights import is_open
from sandbox.tui import challenge_text, messages, wording
from sandbox.tui.keys import bind
from sandbox.tui.look import ACCENT, QUIET, WARN
from sandbox.tui.screens.place import Place
from sandbox.tui.verdict_text import stars
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.sheet import Row, Sheet
from sandbox.tui.widgets.strips import TitleLine

if TYPE_CHECKING:
    from sandbox.documents.level import Level
    from sandbox.player.progress import Progress
    from sandbox.tui.session import Session

_CHAPTER, _TITLE = 14, 24


class LevelLine(Static):
    """One level on the map. A click chooses it, a second one plays it."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index

    def on_click(self, event: events.Click) -> None:
        screen = self.screen
        assert isinstance(screen, MapScreen)
        screen.choose(self.index, play=event.chain > 1)


class MapScreen(Place):
    """Levels by chapter. Enter plays the chosen one."""

    CSS_PATH = "../styles/map.tcss"
    BINDINGS = [
        bind("enter", "play", "play"),
        bind("timed", "timed", "timed"),
        bind("night", "night", "night 2"),
        bind("up", "move(-1)", "choose"),
        bind("down", "move(1)", "choose"),
        bind("history", "history", "history"),
        bind("cards", "cards", "cards"),
        bind("settings", "settings", "settings"),
        bind("quit", "app.leave", "quit"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._levels = [*_levels(session.progress.value)]
        here = session.level.id if session.is_open else ""
        ids = [level.id for level in self._levels]
        self._chosen = ids.index(here) if here in ids else 0

    def compose(self) -> ComposeResult:
        yield TitleLine("SYSTEM DESIGN SANDBOX", self._total())
        with VerticalScroll(can_focus=False):
            for index in range(len(self._levels)):
                yield LevelLine(index)
        yield Sheet(1, id="about")
        yield KeyBar()

    def on_mount(self) -> None:
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        level = self._levels[self._chosen]
        return action != "night" or library.night_of(level.id) in {one.id for one in self._levels}

    def choose(self, index: int, *, play: bool = False) -> None:
        """Choose a level, and play it if so wished."""
        self._chosen = index
        self._show()
        if play:
            self.action_play()

    def action_move(self, direction: int) -> None:
        self.choose((self._chosen + direction) % len(self._levels))

    def action_play(self) -> None:
        self.post_message(messages.PlayLevel(self._levels[self._chosen].id))

    def action_timed(self) -> None:
        self.post_message(messages.OfferChallenge(self._levels[self._chosen].id))

    def action_night(self) -> None:
        """To the second night of the chosen level."""
        self.post_message(messages.PlayLevel(library.night_of(self._levels[self._chosen].id)))

    def action_history(self) -> None:
        from sandbox.tui.screens.history import HistoryScreen

        self.app.push_screen(HistoryScreen(self.session))

    def action_cards(self) -> None:
        from sandbox.tui.screens.card import LibraryScreen

        self.app.push_screen(LibraryScreen(self.session))

    def action_settings(self) -> None:
        from sandbox.tui.screens.settings import SettingsScreen

        self.app.push_screen(SettingsScreen(self.session))

    def _show(self) -> None:
        lines = list(self.query(LevelLine))
        for line, text in zip(lines, self._lines(), strict=True):
            line.update(text)
        lines[self._chosen].scroll_visible(animate=False)
        self.refresh_bindings()
        level = self._levels[self._chosen]
        rows: list[Row] = [("", Content.styled(level.title, "bold"))] if _is_night(level) else []
        rows.append(("", " ".join(level.brief.split())))
        timed = challenge_text.map_words(self.session.challenges.value, level.id)
        if timed:
            rows += [("", ""), ("", Content.styled(f"Timed challenge: {timed}", QUIET))]
        self.query_one("#about", Sheet).show(rows)

    def _lines(self) -> list[Content]:
        lines = []
        for chapter, levels in groupby(enumerate(self._levels), key=lambda each: each[1].chapter):
            names = [chapter]  # said once, beside its first level
            for index, level in levels:
                lines.append(self._line(level, names.pop() if names else "", index))
        return lines

    def _line(self, level: Level, chapter: str, index: int) -> Content:
        chosen = index == self._chosen
        reached = self.session.progress.value.level(level.id)
        best = reached.best
        shown = stars(best.stars if best else 0)
        return Content.assemble(
            (f" {chapter:<{_CHAPTER}}", QUIET),
            ("▸ " if chosen else "  ", f"bold {ACCENT}"),
            (f"{_name(level):<{_TITLE}}", "bold" if chosen else ""),
            (f" {shown}", WARN if best else QUIET),
            (f"  {self._best(level)}{self._points(level)}", QUIET),
        )

    def _best(self, level: Level) -> str:
        reached = self.session.progress.value.level(level.id)
        if reached.best is None:
            tries, new = reached.tries, "open" if _is_night(level) else ""
            return new if not tries else "1 try" if tries == 1 else f"{tries} tries"
        pars = [winner.par[0] for winner in level.proofs.winners.values()] if level.proofs else []
        written = " and ".join(wording.money(par) for par in sorted(pars, reverse=True))
        return f"best {wording.money(reached.best.cost)}" + (f", par {written}" if pars else "")

    def _points(self, level: Level) -> str:
        """The best score of a timed challenge, at the end of the line where there is room."""
        best = self.session.challenges.value.best(level.id)
        return f"   timed {best.score}" if best else ""

    def _total(self) -> str:
        known = self.session.progress.value
        bests = [known.level(level.id).best for level in self._levels]
        count = sum(best.stars for best in bests if best)
        return f"{count} of {3 * len(self._levels)} stars"


def _levels(progress: Progress) -> Iterator[Level]:
    """All levels, each with its second night behind it as soon as that is open."""
    for level_id in library.level_ids():
        level = library.load_level(level_id)
        yield level
        if level.night is not None and is_open(level, progress):
            yield second_night(level)


def _is_night(level: Level) -> bool:
    return first_night_of(level.id) is not None


def _name(level: Level) -> str:
    return "  night 2" if _is_night(level) else level.title
