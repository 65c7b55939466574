"""What is wrong with a design on its level, beyond what its model says."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from itertools import islice, pairwise

from sandbox.documents.catalogue import Catalogue, Kind
from sandbox.documents.design import Design, Link, Node
from sandbox.documents.kinds import kinds_for
from sandbox.documents.level import Level
from sandbox.documents.problems import Problem
from sandbox.documents.schedules import check_schedule, has_something_to_start
from sandbox.documents.settings import read_setting, setting_specs, setting_value
from sandbox.documents.source import MOST_PROBLEMS, Trail
from sandbox.documents.words import nearest, suggestion
from sandbox.documents.zones import check_zones

_MOST_CIRCLES = 5


def all_nodes(level: Level, design: Design) -> tuple[Node, ...]:
    """The level's fixed nodes, then the design's own."""
    return level.nodes + design.nodes


def kinds_to_add(level: Level) -> list[str]:
    """The kinds of the palette; without one, all but clients, the level's own kinds first.

    Kinds paid by another period than the budget's are left out there: they cannot be added up.
    """
    if level.palette is not None:
        return list(level.palette)
    kinds = kinds_for(level).kinds
    period = level.budget[1] if level.budget else None
    return [
        name
        for name in dict.fromkeys([*level.kinds, *kinds])
        if kinds[name].behaviour != "clients"
        and _payable(kinds[name], period)
        and _has_a_use(level, name)
    ]


def kinds_allowed(level: Level) -> list[str]:
    """The kinds a design may use: those to add, the level's own, of the start, and fixed ones."""
    used = [node.kind for node in (*level.start.nodes, *level.nodes)]
    return list(dict.fromkeys([*kinds_to_add(level), *level.kinds, *used]))


def _has_a_use(level: Level, kind: str) -> bool:
    """A scheduler has none where there is nothing that it could start."""
    catalogue = kinds_for(level)
    if catalogue.kinds[kind].behaviour != "scheduler":
        return True
    return has_something_to_start(level, catalogue, kind)


def _payable(kind: Kind, period: str | None) -> bool:
    prices = [size.price for size in kind.sizes.values()]
    return all(period in (None, per) or amount == 0 for amount, per in prices)


def check_design(level: Level, design: Design) -> list[Problem]:
    """Every problem of a design on a level, with paths inside the design. Empty: it can run."""
    problems = []
    if design.level != level.id:
        message = f"this design is for the level `{design.level}`, not for `{level.id}`"
        problems.append(Problem(message, ("level",)))
    problems += same_ids(design.nodes, ("nodes",), (node.id for node in level.nodes))
    catalogue, allowed = kinds_for(level), kinds_allowed(level)
    for at, node in enumerate(design.nodes):
        path = ("nodes", at)
        if node.kind in catalogue.kinds and node.kind not in allowed:
            message = f"this level has no `{node.kind}` to place"
            problems.append(Problem(message, (*path, "kind"), suggestion(node.kind, allowed)))
        problems += check_node(catalogue, node, path, allowed)
        problems += check_schedule(level, catalogue, node, path)
        if len(problems) > MOST_PROBLEMS:
            return problems
    problems += check_ways(level, design.ways, ("ways",))
    for at, name in enumerate(design.scope or ()):
        if name not in level.scope:
            hint = suggestion(name, level.scope)
            problems.append(Problem(f"there is no feature `{name}`", ("scope", at), hint))
    kinds = {node.id: catalogue.kinds.get(node.kind) for node in all_nodes(level, design)}
    problems += check_zones(catalogue, design.nodes, level.zones, ("nodes",))
    problems += check_links(catalogue, kinds, design.links, ("links",))
    problems += _looked_along(level, design.links)
    return problems + _carried(level, design.links)


def check_ways(level: Level, ways: dict[str, str], path: Trail) -> list[Problem]:
    """Ways that operations do not have, and operations that there are none of."""
    problems = []
    for name, way in ways.items():
        operation = level.operations.get(name)
        if operation is None:
            hint = suggestion(name, level.operations)
            problems.append(Problem(f"there is no operation `{name}`", (*path, name), hint))
        elif way not in operation.ways:
            message = f"`{name}` cannot be done in a way `{way}`"
            problems.append(Problem(message, (*path, name), suggestion(way, operation.ways)))
    return problems


