"""Bulk jobs: what they take from those who are served, and how they reach whom they strike."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.run import Run
from tests.simulation.systems import System, all_free, journeys, node, outcomes, system

PIECES = """
pieces:
  behaviour: shards
  does: {read: {time: fixed 100 ms}, write: {time: fixed 100 ms}, scan: {time: fixed 100 ms}}
  sizes: {one: {price: $1/month, vcpu: 4}}
ring:
  behaviour: quorum
  does: {read: {time: fixed 100 ms}, write: {time: fixed 100 ms}}
  sizes: {one: {price: $1/month, vcpu: 4}}
"""


def job(kind: str = "base", **more: Any) -> dict[str, Any]:
    """From 5 s to 10 s, ten writes a second."""
    what = {"kind": kind, "need": "write", "rate": "10/s", **more.pop("what", {})}
    return {"id": "job", "at": "5 s", "for": "5 s", "says": "a job", "bulk": what, **more}


def struck(target: str = "base", needs: str = "[read]", kinds: str = "", **what: Any) -> System:
    """People who ask twice a second, and a job; perhaps `more` happens."""
    kind, more = target.partition(",")[0], what.pop("more", None)
    return system(
        {"db": target},
        ["people > db"],
        needs,
        kinds=f"{PIECES}{kinds}",
        traffic="rate: 2/s",
        length="20 s",
        operation="items: {of: thing, count: 4}",
        incidents=[job(kind, what=what), *([more] if more else [])],
    )


def served(run: Run, name: str = "db") -> list[int]:
    return [each.meter.served for each in run.world.instances[name]]


def test_it_does_so_many_a_second() -> None:
    run = struck().run()
    assert served(run) == [40 + 50]
    assert [each.what for each in run.world.happenings] == ["job", "job-over"]
    assert len(journeys(run)) == 40


def test_it_takes_the_processors() -> None:
    """Ten writes of 500 ms a second are five processors, of which there are two."""
    run = struck(kinds="base: {sizes: {one: {vcpu: 2}}}").run()
    took = [(j.start, j.end - j.start) for j in journeys(run) if j.end is not None]
    assert all(seconds == pytest.approx(0.2) for start, seconds in took if start < 5)
    assert max(seconds for _, seconds in took) > 5


def test_it_locks_the_rows_that_it_is_about() -> None:
    """Each of four rows is locked for longer than it takes until the next one wants it."""
    waiting = {}
    for of in (None, "thing"):
        run = struck(needs="[write]", **({"of": of} if of else {})).run()
        waiting[of] = max(frame.nodes[1].gauge or 0.0 for frame in run.trace.frames)
        assert all_free(run)
    assert waiting[None] == 0
    assert waiting["thing"] > 5


def test_what_it_writes_is_news_for_those_who_read_it() -> None:
    run = struck(of="thing").run()
    assert sum(node(run, "db").versions.values()) == 50


def test_replicas_fall_behind() -> None:
    made = system(
        {"app": "front", "db": "base", "copy": "copy"},
        ["people > app", "app > db", "app > copy", "db > copy"],
        "[read]",
        kinds="copy: {sizes: {one: {vcpu: 1}}, does: {apply: {time: fixed 150 ms}}}",
        length="20 s",
        incidents=[job()],
    )
    run = made.run()
    at = run.trace.header.nodes.index("copy")
    lags = [frame.nodes[at].gauge or 0.0 for frame in run.trace.frames]
    assert lags[3] < 0.5
    assert max(lags) > 2.5
    assert lags[-1] < max(lags)


def test_it_is_about_one_shard_or_all_of_them() -> None:
    writes = served(struck("pieces, count: 3").run())
    scans = served(struck("pieces, count: 3", need="scan").run())
    assert sum(writes) == 40 + 50
    assert sum(scans) == 40 + 3 * 50
    in_order = served(struck("pieces, count: 3, settings: {ids: sequential}").run())
    assert in_order[0] >= 50


def test_it_is_told_to_all_copies() -> None:
    run = struck("ring, count: 3", of="thing").run()
    assert sum(served(run)) == 2 * 40 + 3 * 50
    assert {sum(copy.versions.values()) for copy in run.world.instances["db"]} == {50}  # type: ignore[attr-defined]


def test_what_nobody_is_wired_to_is_struck_all_the_same() -> None:
    for kind, number in (("pieces", 3), ("ring", 3), ("base", 1)):
        made = system({"app": "front", "db": f"{kind}, count: {number}"}, ["people > app"],
                      "[compute]", kinds=PIECES, incidents=[job(kind)])  # fmt: skip
        run = made.run()
        assert set(outcomes(run)) == {"good"}
        assert served(run)[0] == 50


def test_who_dies_with_it_inside_is_well_afterwards() -> None:
    kill = {"id": "k", "at": "7 s", "for": "1 s", "says": "dies", "kill": {"kind": "base"}}
    run = struck(more=kill).run()
    assert {j.outcome for j in journeys(run) if not 6.8 < j.start < 8} == {"good"}
    assert all_free(run)


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ({"need": "fly"}, "a `base` does no `fly` in a job"),
        ({"need": "wriet"}, "a `base` does no `wriet` in a job (did you mean `write`?)"),
        ({"of": "cows"}, "no operation is about a `cows`"),
        ({"rate": "0/s"}, "`0/s` is out of bounds (more than 0)"),
        ({"kind": "front"}, "`bulk` cannot happen to `front`"),
    ],
)
def test_what_is_no_job(what: dict[str, Any], says: str) -> None:
    with pytest.raises(DocumentError) as error:
        struck(**what)
    assert says in str(error.value)


def test_what_a_copy_does_for_itself_is_no_job() -> None:
    with pytest.raises(DocumentError, match="does no `apply` in a job"):
        struck(kind="copy", need="apply")
