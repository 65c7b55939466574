"""What is wrong with a level, beyond what its model says: names that mean nothing in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sandbox.documents.catalogue import INWARD, Catalogue
from sandbox.documents.check import check_design, check_node, check_ways, kinds_allowed, same_ids
from sandbox.documents.counters import COUNTERS, RATIOS, Counter, Ratio
from sandbox.documents.data_check import check_data
from sandbox.documents.design import Design
from sandbox.documents.incident_check import check_incidents
from sandbox.documents.kinds import kinds_for
from sandbox.documents.level import Level
from sandbox.documents.nights import second_night
from sandbox.documents.operations import Operation, Parallel, Step
from sandbox.documents.problems import DocumentError, Problem
from sandbox.documents.proofs import Variation
from sandbox.documents.schedules import check_schedule
from sandbox.documents.slos import CountSlo, ShareSlo
from sandbox.documents.source import Trail
from sandbox.documents.units import Price, format_price
from sandbox.documents.variations import vary
from sandbox.documents.watch_check import check_watch
from sandbox.documents.words import suggestion, unknown
from sandbox.documents.zones import check_zones

MOST_FRAMES = 10_000


def check_level(level: Level) -> list[Problem]:
    """Every problem of a level, with paths inside it. Empty: it can be played."""
    try:
        catalogue = kinds_for(level)
    except DocumentError as error:
        return error.problems
    start = level.starting_design()
    return [
        *check_incidents(level, catalogue),
        *_decisions(level, catalogue),
        *unknown("kind", _entries(level.palette or (), ("palette",)), catalogue.kinds),
        *_operations(level, catalogue),
        *_traffic(level, catalogue),
        *_slos(level),
        *check_data(level),
        *_clock(level),
        *check_watch(level, catalogue),
        *_money(level, catalogue),
        *same_ids(level.nodes, ("nodes",)),
        *check_zones(catalogue, level.nodes, level.zones, ("nodes",)),
        *(
            problem
            for at, node in enumerate(level.nodes)
            for problem in (
                *check_node(catalogue, node, ("nodes", at)),
                *check_schedule(level, catalogue, node, ("nodes", at)),
            )
        ),
        *_inside(("start",), check_design(level, start)),
        *_proofs(level, start),
    ]


def _operations(level: Level, catalogue: Catalogue) -> Iterator[Problem]:
    """Names of operations that there are none of, and needs that nothing of the level can do."""
    kinds = [catalogue.kinds[name] for name in kinds_allowed(level) if name in catalogue.kinds]
    able = sorted({need for kind in kinds for need in kind.does if need not in INWARD})
    for name, operation in level.operations.items():
        here: Trail = ("operations", name)
        for steps, where in [
            (operation.needs, (*here, "needs")),
            *((way.needs, (*here, "ways", key, "needs")) for key, way in operation.ways.items()),
        ]:
            yield from _steps(steps, where, able)
    named: list[tuple[str | None, Trail]] = [(name, ("volume", name)) for name in level.volume]
    for at, stream in enumerate(level.traffic):
        named += [(name, ("traffic", at, "mix", name)) for name in stream.mix]
    named += [(slo.operation, ("slos", at, "operation")) for at, slo in enumerate(level.slos)]
    yield from unknown("operation", named, level.operations)


def _steps(
    steps: tuple[Step, ...], path: Trail, able: list[str], deferred: bool = False
) -> Iterator[Problem]:
    """Needs that nobody can do, and such as would have to wait for what is done later.

    `deferred` says that what comes before may be done later.
    """
    for at, step in enumerate(steps):
        here = (*path, at)
        if isinstance(step, Parallel):
            for number, branch in enumerate(step.parallel):
                yield from _steps(branch, (*here, "parallel", number), able, deferred)
        else:
            if step.need not in able:
                message = f"no kind of this level can do `{step.need}`"
                yield Problem(message, here, suggestion(step.need, able))
            if deferred and not step.deferrable:
                message = f"`{step.need}` comes after a need that may be done later, so it may too"
                yield Problem(message, here, "write `deferrable: true`, or put it before")
        deferred = _may_end_later(step)


def _may_end_later(step: Step) -> bool:
    if isinstance(step, Parallel):
        return any(branch[-1].deferrable for branch in step.parallel)
    return step.deferrable


def _may_be_last(operation: Operation) -> bool:
    """Whether there is a way to do it whose last need may be done later."""
    ways = [operation.needs, *(way.needs for way in operation.ways.values())]
    return any(_may_end_later(needs[-1]) for needs in ways if needs)


def _decisions(level: Level, catalogue: Catalogue) -> Iterator[Problem]:
    """Features that change operations there are none of; ways of the start that there are not."""
    kinds = [catalogue.kinds[name] for name in kinds_allowed(level) if name in catalogue.kinds]
    able = sorted({need for kind in kinds for need in kind.does if need not in INWARD})
    for name, feature in level.scope.items():
        path: Trail = ("scope", name)
        named = [(each, (*path, "adds", each)) for each in feature.adds]
        named += [(each, (*path, "needs", each)) for each in feature.needs]
        yield from unknown("operation", named, level.operations)
        for changed, steps in feature.needs.items():
            later = changed in level.operations and _may_be_last(level.operations[changed])
            yield from _steps(steps, (*path, "needs", changed), able, later)
    yield from check_ways(level, level.start.ways, ("start", "ways"))


def check_night(level: Level) -> Iterator[Problem]:
    """The problems of the second night, if there is one, with paths inside what it changes."""
    if level.night is None:
        return
    try:
        problems = check_level(second_night(level))
    except DocumentError as error:
        yield from error.problems
        return
    yield from _inside(("night", "change"), problems)


def _traffic(level: Level, catalogue: Catalogue) -> Iterator[Problem]:
    fixed = {node.id: catalogue.kinds.get(node.kind) for node in level.nodes}
    clients = [name for name, kind in fixed.items() if kind and kind.behaviour == "clients"]
    for at, stream in enumerate(level.traffic):
        path = ("traffic", at, "from")
        if stream.source not in fixed:
            message = f"there is no fixed node `{stream.source}`"
            yield Problem(message, path, suggestion(stream.source, clients))
        elif stream.source not in clients and fixed[stream.source]:
            message = f"`{stream.source}` is no clients node, so nothing starts there"
            yield Problem(message, path, suggestion(stream.source, clients))


def _slos(level: Level) -> Iterator[Problem]:
    seen: set[str] = set()
    for at, slo in enumerate(level.slos):
        if slo.id in seen:
            yield Problem(f"two SLOs are called `{slo.id}`", ("slos", at, "id"))
        seen.add(slo.id)
        if isinstance(slo, CountSlo | ShareSlo):
            yield from _counted(level, slo, ("slos", at, "of"))
        window = slo.window
        if window is None:
            continue
        if window.end is not None and window.end <= window.start:
            yield Problem("this window ends before it starts", ("slos", at, "window", "to"))
        if window.start >= level.clock.length:
            message = "this window starts when no client arrives any more"
            yield Problem(message, ("slos", at, "window", "from"))


def _counted(level: Level, slo: CountSlo | ShareSlo, path: Trail) -> Iterator[Problem]:
    known: Mapping[str, Counter | Ratio] = COUNTERS if isinstance(slo, CountSlo) else RATIOS
    if slo.of not in known:
        yield Problem(f"`{slo.of}` is not counted", path, suggestion(slo.of, known))
    elif known[slo.of].of_stock and level.stock is None:
        yield Problem(f"there is no stock, so no `{slo.of}`", path, "add `stock`")


def _clock(level: Level) -> Iterator[Problem]:
    clock = level.clock
    if clock.measure_from >= clock.length:
        yield Problem("nothing would be measured", ("clock", "measure_from"), "before `length`")
    if clock.frame is not None and clock.length / clock.frame > MOST_FRAMES:
        yield Problem(f"more than {MOST_FRAMES} frames", ("clock", "frame"), "make it longer")


def _money(level: Level, catalogue: Catalogue) -> Iterator[Problem]:
    """Prices for another period than the budget's: they could not be added up."""
    if level.budget is None:
        return
    prices: list[tuple[str, Price | None, Trail]] = [("", level.care, ("care",))]
    for name, winner in level.proofs.winners.items() if level.proofs else ():
        prices.append(("", winner.par, ("proofs", "winners", name, "par")))
    for name in kinds_allowed(level):
        if name in catalogue.kinds:
            size, first = next(iter(catalogue.kinds[name].sizes.items()))
            prices.append((f" of `{name}` {size}", first.price, _where_used(level, name)))
    period = level.budget[1]
    for whose, price, path in prices:
        if price is not None and price[0] > 0 and price[1] != period:
            message = f"the price{whose} is {format_price(price)}, but the budget is for a {period}"
            yield Problem(message, path, f"a price per {period} is expected")


