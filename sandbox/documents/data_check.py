"""What is wrong with what a level says of its data: what nobody would count, or count wrongly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sandbox.documents.counters import COUNTERS, MOVING, RATIOS, REVOKING, SAVING, Counter, Ratio
from sandbox.documents.level import Level
from sandbox.documents.operations import Items, Operation
from sandbox.documents.problems import Problem
from sandbox.documents.slos import CountSlo, ShareSlo
from sandbox.documents.source import Trail

OF_TWO_ACCOUNTS = ("balance", *MOVING)


def check_data(level: Level) -> Iterator[Problem]:
    """Every such problem, with paths inside the level."""
    for name, operation in level.operations.items():
        items = operation.items
        if operation.needs_any(OF_TWO_ACCOUNTS) and (items is None or items.count < 2):
            message = "money moves from one account to another, so there are at least two"
            yield Problem(message, ("operations", name, "items"), "{of: account, count: 1000}")
        if operation.grace and not operation.needs_any(REVOKING):
            message = f"`{name}` withdraws nothing, so nobody could go on for a while"
            yield Problem(message, ("operations", name, "grace"), "take it out")
        yield from _kept_back(level, name, operation)
    yield from _users(level)
    for at, slo in enumerate(level.slos):
        if isinstance(slo, CountSlo | ShareSlo):
            yield from _counted(level, slo, ("slos", at, "of"))


def _kept_back(level: Level, name: str, operation: Operation) -> Iterator[Problem]:
    """Clients that keep back what nobody would miss, or of whom nobody knows who they are."""
    path: Trail = ("operations", name)
    held = [path] if operation.every else []
    held += [(*path, "ways", key) for key, way in operation.ways.items() if way.every]
    known = any(stream.users for stream in level.traffic if name in stream.mix)
    for each in held:
        if not operation.needs_any((*SAVING, "write")):
            yield Problem(f"`{name}` saves nothing that could be kept back", (*each, "every"))
        elif not known:
            message = "nobody knows who asks, so nobody does anything again"
            yield Problem(message, (*each, "every"), "add `users` to the traffic")
        if operation.sampled() > 1:
            yield Problem("what is sampled is not kept back as well", (*each, "every"))
    if operation.safe is not None and not operation.needs_any((*SAVING, "write")):
        yield Problem(f"`{name}` saves nothing that could be safe", (*path, "safe"))


def _users(level: Level) -> Iterator[Problem]:
    """The same users are as many everywhere, and as often there."""
    known: dict[str, Items] = {}
    said: list[tuple[Items | None, Trail]] = [
        (stream.users, ("traffic", at, "users")) for at, stream in enumerate(level.traffic)
    ]
    names = {users.of for users, _ in said if users is not None}
    said += [
        (operation.items, ("operations", name, "items"))
        for name, operation in level.operations.items()
        if operation.items is not None and operation.items.of in names
    ]
    for items, path in said:
        if items is None:
            continue
        first = known.setdefault(items.of, items)
        if (first.count, first.skew) != (items.count, items.skew):
            message = (
                f"there are {first.count} `{items.of}` with a skew of {first.skew:g} elsewhere"
            )
            yield Problem(message, path, "say the same of them everywhere")


def _counted(level: Level, slo: CountSlo | ShareSlo, path: Trail) -> Iterator[Problem]:
    """Counters of what no operation does."""
    known: Mapping[str, Counter | Ratio] = COUNTERS if isinstance(slo, CountSlo) else RATIOS
    counter = known.get(slo.of)
    operations = level.operations.values()
    if counter is None:
        return
    needs = [*counter.needs]
    added = [
        step.need
        for feature in level.scope.values()
        for steps in feature.needs.values()
        for step in steps
        if hasattr(step, "need")
    ]
    done = any(each.needs_any(counter.needs) for each in operations) or set(added) & set(needs)
    if needs and not done:
        words = " or ".join(f"`{need}`" for need in needs)
        yield Problem(f"nothing here needs {words}, so there is no `{slo.of}`", path)
    if counter.owes and not any(counter.owes in each.owes for each in operations):
        message = f"no operation owes a `{counter.owes}`, so there is no `{slo.of}`"
        yield Problem(message, path, f"add `owes: [{counter.owes}]` to one")
    if slo.of == "stale-own-reads" and not any(stream.users for stream in level.traffic):
        message = "nobody knows who asks, so no read is of what its reader has written"
        yield Problem(message, path, "add `users` to the traffic")
    if slo.of == "unsaved" and all(each.safe is None for each in operations):
        yield Problem("nothing here has to be saved soon", path, "add `safe: 5 s` to an operation")
    if slo.of == "plaintext-hops" and not any(each.secret for each in operations):
        yield Problem("no operation is secret", path, "add `secret: true` to one")
