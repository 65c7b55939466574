"""How needs find their way through a design: worked out before the run, from documents only.

At a node, the next steps that it does itself are done there; for the first that it does not,
the one link whose target can do it (itself or further on) is taken. A router may have several
such targets; anywhere else two of them are an error with a hint.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from sandbox.documents.catalogue import MIDDLE, Behaviour, Catalogue, Kind
from sandbox.documents.decisions import decided
from sandbox.documents.design import Design, Link, Node
from sandbox.documents.laws import Law
from sandbox.documents.level import Level
from sandbox.documents.library import all_nodes, kinds_for
from sandbox.documents.operations import Need, Parallel
from sandbox.documents.problems import DocumentError, Problem
from sandbox.documents.settings import setting_value
from sandbox.simulation.requests import END


@dataclass(frozen=True)
class Step:
    """One need of one operation, or a fork into branches. Numbered through the whole level."""

    index: int
    operation: str
    need: str = ""
    time: Law | None = None
    deferrable: bool = False
    branches: tuple[int, ...] = ()
    """The first step of each branch, where this is a fork."""
    after: int = END


@dataclass
class Plan:
    """Where each operation goes in a design.

    `onward[node, step]` lists the links that may be taken at `node` for `step` (one, unless
    the node is a router); `routes` the nodes an operation visits, in order; `unrouted` the
    first need that cannot be reached, by operation.
    """

    level: Level
    design: Design
    catalogue: Catalogue
    nodes: dict[str, Node]
    steps: list[Step] = field(default_factory=list)
    first: dict[str, int] = field(default_factory=dict)
    spared: dict[str, int] = field(default_factory=dict)
    """The first step of those who are spared what only one in so many does, by operation."""
    onward: dict[tuple[str, int], tuple[Link, ...]] = field(default_factory=dict)
    forks: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    """The node at which each branch of a fork ends, by (where it starts, fork step)."""
    done: dict[int, dict[str, None]] = field(default_factory=dict)
    """The nodes that do each step: one, or each of those behind a router."""
    routes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unrouted: dict[str, str] = field(default_factory=dict)
    doubled: dict[tuple[str, int], tuple[Link, ...]] = field(default_factory=dict)
    """The links among which there is no choosing, by (node, step)."""

    def need(self, step: int) -> str:
        """What a step needs, in a word; of a fork, what its first branch does first."""
        made = self.steps[step]
        return made.need or self.need(made.branches[0])

    def kind(self, node_id: str) -> Kind:
        """The kind of a node."""
        return self.catalogue.kinds[self.nodes[node_id].kind]

    def behaves(self, node_id: str) -> Behaviour:
        """The behaviour of a node's kind."""
        return self.catalogue.behaves(self.nodes[node_id].kind)

    def chooses(self, node_id: str) -> bool:
        """Whether a node may have several targets for the same need."""
        return self.behaves(node_id).asks == "several"

    def returns(self, node_id: str) -> bool:
        """Whether a node gets the reply of what it passes on (calls, as against hand-offs)."""
        return self.behaves(node_id).takes == "calls" and not self.chooses(node_id)

    def does(self, node_id: str, step: int) -> bool:
        """Whether a node does a step itself.

        A cache does nothing for good: what it has not, somebody else must have. A replica that
        no store feeds has nothing to give.
        """
        kind = self.kind(node_id)
        if self.steps[step].need not in kind.does or kind.behaviour == "cache":
            return False
        return kind.behaviour != "replica" or node_id in self.fed

    def may_wait(self, step: int) -> bool:
        """Whether a step (of a fork: the first of each branch) may be done later."""
        made = self.steps[step]
        if made.branches:
            return all(self.may_wait(first) for first in made.branches)
        return made.deferrable

    @cached_property
    def fed(self) -> frozenset[str]:
        """The replicas that a store sends its writes to."""
        return frozenset(
            link.target
            for link in self.design.links
            if self.behaves(link.source).feeds and self.kind(link.target).behaviour == "replica"
        )

    def rank(self, node_id: str, need: str) -> int:
        """Who is asked first, where several can: the lowest."""
        ability = self.kind(node_id).does.get(need)
        return ability.rank if ability is not None else MIDDLE

    @cached_property
    def links_from(self) -> dict[str, list[Link]]:
        """Links by the node that may pass work on along them, in the order of the design."""
        links: dict[str, list[Link]] = {node: [] for node in self.nodes}
        for link in self.design.links:
            # A store answers and does not ask; what it sends to replicas is no request.
            if self.behaves(link.source).asks != "nobody":
                links[link.source].append(link)
        return links

    def carrying(self, node_id: str, operation: str) -> list[Link]:
        """The links from a node that carry an operation."""
        return [link for link in self.links_from[node_id] if link.is_for(operation)]

    def own_steps(self, node_id: str, step: int) -> tuple[list[int], int]:
        """The consecutive steps from `step` that the node does, and the step after them."""
        own = []
        while step != END and self.does(node_id, step):
            own.append(step)
            step = self.steps[step].after
        return own, step


