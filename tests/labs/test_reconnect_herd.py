"""A reconnect herd: four hundred handshakes of 25 ms need 10 s, and nobody waits longer than 5 s.

All at once, half of them are done too late, for clients who have begun another by then; the line
never gets shorter than they are willing to wait. Spread over 20 s they are no more than half of
what the gateway can do.
"""

from __future__ import annotations

import statistics

from sandbox.judgement.report import Report
from sandbox.simulation.behaviours.sockets import Sockets
from tests.labs.lab import SEEDS, lab, slo
from tests.simulation.systems import node

LAB = lab("reconnect-herd")
WATCHING = 400


def late(report: Report) -> float:
    """Of the changes made long after the restart, how much was seen in time."""
    return slo(report, "late")


def woken(report: Report) -> float:
    """How often somebody was woken up."""
    return slo(report, "battery")


def connected(design: str, seed: int, time: float) -> int:
    """How many are connected at a moment."""
    run = LAB.start(design, seed)
    run.advance(time)
    gateway = node(run, "gateway")
    assert isinstance(gateway, Sockets)
    return len(gateway.connected)


def test_all_at_once_they_never_get_in_again() -> None:
    for seed in SEEDS:
        assert connected("broken", seed, 19.0) == WATCHING
        assert connected("broken", seed, 79.0) < 0.6 * WATCHING
    assert max(LAB.over("broken", late)) < 0.6


def test_the_gateway_works_all_the_time_on_what_nobody_waits_for() -> None:
    """From second 21 of 80 on it does nothing else, and is asked to do nothing else."""
    busy = LAB.over("broken", lambda report: report.nodes["gateway"].utilisation)
    assert min(busy) > 0.7


def test_by_and_by_they_are_back_and_have_missed_a_little() -> None:
    for seed in SEEDS:
        assert connected("jitter", seed, 30.5) < 0.6 * WATCHING  # that is what it costs
        assert connected("jitter", seed, 45.0) == WATCHING
        report = LAB.report("jitter", seed)
        assert late(report) == 1.0
        assert slo(LAB.report("broken", seed), "seen") + 0.3 < slo(report, "seen") < 1.0


def test_a_bigger_gateway_shakes_hands_in_time_and_costs_more() -> None:
    """Four processors need 2.5 s for all of them, once a year."""
    assert min(LAB.over("bigger", late)) == 1.0
    assert LAB.report("bigger", 1).cost > 2 * LAB.report("jitter", 1).cost
    assert max(LAB.over("bigger", lambda report: report.nodes["gateway"].utilisation)) < 0.1


def test_who_looks_himself_has_no_herd_and_wakes_up_for_nothing() -> None:
    """Every 1.5 s, though there is something new every 2 s: that costs batteries and a database."""
    few = SEEDS[:3]  # all alike, each twenty thousand looks
    assert min(LAB.over("looking", late, few)) == 1.0
    told, looking = LAB.over("jitter", woken, few), LAB.over("looking", woken, few)
    assert statistics.fmean(looking) > 1.4 * statistics.fmean(told)
    for seed in few:
        mine = LAB.report("looking", seed).nodes["db"].utilisation
        theirs = LAB.report("jitter", seed).nodes["db"].utilisation
        assert mine > 0.2
        assert theirs < 0.02
