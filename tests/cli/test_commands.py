"""The other commands: check, prove, levels, kinds, cards, export, play --plain, help."""

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from sandbox import __version__, cli
from sandbox.commands import lists
from sandbox.documents.catalogue import Kind
from sandbox.documents.check import check_links
from sandbox.documents.design import Link
from sandbox.documents.library import (
    all_levels,
    cards,
    catalogue,
    load_design_text,
    load_level,
    to_yaml,
)
from sandbox.documents.units import format_price
from sandbox.judgement.cost import cost, total
from sandbox.judgement.report import Report
from sandbox.studies.designs import designs

Sandbox = Callable[..., Any]
LEVEL = load_level("pizza-shop")
COMMANDS = [each.callback.__name__ for each in cli.app.registered_commands if each.callback]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_is_for_with_an_example(sandbox: Sandbox, command: str) -> None:
    shown = sandbox(command, "--help")
    listed = sandbox("--help").out

    assert shown.code == 0
    assert f"Example: sandbox {command}" in " ".join(shown.out.split())
    [line] = [line for line in listed.splitlines() if line.startswith(f"  {command} ")]
    assert line.endswith(".")
    assert not line.endswith("...")
    assert len(line) <= 80


def test_the_version_is_printed(sandbox: Sandbox) -> None:
    assert sandbox("--version") == (0, f"{__version__}\n", "")


def test_options_of_a_command_come_after_it(sandbox: Sandbox) -> None:
    done = sandbox("--plain", "levels")

    assert done.code == 2
    assert "after it" in done.err


def test_good_files_are_named_for_what_they_are(sandbox: Sandbox, start: Path) -> None:
    done = sandbox("check", "levels/pizza-shop.yaml", str(start))
    level, design = done.out.splitlines()

    assert done.code == 0
    assert level.startswith("levels/pizza-shop.yaml: the level `pizza-shop`")
    price = total(cost(LEVEL, LEVEL.starting_design()))
    assert design.startswith(f"{start}: a design for `pizza-shop` with 4 nodes; ${price:g} of $")
    assert "guests -> phone -> rail -> cooks -> oven" in design


