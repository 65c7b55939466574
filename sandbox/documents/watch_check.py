"""What is wrong with what a level says of those who watch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sandbox.documents.catalogue import Catalogue
from sandbox.documents.level import Level
from sandbox.documents.problems import Problem
from sandbox.documents.slos import SeenSlo
from sandbox.documents.source import Trail
from sandbox.documents.watching import Watch
from sandbox.documents.words import suggestion

_PATH: Trail = ("watch",)


def check_watch(level: Level, catalogue: Catalogue) -> Iterator[Problem]:
    """Those who watch what there is not, or what is not one thing; and who never come to an end."""
    watch = level.watch
    if watch is None:
        for at, slo in enumerate(level.slos):
            if isinstance(slo, SeenSlo):
                yield Problem("nobody watches anything here", ("slos", at, "metric"), "add `watch`")
        return
    clients = [
        node.id
        for node in level.nodes
        if node.kind in catalogue.kinds and catalogue.kinds[node.kind].behaviour == "clients"
    ]
    yield from _known("clients node", watch.by, "by", clients)
    yield from _known("operation", watch.changes, "changes", level.operations)
    yield from _known("operation", watch.looks, "looks", level.operations)
    yield from _one_thing(level, watch)
    endless = [name for name, each in level.operations.items() if each.deadline is None]
    if level.clock.drain is None and endless:
        message = "those who watch never stop, so the run has to"
        yield Problem(message, _PATH, f"give the clock a `drain`, or `{endless[0]}` a deadline")


def _one_thing(level: Level, watch: Watch) -> Iterator[Problem]:
    for name, need, where in ((watch.changes, "write", "changes"), (watch.looks, "read", "looks")):
        operation = level.operations.get(name)
        if operation is None:
            continue
        if not operation.needs_any((need,)):
            yield Problem(f"`{name}` does not `{need}` anything", (*_PATH, where))
        if operation.items is not None and operation.items.count > 1:
            yield Problem(f"`{name}` is about more than one thing", (*_PATH, where), "count: 1")


def _known(what: str, name: str, where: str, known: Iterable[str]) -> Iterator[Problem]:
    words = list(known)
    if name not in words:
        yield Problem(f"there is no {what} `{name}`", (*_PATH, where), suggestion(name, words))
