"""How far work is spread over shards, copies and partitions, by arithmetic on how popular keys are.

No simulation: where keys end up by chance, the rest is taken to be spread evenly.
"""

from __future__ import annotations

import math
from functools import lru_cache

from sandbox.documents.operations import Items
from sandbox.documents.settings import setting_value
from sandbox.simulation.arithmetic import RANGES, enough
from sandbox.simulation.draws import zipf_shares
from sandbox.simulation.effects import LOOKS, stock
from sandbox.simulation.keeping import READ
from sandbox.simulation.plan import Plan, Step


@lru_cache(maxsize=64)
def favourites(count: int, skew: float, room: int) -> float:
    """The share of requests that are about the `room` most popular of `count` items."""
    return math.fsum(zipf_shares(count, skew)[:room])


def share_of_limit(made: Plan, node: str, step: Step) -> float:
    """What one request a second is of the limit of the partition of a table that gets most."""
    limit = made.kind(node).does[step.need].limit
    if limit is None:
        return 0.0
    items = made.level.operations[step.operation].items
    places = _setting(made, node, "partitions")
    assert isinstance(places, int)
    keyed = None if step.need in stock.EFFECTS else items
    return _hottest(keyed, places, _setting(made, node, "ids") == "sequential") / limit


def instances(made: Plan, node: str, step: Step) -> float:
    """What the busiest instance of a node has to do of a step, times the number of instances."""
    placed, behaviour = made.nodes[node], made.kind(node).behaviour
    if behaviour == "quorum":
        if step.need == READ and _setting(made, node, "asks") == "needed":
            return enough(str(_setting(made, node, "reads")), placed.count)
        return placed.count
    if behaviour != "shards":
        return 1.0
    return placed.count * _busiest_shard(made, node, step, placed.count)


def _busiest_shard(made: Plan, node: str, step: Step, shards: int) -> float:
    """The share of a need that the busiest shard gets; 1 where all of them are asked."""
    in_order, key = _setting(made, node, "ids") == "sequential", _setting(made, node, "key")
    items = made.level.operations[step.operation].items
    if step.need in stock.EFFECTS:
        return 1.0
    look = step.need in LOOKS
    if not look and (items is None or items.of != key):
        named = [each.users for each in made.level.traffic if each.users and each.users.of == key]
        items = named[0] if named else items
    if items is None or (look and key not in ("own", items.of)):
        return 1.0
    if step.need in RANGES and not in_order:
        return 1.0
    split, split_keys = _setting(made, node, "split"), _setting(made, node, "split-keys")
    assert isinstance(split, int)
    assert isinstance(split_keys, int)
    if look or min(split, shards) == 1:
        return _hottest(items, shards, in_order)
    parts = min(split, shards)
    shares = zipf_shares(items.count, items.skew)
    apart = max(shares[0] / parts, *shares[split_keys : split_keys + 1])
    return apart + (1.0 - apart) / shards


def _hottest(items: Items | None, places: int, in_order: bool) -> float:
    """The share of the place that has the most popular key, and its part of all others."""
    if items is None:
        return 1.0
    if in_order:
        return favourites(items.count, items.skew, math.ceil(items.count / places))
    first = favourites(items.count, items.skew, 1)
    return first + (1.0 - first) / places


def _setting(made: Plan, node: str, name: str) -> str | int | float | bool | None:
    return setting_value(made.catalogue, made.nodes[node], name)