def test_good_and_bad_files_are_both_told(sandbox: Sandbox, start: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("level: pizza-shop\nnodes: [{id: a, kind: cok}]\n", encoding="utf-8")
    done = sandbox("check", str(bad), str(start))

    assert done.code == 2
    assert done.out.startswith(f"{start}: a design")
    assert done.err.startswith(f"{bad}:2: nodes.0.kind")


def test_a_design_is_checked_on_a_level_beside_it(sandbox: Sandbox, tmp_path: Path) -> None:
    level = LEVEL.model_copy(update={"id": "mine"})
    (tmp_path / "level.yaml").write_text(to_yaml(level), encoding="utf-8")
    (tmp_path / "design.yaml").write_text("level: mine\nnodes: []\n", encoding="utf-8")
    files = str(tmp_path / "design.yaml"), str(tmp_path / "level.yaml")

    alone = sandbox("check", files[0])
    together = sandbox("check", *files)

    assert alone.code == 2
    assert "there is no level `mine`" in alone.err
    assert together.code == 0
    assert "`order` finds nobody for `take`" in together.out


def test_a_level_whose_own_designs_cannot_run_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    text = to_yaml(LEVEL).replace(
        "says: nobody can reach the shop",
        "says: two phones\n      nodes: [{id: a, kind: clerk}, {id: b, kind: clerk}]",
        1,
    )
    links = "links: [{from: guests, to: a}, {from: guests, to: b}]"
    text = text.replace("links: []", links, 1)
    assert links in text
    path = tmp_path / "level.yaml"
    path.write_text(text, encoding="utf-8")
    done = sandbox("check", str(path))

    assert done.code == 2
    assert "its design `loser:unplugged` cannot run" in done.err
    assert done.err.startswith(str(path))


def test_a_design_that_waits_for_copies_it_has_not_is_told(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "design.yaml"
    settings = "{acknowledged-by: 2}"
    path.write_text(
        "level: mine\n"
        f"nodes: [{{id: db, kind: primary, settings: {settings}}}, {{id: a, kind: replica}}]\n"
        "links: [{from: db, to: a}]\n",
        encoding="utf-8",
    )
    level = tmp_path / "level.yaml"
    known = next(each for each in all_levels() if each.id == "flash-sale")
    palette = (*(known.palette or ()), "primary", "replica")
    level.write_text(
        to_yaml(known.model_copy(update={"id": "mine", "palette": palette})), encoding="utf-8"
    )
    done = sandbox("check", str(path), str(level))

    assert done.code == 2
    assert "`db` waits for 2 copies, and feeds 1" in done.err


def test_the_levels_are_listed_in_order(sandbox: Sandbox) -> None:
    plain = sandbox("levels", "--plain")
    rows = plain.out.splitlines()[1:]
    data = json.loads(sandbox("levels", "--json").out)

    assert plain.code == 0
    names = [level.id for level in all_levels()]
    assert [row.split()[0] for row in rows] == names
    assert [each["id"] for each in data] == names
    assert data[0]["budget"] == "$620/night"


def test_the_kinds_are_listed(sandbox: Sandbox) -> None:
    plain = sandbox("kinds", "--plain").out.splitlines()[1:]
    data = json.loads(sandbox("kinds", "--json").out)

    assert [row.split()[0] for row in plain] == list(catalogue().kinds)
    assert list(data) == list(catalogue().kinds)


def test_one_kind_is_told_whole(sandbox: Sandbox) -> None:
    done = sandbox("kinds", "oven")

    kind = catalogue().kinds["oven"]
    price, law = format_price(kind.sizes["one"].price), str(kind.does["bake"].time)
    for text in (kind.fails, kind.source, price, law, "ahead", "0% to 80%"):
        assert text in done.out
    data = json.loads(sandbox("kinds", "oven", "--json").out)
    assert set(data["settings"]) >= {"queue", "ahead"}


@pytest.mark.parametrize(
    ("kind", "heading", "row"),
    [
        ("app", "size  price       vCPU  slots", "S     $30/month   2     50"),
        ("cache", "size  price       vCPU  keys", "S     $25/month   1     20000"),
        ("payment", "size  price     quota", "one   $0/month  100/s"),
        ("kv", "size  price      vCPU  slots", "S     $45/month  1     unbounded"),
        ("queue", "size  price", "S     $20/month"),
    ],
)
def test_a_size_tells_what_bounds_it(sandbox: Sandbox, kind: str, heading: str, row: str) -> None:
    lines = sandbox("kinds", kind, "--plain").out.splitlines()
    assert heading in lines
    assert lines[lines.index(heading) + 1] == row


def test_links_follow_from_what_behaviours_take(sandbox: Sandbox) -> None:
    data = json.loads(sandbox("kinds", "--links", "--json").out)

    assert data["app"]["sql"] == "calls"
    assert data["cook"]["oven"] == "hands off to"
    assert data["users"]["balancer"] == "calls or hands off to"
    assert data["app"]["users"] == ""
    copies = ("replica", "search", "warehouse", "backup")
    assert {data["sql"].pop(copy) for copy in copies} == {"replicates to"}
    assert set(data["sql"].values()) == {""}
    assert set(data["payment"].values()) == set(data["replica"].values()) == {""}
    assert data["app"]["queue"] == "calls"
    assert data["queue"]["worker"] == "delivers to"
    plain = sandbox("kinds", "--links").out
    for verb in ("calls", "hands off to", "delivers to", "replicates to", "is not possible"):
        assert verb in plain


def test_link_meanings_agree_with_the_check_of_designs() -> None:
    known = catalogue()
    kinds: dict[str, Kind | None] = dict(known.kinds)
    for source, target in permutations(known.kinds, 2):
        if known.behaves(source).asks != "nobody":
            link = Link(source=source, target=target)
            possible = not check_links(known, kinds, (link,), ("links",))
            assert possible == bool(lists.link_meaning(known, source, target))


def test_the_cards_are_listed_and_told(sandbox: Sandbox) -> None:
    number, card = next(iter(cards().items()))
    listed = sandbox("cards", "--plain").out.splitlines()[1:]
    told = sandbox("cards", str(number))

    assert [int(row.split()[0]) for row in listed] == list(cards())
    for text in (card.title, card.symptom, card.poles[0].wins_when, card.poles[1].wins_when):
        assert text in told.out
    assert json.loads(sandbox("cards", str(number), "--json").out)["number"] == number
    assert [each["number"] for each in json.loads(sandbox("cards", "--json").out)] == list(cards())


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ([], "start"),
        (["--design", "start"], "start"),
        (["--design", "naive"], "naive"),
        (["--design", "winner", "fresh"], "winner:fresh"),
        (["--design", "winner:fresh"], "winner:fresh"),
        (["--design", "ablation:ahead"], "ablation:ahead"),
    ],
)
def test_a_design_is_exported_alone(sandbox: Sandbox, arguments: list[str], name: str) -> None:
    done = sandbox("export", "pizza-shop", *arguments)

    assert done.code == 0
    assert done.err == ""
    assert load_design_text(done.out, LEVEL) == designs(LEVEL)[name]


