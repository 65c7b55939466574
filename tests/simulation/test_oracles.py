"""The formulas of oracles, each beside the smallest history that shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.documents.counters import COUNTERS, RATIOS, Counter, Ratio
from sandbox.documents.operations import Items
from sandbox.documents.traffic import Stream
from sandbox.simulation.effects import EFFECTS
from sandbox.simulation.effects.keys import AUDITS, BALANCES, CLICKS, COPIES, ENTRIES, PERMISSIONS
from sandbox.simulation.oracles.access import Access
from sandbox.simulation.oracles.edits import Edits
from sandbox.simulation.oracles.history import History
from sandbox.simulation.oracles.money import Money
from sandbox.simulation.oracles.oracle import Kept
from sandbox.simulation.oracles.owed import Audits, Clicks, Copies
from sandbox.simulation.oracles.own_reads import OwnReads
from sandbox.simulation.oracles.typed import Typing
from sandbox.simulation.requests import DECLINED, DENIED, PENDING, SOLD_OUT, Request
from sandbox.simulation.users import Users

ONE = Users(1)
ONE.belong(0, Stream.model_validate({"from": "people", "rate": "1/s", "mix": {"x": 1.0},
                                     "users": Items(of="user", count=1)}))  # fmt: skip
"""There is only one user, who sends all of the first stream."""


class There(Kept):
    """What there is in the end, said outright."""

    def __init__(self) -> None:
        super().__init__([])
        self.keys: dict[int, int] = {}

    def having(self, *pairs: tuple[int, int]) -> There:
        """With these values under these keys."""
        self.keys.update(pairs)
        return self

    def newest(self, key: int) -> int:
        return self.keys.get(key, 0)

    def total(self, key: int) -> int:
        return self.keys.get(key, 0)


def asks(number: int = 0, operation: int = 0, start: float = 0.0, item: int = 0) -> Request:
    """A request."""
    return Request(0, number, operation, 0, start, item)


def writes(version: int, operation: int = 0, item: int = 0) -> Request:
    """One that has written a version."""
    request = asks(operation=operation, item=item)
    request.wrote = version
    return request


class TestHistory:
    def test_what_was_known_at_a_moment(self) -> None:
        history = History()
        for moment, version in ((1.0, 3), (2.0, 2), (3.0, 5)):  # answers may come out of order
            history.add("a", moment, version)
        assert [history.at("a", t) for t in (0.5, 1.0, 2.5, 3.0, 9.0)] == [None, 3, 3, 5, 5]
        assert history.at("b", 9.0) is None


class TestOwnReads:
    @pytest.mark.parametrize(
        ("start", "seen", "counts"),
        [(1.0, 3, (1, 1)), (1.0, 4, (1, 0)), (1.0, 5, (1, 0)), (0.9, 3, (0, 0)), (1.0, -1, (0, 0))],
    )
    def test_older_than_what_one_knew_to_have_written(
        self, start: float, seen: int, counts: tuple[int, int]
    ) -> None:
        """The write of version 4 was acknowledged at 1.0 s."""
        own = OwnReads(ONE, frozenset({1}))
        own.answered(writes(4, operation=1), 1.0)
        reader = asks(start=start)
        reader.seen = seen
        own.answered(reader, 2.0)
        assert own.counted(There()) == {"own-reads": counts[0], "stale-own-reads": counts[1]}


class TestAccess:
    def leaks(self, start: float, version: int, *changes: tuple[float, int]) -> int:
        access = Access({1: 0.5})
        for moment, changed in changes:
            request = asks(operation=1)
            request.note(PERMISSIONS, changed)
            access.answered(request, moment)
        look = asks(start=start)
        look.note(PERMISSIONS, version)
        look.answer = DENIED if version % 2 else None
        access.answered(look, 9.0)
        counts = access.counted(There())
        assert counts["checked"] == 1
        return counts["access-leaks"]

    def test_let_in_by_an_older_one_than_was_withdrawn(self) -> None:
        assert self.leaks(2.0, 0, (1.0, 1)) == 1

    def test_not_before_its_grace_is_over(self) -> None:
        assert self.leaks(1.4, 0, (1.0, 1)) == 0
        assert self.leaks(1.5, 0, (1.0, 1)) == 1

    def test_not_where_it_was_given_back(self) -> None:
        assert self.leaks(4.0, 0, (1.0, 1), (2.0, 2)) == 0
        assert self.leaks(4.0, 2, (1.0, 1), (2.0, 2)) == 0

    def test_not_who_was_kept_out(self) -> None:
        assert self.leaks(4.0, 1, (1.0, 1)) == 0
        assert self.leaks(4.0, 1, (1.0, 1), (2.0, 2)) == 0


class TestMoney:
    def bank(self) -> tuple[Money, tuple[int, int], int]:
        """A bank, the accounts that the first request is about, and how much it moves."""
        money = Money(1, {0: (0, 5)})
        source, target, amount = money.of(asks())
        assert source != target
        assert 1 <= amount <= 100
        return money, (BALANCES + source, BALANCES + target), amount

    def test_an_answer_counts_once(self) -> None:
        for times, wrong in ((0, 2), (1, 0), (2, 2)):
            money, (source, target), amount = self.bank()
            money.answered(asks(), 1.0)
            there = There().having((source, -times * amount), (target, times * amount))
            assert money.counted(there)["wrong-balances"] == wrong

    def test_one_side_alone_is_one_account(self) -> None:
        money, (source, _), amount = self.bank()
        money.answered(asks(), 1.0)
        assert money.counted(There().having((source, -amount)))["wrong-balances"] == 1

    @pytest.mark.parametrize(
        ("entered", "times", "wrong"), [(0, 0, 0), (1, 1, 0), (0, 1, 2), (2, 2, 2)]
    )
    def test_what_nobody_knows_counts_as_it_is_entered_and_once_at_most(
        self, entered: int, times: int, wrong: int
    ) -> None:
        money, (source, target), amount = self.bank()
        money.lost(asks())
        there = There().having(
            (source, -times * amount), (target, times * amount), (ENTRIES + asks().order, entered)
        )
        assert money.counted(there) == {"transfers": 0, "wrong-balances": wrong, "lost-updates": 0}


class TestEdits:
    def edits(self, *made: tuple[int, int]) -> Edits:
        """Versions with the one that each was made on top of; all are acknowledged."""
        edits = Edits(Users(1), frozenset({0}))
        for version, below in made:
            edits.made(writes(version), below)
            edits.answered(writes(version), 1.0)
        return edits

    @pytest.mark.parametrize(
        ("made", "lost"),
        [
            ([(1, 0), (2, 1), (3, 2)], 0),
            ([(1, 0), (2, 0)], 1),  # the first is overwritten
            ([(1, 0), (2, 0), (3, 1)], 1),  # and is back, since somebody still had it
            ([(1, 0), (2, 1), (3, 0)], 2),
        ],
    )
    def test_what_is_not_under_the_newest_version_is_lost(
        self, made: list[tuple[int, int]], lost: int
    ) -> None:
        counted = self.edits(*made).counted(There().having((0, len(made))))
        assert counted == {"edits": len(made), "lost-edits": lost}

    def test_what_nobody_was_told_is_no_loss(self) -> None:
        edits = self.edits((2, 0))
        edits.made(writes(1), 0)
        assert edits.counted(There().having((0, 2)))["lost-edits"] == 0

    def test_what_is_gone_with_its_store_is(self) -> None:
        assert self.edits((1, 0)).counted(There())["lost-edits"] == 1


class TestOwed:
    def test_records(self) -> None:
        audits = Audits()
        for number, answer in enumerate((None, PENDING, None, SOLD_OUT, DECLINED, DENIED)):
            request = asks(number)
            request.answer = answer
            audits.answered(request, 1.0)
        audits.lost(asks(9))
        there = There().having((AUDITS + asks(0).order, 1))
        assert audits.counted(there) == {"audited": 3, "missing-audits": 2}

    @pytest.mark.parametrize(
        ("count", "off", "total", "near"),
        [
            (40, 0, 0, 40),
            (41, 0, 0, 40),
            (42, 1, 1, 40),
            (43, 2, 2, 40),
            (44, 3, 3, 0),
            (38, 2, 2, 40),
            (37, 3, 3, 0),
        ],
    )
    def test_counts(self, count: int, off: int, total: int, near: int) -> None:
        """Forty were answered, and one was lost, which may be counted."""
        clicks = Clicks()
        for number in range(40):
            clicks.answered(asks(number), 1.0)
        clicks.lost(asks(40))
        assert clicks.counted(There().having((CLICKS, count))) == {
            "clicks": 40, "uncounted": off, "off-in-total": total, "near-counts": near,
        }  # fmt: skip

    def test_in_total_too_many_here_make_up_for_too_few_there(self) -> None:
        clicks = Clicks()
        for number in range(20):
            clicks.answered(asks(number, item=number % 2), 1.0)
        counted = clicks.counted(There().having((CLICKS, 15), (CLICKS + 1, 5)))
        assert (counted["uncounted"], counted["off-in-total"]) == (10, 0)

    def test_copies(self) -> None:
        copies = Copies()
        for item in range(4):
            copies.answered(writes(1, item=item), 1.0)
        copies.lost(asks(item=4))
        copies.lost(asks(item=5))  # nothing came of it
        there = There().having((0, 2), (COPIES, 2), (1, 2), (COPIES + 1, 1), (2, 1), (4, 1))
        there.having((3, 1), (COPIES + 3, 1))
        assert copies.counted(there) == {"copies": 5, "drifted": 3}


class TestTyping:
    def typing(self, *typed: tuple[float, float | None]) -> tuple[int, int]:
        """What was typed when, and when its save was answered: None where it was kept back."""
        oracle = Typing(ONE, {0: 5.0})
        heard = [(start if done is None else done, start, done) for start, done in typed]
        for number, (now, start, done) in enumerate(sorted(heard, key=lambda each: each[0])):
            request = asks(number, start=start)
            request.wrote = -1 if done is None else number
            oracle.answered(request, now)
        counted = oracle.counted(There())
        return counted["typed"], counted["unsaved"]

    def test_a_save_has_what_was_typed_until_it_set_out(self) -> None:
        assert self.typing((1.0, None), (5.9, 6.0)) == (2, 0)
        assert self.typing((1.0, None), (5.9, 6.1)) == (2, 1)
        assert self.typing((1.0, None), (1.5, 9.0)) == (2, 2)  # it was slow
        assert self.typing((1.0, 1.1), (1.05, None), (9.0, 9.1)) == (3, 1)  # typed meanwhile

    def test_what_nobody_saved_counts_by_the_end(self) -> None:
        assert self.typing((1.0, None), (6.0, None)) == (2, 0)
        assert self.typing((1.0, None), (6.1, None)) == (2, 1)

    def test_a_save_that_is_lost_goes_with_the_next_one(self) -> None:
        oracle = Typing(ONE, {0: 5.0})
        oracle.lost(asks(0, start=1.0))
        request = writes(1)
        request.start = 7.0
        oracle.answered(request, 7.1)
        assert oracle.counted(There()) == {"typed": 2, "unsaved": 1}


def test_every_need_and_every_counter_is_in_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs" / "NEEDS.md").read_text("utf-8")
    needs, _, counted = text.partition("## What is counted")
    for need in EFFECTS:
        assert f"`{need}`" in needs
    counters: dict[str, Counter | Ratio] = {**COUNTERS, **RATIOS}
    for name, known in counters.items():
        if known.needs or known.owes:
            assert f"`{name}`" in counted
