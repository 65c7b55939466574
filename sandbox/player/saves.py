"""Where boards live: one design file a level, saved with every edit, and designs with names."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import load_design, to_yaml
from sandbox.player.storage import Found, SaveError, home, recover, write_safely

_LONGEST = 40
"""Characters of a name: in any script short enough for a file's name."""


class Saves:
    """The designs in one folder. Writing raises SaveError, in words for the player."""

    def __init__(self, folder: Path | None = None) -> None:
        """Use `folder`, or the player's own."""
        self.folder = (folder or home()) / "designs"

    def load(self, level: Level) -> Found[Design]:
        """Find the board as it was left. No value: the level was never begun, or is lost."""
        return recover(self._board(level.id), lambda path: load_design(path, level))

    def save(self, design: Design) -> None:
        """Keep the board of its level; of two games at once, the last to save wins."""
        write_safely(self._board(design.level), to_yaml(design))

    def names(self, level: Level) -> list[str]:
        """List the names of the designs put by, as `load_named` takes them."""
        try:
            return sorted(path.stem for path in self._shelf(level.id).glob("*.yaml"))
        except OSError:
            return []

    def save_as(self, design: Design, name: str, *, replace: bool = False) -> str:
        """Put a design by under a name; gives the name it is listed under."""
        listed = safe_name(name)
        path = self._shelf(design.level) / f"{listed}.yaml"
        if path.exists() and not replace:
            raise SaveError(f"There is a design called `{listed}` already.")
        write_safely(path, to_yaml(design.model_copy(update={"name": name.strip()})))
        return listed

    def load_named(self, level: Level, name: str) -> Design:
        """Read a design that was put by. Raises DocumentError, and leaves the file alone."""
        return load_design(self._shelf(level.id) / f"{safe_name(name)}.yaml", level)

    def _board(self, level_id: str) -> Path:
        return self.folder / f"{level_id}.yaml"

    def _shelf(self, level_id: str) -> Path:
        return self.folder / level_id


class Autosave:
    """Saves the board after every edit; a failure is kept as words, and the next edit retries."""

    def __init__(self, saves: Saves) -> None:
        self.saves = saves
        self.problem = ""
        """Why the board on the screen is not on the disk; empty when it is."""

    def __call__(self, design: Design) -> bool:
        """Save and say whether that worked."""
        try:
            self.saves.save(design)
        except SaveError as error:
            self.problem = str(error)
        else:
            self.problem = ""
        return not self.problem


def safe_name(name: str) -> str:
    """Write a name so that it can be a file's on any disk. Raises SaveError if none is left."""
    letters = unicodedata.normalize("NFKC", name).casefold()
    words = "".join(letter if letter.isalnum() else " " for letter in letters).split()
    if not words:
        raise SaveError("A name needs a letter or a digit.")
    safe = "-".join(words)
    if len(safe) > _LONGEST or len(name.strip()) > _LONGEST:
        raise SaveError(f"A name has at most {_LONGEST} characters.")
    return safe
