"""Where a new node goes, what it is called, and which wires it gets without being asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import count, pairwise

from sandbox.documents.catalogue import MIDDLE, Behaviour
from sandbox.documents.design import Design, Link, Node
from sandbox.documents.level import Level
from sandbox.documents.library import all_nodes, kinds_for
from sandbox.documents.operations import Need, Step

_ID_LENGTH = 40
_START = ""
"""Stands for the need before the first: nothing done yet."""


@dataclass(frozen=True)
class Wires:
    """The wires that a new node gets, and those that go for it."""

    added: tuple[Link, ...] = ()
    removed: tuple[Link, ...] = ()


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
    level: Level,
    design: Design,
    near: tuple[int, int] | None = None,
    *,
    before: bool = False,
) -> tuple[int, int]:
    """Find the free (column, row) closest to `near`: right of it, then below, above, left.

    Without `near`, the place is right of everything; `before` something, left comes first.
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
    side = 1 if before else -1
    return min(free, key=lambda at: (abs(at[0] - column) + abs(at[1] - row), side * at[0], -at[1]))


def leads_to(design: Design, start: str, goal: str) -> bool:
    """Tell whether following the links from `start` comes to `goal`."""
    seen: set[str] = set()
    ahead = {start}
    while ahead and goal not in ahead:
        seen |= ahead
        ahead = {link.target for link in design.links if link.source in ahead} - seen
    return goal in ahead


def natural_wires(level: Level, design: Design, node_id: str, beside: str) -> Wires:
    """Give the wires that make sense for a node put beside another, where nothing else does.

    A router, a gate or what stands near clients goes in front of what it stands beside, into the
    wires that lead there from clients; beside clients it goes into the wire that leads away from
    them (a router: from all clients that ask the same node). A copy of a store is fed, and asked
    by those who ask the store. Everything else gets one wire at most.
    """
    wiring = _Wiring(level, design)
    cut = wiring.wires_to_cut(node_id, beside)
    if cut:
        before = [link.model_copy(update={"target": node_id}) for link in cut]
        return Wires((*before, Link(source=node_id, target=cut[0].target)), cut)
    links = [natural_link(level, design, node_id, beside), *wiring.beside_a_copy(node_id, beside)]
    return Wires(tuple(link for link in links if link is not None))


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


