from __future__ import annotations

import math
import re

import pytest

from sandbox.documents import library

OWN = (2, 3, 4)
ALL = tuple(library.cards())


def numbers(number: int, pattern: str) -> list[float]:
    """What the symptom of a card says where the pattern has its groups; it must be there."""
    symptom = " ".join(library.cards()[number].symptom.split())
    found = re.search(pattern, symptom)
    assert found, f"card {number} no longer says {pattern}"
    return [float(text.replace(",", "")) for text in found.groups()]


@pytest.mark.parametrize("number", ALL)
def test_both_poles_are_argued_at_about_the_same_length(number: int) -> None:
    first, second = (len(pole.says + pole.wins_when) for pole in library.cards()[number].poles)
    assert 0.75 < first / second < 1.33


@pytest.mark.parametrize("number", ALL)
def test_a_card_is_titled_by_its_poles(number: int) -> None:
    card = library.cards()[number]
    poles = " | ".join(pole.name for pole in card.poles)
    assert card.title.lower() == poles.lower()


@pytest.mark.parametrize("number", OWN)
def test_a_card_is_played_where_it_says(number: int) -> None:
    for level in library.cards()[number].levels:
        assert number in library.load_level(level).cards


def test_what_a_level_unlocks_exists() -> None:
    for level_id in library.level_ids():
        assert library.missing_cards(library.load_level(level_id)) == []


def erlang_c(servers: int, busy: float) -> float:
    """The probability of waiting in M/M/c."""
    offered, blocked = servers * busy, 1.0
    for k in range(1, servers + 1):
        blocked = offered * blocked / (k + offered * blocked)
    return blocked / (1 - busy * (1 - blocked))


def test_the_waits_on_the_card_of_headroom_are_those_of_theory() -> None:
    said = re.findall(r"(\d+(?:\.\d+)?)(?: service times)? at (\d+)%", library.cards()[4].symptom)
    assert len(said) == 5
    for at, (wait, percent) in enumerate(said):
        servers, busy = (8 if at < 3 else 1), int(percent) / 100
        exact = math.log(erlang_c(servers, busy) / 0.01) / (servers * (1 - busy))
        assert float(wait) == pytest.approx(exact, rel=0.1, abs=0.06)


def test_the_card_of_the_bigger_machine_tells_the_waits_of_theory() -> None:
    busy, servers_busy = (share / 100 for share in numbers(1, r"(\d+)% busy becomes (\d+)%"))
    assert busy * 4 / 3 == pytest.approx(servers_busy)
    percent, one_line, apart = numbers(
        1, r"at (\d+)% busy with .* wait(?:s)? (\S+) service times .* wait (\S+) \(M/M/1\)"
    )
    load = percent / 100
    assert one_line == pytest.approx(erlang_c(4, load) / (4 * (1 - load)), abs=0.006)
    assert apart == pytest.approx(erlang_c(1, load) / (1 - load), abs=0.06)


def test_the_card_of_state_counts_what_an_empty_cache_sends_on() -> None:
    reads, hits, before, times = numbers(
        5, r"With (\d+)% reads and (\d+)% hits the database did (\d+) of .*, (\S+) times as many"
    )
    assert before == pytest.approx(100 - reads * hits / 100)
    assert times == pytest.approx(100 / before, abs=0.06)


def test_the_card_of_written_copies_counts_the_misses_of_a_key_in_random_order() -> None:
    hits, even = numbers(10, r"at nine reads to a write at most (\d+)% .* at one to one (\d+)%")
    wasted, half = numbers(10, r"the same shares, (\d+)% and (\d+)% of the updates")
    assert (hits, even) == (100 * 9 / (9 + 1), 100 * 1 / (1 + 1))
    assert (wasted, half) == (100 - hits, 100 - even)


def test_the_card_of_replicas_tells_the_lag_of_theory() -> None:
    apply, quiet_lag, quiet, busy_lag, busy, limit = numbers(
        13,
        r"in (\d+) ms on average \(M/M/1\), is (\d+) ms behind at (\d+) writes a second"
        r" and (\d+) ms at (\d+)\. From (\d+) on",
    )
    assert limit == pytest.approx(1000 / apply)
    assert quiet_lag == pytest.approx(1000 / (limit - quiet))
    assert busy_lag == pytest.approx(1000 / (limit - busy))
    gap, one_in, share = numbers(13, r"look (\S+) s after .* one in (\S+) finds .* and (\S+)% at")
    assert one_in == pytest.approx(math.exp(gap * (limit - quiet)), rel=0.01)
    assert share / 100 == pytest.approx(math.exp(-gap * (limit - busy)), rel=0.01)


def test_the_cards_of_the_sale_count_the_line_before_payment() -> None:
    (pay,) = numbers(29, r"Payment does (\d+) a second")
    buys, bound, line, after = numbers(
        29, r"at (\d+) buys a second, .* than (\d+) s once (\d+) are in line, .* after (\S+) s"
    )
    assert line == pay * bound
    assert after == pytest.approx(line / (buys - pay), abs=0.06)
    units, drained = numbers(29, r"but (\S+) payments still take (\d+) s")
    assert drained == units / pay

    come, nth, when = numbers(35, r"At (\d+) buyers a second the (\S+)th is there after (\S+) s")
    assert when == pytest.approx(nth / come, abs=0.06)
    pay, stock, whole = numbers(35, r"Payment does (\d+) a second, so these (\S+) take (\d+) s")
    assert whole == stock / pay
    lets_in, empty, left = numbers(
        35, r"lets in (\d+) a second it is empty after (\d+) s, and the other (\d+)"
    )
    assert empty == stock / lets_in
    assert left == (lets_in - pay) * empty


def test_the_card_of_asking_again_counts_both_losses() -> None:
    one_in, buyers, twice, charges = numbers(
        32, r"one reply in (\d+) is lost\. Of (\S+) buyers about (\d+) are .*, (\S+) charges in all"
    )
    assert twice == buyers / one_in
    assert charges == pytest.approx(buyers / (1 - 1 / one_in), abs=0.6)
    assert numbers(32, r"If you do not, about (\d+) have paid") == [twice]


def more_than(units: int, tries: int, share: float) -> float:
    """The probability that more than so many of the tries succeed, each on its own."""
    return sum(
        math.comb(tries, k) * share**k * (1 - share) ** (tries - k)
        for k in range(units + 1, tries + 1)
    )


def test_the_card_of_overbooking_tells_the_odds_of_theory() -> None:
    fail, units, sold = numbers(
        36, r"If (\d+)% of payments fail, (\S+) reservations .* about (\d+) un"
    )
    paid = 1 - fail / 100
    assert sold == pytest.approx(units * paid)
    full, of_100 = numbers(
        36, r"(\S+) reservations sell 1,000 on average, and .* in (\d+) sales of"
    )
    assert full * paid == pytest.approx(units, abs=0.5)
    assert of_100 == pytest.approx(100 * more_than(int(units), int(full), paid), abs=0.6)
    safe, left = numbers(36, r"(\S+) sell too many in fewer than 1 of 100, and leave about (\d+)")
    assert (
        more_than(int(units), int(safe), paid) < 0.01 < more_than(int(units), int(safe) + 1, paid)
    )
    assert left == pytest.approx(units - safe * paid, abs=0.6)
