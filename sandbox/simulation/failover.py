"""Failover: a copy takes over from a leader that cannot be reached, by hand or by itself."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from sandbox.simulation.behaviours.base import SimLink, SimNode, Work
from sandbox.simulation.copies import Copies, Refusing, Standby
from sandbox.simulation.durability import Break, Durability, Versions
from sandbox.simulation.effects import LOOKS, ROWS
from sandbox.simulation.lines import FifoLine, PacedLine
from sandbox.simulation.roles import Follower

if TYPE_CHECKING:
    from sandbox.documents.design import Link
    from sandbox.simulation.behaviours.store import Store
    from sandbox.simulation.copies import Channel
    from sandbox.simulation.wiring import Wiring

_BEGIN = "begin"
_WRITE = "write"
_ALL = 1 << 40
"""More writes than there can be on the way."""


class Failover:
    """Watches a leader from where its copies are, and lets the freshest copy take over.

    Every `check-every` seconds the copies that are up ask whether the leader is there. Most of them
    must have missed it `checks` times. Then, by hand, a person needs the time of `reaction`; or it
    goes by itself. With `fenced` the old leader can accept nothing any more when a copy takes over:
    a person sees to it, or it has a lease from its copies, and lets go of writes when it has not
    heard from them for as long; the copy waits for that. Without, a leader that was only cut off
    goes on for those who still reach it: there are two sides. After another `takeover` seconds the
    copy leads, and whoever reaches it is sent there.

    Nothing is done when the leader is back before that; nor as long as its data is deleted, for no
    copy has any. A leader that is back after it follows.
    What only the other side had is lost, or merged (`rejoins`), which is a write for each. What a
    leader had that died, or was fenced off, and no copy, is lost.
    """

    def __init__(self, copies: Copies, wiring: Wiring) -> None:
        leader = copies.leader
        settings = leader.place.settings
        self.copies = copies
        self.wiring = wiring
        self.lane = leader.lane
        self.by_hand: bool = settings["failover"] == "by-hand"
        self.fenced: bool = settings["fenced"]
        self.check_every: float = settings["check-every"]
        self.checks: int = settings["checks"]
        self.takeover: float = settings["takeover"]
        self.reaction: float = settings["reaction"]
        self.merges: bool = settings["rejoins"] == "merge"
        self.work = leader.work
        """What a leader does."""
        does = leader.place.kind.does
        self.repair = does[_WRITE].time.mean if _WRITE in does else 0.0
        """Seconds of work to merge a write."""
        self.own_work = {channel.node: channel.node.work for channel in copies.channels}
        """What each copy does as long as it follows."""
        self.ways: list[tuple[SimLink, Link, SimNode]] = [
            each for each in wiring.made if each[0].target is leader
        ]
        """Those who want whoever leads."""
        self.former: dict[Store, Break] = {}
        """Leaders of before that have not been heard of since, and what survived them."""
        self.cut_off: set[Store] = set()
        """Those of them that were still there."""
        self.is_fenced_off = False
        ledger = leader.ledger
        self.durability = ledger.durability = ledger.durability or Durability(
            ledger.wrongs, ledger.unflushed
        )
        copies.cuts.told.append(self.look)
        for node in (leader, *self.own_work):
            node.waited_for.append(self.look)
        self.lane.control.process(self._watch())

    def _watch(self) -> Generator[Any, Any, None]:
        missed = 0
        while True:
            yield self.lane.control.timeout(self.check_every)
            missed = missed + 1 if self._is_gone() else 0
            if missed >= self.checks:
                yield from self._replace()
                missed = 0

    def _is_gone(self) -> bool:
        """Whether most of the copies that are up get no answer from the leader."""
        if self._is_empty:
            return False
        asking = [channel for channel in self.copies.whole if channel.node.is_up]
        return 2 * sum(not channel.answers for channel in asking) > len(asking)

    @property
    def _is_empty(self) -> bool:
        """Whether its data is deleted, and nothing is done until that is back."""
        return self.copies.leader in self.durability.without_data

    def _replace(self) -> Generator[Any, Any, None]:
        leader, control = self.copies.leader, self.lane.control
        self._tell(leader, f"{leader.name} was not heard of {self.checks} times")
        if self.by_hand:
            yield control.timeout(self.reaction)
        elif self.fenced and leader.is_up:
            self._fence_off()
            yield control.timeout(self.check_every * self.checks)
        if self._is_gone():
            yield control.timeout(self.takeover)
        able = [each for each in self.copies.whole if each.node.is_up and not each.answers]
        if not self._is_gone() or not able:
            return
        if self.fenced and leader.is_up and not self.is_fenced_off:
            self._fence_off()
        self._take_over(min(able, key=lambda channel: len(channel.held)))

    def _fence_off(self) -> None:
        leader = self.copies.leader
        self.is_fenced_off = True
        leader.work = self._reading(leader, "may not lead any more")
        self._tell(leader, f"{leader.name} takes no more writes")

    def _reading(self, node: Store, why: str) -> dict[int, Work]:
        """What a leader does, without all that changes something."""
        return {
            step: Refusing(work, node, f"{node.name} {why}") if _changes(work) else work
            for step, work in self.work.items()
        }

    def _lift(self) -> None:
        leader = self.copies.leader
        self.is_fenced_off = False
        leader.work = self.work
        self._tell(leader, f"{leader.name} takes writes again")

    def _take_over(self, channel: Channel) -> None:
        copies, old, new = self.copies, self.copies.leader, channel.node
        channel.follower.settle()
        era = self.durability.next_era()
        goes_on = old.is_up and not self.is_fenced_off
        self.former[old] = self.durability.broken(new.versions, era, is_open=goes_on)
        if old.is_up:
            self.cut_off.add(old)
        new.versions = Versions(era, new.versions)
        self.work = new.work = {step: each.anew() for step, each in self.work.items()}
        self.is_fenced_off = False
        others = [each for each in copies.channels if each is not channel]
        besides = [each for each in old.replicas if each not in copies.channels]
        old.replicas = []
        copies.channels = []  # what the old one writes from now on, nobody confirms
        self.copies = new.copies = copies.led_by(new)
        new.confirms = new.copies if copies.needed else None
        for node in (old, *self.own_work):
            node.waited_for.append(new.copies.look)
        new.replicas = besides
        for each in others:
            each.follower.take_back(_ALL)
            self._follow(each.node, each.follower, Versions(era, each.node.versions))
        self._tell(new, f"{new.name} took over from {old.name}", took_over=True)
        self.look()

    def _follow(self, node: Store, follower: Follower, versions: Versions) -> None:
        """Let a node follow the leader from what it has; it is sent what it has not."""
        leader = self.copies.leader
        node.versions = versions
        own = self.own_work.get(node)
        node.work = self._reading(node, "follows another one") if own is None else own
        channel = self.copies.add(node, follower)
        leader.replicas.append(channel)
        for key, version in leader.versions.items():
            if versions.get(key) != version:
                channel.receive(key, version)

    def look(self) -> None:
        """Somebody is back, or a way has opened, or is cut."""
        leader, cuts = self.copies.leader, self.copies.cuts
        if self._is_empty:
            return
        if self.is_fenced_off and not self._is_gone():
            self._lift()
        for old in list(self.former):
            if leader.is_up and old.is_up and not cuts.parts(old.place.zone, leader.place.zone):
                self._rejoin(old, self.former.pop(old))
        for way, link, caller in self.ways:
            if way.target is not leader and not cuts.parts(caller.place.zone, leader.place.zone):
                self.wiring.point(way, link, caller, leader)

    def _rejoin(self, old: Store, split: Break) -> None:
        """Let a leader of before follow; what only its side had is lost, or merged."""
        if split.is_open:
            self._merge(split)
        if old in self.cut_off and old.is_up:  # it starts anew from what both had
            old.die()
            old.revive()
        self.cut_off.discard(old)
        versions = Versions(split.era, split.survived)
        follower = old if isinstance(old, Follower) else Standby(old)
        self._follow(old, follower, versions)
        self._tell(old, f"{old.name} follows {self.copies.leader.name}")

    def _merge(self, split: Break) -> None:
        self.durability.closed(split, merged=self.merges)
        if not self.merges:
            return
        leader = self.copies.leader
        for item, _ in split.beyond:
            if isinstance(leader.cpu, FifoLine | PacedLine):
                leader.cpu.owe(self.repair)
            leader.publish(item, leader.versions.get(item, 0) + 1)

    def _tell(self, node: Store, says: str, *, took_over: bool = False) -> None:
        node.place.tell(node.index, says, "took-over" if took_over else "")


def _changes(work: Work) -> bool:
    return work.need == _BEGIN or (work.need in ROWS and work.need not in LOOKS)
