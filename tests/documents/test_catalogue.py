"""The catalogue that comes with the game."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sandbox.documents import library
from sandbox.documents.catalogue import Kind
from sandbox.documents.kinds import read_catalogue
from sandbox.documents.places import assets_folder
from sandbox.documents.settings import setting_specs
from sandbox.documents.source import read_text
from tests.documents import made

CATALOGUE = library.catalogue()


def test_what_is_rented_by_the_month_says_where_its_price_comes_from() -> None:
    rented = {
        name: kind.source
        for name, kind in CATALOGUE.kinds.items()
        if any(size.price[0] > 0 and size.price[1] == "month" for size in kind.sizes.values())
    }
    assert {"app", "sql", "balancer"} <= set(rented)
    assert [name for name, source in rented.items() if source == "judgement"] == []


def price_per_processor(kind: Kind) -> list[float]:
    sizes = sorted(kind.sizes.values(), key=lambda size: size.vcpu)
    return [size.price[0] / size.vcpu for size in sizes]


@pytest.mark.parametrize("name", CATALOGUE.kinds)
def test_bigger_sizes_never_cost_less_in_proportion(name: str) -> None:
    prices = price_per_processor(CATALOGUE.kinds[name])
    assert all(small <= big for small, big in pairwise(prices))


def test_the_largest_size_of_each_kind_costs_more_in_proportion_than_the_smallest() -> None:
    several = {name: kind for name, kind in CATALOGUE.kinds.items() if len(kind.sizes) > 1}
    assert {"app", "sql"} <= set(several)
    for name, kind in several.items():
        prices = price_per_processor(kind)
        assert prices[0] < prices[-1], name


def test_sizes_end_somewhere() -> None:
    for kind in CATALOGUE.kinds.values():
        assert max(size.vcpu for size in kind.sizes.values()) <= 128


def test_glyphs_tell_kinds_apart() -> None:
    playing = [kind for kind in CATALOGUE.kinds.values() if kind.behaviour != "clients"]
    for column in (0, 1):
        assert len({kind.glyph[column] for kind in playing}) == len(playing)


@pytest.mark.parametrize(
    ("setting", "choice", "needs"),
    [
        ("flush-after", "on-write", {"write-back"}),
        ("purge", "on-write", {"delete", "update", "write-back"}),
        ("stale-for", "serve-stale", {"on-error", "at-once"}),
    ],
)
def test_no_cache_asks_for_what_its_choices_make_no_use_of(
    setting: str, choice: str, needs: set[str]
) -> None:
    known = library.catalogue()
    for name, kind in known.kinds.items():
        if kind.behaviour == "cache":
            specs = setting_specs(known, name)
            assert specs[setting].is_fixed or needs & set(specs[choice].choices)


def test_what_is_wrong_with_a_catalogue_is_told_with_its_line() -> None:
    text = (assets_folder() / "catalogue" / "router.yaml").read_text("utf-8")
    broken = text.replace("default: round-robin", "default: round-robbin", 1)
    (found,) = made.problems(read_catalogue, read_text(broken, "my.yaml"))
    assert "did you mean `round-robin`" in found.message
    assert "round-robbin" in broken.splitlines()[(found.line or 0) - 1]


def test_a_primary_does_what_a_database_does_but_for_the_stock() -> None:
    """No copy has the stock, so nobody could take over from whoever counts it."""
    sql, primary = CATALOGUE.kinds["sql"], CATALOGUE.kinds["primary"]
    assert primary.does == {
        need: ability
        for need, ability in sql.does.items()
        if need not in ("check", "take", "decrement")
    }
    assert primary.sizes == sql.sizes
