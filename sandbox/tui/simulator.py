"""The simulator's process, as the screens see it: they ask for a recording and watch it grow.

A child runs `sandbox.fleet.worker` and speaks JSON lines. It streams frames far ahead of the
playback, so no key waits for it. When it dies, what it was working on says so, and the next
request starts another.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Sequence
from itertools import count
from typing import Any

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import to_yaml
from sandbox.judgement.report import Report
from sandbox.simulation.trace import Trace, frame_from_json, header_from_json, journey_from_json

COMMAND = (sys.executable, "-m", "sandbox.fleet.worker")
_LINE_LIMIT = 64 * 1024 * 1024
"""Bytes of one line: the journeys come in one."""


class Recording:
    """A run as far as it is known: its trace grows, then the report comes, or problems."""

    def __init__(self, level: Level, design: Design, seed: int) -> None:
        self.level = level
        self.design = design
        self.seed = seed
        self.trace: Trace | None = None
        self.report: Report | None = None
        self.problems: list[str] = []
        self.refused = False
        """Whether the simulator itself said that this cannot be run."""
        self.finished = asyncio.Event()

    def take(self, message: dict[str, Any]) -> None:
        """Take in one message of the worker's."""
        if "header" in message:
            self.trace = Trace(header_from_json(message["header"]))
        elif "frame" in message and self.trace:
            self.trace.frames.append(frame_from_json(message["frame"]))
        elif "journeys" in message and self.trace:
            self.trace.journeys.extend(journey_from_json(data) for data in message["journeys"])
        elif "report" in message:
            self.report = Report.model_validate(message["report"])
            self.finished.set()
        elif "error" in message:
            self.refused = True
            self.fail([str(problem) for problem in message["error"]])

    def fail(self, problems: list[str]) -> None:
        """Say why there will be no report."""
        self.problems = problems
        self.finished.set()


class StarSearch:
    """The question whether a design holds on other seeds, and its answer when it comes."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self.stars: dict[str, Any] | None = None
        self.passed: tuple[int, int] | None = None
        """On how many seeds it held, and of how many, where every one was asked for."""
        self.problems: list[str] = []
        self.finished = asyncio.Event()

    def take(self, message: dict[str, Any]) -> None:
        """Take in one message of the worker's."""
        if "progress" in message:
            self.done, self.total = message["progress"]
        elif "stars" in message:
            self.stars = message["stars"]
            if "passed" in message:
                holds, of = message["passed"]
                self.passed = holds, of
            self.finished.set()
        elif "error" in message:
            self.fail([str(problem) for problem in message["error"]])

    def fail(self, problems: list[str]) -> None:
        """Say why there will be no answer."""
        self.problems = problems
        self.finished.set()


class Simulator:
    """One child process and the jobs it was given."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._process: Process | None = None
        self._jobs: dict[int, Recording | StarSearch] = {}
        self._numbers = count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._starting = asyncio.Lock()
        self._complaints: deque[str] = deque(maxlen=20)
        self._closed = False
        self._beside: Simulator | None = None

    def warm(self) -> None:
        """Start the process now, so that the first run answers at once."""
        self._spawn(self._write([]))

    def record(self, level: Level, design: Design, seed: int) -> Recording:
        """Run a design; gives its recording at once, which then grows by itself."""
        recording = Recording(level, design, seed)
        self._ask(recording, level, design, {"seed": seed})
        return recording

    def stars(self, level: Level, design: Design, *, every: bool = False) -> StarSearch:
        """Ask for the stars of a design that has won, which takes many runs.

        With `every` all of the held-out seeds are run and counted, even when it is decided
        earlier. They have a process of their own, so that the next run does not wait for them.
        """
        if self._beside is None:
            self._beside = Simulator(self._command)
        search = StarSearch()
        self._beside._ask(search, level, design, {"stars": True, "every": every})
        return search

    def cancel(self, job: Recording | StarSearch) -> None:
        """Stop working on something nobody waits for any more."""
        numbers = [number for number, known in self._jobs.items() if known is job]
        for number in numbers:
            del self._jobs[number]
            self._spawn(self._write([{"cancel": number}]))
        if self._beside is not None:
            self._beside.cancel(job)

    async def close(self) -> None:
        """End the process."""
        self._closed = True
        if self._beside is not None:
            await self._beside.close()
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        for task in list(self._tasks):
            task.cancel()

    def _ask(
        self, job: Recording | StarSearch, level: Level, design: Design, more: dict[str, Any]
    ) -> None:
        number = next(self._numbers)
        self._jobs[number] = job
        question = {"job": number, "level": to_yaml(level), "design": to_yaml(design), **more}
        self._spawn(self._write([question]))

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self, messages: list[dict[str, Any]]) -> None:
        try:
            process = await self._running()
            assert process.stdin is not None
            for message in messages:
                process.stdin.write(json.dumps(message).encode() + b"\n")
            await process.stdin.drain()
        except OSError as error:
            await self._lost(f"could not be reached: {error.strerror or error}")

    async def _running(self) -> Process:
        async with self._starting:
            if self._process is None:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command, stdin=PIPE, stdout=PIPE, stderr=PIPE, limit=_LINE_LIMIT
                )
                self._complaints.clear()
                self._spawn(self._read(self._process))
                self._spawn(self._overhear(self._process))
            return self._process

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self._take(line)
            await asyncio.sleep(0)  # a full pipe must not keep the screen from its keys
        code = await process.wait()
        if process is self._process:
            self._process = None
            await self._lost(f"stopped unexpectedly (exit code {code})")

    async def _overhear(self, process: Process) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            self._complaints.append(line.decode(errors="replace").rstrip())

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
            number = message["job"]
        except (ValueError, TypeError, LookupError):  # a stray print is no answer
            self._complaints.append(line.decode(errors="replace").rstrip())
            return
        job = self._jobs.get(number)
        if job is None:
            return
        try:
            job.take(message)
        except (ValueError, TypeError, LookupError) as error:
            what = str(error).splitlines()[0]
            job.fail([f"What the simulator answered cannot be read: {what}"])
        if job.finished.is_set():
            del self._jobs[message["job"]]

    async def _lost(self, what: str) -> None:
        """Tell everybody who waits; the next question starts a new process."""
        if self._closed:
            return
        await asyncio.sleep(0)
        said = [f"The simulator {what}. The next run starts it again."]
        said += [self._complaints[-1]] if self._complaints else []
        jobs, self._jobs = list(self._jobs.values()), {}
        for job in jobs:
            job.fail(said)
