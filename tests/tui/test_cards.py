from __future__ import annotations

import math
import re

import pytest

from sandbox.documents import library

OWN = (2, 3, 4)


@pytest.mark.parametrize("number", OWN)
def test_both_poles_are_argued_at_about_the_same_length(number: int) -> None:
    first, second = (len(pole.says + pole.wins_when) for pole in library.cards()[number].poles)
    assert 0.75 < first / second < 1.33


@pytest.mark.parametrize("number", OWN)
def test_a_card_is_titled_by_its_poles_and_played_where_it_says(number: int) -> None:
    card = library.cards()[number]
    poles = " | ".join(pole.name for pole in card.poles)
    assert card.title.lower() == poles.lower()
    for level in card.levels:
        assert number in library.load_level(level).cards


def test_what_a_level_unlocks_exists() -> None:
    for level_id in library.level_ids():
        assert library.missing_cards(library.load_level(level_id)) == []


def erlang_c(servers: int, busy: float) -> float:
    """The probability of waiting in M/M/c."""
    offered, blocked = servers * busy, 1.0
    for k in range(1, servers + 1):
        blocked = offered * blocked / (k + offered * blocked)
    return blocked / (1 - busy * (1 - blocked))


def test_the_waits_on_the_card_of_headroom_are_those_of_theory() -> None:
    said = re.findall(r"(\d+(?:\.\d+)?)(?: service times)? at (\d+)%", library.cards()[4].symptom)
    assert len(said) == 5
    for at, (wait, percent) in enumerate(said):
        servers, busy = (8 if at < 3 else 1), int(percent) / 100
        exact = math.log(erlang_c(servers, busy) / 0.01) / (servers * (1 - busy))
        assert float(wait) == pytest.approx(exact, rel=0.1, abs=0.06)