def done_elsewhere(level: Level, design: Design, link: Link) -> bool:
    """Whether a node is wired to another, too, that can do some of what is done along a link."""
    wiring = _Wiring(level, design)
    offered = wiring.offers(link.target)
    others = (each.target for each in design.links if each.source == link.source)
    return any(each != link.target and wiring.offers(each) & offered for each in others)


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
        special = self._special(source, target)
        if special is not None:
            return special
        offered = self.offers(target)
        if self._behaves(source).runs_code:
            if self._behaves(target).passes_on and not offered:
                linked = map(self.offers, self._targets(source))
                return 1 if self._asks(source).difference(*linked) else 0
            return 2 if any(self._would_ask(source, target, need) for need in offered) else 0
        wanted = self._wanted(source)
        if not offered and not self._behaves(target).passes_on:
            return 0
        if wanted is None:  # something that passes on, and that nothing leads to yet
            fed = any(link.target == target for link in self.design.links)
            return 0 if self._behaves(source).is_line and fed else 1
        if not offered:
            return 1 if wanted else 0
        return 2 if wanted & offered else 0

    def wires_to_cut(self, node_id: str, beside: str) -> tuple[Link, ...]:
        """The wires from clients that a router or a gate is put into; none if it is not clear."""
        behaves, other = self._behaves(node_id), self._behaves(beside)
        near = self.catalogue.kinds[self.nodes[node_id].kind].near is not None
        if not (behaves.spreads or behaves.admits or near) or behaves is other:
            return ()
        links = self.design.links
        if self._is_clients(beside):
            away = tuple(link for link in links if link.source == beside)
            if len(away) != 1 or not behaves.spreads:
                return away if len(away) == 1 else ()
            return tuple(  # who spreads requests spreads those of all clients
                link
                for link in links
                if link.target == away[0].target and self._is_clients(link.source)
            )
        there = tuple(link for link in links if link.target == beside)
        return there if all(self._is_in_front(link.source) for link in there) else ()

    def beside_a_copy(self, node_id: str, beside: str) -> list[Link]:
        """The wires of a copy besides the one between it and what it stands beside."""
        behaves, other = self._behaves(node_id), self._behaves(beside)
        is_fed = behaves.fed == "also"
        if not (is_fed or behaves.aside):
            return []
        callers = self._callers(beside) if other.feeds else []
        found = [Link(source=each, target=node_id) for each in callers]
        if is_fed and other.runs_code:
            stores = [each for each in self._targets(beside) if self._feeds(each, node_id)]
            found += [Link(source=each, target=node_id) for each in stores[:1] if len(stores) == 1]
        return found

    def offers(self, node_id: str) -> frozenset[str]:
        """Needs done by a node, or behind it where it only passes on."""
        if self._behaves(node_id).defers:
            return self._deferrable
        if not self._behaves(node_id).passes_on:
            return self._does(node_id)
        return frozenset().union(*map(self.offers, self._targets(node_id)))

    def brings(self, node_id: str) -> frozenset[str]:
        """Needs that are done by the time a request leaves a node."""
        if self._only_asks(node_id):
            return frozenset({_START})
        if not self._behaves(node_id).passes_on:
            return self._does(node_id)
        sources = [link.source for link in self.design.links if link.target == node_id]
        return frozenset().union(*map(self.brings, sources))

    def _fits(self, source: str, target: str) -> bool:
        if target in self._targets(source):
            return False
        takes, sends = self._behaves(target).takes, self._behaves(source).sends
        if "nothing" in (takes, sends) or leads_to(self.design, target, source):
            return False
        aside = self._behaves(source).defers and self._behaves(target).puts_aside
        return aside or "either" in (takes, sends) or takes == sends

    def _special(self, source: str, target: str) -> int | None:
        """Rate the links that mean something of their own; None for all others."""
        sender, taker = self._behaves(source), self._behaves(target)
        if sender.feeds:
            return 2 if self._feeds(source, target) else 0
        if taker.puts_aside:
            return 2 if sender.defers else 0
        if sender.defers:
            return 2 if self._deferrable and self._works_off(target) else 0
        if self._is_told_by(source, target):
            return 2
        if taker.defers or taker.aside:
            serves = sender.runs_code and not self._only_works_off(source)
            asks = self._asks(source) & self.offers(target)
            return 2 if serves and asks and not self._has(source, taker) else 0
        if self._only_works_off(target) or (sender.spreads and taker.admits):
            return 0
        if sender.admits and not self._targets(source):
            before = (x.source for x in self.design.links if x.target == target)
            return 1 if all(map(self._is_in_front, before)) else 0
        return None

    def _asks(self, source: str) -> frozenset[str]:
        """Needs that a compute node may ask others for."""
        if self._only_works_off(source):
            return self._deferrable
        done = self._does(source)
        return frozenset().union(*(needs for needs in self._needs if needs & done)) - done

    def _would_ask(self, source: str, target: str, need: str) -> bool:
        """Whether a compute node has nobody for a need that would be asked before the target."""
        if need not in self._asks(source):
            return False
        others = [
            each
            for each in self._targets(source)
            if need in self.offers(each) and not self._behaves(each).aside
        ]
        return self._rank(target, need) < min(
            (self._rank(each, need) for each in others), default=math.inf
        )

    def _rank(self, node_id: str, need: str) -> float:
        """Who is asked first, where several can: the lowest. For whom passes on: who is behind."""
        ability = self.catalogue.kinds[self.nodes[node_id].kind].does.get(need)
        if ability is not None:
            return ability.rank
        return min((self._rank(each, need) for each in self._targets(node_id)), default=MIDDLE)

    def _feeds(self, source: str, target: str) -> bool:
        """Whether a node is a store that a replica may be fed from, as nobody does yet."""
        fed = any(
            link.target == target and self._behaves(link.source).feeds for link in self.design.links
        )
        wants = self._behaves(target).fed
        if fed or not self._behaves(source).feeds or wants == "never":
            return False
        if wants == "only":
            return True
        return bool(self._does(source) & self._does(target))

    def _only_works_off(self, node_id: str) -> bool:
        """Whether it does nothing itself but work off a queue."""
        return self._behaves(node_id).runs_code and not self._does(node_id)

    def _works_off(self, node_id: str) -> bool:
        """Whether all that it does may be done later."""
        return self._behaves(node_id).runs_code and self._does(node_id) <= self._deferrable

    def _is_told_by(self, source: str, target: str) -> bool:
        """Whether these are clients who watch, and a gateway that could tell them."""
        watch = self.level.watch
        is_gateway = self.catalogue.kinds[self.nodes[target].kind].behaviour == "sockets"
        return is_gateway and watch is not None and watch.by == source

    def _has(self, source: str, behaves: Behaviour) -> bool:
        return any(self._behaves(each) is behaves for each in self._targets(source))

    def _callers(self, node_id: str) -> list[str]:
        """The servers that ask a node directly."""
        sources = [link.source for link in self.design.links if link.target == node_id]
        return [each for each in sources if self._behaves(each).runs_code]

    def _wanted(self, source: str) -> frozenset[str] | None:
        """Needs that a node has still no link for; None if it cannot be told."""
        linked = [self.offers(target) for target in self._targets(source)]
        behaves = self._behaves(source)
        if behaves.spreads and any(linked):
            return frozenset().union(*linked)  # one more of the same
        done = self.brings(source)
        if linked and not behaves.spreads:
            return frozenset()  # with a second target it could not tell which
        if not done:
            return None if behaves.passes_on else frozenset()
        return frozenset(after for before, after in self._order if before in done)

    def _behaves(self, node_id: str) -> Behaviour:
        return self.catalogue.behaves(self.nodes[node_id].kind)

    def _is_clients(self, node_id: str) -> bool:
        return self.catalogue.kinds[self.nodes[node_id].kind].behaviour == "clients"

    def _only_asks(self, node_id: str) -> bool:
        """Whether it is clients, or starts something by itself."""
        return self._behaves(node_id).takes == "nothing"

    def _is_in_front(self, node_id: str) -> bool:
        """Whether it is clients, or lets them in."""
        return self._is_clients(node_id) or self._behaves(node_id).admits

    def _does(self, node_id: str) -> frozenset[str]:
        return frozenset(self.catalogue.kinds[self.nodes[node_id].kind].does)

    def _targets(self, node_id: str) -> list[str]:
        return [link.target for link in self.design.links if link.source == node_id]

    @cached_property
    def _sequences(self) -> list[tuple[Step, ...]]:
        """The needs of every operation, in every way in which it can be carried out."""
        return [
            steps
            for operation in self.level.operations.values()
            for steps in ([way.needs for way in operation.ways.values()] or [operation.needs])
        ]

    @cached_property
    def _needs(self) -> list[frozenset[str]]:
        return [
            frozenset(need.need for need in operation.all_needs())
            for operation in self.level.operations.values()
        ]

    @cached_property
    def _deferrable(self) -> frozenset[str]:
        """Needs that are done, for the client, once a queue has them."""
        operations = self.level.operations.values()
        return frozenset(n.need for each in operations for n in each.all_needs() if n.deferrable)

    @cached_property
    def _order(self) -> frozenset[tuple[str, str]]:
        """Pairs of needs of which the second comes right after the first."""
        pairs: set[tuple[str, str]] = set()
        for steps in self._sequences:
            before = {_START}
            for step in steps:
                branches = [(step,)] if isinstance(step, Need) else list(step.parallel)
                for branch in branches:
                    names = [need.need for need in branch]
                    pairs |= {(done, names[0]) for done in before}
                    pairs |= set(pairwise(names))
                before = {branch[-1].need for branch in branches}
        return frozenset(pairs)