def _where_used(level: Level, kind: str) -> Trail:
    if kind in level.kinds:
        return ("kinds", kind)
    if level.palette and kind in level.palette:
        return ("palette", level.palette.index(kind))
    for path, nodes in ((("nodes",), level.nodes), (("start", "nodes"), level.start.nodes)):
        for at, node in enumerate(nodes):
            if node.kind == kind:
                return (*path, at, "kind")
    return ()


def _proofs(level: Level, start: Design) -> Iterator[Problem]:
    proofs = level.proofs
    if proofs is None:
        return
    path: Trail = ("proofs",)
    if len(proofs.winners) < 2 and level.charges is None:
        yield Problem("a level has at least two winners", (*path, "winners"))
    _, problems = _varied(level, start, proofs.naive, (*path, "naive"))
    yield from problems
    for name, loser in proofs.losers.items():
        yield from _varied(level, start, loser, (*path, "losers", name))[1]
    for name, winner in proofs.winners.items():
        here = (*path, "winners", name)
        design, problems = _varied(level, start, winner, here)
        yield from problems
        if design is not None:
            yield from _varied(level, design, winner.ablation, (*here, "ablation"))[1]
    if proofs.bigger is not None:
        here = (*path, "bigger", "counts")
        names = [(name, (*here, name)) for name in proofs.bigger.counts]
        yield from unknown("node", names, [node.id for node in start.nodes])
        sizes = proofs.bigger.sizes
        yield from unknown(
            "node",
            [(name, (*path, "bigger", "sizes", name)) for name in sizes],
            [node.id for node in start.nodes],
        )
        catalogue = kinds_for(level)
        for node in start.nodes:
            known = catalogue.kinds[node.kind].sizes if node.kind in catalogue.kinds else {}
            where = (*path, "bigger", "sizes", node.id)
            named = [(size, (*where, at)) for at, size in enumerate(sizes.get(node.id, ()))]
            yield from unknown("size", named, known)
        for name, (least, most) in proofs.bigger.counts.items():
            if not 1 <= least <= most:
                yield Problem("counts go from at least 1 upwards", (*here, name), "[1, 8]")


