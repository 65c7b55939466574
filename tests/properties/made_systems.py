"""Random systems of servers, caches, stores, queues and externals, with whatever strikes them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from sandbox.documents.library import load_design_text, load_level_text
from tests.properties.made_networks import MadeNetwork, limits

TIMES = st.sampled_from(
    ["0 s", "100 ms", "250 ms", "500 ms", "exponential 100 ms", "exponential 300 ms"]
)
"""Round on purpose: things then happen at the same moment, and ties must not matter."""

POLICIES = ["round-robin", "random", "least-connections", "two-choices", "hash", "sticky"]
BREAKER = {"opens_at": "50%", "among": 4, "rests": "1 s"}
STORES = ("read", "write", "check", "take", "decrement", "begin", "commit")
LATER = {"need": "charge", "deferrable": True}
OPERATIONS: dict[str, list[Any]] = {
    "view": ["compute", "read"],
    "edit": ["compute", "write"],
    "change": ["compute", "read", "write"],
    "safely": ["compute", "begin", "read", "write", "commit"],
    "naive": ["compute", "check", "charge", "decrement"],
    "strict": ["compute", "take", "charge"],
    "locked": ["compute", "begin", "take", "charge", "commit"],
    "later": ["compute", "take", LATER],
    "apart": ["compute", {"parallel": ["read", "charge"]}],
    "torn": ["compute", {"parallel": [["begin", "take"], ["charge"]]}, "commit"],
}
"""What code does with data and money, the wise and the foolish."""


OPEN = {
    "at-once": {"most": 10},
    "deploy": {"choices": ["bang", "rolling"]},
    "batch": {"least": "1%", "most": "100%"},
    "drain": {"least": "0 s"},
    "watch": {"least": "0 s"},
    "restart": {"least": "0 s"},
}
"""Settings of servers that are only opened by a level that is about them."""


@dataclass
class _Parts:
    """A system while it is being drawn up."""

    draw: st.DrawFn
    kinds: dict[str, Any] = field(default_factory=dict)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    mortal: list[str] = field(default_factory=list)
    """Kinds of which one may die."""
    keepers: list[str] = field(default_factory=list)
    """Kinds that take messages in."""

    def maybe(self) -> bool:
        return self.draw(st.booleans())

    def add(self, behaviour: str, name: str, kind: dict[str, Any], **node: Any) -> str:
        """Add a node with a kind of its own."""
        size = {"price": "$1/month", **kind.pop("size", {})}
        sizes = {"one": size}
        self.kinds[f"a-{name}"] = {"behaviour": behaviour, "sizes": sizes, **kind}
        self.nodes.append({"id": name, "kind": f"a-{name}", **node})
        if behaviour in ("compute", "store", "replica", "cache", "external"):
            self.mortal.append(f"a-{name}")
        if behaviour in ("queue", "log"):
            self.keepers.append(f"a-{name}")
        return name

    def link(self, source: str, target: str, plain: bool = False) -> None:
        """Link two nodes, by a wire that may be slow, given up, and tried again."""
        said: dict[str, Any] = {"from": source, "to": target}
        if not plain and self.maybe():
            said["latency"] = self.draw(st.sampled_from(["50 ms", "exponential 50 ms"]))
        if not plain and self.maybe():
            said["timeout"] = self.draw(st.sampled_from(["100 ms", "250 ms", "1 s", "4 s"]))
        if not plain and self.maybe():
            said["retries"] = self.draw(st.integers(1, 2))
            said["backoff"] = self.draw(st.sampled_from(["50 ms", "500 ms"]))
            said |= self.draw(st.sampled_from([{}, {"jitter": False}, {"budget": "20%"}]))
        if not plain and source != "queue" and self.maybe():
            said |= self.draw(st.sampled_from([{"bulkhead": 2}, {"breaker": BREAKER}]))
        self.links.append(said)

    def does(self, *needs: str, **more: Any) -> dict[str, Any]:
        return {need: {"time": self.draw(TIMES), **more} for need in needs}

    def server(self) -> dict[str, Any]:
        """What bounds a server: processors, and perhaps slots."""
        size: dict[str, Any] = {"vcpu": self.draw(st.integers(1, 3))}
        if self.maybe():
            size["slots"] = self.draw(st.integers(1, 4))
        return size

    def code(self, **kind: Any) -> dict[str, Any]:
        """A kind of server, which may be slow at first, and may have little memory."""
        size = self.server()
        kind = {**kind, "size": size, "settings": OPEN}
        if self.maybe():
            kind["warming"] = {"for": "1 s", "times": 3}
        if self.maybe():
            kind["request_memory"], size["memory"] = "1 GB", "2 GB"
        return kind

    def running(self) -> dict[str, Any]:
        """How a server is set."""
        return {
            **self.line(),
            "give-back": self.maybe(),
            "at-once": self.draw(st.sampled_from([0, 0, 2])),
            "deploy": self.draw(st.sampled_from(["bang", "rolling"])),
            "batch": self.draw(st.sampled_from(["1%", "50%"])),
            "drain": self.draw(st.sampled_from(["0 s", "1 s"])),
            "watch": self.draw(st.sampled_from(["0 s", "1 s"])),
            "restart": self.draw(st.sampled_from(["0 s", "500 ms"])),
        }

    def line(self) -> dict[str, Any]:
        return {
            "queue": self.draw(limits),
            "discipline": self.draw(st.sampled_from(["fifo", "fifo", "sharing"])),
        }


def _front(parts: _Parts) -> str:
    """Whatever stands between the clients and the app; the node that the app is wired to."""
    before = "people"
    if parts.maybe():
        settings = {
            "admits": parts.draw(st.sampled_from(["2/s", "5/s", "20/s"])),
            "burst": parts.draw(st.integers(1, 3)),
            "beyond": parts.draw(st.sampled_from(["wait", "refuse"])),
            "queue": parts.draw(limits),
        }
        parts.link(before, parts.add("gate", "gate", {}, settings=settings), plain=True)
        before = "gate"
    if parts.maybe():
        settings = {
            "policy": parts.draw(st.sampled_from(POLICIES)),
            "connections": parts.draw(st.sampled_from([0, 0, 3])),
            "check-every": parts.draw(st.sampled_from(["0 s", "500 ms", "2 s"])),
            "checks": parts.draw(st.integers(1, 2)),
            "check-timeout": "250 ms",
            "retries": parts.draw(st.integers(0, 2)),
        }
        parts.link(before, parts.add("router", "router", {}, settings=settings))
        before = "router"
    return before


def _data(parts: _Parts) -> None:
    """A store, and perhaps copies of it, beside the way or in it."""
    kind = {"does": parts.does(*STORES), "size": parts.server()}
    parts.add("store", "db", kind, settings=parts.line())
    in_the_way = parts.maybe()
    if parts.maybe():
        settings = {
            "on-write": parts.draw(st.sampled_from(["delete", "update", "keep"])),
            "ttl": parts.draw(st.sampled_from(["0 s", "1 s"])),
            "eviction": parts.draw(st.sampled_from(["LRU", "FIFO"])),
        }
        size = {"keys": parts.draw(st.integers(1, 3))}
        kind = {"does": parts.does("read", rank=0), "size": size}
        parts.link("app", parts.add("cache", "mem", kind, settings=settings))
        if in_the_way:
            parts.link("mem", "db")
    if not (in_the_way and any(node["id"] == "mem" for node in parts.nodes)):
        parts.link("app", "db")
    if parts.maybe():
        does = {**parts.does("read", rank=1), **parts.does("apply")}
        kind = {"does": does, "size": parts.server()}
        settings = {**parts.line(), "lag": parts.draw(st.sampled_from(["0 s", "500 ms"]))}
        parts.add("replica", "copy", kind, settings=settings)
        parts.link("app", "copy")
        parts.link("db", "copy", plain=True)


def _money(parts: _Parts, replies: bool) -> None:
    """A payment provider, asked at once or by workers behind a queue."""
    shares = st.sampled_from(["0%", "0%", "30%"])
    settings = {
        "errors": parts.draw(shares),
        "declines": parts.draw(shares),
        "lost-replies": "0%" if replies else parts.draw(shares),
        "idempotency": parts.maybe(),
    }
    size = {"quota": parts.draw(st.sampled_from(["2/s", "50/s"]))}
    kind = {"does": parts.does("charge"), "size": size}
    parts.add("external", "pay", kind, settings=settings)
    if not parts.maybe():
        parts.link("app", "pay")
        return
    _messages(parts, replies)
    if parts.maybe():
        parts.link("queue", parts.add("dead-letters", "dead", {}), plain=True)
    count, kind, worker = parts.draw(st.integers(1, 2)), parts.code(), parts.running()
    parts.link("queue", parts.add("compute", "work", kind, count=count, settings=worker))
    parts.link("work", "pay")
    parts.link("work", "db", plain=True)


def _messages(parts: _Parts, replies: bool) -> None:
    """What takes payments in: a queue, or a log that keeps their order."""
    kind: dict[str, Any] = {"does": parts.does("put")}
    if parts.maybe():
        log = {
            "tries": parts.draw(st.integers(1, 3)),
            "pause": parts.draw(st.sampled_from(["0 s", "500 ms"])),
            "beyond": "skip" if replies else parts.draw(st.sampled_from(["skip", "block"])),
            "rebalance": parts.draw(st.sampled_from(["0 s", "2 s"])),
        }
        kind["size"] = {"slots": parts.draw(st.integers(1, 4))}
        parts.link("app", parts.add("log", "queue", kind, settings=log))
        return
    queue = {
        "queue": parts.draw(limits),
        "delivery": parts.draw(st.sampled_from(["at-least-once", "at-most-once"])),
        "visibility": parts.draw(st.sampled_from(["1 s", "3 s"])),
        "receives": parts.draw(st.integers(1, 3)),
        "keeps": parts.draw(st.sampled_from(["1 s", "96 h"])),
    }
    parts.link("app", parts.add("queue", "queue", kind, settings=queue))


@st.composite
def incidents(
    draw: st.DrawFn, mortal: list[str], operations: list[str], keepers: list[str]
) -> list[dict[str, Any]]:
    """Up to three things that strike, at round moments."""
    struck: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 3))):
        said: dict[str, Any] = {"id": f"i{number}", "says": "it strikes"}
        said["at"] = f"{draw(st.integers(0, 39)) * 250} ms"
        strikes = ["kill", "kill", "slow", "deploy", "spike"]
        strikes += [each for each in ("quota", "errors") if not any(each in one for one in struck)]
        strikes += ["poison"] if keepers else []
        what = draw(st.sampled_from(strikes))
        if what == "kill":
            said["kill"] = {"kind": draw(st.sampled_from(mortal))}
        elif what == "slow":
            said["slow"] = {"kind": draw(st.sampled_from(mortal)), "times": 4, "all": number == 1}
        elif what == "deploy":
            of = draw(st.sampled_from([kind for kind in mortal if kind in ("a-app", "a-work")]))
            shares = st.sampled_from(["0%", "20%", "100%"])
            version = {name: draw(shares) for name in ("errors", "leaks", "incompatible")}
            said["deploy"] = {"kind": of, **version}
        elif what == "quota":
            said["quota"] = {"kind": "a-pay", "rate": draw(st.sampled_from(["1/s", "5/s"]))}
        elif what == "errors":
            said["errors"] = {"kind": "a-pay", "share": "50%"}
        elif what == "poison":
            takes = draw(st.sampled_from(["0 s", "1 s", "5 s"]))
            said["poison"] = {"kind": draw(st.sampled_from(keepers)), "messages": 3, "takes": takes}
        else:
            name = draw(st.sampled_from(operations))
            spike = {"from": "people", "requests": 15, "operation": name}
            said["spike"] = {**spike, "over": draw(st.sampled_from(["0 s", "1 s", "2 s"]))}
        if what not in ("spike", "poison", "deploy") and draw(st.booleans()):
            said["for"] = draw(st.sampled_from(["250 ms", "2 s"]))
        struck.append(said)
    return struck


@st.composite
def streams(draw: st.DrawFn, operations: list[str]) -> dict[str, Any]:
    """Some dozens of requests, of people more or less patient."""
    said: dict[str, Any] = {
        "from": "people",
        "arrivals": draw(st.sampled_from(["poisson", "deterministic"])),
        "rate": draw(st.sampled_from(["1/s", "3/s", "6/s"])),
        "mix": {name: draw(st.integers(1, 3)) for name in operations},
    }
    if draw(st.booleans()):
        said["patience"] = draw(st.sampled_from(["fixed 1 s", "exponential 3 s"]))
    if draw(st.booleans()):
        said["retry"] = {"times": draw(st.integers(1, 2)), "after": "250 ms"}
    return said


@st.composite
def systems(draw: st.DrawFn, until_all_is_done: bool = False) -> MadeNetwork:
    """A level and a design that can run; if wanted, until nothing is left to do."""
    parts = _Parts(draw)
    entry = _front(parts)
    kind, settings = parts.code(does=parts.does("compute")), parts.running()
    parts.link(entry, parts.add("compute", "app", kind, count=draw(st.integers(1, 3)),
                                settings=settings))  # fmt: skip
    _data(parts)
    _money(parts, replies=until_all_is_done)
    names = draw(st.lists(st.sampled_from(list(OPERATIONS)), min_size=1, max_size=4, unique=True))
    items = {"of": "thing", "count": draw(st.integers(1, 4))}
    operations: dict[str, Any] = {
        name: {"title": name, "needs": OPERATIONS[name], "items": items} for name in names
    }
    clock: dict[str, Any] = {"length": "12 s"}
    if not until_all_is_done:
        for operation in operations.values():
            if draw(st.booleans()):
                operation["deadline"] = draw(st.sampled_from(["1 s", "5 s"]))
        clock["drain"] = draw(st.sampled_from(["0 s", "4 s", "30 s"]))
        if draw(st.booleans()):
            clock["measure_from"] = "3 s"
    struck = draw(incidents(parts.mortal, names, parts.keepers))
    for each in struck:
        if until_all_is_done and "deploy" in each:
            del each["deploy"]["leaks"]  # what is leaked is held for ever
    level = {
        "id": "made",
        "title": "Made",
        "brief": "Made up by chance.",
        "clock": clock,
        "operations": operations,
        "traffic": [draw(streams(names)) for _ in range(draw(st.integers(1, 2)))],
        "incidents": struck,
        "stock": draw(st.integers(1, 20)),
        "kinds": parts.kinds,
        "palette": list(parts.kinds),
        "nodes": [{"id": "people", "kind": "users"}],
    }
    design = {"level": "made", "nodes": parts.nodes, "links": parts.links}
    level_text, design_text = json.dumps(level), json.dumps(design)
    loaded = load_level_text(level_text)
    return MadeNetwork(loaded, load_design_text(design_text, loaded), level_text, design_text)
