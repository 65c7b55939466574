"""A grey node: it is slow, and there; who sends by turns sends it as much as the others.

Who looks at what is outstanding sends it less. The price of looking there: a node that fails
whatever it gets, and at once, has never anything outstanding.
"""

from __future__ import annotations

from sandbox.judgement.report import Report
from sandbox.simulation.run import Run
from tests.labs.lab import SEEDS, lab, slo

GREY = lab("grey-node")
HOLE = lab("black-hole")
SERVERS = 4


def sent_to_the_ill(run: Run, start: float, end: float) -> float:
    """The share of requests that the one got that something had struck."""
    struck = next(e.node for e in run.world.happenings if e.what == "slow")
    frames = [frame for frame in run.trace.frames if start < frame.time <= end]
    to_all = sum(frame.nodes[1].arrivals for frame in frames)  # users, balancer, servers
    return sum(frame.nodes[struck].arrivals for frame in frames) / to_all


def failed(report: Report) -> int:
    """Requests that were failed at once."""
    return report.operations["view"].failed


def test_turns_send_it_a_quarter_until_a_check_notices_its_line() -> None:
    for seed in SEEDS:
        run = GREY.run("broken", seed)
        left_out = [e.time for e in run.world.happenings if e.what == "left-out"]
        assert 40.0 < min(left_out) < 55.0  # once its line is 10 s long
        assert abs(sent_to_the_ill(run, 31.0, 40.0) - 1 / SERVERS) < 0.01
        assert slo(GREY.judge(run), "good") < 0.93


def test_who_looks_at_what_is_outstanding_sends_it_little() -> None:
    for seed in SEEDS:
        run = GREY.run("least-connections", seed)
        assert sent_to_the_ill(run, 31.0, 70.0) < 0.1
        assert GREY.judge(run).passed


def test_a_stricter_check_is_better_than_none_and_comes_and_goes() -> None:
    """Left out, it works off its line; then it looks well, and gets a quarter again."""
    for seed in SEEDS:
        run = GREY.run("strict-check", seed)
        measured = slo(GREY.judge(run), "good")
        assert measured > slo(GREY.report("broken", seed), "good") + 0.02
        assert measured < slo(GREY.report("least-connections", seed), "good")
        assert [e.what for e in run.world.happenings].count("taken-in") >= 2


def test_what_fails_at_once_draws_requests_from_who_looks_at_what_is_outstanding() -> None:
    """For 10 s one of four is bad: by turns it gets a quarter, and else whatever finds it free."""
    for seed in SEEDS:
        by_turns, least = (
            failed(HOLE.report(name, seed)) for name in ("round-robin", "least-connections")
        )
        assert least > 1.25 * by_turns