def _varied(
    level: Level, base: Design, variation: Variation, path: Trail
) -> tuple[Design | None, list[Problem]]:
    """The varied design, or None if there is none, and what is wrong with the variation."""
    loses = getattr(variation, "loses", None)
    problems = [*unknown("SLO", [(loses, (*path, "loses"))], [slo.id for slo in level.slos])]
    try:
        design = vary(base, variation)
    except DocumentError as error:
        return None, [*problems, *_inside(path, error.problems)]
    for problem in check_design(level, design):
        where = _place(problem.path, variation, design)
        problems.append(Problem(problem.message, (*path, *where), problem.hint))
    return design, problems


def _place(path: Trail, variation: Variation, design: Design) -> Trail:
    """The place inside the variation that a place inside the varied design comes from."""
    if len(path) > 1 and path[0] == "nodes":
        node = design.nodes[int(path[1])].id
        if node in variation.set:
            return ("set", node, *path[2:])
    given = path and getattr(variation, str(path[0]), None) is not None
    return path if given else ()


def _inside(prefix: Trail, problems: Iterable[Problem]) -> Iterator[Problem]:
    for problem in problems:
        yield Problem(problem.message, (*prefix, *problem.path), problem.hint)


def _entries(names: Iterable[str], path: Trail) -> Iterator[tuple[str, Trail]]:
    for at, name in enumerate(names):
        yield name, (*path, at)
