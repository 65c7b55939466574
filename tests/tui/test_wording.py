from __future__ import annotations

import pytest

from sandbox.documents.level import Clock
from sandbox.judgement.telling import time_of
from sandbox.tui import wording

SHOP = Clock.model_validate({"length": "3 h", "unit": "min", "starts": "23:30"}, strict=False)
WEB = Clock.model_validate({"length": "4 min"}, strict=False)


@pytest.mark.parametrize(
    ("seconds", "shop", "web"),
    [(0.0, "23:30", "00:00"), (59.9, "23:30", "00:59"), (1800.0, "00:00", "30:00")],
)
def test_moments(seconds: float, shop: str, web: str) -> None:
    assert time_of(SHOP, seconds) == shop
    assert time_of(WEB, seconds) == web


@pytest.mark.parametrize(
    ("seconds", "shop", "web"),
    [
        (None, "–", "–"),
        (0.0123, "0 min", "12 ms"),
        (0.9996, "0 min", "1.0 s"),
        (41 * 60.0, "41 min", "2460 s"),
    ],
)
def test_durations(seconds: float | None, shop: str, web: str) -> None:
    assert wording.duration(SHOP, seconds) == shop
    assert wording.duration(WEB, seconds) == web


def test_rates() -> None:
    assert wording.rate(SHOP, 45 / 3600) == "45/h"
    assert wording.rate(WEB, 251.4) == "251/s"


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (None, "–"),
        (0.0, "0%"),
        (1.0, "100%"),
        (0.47, "47%"),
        (0.9999, "99.99%"),
        (0.004, "0.4%"),
        (0.996, "99.6%"),
        (0.999999, "100.00%"),
    ],
)
def test_nearly_all_is_not_all(part: float | None, text: str) -> None:
    assert wording.share(part) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0"), (948, "948"), (9999, "9999"), (12_400, "12k"), (999_499, "999k"), (1.31e6, "1.3M")],
)
def test_counts_take_four_characters(amount: float, text: str) -> None:
    assert wording.number(amount) == text
    assert len(text) <= 4


def test_money_and_values_of_curves() -> None:
    assert wording.money(1234.0) == "$1,234"
    assert wording.money(538.5) == "$538.50"
    units: list[tuple[wording.Unit, str]] = [
        ("count", "2"),
        ("rate", "7200/h"),
        ("share", "200%"),
        ("seconds", "0 min"),
    ]
    assert [wording.value(SHOP, unit, 2.0) for unit, _ in units] == [text for _, text in units]
