"""The recording of a run: frames, a sample of whole journeys, and how both are written.

Playing a trace back needs no simulator. A trace is JSON lines in this order: one header, then
frames as they are measured, then journeys.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

TRACE_FORMAT = 2


class OperationFrame(NamedTuple):
    """What became of one operation's requests during a frame (counts; latencies in seconds).

    `good` .. `abandoned` are counted when they are decided, `in_flight` stands at the end of
    the frame; `p50` and `p95` are over what was completed in this frame, None without any.
    """

    arrivals: int = 0
    good: int = 0
    late: int = 0
    rejected: int = 0
    failed: int = 0
    abandoned: int = 0
    in_flight: int = 0
    p50: float | None = None
    p95: float | None = None

    @property
    def lost(self) -> int:
        """Requests rejected, failed or abandoned."""
        return self.rejected + self.failed + self.abandoned


class NodeFrame(NamedTuple):
    """What one node did during a frame.

    `served` counts work finished, `rejected` requests turned away here, `failed` those that ended
    because somebody further on refused, or because it died; `queue` (waiting) and `inside` (being
    worked on) stand at the end of the frame; `utilisation` is the busy share of all its servers,
    0 to 1; `wait` the mean wait in seconds of those whose work began, or None. `gauge` is what
    its behaviour shows besides (see `gauge` there), `down` whether it is dead, `off` whether it is
    out of service: not started, stopped, or about to restart.
    """

    arrivals: int = 0
    served: int = 0
    rejected: int = 0
    queue: int = 0
    inside: int = 0
    utilisation: float = 0.0
    wait: float | None = None
    failed: int = 0
    gauge: float | None = None
    down: bool = False
    off: bool = False


What = Literal[
    "died", "back", "slow", "fast", "started", "stopped", "no-launches", "launches", "deploy",
    "deployed", "undone", "left-out", "taken-in", "quota", "no-quota", "errors", "no-errors",
    "replies", "no-replies", "poison", "shared-anew", "stuck", "spike", "cut", "healed",
    "took-over", "deleted", "restored", "called", "calm", "flush", "hot", "cool", "bots", "job",
    "job-over", "",
]  # fmt: skip

STRUCK: tuple[What, ...] = (
    "died", "cut", "deleted", "slow", "deploy", "no-launches", "quota", "errors", "replies",
    "poison", "spike", "flush", "hot", "bots", "job",
)  # fmt: skip
"""What strikes from outside; all else follows from it."""


class Happening(NamedTuple):
    """Something that happened to a node (its index; -1: to none), in words, never a fix.

    `what` it was: an instance died or came back, became slow or fast again, was started or stopped,
    could not be started, or could again, a new version came, was everywhere or was taken back, a
    router left it out or took it in again, an external got or lost a quota, began or ceased to fail
    or to lose its replies, messages came that nobody can work on, consumers shared partitions anew
    or got stuck, clients came in a spike, an observer called somebody, or saw that all was well
    again, a job began or was over.
    """

    time: float
    node: int
    says: str
    what: What = ""


class Frame(NamedTuple):
    """One slice of a run, ending at `time` (seconds since the start).

    `nodes` and `links` follow the order of the header; a link's number is how many requests
    set out on it. `happenings` are what struck, or was noticed, in it; `ledger` the counts that
    the header names, as they stand at its end.
    """

    time: float
    operations: tuple[OperationFrame, ...]
    nodes: tuple[NodeFrame, ...]
    links: tuple[int, ...]
    happenings: tuple[Happening, ...] = ()
    ledger: tuple[int, ...] = ()


class Visit(NamedTuple):
    """One stay of a request at a node: came, was begun, was done (seconds since the start)."""

    node: int
    """Index into the header's nodes."""
    arrived: float
    began: float
    ended: float


@dataclass(slots=True)
class Journey:
    """A whole request: when it came, where it was, and how it ended.

    `outcome` is good, late, rejected, failed, abandoned or in-flight; `charged` the id of the
    node that a loss or lateness is charged to, and `why` the reason in words.
    """

    stream: int
    number: int
    operation: str
    start: float
    end: float | None = None
    outcome: str = "in-flight"
    charged: str = ""
    why: str = ""
    visits: list[Visit] = field(default_factory=list)


class Header(NamedTuple):
    """What a trace is of. `frame` and `length` (of arrivals) are in seconds."""

    format: int
    level: str
    seed: int
    frame: float
    length: float
    end: float
    """When the run is over, as far as it is known beforehand (0: when everything is done)."""
    operations: tuple[str, ...]
    nodes: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    ledger: tuple[str, ...] = ()
    """What of the ledger every frame tells."""


@dataclass(slots=True)
class Trace:
    """A recording, complete or still growing."""

    header: Header
    frames: list[Frame] = field(default_factory=list)
    journeys: list[Journey] = field(default_factory=list)


def frame_to_json(frame: Frame) -> list[Any]:
    """Write a frame as nested lists (NamedTuples are written as JSON arrays)."""
    return list(frame)


def frame_from_json(data: list[Any]) -> Frame:
    """Read what `frame_to_json` wrote and JSON carried."""
    time, operations, nodes, links, happenings, ledger = data
    return Frame(
        time,
        tuple(OperationFrame(*row) for row in operations),
        tuple(NodeFrame(*row) for row in nodes),
        tuple(links),
        tuple(Happening(*each) for each in happenings),
        tuple(ledger),
    )


def journey_to_json(journey: Journey) -> list[Any]:
    """Write a journey as a list, in the order of its fields."""
    return [
        journey.stream,
        journey.number,
        journey.operation,
        journey.start,
        journey.end,
        journey.outcome,
        journey.charged,
        journey.why,
        journey.visits,
    ]


def journey_from_json(data: list[Any]) -> Journey:
    """Read what `journey_to_json` wrote and JSON carried."""
    stream, number, operation, start, end, outcome, charged, why, visits = data
    stays = [Visit(*visit) for visit in visits]
    return Journey(stream, number, operation, start, end, outcome, charged, why, stays)


def header_from_json(data: list[Any]) -> Header:
    """Read a header that JSON carried."""
    version, level, seed, frame, length, end, operations, nodes, links, ledger = data
    ends = tuple((source, target) for source, target in links)
    names = tuple(operations), tuple(nodes), ends, tuple(ledger)
    return Header(version, level, seed, frame, length, end, *names)
