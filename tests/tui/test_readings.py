from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.documents import library
from sandbox.documents.design import Design
from sandbox.documents.level import Level, LostSlo, Window, WithinSlo
from sandbox.documents.variations import vary
from sandbox.judgement.happened import client_name
from sandbox.judgement.judge import judge
from sandbox.judgement.report import Report
from sandbox.simulation.run import simulate
from sandbox.simulation.trace import Journey
from sandbox.tui import look, wording
from sandbox.tui.moments import moments_of, story
from sandbox.tui.readings import BUSY_FROM, Readings, harm

LEVEL = library.load_level("pizza-shop")


def run(
    level: Level = LEVEL, design: Design | None = None, seed: int = 7
) -> tuple[Readings, Report]:
    design = design or level.starting_design()
    made = simulate(level, design, seed)
    catalogue = library.kinds_for(level)
    return Readings(level, design, catalogue, made.trace), judge(level, design, made)


def naive() -> Design:
    assert LEVEL.proofs is not None
    return vary(LEVEL.starting_design(), LEVEL.proofs.naive)


@pytest.mark.parametrize("seed", [1, 3, 7])
def test_what_is_measured_live_ends_where_the_verdict_is(seed: int) -> None:
    readings, report = run(seed=seed)
    live = readings.slos(len(readings.trace.frames), report)
    assert [slo.measured for slo in live] == pytest.approx([slo.measured for slo in report.slos])
    assert [slo.broke_at for slo in live] == [slo.broke_at for slo in report.slos]


def test_goals_go_from_unknown_to_holding_to_broken() -> None:
    readings, report = run()
    words = [readings.slos(shown, report)[0].status.word for shown in (0, 60, 185, 200)]
    assert words == ["not known yet", "holds", "below now", "broke"]
    assert readings.slos(200, None)[0].status is look.NEAR  # only the report knows that it broke


def test_the_queue_moves_to_the_oven_when_there_are_more_cooks() -> None:
    assert run()[0].longest_line(400) == "rail"
    readings, _ = run(design=naive())
    assert readings.longest_line(400) == "oven"
    oven = readings.node("oven", 210)
    assert oven.queue >= 5
    assert oven.status is look.FULL


def test_a_node_behind_a_line_is_full_when_the_line_is_not_empty() -> None:
    cooks = run()[0].node("cooks", 200)
    assert (cooks.queue, cooks.status) == (0, look.FULL)


def test_a_line_is_long_when_the_wait_in_it_eats_the_time_allowed() -> None:
    readings, _ = run()
    assert readings.node("rail", 60).status is look.OK
    rail = readings.node("rail", 200)
    assert rail.wait is not None
    assert rail.wait > 5 * 60
    assert rail.status is look.LONG


def test_busy_from_seventy_percent() -> None:
    readings, _ = run()
    for shown in range(1, 400):
        for node_id in ("phone", "cooks", "oven"):
            reading = readings.node(node_id, shown)
            assert reading.load is not None
            quiet = reading.status in (look.OK, look.IDLE)
            assert quiet == (reading.load < BUSY_FROM), (node_id, shown, reading)


def test_clients_leave() -> None:
    readings, report = run(seed=3)
    assert report.first_loss is not None
    before = int(report.first_loss.end / readings.trace.header.frame)
    assert readings.node("guests", before).lost == 0
    after = readings.node("guests", before + 2)
    assert (after.lost, after.status) == (1, look.LEAVING)


def test_refusals_are_shown_where_they_happen() -> None:
    assert LEVEL.proofs is not None
    readings, report = run(design=vary(LEVEL.starting_design(), LEVEL.proofs.losers["short-rail"]))
    last = len(readings.trace.frames)
    assert readings.node("rail", last).lost == report.nodes["rail"].rejected > 0
    statuses = {readings.node("rail", shown).status for shown in range(last)}
    assert look.REFUSES in statuses


def test_rates_count_what_came() -> None:
    readings, report = run()
    last = len(readings.trace.frames)
    arrived = sum(frame.arrivals for frame in readings.node_frames("guests"))
    assert arrived == report.operations["order"].arrivals
    _, coming = readings.curves("guests")
    assert coming.values[190] == pytest.approx(readings.node("guests", 191).rate)
    assert len(coming.values) == last


def test_it_follows_a_trace_that_grows() -> None:
    whole, report = run()
    frames = whole.trace.frames
    growing = Readings(LEVEL, LEVEL.starting_design(), library.kinds_for(LEVEL), whole.trace)
    whole.trace.frames = frames[:100]
    first = growing.slos(100, report)
    whole.trace.frames = frames
    assert growing.slos(400, report) == whole.slos(400, report)
    assert growing.slos(100, report) == first


def test_a_window_counts_only_what_lies_in_it() -> None:
    hour = Window.model_validate({"from": "1 h", "to": "2 h"}, strict=False)
    slos = [replace_window(slo, hour) for slo in LEVEL.slos]
    readings, _ = run(LEVEL.model_copy(update={"slos": tuple(slos)}))
    assert readings.slos(119, None)[0].measured is None
    frames = readings.trace.frames[120:240]
    good = sum(frame.operations[0].good for frame in frames)
    decided = good + sum(harm(readings.trace).values[120:240])
    assert readings.slos(400, None)[0].measured == pytest.approx(good / decided)


def replace_window(slo: object, window: Window) -> WithinSlo | LostSlo:
    assert isinstance(slo, WithinSlo | LostSlo)
    return slo.model_copy(update={"window": window})


def test_a_time_that_frames_do_not_count_is_left_to_the_report() -> None:
    slo = LEVEL.slos[0]
    assert isinstance(slo, WithinSlo)
    other = slo.model_copy(update={"within": 600.0})
    readings, report = run(LEVEL.model_copy(update={"slos": (other,)}))
    assert readings.slos(400, report)[0].measured is None


def test_packets_are_counted_on_links() -> None:
    readings, _ = run()
    assert readings.sent_lately(0) == {}
    assert readings.sent_lately(200)["guests", "phone"] > 0


def test_moments_and_story_come_in_order_and_only_when_reached() -> None:
    readings, report = run()
    moments = moments_of(LEVEL, readings.trace, report)
    assert [moment.time for moment in moments] == sorted(moment.time for moment in moments)
    assert {"traffic", "first-late", "broke", "first-loss"} == {m.kind for m in moments}
    assert [event.says for event in story(report, 3600.0)][-1].startswith("guests came at 45")
    assert story(None, 3600.0) == []
    assert report.first_loss is not None
    assert story(report, 1e9)[-1].says == report.first_loss.says


def test_a_winner_has_no_harm_on_its_timeline() -> None:
    assert LEVEL.proofs is not None
    readings, report = run(design=vary(LEVEL.starting_design(), LEVEL.proofs.winners["fresh"]))
    assert {m.kind for m in moments_of(LEVEL, readings.trace, report)} == {"traffic"}


def test_clients_are_called_as_in_the_story() -> None:
    for number in (0, 5, 30):
        journey = Journey(0, number, "order", 0.0)
        assert wording.client_name(LEVEL.names, number) == client_name(LEVEL, journey)
        unnamed = LEVEL.model_copy(update={"names": ()})
        assert wording.client_name((), number) == client_name(unnamed, journey)


def test_curves_have_a_value_a_frame() -> None:
    readings, _ = run()
    for node_id in readings.nodes:
        for curve in readings.curves(node_id):
            assert len(curve.values) == len(readings.trace.frames)
    assert replace(readings.curves("oven")[1]).top == 1.0