@pytest.mark.parametrize(
    "arguments", [[], ["pizza-shop", "fresh"], ["pizza-shop", "--design", "winner"]]
)
def test_an_export_says_what_it_misses(sandbox: Sandbox, arguments: list[str]) -> None:
    assert sandbox("export", *arguments).code == 2


def test_a_design_is_exported_as_a_diagram(sandbox: Sandbox, start: Path) -> None:
    lines = sandbox("export", "pizza-shop", "--design", str(start), "--as", "mermaid").out
    first, *rest = [line.strip() for line in lines.splitlines()]

    assert first == "flowchart LR"
    assert 'n3["cooks x2<br/>Cooks"]' in rest
    assert rest[-4:] == ["n0 -.-> n1", "n1 -.-> n2", "n2 -.-> n3", "n3 -.-> n4"]


def test_a_level_is_told_in_words(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    done = sandbox("play", "pizza-shop", "--plain")

    assert done.code == 0
    assert LEVEL.brief.splitlines()[0] in done.out
    assert "wired to phone" in done.out
    assert "sandbox simulate pizza-shop" in done.out
    assert "\x1b" not in done.out


def test_playing_needs_a_terminal(sandbox: Sandbox) -> None:
    for arguments in ([], ["play"], ["play", "pizza-shop", "--ascii"]):
        done = sandbox(*arguments)
        assert done.code == 2
        assert "--plain" in done.err


def fits(value: Any, schema: dict[str, Any], defs: dict[str, Any]) -> bool:  # noqa: PLR0911
    """Whether a value has the structure of a schema (the parts of JSON Schema used here)."""
    if "$ref" in schema:
        return fits(value, defs[schema["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in schema:
        return any(fits(value, each, defs) for each in schema["anyOf"])
    if "enum" in schema and value not in schema["enum"]:
        return False
    match schema.get("type"):
        case "object":
            known = schema.get("properties", {})
            more = schema.get("additionalProperties", True)
            return (
                isinstance(value, dict)
                and set(schema.get("required", ())) <= set(value)
                and (more is not False or set(value) <= set(known))
                and all(
                    fits(each, known.get(name, more if isinstance(more, dict) else {}), defs)
                    for name, each in value.items()
                )
            )
        case "array":
            return isinstance(value, list) and all(fits(x, schema["items"], defs) for x in value)
        case "integer":
            return type(value) is int
        case "number":
            return type(value) in (int, float)
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "null":
            return value is None
    return True


def test_a_report_has_the_published_structure(sandbox: Sandbox) -> None:
    schema = json.loads(sandbox("export", "--schema", "report").out)
    report = json.loads(sandbox("simulate", "pizza-shop", "start", "--json").out)

    assert set(schema["required"]) == set(Report.model_fields) - {"format"}
    assert fits(report, schema, schema["$defs"])
    assert not fits({**report, "more": 1}, schema, schema["$defs"])
    assert not fits({**report, "passed": "no"}, schema, schema["$defs"])
    assert not fits({**report, "nodes": {"phone": {}}}, schema, schema["$defs"])


@pytest.mark.parametrize("of", ["level", "design", "catalogue", "card"])
def test_schemas_of_documents_are_printed(sandbox: Sandbox, of: str) -> None:
    schema = json.loads(sandbox("export", "--schema", of).out)

    assert schema["type"] == "object"
    assert "format" in schema["properties"]


def test_a_proof_is_printed_and_decides_the_exit_code(sandbox: Sandbox, tmp_path: Path) -> None:
    quick = ("--seeds", "1")
    level = LEVEL.model_copy(update={"hints": ()})
    path = tmp_path / "level.yaml"
    path.write_text(to_yaml(level), encoding="utf-8")

    done = sandbox("prove", str(path), *quick, "--plain")

    assert done.code == 1
    assert "- hints, debrief and cards are there: no hints" in done.out
    assert "the naive design loses" in done.out
    assert "\x1b" not in done.out
    [proof] = json.loads(sandbox("prove", str(path), *quick, "--json").out)
    assert proof["level"] == "pizza-shop"
    assert not proof["holds"]
    [hints] = [each for each in proof["claims"] if each["says"].startswith("hints")]
    assert not hints["holds"]
