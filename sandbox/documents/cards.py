"""A card: a trade-off with two poles, when each wins, how it shows, and where it happened."""

from __future__ import annotations

from typing import Literal

from sandbox.documents.base import FORMAT, Document, Id, Text


class Pole(Document):
    """One side of a trade-off."""

    name: Text
    says: Text
    wins_when: Text


class Incident(Document):
    """Something that really happened, with the source it is known from."""

    says: Text
    source: Text


class Card(Document):
    """One trade-off, as one file in `assets/cards/`."""

    format: Literal[1] = FORMAT
    number: int
    title: Text
    question: Text
    poles: tuple[Pole, Pole]
    symptom: Text
    """What a player sees in play, and the measurement it is read from."""
    incident: Incident | None = None
    levels: tuple[Id, ...]
