"""What is paid by the million: for what the level declares, where it is done."""

from __future__ import annotations

import pytest

from sandbox.judgement.cost import cost, total
from tests.simulation.systems import System, system

KINDS = """
base:
  does: {read: {per_million: $0.25}, write: {per_million: $1.25}}
  sizes: {one: {price: $60/month}}
bank: {does: {charge: {per_million: $100}}}
"""
OPERATIONS = {
    "view": {"title": "view", "needs": ["compute", "read"]},
    "edit": {"title": "edit", "needs": ["compute", "write", "read"]},
    "buy": {"title": "buy", "ways": {
        "pay": {"title": "pay", "says": "Pay.", "needs": ["compute", "charge"]},
        "owe": {"title": "owe", "says": "Owe.", "needs": ["compute", "write"]},
    }},
}  # fmt: skip
NODES = {"app": "front", "db": "base", "pay": "bank"}
WIRES = ["people > app", "app > db", "app > pay"]


def used(
    nodes: dict[str, str] | None = None,
    links: list[str] | None = None,
    design: str = "",
    **more: int,
) -> System:
    """A level with a volume, by default of views only."""
    return system(
        nodes or NODES,
        links or WIRES,
        kinds=KINDS,
        design=design,
        operations=OPERATIONS,
        streams=("rate: 1/s, mix: {view: 1, edit: 1, buy: 1}",),
        volume=more or {"view": 4_000_000},
        budget="$900/month",
    )


def usage(made: System) -> dict[str, float]:
    parts = cost(made.level, made.design)
    return {part.node or "": round(part.amount, 6) for part in parts if "usage" in part.label}


def test_each_need_has_its_price() -> None:
    assert usage(used(view=4_000_000)) == {"db": 1.0}
    assert usage(used(edit=4_000_000)) == {"db": 4 * (0.25 + 1.25)}
    assert usage(used(view=1_000_000, edit=2_000_000)) == {"db": 0.25 + 2 * 1.5}


def test_the_volume_counts_and_not_the_run() -> None:
    assert usage(used(buy=3_000)) == {"pay": 0.3}
    made = used(buy=3_000)
    assert total(cost(made.level, made.design)) == 60 + 1 + 0.3
    label = next(p.label for p in cost(made.level, made.design) if p.node == "pay" and p.amount)
    assert label == "pay: usage in a month"


def test_the_way_that_is_taken_counts() -> None:
    assert usage(used(design="ways: {buy: owe}", buy=1_000_000)) == {"db": 1.25}


def test_it_is_paid_where_it_is_done() -> None:
    """Two stores that could; the one that is asked first does it, though both are on the way."""
    nodes = {**NODES, "first": "quick"}
    kinds = """
quick:
  behaviour: store
  does: {write: {time: 1 ms, rank: 1, per_million: $9}}
"""
    made = system(
        nodes,
        [*WIRES, "app > first"],
        kinds=KINDS + kinds,
        operations=OPERATIONS,
        streams=("rate: 1/s, mix: {edit: 1}",),
        volume={"edit": 1_000_000},
        budget="$900/month",
    )
    assert usage(made) == {"db": 0.25, "first": 9.0}


def test_those_behind_a_router_share_it() -> None:
    nodes = {"app": "front", "lb": "spread", "one": "base", "two": "base"}
    links = ["people > app", "app > lb", "lb > one", "lb > two"]
    assert usage(used(nodes, links, view=4_000_000)) == {"one": 0.5, "two": 0.5}


def test_what_goes_nowhere_costs_nothing() -> None:
    assert usage(used(links=WIRES[:1], view=4_000_000)) == {}
    nodes, unclear = {"app": "front", "one": "base", "two": "base"}, ["app > one", "app > two"]
    assert usage(used(nodes, [WIRES[0], *unclear], view=4_000_000)) == {}


@pytest.mark.parametrize("volume", [0, 1_000])
def test_what_would_be_no_cent_is_still_added_up(volume: int) -> None:
    made = used(view=volume)
    assert sum(usage(made).values()) == pytest.approx(volume * 0.25 / 1e6)
