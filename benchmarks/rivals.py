"""The engine beside two other simulators, on the nearest network that all three can express.

Clients, a balancer that takes turns, two servers with one processor each: 2 ms of work, first come
first served, then a wait of 12 ms for something else, which holds nothing. Poisson arrivals.

They need Python 3.12 or later and are no dependency of ours: in an environment with

    pip install -e . happysim==0.2.5 asyncflow-sim==0.1.1

run `python -m benchmarks.rivals`. All three measure latencies; the engine measures frames, waits,
journeys and the rest besides. Mean latencies are printed, to show that all do the same.
"""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from sandbox.documents.library import load_design_text, load_level_text
from sandbox.simulation.run import simulate
from sandbox.simulation.samples import Samples

RATE = 700.0
"""Requests a second; two processors can do a thousand."""
LENGTH = 60
WORK, WAIT = 0.002, 0.012
ROUNDS = 3

Result = tuple[int, float]
"""How many requests were done, and their mean latency in seconds."""


def ours() -> Result:
    """The engine, from documents."""
    level = load_level_text(
        json.dumps(
            {
                "id": "near",
                "title": "Near",
                "brief": "Two servers.",
                "clock": {"length": f"{LENGTH} s"},
                "operations": {"ask": {"title": "ask", "needs": ["compute", "look"]}},
                "traffic": [{"from": "people", "rate": f"{RATE:g}/s", "mix": {"ask": 1}}],
                "kinds": {
                    "server": {
                        "behaviour": "compute",
                        "does": {"compute": {"time": f"fixed {WORK * 1e3:g} ms"}},
                    },
                    "other": {
                        "behaviour": "external",
                        "does": {"look": {"time": f"fixed {WAIT * 1e3:g} ms"}},
                    },
                },
                "palette": ["server", "other", "balancer"],
                "nodes": [{"id": "people", "kind": "users"}],
            }
        )
    )
    board = {
        "level": "near",
        "nodes": [
            {"id": "lb", "kind": "balancer"},
            {"id": "app", "kind": "server", "count": 2},
            {"id": "other", "kind": "other"},
        ],
        "links": [
            {"from": "people", "to": "lb"},
            {"from": "lb", "to": "app"},
            {"from": "app", "to": "other"},
        ],
    }
    run = simulate(level, load_design_text(json.dumps(board), level), seed=1)
    latencies = Samples.together(each.meter.latencies for each in run.world.operations)
    return latencies.count, latencies.total / latencies.count


def happysim() -> Result:
    """Happysim 0.2.5: entities that send events to each other."""
    happy: Any = importlib.import_module("happysimulator")
    balancing: Any = importlib.import_module("happysimulator.components.load_balancer")
    fixed: Any = importlib.import_module("happysimulator.distributions.constant").ConstantLatency
    sink = happy.LatencyTracker("done")
    other = happy.Server("other", concurrency=10**9, service_time=fixed(WAIT), downstream=sink)
    servers = [
        happy.Server(f"app-{at}", concurrency=1, service_time=fixed(WORK), downstream=other)
        for at in range(2)
    ]
    balancer = balancing.LoadBalancer("lb", backends=servers)
    source = happy.Source.poisson(rate=RATE, target=balancer, stop_after=LENGTH)
    happy.Simulation(
        sources=[source],
        entities=[balancer, *servers, other, sink],
        end_time=happy.Instant.from_seconds(LENGTH + 1),
    ).run()
    return sink.count, sink.mean_latency()


def asyncflow() -> Result:
    """asyncflow-sim 0.1.1: SimPy underneath, users who send so many requests a minute."""
    simpy: Any = importlib.import_module("simpy")
    runner: Any = importlib.import_module("asyncflow.runtime.simulation_runner").SimulationRunner
    payload: Any = importlib.import_module("asyncflow.schemas.payload").SimulationPayload
    steps = [
        {"kind": "initial_parsing", "step_operation": {"cpu_time": WORK}},
        {"kind": "io_wait", "step_operation": {"io_waiting_time": WAIT}},
    ]
    servers = [
        {
            "id": f"app-{at}",
            "server_resources": {"cpu_cores": 1, "ram_mb": 2048},
            "endpoints": [{"endpoint_name": "/ask", "steps": steps}],
        }
        for at in range(2)
    ]
    wires = [("people", "client"), ("client", "lb"), ("lb", "app-0"), ("lb", "app-1")]
    wires += [("app-0", "client"), ("app-1", "client")]
    soon = {"mean": 1e-9, "distribution": "exponential"}
    document = {
        "rqs_input": {
            "id": "people",
            "avg_active_users": {"mean": RATE, "distribution": "poisson"},
            "avg_request_per_minute_per_user": {"mean": 60.0, "distribution": "poisson"},
            "user_sampling_window": 1,
        },
        "topology_graph": {
            "nodes": {
                "client": {"id": "client"},
                "servers": servers,
                "load_balancer": {
                    "id": "lb",
                    "algorithms": "round_robin",
                    "server_covered": ["app-0", "app-1"],
                },
            },
            "edges": [
                {"id": f"{a}-{b}", "source": a, "target": b, "latency": soon, "dropout_rate": 0.0}
                for a, b in wires
            ],
        },
        "sim_settings": {"total_simulation_time": LENGTH, "sample_period_s": 0.1},
    }
    input_of = payload.model_validate(document)
    found = runner(env=simpy.Environment(), simulation_input=input_of).run()
    latencies = found.get_latency_stats()
    values = {str(getattr(key, "value", key)): value for key, value in latencies.items()}
    return int(values["total_requests"]), float(values["mean"])


def measured(way: Callable[[], Result]) -> tuple[int, float, float]:
    """Requests, mean latency, and requests a second of processor time (the median)."""
    speeds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        done, mean = way()
        speeds.append(done / (time.process_time() - started))
    return done, mean, statistics.median(speeds)


def main() -> None:
    """Print what is there to be compared."""
    _, _, our_speed = results = measured(ours)
    print(f"{'engine':12}{results[0]:>8,} requests, mean {results[1] * 1e3:.2f} ms,", end=" ")
    print(f"{our_speed:>9,.0f} requests a second")
    for way in (happysim, asyncflow):
        try:
            done, mean, speed = measured(way)
        except ImportError as missing:
            print(f"{way.__name__:12}is not here ({missing})", file=sys.stderr)
            continue
        print(f"{way.__name__:12}{done:>8,} requests, mean {mean * 1e3:.2f} ms,", end=" ")
        print(f"{speed:>9,.0f} requests a second   engine : {way.__name__} {our_speed / speed:.1f}")


if __name__ == "__main__":
    main()
