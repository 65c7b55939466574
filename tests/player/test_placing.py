"""Names, places and links that new nodes get by themselves."""

from __future__ import annotations

import pytest

from sandbox.documents.design import Design, Link, Node
from sandbox.documents.level import Level
from sandbox.documents.library import load_level_text
from sandbox.player.edits import AddNode
from sandbox.player.placing import (
    free_place,
    fresh_id,
    leads_to,
    natural_link,
    natural_wires,
)


def board(level: Level, nodes: str, links: str) -> Design:
    """Make a design of `id:kind` words and `from>to` words."""
    return Design(
        level=level.id,
        nodes=tuple(
            Node(id=word.split(":")[0], kind=word.split(":")[-1]) for word in nodes.split()
        ),
        links=tuple(
            Link(source=word.split(">")[0], target=word.split(">")[1]) for word in links.split()
        ),
    )


def natural(level: Level, design: Design, one: str, other: str) -> str | None:
    """Ask both ways round, which must not matter."""
    link = natural_link(level, design, one, other)
    assert natural_link(level, design, other, one) == link
    return f"{link.source}>{link.target}" if link else None


def test_ids_count_up_and_fill_gaps(pizza: Level) -> None:
    empty = Design(level="pizza-shop")
    assert fresh_id(pizza, empty, "cook") == "cook"
    assert fresh_id(pizza, board(pizza, "cook cook-2", ""), "cook") == "cook-3"
    assert fresh_id(pizza, board(pizza, "cook cook-3:cook", ""), "cook") == "cook-2"
    assert fresh_id(pizza, empty, "guests") == "guests-2", "the level's own ids are taken"


def test_a_long_kind_still_gives_a_valid_id(pizza: Level) -> None:
    kind = "a" * 38 + "-b"
    taken = Design(level="pizza-shop", nodes=(Node(id=kind, kind="cook"),))
    name = fresh_id(pizza, taken, kind)
    assert Node(id=name, kind="cook").id == "a" * 38 + "-2"


def test_a_free_place_is_beside_if_it_can_be(pizza: Level) -> None:
    start = pizza.starting_design()
    assert free_place(pizza, start, near=(4, 1)) == (5, 1)
    assert free_place(pizza, start, near=(3, 1)) == (3, 2)
    assert free_place(pizza, start, near=(7, 7)) == (7, 7)
    assert free_place(pizza, start) == (5, 1), "without a wish: right of everything"


def test_a_free_place_is_found_on_a_full_board(pizza: Level) -> None:
    full = Design(
        level="pizza-shop",
        nodes=tuple(
            Node(id=f"n-{column}-{row}", kind="cook", at=(column, row))
            for column in range(8)
            for row in range(8)
        ),
    )
    place = free_place(pizza, full, near=(0, 0))
    assert place == (8, 0)


def test_leading_to(pizza: Level) -> None:
    start = pizza.starting_design()
    assert leads_to(start, "guests", "oven")
    assert leads_to(start, "oven", "oven")
    assert not leads_to(start, "oven", "cooks")


@pytest.mark.parametrize(
    ("nodes", "links", "pair", "expected"),
    [
        ("cook oven", "", "cook oven", "cook>oven"),
        ("phone:clerk cook", "", "phone cook", "phone>cook"),
        ("phone:clerk oven", "", "phone oven", None),  # nobody would prepare
        ("phone:clerk", "", "phone guests", "guests>phone"),
        ("cook", "", "cook guests", None),  # nobody would take the order
        ("cook cook-2:cook", "", "cook cook-2", None),
        ("phone:clerk rail", "guests>phone", "rail phone", "phone>rail"),
        ("rail cook oven", "cook>oven", "rail cook", "rail>cook"),
        ("rail cook", "", "rail cook", None),  # before or behind, who knows
        ("rail oven cook", "cook>oven", "rail oven", None),  # nothing comes after the oven
        ("rail rail-2:rail", "", "rail rail-2", None),
        ("rail-2:rail rail cook oven", "rail>cook cook>oven", "rail-2 cook", None),
        ("cook oven oven-2:oven", "cook>oven", "cook oven-2", None),  # no router to choose
        ("cook oven", "cook>oven", "cook oven", None),  # there already
    ],
)
def test_the_pizza_shop_wires_itself(
    pizza: Level, nodes: str, links: str, pair: str, expected: str | None
) -> None:
    one, other = pair.split()
    assert natural(pizza, board(pizza, nodes, links), one, other) == expected


