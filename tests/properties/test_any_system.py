"""What must hold in every run of every system, however its parts fail each other."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.simulation.behaviours.store import Store
from sandbox.simulation.run import Run, simulate
from sandbox.simulation.trace import Frame
from tests.properties.made_networks import MadeNetwork
from tests.properties.made_systems import systems
from tests.properties.test_any_network import bounded, judged, seeds, written
from tests.simulation.systems import all_free

few = settings(bounded, max_examples=60)


@given(systems(), seeds)
@few
def test_requests_are_conserved(system: MadeNetwork, seed: int) -> None:
    """By the report, by the frames, and at every node."""
    run, report = judged(system, seed)
    assert report.conserved
    for index, (name, result) in enumerate(report.operations.items()):
        ended = result.good + result.late + result.rejected + result.failed + result.abandoned
        assert result.arrivals == ended + result.in_flight, name
        frames = [frame.operations[index] for frame in run.trace.frames]
        for field in ("arrivals", "good", "late", "rejected", "failed", "abandoned"):
            assert sum(getattr(f, field) for f in frames) == getattr(result, field), (name, field)
    if not system.level.clock.measure_from:
        parts = {name: each for name, each in report.nodes.items() if name != "people"}
        for node, counted in parts.items():
            ended = counted.served + counted.rejected + counted.failed
            assert 0 <= ended <= counted.arrivals, node
            assert 0.0 <= counted.utilisation <= 1.0, node


@given(systems(), seeds)
@few
def test_the_same_seed_gives_the_same_bits(system: MadeNetwork, seed: int) -> None:
    first = simulate(system.level, system.design, seed)
    second = simulate(system.level, system.design, seed)
    assert written(system, first) == written(system, second)


@given(systems(), seeds, st.lists(st.floats(0.001, 4.0), max_size=20))
@few
def test_steps_of_any_size_change_nothing(
    system: MadeNetwork, seed: int, steps: list[float]
) -> None:
    at_once = simulate(system.level, system.design, seed)
    by_and_by = Run(system.level, system.design, seed)
    for moment in accumulate(steps):
        by_and_by.advance(moment)
        assert by_and_by.finished or by_and_by.lane.now <= moment
    by_and_by.finish()
    assert written(system, by_and_by) == written(system, at_once)


@given(systems(), seeds)
@few
def test_watching_changes_nothing(system: MadeNetwork, seed: int) -> None:
    seen: list[Frame] = []
    watched = simulate(system.level, system.design, seed, on_frame=seen.append)
    unwatched = simulate(system.level, system.design, seed)
    assert written(system, watched) == written(system, unwatched)
    assert seen == watched.trace.frames


@given(systems(), seeds)
@few
def test_no_unit_comes_from_nowhere_or_goes_there(system: MadeNetwork, seed: int) -> None:
    """What is not in stock somebody has, or is about to put back."""
    run = simulate(system.level, system.design, seed)
    (db,) = (node for node in run.world.instances["db"] if isinstance(node, Store))
    orders = run.world.ledger.orders.values()
    had = (run.world.ledger.stock or 0) - db.stock
    if any(node.settings.get("give-back") for node in system.design.nodes):
        assert had >= sum(order.taken for order in orders)
    else:
        assert had == sum(order.taken for order in orders)


@given(systems(until_all_is_done=True), seeds)
@few
def test_in_the_end_nobody_holds_anything(system: MadeNetwork, seed: int) -> None:
    """Every request has an outcome, and no thread, connection, row or message is still held."""
    run, report = judged(system, seed)
    assert all_free(run)
    assert all(operation.in_flight == 0 for operation in report.operations.values())
    for node in run.world.nodes:
        assert not getattr(node, "transactions", None), node.name
        assert not node.calls, node.name
        assert getattr(node, "out", 0) == 0 or _is_router(node), node.name


def _is_router(node: Any) -> bool:
    return hasattr(node, "pools")


@given(systems(), seeds)
@few
def test_the_ledger_adds_up_order_by_order(system: MadeNetwork, seed: int) -> None:
    """Its sums, kept up to date, are those of its docstring over all orders."""
    ledger = simulate(system.level, system.design, seed).world.ledger
    orders = list(ledger.orders.values())
    promised = [order for order in orders if order.promised]
    paid = [order for order in promised if order.charges and order.taken > 0]
    stock = ledger.stock or 0
    assert ledger.oversold == max(0, len(promised) - stock)
    assert ledger.units_paid == min(stock, len(paid))
    assert ledger.double_charges == sum(max(0, order.charges - 1) for order in orders)
    assert all(later.parts >= 0 for later in ledger.later.values())
    assert ledger.lost_orders == sum(order.promised != (order.charges > 0) for order in orders)
