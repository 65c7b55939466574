"""`sandbox levels`, `sandbox kinds` and `sandbox cards`: what the game has."""

from __future__ import annotations

from typing import Any

from sandbox.commands.output import Block, Table, show, show_json
from sandbox.documents.cards import Card
from sandbox.documents.catalogue import UNBOUNDED, Catalogue, Kind, Setting, Size
from sandbox.documents.library import all_levels, cards, catalogue
from sandbox.documents.problems import DocumentError
from sandbox.documents.settings import setting_specs
from sandbox.documents.units import format_price, format_rate
from sandbox.documents.words import suggestion

_MEANINGS = {
    "calls": "calls",
    "hand-offs": "hands off to",
    "either": "calls or hands off to",
    "delivers": "delivers to",
    "replicates": "replicates to",
    "puts aside": "puts aside into",
    "holds": "stays connected to",
    "nothing": "",
}
"""What a link is: by what its target takes, or by what its source sends."""


def list_levels(*, as_json: bool = False, plain: bool = False) -> int:
    """Print the levels in the order they are played, each followed by its second night."""
    levels = [*all_levels()]
    if as_json:
        wanted = {"id", "title", "chapter", "order", "budget", "cards"}
        show_json([level.model_dump(mode="json", include=wanted) for level in levels])
        return 0
    rows = [
        (
            level.id,
            level.title,
            level.chapter,
            format_price(level.budget) if level.budget else "none",
            ", ".join(map(str, level.cards)),
        )
        for level in levels
    ]
    show([Table(("level", "title", "chapter", "budget", "cards"), rows)], plain=plain)
    return 0


def list_kinds(name: str | None, *, links: bool, as_json: bool = False, plain: bool = False) -> int:
    """Print all kinds, one kind, or what a link between each two of them means."""
    known = catalogue()
    if links:
        return _links(known, as_json, plain)
    if name is not None:
        return _kind(known, name, as_json, plain)
    if as_json:
        show_json(known.model_dump(mode="json")["kinds"])
        return 0
    rows = [
        (each, kind.title, kind.behaviour, ", ".join(kind.does), _prices(kind))
        for each, kind in known.kinds.items()
    ]
    show([Table(("kind", "title", "behaviour", "does", "price"), rows)], plain=plain)
    return 0


def link_meaning(known: Catalogue, source: str, target: str) -> str:
    """What a link from one kind to another means; empty where there can be none.

    It follows from the ends alone: the target's behaviour says what it takes. A store sends its
    writes to replicas and nothing else; replicas and externals only answer; a queue delivers.
    """
    sender, taker = known.behaves(source), known.behaves(target)
    if sender.feeds:
        return _MEANINGS["nothing" if taker.fed == "never" else "replicates"]
    if taker.fed == "only" or sender.asks == "nobody":
        return ""
    if taker.puts_aside:
        return _MEANINGS["puts aside" if sender.defers else "nothing"]
    if (known.kinds[source].behaviour, known.kinds[target].behaviour) == ("clients", "sockets"):
        return _MEANINGS["holds"]
    if sender.defers and taker.takes in ("calls", "either"):
        return _MEANINGS["delivers"]
    return _MEANINGS[taker.takes]


def list_cards(number: int | None, *, as_json: bool = False, plain: bool = False) -> int:
    """Print all cards, or one."""
    known = cards()
    if number is not None and number not in known:
        numbers = ", ".join(map(str, known)) or "none"
        raise DocumentError.single(f"there is no card {number}", hint=f"known: {numbers}")
    if as_json:
        chosen: Any = [card.model_dump(mode="json") for card in known.values()]
        show_json(chosen if number is None else known[number].model_dump(mode="json"))
    elif number is not None:
        show(_card(known[number]), plain=plain)
    else:
        rows = [(str(card.number), card.title, card.question) for card in known.values()]
        show([Table(("card", "title", "question"), rows)], plain=plain)
    return 0