@pytest.mark.parametrize(
    ("nodes", "links", "pair", "expected"),
    [
        ("app", "", "app users", "users>app"),
        ("app sql", "", "app sql", "app>sql"),
        ("sql", "", "sql users", None),
        ("app app-2:app", "", "app app-2", None),
        ("lb:balancer", "", "lb users", "users>lb"),
        ("lb:balancer app sql", "app>sql", "lb app", "lb>app"),
        ("lb:balancer app sql", "users>app app>sql", "lb app", "lb>app"),
        ("lb:balancer app", "users>lb", "lb app", "lb>app"),
        ("lb:balancer app", "", "lb app", None),  # it might stand before the database as well
        ("lb:balancer app app-2:app", "users>lb lb>app", "app-2 lb", "lb>app-2"),
        ("app sql sql-2:sql", "app>sql", "app sql-2", None),
        ("lb:balancer sql sql-2:sql", "lb>sql", "sql-2 lb", "lb>sql-2"),
    ],
)
def test_servers_wire_themselves(
    todo: Level, nodes: str, links: str, pair: str, expected: str | None
) -> None:
    one, other = pair.split()
    assert natural(todo, board(todo, nodes, links), one, other) == expected


SERVERS = "lb:balancer app db:sql payment"
WIRES = "shoppers>lb buyers>lb lb>app app>db app>payment"


@pytest.mark.parametrize(
    ("node", "beside", "added", "removed"),
    [
        ("cache", "app", "app>cache", ""),
        ("cache", "db", "app>cache", ""),
        ("replica", "db", "db>replica app>replica", ""),
        ("replica", "app", "app>replica db>replica", ""),
        ("kv", "app", "app>kv", ""),  # asked before the database for what both can
        ("kv", "db", "", ""),
        ("queue", "app", "app>queue", ""),
        ("queue", "payment", "", ""),
        ("worker", "payment", "worker>payment", ""),
        ("worker", "app", "", ""),  # it only works off a queue
        ("worker", "lb", "", ""),
        ("room", "buyers", "buyers>room room>lb", "buyers>lb"),
        ("limiter", "shoppers", "shoppers>limiter limiter>lb", "shoppers>lb"),
        ("room", "lb", "shoppers>room buyers>room room>lb", "shoppers>lb buyers>lb"),
        ("room", "app", "", ""),  # the balancer knows the servers one by one, a gate does not
        ("room", "db", "", ""),
        ("lb-2:balancer", "lb", "", ""),
    ],
)
def test_a_shop_wires_what_is_put_beside(
    sale: Level, node: str, beside: str, added: str, removed: str
) -> None:
    design = board(sale, f"{SERVERS} {node}", WIRES)
    wires = natural_wires(sale, design, node.split(":", maxsplit=1)[0], beside)
    assert " ".join(f"{link.source}>{link.target}" for link in wires.added) == added
    assert " ".join(f"{link.source}>{link.target}" for link in wires.removed) == removed


@pytest.mark.parametrize(
    ("nodes", "links", "pair", "expected"),
    [
        ("queue worker", "", "queue worker", "queue>worker"),
        ("queue worker worker-2:worker", "queue>worker", "worker-2 queue", "queue>worker-2"),
        ("app queue queue-2:queue", "app>queue", "app queue-2", None),
        ("app cache cache-2:cache", "app>cache", "app cache-2", None),
        ("app db:sql cache replica", "app>db app>cache", "app replica", "app>replica"),
        ("db:sql replica db-2:sql", "db>replica", "db-2 replica", None),  # it has a source
        ("kv replica", "", "kv replica", None),  # nothing in it that the other could read
        ("worker payment", "worker>payment", "worker payment", None),
        ("app payment", "", "payment app", "app>payment"),
        ("queue payment", "", "queue payment", None),
        ("db:sql cache", "", "db cache", None),
    ],
)
def test_queues_and_copies_wire_themselves(
    sale: Level, nodes: str, links: str, pair: str, expected: str | None
) -> None:
    one, other = pair.split()
    assert natural(sale, board(sale, nodes, links), one, other) == expected


