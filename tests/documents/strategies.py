"""Documents of every shape, for property tests."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

from sandbox.documents.design import Design, Link, Node
from sandbox.documents.laws import Law

SECONDS = st.floats(min_value=0, max_value=1e12)
WORDS = st.text("abcdefxyz0123456789", max_size=5)
IDS = st.builds("a{}-b{}".format, WORDS, WORDS) | st.builds("n{}".format, WORDS)
RAW = st.one_of(
    st.text(max_size=20),
    st.booleans(),
    st.integers(min_value=-(10**15), max_value=10**15),
    st.floats(allow_nan=False, allow_infinity=False),
)
"""What may stand as a setting, meant or not."""


def laws() -> st.SearchStrategy[Law]:
    """Every shape of law."""
    sigma = st.floats(min_value=0, max_value=10)
    values = st.lists(SECONDS, min_size=1, max_size=5).map(tuple)
    return st.one_of(
        st.builds(Law, shape=st.sampled_from(["fixed", "exponential"]), mean=SECONDS),
        st.builds(Law, shape=st.just("erlang"), mean=SECONDS, stages=st.integers(1, 1000)),
        st.builds(Law, shape=st.just("lognormal"), mean=SECONDS, sigma=sigma),
        values.map(_sample),
    )


def _sample(values: tuple[float, ...]) -> Law:
    return Law(shape="empirical", mean=math.fsum(values) / len(values), values=values)


def nodes() -> st.SearchStrategy[Node]:
    """Nodes of every kind of thing, whether a level has it or not."""
    cells: st.SearchStrategy[Any] = st.tuples(st.integers(0, 999), st.integers(0, 999))
    return st.builds(
        Node,
        id=IDS,
        kind=IDS,
        size=st.none() | st.text(max_size=10),
        count=st.integers(1, 10_000),
        at=st.none() | cells,
        settings=st.dictionaries(IDS, RAW, max_size=4),
    )


def links() -> st.SearchStrategy[Link]:
    """Links between whatever ids."""
    weights = st.floats(min_value=0, max_value=1e6, exclude_min=True)
    return st.builds(_link, IDS, IDS, st.none() | laws(), weights)


def _link(source: str, target: str, latency: Law | None, weight: float) -> Link:
    return Link(source=source, target=target, latency=latency, weight=weight)


def designs() -> st.SearchStrategy[Design]:
    """Designs that can be written and read, though they may make no sense."""
    return st.builds(
        Design,
        level=IDS,
        name=st.text(max_size=60),
        nodes=st.lists(nodes(), max_size=5).map(tuple),
        links=st.lists(links(), max_size=5).map(tuple),
    )