def check_node(
    catalogue: Catalogue, node: Node, path: Trail, allowed: Iterable[str] = ()
) -> list[Problem]:
    """The problems of one node by itself: its kind, size, count and settings."""
    kind = catalogue.kinds.get(node.kind)
    if kind is None:
        known = [name for name in allowed or catalogue.kinds if name in catalogue.kinds]
        near = nearest(node.kind, known) or nearest(node.kind, catalogue.kinds)
        hint = f"did you mean `{near}`?" if near else suggestion(node.kind, known)
        return [Problem(f"there is no kind `{node.kind}`", (*path, "kind"), hint)]
    problems = []
    if node.size is not None and node.size not in kind.sizes:
        message = f"`{node.kind}` has no size `{node.size}`"
        problems.append(Problem(message, (*path, "size"), suggestion(node.size, kind.sizes)))
    if node.count > kind.count_most:
        message = f"{node.count} is too many"
        hint = f"at most {kind.count_most} of `{node.kind}`"
        problems.append(Problem(message, (*path, "count"), hint))
    specs = setting_specs(catalogue, node.kind)
    # No kind has as many settings: if some are left out here, others were already unknown.
    for name, raw in islice(node.settings.items(), MOST_PROBLEMS):
        here = (*path, "settings", name)
        if name not in specs:
            message = f"`{node.kind}` has no setting `{name}`"
            problems.append(Problem(message, here, suggestion(name, specs)))
            continue
        try:
            read_setting(specs[name], raw)
        except ValueError as error:
            problems.append(Problem(str(error), here))
    if not problems and kind.behaviour == "gate":
        problems += _rooms(catalogue, node, path)
    if not problems and kind.behaviour == "function":
        problems += _kept_for_nothing(catalogue, node, path)
    return problems


def _kept_for_nothing(catalogue: Catalogue, node: Node, path: Trail) -> list[Problem]:
    """A function that keeps more instances warm than it may have."""
    warm, most = (setting_value(catalogue, node, name) for name in ("warm", "concurrency"))
    if not (isinstance(warm, int) and isinstance(most, int)) or warm <= most:
        return []
    message = f"`{node.id}` keeps {warm} instances warm, and may have {most}"
    hint = "raise `concurrency`, or keep fewer"
    return [Problem(message, (*path, "settings", "warm"), hint)]


def _rooms(catalogue: Catalogue, node: Node, path: Trail) -> list[Problem]:
    """A gate at which people wait has one line, and not one for each of them."""
    beyond, per = (setting_value(catalogue, node, name) for name in ("beyond", "per"))
    if beyond != "wait" or per == "all":
        return []
    message = f"those who wait at `{node.id}` stand in one line, and it counts per {per}"
    return [Problem(message, (*path, "settings", "per"), "set `per: all`, or `beyond: refuse`")]


def check_links(
    catalogue: Catalogue, kinds: dict[str, Kind | None], links: tuple[Link, ...], path: Trail
) -> list[Problem]:
    """The problems of the links between nodes of these kinds (by the nodes' ids)."""
    problems: list[Problem] = []
    sound: dict[tuple[str, str], int] = {}
    seen: dict[tuple[str, str], int] = {}
    for at, link in enumerate(links):
        here = (*path, at)
        before = len(problems)
        for end, name in ((link.source, "from"), (link.target, "to")):
            if end not in kinds:
                hint = suggestion(end, kinds)
                problems.append(Problem(f"there is no node `{end}`", (*here, name), hint))
        if link.source == link.target:
            problems.append(Problem(f"`{link.source}` is linked to itself", here))
        elif link.ends in seen:
            message = f"`{link.source}` is linked to `{link.target}` twice"
            problems.append(Problem(message, here, f"first as number {seen[link.ends] + 1}"))
        kind = kinds.get(link.target)
        if kind is not None and catalogue.behaviours[kind.behaviour].takes == "nothing":
            problems.append(_not_sent_to(kind, link, here))
        elif kind is not None:
            problems += _not_called(catalogue, kind, link, here)
        asker = kinds.get(link.source)
        if asker is not None:
            problems += _not_held_back(catalogue, asker, link, here)
            if kind is not None:
                problems += _not_kept(catalogue, asker, kind, link, here)
        seen.setdefault(link.ends, at)
        if len(problems) == before:
            sound[link.ends] = at
        if len(problems) > MOST_PROBLEMS:
            return problems
    return problems + _circles(sound, path)


def _not_sent_to(kind: Kind, link: Link, path: Trail) -> Problem:
    if kind.behaviour in ("clients", "scheduler"):
        message = f"`{link.target}` only asks; nothing can be sent to it"
        return Problem(message, (*path, "to"), "turn the link round")
    message = f"`{link.target}` takes no requests; it needs no wire"
    return Problem(message, (*path, "to"), "take the link out")


