"""A queue beside an idle server: who is sent somewhere by chance waits for whoever is slow there.

Eight servers, seven tenths busy, and work that is short or long. Looking at what is outstanding
cures it; what that costs is that a server which fails at once looks like the least busy one.
"""

from __future__ import annotations

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo
from tests.theory.networks import number

LAB = lab("hot-instance")
BEFORE_THE_DEATH = 45


def fast(report: Report) -> float:
    return slo(report, "fast")


def failed(report: Report) -> int:
    return report.operations["page"].failed


def queues_beside_idle_servers(design: str, seed: int) -> float:
    """The share of moments at which somebody waits though some server has nothing to do."""
    run = LAB.start(design, seed)
    found = 0
    for second in range(5, BEFORE_THE_DEATH):
        run.advance(float(second))
        states = [each.state(float(second)) for each in run.world.instances["app"]]
        idle = any(inside == 0 for _, inside, _ in states)
        found += idle and any(waiting for waiting, _, _ in states)
    return found / (BEFORE_THE_DEATH - 5)


def test_by_chance_or_by_turns_pages_are_late() -> None:
    assert max(LAB.over("random", fast)) < 0.9
    assert max(LAB.over("turns", fast)) < 0.93


def test_who_looks_is_in_time() -> None:
    assert min(LAB.over("least", fast)) > 0.95
    for two, turns in zip(LAB.over("two", fast), LAB.over("turns", fast), strict=True):
        assert two > turns + 0.03


def test_there_is_a_queue_beside_an_idle_server() -> None:
    """By chance nearly always; with the least connections never for longer than a moment."""
    by_chance = [queues_beside_idle_servers("random", seed) for seed in SEEDS]
    looking = [queues_beside_idle_servers("least", seed) for seed in SEEDS]
    assert min(by_chance) > 0.5
    assert sum(by_chance) > 2 * sum(looking)


def test_half_of_all_wait_next_to_nothing_or_longer_than_their_work() -> None:
    for least, random in zip(
        LAB.over("least", lambda report: number(report.operations["page"].latency.p50)),
        LAB.over("random", lambda report: number(report.operations["page"].latency.p50)),
        strict=True,
    ):
        assert random > 2.5 * least


def test_the_least_busy_one_may_be_dead() -> None:
    """By chance an eighth of the pages of four seconds are lost, and more where it looks idle."""
    expected = 56 * 4 / 8
    lost = {name: LAB.over(name, failed) for name in ("turns", "least")}
    inside = 8  # who was with it when it died, at most about so many
    for turns, least in zip(lost["turns"], lost["least"], strict=True):
        assert expected * 0.7 < turns < expected + inside + 4 * expected**0.5
        assert least > turns
    assert sum(lost["least"]) > 1.4 * sum(lost["turns"])
