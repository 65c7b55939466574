"""Traffic from a CSV of counts: scaled to its peak, stretched to its span, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.documents import counts, library
from sandbox.documents.level import Level
from sandbox.documents.traffic import Counts
from tests.documents import made

DAY = """\
time,requests
2026-05-01T18:00:00+02:00,20
2026-05-01T19:00:00+02:00,80
2026-05-01T20:00:00+02:00,40
"""


def read(folder: Path, text: str, **fields: Any) -> Level:
    (folder / "day.csv").write_text(text, "utf-8")
    stream = {"from": "users", "mix": {"work": 1}, "counts": {"file": "day.csv", **fields}}
    return library.load_level_text(made.queue(traffic=[stream]), folder, "my.yaml")


def phases(level: Level) -> list[tuple[float, float]]:
    return [(phase.at, phase.rate) for phase in level.traffic[0].phases]


def test_the_busiest_row_comes_at_the_peak_and_all_last_as_long_as_the_level(
    tmp_path: Path,
) -> None:
    level = read(tmp_path, DAY, peak="10/s")
    assert phases(level) == [(0, 2.5), (20, 10), (40, 5)]
    assert level.traffic[0].counts is None
    assert library.load_level_text(library.to_yaml(level)) == level


def test_a_span_stretches_the_file(tmp_path: Path) -> None:
    assert phases(read(tmp_path, DAY, peak="4/s", span="3 min")) == [(0, 1), (60, 4), (120, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "time,requests\n0,1\n10,2\n20,0\n",
        "Time, Requests\r\n-10.0, 1\r\n0,2\r\n\r\n1e1,0\r\n",
        "time,requests\n2026-05-01 10:00,1\n2026-05-01 10:01,2\n2026-05-01 10:02,0\n",
        "time,requests\n2026-05-01T10:00Z,1\n2026-05-01T11:01+01:00,2\n2026-05-01T10:02Z,0\n",
        "\ufefftime,requests\n0,1000\n1,2000\n2,0",
    ],
)
def test_times_are_seconds_or_dates(tmp_path: Path, text: str) -> None:
    assert phases(read(tmp_path, text, peak="2/s")) == [(0, 1), (20, 2), (40, 0)]


def test_a_longer_row_has_its_requests_spread_out(tmp_path: Path) -> None:
    text = "time,requests\n0,6\n1,6\n3,6\n"
    assert phases(read(tmp_path, text, peak="6/s", span="5 s")) == [(0, 6), (1, 3), (3, 3)]


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=50), st.floats(1e-3, 1e4))
def test_shape_and_peak_are_kept_whatever_the_counts(requests: list[int], peak: float) -> None:
    given = Counts.model_validate({"file": "x.csv", "peak": f"{peak!r}/s"})
    rows = [counts.Row(60.0 * at, count, "seconds") for at, count in enumerate(requests)]
    if not any(requests):
        return
    made_phases = counts.scaled(rows, given, 100.0)
    busiest = max(requests)
    assert max(phase.rate for phase in made_phases) == peak
    for phase, count in zip(made_phases, requests, strict=True):
        assert phase.rate == pytest.approx(peak * count / busiest)
    assert made_phases[0].at == 0
    assert made_phases[-1].at == pytest.approx(100 * (1 - 1 / len(requests)))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "the first line is `time,requests`"),
        ("when,what\n0,1\n1,1\n", 1, "the first line is `time,requests`"),
        ("time,requests\n", 1, "at least two rows"),
        ("time,requests\n0,1\n", 2, "at least two rows"),
        ("time,requests\n0,0\n1,0\n", 3, "no requests in any row"),
        ("time,requests\n0,1\n1,1,1\n", 3, "this one has 3 cells"),
        ("time,requests\n0,1\n1\n", 3, "this one has 1 cells"),
        ("time,requests\n0,1\n1,many\n", 3, "`many` is no number of requests"),
        ("time,requests\n0,1\n1,-1\n", 3, "`-1` is no number of requests"),
        ("time,requests\n0,1\n1,nan\n", 3, "`nan` is no number of requests"),
        ("time,requests\n0,1\n1,1e999\n", 3, "`1e999` is no number of requests"),
        ("time,requests\n0,1\n\nnoon,1\n", 4, "`noon` is neither a time"),
        ("time,requests\n0,1\n2,1\n1,1\n", 4, "times rise from row to row"),
        ("time,requests\n0,1\n0,1\n", 3, "times rise from row to row"),
        ("time,requests\n0,1\n2026-05-01,1\n", 3, "times are all alike"),
        ("time,requests\n2026-05-01,1\n2026-05-02T00:00Z,1\n", 3, "times are all alike"),
        ("time,requests\n0,1\n1,2\0\n", None, "no text file"),
        ('time,requests\n0,1\n1,"' + "x" * 200_000 + '"\n', 3, "this is no CSV"),
    ],
)
def test_what_is_wrong_is_told_with_the_line_of_the_csv(
    tmp_path: Path, text: str, line: int | None, says: str
) -> None:
    (found,) = made.problems(read, tmp_path, text, peak="1/s")
    assert says in found.message
    assert (found.file, found.line) == (str(tmp_path / "day.csv"), line)


def test_all_bad_rows_are_told_together(tmp_path: Path) -> None:
    found = made.problems(read, tmp_path, "time,requests\n0,x\n1,y\n2,1\n1,1\n", peak="1/s")
    assert [each.line for each in found] == [2, 3, 5]


def test_a_level_without_a_folder_reads_no_file(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text(DAY)
    counts = {"file": str(tmp_path / "day.csv"), "peak": "1/s"}
    stream = {"from": "users", "mix": {"work": 1}, "counts": counts}
    (found,) = made.problems(library.load_level_text, made.queue(traffic=[stream]))
    assert "this level is in no folder" in found.message


def test_a_csv_that_is_not_there(tmp_path: Path) -> None:
    (found,) = made.problems(read, tmp_path, DAY, peak="1/s", file="night.csv")
    assert (found.message, found.file) == ("there is no such file", str(tmp_path / "night.csv"))
    stream = {"from": "users", "mix": {"work": 1}, "counts": {"file": "day.csv", "peak": "1/s"}}
    (found,) = made.problems(library.load_level_text, made.queue(traffic=[stream]))
    assert "this level is in no folder" in found.message
