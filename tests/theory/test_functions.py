"""Functions against theory: an instance a request is a server a request, and no line.

With no time to start it is M/G/c/c: the share refused is Erlang's B, whatever the law of service.
With so many instances that nobody is refused it is M/G/infinity: as many are busy as come in a
second times the seconds that each stays (Little's law).
"""

from __future__ import annotations

import pytest

from sandbox.documents.library import load_design_text, load_level_text
from tests.theory.closed_forms import erlang_b
from tests.theory.networks import Network, assert_agree, rejected

_LEVEL = """
id: theory
title: A function
brief: Nothing to win here.
clock: {{length: 2000 s, measure_from: 100 s, frame: 200 s}}
operations: {{work: {{title: work, needs: [serve]}}}}
traffic: [{{from: clients, rate: {rate}/s, mix: {{work: 1}}}}]
kinds:
  code: {{behaviour: function, does: {{serve: {{time: {time}}}}}}}
palette: [code]
nodes: [{{id: clients, kind: users}}]
"""

_DESIGN = """
level: theory
nodes: [{{id: a, kind: code, settings: {{concurrency: {most}}}}}]
links: [{{from: clients, to: a}}]
"""


def function(rate: float, time: str, most: int) -> Network:
    """So many requests a second, each for so long, in at most so many instances."""
    level_text = _LEVEL.format(rate=rate, time=time)
    design_text = _DESIGN.format(most=most)
    level = load_level_text(level_text)
    return Network(level, load_design_text(design_text, level), level_text + design_text)


@pytest.mark.parametrize("time", ["exponential 1 s", "fixed 1 s", "lognormal 1 s sigma 1"])
def test_beyond_its_concurrency_it_refuses_what_erlang_says(time: str) -> None:
    made = function(7.2, time, 8)
    assert_agree(made.reports(10), rejected, erlang_b(8, 7.2))


def test_as_many_are_busy_as_little_says() -> None:
    made = function(7.2, "exponential 1 s", 50)
    assert_agree(made.reports(10), lambda report: 50 * report.nodes["a"].utilisation, 7.2)
