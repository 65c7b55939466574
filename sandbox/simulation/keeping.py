"""What a cache keeps, and what changes it: known from the plan, before anything happens."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.simulation.effects import WRITES
from sandbox.simulation.effects.permissions import CHANGING as REVOKING
from sandbox.simulation.effects.values import LOOKS
from sandbox.simulation.plan import Plan, Step
from sandbox.simulation.requests import END

PERMIT = "permit"
"""The need whose result a `revoke` or a `grant` changes."""

READ, WRITE = "read", "write"
"""The need whose result a write changes, and the plainest of those that do."""

ANSWER = "answer"
"""What a kind does that keeps whole answers: it spares the servers all work on them."""

SESSION = "session"
"""The need to know who is asking. Whoever does it besides the cache is where people log in."""

LOOKING = frozenset({*LOOKS, PERMIT, SESSION, "compute"})
"""Needs that can be done once more, or not at all, and nothing is another than it was."""

KEY_SPACE = 1 << 40
"""What a cache keeps of each need has keys of its own, this far apart."""


@dataclass
class Kept:
    """Steps by what a cache has to do with them."""

    covers: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Those whose result it keeps: the step after each, and where its keys begin."""
    reads: set[int] = field(default_factory=set)
    """Those of them whose result a write renews."""
    answers: set[int] = field(default_factory=set)
    """Those of them that begin an operation of which the whole answer is kept."""
    sessions: set[int] = field(default_factory=set)
    """Those of them that find out who is logged in."""
    renewable: set[int] = field(default_factory=set)
    """Those of them after which nothing is changed."""
    changes: set[int] = field(default_factory=set)
    """Those that change what it keeps."""
    writes: dict[int, int] = field(default_factory=dict)
    """Those of them after which nothing else is changed, and the step after each."""
    permits: set[int] = field(default_factory=set)
    """Those of them that ask for a permission."""
    permissions: int | None = None
    """Where the keys of permissions begin, if they are kept."""
    about: list[int] = field(default_factory=list)
    """Where the keys begin that a write makes untrue; the first ones are those of reads."""


def kept_by(plan: Plan, does: tuple[str, ...]) -> Kept:
    """What a cache keeps whose kind does these needs."""
    kept = Kept()
    needs = sorted(
        (need for need in does if need != ANSWER), key=lambda need: (need != READ, need == SESSION)
    )  # a write is about the first ones
    begins = {need: at * KEY_SPACE for at, need in enumerate(needs)}
    kept.permissions = begins.get(PERMIT)
    if needs and needs[0] != SESSION:
        kept.about.append(0)
    kept.about += [begins[need] for need in needs[1:] if need in LOOKS]
    for step in plan.steps:
        if step.need in begins:
            kept.covers[step.index] = (step.after, begins[step.need])
            if step.need == READ:
                kept.reads.add(step.index)
            if step.need == SESSION:
                kept.sessions.add(step.index)
            if step.need == PERMIT:
                kept.permits.add(step.index)
        elif step.need in REVOKING and PERMIT in begins:
            kept.changes.add(step.index)
        elif step.need in WRITES:
            kept.changes.add(step.index)
            if step.need == WRITE and _only_looks(_from(plan, step.after)):
                kept.writes[step.index] = step.after
    if ANSWER in does:
        _whole_answers(plan, kept, len(needs))
    kept.renewable = {
        index for index in kept.covers if index in kept.answers or _only_looks(_from(plan, index))
    }
    return kept


def _whole_answers(plan: Plan, kept: Kept, free: int) -> None:
    """Operations that only read, and work on what they have read, are answered from memory."""
    for at, (operation, usual) in enumerate(plan.first.items()):
        begins = (free + at) * KEY_SPACE
        for first in dict.fromkeys((usual, plan.spared.get(operation, usual))):
            steps = _from(plan, first)
            if any(step.need in LOOKS for step in steps) and all(_is_work(plan, s) for s in steps):
                kept.covers[first] = (END, begins)
                kept.answers.add(first)
                kept.reads.discard(first)
        kept.about.append(begins)


def _from(plan: Plan, step: int) -> list[Step]:
    """A step and those that come after it."""
    steps = []
    while step != END:
        steps.append(plan.steps[step])
        step = plan.steps[step].after
    return steps


def _only_looks(steps: list[Step]) -> bool:
    return all(step.need in LOOKING for step in steps)


def _is_work(plan: Plan, step: Step) -> bool:
    """Whether a step is a read, or nothing but work at a server.

    What may be seen by one only is nobody else's answer, so `permit` and `session` are not.
    """
    if step.need in LOOKS:
        return True
    doers = plan.done.get(step.index, ())
    return (
        not step.deferrable
        and bool(doers)
        and all(plan.kind(doer).behaviour == "compute" for doer in doers)
        and step.need not in (PERMIT, SESSION)
    )
