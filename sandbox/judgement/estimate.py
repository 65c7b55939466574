"""Back-of-the-envelope load: arithmetic on the peak rate, no simulation, and marked as such."""

from __future__ import annotations

from collections import defaultdict

from sandbox.documents.catalogue import FORWARD
from sandbox.documents.decisions import decided
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.schedules import gateway
from sandbox.documents.settings import setting_specs, setting_value
from sandbox.documents.traffic import Stream
from sandbox.judgement.spread import favourites, instances, share_of_limit
from sandbox.simulation.arithmetic import false_positives
from sandbox.simulation.draws import zipf_shares
from sandbox.simulation.keeping import ANSWER, kept_by
from sandbox.simulation.plan import Plan, plan
from sandbox.simulation.requests import END
from sandbox.simulation.traffic import peak_rate


def estimate(level: Level, design: Design) -> dict[str, float]:
    """How busy each node would be at the peak: work asked for over work it can do (1 = 100%).

    Waiting, limits and impatience are left out; above 1 a queue grows as long as the peak lasts.
    A cache is taken to hold the favourites that it has room for, and nothing ever to be written.
    Of shards and partitions it is the busiest that counts (see `spread.py`).
    Raises DocumentError where the design has no clear way.
    """
    level = decided(level, design)
    made = plan(level, design)
    work: dict[str, float] = defaultdict(float)
    for stream in level.traffic:
        peak = peak_rate(stream, level.clock.length)
        whole = sum(stream.mix.values())
        for operation, weight in stream.mix.items():
            flow = _Flow(made, work, _ahead(made), of_bots=stream.bots)
            rate = peak * weight / whole
            rate *= _sets_out(level.operations[operation].every, stream, rate)
            all_of_it = 1.0 / level.operations[operation].sampled()
            flow.send(stream.source, made.first[operation], rate * all_of_it)
            if made.spared.get(operation, END) != END:
                flow.send(stream.source, made.spared[operation], rate * (1.0 - all_of_it))
    return {node: _busy(made, node, seconds) for node, seconds in work.items()}


def _sets_out(every: float, stream: Stream, rate: float) -> float:
    """The share of requests that no client keeps back, each user being busy with one thing.

    Who does something so often (`own`, per second) sends one, and keeps back those that come in
    the next `every` seconds: 1 in 1 + own x every.
    """
    if not every or stream.users is None:
        return 1.0
    shares = zipf_shares(stream.users.count, stream.users.skew)
    return sum(share / (1.0 + rate * share * every) for share in shares)


def _busy(made: Plan, node: str, seconds: float) -> float:
    kind, placed = made.kind(node), made.nodes[node]
    if kind.behaviour in ("station", "batch-station"):
        batch = int(placed.settings.get("batch", 1))
        return seconds / (placed.count * batch)
    if kind.behaviour in ("external", "table"):
        return seconds  # shares of its quota, or of what one partition takes
    if kind.behaviour == "function":
        most = setting_value(made.catalogue, placed, "concurrency")
        assert isinstance(most, int)
        return seconds / most
    size = kind.sizes[placed.size or kind.first_size]
    return seconds / (size.vcpu * placed.count)


def _ahead(made: Plan) -> dict[str, float]:
    """The share of requests that no longer has a need, because it was done ahead."""
    shares: dict[str, float] = {}
    for node in made.nodes.values():
        if "ahead" in setting_specs(made.catalogue, node.kind):
            value = setting_value(made.catalogue, node, "ahead")
            if isinstance(value, float):
                for need in made.kind(node.id).covers:
                    shares[need] = max(shares.get(need, 0.0), value)
    return shares


