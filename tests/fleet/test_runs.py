"""Many runs come back in order and the same, however many processes made them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.documents.design import Link, Node
from sandbox.documents.library import load_level
from sandbox.documents.problems import DocumentError
from sandbox.fleet.runs import Job, cores, events, run_many, run_one, unwatched
from sandbox.studies.designs import designs

LEVEL = load_level("pizza-shop")
CHECKOUT = Path(__file__).resolve().parents[2]
START = LEVEL.starting_design()
WINNER = designs(LEVEL)["winner:fresh"]
DESIGNS = {"start": START, "winner": WINNER}
TWO_WAYS = START.model_copy(
    update={
        "nodes": (*START.nodes, Node(id="phone-2", kind="clerk")),
        "links": (
            *START.links,
            Link(source="guests", target="phone-2"),
            Link(source="phone-2", target="rail"),
        ),
    }
)


def test_results_are_in_order_and_the_same_over_processes() -> None:
    jobs = [Job(LEVEL, d, seed, (name, seed)) for seed in (3, 1) for name, d in DESIGNS.items()]
    here = list(run_many(jobs, processes=1))
    there = list(run_many(jobs, processes=2))

    assert [result.key for result in here] == [job.key for job in jobs]
    assert [result.seed for result in here] == [job.seed for job in jobs]
    assert here == there
    assert here[0].report == run_one(LEVEL, START, 3)
    assert here[0].report != here[1].report


def test_no_jobs_are_no_work() -> None:
    assert list(run_many([])) == []


@pytest.mark.parametrize("processes", [1, 2])
def test_what_cannot_run_says_so(processes: int) -> None:
    jobs = [Job(LEVEL, START, 1), Job(LEVEL, START, 2), Job(LEVEL, TWO_WAYS, 3)]
    results = run_many(jobs, processes)

    assert [next(results).seed, next(results).seed] == [1, 2]
    with pytest.raises(DocumentError, match="router") as caught:
        next(results)
    assert "phone-2" in caught.value.problems[0].message


def test_events_are_arrivals_and_visits() -> None:
    report = run_one(LEVEL, WINNER, 1)
    asked = report.operations["order"].arrivals
    visits = sum(report.nodes[name].arrivals for name in ("phone", "rail", "cooks", "oven"))

    assert events(report) >= asked + visits > 4 * asked


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_run_that_nobody_watches_is_the_same_run(seed: int) -> None:
    watched, quick = (
        run_one(level, WINNER, seed).model_dump(exclude={"happened"})
        for level in (LEVEL, unwatched(LEVEL))
    )

    assert quick == watched


def test_some_core_is_there() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


STOPPED = """
import signal

from sandbox.documents.library import load_level
from sandbox.fleet.runs import Job, run_many

if __name__ == "__main__":
    level = load_level("pizza-shop")
    jobs = [Job(level, level.starting_design(), seed) for seed in range(100_000)]
    # Whoever is started in the background by a shell without job control is deaf to Ctrl+C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        for result in run_many(jobs, processes=2):
            print(result.seed, flush=True)
    except KeyboardInterrupt:
        raise SystemExit(130)
"""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are needed")
def test_ctrl_c_ends_all_processes_without_a_word(tmp_path: Path) -> None:
    script = tmp_path / "many.py"
    script.write_text(STOPPED, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    ) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(20)][-1] == "19\n"
        os.killpg(process.pid, signal.SIGINT)
        # Comes back only when every process that shares these pipes is gone.
        _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert said == ""
