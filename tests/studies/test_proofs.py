"""What holds of a good level is proved, and every single claim can fail."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.documents.level import Level
from sandbox.documents.library import load_level
from sandbox.studies import proofs
from sandbox.studies.proofs import Claim, Proof, prove, required

Make = Callable[..., Level]


def claim(proof: Proof, beginning: str) -> Claim:
    [found] = [each for each in proof.claims if each.says.startswith(beginning)]
    return found


def test_a_good_level_is_proved(bakery: Make) -> None:
    proof = prove(bakery(), wins=10, losses=3)

    assert proof.holds, [each for each in proof.claims if not each.holds]
    assert claim(proof, "the winner `fresh`").runs == 10
    assert claim(proof, "the naive").runs == 3
    assert claim(proof, "`fresh` loses when any").runs == 2 * 3
    assert claim(proof, "purely bigger").runs == 3 * 3
    assert claim(proof, "`silent`").lost == {"lost": 3, "on-time": 3}


def winners(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["proofs"]["winners"]
    return found


def start_wins(data: dict[str, Any]) -> None:
    data["start"]["nodes"][1]["count"] = 3


def anything_wins(data: dict[str, Any]) -> None:
    data["slos"] = [
        {**slo, "at_most": "100%"} if slo["metric"] == "lost" else {**slo, "at_least": "0%"}
        for slo in data["slos"]
    ]


def two_alike(data: dict[str, Any]) -> None:
    winners(data)["ahead"]["set"] = {"oven": {"count": 4}}


def one_part_too_many(data: dict[str, Any]) -> None:
    data["start"]["nodes"].append({"id": "spare", "kind": "clerk"})


def no_box_is_affordable(data: dict[str, Any]) -> None:
    data["proofs"]["bigger"]["counts"] = {"phone": [5, 6]}


def dear_pars(data: dict[str, Any]) -> None:
    for winner in winners(data).values():
        winner["par"] = "$10/night"


SPOILT: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("the winner `fresh`", lambda data: winners(data)["fresh"]["set"]["oven"].update(count=1), ""),
    ("the winner `fresh`", lambda data: data.update(budget="$100/night"), "over the budget"),
    (
        "the winner `fresh`",
        lambda data: winners(data)["fresh"].update(
            nodes=[{"id": "one", "kind": "clerk"}, {"id": "two", "kind": "clerk"}],
            links=[{"from": "guests", "to": "one"}, {"from": "guests", "to": "two"}],
            set={},
            ablation={"says": "nothing", "loses": "lost"},
        ),
        "router",
    ),
    ("the empty board", anything_wins, "lost nothing"),
    ("the starting board", start_wins, "lost nothing"),
    ("the starting board", lambda data: data["start"].update(links=[]), "no longer finds"),
    (
        "the naive design",
        lambda data: data["proofs"]["naive"].update(set={"oven": {"count": 3}}),
        "",
    ),
    (
        "`fresh` loses without",
        lambda data: winners(data)["fresh"]["ablation"].update(set={"oven": {"count": 2}}),
        "did not lose `on-time` in 3 of 3",
    ),
    (
        "`fresh` loses without",
        lambda data: winners(data)["fresh"]["ablation"].update(set={}, delete=["oven"]),
        "no longer finds anybody for `bake`",
    ),
    ("`fresh` loses when any", one_part_too_many, "without spare lost nothing"),
    (
        "purely bigger",
        lambda data: data["proofs"]["bigger"]["counts"].update(oven=[1, 3]),
        "phone 1, oven 3 lost nothing",
    ),
    ("purely bigger", no_box_is_affordable, "no such combination"),
    ("purely bigger", lambda data: data["proofs"].pop("bigger"), "no `bigger`"),
    (
        "`silent`",
        lambda data: data["proofs"]["losers"]["silent"].update(
            set={"oven": {"count": 3}}, links=None
        ),
        "did not lose `lost`",
    ),
    ("`fresh` and `ahead` differ", two_alike, "in counts and sizes only"),
    ("`fresh` and `ahead` are each", two_alike, "fresh is worse in nothing"),
    ("all three stars", dear_pars, "above par"),
    ("hints", lambda data: data.pop("hints"), "no hints"),
    ("hints", lambda data: data.pop("debrief"), "no debrief"),
    ("hints", lambda data: data.pop("cards"), "no cards"),
    ("hints", lambda data: data.update(cards=[999]), "999"),
    ("the level says", lambda data: data.pop("proofs"), "no `proofs`"),
]


@pytest.mark.parametrize(("beginning", "spoil", "note"), SPOILT)
def test_every_claim_can_fail(
    bakery: Make, beginning: str, spoil: Callable[[dict[str, Any]], object], note: str
) -> None:
    proof = prove(bakery(spoil), wins=3, losses=3)

    broken = claim(proof, beginning)
    assert not broken.holds
    assert not proof.holds
    assert note in broken.note
    assert broken.note


def test_too_large_a_run_is_told(bakery: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "MOST_EVENTS", 50)

    assert not claim(prove(bakery(), wins=1, losses=1), "no run has more").holds


def test_the_rule_for_runs() -> None:
    assert [required(runs) for runs in (1, 5, 99, 100, 200, 1000)] == [1, 5, 99, 99, 198, 990]


def test_a_proof_is_the_same_every_time(bakery: Make) -> None:
    assert prove(bakery(), wins=2, losses=1) == prove(bakery(), wins=2, losses=1)


def test_the_pizza_shop_loses_what_must_lose() -> None:
    """Its winners' shares are for `make prove`, with hundreds of seeds; this is the quick part."""
    proof = prove(load_level("pizza-shop"), wins=1, losses=1)

    lost = [each for each in proof.claims if "loses" in each.says or "lose" in each.says]
    assert len(lost) >= 9
    assert all(each.holds for each in lost), [each for each in lost if not each.holds]
    assert claim(proof, "`fresh` and `ahead` differ").holds
    assert claim(proof, "no run has more").holds
