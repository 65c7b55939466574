"""Every example of `docs/NETWORKS.md`, run as written and held against its closed form."""

from __future__ import annotations

import functools
import re
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.documents.library import load_design_text, load_level_text
from sandbox.judgement.judge import judge
from sandbox.judgement.report import Report
from sandbox.simulation.run import simulate
from tests.theory import closed_forms

PAGE = Path(__file__).parents[2] / "docs" / "NETWORKS.md"
SEEDS = range(1, 13)
_BLOCK = re.compile(r"^```yaml (level|design)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples() -> dict[str, tuple[str, str]]:
    """Level and design texts by the level's id, in the order of the page."""
    blocks = _BLOCK.findall(PAGE.read_text("utf-8"))
    assert [what for what, _ in blocks] == ["level", "design"] * (len(blocks) // 2)
    texts = [text for _, text in blocks]
    pairs = zip(texts[::2], texts[1::2], strict=True)
    return {re.findall(r"^id: (\S+)", level, re.MULTILINE)[0]: (level, d) for level, d in pairs}


@functools.cache
def reports(name: str) -> list[Report]:
    level_text, design_text = examples()[name]
    level = load_level_text(level_text)
    design = load_design_text(design_text, level)
    return [judge(level, design, simulate(level, design, seed)) for seed in SEEDS]


def mean_wait(node: str) -> Callable[[Report], float]:
    def read(report: Report) -> float:
        wait = report.nodes[node].wait.mean
        assert wait is not None
        return wait

    return read


def refused(report: Report) -> float:
    operation = report.operations["job"]
    return operation.rejected / operation.arrivals


def latency(operation: str) -> Callable[[Report], float]:
    def read(report: Report) -> float:
        mean = report.operations[operation].latency.mean
        assert mean is not None
        return mean

    return read


CASES: list[tuple[str, Callable[[Report], float], float]] = [
    ("bounded", refused, closed_forms.mmck(7.2, 1.0, 8, 20).rejected),
    (
        "spread",
        mean_wait("boxes"),
        closed_forms.gm1_wait(closed_forms.erlang_arrivals(4, 0.8), 1.0),
    ),
    ("calls", mean_wait("base"), 0.8 / (10 - 8)),
    ("calls", latency("ask"), closed_forms.mmc_wait(8.0, 0.2, 2) + 0.2 + 1 / (10 - 8)),
]


@pytest.mark.parametrize(("name", "read", "theory"), CASES)
def test_an_example(name: str, read: Callable[[Report], float], theory: float) -> None:
    measured = [read(report) for report in reports(name)]
    error = statistics.stdev(measured) / len(measured) ** 0.5
    assert error < 0.05 * theory
    assert abs(statistics.mean(measured) - theory) <= 4 * error


def test_the_forked_example_waits_for_the_slower_branch() -> None:
    """Two M/M/1 in parallel take between (H2 / (mu - lambda)) times 11/12 and once.

    Exactly (12 - rho) / 8 / (mu - lambda) for two symmetric queues (Nelson and Tantawi 1988);
    the opener before them adds 1 / (mu - lambda), and its output is Poisson (Burke).
    """
    measured = [latency("job")(report) for report in reports("kitchen")]
    theory = 2.0 + (12 - 0.5) / 8 * 2.0
    error = statistics.stdev(measured) / len(measured) ** 0.5
    assert error < 0.05 * theory
    assert abs(statistics.mean(measured) - theory) <= 4 * error


def test_all_examples_are_held_against_something() -> None:
    assert set(examples()) == {name for name, _, _ in CASES} | {"kitchen"}
