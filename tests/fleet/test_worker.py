"""The protocol between the game and its simulator."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sandbox.documents.library import load_level, to_yaml
from sandbox.fleet.runs import run_one
from sandbox.fleet.seeds import held_out_seeds
from sandbox.judgement.report import Report
from sandbox.simulation.run import simulate
from sandbox.simulation.trace import frame_from_json, header_from_json, journey_from_json
from sandbox.studies.designs import designs
from sandbox.studies.stars import stars

LEVEL = load_level("pizza-shop")
START = LEVEL.starting_design()
WINNER = designs(LEVEL)["winner:ahead"]
PLAY = {"level": "pizza-shop", "design": to_yaml(START), "seed": 7}
RATE = {"level": "pizza-shop", "design": to_yaml(WINNER), "stars": True}

Answer = dict[str, Any]


class Child:
    """A worker's process, asked and answering line by line."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process

    def ask(self, *requests: Answer | str) -> None:
        assert self.process.stdin is not None
        for request in requests:
            text = request if isinstance(request, str) else json.dumps(request)
            self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def answer(self) -> Answer:
        assert self.process.stdout is not None
        answer: Answer = json.loads(self.process.stdout.readline())
        return answer

    def until(self, *names: str) -> list[Answer]:
        """All answers up to the first that has one of these."""
        answers = [self.answer()]
        while not set(names) & set(answers[-1]):
            answers.append(self.answer())
        return answers

    def end(self) -> tuple[list[Answer], int]:
        """Close its input: the answers still to come, and its exit code."""
        output, _ = self.process.communicate(timeout=120)
        return [json.loads(line) for line in output.splitlines()], self.process.returncode


@contextmanager
def child() -> Iterator[Child]:
    command = [sys.executable, "-m", "sandbox.fleet.worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield Child(process)
        finally:
            process.kill()


def test_a_run_is_streamed_and_judged() -> None:
    run = simulate(LEVEL, START, 7)
    with child() as worker:
        worker.ask({"job": 1, **PLAY})
        answers = worker.until("report", "error")
        assert worker.end() == ([], 0)

    assert {answer["job"] for answer in answers} == {1}
    header, *frames, journeys, report = answers
    assert header_from_json(header["header"]) == run.trace.header
    assert [frame_from_json(each["frame"]) for each in frames] == run.trace.frames
    assert [journey_from_json(each) for each in journeys["journeys"]] == run.trace.journeys
    assert Report.model_validate(report["report"]) == run_one(LEVEL, START, 7)


def test_level_and_design_may_be_texts() -> None:
    with child() as worker:
        worker.ask({"job": 1, **PLAY}, {"job": 2, **PLAY, "level": to_yaml(LEVEL)})
        [*_, first] = worker.until("report", "error")
        [*_, second] = worker.until("report", "error")

    assert first["report"] == second["report"]


def test_stars_are_found_as_the_study_finds_them() -> None:
    with child() as worker:
        worker.ask({"job": 4, **RATE})
        *progress, answer = worker.until("stars", "error")

    done = [each["progress"] for each in progress]
    assert done == [[at + 1, 20] for at in range(len(done))]
    report = run_one(LEVEL, WINNER, 1)
    assert report.passed
    assert answer == {"job": 4, "stars": stars(LEVEL, WINNER, report).model_dump()}


def test_every_seed_is_run_and_counted_where_that_is_asked_for() -> None:
    losing = {**RATE, "design": to_yaml(START)}
    with child() as worker:
        worker.ask({"job": 5, **RATE, "every": True}, {"job": 6, **losing, "every": True})
        *progress, won = worker.until("stars", "error")
        *_, lost = worker.until("stars", "error")

    assert [each["progress"] for each in progress] == [[at + 1, 20] for at in range(20)]
    holds = sum(run_one(LEVEL, WINNER, seed).passed for seed in held_out_seeds(LEVEL))
    assert won["passed"] == [holds, 20]
    assert won["stars"]["robust"] == (holds >= 19)
    assert lost["passed"] == [0, 20]
    assert not lost["stars"]["held"]


def test_a_job_is_cancelled_while_it_runs_and_before() -> None:
    with child() as worker:
        worker.ask({"job": 1, **RATE})
        worker.until("progress")
        worker.ask({"job": 2, **RATE}, {"cancel": 2}, {"cancel": 1}, {"cancel": 99})
        first = worker.until("cancelled", "stars", "error")[-1]
        second = worker.until("cancelled", "progress", "error")[-1]
        worker.ask({"job": 2, **PLAY})
        third = worker.until("report", "cancelled", "error")[-1]

    assert first == {"job": 1, "cancelled": True}
    assert second == {"job": 2, "cancelled": True}
    assert "report" in third  # the number was free again


BAD = {
    "not JSON": ("{", None, "not JSON"),
    "no object": ("[1]", None, "object"),
    "no job": (json.dumps(PLAY), None, "`job`"),
    "no design": (json.dumps({"job": 3, "level": "pizza-shop", "seed": 1}), 3, "`design`"),
    "no seed": (json.dumps({**PLAY, "job": 3, "seed": None}), 3, "`seed`"),
    "a flag as job": (json.dumps({**PLAY, "job": True}), None, "`job`"),
    "no such level": (json.dumps({**PLAY, "job": 3, "level": "pizza-shup"}), 3, "pizza-shop"),
    "a bad design": (json.dumps({**PLAY, "job": 3, "design": "nodes: 7"}), 3, "nodes"),
    "a bad level": (json.dumps({**PLAY, "job": 3, "level": "id: x\n"}), 3, "level:1"),
    "a bad cancel": ('{"cancel": "all"}', None, "`cancel`"),
}


@pytest.fixture(scope="module")
def patient() -> Iterator[Child]:
    with child() as worker:
        yield worker


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_answered_and_survived(patient: Child, name: str) -> None:
    line, job, word = BAD[name]
    patient.ask(line)
    answer = patient.answer()

    assert answer["job"] == job
    assert word in " ".join(answer["error"])
    patient.ask({"job": 8, **PLAY})
    assert "report" in patient.until("report", "error")[-1]


def test_what_was_asked_is_answered_after_the_input_ends() -> None:
    with child() as worker:
        worker.ask({"job": 1, **PLAY}, "", {"job": 1, **PLAY}, {"job": 2, **PLAY})
        answers, code = worker.end()

    assert code == 0
    assert [each["job"] for each in answers if "report" in each] == [1, 2]
    [error] = [each for each in answers if "error" in each]
    assert "already" in error["error"][0]


def test_it_ends_when_nobody_reads() -> None:
    with child() as worker:
        worker.ask(*({"job": number, **PLAY} for number in range(50)))
        worker.answer()
        assert worker.process.stdout is not None
        worker.process.stdout.close()
        assert worker.process.wait(timeout=60) == 0
