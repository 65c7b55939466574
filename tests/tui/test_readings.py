from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import pytest

from sandbox.documents import library
from sandbox.documents.design import Design
from sandbox.documents.kinds import catalogue
from sandbox.documents.level import Level
from sandbox.documents.slos import LostSlo, Window, WithinSlo
from sandbox.documents.variations import vary
from sandbox.judgement.judge import judge
from sandbox.judgement.report import Report
from sandbox.simulation.behaviours import BEHAVIOURS
from sandbox.simulation.behaviours.base import SimNode
from sandbox.simulation.run import simulate
from sandbox.tui import look
from sandbox.tui.curves import curves, harm
from sandbox.tui.goals import Goals
from sandbox.tui.moments import moments_of, story
from sandbox.tui.readings import Readings
from sandbox.tui.states import BUSY_FROM
from tests.tui.fakes import SHOP

LEVEL = library.load_level(SHOP)


def run(
    level: Level = LEVEL, design: Design | None = None, seed: int = 7
) -> tuple[Readings, Report]:
    design = design or level.starting_design()
    made = simulate(level, design, seed)
    catalogue = library.kinds_for(level)
    return Readings(level, design, catalogue, made.trace), judge(level, design, made)


def goals(readings: Readings) -> Goals:
    return Goals(readings.level, readings.trace)


def naive() -> Design:
    assert LEVEL.proofs is not None
    return vary(LEVEL.starting_design(), LEVEL.proofs.naive)


@pytest.mark.parametrize("seed", [1, 3, 7])
def test_what_is_measured_live_ends_where_the_verdict_is(seed: int) -> None:
    readings, report = run(seed=seed)
    live = goals(readings).read(len(readings.trace.frames), report)
    assert [slo.measured for slo in live] == pytest.approx([slo.measured for slo in report.slos])
    assert [slo.broke_at for slo in live] == [slo.broke_at for slo in report.slos]


def test_goals_go_from_unknown_to_holding_to_broken() -> None:
    readings, report = run()
    goal = [goals(readings).read(shown, report)[0].status.word for shown in range(400)]
    assert [word for word, _ in groupby(goal)] == ["not known yet", "holds", "below now", "broke"]
    # Without the report nobody knows that it broke.
    assert goals(readings).read(399, None)[0].status is look.NEAR


def test_the_queue_moves_to_the_oven_when_there_are_more_cooks() -> None:
    assert run()[0].longest_line(400) == "rail"
    readings, _ = run(design=naive())
    assert readings.longest_line(400) == "oven"
    longest = max(range(400), key=lambda shown: readings.node("oven", shown).queue)
    assert readings.node("oven", longest).status is look.FULL
    assert readings.longest_queue(400) == readings.node("oven", longest).queue >= 5


def test_a_node_behind_a_line_is_full_when_the_line_is_not_empty() -> None:
    readings, _ = run()
    waiting = [n for n in range(400) if readings.node("rail", n).queue >= 5]
    assert waiting
    for shown in waiting:
        cooks = readings.node("cooks", shown)
        assert (cooks.queue, cooks.status) == (0, look.FULL)


def test_a_line_is_long_when_the_wait_in_it_eats_the_time_allowed() -> None:
    readings, _ = run()
    rails = [readings.node("rail", shown) for shown in range(400)]
    assert {rail.status for rail in rails} == {look.OK, look.LONG}
    for rail in rails:
        assert (rail.status is look.LONG) == ((rail.wait or 0.0) >= 20 * 60 / 4)


def test_busy_from_seventy_percent() -> None:
    readings, _ = run()
    for shown in range(1, 400):
        for node_id in ("phone", "cooks", "oven"):
            reading = readings.node(node_id, shown)
            assert reading.load is not None
            assert (reading.status is look.OK) == (reading.load < BUSY_FROM), (
                node_id,
                shown,
                reading,
            )


def test_clients_leave() -> None:
    readings, report = run(seed=3)
    assert report.first_loss is not None
    before = int(report.first_loss.end / readings.trace.header.frame)
    assert readings.node("guests", before).lost == 0
    after = readings.node("guests", before + 1)
    assert after.lost
    assert after.status is look.LEAVING


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
    arrived = sum(frame.operations[0].arrivals for frame in readings.trace.frames)
    assert arrived == report.operations["order"].arrivals
    _, coming = curves(readings, "guests", last)
    assert coming.values[190] == pytest.approx(readings.node("guests", 191).rate)
    assert len(coming.values) == last


