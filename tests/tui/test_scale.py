"""The run and the verdict where thousands of requests come a second and parts of it break."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from sandbox.documents import library
from sandbox.documents.level import Level
from sandbox.studies.designs import designs
from sandbox.tui import look
from sandbox.tui.curves import curves
from sandbox.tui.goals import Goals
from sandbox.tui.look import Look
from sandbox.tui.moments import foreseen, moments_of, story
from sandbox.tui.playback import LONGEST, Playback
from sandbox.tui.readings import Readings
from sandbox.tui.screens.board import BoardScreen
from sandbox.tui.screens.charts import ChartsScreen
from sandbox.tui.screens.run import RunScreen
from sandbox.tui.screens.verdict import VerdictScreen
from sandbox.tui.session import Session
from sandbox.tui.struck import incidents
from sandbox.tui.traffic import overlays
from sandbox.tui.widgets.nodes import NodeTable
from tests.tui.fakes import (
    SALE,
    TODO,
    arrive,
    game,
    played,
    player,
    screen_text,
    winner,
)

LEVELS = {"todo": library.load_level(TODO), "sale": library.load_level(SALE)}


def watched(name: str, design: str, seed: int = 1) -> Readings:
    level = LEVELS[name]
    board = designs(level)[design]
    trace, _ = played(level, board, seed)
    return Readings(level, board, library.kinds_for(level), trace)


def states(readings: Readings, row: str) -> set[tuple[str, str]]:
    frames = range(1, len(readings.trace.frames) + 1)
    return {
        (reading.status.word, reading.detail)
        for reading in (readings.node(row, shown) for shown in frames)
    }


def victim_of(readings: Readings) -> str:
    (death,) = (each for each in incidents(readings.trace) if each.what == "died")
    return readings.trace.header.nodes[death.node]


@pytest.mark.parametrize("name", ["todo", "sale"])
def test_no_run_takes_longer_than_promised(name: str) -> None:
    level = LEVELS[name]
    for each in ("start", *(f"winner:{word}" for word in level.proofs.winners)):  # type: ignore[union-attr]
        trace, _ = played(level, designs(level)[each], 1)
        playback = Playback(trace.frames, len(trace.frames))
        playback.complete()
        assert playback.lasts() <= LONGEST


def test_a_server_dies_and_is_left_out() -> None:
    readings = watched("todo", "winner:cached")
    victim = victim_of(readings)
    assert readings.node(victim, 104).status is look.OK
    down = readings.node(victim, 106)
    assert (down.status, down.detail) == (look.DOWN, "since 12:01:45")
    assert down.losing > 100, "the balancer still sends here"
    out = readings.node(victim, 115)
    assert (out.status, out.detail) == (look.DOWN, "since 12:01:45, out")
    assert out.losing == 0
    together = readings.node("app", 115)
    assert (together.status, together.detail) == (look.DOWN, "1 of 4 since 12:01:45")
    assert readings.most_telling(106) == victim
    assert readings.most_telling(50) != victim
    assert overlays(readings, 106)["app"].text.endswith("/s lost")
    assert overlays(readings, 115)["app"].text == "1 of 4 since 12:01:45"


def test_a_row_that_is_left_out_without_being_dead_says_so() -> None:
    level = LEVELS["todo"]
    readings = watched("todo", "winner:cached")
    frames = [
        frame._replace(nodes=tuple(node._replace(down=False) for node in frame.nodes))
        for frame in readings.trace.frames
    ]
    readings.trace.frames[:] = frames
    alive = Readings(
        level, designs(level)["winner:cached"], library.kinds_for(level), readings.trace
    )
    victim = victim_of(alive)
    assert alive.node(victim, 115).status is look.OUT
    assert alive.node("app", 115).status is not look.OUT, "the others get something"


def test_what_each_behaviour_shows_besides() -> None:
    cached = watched("todo", "winner:cached")
    assert cached.node("cache", 100).detail.startswith("hit 7")
    copied = watched("todo", "winner:replicated")
    assert copied.node("replica", 100).detail.startswith("lag ")
    strict, pending = watched("sale", "winner:strict"), watched("sale", "winner:pending")
    room = strict.node("room", 45)
    assert room.status is look.WAITING
    assert room.detail == f"{room.queue:,} in line"
    queue = pending.node("queue", 40)
    assert queue.status is look.WAITING
    assert queue.detail.startswith(f"{queue.queue:,}, oldest ")
    assert pending.node("queue", 150).status is look.OK


def test_a_quota_holds_from_when_it_came() -> None:
    readings = watched("sale", "winner:strict")
    assert readings.node("payment", 20).detail == "quota 100/s"
    assert readings.node("payment", 60).detail == "quota 25/s"
    load = readings.node("payment", 60).load
    assert load is not None
    assert 0.6 < load <= 1.0
    assert curves(readings, "payment", 20)[0].limit == 100.0
    assert curves(readings, "payment", 60)[0].limit == 25.0


def test_servers_that_wait_for_others_are_told_from_those_that_work() -> None:
    readings = watched("sale", "start")
    assert {"WAITING"} < {word for word, _ in states(readings, "app.1")}
    held = readings.node("app.1", 50)
    assert held.load is not None
    assert held.load < 0.7
    assert (held.status, held.detail) == (look.WAITING, f"{held.queue:,}")
    db = readings.node("db", 50)
    assert db.status is look.FULL
    assert db.detail.startswith(f"{db.queue:,} wait")
    assert "locked" in db.detail
    assert readings.node("payment", 50).status is look.REFUSES
    assert readings.node("payment", 50).losing > 100


def test_clients_tell_what_they_themselves_get() -> None:
    readings = watched("todo", "start")
    dead = [readings.node(row, 150) for row in ("web", "mobile")]
    for reading in dead:
        assert reading.status is look.ERRORS
        assert reading.losing == pytest.approx(reading.rate, rel=0.05)
    slow = readings.node("web", 100)
    assert slow.status is look.LATE
    assert slow.detail.startswith("p95 ")
    main = curves(readings, "web", 100)[0]
    assert (main.label, main.limit) == ("p95", 0.3)


def test_every_row_has_curves_as_long_as_the_run() -> None:
    for name in ("winner:strict", "winner:pending", "start"):
        readings = watched("sale", name)
        for row in readings.rows:
            found = curves(readings, row, 100)
            assert len(found) >= 2
            assert {len(curve.values) for curve in found} == {len(readings.trace.frames)}


def goals_at(name: str, design: str, shown: int) -> dict[str, tuple[float | None, str]]:
    readings = watched(name, design)
    level = LEVELS[name]
    _, report = played(level, designs(level)[design], 1)
    read = Goals(level, readings.trace).read(shown, report)
    return {each.slo.id: (each.measured, each.status.word) for each in read}


def test_goals_on_data_are_counted_as_the_run_goes_on() -> None:
    early, late = goals_at("sale", "start", 40), goals_at("sale", "start", 210)
    assert early["paid"][1] == "not known yet", "it is on its way"
    assert 0 < (early["paid"][0] or 0) < (late["paid"][0] or 0) == 1.0
    assert early["oversold"] == (0.0, "holds")
    assert late["oversold"][1] == "broke"
    assert (late["oversold"][0] or 0) > 0
    before = goals_at("sale", "start", 150)["oversold"]
    assert before[1] == "below now", "units may still come back"


def test_a_percentile_with_too_many_lost_is_never_reached() -> None:
    assert goals_at("sale", "start", 45)["answer"][0] == float("inf")
    assert goals_at("todo", "start", 200)["fast"][0] == float("inf")


def test_incidents_are_moments_and_foreseen_only_after_they_were_suffered() -> None:
    level = LEVELS["todo"]
    trace, report = played(level, designs(level)["start"], 1)
    kinds = [moment.kind for moment in moments_of(level, trace, None)]
    assert "incident" in kinds, "known without a report"
    assert foreseen(None) == []
    assert [(each.time, each.kind) for each in foreseen(trace)] == [(105.0, "foreseen")]
    told = story(None, 110.0, trace.frames)
    assert [event.says for event in told] == ["app died"]
    assert len(story(report, 110.0)) > 1


async def at_run(pilot: Pilot[Any], frame: int) -> RunScreen:
    await arrive(pilot, BoardScreen)
    await pilot.press("space")
    run = await arrive(pilot, RunScreen)
    run.show_frame(frame)
    await pilot.pause()
    return run


def with_winner(folder: Path, level: Path, name: str) -> Session:
    session = player(folder, str(level))
    winner(session, name)
    return session


async def test_a_row_an_instance_with_its_state(tmp_path: Path) -> None:
    session = with_winner(tmp_path, TODO, "cached")
    async with game(session).run_test(size=(80, 24)) as pilot:
        run = await at_run(pilot, 106)
        text = screen_text(pilot)
        for row in ("app.1", "app.2", "app.3", "app.4", "cache", "db"):
            assert f" {row} " in text
        assert "✗ DOWN since 12:01:45" in text
        assert "▸" in next(line for line in text.splitlines() if "DOWN" in line)
        assert "──────── " in text, "no load where nothing is"
        assert "● OK hit 7" in text
        assert "waiting in front" not in text, "rates, and no marks for persons"
        run.show_frame(120)
        await pilot.pause()
        assert "━!" in screen_text(pilot)
        run.show_frame(100)
        await pilot.pause()
        assert "DOWN" not in screen_text(pilot)
        assert "!" not in screen_text(pilot)


async def test_what_was_suffered_is_known_in_the_next_run(tmp_path: Path) -> None:
    session = player(tmp_path, str(TODO))
    async with game(session).run_test(size=(80, 24)) as pilot:
        await at_run(pilot, 20)
        assert "¡" not in screen_text(pilot)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        await pilot.press("space")
        run = await arrive(pilot, RunScreen)
        run.show_frame(20)
        await pilot.pause()
        assert screen_text(pilot).count("¡") == 1
        assert "last run" in screen_text(pilot)
        run.show_frame(120)
        await pilot.pause()
        assert "¡" not in screen_text(pilot)
        assert "!" in screen_text(pilot)


async def test_more_rows_than_fit_scroll_and_say_so(tmp_path: Path) -> None:
    session = with_winner(tmp_path, SALE, "pending")
    async with game(session).run_test(size=(80, 24)) as pilot:
        run = await at_run(pilot, 40)
        run._pick(0)
        run._show()
        await pilot.pause()
        text = screen_text(pilot)
        hidden = int(text.partition("↓")[2].split()[0])
        assert hidden == len(run.view.rows) - (run.query_one(NodeTable).size.height - 1) > 0
        assert "payment" not in text
        await pilot.press("up")
        await pilot.pause()
        text = screen_text(pilot)
        assert f"↑{hidden} more rows" in text
        assert "▸ $ payment" in text
        for part in ("─ payment ─", "coming in", "12:03:30", "Space pause", "units paid"):
            assert part in text, "the instruments keep their room"


async def test_goals_fit_two_lines_and_keep_their_numbers(tmp_path: Path) -> None:
    session = player(tmp_path, str(SALE))
    async with game(session).run_test(size=(80, 24)) as pilot:
        await at_run(pilot, 210)
        lines = screen_text(pilot).splitlines()[1:3]
        text = " ".join(lines)
        for part in ("of 500 ms 12:00:39", "buy p95 never of 2.0 s", "units paid 100% of 99%"):
            assert part in text
        assert "✗ oversold" in text
        assert " of 0" in text
        assert max(map(len, lines)) <= 80


async def test_the_board_shows_the_run_in_a_large_terminal(tmp_path: Path) -> None:
    session = with_winner(tmp_path, SALE, "pending")
    async with game(session).run_test(size=(160, 45)) as pilot:
        await at_run(pilot, 40)
        text = screen_text(pilot)
        for title in ("╭ shoppers", " app ×4 ", " queue ", "worker ×2", " payment "):
            assert title in text
        assert "waiting in front" in text
        assert "▲ 7" in text, "what waits in the queue"
        assert "12:00:40 of 12:03:30" in text


@pytest.mark.parametrize("level", [TODO, SALE])
async def test_everything_is_there_in_plain_characters(tmp_path: Path, level: Path) -> None:
    plain = Look(ascii=True, colour=False, motion=False)
    async with game(player(tmp_path, str(level)), plain).run_test(size=(80, 24)) as pilot:
        await at_run(pilot, 120)
        assert screen_text(pilot).isascii()
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        text = screen_text(pilot)
        assert text.isascii()
        assert "x " in text
        await pilot.press("v")
        await arrive(pilot, ChartsScreen)
        assert screen_text(pilot).isascii()


async def test_the_verdict_of_a_sale_fits_what_happened(tmp_path: Path) -> None:
    session = player(tmp_path, str(SALE))
    async with game(session).run_test(size=(80, 40)) as pilot:
        await at_run(pilot, 1)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        text = screen_text(pilot)
        for part in (
            "units sold that there were not, 0 allowed",
            "the payment provider takes 25/s",
            "calls beyond its quota since 12:00:3",
            "all 50 slots held by requests that waited for others",
            "units were promised that there were not",
        ):
            assert part in " ".join(text.split()), part
        secrets = [way.says for way in LEVELS["sale"].proofs.winners.values()]  # type: ignore[union-attr]
        assert all(secret not in text for secret in secrets)


def test_the_levels_are_as_these_tests_think() -> None:
    todo, sale = LEVELS["todo"], LEVELS["sale"]
    assert isinstance(todo, Level)
    assert [each.id for each in todo.incidents] == ["crash"]
    assert [each.id for each in sale.incidents] == ["quota"]
