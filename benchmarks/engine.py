"""The engine as it is played against the plain style, with the same draws and measurements."""

from __future__ import annotations

from array import array
from functools import partial

from benchmarks.lane import agree
from benchmarks.networks import CASES, SEED, Case, case, stations
from benchmarks.plain import Waits, measured, plain
from benchmarks.timing import timed
from sandbox.simulation.run import simulate

REQUESTS = 20_000
ROUNDS = 7


def engine(case: Case) -> Waits:
    """A whole run, with everything that it measures."""
    run = simulate(case.level, case.design, SEED)
    return [array("d", station.meter.waits.values()) for station in stations(run.world)]


def report() -> None:
    """Print speeds and ratios, and whether both agree to the last bit."""
    print("The engine, with frames, percentiles, journeys and conservation, as it is played")
    print(f"{'requests a second':22}{'plain':>10}{'measured':>10}{'engine':>10}")
    for name in CASES:
        made = case(name, REQUESTS)
        same = agree([plain(made), measured(made), engine(made)])
        ways = [partial(way, made) for way in (plain, measured, engine)]
        waits_only, all_of_it, ours = times = timed(ways, ROUNDS)
        speeds = "".join(f"{REQUESTS / each.seconds:>10,.0f}" for each in times)
        print(
            f"{name:22}{speeds}   engine {ours.times_as_fast_as(all_of_it):.1f}x measured, "
            f"{ours.times_as_fast_as(waits_only):.1f}x plain; "
            f"{'same' if same else 'DIFFERENT'} bits"
        )
