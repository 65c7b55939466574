"""`sandbox simulate`: a verdict in words, as JSON, and as an exit code."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.commands.simulate import wilson
from sandbox.documents.level import Level
from sandbox.documents.library import load_level, to_yaml
from sandbox.fleet.runs import run_one
from sandbox.fleet.traces import read_trace
from sandbox.judgement.report import Report
from sandbox.studies.stars import stars

LEVEL = load_level("pizza-shop")
Sandbox = Callable[..., Any]


@pytest.fixture(scope="module")
def fickle() -> Level:
    """The pizza shop with a bound that its starting board reaches on half of twenty seeds."""
    start = LEVEL.starting_design()
    shares = sorted(run_one(LEVEL, start, seed).slos[0].measured or 0.0 for seed in range(1, 21))
    on_time, lost = LEVEL.slos
    slos = (
        on_time.model_copy(update={"at_least": shares[10]}),
        lost.model_copy(update={"at_most": 1.0}),
    )
    return LEVEL.model_copy(update={"slos": slos})


@pytest.fixture
def fickle_file(fickle: Level, tmp_path: Path) -> str:
    path = tmp_path / "fickle.yaml"
    path.write_text(to_yaml(fickle), encoding="utf-8")
    return str(path)


def seeds_that(level: Level, passes: bool) -> list[int]:
    start = level.starting_design()
    found = [seed for seed in range(1, 21) if run_one(level, start, seed).passed == passes]
    assert found
    return found


def test_a_loss_is_told_with_times_and_reasons(sandbox: Sandbox, start: Path) -> None:
    done = sandbox("simulate", "pizza-shop", str(start), "--seed", "7", "--plain")
    report = run_one(LEVEL, LEVEL.starting_design(), 7)

    assert done.code == 1
    assert done.err == ""
    assert "\x1b" not in done.out
    assert "did not pass" in done.out
    for slo in report.slos:
        assert f"{slo.says}: {slo.near}" in done.out
    for part in report.cost_parts:
        assert part.label in done.out
    for event in report.happened:
        assert event.says in done.out
    assert "20:" in done.out  # the clock of the level
    assert "at least 90%" in done.out
    assert "$620" in done.out
    assert "Stars: 0 of 3" in done.out


def test_a_win_leaves_with_zero_and_its_stars(
    sandbox: Sandbox, fickle: Level, fickle_file: str
) -> None:
    seed = seeds_that(fickle, passes=True)[0]
    done = sandbox("simulate", fickle_file, "start", "--seed", str(seed), "--plain")

    assert done.code == 0
    assert ": passed" in done.out
    assert "broke  " not in done.out
    assert "Stars: 2 of 3" in done.out
    assert "see --stars" in done.out


def test_stars_are_run_when_asked_for(sandbox: Sandbox, fickle: Level, fickle_file: str) -> None:
    seed = seeds_that(fickle, passes=True)[0]
    arguments = fickle_file, "start", "--seed", str(seed), "--stars"
    design = fickle.starting_design()
    expected = stars(fickle, design, run_one(fickle, design, seed))

    assert expected.robust is False
    assert json.loads(sandbox("simulate", *arguments, "--json").out)["stars"] == (
        expected.model_dump()
    )
    assert "19 of 20 held-out seeds): no" in sandbox("simulate", *arguments, "--plain").out


def test_counts_and_choices_are_told(sandbox: Sandbox, tmp_path: Path) -> None:
    sale = load_level(Path(__file__).parents[1] / "tui" / "warmups" / "flash-sale.yaml")
    calm = tuple(stream.model_copy(update={"phases": stream.phases[:1]}) for stream in sale.traffic)
    clock = sale.clock.model_copy(update={"length": 5.0, "drain": 1.0})
    level = sale.model_copy(update={"traffic": calm, "clock": clock, "incidents": ()})
    path = tmp_path / "sale.yaml"
    path.write_text(to_yaml(level), encoding="utf-8")

    done = sandbox("simulate", str(path), "start", "--plain")
    lines = done.out.splitlines()
    assert not done.err

    assert "buy the sneaker: check, pay, count off" in lines
    told = [line.split() for line in lines if line.startswith(("oversold", "units paid", "reads"))]
    assert ["oversold", "held", "at", "most", "0", "0"] in told
    assert ["units", "paid", "broke", "at", "least", "99%", "0%", "-100%"] in told
    reads = run_one(level, level.starting_design(), 1).ledger["reads"]
    assert ["reads", str(reads)] in told


def test_the_report_is_the_run_and_the_same_bytes_twice(sandbox: Sandbox, start: Path) -> None:
    first = sandbox("simulate", "pizza-shop", str(start), "--seed", "7", "--json")
    again = sandbox("simulate", "pizza-shop", str(start), "--seed", "7", "--json")
    other = sandbox("simulate", "pizza-shop", str(start), "--seed", "8", "--json")

    assert first == again
    assert first.out != other.out
    assert Report.model_validate_json(first.out) == run_one(LEVEL, LEVEL.starting_design(), 7)
    assert first.out.isascii()


def test_text_is_the_same_bytes_twice(sandbox: Sandbox) -> None:
    assert sandbox("simulate", "pizza-shop", "naive") == sandbox("simulate", "pizza-shop", "naive")


def test_a_design_comes_from_anywhere(sandbox: Sandbox, start: Path) -> None:
    by_file = sandbox("simulate", "pizza-shop", str(start), "--json")

    assert by_file.out == sandbox("simulate", "pizza-shop", "start", "--json").out
    stdin = start.read_bytes()
    assert by_file.out == sandbox("simulate", "pizza-shop", "-", "--json", stdin=stdin).out


def test_a_level_comes_from_a_file(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    easy = LEVEL.model_copy(update={"id": "easy", "slos": (), "proofs": None})
    path.write_text(to_yaml(easy), encoding="utf-8")

    done = sandbox("simulate", str(path), "start", "--json")

    assert done.code == 0
    assert json.loads(done.out)["level"] == "easy"


def test_many_seeds_are_summed_up(sandbox: Sandbox, fickle: Level, fickle_file: str) -> None:
    lost = seeds_that(fickle, passes=False)
    done = sandbox("simulate", fickle_file, "start", "--seeds", "20", "--plain")

    assert done.code == 1
    assert f"passed {20 - len(lost)} of 20 runs" in done.out
    assert "95% interval" in done.out
    rows = [line.split()[0] for line in done.out.splitlines() if line[:1].isdigit()]
    assert [int(row) for row in rows] == lost


def test_many_seeds_are_a_list_of_reports(sandbox: Sandbox) -> None:
    done = sandbox("simulate", "pizza-shop", "start", "--seed", "5", "--seeds", "3", "--json")
    reports = [Report.model_validate(each) for each in json.loads(done.out)]

    assert done.code == 1
    assert [report.seed for report in reports] == [5, 6, 7]
    assert reports[2] == run_one(LEVEL, LEVEL.starting_design(), 7)


@pytest.mark.parametrize("passes", [True, False])
def test_all_seeds_must_pass(
    sandbox: Sandbox, fickle: Level, fickle_file: str, passes: bool
) -> None:
    seed = seeds_that(fickle, passes)[0]
    done = sandbox("simulate", fickle_file, "start", "--seed", str(seed), "--seeds", "1")

    assert done.code == (0 if passes else 1)


def test_a_trace_is_written_beside_the_report(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    done = sandbox("simulate", "pizza-shop", "start", "--seed", "7", "--trace", str(path))
    trace = read_trace(path)

    assert done.code == 1
    assert trace.header.seed == 7
    assert trace.header.level == "pizza-shop"
    assert len(trace.frames) > 100


@pytest.mark.parametrize(
    "more",
    [
        ["--seeds", "0"],
        ["--seed", "-1"],
        ["--seed", "seven"],
        ["--seeds", "3", "--trace", "trace.jsonl"],
        ["--seeds", "3", "--stars"],
        ["--sead", "3"],
    ],
)
def test_wrong_usage_is_bad_input(sandbox: Sandbox, more: list[str]) -> None:
    done = sandbox("simulate", "pizza-shop", "start", *more)

    assert done.code == 2
    assert "Error" in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("wins", "runs", "low", "high"),
    # Published values: Newcombe 1998 has 81/263; 0 and all of n are closed forms n/(n+z²).
    [
        (81, 263, 0.2553, 0.3662),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (15, 148, 0.0624, 0.1605),
    ],
)
def test_the_interval_is_wilsons(wins: int, runs: int, low: float, high: float) -> None:
    assert wilson(wins, runs) == pytest.approx((low, high), abs=5e-5)


def test_the_longest_line_is_told_even_if_it_came_between_two_frames() -> None:
    coarse = LEVEL.model_copy(update={"clock": LEVEL.clock.model_copy(update={"frame": 1800.0})})
    report = run_one(coarse, coarse.starting_design(), 1)
    said = [event for event in report.happened if "the longest line of the run" in event.says]
    assert [int(event.says.split()[0]) for event in said] == [
        report.nodes[said[0].node or ""].queue_max
    ]
