"""Oracles: what there should be by what clients were told, held against what there is in the end.

The effects of needs on data are one file each in `effects/`; here is, one file each, what these
should come to. Only what a level's operations need is watched at all. To add one: a class, and
its operations in `observe`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.documents.schedules import Schedule
from sandbox.simulation.behaviours.quorum import Copy
from sandbox.simulation.effects import LOOKS, WRITES
from sandbox.simulation.effects.edits import SAVING
from sandbox.simulation.effects.money import EFFECTS as OF_MONEY
from sandbox.simulation.effects.money import MOVING
from sandbox.simulation.effects.permissions import CHANGING
from sandbox.simulation.effects.permissions import LOOKS as ASKING
from sandbox.simulation.encryption import plaintext_hops
from sandbox.simulation.oracles.access import Access
from sandbox.simulation.oracles.edits import Edits
from sandbox.simulation.oracles.lost_writes import LostWrites
from sandbox.simulation.oracles.money import Money
from sandbox.simulation.oracles.oracle import Kept, Oracle
from sandbox.simulation.oracles.owed import Audits, Clicks, Copies
from sandbox.simulation.oracles.own_reads import OwnReads
from sandbox.simulation.oracles.typed import Typing
from sandbox.simulation.oracles.watching import Watching

if TYPE_CHECKING:
    from sandbox.documents.operations import Operation
    from sandbox.documents.watching import Watch
    from sandbox.simulation.world import World


def observe(world: World) -> dict[str, tuple[Oracle, ...]]:
    """Let every oracle that the level needs hear of its operations; by operation, which do."""
    operations = world.level.operations
    heard: dict[str, list[Oracle]] = {name: [] for name in operations}
    for oracle, about in _oracles(world, list(operations.values())):
        for name, operation in operations.items():
            if any(operation is each for each in about):
                heard[name].append(oracle)
    return {name: tuple(oracles) for name, oracles in heard.items()}


def conclude(world: World) -> None:
    """The run is over: count what needs the whole of it to be told."""
    kept = Kept(world.nodes)
    oracles: dict[Oracle, None] = {}
    for operation in world.operations:
        oracles |= dict.fromkeys(operation.oracles)
        for request in operation.meter.open:
            for oracle in operation.oracles:
                oracle.lost(request)
    for oracle in oracles:
        for name, number in oracle.counted(kept).items():
            world.ledger.wrongs[name] += number
    if any(operation.secret for operation in world.level.operations.values()):
        world.ledger.wrongs["plaintext-hops"] = plaintext_hops(world)


def _oracles(world: World, operations: list[Operation]) -> list[tuple[Oracle, list[Operation]]]:
    """Every oracle that has something to watch, and the operations that it hears of."""

    def among(needs: tuple[str, ...]) -> list[Operation]:
        return [each for each in operations if each.needs_any(needs)]

    def indices(needs: tuple[str, ...]) -> frozenset[int]:
        return frozenset(at for at, each in enumerate(operations) if each.needs_any(needs))

    made: list[tuple[Oracle, list[Operation]]] = []
    ledger = world.ledger
    if among(WRITES) and any(stream.users for stream in world.level.traffic):
        own = OwnReads(world.users, indices(WRITES))
        made.append((own, among((*WRITES, *LOOKS))))
    if among(WRITES) and any(isinstance(node, Copy) for node in world.nodes):
        made.append((LostWrites(), among(WRITES)))
    if among(SAVING):
        ledger.edits = Edits(world.users, indices(SAVING))
        made.append((ledger.edits, among((*SAVING, *LOOKS))))
    if among(CHANGING):
        changing = indices(CHANGING)
        ledger.access = Access({at: operations[at].grace for at in changing})
        made.append((ledger.access, among((*CHANGING, *ASKING))))
    if among(tuple(OF_MONEY)):
        accounts = {
            at: (world.keys[each.items.of], each.items.count)
            for at, each in enumerate(operations)
            if each.items is not None
        }
        ledger.money = Money(world.seed, accounts)
        made.append((ledger.money, among(MOVING)))
    if (watch := world.level.watch) is not None:
        made.append(_watching(world, watch, operations))
    if typing := [each for each in operations if each.safe is not None]:
        safe = {at: each.safe for at, each in enumerate(operations) if each.safe is not None}
        made.append((Typing(world.users, safe), typing))
    for debt, oracle in (("audit", Audits()), ("count", Clicks()), ("copy", Copies())):
        if owing := [each for each in operations if debt in each.owes]:
            made.append((oracle, owing))
    return made


def _watching(
    world: World, watch: Watch, operations: list[Operation]
) -> tuple[Oracle, list[Operation]]:
    names = list(world.level.operations)
    streams = [stream for stream in world.level.traffic if isinstance(stream, Schedule)]
    number = next((each.number for each in streams if each.source == watch.by), -1)
    changing, looking = names.index(watch.changes), names.index(watch.looks)
    count = world.plan.nodes[watch.by].count
    world.ledger.watching = Watching(count, changing, looking, number)
    return world.ledger.watching, [operations[changing], operations[looking]]