def plan(level: Level, design: Design) -> Plan:
    """Work out every operation's way. Raises DocumentError where two targets are possible.

    And where a cache is to write back, and has no wire to whoever keeps the data.
    """
    made = drawn_up(level, design)
    problems = [_doubled(made, at, step) for at, step in made.doubled] + _not_told(made)
    if problems:
        raise DocumentError(problems)
    return made


def drawn_up(level: Level, design: Design) -> Plan:
    """The same, but where two targets are possible the first is taken, and it is noted."""
    level = decided(level, design)
    nodes = {node.id: node for node in all_nodes(level, design)}
    made = Plan(level, design, kinds_for(level), nodes)
    for name, operation in level.operations.items():
        made.first[name] = _number(made.steps, name, operation.needs)
        without = operation.without_sampled()
        if without != operation.needs:
            made.spared[name] = _number(made.steps, name, without)
    asked = [(stream.source, name) for stream in level.traffic for name in stream.mix]
    bots = [each.bots for each in level.incidents if each.bots]
    asked += [(each.source, each.operation) for each in bots if each.operation]
    for source, name in asked:
        _Walk(made, name).from_clients(source, made.first[name])
        if made.spared.get(name, END) != END:
            _Walk(made, name).from_clients(source, made.spared[name])
    return made


def _not_told(made: Plan) -> list[Problem]:
    """Caches that acknowledge writes, and could never tell anybody of them."""
    problems = []
    for at, node in enumerate(made.design.nodes):
        if made.kind(node.id).behaviour != "cache" or made.links_from[node.id]:
            continue
        if setting_value(made.catalogue, node, "on-write") == "write-back":
            message = f"`{node.id}` is to write back, and has no wire to whoever keeps the data"
            hint = "wire it to the source, and take the wire past it out"
            problems.append(Problem(message, ("nodes", at, "settings", "on-write"), hint))
    return problems


def _doubled(made: Plan, node: str, step: int) -> Problem:
    links = made.doubled[node, step]
    targets = " and ".join(f"`{link.target}`" for link in links)
    return Problem(
        f"`{node}` could send `{made.need(step)}` to {targets}",
        path=("links",),
        hint="put a router between them, take one of the links out, or let each carry some "
        "operations only",
    )


def _number(
    steps: list[Step], operation: str, needs: tuple[Need | Parallel, ...], after: int = END
) -> int:
    """Append the steps of `needs`, last first; the index of the first one."""
    for need in reversed(needs):
        if isinstance(need, Parallel):
            firsts = tuple(_number(steps, operation, branch) for branch in need.parallel)
            step = Step(len(steps), operation, branches=firsts, after=after)
        else:
            step = Step(len(steps), operation, need.need, need.time, need.deferrable, after=after)
        steps.append(step)
        after = step.index
    return after


