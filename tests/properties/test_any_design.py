"""Any board of the catalogue's kinds, struck by anything: it is refused in words, or it runs.

What runs is conserved, and the same bits come out however it is advanced.
"""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from sandbox.documents.incidents import INCIDENTS
from sandbox.documents.library import load_design_text, load_level_text
from sandbox.documents.problems import DocumentError
from sandbox.simulation.requests import GOOD
from sandbox.simulation.run import Run
from tests.properties import made_designs as made


class AnyDesign(RuleBasedStateMachine):
    """A board that grows and changes, and is run in between."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: dict[str, dict[str, Any]] = {}
        self.links: dict[tuple[str, str], dict[str, Any]] = {}
        self.incidents: list[dict[str, Any]] = []
        self.operations: list[list[str]] = [["compute"]]

    @precondition(lambda self: self.nodes)
    @rule(data=st.data())
    def ask_for(self, data: st.DataObject) -> None:
        """Change what clients want: mostly what somebody here can do."""
        kinds = [node["kind"] for node in self.nodes.values()]
        self.operations = data.draw(made.operations(kinds))

    @initialize(data=st.data(), fronts=st.integers(0, 2), behind=st.integers(1, 4))
    def begin(self, data: st.DataObject, fronts: int, behind: int) -> None:
        """Start with a server, what is before and behind it, and clients who have use for it."""
        before = "web"
        for kinds in [made.FRONTS] * fronts + [made.SERVERS]:
            before = self._add(data, kinds, [before])
        for _ in range(behind):
            self._add(data, made.BEHIND, [before])
        self.ask_for(data)
        self.run(seed=1, steps=0.5)

    @rule(data=st.data())
    def place(self, data: st.DataObject) -> None:
        """Put one more node on the board, wired to somebody who may have use for it."""
        self._add(data, made.KINDS, ["web", *self.nodes])

    def _add(self, data: st.DataObject, kinds: list[str], others: list[str]) -> str:
        name = f"n{len(self.nodes)}"
        node = data.draw(made.nodes(name, kinds))
        placed = {each: made_of["kind"] for each, made_of in self.nodes.items()}
        others = made.askers(node["kind"], placed) or others
        self.nodes[name] = node
        if made.CATALOGUE.behaves(node["kind"]).takes != "nothing":
            self.links[data.draw(st.sampled_from(others)), name] = data.draw(made.LINKS)
        return name

    @precondition(lambda self: len(self.nodes) > 1)
    @rule(data=st.data())
    def wire(self, data: st.DataObject) -> None:
        """Add a wire, or change one."""
        source = data.draw(st.sampled_from(["web", *self.nodes]))
        target = data.draw(st.sampled_from(list(self.nodes)))
        takes = made.CATALOGUE.behaves(self.nodes[target]["kind"]).takes
        assume(source != target and takes != "nothing")
        self.links[source, target] = data.draw(made.LINKS)

    @precondition(lambda self: self.links)
    @rule(data=st.data())
    def cut(self, data: st.DataObject) -> None:
        """Take a wire out."""
        del self.links[data.draw(st.sampled_from(sorted(self.links)))]

    @precondition(lambda self: self.nodes)
    @rule(data=st.data())
    def strike(self, data: st.DataObject) -> None:
        """Let something happen."""
        kinds = [node["kind"] for node in self.nodes.values()]
        incident = data.draw(made.incidents(f"i{len(self.incidents)}", kinds))
        if incident is not None:
            self.incidents.append(incident)

    @rule(seed=st.integers(0, 99), steps=st.sampled_from([0.1, 0.5, 0.73]))
    def run(self, seed: int, steps: float) -> None:
        """Run it twice, at once and in steps."""
        try:
            level = load_level_text(json.dumps(made.level(self.operations, self.incidents)))
            design = load_design_text(json.dumps(self.design()), level)
            at_once = Run(level, design, seed).finish()
        except DocumentError as error:
            refused = [problem.message for problem in error.problems]
        else:
            refused = []
        event("refused" if refused else "has run")
        if refused:
            assert all(refused)
            return
        assert at_once.conserved
        served = sum(each.meter.counts[GOOD] for each in at_once.world.operations)
        event("somebody was served" if served else "nobody was served")
        stepped = Run(level, design, seed)
        until = 0.0
        while not stepped.finished and until < 1000:
            until += steps
            stepped.advance(until)
        stepped.advance(math.inf)
        assert at_once.trace == stepped.trace
        assert at_once.world.ledger.counts() == stepped.world.ledger.counts()

    def design(self) -> dict[str, Any]:
        """The board as a document."""
        links = [{"from": a, "to": b, **said} for (a, b), said in self.links.items()]
        return {"level": "anything", "nodes": list(self.nodes.values()), "links": links}


TestAnyDesign = AnyDesign.TestCase
TestAnyDesign.settings = settings(
    max_examples=40,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("name", INCIDENTS)
def test_every_incident_is_among_what_happens(name: str) -> None:
    assert name in {*made.STRUCK, *made.ELSEWHERE, "bulk"}