def _not_called(catalogue: Catalogue, kind: Kind, link: Link, path: Trail) -> list[Problem]:
    """Only who waits for a reply can give up waiting, or ask again, or see that too much fails."""
    given = [name for name in ("timeout", "retries", "breaker", "bulkhead") if getattr(link, name)]
    if not given or catalogue.behaviours[kind.behaviour].takes != "hand-offs":
        return []
    message = f"`{link.target}` takes work and sends no reply, so nobody waits for one"
    return [Problem(message, (*path, given[0]), f"take `{given[0]}` out")]


def _not_kept(
    catalogue: Catalogue, asker: Kind, kind: Kind, link: Link, path: Trail
) -> list[Problem]:
    """What keeps something for others, and is wired to somebody who has no such thing."""
    if kind.behaviour == "dead-letters":
        return _not_put_aside(catalogue, asker, link, path)
    return _not_backed_up(catalogue, asker, link, path) if kind.behaviour == "backup" else []


def _not_put_aside(catalogue: Catalogue, asker: Kind, link: Link, path: Trail) -> list[Problem]:
    """Only who takes messages in has any to give up."""
    if catalogue.behaviours[asker.behaviour].defers:
        return []
    message = f"`{link.source}` has no messages that it could put aside"
    hint = "wire the queue, log or topic to it that gives messages up"
    return [Problem(message, (*path, "from"), hint)]


def _not_backed_up(catalogue: Catalogue, asker: Kind, link: Link, path: Trail) -> list[Problem]:
    """Only what keeps data and sends it on can be saved."""
    if catalogue.behaviours[asker.behaviour].feeds:
        return []
    message = f"`{link.source}` keeps nothing that a backup could save"
    return [Problem(message, (*path, "from"), "wire the database to it")]


def _not_held_back(catalogue: Catalogue, asker: Kind, link: Link, path: Trail) -> list[Problem]:
    """A queue, or a log, that refused its own messages would only lose them."""
    given = [name for name in ("breaker", "bulkhead") if getattr(link, name)]
    if not given or not catalogue.behaviours[asker.behaviour].defers:
        return []
    message = f"`{link.source}` hands out no more than others have room for, and holds nothing back"
    return [Problem(message, (*path, given[0]), f"take `{given[0]}` out")]


def _looked_along(level: Level, links: tuple[Link, ...]) -> list[Problem]:
    """How often somebody looks is said of the wires of those who watch."""
    watching = level.watch.by if level.watch is not None else None
    return [
        Problem(
            f"nobody looks along this wire every so often: `{link.source}` does not watch",
            ("links", at, "every"),
            f"say it of a wire from `{watching}`" if watching else "take `every` out",
        )
        for at, link in enumerate(links)
        if link.every is not None and link.source != watching
    ]


def _carried(level: Level, links: tuple[Link, ...]) -> list[Problem]:
    """Links that carry operations there are none of."""
    return [
        Problem(
            f"there is no operation `{name}`",
            ("links", at, "carries", number),
            suggestion(name, level.operations),
        )
        for at, link in enumerate(links)
        for number, name in enumerate(link.carries or ())
        if name not in level.operations
    ]


def same_ids(nodes: tuple[Node, ...], path: Trail, fixed: Iterable[str] = ()) -> list[Problem]:
    """The problems of nodes that have the id of another, or of a fixed node."""
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    taken = set(fixed)
    for at, node in enumerate(nodes):
        here = (*path, at, "id")
        if node.id in taken:
            message = f"`{node.id}` is already the name of a fixed node of this level"
            problems.append(Problem(message, here, "give it another name"))
        elif node.id in seen:
            message = f"two nodes are called `{node.id}`"
            hint = f"the other is number {seen[node.id] + 1} of the nodes"
            problems.append(Problem(message, here, hint))
        seen.setdefault(node.id, at)
    return problems


def _circles(links: dict[tuple[str, str], int], path: Trail) -> list[Problem]:
    """The first few ways round in a circle, each at the link that closes it."""
    left, problems = dict(links), list[Problem]()
    while len(problems) < _MOST_CIRCLES:
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for source, target in left:
            sorter.add(target, source)
        try:
            sorter.prepare()
            break
        except CycleError as error:
            way: list[str] = error.args[1]
        last = max(pairwise(way), key=left.__getitem__)
        turn = way.index(last[1])
        way = [*way[turn:-1], *way[:turn], last[1]]
        message = f"these links go round in a circle: {' -> '.join(way)}"
        problems.append(Problem(message, (*path, left.pop(last)), "take one of them out"))
    return problems