class _Walk:
    """Follows one operation through the design, filling the plan's tables."""

    def __init__(self, made: Plan, operation: str) -> None:
        self.plan = made
        self.operation = operation
        self.visited: dict[str, None] = {}
        self.stuck: str | None = None

    def from_clients(self, source: str, first: int) -> None:
        node, left = source, first
        if self.plan.steps[left].branches and not self._choose(source, left):
            left, node = self._fork(source, left)
        links = self._choose(node, left) if left != END and self.stuck is None else ()
        for link in links[:1]:
            left, _ = self.travel(link.target, left)
        if left != END and self.stuck is None:
            self.stuck = self.plan.need(left)
        route = (source, *self.visited)
        known = self.plan.routes.get(self.operation, ())
        self.plan.routes[self.operation] = tuple(dict.fromkeys(known + route))
        if self.stuck is not None:
            self.plan.unrouted[self.operation] = self.stuck

    def travel(self, node: str, step: int) -> tuple[int, str]:
        """Go from `node` on until nothing more can be done; what is left, and where it ended."""
        while True:
            self.visited[node] = None
            own, step = self.plan.own_steps(node, step)
            for each in own:
                self.plan.done.setdefault(each, {})[node] = None
            if step == END:
                return END, node
            if self.plan.steps[step].branches and self._forks(node, step):
                step, node = self._fork(node, step)
                if step == END or self.stuck is not None:
                    return step, node
                if self.plan.returns(node):
                    continue
            links = self._choose(node, step)
            if not links:
                return step, node
            if self.plan.chooses(node):
                return self._all_of(links, step), node
            if self.plan.returns(node):
                before, (step, _) = step, self.travel(links[0].target, step)
                self._in_between(node, before, step)
                continue
            node = links[0].target

    def _forks(self, node: str, step: int) -> bool:
        """Whether a fork is made at this node, and not passed on to where it belongs."""
        if self.plan.behaves(node).passes_on:
            return False
        behind = [link.target for link in self._carrying(node, step)]
        fans = [each for each in behind if self.plan.behaves(each).fans_out]
        return not any(self._able(each, step, frozenset({node})) for each in fans)

    def _in_between(self, node: str, step: int, end: int) -> None:
        """What a copy spares the one that is called begins later: there must be a way from there.

        A call may do several needs in one go; where the first was in a cache, the rest is not.
        """
        around = [node, *(link.target for link in self.plan.links_from[node])]
        if not any(self.plan.kind(each).behaviour == "cache" for each in around):
            return
        while step not in (end, END):
            self._choose(node, step)
            step = self.plan.steps[step].after

    def _all_of(self, links: tuple[Link, ...], step: int) -> int:
        """Behind a router every target must get equally far."""
        left = [self.travel(link.target, step)[0] for link in links]
        unfinished = [rest for rest in left if rest != END]
        return unfinished[0] if unfinished else END

    def _fork(self, node: str, step: int) -> tuple[int, str]:
        """Send the branches off; the step after the fork, and the node that goes on with it."""
        fork = self.plan.steps[step]
        ends = []
        for first in fork.branches:
            if self.plan.does(node, first):
                left, end = self._branch_here(node, first)
            else:
                links = self._choose(node, first)
                if not links:
                    self.stuck = self.stuck or self.plan.need(first)
                    return step, node
                left, end = self.travel(links[0].target, first)
            if left != END:
                self.stuck = self.stuck or self.plan.need(left)
                return step, node
            ends.append(end)
        self.plan.forks[node, step] = tuple(ends)
        if self.plan.returns(node) or fork.after == END:
            return fork.after, node
        for end in ends[1:]:  # whichever branch is last hands on: all must be able to
            if not self._choose(end, fork.after):
                self.stuck = self.plan.need(fork.after)
        return fork.after, ends[0]

    def _branch_here(self, node: str, first: int) -> tuple[int, str]:
        raise DocumentError(
            [
                Problem(
                    f"`{node}` forks `{self.plan.need(first)}` off to itself",
                    hint="parallel needs are done by other nodes than the one before the fork",
                )
            ]
        )

    def _choose(self, node: str, step: int) -> tuple[Link, ...]:
        """The links that may be taken; remembered in the plan."""
        if (node, step) in self.plan.onward:
            return self.plan.onward[node, step]
        able = tuple(
            link
            for link in self._carrying(node, step)
            if self._able(link.target, step, frozenset({node}))
        )
        if len(able) > 1:
            able = self._asked_first(able, step)
        if len(able) > 1 and not self.plan.chooses(node):
            self.plan.doubled[node, step] = able
            able = able[:1]
        if able:
            self.plan.onward[node, step] = able
        return able

    def _asked_first(self, able: tuple[Link, ...], step: int) -> tuple[Link, ...]:
        """Of links that lead to somebody able, those whose kind is asked before the others."""
        ranks = [self._rank(link.target, step, frozenset()) for link in able]
        return tuple(link for link, rank in zip(able, ranks, strict=True) if rank == min(ranks))

    def _rank(self, node: str, step: int, seen: frozenset[str]) -> int:
        """The rank of a node, or of the first one behind it, for what a step needs."""
        need = self.plan.need(step)
        if need in self.plan.kind(node).does:
            return self.plan.rank(node, need)
        behind = [
            self._rank(link.target, step, seen | {node})
            for link in self._carrying(node, step)
            if link.target not in seen
        ]
        return min(behind, default=MIDDLE)

    def _able(self, node: str, step: int, seen: frozenset[str]) -> bool:
        """Whether a node, or one behind it, can do a step (for a fork: all its branches)."""
        made = self.plan.steps[step]
        if self.plan.behaves(node).defers and not self.plan.may_wait(step):
            return False
        if made.branches:
            return all(self._able(node, first, seen) for first in made.branches)
        if self.plan.does(node, step):
            return True
        return any(
            self._able(link.target, step, seen | {node})
            for link in self._carrying(node, step)
            if link.target not in seen
        )

    def _carrying(self, node: str, step: int) -> list[Link]:
        """The links from a node that carry the operation of a step."""
        return self.plan.carrying(node, self.plan.steps[step].operation)