class _Flow:
    """Follows one operation's rate through the plan, adding up the work it brings.

    `of_bots` says whether it is programs that ask.
    """

    def __init__(
        self, made: Plan, work: dict[str, float], ahead: dict[str, float], *, of_bots: bool
    ) -> None:
        self.plan = made
        self.work = work
        self.ahead = ahead
        self.of_bots = of_bots

    def send(self, node: str, step: int, rate: float) -> int:
        """Let `rate` requests a second go on from `node`; the step that is left."""
        while step != END:
            own, after = self.plan.own_steps(node, step)
            for index in own:
                self._add(node, index, rate)
            if own:
                step = after
                continue
            fork = self.plan.steps[step]
            if (node, step) in self.plan.forks:
                ends = self.plan.forks[node, step]
                for first in fork.branches:
                    self._pass(node, first, rate)
                step = fork.after
                if not self.plan.returns(node):
                    node = ends[0]
                continue
            left = self._pass(node, step, rate)
            if left == step:
                return step
            step = left
        return END

    def _pass(self, node: str, step: int, rate: float) -> int:
        """Split the rate over the links that may be taken; the step that is left."""
        rate = self._let_through(node, step, rate)
        links = self.plan.onward.get((node, step), ())
        whole = sum(self._weight(node, link.target, link.weight) for link in links)
        left = step
        for link in links:
            part = self._weight(node, link.target, link.weight) / whole
            left = self.send(link.target, step, rate * part)
        return left

    def _let_through(self, node: str, step: int, rate: float) -> float:
        """What a gate, or a cache in or beside the way, leaves for those behind it."""
        kind = self.plan.kind(node)
        if kind.behaviour == "gate":
            admits = setting_value(self.plan.catalogue, self.plan.nodes[node], "admits")
            assert isinstance(admits, float)
            self.work[node] += rate / admits
            return min(rate, admits)
        if kind.behaviour == "filter":
            return self._filtered(node, rate)
        if FORWARD in kind.does:
            self.work[node] += rate * kind.does[FORWARD].time.mean
        need, onward = self.plan.steps[step].need, self.plan.onward.get((node, step), ())
        links = self.plan.carrying(node, self.plan.steps[step].operation)
        beside = [link.target for link in links if link not in onward]
        for cache in [node, *beside]:
            does = self.plan.kind(cache).does
            if self.plan.kind(cache).behaviour != "cache":
                continue
            if ANSWER in does and step in kept_by(self.plan, tuple(does)).answers:
                need = ANSWER
            if need in does:
                self.work[cache] += rate * does[need].time.mean
                rate *= 1.0 - self._kept(cache, self.plan.steps[step].operation)
        return rate

    def _filtered(self, node: str, rate: float) -> float:
        """What a filter lets pass, at the price of a look at all of it."""
        placed, catalogue = self.plan.nodes[node], self.plan.catalogue
        catches, skill = (setting_value(catalogue, placed, each) for each in ("catches", "skill"))
        assert isinstance(catches, float) and isinstance(skill, int | float)  # noqa: PT018
        look = max(ability.time.mean for ability in self.plan.kind(node).does.values())
        self.work[node] += rate * look
        refused = catches if self.of_bots else false_positives(catches, skill)
        return rate * (1.0 - refused)

    def _kept(self, cache: str, operation: str) -> float:
        """The share of requests that are about the keys a cache has room for."""
        kind, items = self.plan.kind(cache), self.plan.level.operations[operation].items
        room = kind.sizes[self.plan.nodes[cache].size or kind.first_size].keys
        if items is None or room is None or room >= items.count:
            return 1.0
        return favourites(items.count, items.skew, room)

    def _weight(self, node: str, target: str, weight: float) -> float:
        """Instances are targets of their own; only the weighted policy looks at weights."""
        placed = self.plan.nodes[node]
        if placed.settings.get("policy") == "weighted":
            return weight
        return self.plan.nodes[target].count if self.plan.behaves(target).instances else 1

    def _add(self, node: str, index: int, rate: float) -> None:
        step = self.plan.steps[index]
        kind = self.plan.kind(node)
        if kind.behaviour == "external":
            quota = kind.sizes[self.plan.nodes[node].size or kind.first_size].quota
            self.work[node] += rate / quota if quota else 0.0
            return
        if kind.behaviour == "table":
            self.work[node] += rate * share_of_limit(self.plan, node, step)
            return
        if kind.behaviour == "sockets":
            self._tell_all(node, rate)
        rate *= instances(self.plan, node, step)
        law = step.time or self.plan.kind(node).does[step.need].time
        self.work[node] += rate * law.mean * (1.0 - self.ahead.get(step.need, 0.0))

    def _tell_all(self, node: str, rate: float) -> None:
        """Gateways tell everybody who watches of each change, or of several at once."""
        made = self.plan
        if made.level.watch is None or gateway(made.level, made.design, made.catalogue) != node:
            return
        gathers = setting_value(made.catalogue, made.nodes[node], "gather")
        times = min(rate, 1.0 / gathers) if isinstance(gathers, float) and gathers else rate
        tell = made.kind(node).does.get("tell")
        watching = made.nodes[made.level.watch.by].count
        self.work[node] += times * watching * (tell.time.mean if tell else 0.0)
