"""Wires go around boxes, from one to the next, and stay where they are as long as they can."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.tui.board.glyphs import ASCII, OPPOSITE, SIDES, STEP, UNICODE, E, N, S, W
from sandbox.tui.board.places import Box, Metrics, Place
from sandbox.tui.board.wires import Ends, Router, Wire, crosses, related

METRICS = Metrics()


def boxes_of(places: dict[str, Place], metrics: Metrics = METRICS) -> dict[str, Box]:
    return {name: metrics.box(place) for name, place in places.items()}


def neighbour(point: tuple[int, int], side: int) -> tuple[int, int]:
    across, down = STEP[side]
    return point[0] + across, point[1] + down


@st.composite
def boards(draw: st.DrawFn) -> tuple[dict[str, Place], list[Ends], Metrics]:
    cells = draw(
        st.lists(
            st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=2, max_size=12, unique=True
        )
    )
    places = {f"n{at}": place for at, place in enumerate(cells)}
    names = st.sampled_from(sorted(places))
    links = draw(st.lists(st.tuples(names, names), max_size=16, unique=True))
    width = draw(st.sampled_from([11, 12, 13, 14]))
    metrics = Metrics(box_width=width, inside=draw(st.sampled_from([1, 2])))
    return places, [link for link in links if link[0] != link[1]], metrics


@given(boards())
@settings(max_examples=40, deadline=None)
def test_wires_never_cross_boxes_and_lead_from_one_to_the_other(
    board: tuple[dict[str, Place], list[Ends], Metrics],
) -> None:
    places, links, metrics = board
    boxes = boxes_of(places, metrics)

    wires = Router().route(boxes, links)

    assert wires.keys() == set(links)
    inside = {cell for box in boxes.values() for cell in box.cells()}
    for (source, target), wire in wires.items():
        assert not inside & set(wire.cells)
        assert all(x >= 0 and y >= 0 for x, y in wire.cells)
        assert len(set(wire.cells)) == len(wire.cells), "a wire never meets itself"
        assert boxes[source].holds(*neighbour(wire.cells[0], OPPOSITE[wire.leaves]))
        assert boxes[target].holds(*neighbour(wire.cells[-1], wire.arrives))
        for here, there in pairwise(wire.cells):
            assert there in [neighbour(here, side) for side in SIDES]


@given(boards())
@settings(max_examples=15, deadline=None)
def test_routes_do_not_depend_on_the_order_of_links(
    board: tuple[dict[str, Place], list[Ends], Metrics],
) -> None:
    places, links, metrics = board
    boxes = boxes_of(places, metrics)

    assert Router().route(boxes, links) == Router().route(boxes, links[::-1])


def strangers_side_by_side(wires: dict[Ends, Wire]) -> list[tuple[Ends, Ends]]:
    cells = [(wire.ends, dict(wire.masks)) for wire in wires.values()]
    return [
        (one, other)
        for at, (one, mine) in enumerate(cells)
        for other, theirs in cells[at + 1 :]
        if not related(one, other)
        for cell in mine.keys() & theirs.keys()
        if not crosses(mine[cell], theirs[cell])
    ]


def test_strangers_only_cross() -> None:
    places = {"lb": (0, 1), "a": (1, 0), "b": (1, 1), "c": (1, 2), "cache": (2, 0), "db": (2, 2)}
    links = [("lb", app) for app in "abc"]
    links += [(app, store) for app in "abc" for store in ("cache", "db")]

    wires = Router().route(boxes_of(places), links)

    assert strangers_side_by_side(wires) == []


def test_neighbours_get_straight_wires() -> None:
    boxes = boxes_of({"a": (0, 0), "b": (1, 0), "c": (1, 1)})

    wires = Router().route(boxes, [("a", "b"), ("b", "c")])

    assert (wires["a", "b"].leaves, wires["a", "b"].arrives) == (E, E)
    assert len(wires["a", "b"].cells) == METRICS.gap_columns
    assert (wires["b", "c"].leaves, wires["b", "c"].arrives) == (S, S)
    assert len(wires["b", "c"].cells) == METRICS.gap_rows


def test_a_wire_goes_around_what_stands_between() -> None:
    boxes = boxes_of({"a": (0, 0), "between": (1, 0), "b": (2, 0)})

    wire = Router().route(boxes, [("a", "b")])["a", "b"]

    assert {y for _, y in wire.cells} != {boxes["a"].middle[1]}


def test_only_wires_of_what_moved_are_laid_anew() -> None:
    router = Router()
    places: dict[str, Place] = {"a": (0, 0), "b": (1, 0), "c": (0, 2), "d": (1, 2)}
    links = [("a", "b"), ("c", "d")]
    before = router.route(boxes_of(places), links)

    after = router.route(boxes_of({**places, "d": (2, 2)}), links)

    assert after["a", "b"] is before["a", "b"]
    assert after["c", "d"] != before["c", "d"]


def test_a_wire_makes_way_for_a_box_put_on_it() -> None:
    router = Router()
    places: dict[str, Place] = {"a": (0, 0), "b": (2, 0)}
    router.route(boxes_of(places), [("a", "b")])

    boxes = boxes_of({**places, "new": (1, 0)})
    wire = router.route(boxes, [("a", "b")])["a", "b"]

    assert not set(boxes["new"].cells()) & set(wire.cells)


def test_a_wire_that_went_is_forgotten() -> None:
    router = Router()
    boxes = boxes_of({"a": (0, 0), "b": (1, 0)})
    router.route(boxes, [("a", "b")])

    assert router.route(boxes, []) == {}


def test_every_set_of_sides_has_a_character_in_both_alphabets() -> None:
    for table in (UNICODE, ASCII):
        assert len(table.wires) == 16
        assert set(table.arrows) == set(SIDES)
        assert all(len(character) == 1 for character in table.wires)
    straight = {N: "|", S: "|", N | S: "|", E: "-", W: "-", E | W: "-", 0: " "}
    for mask, character in enumerate(ASCII.wires):
        assert character == straight.get(mask, "+")
    assert len(set(UNICODE.wires)) == 16


def test_ascii_is_ascii() -> None:
    said = [*ASCII.wires, *ASCII.arrows.values()]
    for frame in (ASCII.frame, ASCII.chosen, ASCII.place):
        said += [frame.across, frame.down, *frame.corners, *frame.ports.values()]
    said += [ASCII.times, ASCII.ellipsis, ASCII.warning, ASCII.to, ASCII.at_least, ASCII.at_most]
    said += [ASCII.goal, ASCII.peak]

    assert "".join(said).isascii()


def test_an_arrow_does_not_turn_in_its_own_cell() -> None:
    boxes = boxes_of({"app": (2, 1), "cache": (3, 0), "db": (4, 1), "stock": (4, 2)})
    wires = Router().route(boxes, [("app", "cache"), ("app", "db"), ("app", "stock")])
    for wire in wires.values():
        assert wire.masks[-1][1] == E | W, wire.ends
