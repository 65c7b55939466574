"""Small boards, character by character."""

from __future__ import annotations

from textwrap import dedent

import pytest

from sandbox.documents.design import Design, Link, Node
from sandbox.documents.level import Level
from sandbox.documents.library import level_ids, load_level
from sandbox.player.edits import RemoveLink, SetCount, SetSetting
from sandbox.tui.board.drawing import BoardDrawing, Marks
from sandbox.tui.board.grid import Grid, runs, shortened
from sandbox.tui.board.nodes import Overlay
from sandbox.tui.board.places import MOST, Metrics, nearest_free, places
from sandbox.tui.look import BUSY, FULL, Look

UNICODE, ASCII = Look(), Look(ascii=True)


def picture(drawing: BoardDrawing) -> str:
    """The drawing without the empty margins."""
    return dedent(drawing.grid.text()).strip("\n")


def test_the_pizza_shop_fits_eighty_columns_with_its_exit(pizza: Level) -> None:
    marks = Marks(chosen="phone", exits=("oven",))
    drawing = BoardDrawing(pizza, pizza.starting_design(), UNICODE, marks=marks, size=(80, 16))

    assert (drawing.grid.width, drawing.grid.height) == (80, 16)
    assert picture(drawing) == (
        "╭ guests ──╮   ╔ phone ═══╗   ╭ rail ────╮   ╭ cooks ×2 ╮   ╭ oven ×4 ─╮\n"
        "│ 20→45/h  ├──▸║ 1 clerk  ╟──▸│ no limit ├──▸│ 4 min    ├──▸│ 8 min    ├▸ eaten\n"
        "╰──────────╯   ╚══════════╝   ╰──────────╯   ╰──────────╯   ╰──────────╯"
    )


@pytest.mark.parametrize("level_id", level_ids())
def test_every_level_can_be_drawn(level_id: str) -> None:
    level = load_level(level_id)
    for look in (UNICODE, ASCII):
        drawing = BoardDrawing(level, level.starting_design(), look)
        assert drawing.wires.keys() == {link.ends for link in level.start.links}
        assert drawing.grid.text().isascii() == look.ascii


def test_branches_and_joins(todo: Level) -> None:
    assert picture(BoardDrawing(todo, todo.starting_design(), UNICODE)) == dedent("""\
                                      ╭ app-1 ───╮
                                   ╭─▸│ S 2 vCPU ├╮
                                   │  ╰──────────╯│
                                   │              │
        ╭ users ───╮   ╭ lb ──────╮│              │  ╭ sql ─────╮
        │200→1000/s├──▸│ in turn  ├┤              ├─▸│ S 2 vCPU │
        ╰──────────╯   ╰──────────╯│              │  ╰──────────╯
                                   │              │
                                   │  ╭ app-2 ×2 ╮│
                                   ╰─▸│ S 2 vCPU ├╯
                                      ╰──────────╯""")


def test_the_same_in_ascii(todo: Level) -> None:
    marks = Marks(chosen="lb", cursor=(4, 0))
    drawing = BoardDrawing(todo, todo.starting_design(), ASCII, marks=marks)

    assert picture(drawing) == dedent("""\
                                      + app-1 ---+                  ............
                                   +->| S 2 vCPU |+                 :          :
                                   |  +----------+|                 ............
                                   |              |
        + users ---+   # lb ======#|              |  + sql -----+
        |200-1000/s|--># in turn  #+              +->| S 2 vCPU |
        +----------+   #==========#|              |  +----------+
                                   |              |
                                   |  + app-2 x2 +|
                                   +->| S 2 vCPU |+
                                      +----------+""")


def test_strangers_cross_without_touching(pizza: Level) -> None:
    stands = {"a": (0, 1), "b": (2, 1), "c": (1, 0), "d": (1, 2)}
    nodes = tuple(Node(id=key, kind="rack", at=at) for key, at in stands.items())
    level = pizza.model_copy(update={"nodes": nodes})
    links = (Link(source="a", target="b"), Link(source="c", target="d"))
    design = Design(level=pizza.id, links=links)

    for look, crossing in ((UNICODE, "─│─"), (ASCII, "-|-")):
        lines = picture(BoardDrawing(level, design, look)).splitlines()
        assert crossing in lines[5]
        assert "┼" not in lines[5]


def test_a_chosen_node_differs_in_shape_not_only_in_colour(pizza: Level) -> None:
    for look in (UNICODE, ASCII):
        plain = BoardDrawing(pizza, pizza.starting_design(), look)
        chosen = BoardDrawing(pizza, pizza.starting_design(), look, marks=Marks(chosen="oven"))
        assert plain.grid.text() != chosen.grid.text()


def test_clients_without_a_way_are_marked_as_long_as_they_have_none(pizza: Level) -> None:
    marks = Marks(unrouted=frozenset({"guests"}))

    text = BoardDrawing(pizza, pizza.starting_design(), UNICODE, marks=marks).grid.text()

    assert "✗ no route" in text
    assert "20→45/h" not in text


def test_a_setting_a_kind_has_for_itself_is_seen_on_its_box(pizza: Level) -> None:
    design = SetSetting("oven", "ahead", "60%").apply(pizza.starting_design(), pizza)

    assert "ahead 60%" in BoardDrawing(pizza, design, UNICODE).grid.text()


def test_one_is_named_and_several_are_counted(pizza: Level) -> None:
    design = SetCount("phone", 2).apply(pizza.starting_design(), pizza)
    design = SetCount("cooks", 1).apply(design, pizza)

    text = BoardDrawing(pizza, design, UNICODE).grid.text()

    assert "phone ×2" in text
    assert "1.5 min" in text
    assert "1 cook" in text


