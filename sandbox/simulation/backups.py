"""What happens to data itself: it is dropped, and comes back from a backup if there is one."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from sandbox.simulation.behaviours.backup import Backup
from sandbox.simulation.behaviours.primary import Primary
from sandbox.simulation.behaviours.replica import Replica
from sandbox.simulation.behaviours.store import Store
from sandbox.simulation.copies import Channel, Refusing
from sandbox.simulation.draws import uniform
from sandbox.simulation.durability import WITHOUT_DATA, Durability, Versions

if TYPE_CHECKING:
    from sandbox.documents.incidents import Incident
    from sandbox.simulation.world import World

_WRITE = "write"


def can_lose(world: World) -> None:
    """Let the ledger keep what has been acknowledged, where somebody will drop it."""
    if any(each.delete for each in world.level.incidents):
        ledger = world.ledger
        ledger.durability = ledger.durability or Durability(ledger.wrongs, ledger.unflushed)


def delete(world: World, incident: Incident) -> Generator[Any, Any, None]:
    """Somebody drops the data of a store, with all its copies: every change gets there.

    From then on all it is asked for fails, until it is restored. What a cache has is still there.
    Where all is gone already, there is nothing to drop.
    """
    assert incident.delete is not None
    victim = _victim(world, incident)
    store = victim.leader if isinstance(victim, Primary) else victim
    durability = world.ledger.durability
    if store is None or durability is None or store in durability.without_data:
        return
    durability.without_data.add(store)
    copies = [node for each in store.replicas if (node := _copy(each)) is not None]
    backup = next((each for each in store.replicas if isinstance(each, Backup)), None)
    restored = {} if backup is None else backup.restored()
    left = max(0.0, world.level.clock.length - world.lane.now)
    takes = left if backup is None else backup.takes(incident.delete.megabytes, _writing(store))
    era = durability.next_era()
    durability.broken(restored, era)
    world.ledger.wrongs[WITHOUT_DATA] += math.ceil(takes)
    works = {node: node.work for node in (store, *copies)}
    for node, work in works.items():
        node.work = {
            step: Refusing(each, node, f"the data of {node.name} was gone")
            for step, each in work.items()
        }
    world.tell(store.index, f"all data of {store.name} was deleted", "deleted")
    if backup is None:
        return
    yield world.lane.control.timeout(takes)
    for node, work in works.items():
        if isinstance(node, Replica):
            node.settle()
        node.versions = Versions(era, restored)
        node.work = work
    backup.begin_again(store.versions)
    world.tell(store.index, f"{store.name} had its data again, from the backup", "restored")
    durability.without_data.remove(store)
    if isinstance(victim, Primary) and victim.failover is not None:
        victim.failover.look()


def _victim(world: World, incident: Incident) -> Store | None:
    """One of the kind, drawn from the seed."""
    assert incident.delete is not None
    kind = incident.delete.kind
    of_kind = [each for each in world.nodes if each.place.node.kind == kind]
    stores = [each for each in of_kind if isinstance(each, Store)]
    if not stores:
        return None
    drawn = uniform(world.seed, f"incident {incident.id}").at(0, 0)
    return stores[int(drawn * len(stores))]


def _copy(fed: object) -> Store | None:
    """The copy that is fed, whether or not there is something in between."""
    if isinstance(fed, Channel):
        return fed.node
    return fed if isinstance(fed, Replica) else None


def _writing(store: Store) -> float:
    """Seconds that one write of the log takes when it is applied again."""
    does = store.place.kind.does
    return does[_WRITE].time.mean if _WRITE in does else 0.0
