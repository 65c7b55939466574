"""Many runs over the cores of this machine. The order of results is the order of the jobs."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from multiprocessing import forkserver

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.problems import DocumentError, Problem
from sandbox.judgement.judge import judge
from sandbox.judgement.report import Report
from sandbox.simulation.run import simulate

_WORTH_A_POOL = 1_000_000
"""Events (see `events`) from which on a pool of processes is worth its start."""
_EVENTS_A_TASK = 50_000
_EVENTS_A_RUN = 5_000
"""What building and measuring a run costs besides its own events, in events."""


@dataclass(frozen=True)
class Job:
    """One run to be made; `key` is whatever its asker knows it by."""

    level: Level
    design: Design
    seed: int
    key: Hashable = None


@dataclass(frozen=True)
class Result:
    """What came of a job."""

    key: Hashable
    seed: int
    report: Report


def run_one(level: Level, design: Design, seed: int) -> Report:
    """Run a design and judge it. Raises DocumentError if it cannot be run."""
    return judge(level, design, simulate(level, design, seed))


def unwatched(level: Level) -> Level:
    """The level with as few frames as can be, for runs of which only the verdict counts.

    Frames measure and change nothing; small runs without them take a fraction of the time.
    What `happened` in a report is told from frames, and is not to be shown from such a run.
    """
    clock = level.clock.model_copy(update={"frame": level.clock.length})
    return level.model_copy(update={"clock": clock})


def events(report: Report) -> int:
    """How much work a run was: its arrivals and the visits they made to nodes."""
    arrivals = sum(operation.arrivals for operation in report.operations.values())
    return arrivals + sum(node.arrivals for node in report.nodes.values())


def asked(report: Report) -> int:
    """What was asked of the system: arrivals, repeated attempts, deliveries of a queue."""
    arrivals = sum(operation.arrivals for operation in report.operations.values())
    return arrivals + report.ledger["attempts"] + report.ledger["deliveries"]


def run_many(jobs: Iterable[Job], processes: int | None = None) -> Iterator[Result]:
    """Make all runs and give their results in the order of the jobs.

    `processes` is by default the number of cores. The first run is made here and tells how much
    work there is; a little is all done here. Raises DocumentError at the first job that cannot
    be run. Closing the iterator (or Ctrl+C) ends the processes.
    """
    waiting = list(jobs)
    if not waiting:
        return
    first = _result(waiting[0])
    yield first
    rest = waiting[1:]
    size = _EVENTS_A_RUN + events(first.report)
    if processes is None:
        processes = cores() if size * len(rest) >= _WORTH_A_POOL else 1
    if processes == 1:
        yield from map(_result, rest)
    else:
        yield from _in_pool(rest, processes, max(1, _EVENTS_A_TASK // size))


def cores() -> int:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _result(job: Job) -> Result:
    report = run_one(job.level, job.design, job.seed)
    if events(report) >= _EVENTS_A_TASK:
        gc.collect()  # a world is full of circles, and large
    return Result(job.key, job.seed, report)


_TOLD_BY = {signal.SIGINT, signal.SIGTERM}
"""Ctrl+C, and what tells a process of the pool that all is over."""

_Task = tuple[bytes, list[tuple[Design, int]]]
"""A pickled level (the same bytes for all its tasks, so a process reads it once) and its runs."""
_Answer = tuple[list[Report], list[Problem]]
"""The reports of a task's runs, and the problems of the first run that could not be made."""


def _in_pool(jobs: list[Job], processes: int, runs_a_task: int) -> Iterator[Result]:
    remaining = iter(jobs)
    under_way: deque[Future[_Answer]] = deque()
    pool = _pool(processes)
    try:
        for task in _tasks(jobs, runs_a_task):
            under_way.append(pool.submit(_do, task))
            if len(under_way) > 2 * processes:
                yield from _results(under_way.popleft(), remaining)
        while under_way:
            yield from _results(under_way.popleft(), remaining)
    except BaseException:  # an error, Ctrl+C, or nobody who wants the rest
        _end(pool)
        raise
    pool.shutdown()


def _pool(processes: int) -> ProcessPoolExecutor:
    # Never a plain fork: the screens and the pool itself have threads.
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload([__name__])
        # What is forked from it is deaf to both from its first moment on, as it is.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _TOLD_BY)
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_begin)


def _end(pool: ProcessPoolExecutor) -> None:
    """End all processes at once: what they still work on is not wanted.

    They are told, and not killed: a pool whose process dies while work is on the way to it may
    wait for ever (github.com/python/cpython/issues/94777).
    """
    for process in list((pool._processes or {}).values()):
        process.terminate()
    pool.shutdown(cancel_futures=True)


class _NotWanted(Exception):  # noqa: N818 - it is no error
    """Nobody waits for what is being worked on."""


class _Worker:
    """What a process of the pool knows of itself."""

    is_busy = False
    is_wanted = True


def _begin() -> None:
    """In a process of the pool: Ctrl+C is for whoever asked, who then says that all is over."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TOLD_BY)


def _stop(*_: object) -> None:
    """Leave off what is being done; between two tasks there is nothing to leave off."""
    _Worker.is_wanted = False
    if _Worker.is_busy:
        raise _NotWanted


def _tasks(jobs: list[Job], runs_a_task: int) -> Iterator[_Task]:
    for _, group in groupby(jobs, key=lambda job: id(job.level)):
        same = list(group)
        level = pickle.dumps(same[0].level)
        for at in range(0, len(same), runs_a_task):
            yield level, [(job.design, job.seed) for job in same[at : at + runs_a_task]]


def _do(task: _Task) -> _Answer:
    _Worker.is_busy = True
    try:
        return _done(task) if _Worker.is_wanted else ([], [])
    except _NotWanted:
        return [], []
    finally:
        _Worker.is_busy = False


def _done(task: _Task) -> _Answer:
    level, reports = _thawed(task[0]), []
    try:
        for design, seed in task[1]:
            reports.append(run_one(level, design, seed))
        gc.collect()
    except DocumentError as error:
        return reports, error.problems
    return reports, []


@lru_cache(maxsize=8)
def _thawed(level: bytes) -> Level:
    thawed = pickle.loads(level)
    assert isinstance(thawed, Level)
    return thawed


def _results(answer: Future[_Answer], jobs: Iterator[Job]) -> Iterator[Result]:
    reports, problems = answer.result()
    for report in reports:
        job = next(jobs)
        yield Result(job.key, job.seed, report)
    if problems:
        raise DocumentError(problems)
