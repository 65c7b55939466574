"""The real worker in its process, and processes that misbehave."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest

from sandbox.documents import library
from sandbox.judgement.judge import judge
from sandbox.simulation.run import simulate
from sandbox.tui.simulator import Recording, Simulator, StarSearch
from tests.tui.fakes import SHOP

LEVEL = library.load_level(SHOP)
START = LEVEL.starting_design()
DEADLINE = 60.0


async def finished(job: Recording | StarSearch) -> None:
    await asyncio.wait_for(job.finished.wait(), DEADLINE)


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    started = Simulator()
    yield started
    await started.close()


def speaking(program: str) -> Simulator:
    return Simulator((sys.executable, "-c", program))


async def test_a_recording_is_the_run(simulator: Simulator) -> None:
    simulator.warm()
    recording = simulator.record(LEVEL, START, 7)
    await finished(recording)
    run = simulate(LEVEL, START, 7)
    report = judge(LEVEL, START, run)
    assert recording.problems == []
    assert recording.trace is not None
    assert recording.trace.header == run.trace.header
    assert recording.trace.frames == run.trace.frames
    assert recording.trace.journeys == run.trace.journeys
    assert recording.report is not None
    assert recording.report.slos == report.slos
    assert recording.report.happened == report.happened


async def test_several_are_asked_at_once(simulator: Simulator) -> None:
    recordings = [simulator.record(LEVEL, START, seed) for seed in (1, 2, 3)]
    for recording in recordings:
        await finished(recording)
    assert [recording.report and recording.report.seed for recording in recordings] == [1, 2, 3]


async def test_stars_come_from_a_process_of_their_own(simulator: Simulator) -> None:
    search = simulator.stars(LEVEL, START)
    recording = simulator.record(LEVEL, START, 7)
    await finished(recording)
    await finished(search)
    assert search.stars is not None
    assert search.stars["robust"] is False
    assert search.passed is None
    assert 0 < search.done <= search.total


async def test_every_seed_is_counted_where_that_is_asked_for(simulator: Simulator) -> None:
    search = simulator.stars(LEVEL, START, every=True)
    await finished(search)
    assert search.passed == (0, 20)
    assert search.done == search.total == 20


async def test_what_is_cancelled_is_forgotten(simulator: Simulator) -> None:
    first = simulator.record(LEVEL, START, 1)
    simulator.cancel(first)
    second = simulator.record(LEVEL, START, 2)
    await finished(second)
    assert not first.finished.is_set()
    assert first.report is None


async def test_a_board_that_cannot_run_says_why(simulator: Simulator) -> None:
    unknown = START.model_copy(update={"nodes": (*START.nodes, START.nodes[0])})
    recording = simulator.record(LEVEL, unknown, 7)
    await finished(recording)
    assert recording.report is None
    assert any("phone" in problem for problem in recording.problems)
    assert recording.refused


async def test_a_process_that_dies_is_started_again(simulator: Simulator) -> None:
    first = simulator.record(LEVEL, START, 1)
    await finished(first)
    process = simulator._process
    assert process is not None
    process.kill()
    second = simulator.record(LEVEL, START, 2)
    await finished(second)
    if second.problems:  # it was asked before anybody knew of the death
        assert "stopped unexpectedly" in second.problems[0]
    third = simulator.record(LEVEL, START, 3)
    await finished(third)
    assert third.report is not None
    assert simulator._process is not process


async def test_dying_in_the_middle_is_told_with_the_last_complaint() -> None:
    program = "import sys; sys.stdin.readline(); sys.exit('out of flour')"
    simulator = speaking(program)
    recording = simulator.record(LEVEL, START, 1)
    await finished(recording)
    assert recording.problems[0] == (
        "The simulator stopped unexpectedly (exit code 1). The next run starts it again."
    )
    assert recording.problems[1] == "out of flour"
    assert not recording.refused
    await simulator.close()


async def test_a_process_that_cannot_be_started_is_told() -> None:
    simulator = Simulator(("/nowhere/no-such-program",))
    recording = simulator.record(LEVEL, START, 1)
    await finished(recording)
    assert "could not be reached" in recording.problems[0]
    await simulator.close()


async def test_noise_among_the_answers_is_no_answer() -> None:
    program = (
        "import sys, json; job = json.loads(sys.stdin.readline())['job'];"
        "print('warming up'); print('[1, 2]'); print(json.dumps({'job': 99, 'error': ['other']}));"
        "print(json.dumps({'job': job, 'error': ['no gas']}), flush=True); sys.stdin.readline()"
    )
    simulator = speaking(program)
    recording = simulator.record(LEVEL, START, 1)
    await finished(recording)
    assert recording.problems == ["no gas"]
    await simulator.close()


async def test_an_answer_that_makes_no_sense_is_a_problem_and_no_silence() -> None:
    program = (
        "import sys, json; job = json.loads(sys.stdin.readline())['job'];"
        "print(json.dumps({'job': job, 'report': {'passed': 'perhaps'}}), flush=True);"
        "sys.stdin.readline()"
    )
    simulator = speaking(program)
    recording = simulator.record(LEVEL, START, 1)
    await finished(recording)
    assert "cannot be read" in recording.problems[0]
    await simulator.close()


async def test_closing_ends_the_processes_and_says_nothing() -> None:
    simulator = Simulator()
    recording = simulator.record(LEVEL, START, 1)
    search = simulator.stars(LEVEL, START)
    await finished(recording)
    process = simulator._process
    await simulator.close()
    assert process is not None
    assert process.returncode is not None
    assert not search.problems
