"""Boards of whatever the catalogue has, on a level that asks for whatever it can do."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sandbox.documents.catalogue import INWARD, UNBOUNDED, Setting
from sandbox.documents.incidents import INCIDENTS, OF_JOBS
from sandbox.documents.library import catalogue
from sandbox.documents.settings import read_setting, setting_specs

CATALOGUE = catalogue()
KINDS = sorted(
    name
    for name, kind in CATALOGUE.kinds.items()
    if kind.behaviour != "clients" and CATALOGUE.behaviours[kind.behaviour].takes != "hand-offs"
)
"""What is called over a network; people and machines have a test of their own."""
FRONTS = [name for name in KINDS if CATALOGUE.behaves(name).passes_on]
SERVERS = [name for name in KINDS if CATALOGUE.kinds[name].behaviour in ("compute", "function")]
BEHIND = [name for name in KINDS if name not in {*FRONTS, *SERVERS}]
FEEDERS = {
    "replica": ("store", "primary"),
    "backup": ("store", "primary"),
    "dead-letters": ("queue", "log"),
}
"""Behaviours that are wired to somebody else than a server, and to whom."""
NEEDS = sorted({need for name in KINDS for need in CATALOGUE.kinds[name].does} - {*INWARD})
LENGTH = 2.0
"""Seconds in which clients arrive."""
ZONES = ("here", "there")


def numbers(least: float, most: float) -> st.SearchStrategy[float]:
    """Numbers of a few digits, so that things happen at the same moment now and then."""
    return st.sampled_from([round(least + (most - least) * part, 3) for part in (0, 0.1, 0.5, 1)])


def value(spec: Setting) -> st.SearchStrategy[Any]:
    """A setting within its bounds, as it is written."""
    plain = spec.model_copy(update={"least": None, "most": None})
    least, most = (_number(plain, bound) for bound in (spec.least, spec.most))
    match spec.type:
        case "choice":
            return st.sampled_from(spec.choices)
        case "flag":
            return st.booleans()
        case "count":
            return st.integers(int(least), int(min(most, least + 5)))
        case "limit":
            return st.integers(int(least), int(least) + 5) | st.just(UNBOUNDED)
        case "duration":
            return numbers(least, min(most, max(least, LENGTH))).map(lambda s: f"{s:g} s")
        case "rate":
            return numbers(least, min(most, max(least, 50.0))).map(lambda rate: f"{rate:g}/s")
        case "share":
            return numbers(least, most).map(lambda share: f"{share * 100:g}%")
        case _:
            return numbers(least, most)


def _number(spec: Setting, bound: Any) -> float:
    read = read_setting(spec, bound) if bound is not None else 0
    assert isinstance(read, int | float)
    return float(read)


def askers(kind: str, placed: dict[str, str]) -> list[str]:
    """Those among the nodes that are placed (with their kinds) who may have use for a kind."""
    behaves = {node: CATALOGUE.kinds[each].behaviour for node, each in placed.items()}
    wanted = FEEDERS.get(CATALOGUE.kinds[kind].behaviour)
    if wanted is not None:
        return [node for node, behaviour in behaves.items() if behaviour in wanted]
    if kind in BEHIND:
        return [node for node, each in placed.items() if each in SERVERS]
    return [
        node for node, each in placed.items() if each in FRONTS or CATALOGUE.behaves(each).defers
    ]


@st.composite
def nodes(draw: st.DrawFn, name: str, kinds: list[str] = KINDS) -> dict[str, Any]:
    """A node of one of these kinds, with some of its settings."""
    kind_name = draw(st.sampled_from(kinds))
    kind, specs = CATALOGUE.kinds[kind_name], setting_specs(CATALOGUE, kind_name)
    open_to = sorted(each for each, spec in specs.items() if not spec.is_fixed)
    chosen = draw(st.lists(st.sampled_from(open_to), max_size=3, unique=True)) if open_to else []
    node: dict[str, Any] = {
        "id": name,
        "kind": kind_name,
        "size": draw(st.sampled_from(list(kind.sizes))),
        "count": draw(st.integers(1, min(kind.count_most, 3))),
        "settings": {each: draw(value(specs[each])) for each in chosen},
    }
    if "zone" in CATALOGUE.behaves(kind_name).suffers and draw(st.booleans()):
        node["zones"] = draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True))
    return node


LINKS = st.fixed_dictionaries(
    {},
    optional={
        "latency": st.sampled_from(["10 ms", "exponential 50 ms"]),
        "timeout": st.sampled_from(["50 ms", "500 ms", "4 s"]),
        "retries": st.integers(1, 2),
        "budget": st.sampled_from(["10%", "100%"]),
        "bulkhead": st.integers(1, 3),
        "breaker": st.just({"rests": "500 ms", "among": 4}),
        "encrypted": st.booleans(),
    },
)


def operations(kinds: list[str]) -> st.SearchStrategy[list[list[str]]]:
    """Operations that need what these kinds do, and now and then what nobody does."""
    done = sorted({need for kind in kinds for need in CATALOGUE.kinds[kind].does} - {*INWARD})
    need = st.sampled_from(done or NEEDS)
    first = st.sampled_from([["compute"], []])
    some = st.builds(list.__add__, first, st.lists(need, min_size=1, max_size=3))
    stray = st.lists(st.sampled_from(NEEDS), min_size=1, max_size=2)
    return st.builds(
        list.__add__, st.lists(some, min_size=1, max_size=3), st.lists(stray, max_size=1)
    )


def level(operations: list[list[str]], incidents: list[dict[str, Any]]) -> dict[str, Any]:
    """A level that asks for these needs; the last of an operation may be done later."""
    named = {
        f"do-{at}" if at else "job": {
            "title": "something",
            "needs": [*needs[:-1], {"need": needs[-1], "deferrable": len(needs) > 1}],
            "items": {"of": "thing", "count": 3},
            "deadline": "3 s",
        }
        for at, needs in enumerate(operations)
    }
    return {
        "id": "anything",
        "title": "Anything",
        "brief": "Whatever.",
        "clock": {"length": f"{LENGTH:g} s", "frame": "500 ms"},
        "operations": named,
        "traffic": [
            {
                "from": "web",
                "rate": "15/s",
                "mix": dict.fromkeys(named, 1),
                "patience": "4 s",
                "retry": {"times": 1, "after": "200 ms"},
            }
        ],
        "stock": 5,
        "zones": {zone: {"title": zone} for zone in ZONES},
        "palette": KINDS,
        "nodes": [{"id": "web", "kind": "web"}],
        "incidents": incidents,
    }


STRUCK: dict[str, dict[str, Any]] = {
    "kill": {},
    "slow": {"times": 5},
    "deploy": {"errors": "20%"},
    "quota": {"rate": "2/s"},
    "errors": {"share": "50%"},
    "replies": {"share": "50%"},
    "poison": {"messages": 2, "takes": "100 ms"},
    "delete": {"megabytes": 5},
    "flush": {},
    "launches": {},
}
"""What can happen to a kind, with all that it says besides."""
ELSEWHERE: dict[str, dict[str, Any]] = {
    "spike": {"from": "web", "requests": 10, "operation": "job"},
    "zone": {"zone": "there"},
    "partition": {"zone": "here", "from": ["there"]},
    "hot": {"operation": "job", "share": "80%"},
    "bots": {"from": "web", "share": "50%"},
}
"""What happens to something else."""


def strikes(name: str, kinds: list[str]) -> list[dict[str, Any]]:
    """All ways in which an incident can strike what is placed."""
    if name in ELSEWHERE:
        return [{name: ELSEWHERE[name]}]
    able = [kind for kind in kinds if name in CATALOGUE.behaves(kind).suffers]
    if name == "bulk":
        jobs = [
            (kind, need)
            for kind in sorted(set(able))
            for need in CATALOGUE.kinds[kind].does
            if need in OF_JOBS
        ]
        return [{name: {"kind": kind, "need": need, "rate": "20/s"}} for kind, need in jobs]
    return [{name: {"kind": kind, **STRUCK[name]}} for kind in sorted(set(able))]


@st.composite
def incidents(draw: st.DrawFn, name: str, kinds: list[str]) -> dict[str, Any] | None:
    """Something that happens while clients arrive; None where nothing of the sort can."""
    what = draw(st.sampled_from(INCIDENTS))
    known = strikes(what, kinds)
    if not known:
        return None
    said = {"id": name, "says": "something happened", **draw(st.sampled_from(known))}
    said["at"] = draw(st.sampled_from(["0 s", "500 ms", "1.25 s"]))
    if draw(st.booleans()):
        said["for"] = draw(st.sampled_from(["100 ms", "750 ms"]))
    return said