def test_without_anything_to_put_off_nothing_goes_through_a_queue(todo: Level) -> None:
    level = todo.model_copy(update={"palette": None})
    assert natural(level, board(level, "app queue", ""), "app", "queue") is None
    assert natural(level, board(level, "queue worker", ""), "queue", "worker") is None


def test_a_balancer_takes_over_from_all_clients_at_once(sale: Level) -> None:
    design = board(sale, "app db:sql lb:balancer", "shoppers>app buyers>app app>db")
    wires = natural_wires(sale, design, "lb", "app")
    assert [link.ends for link in wires.added] == [
        ("shoppers", "lb"),
        ("buyers", "lb"),
        ("lb", "app"),
    ]
    assert [link.ends for link in wires.removed] == [("shoppers", "app"), ("buyers", "app")]


def test_a_balancer_goes_into_the_wire_from_the_clients(todo: Level) -> None:
    design = board(todo, "app sql lb:balancer", "users>app app>sql")
    for beside in ("users", "app"):
        wires = natural_wires(todo, design, "lb", beside)
        assert [link.ends for link in wires.added] == [("users", "lb"), ("lb", "app")]
        assert [link.ends for link in wires.removed] == [("users", "app")]


MANY = """
id: many
title: Many kinds
brief: Nearly everything there is.
clock: {length: 2 min, drain: 10 s}
operations:
  read: {title: a page, needs: [compute, read], items: {of: page, count: 1}, deadline: 2 s}
  save:
    title: a save
    needs: [compute, write, {need: index, deferrable: true}]
    items: {of: page, count: 1}
    deadline: 2 s
  job: {title: a job, needs: [compute, read], deadline: 10 s}
watch: {changes: save, looks: read, by: viewers, every: 5 s}
traffic: [{from: people, rate: 200/s, mix: {read: 8, save: 2}}]
kinds:
  indexer: {behaviour: compute, does: {index: {time: fixed 5 ms}}}
slos: [{id: good, metric: good, at_least: 90%, says: answered in time}]
nodes:
  - {id: people, kind: web, at: [0, 1]}
  - {id: viewers, kind: users, count: 50, at: [0, 3]}
start:
  nodes:
    - {id: app, kind: app, count: 2, at: [1, 1]}
    - {id: db, kind: sql, at: [2, 1]}
    - {id: log, kind: log, at: [2, 2]}
  links: [{from: people, to: app}, {from: app, to: db}, {from: app, to: log}]
"""


@pytest.mark.parametrize(
    ("kind", "beside", "wires"),
    [
        *((kind, "app", "people>new new>app") for kind in ("l7", "dns", "firewall", "shedder")),
        ("cdn", "app", "people>new new>app"),
        ("cdn", "people", "people>new new>app"),
        ("dns", "people", "people>new new>app"),
        ("topic", "app", "app>new"),
        ("worker", "log", "log>new"),
        ("indexer", "log", "log>new"),
        ("dead-letters", "log", "log>new"),
        ("cron", "app", "new>app"),
        ("replica", "db", "db>new app>new"),
        ("search", "db", "db>new app>new"),
        ("backup", "db", "db>new"),
        ("cache", "db", "app>new"),
        ("gateway", "viewers", "viewers>new"),
        ("monitoring", "app", ""),
        ("shards", "app", ""),
    ],
)
def test_a_new_kind_gets_the_wires_that_make_sense(kind: str, beside: str, wires: str) -> None:
    level = load_level_text(MANY)
    start = level.starting_design()
    after = AddNode("new", kind, (5, 5), beside).apply(start, level)
    made = [f"{x.source}>{x.target}" for x in after.links if x not in start.links]
    assert set(made) == set(wires.split())
