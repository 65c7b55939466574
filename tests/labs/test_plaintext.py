"""Plain text: where TLS ends, everybody further in can read along; further in it costs more."""

from __future__ import annotations

import pytest

from tests.labs.lab import SEEDS, lab, slo

LAB = lab("plaintext")


@pytest.mark.parametrize(("design", "wires"), [("broken", 3), ("edge", 2), ("through", 0)])
def test_every_wire_behind_the_end_of_tls_can_be_listened_to(design: str, wires: int) -> None:
    assert LAB.over(design, lambda report: slo(report, "hops")) == [wires] * len(SEEDS)


def test_the_handshake_takes_time_and_going_on_takes_processors() -> None:
    for seed in SEEDS:
        plain, edge, through = (LAB.report(each, seed) for each in ("broken", "edge", "through"))
        means = [each.operations["login"].latency.mean or 0.0 for each in (plain, edge, through)]
        assert means[0] < means[1] < means[2]
        for node in ("app", "db"):
            assert edge.nodes[node].utilisation == pytest.approx(
                plain.nodes[node].utilisation, rel=1e-3
            )
            assert through.nodes[node].utilisation > plain.nodes[node].utilisation
