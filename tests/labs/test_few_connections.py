"""Few connections: who balances connections spreads six of them over four servers as 2, 2, 1, 1.

And a server that is back gets nothing as long as nobody opens a new one. Many connections help
with the first; choosing for each request helps with both, and costs a machine and a millisecond.
"""

from __future__ import annotations

from tests.labs.lab import SEEDS, lab, slo
from tests.theory.networks import number

LAB = lab("few-connections")
DEATH, BACK = 25.0, 30.0


def came(design: str, seed: int) -> tuple[list[int], list[int], int]:
    """What each server saw before one died, and from 5 s after it was back on; and which it was."""
    run = LAB.start(design, seed)
    servers = run.world.instances["app"]
    run.advance(DEATH - 0.1)
    before = [each.meter.arrivals for each in servers]
    run.advance(BACK + 5.0)
    (dead,) = [at for at, each in enumerate(servers) if each.epoch]
    then = [each.meter.arrivals for each in servers]
    run.finish()
    return before, [a.meter.arrivals - b for a, b in zip(servers, then, strict=True)], dead


def test_two_servers_have_twice_as_much_to_do() -> None:
    for seed in SEEDS:
        before, _, _ = came("broken", seed)
        few, _, _, most = sorted(before)
        assert most > 1.6 * few


def test_who_is_back_gets_nothing() -> None:
    for seed in SEEDS:
        _, after, dead = came("broken", seed)
        assert after[dead] == 0
        assert min(number for at, number in enumerate(after) if at != dead) > 350


def test_many_connections_are_even_until_one_is_back() -> None:
    """Those that it had went to the others, and stay there."""
    for seed in SEEDS:
        before, after, dead = came("many", seed)
        assert max(before) < 1.25 * min(before)
        assert after[dead] < 0.4 * max(after)


def test_each_request_by_itself_is_even_always() -> None:
    for seed in SEEDS:
        before, after, _ = came("requests", seed)
        assert max(before) - min(before) <= 1
        assert max(after) - min(after) <= 8  # retries take a turn as well


def test_that_is_in_time_and_loses_nobody() -> None:
    for seed in SEEDS:
        by_connection, by_request = LAB.report("broken", seed), LAB.report("requests", seed)
        for name in ("even", "after"):
            assert slo(by_connection, name) < 0.85 < slo(by_request, name)
        assert by_request.operations["call"].failed == 0
    assert sum(LAB.over("many", lambda report: report.operations["call"].failed)) > 0


def test_it_costs_money_and_a_millisecond() -> None:
    for dear, cheap in zip(
        LAB.over("requests", lambda report: report.cost),
        LAB.over("broken", lambda report: report.cost),
        strict=True,
    ):
        assert number(dear) - number(cheap) == 35 - 16
    balancer = LAB.report("requests", 1).nodes["lb"]
    assert number(balancer.service.mean) > 0.3e-3
