"""Service levels on data: what the ledger counted, against the bound."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.judgement.report import SloResult
from tests.simulation.systems import system

PARTS = {"app": "front", "db": "base", "pay": "bank"}
WIRES = ["people > app", "app > db", "app > pay"]
NAIVE, STRICT = "[compute, check, charge, decrement]", "[compute, take, charge]"


def judged(needs: str, slo: dict[str, Any], **more: Any) -> SloResult:
    """One service level of a sale of three units to ten buyers within a second."""
    said = {"traffic": "rate: 10/s", "length": "1 s", "clock": "drain: 20 s", "stock": 3, **more}
    made = system(
        said.pop("parts", PARTS),
        said.pop("wires", WIRES),
        needs,
        slos=[{"id": "it", "says": "it", **slo}],
        **said,
    )
    (result,) = made.report().slos
    return result


def test_oversold() -> None:
    slo = {"metric": "count", "of": "oversold", "at_most": 0}
    result = judged(NAIVE, slo)
    assert (result.measured, result.target, result.passed, result.unit) == (7, 0, False, "count")
    assert result.near == "7 units sold that there were not, 0 allowed"
    assert (result.margin, result.broke_at) == (-7, None)
    assert judged(STRICT, slo).passed
    assert judged(NAIVE, {**slo, "at_most": 7}).passed
    assert judged(NAIVE, {**slo, "at_most": 7}).margin == 0


def test_charged_twice() -> None:
    """Every reply is lost, and each buyer of the three units is charged three times."""
    parts = {**PARTS, "pay": "bank, settings: {lost-replies: 100%}"}
    wires = [*WIRES[:2], "app > pay, timeout: 2 s, retries: 2, backoff: 10 ms"]
    slo = {"metric": "count", "of": "double-charges", "at_most": 5}
    result = judged(STRICT, slo, parts=parts, wires=wires)
    assert (result.measured, result.passed) == (6, False)
    assert result.margin == pytest.approx(-1 / 5)
    with_key = {**parts, "pay": "bank, settings: {lost-replies: 100%, idempotency: true}"}
    assert judged(STRICT, slo, parts=with_key, wires=wires).measured == 0


def test_charged_twice_where_nothing_is_for_sale() -> None:
    parts = {"app": "front", "pay": "bank, settings: {lost-replies: 100%}"}
    wires = ["people > app", "app > pay, timeout: 2 s, retries: 1, backoff: 10 ms"]
    slo = {"metric": "count", "of": "double-charges", "at_most": 0}
    result = judged("[compute, charge]", slo, parts=parts, wires=wires, stock=None)
    assert (result.measured, result.passed) == (10, False)


def test_lost_orders() -> None:
    """Every payment fails after the buyer was told that it is pending."""
    parts = {
        **PARTS,
        "pay": "bank, settings: {errors: 100%}",
        "q": "post, settings: {receives: 1}",
        "work": "hand",
    }
    wires = [*WIRES[:2], "app > q", "q > work", "work > pay"]
    needs = "[compute, take, {need: charge, deferrable: true}]"
    slo = {"metric": "count", "of": "lost-orders", "at_most": 2}
    result = judged(needs, slo, parts=parts, wires=wires)
    assert (result.measured, result.passed) == (3, False)


def test_units_paid() -> None:
    slo = {"metric": "share", "of": "units-paid", "at_least": "99%"}
    result = judged(STRICT, slo)
    assert (result.measured, result.passed, result.near) == (1.0, True, "3 of 3 units paid")
    assert result.margin == pytest.approx(0.01 / 0.99)
    parts = {**PARTS, "pay": "bank, settings: {declines: 100%}"}
    result = judged(STRICT, slo, parts=parts)
    assert (result.measured, result.passed) == (0.0, False)


@pytest.mark.parametrize(("kept", "stale"), [("keep", 5), ("delete", 0)])
def test_stale_reads(kept: str, stale: int) -> None:
    """Half of ten reads come after a write that the cache was not told of."""
    slo = {"metric": "share", "of": "stale-reads", "at_most": "1%"}
    result = judged(
        "",
        slo,
        parts={"app": "front", "mem": f"memory, settings: {{on-write: {kept}}}", "db": "base"},
        wires=["people > app", "app > mem", "app > db"],
        operations={
            "view": {"title": "view", "needs": ["compute", "read"]},
            "edit": {"title": "edit", "needs": ["compute", "write"]},
        },
        streams=("rate: 1/s, mix: {view: 1}", "rate: 0.2/s, mix: {edit: 1}"),
        length="10 s",
        stock=None,
    )
    assert (result.measured, result.passed) == (stale / 10, stale == 0)
    assert result.near == f"{stale} of 10 reads gave what was no longer true"


def test_where_nobody_reads_nothing_is_stale() -> None:
    slo = {"metric": "share", "of": "stale-reads", "at_most": "1%"}
    result = judged("[compute]", slo)
    assert (result.measured, result.passed) == (0.0, True)


def test_the_report_has_every_counter() -> None:
    made = system(
        PARTS, WIRES, STRICT, traffic="rate: 10/s", length="1 s", clock="drain: 20 s", stock=3
    )
    report = made.report()
    assert report.ledger == {
        "attempts": 0, "deliveries": 0, "stock": 3, "sold": 3, "pending": 0, "sold-out": 7,
        "declined": 0, "units-paid": 3, "oversold": 0, "double-charges": 0, "lost-orders": 0,
    }  # fmt: skip
    assert report.settled is not None
    assert report.settled.p50 == pytest.approx(1.2)