def test_it_follows_a_trace_that_grows() -> None:
    whole, report = run()
    frames = whole.trace.frames
    growing = Goals(LEVEL, whole.trace)
    whole.trace.frames = frames[:100]
    first = growing.read(100, None)
    whole.trace.frames = frames
    assert growing.read(400, report) == goals(whole).read(400, report)
    assert growing.read(100, report) == first
    assert first != growing.read(200, report)


def test_a_window_counts_only_what_lies_in_it() -> None:
    hour = Window.model_validate({"from": "1 h", "to": "2 h"}, strict=False)
    slos = [replace_window(slo, hour) for slo in LEVEL.slos]
    readings, _ = run(LEVEL.model_copy(update={"slos": tuple(slos)}))
    assert goals(readings).read(119, None)[0].measured is None
    frames = readings.trace.frames[120:240]
    good = sum(frame.operations[0].good for frame in frames)
    decided = good + sum(harm(readings.trace).values[120:240])
    assert goals(readings).read(400, None)[0].measured == pytest.approx(good / decided)


def replace_window(slo: object, window: Window) -> WithinSlo | LostSlo:
    assert isinstance(slo, WithinSlo | LostSlo)
    return slo.model_copy(update={"window": window})


def test_a_time_that_frames_do_not_count_is_left_to_the_report() -> None:
    slo = LEVEL.slos[0]
    assert isinstance(slo, WithinSlo)
    other = slo.model_copy(update={"within": 600.0})
    readings, report = run(LEVEL.model_copy(update={"slos": (other,)}))
    assert goals(readings).read(399, report)[0].measured is None
    assert goals(readings).read(400, report)[0].measured == report.slos[0].measured


def test_packets_are_counted_on_links() -> None:
    readings, _ = run()
    assert readings.sent_lately(0) == {}
    sent = [readings.sent_lately(shown)["guests", "phone"] for shown in range(1, 401)]
    assert sent[-1] == 0
    assert max(sent) >= 3


def test_moments_and_story_come_in_order_and_only_when_reached() -> None:
    readings, report = run()
    moments = moments_of(LEVEL, readings.trace, report)
    assert [moment.time for moment in moments] == sorted(moment.time for moment in moments)
    assert {"traffic", "first-late", "broke", "first-loss"} == {m.kind for m in moments}
    assert [event.says for event in story(report, 1800.0)] == [report.happened[0].says]
    assert story(None, 3600.0) == []
    assert report.first_loss is not None
    assert story(report, 1e9)[-1].says == report.first_loss.says


def test_a_winner_has_no_harm_on_its_timeline() -> None:
    assert LEVEL.proofs is not None
    readings, report = run(design=vary(LEVEL.starting_design(), LEVEL.proofs.winners["fresh"]))
    assert {m.kind for m in moments_of(LEVEL, readings.trace, report)} == {"traffic"}


def test_the_busy_curve_says_the_same_as_the_table() -> None:
    readings, _ = run()
    busy = curves(readings, "phone", 0)[1].values
    for shown in (1, 2, 40, 160, len(busy)):
        assert busy[shown - 1] == pytest.approx(readings.node("phone", shown).load)


def test_curves_have_a_value_a_frame() -> None:
    readings, _ = run()
    for node_id in readings.nodes:
        for curve in curves(readings, node_id, 0):
            assert len(curve.values) == len(readings.trace.frames)
    assert replace(curves(readings, "oven", 0)[1]).top == 1.0


def test_what_a_behaviour_shows_has_words_in_the_catalogue() -> None:
    """How slow it is for clients is said in a way of its own; nobody waits for a row of a table."""
    shows = {name for name, made in BEHAVIOURS.items() if made.gauge is not SimNode.gauge}
    told = {name for name, each in catalogue().behaviours.items() if each.gauge is not None}
    assert shows - told == {"clients", "table"}
    assert told <= shows


def test_what_tells_a_node_is_a_setting_of_it() -> None:
    for name, each in catalogue().behaviours.items():
        assert each.told_by is None or each.told_by in each.settings, name
