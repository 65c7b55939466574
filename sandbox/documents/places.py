"""Where the game's own documents lie: packed in the package, or at the top of a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_PACKED = _PACKAGE / "_data"


def levels_folder() -> Path:
    """The folder of the level files that come with the game."""
    return _folder("levels")


def assets_folder() -> Path:
    """The folder of the catalogue, cards, themes and art that come with the game."""
    return _folder("assets")


def _folder(name: str) -> Path:
    packed = _PACKED / name
    # Only a wheel has the packed folders, so finding one means that there is no checkout.
    return packed if packed.is_dir() else _PACKAGE.parent / name
