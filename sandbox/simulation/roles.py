"""What one running node may be to another, whatever its behaviour: asked when a wire is made."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Fed(Protocol):
    """Whoever gets the writes of a store that is wired to it."""

    def receive(self, key: int, version: int) -> None:
        """Take in a write that was committed now."""


@runtime_checkable
class Follower(Protocol):
    """A copy, as its leader's writes see it."""

    def sent_from(self, distance: float, waited_for: bool) -> float:
        """Know how far the leader is, and whether it waits; seconds that a write is under way."""

    def receive(self, key: int, version: int) -> None:
        """Take in a write that was committed now."""

    def take_back(self, number: int) -> list[tuple[int, int]]:
        """Forget the last so many writes, which have not arrived; keys and versions."""

    def settle(self) -> None:
        """Apply all that has arrived, at once."""

    @property
    def has_all_at(self) -> float:
        """When it will have applied all that it was sent."""
