"""Where a new node goes, what it is called, and which wire it gets without being asked for."""

from __future__ import annotations

from functools import cached_property
from itertools import count, pairwise

from sandbox.documents.catalogue import BehaviourName
from sandbox.documents.design import Design, Link, Node
from sandbox.documents.level import Level
from sandbox.documents.library import all_nodes, kinds_for
from sandbox.documents.operations import Need

_ID_LENGTH = 40
_START = ""
"""Stands for the need before the first: nothing done yet."""

_SENDS: dict[BehaviourName, str] = {
    "clients": "either",
    "router": "either",
    "compute": "calls",
    "store": "nothing",
    "station": "hand-offs",
    "batch-station": "hand-offs",
    "line": "hand-offs",
}
_PASSES_ON = ("router", "line")


def fresh_id(level: Level, design: Design, kind: str) -> str:
    """Name the next node of a kind: `cook`, then `cook-2`."""
    taken = {node.id for node in all_nodes(level, design)}
    for number in count(1):
        suffix = f"-{number}" if number > 1 else ""
        name = kind[: _ID_LENGTH - len(suffix)].rstrip("-") + suffix
        if name not in taken:
            return name
    raise AssertionError("numbers do not run out")


def free_place(
    level: Level, design: Design, near: tuple[int, int] | None = None
) -> tuple[int, int]:
    """Find the free (column, row) closest to `near`: right of it, then below, above, left.

    Without `near`, the place is right of everything.
    """
    taken = {node.at for node in all_nodes(level, design) if node.at is not None}
    if near is None:
        near = max(taken, default=(0, 0))
    column, row = near
    reach = len(taken) + 1
    free = [
        (c, r)
        for c in range(max(0, column - reach), column + reach + 1)
        for r in range(max(0, row - reach), row + reach + 1)
        if (c, r) not in taken
    ]
    return min(free, key=lambda at: (abs(at[0] - column) + abs(at[1] - row), -at[0], -at[1]))


def leads_to(design: Design, start: str, goal: str) -> bool:
    """Tell whether following the links from `start` comes to `goal`."""
    seen: set[str] = set()
    ahead = {start}
    while ahead and goal not in ahead:
        seen |= ahead
        ahead = {link.target for link in design.links if link.source in ahead} - seen
    return goal in ahead


def natural_link(level: Level, design: Design, node_id: str, beside: str) -> Link | None:
    """Give the only link that makes sense between two nodes; None if none or two do.

    Asked of kinds (who calls, who hands on, who never receives), of the order of the needs in
    the level's operations, and of what both ends are linked to already.
    """
    wiring = _Wiring(level, design)
    ways = ((node_id, beside), (beside, node_id))
    sense = [wiring.sense(source, target) for source, target in ways]
    if sense[0] == sense[1]:
        return None
    source, target = ways[sense.index(max(sense))]
    return Link(source=source, target=target)


class _Wiring:
    """What the nodes of a board do for each other, as far as its links tell."""

    def __init__(self, level: Level, design: Design) -> None:
        self.level = level
        self.design = design
        self.catalogue = kinds_for(level)
        self.nodes: dict[str, Node] = {node.id: node for node in all_nodes(level, design)}

    def sense(self, source: str, target: str) -> int:
        """Rate a link: 0 makes no sense, 1 may, 2 does what the operations ask for next."""
        if not self._fits(source, target):
            return 0
        offered = self.offers(target)
        wanted = self._wanted(source)
        if not offered and self._behaviour(target) not in _PASSES_ON:
            return 0
        if wanted is None:  # a router or line that nothing leads to yet
            fed = any(link.target == target for link in self.design.links)
            return 0 if self._behaviour(source) == "line" and fed else 1
        if not offered:
            return 1 if wanted else 0
        return 2 if wanted & offered else 0

    def offers(self, node_id: str) -> frozenset[str]:
        """Needs done by a node, or behind it where it only passes on."""
        if self._behaviour(node_id) not in _PASSES_ON:
            return self._does(node_id)
        return frozenset().union(*map(self.offers, self._targets(node_id)))

    def brings(self, node_id: str) -> frozenset[str]:
        """Needs that are done by the time a request leaves a node."""
        if self._behaviour(node_id) == "clients":
            return frozenset({_START})
        if self._behaviour(node_id) not in _PASSES_ON:
            return self._does(node_id)
        sources = [link.source for link in self.design.links if link.target == node_id]
        return frozenset().union(*map(self.brings, sources))

    def _fits(self, source: str, target: str) -> bool:
        if target in self._targets(source):
            return False
        takes = self.catalogue.behaviours[self._behaviour(target)].takes
        sends = _SENDS[self._behaviour(source)]
        if "nothing" in (takes, sends) or leads_to(self.design, target, source):
            return False
        return "either" in (takes, sends) or takes == sends

    def _wanted(self, source: str) -> frozenset[str] | None:
        """Needs that a node has still no link for; None if it cannot be told."""
        linked = [self.offers(target) for target in self._targets(source)]
        behaviour = self._behaviour(source)
        if behaviour == "router" and any(linked):
            return frozenset().union(*linked)  # one more of the same
        done = self.brings(source)
        if behaviour == "compute":
            return self._together(done).difference(*linked)
        if linked and behaviour != "router":
            return frozenset()  # with a second target it could not tell which
        if not done:
            return None if behaviour in _PASSES_ON else frozenset()
        return frozenset(after for before, after in self._order if before in done)

    def _together(self, done: frozenset[str]) -> frozenset[str]:
        """Needs of the operations that need any of these, apart from these."""
        needs = (_flat(self.level, operation) for operation in self.level.operations)
        return frozenset().union(*(n for n in needs if n & done)) - done

    def _behaviour(self, node_id: str) -> BehaviourName:
        return self.catalogue.kinds[self.nodes[node_id].kind].behaviour

    def _does(self, node_id: str) -> frozenset[str]:
        return frozenset(self.catalogue.kinds[self.nodes[node_id].kind].does)

    def _targets(self, node_id: str) -> list[str]:
        return [link.target for link in self.design.links if link.source == node_id]

    @cached_property
    def _order(self) -> frozenset[tuple[str, str]]:
        """Pairs of needs of which the second comes right after the first."""
        pairs: set[tuple[str, str]] = set()
        for operation in self.level.operations.values():
            before = {_START}
            for step in operation.needs:
                branches = [(step,)] if isinstance(step, Need) else list(step.parallel)
                for branch in branches:
                    names = [need.need for need in branch]
                    pairs |= {(done, names[0]) for done in before}
                    pairs |= set(pairwise(names))
                before = {branch[-1].need for branch in branches}
        return frozenset(pairs)


def _flat(level: Level, operation: str) -> frozenset[str]:
    steps = level.operations[operation].needs
    branches = [b for s in steps for b in ([(s,)] if isinstance(s, Need) else s.parallel)]
    return frozenset(need.need for branch in branches for need in branch)
