"""What struck a run, what came of it, and what the ledger found wrong: from the run's records.

What took some time is told when it was over, so that a run being watched gives nothing away.
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.documents.counters import COUNTERS
from sandbox.documents.level import Level
from sandbox.documents.slos import CountSlo, ShareSlo
from sandbox.judgement.report import Event
from sandbox.judgement.telling import time_of
from sandbox.simulation.behaviours.base import SimNode
from sandbox.simulation.behaviours.external import External
from sandbox.simulation.behaviours.filter import Filter
from sandbox.simulation.behaviours.gate import Gate
from sandbox.simulation.behaviours.quorum import Copy
from sandbox.simulation.behaviours.shedder import Shedder
from sandbox.simulation.behaviours.table import Table
from sandbox.simulation.run import Run
from sandbox.simulation.trace import STRUCK, Happening

_PARTS = {1: "all", 2: "half", 3: "a third", 4: "a quarter", 5: "a fifth"}
_LAGGING = 1.0
"""Seconds that a replica must be behind to be worth a word."""


def struck(run: Run) -> Iterator[Event]:
    """What came from outside."""
    return (_told(run, each) for each in run.world.happenings if each.what in STRUCK)


def noticed(run: Run) -> Iterator[Event]:
    """What came of it, as far as somebody noticed."""
    return (_told(run, each) for each in run.world.happenings if each.what not in STRUCK)


def sent_to_the_dead(level: Level, run: Run) -> Iterator[Event]:
    """How long requests were still sent to what had died, and how many were refused there."""
    for death in run.world.happenings:
        if death.what != "died":
            continue
        node = run.world.nodes[death.node]
        end = _until(run, death)
        frames = [f for f in run.trace.frames if death.time < f.time <= (end or run.lane.now)]
        refused = sum(frame.nodes[node.index].rejected for frame in frames)
        if not refused or isinstance(node, Copy):  # who asks copies knows which are there
            continue
        since = time_of(level.clock, death.time)
        alike = run.world.instances[node.place.node.id]
        whole = sum(frame.nodes[each.index].arrivals for frame in frames for each in alike)
        part = sum(frame.nodes[node.index].arrivals for frame in frames) / whole
        kept = "kept" if end is None else "had kept"
        says = (
            f"{refused:,} requests refused at {node.name}: {_senders(run, node)} {kept} sending it "
            f"{_part(part)} of the load since {since}"
        )
        when = run.lane.now if end is None else end
        yield Event(time=when, says=says, node=node.place.node.id)


_REFUSED: dict[type[SimNode], str] = {
    External: "calls beyond its quota",
    Gate: "beyond its rate",
    Filter: "as bots",
    Shedder: "beyond its limit",
    Table: "beyond what one partition takes",
    Copy: "for want of other copies, or of room in its line",
}
"""What those refuse whose business that is."""


def refusals(level: Level, run: Run) -> Iterator[Event]:
    """What was beyond a quota, beyond what is let in, or taken for a bot's."""
    for node in run.world.nodes:
        what = next((says for kind, says in _REFUSED.items() if isinstance(node, kind)), None)
        if what is None:
            continue
        refused = [(f.time, f.nodes[node.index].rejected) for f in run.trace.frames]
        times = [time for time, count in refused if count]
        if not times:
            continue
        total = sum(count for _, count in refused)
        since = time_of(level.clock, times[0] - run.trace.header.frame)
        says = f"{node.name} had refused {total:,} {what} since {since}"
        yield Event(time=times[-1], says=says, node=node.place.node.id)


def sold_out(run: Run) -> Iterator[Event]:
    """When the first buyer was told that nothing is left."""
    header = run.trace.header
    if "sold-out" not in header.ledger:
        return
    place = header.ledger.index("sold-out")
    for frame in run.trace.frames:
        if frame.ledger[place]:
            says = "sold out: from here on buyers were told so"
            yield Event(time=max(frame.time - header.frame, 0.0), says=says)
            return


def wrongs(run: Run) -> Iterator[Event]:
    """What the system got wrong, as the ledger counts it."""
    counts = run.world.ledger.counts()
    asked = {slo.of for slo in run.level.slos if isinstance(slo, CountSlo | ShareSlo)}
    found = [
        f"{counts[name]:,} {counter.happened}"
        for name, counter in COUNTERS.items()
        if counts.get(name) and (counter.is_wrong or name in asked)
    ]
    if found:
        yield Event(time=run.lane.now, says="; ".join(found))


def unpaid(run: Run) -> Iterator[Event]:
    """Units of the stock that nobody had paid for in the end."""
    counts = run.world.ledger.counts()
    left = counts.get("stock", 0) - counts.get("units-paid", 0)
    if left:
        of = f"{left:,} of {counts['stock']:,} units were not paid in the end"
        yield Event(time=run.lane.now, says=of)


def stale(run: Run) -> Iterator[Event]:
    """Reads that gave what was no longer true, and how far replicas were behind."""
    ledger = run.world.ledger
    if ledger.stale_reads:
        says = f"{ledger.stale_reads:,} of {ledger.reads:,} reads gave what was no longer true"
        yield Event(time=run.lane.now, says=says)
    for node in run.world.nodes:
        if node.place.kind.behaviour != "replica" or not run.trace.frames:
            continue
        worst = max(run.trace.frames, key=lambda frame: frame.nodes[node.index].gauge or 0.0)
        lag = worst.nodes[node.index].gauge or 0.0
        if lag >= _LAGGING:
            says = f"{node.name} was {lag:.1f} s behind, further than ever"
            yield Event(time=worst.time, says=says, node=node.place.node.id)


def again(run: Run) -> Iterator[Event]:
    """How much was tried more than once."""
    attempts = run.world.ledger.attempts
    if attempts:
        yield Event(time=run.lane.now, says=f"{attempts:,} calls had been tried again")


def _told(run: Run, happening: Happening) -> Event:
    node = run.world.nodes[happening.node].place.node.id if happening.node >= 0 else None
    return Event(time=happening.time, says=happening.says, node=node)


def _until(run: Run, death: Happening) -> float | None:
    """When a dead node was left out or came back; None if neither happened."""
    after = (
        each.time
        for each in run.world.happenings
        if each.node == death.node and each.time > death.time and each.what in ("left-out", "back")
    )
    return next(after, None)


def _senders(run: Run, node: SimNode) -> str:
    """Who is wired to a node."""
    sources = [link.source for link in run.design.links if link.target == node.place.node.id]
    return " and ".join(sources) or "somebody"


def _part(share: float) -> str:
    return _PARTS.get(round(1 / share), f"{share:.0%}") if share > 0 else "nothing"
