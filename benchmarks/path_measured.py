"""The path in SimPy's plain style, measuring all that the engine does, with its meters.

Outcomes, latencies, whom a loss is charged to, arrivals, waits, lines and busy time of every node,
hits, rows waited for, reads that were stale, a sample of whole journeys, and a frame each second.
"""

from __future__ import annotations

from bisect import bisect_right

from benchmarks.networks import Case
from benchmarks.path import Asked, Crowd, numbers
from benchmarks.path_plain import Network, Process, Server
from benchmarks.watched import Asking, Watched
from sandbox.simulation.requests import FAILED, LATE, Request
from sandbox.simulation.run import frame_length
from sandbox.simulation.trace import Frame, Happening, Journey


class Measured(Network):
    """The path, and everything about it."""

    def __init__(self, case: Case) -> None:
        path = self.path = numbers(case)
        super().__init__(path)
        self.ledger = path.world.ledger
        self.crowds = {crowd.stream: Asking(crowd.clients) for crowd in path.crowds}
        self.router = Watched(path.balancer)
        self.cache = Watched(path.cache, self.core)
        self.store = Watched(path.store, self.database, self.connections)
        self.servers = {
            server: Watched(node, server.processors, server.slots)
            for server, node in zip(self.balancer.servers, path.servers, strict=True)
        }
        self.versions: dict[int, int] = {}
        self.copies: dict[int, int] = {}
        """The version of each key that the cache keeps, or once kept."""
        self.hits = 0
        self.misses = 0
        self.shown = 0, 0
        """Hits and misses when a frame last told them."""
        self.wait_for_rows = 0
        self.journeys: list[Journey] = []
        self.frames: list[Frame] = []
        self.happenings: list[Happening] = []
        self.sent = dict.fromkeys(("lb", "cache", "db"), 0)
        """How many set out on the way to each, but for the first way."""
        self.sent_before: tuple[int, ...] = ()
        self.balancer.told = self.tell
        seconds = frame_length(case.level.clock)
        for crowd in path.crowds:
            self.env.process(self.arrive(crowd))
        self.env.process(self.watch(seconds))
        self.env.run(self.end)
        self.finish()

    @property
    def nodes(self) -> list[Watched]:
        """All of them, in the order of the world."""
        of_servers = self.servers.values()
        return [*self.crowds.values(), self.router, *of_servers, self.cache, self.store]

    def arrive(self, crowd: Crowd) -> Process:
        """Let the requests come."""
        stream, every = crowd.stream, crowd.clients.keep_one_in
        meter = crowd.clients.meter
        for number, moment in enumerate(crowd.arrivals):
            yield self.env.timeout(moment - self.env.now)
            asked = crowd.asked[bisect_right(crowd.mix, crowd.which(stream, number))]
            item = bisect_right(asked.items, asked.item(stream, number))
            request = Request(stream, number, asked.index, 0, moment, item)
            request.known = self.ledger.acknowledged.get(item, 0)
            if number % every == 0:
                request.visits = []
            meter.arrivals += 1
            asked.meter.came(request)
            self.env.process(self.ask(crowd, asked, request))

    def ask(self, crowd: Crowd, asked: Asked, request: Request) -> Process:
        """One request."""
        distance = crowd.distance(request.stream, request.number)
        request.worst, request.worst_at = distance, crowd.clients.index
        yield self.env.timeout(distance)
        self.crowds[crowd.stream].sent += 1
        self.router.meter.arrivals += 1
        server = self.balancer.choose()
        self.sent["lb"] += 1
        watched = self.servers[server]
        watched.meter.arrivals += 1
        if server in self.dead:
            watched.meter.rejected += 1
            node = watched.node
            self.lose(request, node.index, f"{node.name} was down: connection refused")
            return
        yield from self.serve(server, watched, asked, request)
        if server not in self.dead:
            self.answer(asked, request)

    def serve(self, server: Server, watched: Watched, asked: Asked, request: Request) -> Process:
        """What happens at a server, whether or not somebody still waits for it."""
        env, arrived = self.env, self.env.now
        watched.open[request] = None
        with server.slots.request() as slot:
            yield slot
            if server in self.dead:
                return
            with server.processors.request() as turn:
                yield turn
                waited, worked = env.now - arrived, asked.compute(request.stream, request.number)
                watched.busy.begin(env.now)
                yield env.timeout(worked)
                watched.busy.end(env.now)
            if server in self.dead:
                return
            yield from self.write(asked, request) if asked.writes else self.read(asked, request)
        if server not in self.dead:
            del watched.open[request]
            watched.meter.settle(waited, worked)
            watched.meter.served += 1
            request.stayed(watched.node.index, arrived, arrived + waited, env.now)

    def read(self, asked: Asked, request: Request) -> Process:
        """Look into the cache, or else into the database."""
        env, cache, key = self.env, self.cache, request.item
        arrived = env.now
        self.sent["cache"] += 1
        cache.meter.arrivals += 1
        with self.core.request() as turn:
            yield turn
            began = env.now
            cache.meter.settle(began - arrived, self.operation)
            cache.busy.begin(began)
            yield env.timeout(self.operation)
            cache.busy.end(env.now)
        request.stayed(cache.node.index, arrived, began, env.now)
        cache.meter.served += 1
        if self.kept.has(key):
            self.hits += 1
            request.seen = self.copies[key]
            return
        self.misses += 1
        store, arrived = self.store, env.now
        self.sent["db"] += 1
        store.meter.arrivals += 1
        with self.connections.request() as connection:
            yield connection
            with self.database.request() as turn:
                yield turn
                began, service = env.now, asked.data(request.stream, request.number)
                store.busy.begin(began)
                yield env.timeout(service)
                store.busy.end(env.now)
            request.seen = self.versions.get(key, 0)
        store.meter.settle(began - arrived, service)
        store.meter.served += 1
        request.stayed(store.node.index, arrived, began, env.now)
        self.kept.keep(key)
        self.copies[key] = request.seen
        env.process(self.touch())

    def write(self, asked: Asked, request: Request) -> Process:
        """Change a row, and forget what the cache has of it."""
        env, store, key = self.env, self.store, request.item
        arrived = env.now
        self.sent["db"] += 1
        store.meter.arrivals += 1
        with self.connections.request() as connection:
            yield connection
            with self.row(key).request() as row:
                locked = not row.triggered
                self.wait_for_rows += locked
                yield row
                self.wait_for_rows -= locked
                with self.database.request() as turn:
                    yield turn
                    began, service = env.now, asked.data(request.stream, request.number)
                    store.busy.begin(began)
                    yield env.timeout(service)
                    store.busy.end(env.now)
                request.wrote = self.versions[key] = self.versions.get(key, 0) + 1
        store.meter.settle(began - arrived, service)
        store.meter.served += 1
        request.stayed(store.node.index, arrived, began, env.now)
        self.sent["cache"] += 1
        yield from self.touch()
        self.kept.pop(key, None)

    def touch(self) -> Process:
        """One operation of the cache that is no look."""
        with self.core.request() as turn:
            yield turn
            self.cache.busy.begin(self.env.now)
            yield self.env.timeout(self.operation)
            self.cache.busy.end(self.env.now)

    def answer(self, asked: Asked, request: Request) -> None:
        """Somebody has got what was asked for."""
        self.router.meter.served += 1
        outcome = asked.meter.done(request, self.env.now)
        self.ledger.answered(request, asked.writes)
        crowd = self.crowds[request.stream]
        crowd.recent.append(self.env.now - request.start)
        crowd.meter.served += 1
        if request.visits is not None:
            self.keep(request, outcome, "")

    def lose(self, request: Request, node: int, why: str) -> None:
        """Somebody has not."""
        self.router.meter.failed += 1
        request.worst_at = node
        self.path.world.operations[request.operation].meter.lost(request, FAILED, self.env.now)
        crowd = self.crowds[request.stream]
        crowd.meter.failed += 1
        crowd.meter.served += 1
        if request.visits is not None or not crowd.some_lost:
            self.keep(request, FAILED, why)
        crowd.some_lost = True

    def keep(self, request: Request, outcome: str, why: str) -> None:
        """Keep a whole journey."""
        world = self.path.world
        charged = world.nodes[request.worst_at].name
        name = world.operations[request.operation].name
        named = request.stream, request.number, name, request.start, self.env.now
        visits = [] if request.visits is None else request.visits
        self.journeys.append(Journey(*named, outcome, charged, why, visits))

    def tell(self, server: Server) -> None:
        """A server has died, and everybody inside is told; or it is left out."""
        watched, now = self.servers[server], self.env.now
        node = watched.node
        if watched.busy.frozen is not None:
            says = f"{self.router.node.name} sends nothing more to {node.name}"
            self.happenings.append(Happening(now, node.index, says, "left-out"))
            return
        watched.busy.frozen = watched.busy.until(now)
        meter = watched.meter
        meter.failed = meter.arrivals - meter.served - meter.rejected
        for request in watched.open:
            self.lose(request, node.index, f"{node.name} died")
        self.happenings.append(Happening(now, node.index, f"{node.name} died", "died"))

    def watch(self, seconds: float) -> Process:
        """A frame each so many seconds."""
        while True:
            yield self.env.timeout(seconds)
            self.frame(seconds)

    def frame(self, seconds: float) -> None:
        """Show what has happened since the last one."""
        now = self.env.now
        hits, misses = self.hits - self.shown[0], self.misses - self.shown[1]
        self.shown = self.hits, self.misses
        self.cache.gauge = hits / (hits + misses) if hits + misses else None
        self.store.gauge = float(self.wait_for_rows)
        for crowd in self.crowds.values():
            crowd.look()
        sent = *(crowd.sent for crowd in self.crowds.values()), *self.sent.values()
        before = self.sent_before or (0,) * len(sent)
        frame = Frame(
            now,
            tuple(operation.meter.frame() for operation in self.path.world.operations),
            tuple(watched.frame(now, seconds) for watched in self.nodes),
            tuple(after - earlier for after, earlier in zip(sent, before, strict=True)),
            tuple(self.happenings),
            (self.ledger.reads, self.ledger.stale_reads),
        )
        self.sent_before, self.happenings = sent, []
        self.frames.append(frame)

    def finish(self) -> None:
        """The run is over: what is open is late for good."""
        for operation in self.path.world.operations:
            for request in list(operation.meter.open):
                operation.meter.lost(request, LATE, self.env.now)
                if request.visits is not None:
                    self.keep(request, LATE, "not done when the run ended")
        self.frame(self.env.now - self.frames[-1].time)
