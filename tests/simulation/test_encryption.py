"""Encryption: who could have listened, and what it costs not to let them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.encryption import FULL, HANDSHAKE, OPENING, RESUMED
from tests.simulation.systems import System, count, ends, node, system

PARTS = {"app": "front", "mem": "memory", "db": "base", "copy": "copy"}
WIRES = ["people > app", "app > mem", "app > db", "app > copy", "db > copy"]
SECRET = "secret: true"


def shop(*sealed: str, operation: str = SECRET, **more: Any) -> System:
    """Reads beside a cache, from a replica; some wires are encrypted."""
    wires = [f"{wire}, encrypted: true" if wire in sealed else wire for wire in WIRES]
    return system(PARTS, wires, "[compute, read]", operation=operation, **more)


def hops(made: System) -> int:
    return count(made.run(), "plaintext-hops")


class TestPlaintextHops:
    def test_every_wire_that_carries_it_counts_once(self) -> None:
        """The database itself is asked by nobody: nothing is written that it could send on."""
        assert hops(shop()) == 3
        assert hops(shop("people > app")) == 2
        assert hops(shop("people > app", "app > mem", "app > copy")) == 0

    def test_where_tls_ends_is_where_it_begins_to_be_plain(self) -> None:
        nodes = {"lb": "spread", "app": "front", "db": "base"}
        wires = ["people > lb", "lb > app", "app > db"]
        for sealed in range(4):
            links = [f"{w}, encrypted: true" if n < sealed else w for n, w in enumerate(wires)]
            made = system(nodes, links, "[compute, write]", operation=SECRET)
            assert hops(made) == 3 - sealed

    def test_what_is_replicated_is_sent_too(self) -> None:
        made = system(PARTS, WIRES, "[compute, write]", operation=SECRET)
        assert hops(made) == 3  # to the server, to the database, to the copy

    def test_only_what_is_secret_counts(self) -> None:
        assert hops(shop(operation="")) == 0
        operations = {
            "read": {"title": "read", "needs": ["compute", "read"]},
            "pay": {"title": "pay", "needs": ["compute", "write"], "secret": True},
        }
        made = system(
            {"app": "front", "door": "front", "db": "base", "side": "base"},
            ["people > app, carries: [read]", "people > door, carries: [pay]",
             "app > db", "door > side"],
            operations=operations,
            streams=("rate: 1/s, mix: {read: 1, pay: 1}",),
        )  # fmt: skip
        assert hops(made) == 2

    def test_a_wire_that_nothing_went_on_says_nothing(self) -> None:
        assert hops(shop(traffic="phases: [{at: 0 s, rate: 0/s}]")) == 0

    def test_a_level_without_secrets_cannot_count_them(self) -> None:
        slo = {"id": "p", "says": "p", "metric": "count", "of": "plaintext-hops", "at_most": 0}
        with pytest.raises(DocumentError, match="no operation is secret"):
            shop(operation="", slos=[slo])
        result = shop(slos=[slo]).report().slos[0]
        assert result.near == "3 wires that anybody can listen to, 0 allowed"


class TestWhatItCosts:
    NODES, LINKS = {"app": "front", "db": "base"}, ["people > app", "app > db"]

    def made(self, *sealed: str, kinds: str = "", **more: Any) -> System:
        links = [f"{wire}, encrypted: true" if wire in sealed else wire for wire in self.LINKS]
        return system(self.NODES, links, "[compute, read]", kinds=kinds, **more)

    def test_a_message_has_to_be_opened(self) -> None:
        plain, sealed = (self.made(*each).run() for each in ((), ("app > db",)))
        took = [sum(end for end in ends(run) if end is not None) for run in (plain, sealed)]
        assert took[1] - took[0] == pytest.approx(10 * OPENING, abs=2e-5)
        busy = [node(run, "db").reading(20.0).busy for run in (plain, sealed)]
        assert busy[1] - busy[0] == pytest.approx(10 * OPENING)

    def test_a_client_begins_with_a_handshake(self) -> None:
        """One in ten is a full one: the mean is theirs and that of the others."""
        run, plain = (
            self.made(*each, traffic="rate: 20/s", length="100 s").run()
            for each in (("people > app",), ())
        )
        more = node(run, "app").reading(200.0).busy - node(plain, "app").reading(200.0).busy
        full = (more / 2000 - OPENING - RESUMED) / (HANDSHAKE - RESUMED)
        assert full == pytest.approx(FULL, abs=4 * (FULL * (1 - FULL) / 2000) ** 0.5)

    def test_the_processor_is_busy_with_it(self) -> None:
        """One core of 1 ms a request bears 1000 a second; with handshakes, fewer than 720."""
        kinds = "front: {does: {compute: {time: fixed 1 ms}}, sizes: {one: {vcpu: 1}}}"
        base = "\nbase: {does: {read: {time: fixed 0.001 ms}}}"
        said: dict[str, Any] = {"traffic": "rate: 800/s", "length": "2 s", "kinds": kinds + base}
        plain, sealed = self.made(**said).run(), self.made("people > app", **said).run()
        last = [run.trace.journeys[-1] for run in (plain, sealed)]
        waited = [j.end - j.start for j in last if j.end is not None]
        assert waited[0] < 0.002
        assert waited[1] > 0.2

    def test_a_way_that_takes_time_takes_that_as_well(self) -> None:
        links = ["people > app", "app > db, latency: 50 ms, encrypted: true"]
        run = system(self.NODES, links, "[compute, read]").run()
        assert ends(run)[0] == pytest.approx(1.0 + 0.1 + 0.05 + OPENING + 0.2, abs=2e-6)

    def test_the_dead_open_nothing(self) -> None:
        incident = {"id": "k", "says": "k", "at": "2 s", "kill": {"kind": "base"}}
        run = self.made("app > db", incidents=[incident]).run()
        assert node(run, "db").reading(20.0).busy < 0.5

    def test_requests_are_conserved_while_it_works(self) -> None:
        kinds = "front: {does: {compute: {time: fixed 10 ms}}, sizes: {one: {vcpu: 1}}}"
        run = self.made("people > app", kinds=kinds, traffic="rate: 200/s", length="2 s").start()
        for step in range(1, 40):
            run.advance(step / 13)
            assert run.conserved