def _links(known: Catalogue, as_json: bool, plain: bool) -> int:
    meanings = {
        source: {target: link_meaning(known, source, target) for target in known.kinds}
        for source in known.kinds
    }
    if as_json:
        show_json(meanings)
        return 0
    alike: dict[tuple[str, ...], list[str]] = {}
    for source, by_target in meanings.items():
        alike.setdefault(tuple(by_target.values()), []).append(source)
    rows = [
        (", ".join(sources), verb or "is not possible", ", ".join(targets))
        for meant, sources in alike.items()
        for verb in _MEANINGS.values()
        if (
            targets := [
                each for each, verbs in zip(known.kinds, meant, strict=True) if verbs == verb
            ]
        )
    ]
    show([Table(("a link from", "means that it", "if it goes to"), rows), _LEGEND], plain=plain)
    return 0


_LEGEND = (
    "A call waits for the reply and holds a slot meanwhile; what is handed off does not come "
    "back.\nA router or a gate does with a request what the kind behind it takes. A queue hands "
    "each message to\nwhoever is free, and knows whether it was done; so do a log, in order, and a "
    "topic, to each\nof those behind it. A store sends on its writes."
)


def _kind(known: Catalogue, name: str, as_json: bool, plain: bool) -> int:
    if name not in known.kinds:
        hint = suggestion(name, known.kinds)
        raise DocumentError.single(f"there is no kind `{name}`", hint=hint)
    kind = known.kinds[name]
    specs = setting_specs(known, name)
    if as_json:
        settings = {each: spec.model_dump(mode="json") for each, spec in specs.items()}
        show_json({**kind.model_dump(mode="json"), "settings": settings})
        return 0
    does = ", ".join(f"{need} ({ability.time})" for need, ability in kind.does.items())
    blocks: list[Block] = [
        f"{name}: {kind.title}. {kind.summary}",
        f"It is a {kind.behaviour}. {known.behaviours[kind.behaviour].summary}",
        f"How it fails: {kind.fails}",
    ]
    blocks += [f"It does: {does}"] if does else []
    blocks.append(_sizes(known, kind))
    settings_rows = [
        (each, _written(spec.default), _bounds(spec), spec.help)
        for each, spec in specs.items()
        if not spec.is_fixed
    ]
    if settings_rows:
        blocks.append(Table(("setting", "default", "may be", "what it is"), settings_rows))
    blocks.append(f"Source of its numbers: {kind.source}")
    if kind.cards:
        blocks.append(f"Cards: {', '.join(map(str, kind.cards))}")
    show(blocks, plain=plain)
    return 0


def _written(value: object) -> str:
    """A default as it stands in a document."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sizes(known: Catalogue, kind: Kind) -> Table:
    """What each size costs, and what bounds it: of that only what this kind looks at."""
    limits = known.behaviours[kind.behaviour].bounds
    rows = [
        (name, format_price(size.price), *(_limit(size, limit) for limit in limits))
        for name, size in kind.sizes.items()
    ]
    names = {"vcpu": "vCPU", "slots": known.behaviours[kind.behaviour].slots_are}
    return Table(("size", "price", *(names.get(each, each) for each in limits)), rows)


def _limit(size: Size, name: str) -> str:
    value = getattr(size, name)
    if value is None:
        return UNBOUNDED
    return format_rate(value) if name == "quota" else str(value)


def _prices(kind: Kind) -> str:
    if len(kind.sizes) == 1:
        return format_price(kind.sizes[kind.first_size].price)
    return ", ".join(f"{size} {format_price(each.price)}" for size, each in kind.sizes.items())


def _bounds(spec: Setting) -> str:
    if spec.type == "choice":
        return ", ".join(spec.choices)
    if spec.type == "flag":
        return "true, false"
    words = f"{spec.least} to {spec.most}"
    return f"{words}, unbounded" if spec.type == "limit" else words


def _card(card: Card) -> list[Block]:
    blocks: list[Block] = [f"Card {card.number}: {card.title}", card.question]
    blocks += [f"{pole.name}: {pole.says}\nIt wins when: {pole.wins_when}" for pole in card.poles]
    blocks.append(f"In play: {card.symptom}")
    if card.incident:
        blocks.append(f"It happened: {card.incident.says}\nSource: {card.incident.source}")
    blocks.append(f"Play it in: {', '.join(card.levels)}")
    return blocks