def test_no_exit_where_there_is_no_room(pizza: Level) -> None:
    marks = Marks(exits=("oven",))
    small = BoardDrawing(pizza, pizza.starting_design(), UNICODE, marks=marks, size=(78, 16))
    large = BoardDrawing(pizza, pizza.starting_design(), UNICODE, marks=marks, size=(90, 16))

    assert "eaten" not in small.grid.text()
    assert "├──▸ eaten" in large.grid.text()


def test_no_exit_over_a_neighbour(pizza: Level) -> None:
    marks = Marks(exits=("phone",))

    text = BoardDrawing(pizza, pizza.starting_design(), UNICODE, marks=marks, size=(120, 16))

    assert "eaten" not in text.grid.text()


def test_overlays_show_load_and_state_in_place_of_what_a_node_is(pizza: Level) -> None:
    overlays = {"cooks": Overlay(FULL, load=1.0, queue=7), "oven": Overlay(BUSY, load=0.5)}
    drawing = BoardDrawing(
        pizza, pizza.starting_design(), UNICODE, overlays, metrics=Metrics(inside=2)
    )

    text = picture(drawing)

    assert "▓▓▓▓ FULL" in text
    assert "■ 7 wait" in text
    assert "▓▓░░ BUSY" in text
    styles = {style for _, style in runs(drawing.grid.row(drawing.boxes["cooks"].y + 1))}
    assert {"$error", "$warning"} <= styles

    plain = BoardDrawing(pizza, pizza.starting_design(), ASCII, overlays)
    assert plain.grid.text().isascii()
    assert "##.. BUSY" in plain.grid.text()


def test_wires_can_be_followed_by_what_travels_on_them(pizza: Level) -> None:
    drawing = BoardDrawing(pizza, pizza.starting_design(), UNICODE)

    cells = drawing.wires["guests", "phone"].cells

    assert [drawing.grid.at(x, y)[0] for x, y in cells] == ["─", "─", "▸"]


def test_the_mouse_finds_nodes_and_places(pizza: Level) -> None:
    drawing = BoardDrawing(pizza, pizza.starting_design(), UNICODE)
    box = drawing.boxes["rail"]

    assert drawing.node_at(box.x, box.y) == "rail"
    assert drawing.node_at(box.right + 2, box.y) is None
    assert drawing.metrics.place_at(box.right, box.bottom) == drawing.places["rail"] == (2, 1)
    assert drawing.node_in((2, 0)) is None


@pytest.mark.parametrize("width", range(11, 15))
def test_places_and_boxes_agree(width: int) -> None:
    metrics = Metrics(box_width=width)
    for place in ((0, 0), (3, 2), (7, 5)):
        assert {metrics.place_at(*cell) for cell in metrics.box(place).cells()} == {place}


def test_five_columns_fit_eighty_columns_and_a_board_between_panels() -> None:
    for width in (76, 80):
        metrics = Metrics.fitting(width)
        assert metrics.box((4, 0)).right < width
    assert Metrics.fitting(80).box_width == 12
    assert Metrics.fitting(200).box_width == 14
    assert Metrics.fitting(20).box_width == 11


def test_nodes_without_a_place_or_with_a_taken_one_get_the_nearest() -> None:
    nodes = [
        Node(id="lost", kind="chef"),
        Node(id="first", kind="chef", at=(0, 0)),
        Node(id="second", kind="chef", at=(0, 0)),
        Node(id="far", kind="chef", at=(999, 0)),
    ]

    found = places(nodes)

    assert found["first"] == (0, 0)
    assert found["far"] == (MOST[0], 0)
    assert len(set(found.values())) == 4
    assert found["lost"] == (1, 0)


def test_the_nearest_free_place_is_to_the_right() -> None:
    assert nearest_free((2, 2), {}) == (2, 2)
    assert nearest_free((2, 2), {(2, 2): "x"}) == (3, 2)


def test_a_removed_link_is_not_drawn(pizza: Level) -> None:
    design = RemoveLink("cooks", "oven").apply(pizza.starting_design(), pizza)

    assert ("cooks", "oven") not in BoardDrawing(pizza, design, UNICODE).wires


def test_writing_beyond_a_grid_does_nothing() -> None:
    grid = Grid(4, 1)
    grid.write(2, 0, "abc")
    grid.put(0, 5, "x")

    assert grid.text() == "  ab"


def test_wide_characters_keep_the_columns() -> None:
    grid = Grid(6, 1)
    end = grid.write(0, 0, "食べx")
    grid.write(end, 0, "y")

    assert end == 5
    assert grid.text() == "食べxy"
    assert Grid(3, 1).write(0, 0, "食食") == 2, "half a character is not written"


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("cooks", 5, "cooks"),
        ("cooks", 4, "coo…"),
        ("a b c", 3, "a…"),
        ("cooks", 1, "…"),
        ("x", 0, ""),
    ],
)
def test_shortening(text: str, width: int, expected: str) -> None:
    assert shortened(text, width, "…") == expected


def test_boxes_are_narrower_where_that_shows_the_whole_board() -> None:
    six = Metrics.fitting(80, columns=6)
    assert (six.box_width, six.gap_columns) == (11, 2)
    assert six.extent([(5, 0)])[0] <= 80
    seven = Metrics.fitting(80, columns=7)
    assert seven == Metrics.fitting(80), "too many to be readable: the board is panned"
    assert Metrics.fitting(200, columns=6) == Metrics.fitting(200)
