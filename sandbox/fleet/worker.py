"""The child process of the game: runs designs on request, so that no key ever waits for one.

Started as `python -m sandbox.fleet.worker`; speaks JSON lines. Asked on stdin:

* `{"job": 1, "level": ..., "design": ..., "seed": 7}`: run it. Level and design are texts of
  YAML (a level may also be an id or a file). Answered by one `header`, then a `frame` a line
  while the run goes on, then `journeys`, then the `report`;
* `{"job": 2, "level": ..., "design": ..., "stars": true}`: run the held-out seeds. Answered by
  `progress` (done, of how many) and then `stars`. They end as soon as they have decided; with
  `"every": true` all are run, and the answer has `passed` (on how many it held, of how many);
* `{"cancel": 1}`: stop that job, begun or not. Answered by `"cancelled": true`.

Every answer names its `job`. What goes wrong is an `error`, a list of messages, and ends only
that job. More can be asked while a job is being worked on. The process ends when stdin does and
the last job is done, or when nobody reads its answers any more.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterable
from functools import lru_cache
from queue import SimpleQueue
from typing import Any, BinaryIO

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import load_design_text, load_level, load_level_text
from sandbox.documents.problems import DocumentError
from sandbox.fleet.runs import unwatched
from sandbox.fleet.seeds import held_out_seeds, robust
from sandbox.judgement.cost import cost, total
from sandbox.judgement.judge import judge
from sandbox.judgement.par import rate
from sandbox.judgement.report import Report
from sandbox.simulation.run import Run
from sandbox.simulation.trace import frame_to_json, journey_to_json

BATCH = 8
"""After the first few, this many frames are sent together."""
STEPS = 100
"""How often a run that sends no frames looks whether it is still wanted."""


class Cancelled(Exception):  # noqa: N818 - it is an outcome, not an error
    """The game no longer wants this job."""


class BadRequest(Exception):  # noqa: N818 - it is the asker's, said back in words
    """A line that asks for nothing this process can do; `job` is its number, if it has one."""

    def __init__(self, what: str, job: object = None) -> None:
        super().__init__(what)
        self.job = job if type(job) is int else None


class Worker:
    """Takes requests from one stream and answers on another."""

    def __init__(self, requests: Iterable[bytes], answers: BinaryIO) -> None:
        self._requests = requests
        self._answers = answers
        self._queue: SimpleQueue[dict[str, Any] | BadRequest | None] = SimpleQueue()
        self._open: set[int] = set()
        """Jobs asked for and not yet ended."""
        self._cancelled: set[int] = set()
        self._parent = os.getppid()
        self._ended = False

    def serve(self) -> None:
        """Work until the requests end or nobody reads the answers."""
        threading.Thread(target=self._listen, daemon=True).start()
        with contextlib.suppress(BrokenPipeError):
            while (request := self._queue.get()) is not None:
                if isinstance(request, BadRequest):
                    self._say({"job": request.job, "error": [str(request)]})
                else:
                    self._answer(request["job"], request)

    def _listen(self) -> None:
        """Sort what is asked, in a thread of its own: a cancellation overtakes."""
        for line in self._requests:
            if line.strip():
                self._hear(line)
        self._ended = True
        self._queue.put(None)

    def _hear(self, line: bytes) -> None:
        try:
            request = _request(line)
        except BadRequest as bad:
            self._queue.put(bad)
            return
        if "cancel" in request:
            self._cancelled |= {request["cancel"]} & self._open
        elif request["job"] in self._open:
            self._queue.put(BadRequest(f"there is already a job {request['job']}"))
        else:
            self._open.add(request["job"])
            self._queue.put(request)

    def _answer(self, job: int, request: dict[str, Any]) -> None:
        last = self._worked_out(job, request)
        self._open.discard(job)  # before it is told, so that the number can be used again
        self._cancelled.discard(job)
        self._say({"job": job, **last})

    def _worked_out(self, job: int, request: dict[str, Any]) -> dict[str, Any]:
        """Do a job; its last answer."""
        try:
            self._check(job)
            level = _level(request["level"])
            design = load_design_text(request["design"], level, "design")
            if request.get("stars"):
                return self._stars(job, level, design, every=bool(request.get("every")))
            return self._play(job, level, design, request["seed"])
        except Cancelled:
            return {"cancelled": True}
        except DocumentError as error:
            return {"error": [str(problem) for problem in error.problems]}
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - one bad job must not take the next with it
            traceback.print_exc()
            what = f"{type(error).__name__}: {error}"
            return {"error": [f"This is a bug in the simulator: {what}"]}

    def _play(self, job: int, level: Level, design: Design, seed: int) -> dict[str, Any]:
        run = Run(level, design, seed)
        self._say({"job": job, "header": run.trace.header})
        sent = 0
        while not run.finished:
            self._check(job)
            run.advance((sent + 1) * run.trace.header.frame)
            for frame in run.trace.frames[sent:]:
                sent += 1
                # Playback can begin with the first; later a few at once are cheaper.
                self._say({"job": job, "frame": frame_to_json(frame)}, sent <= BATCH)
            if sent % BATCH == 0:
                self._answers.flush()
        journeys = [journey_to_json(journey) for journey in run.trace.journeys]
        self._say({"job": job, "journeys": journeys}, flush=False)
        return {"report": judge(level, design, run).model_dump(mode="json")}

    def _stars(self, job: int, level: Level, design: Design, *, every: bool) -> dict[str, Any]:
        """Run the held-out seeds until they have decided, or every one of them."""
        seeds, quick = held_out_seeds(level), unwatched(level)
        passed: list[bool] = []

        def runs() -> Iterable[bool]:
            for seed in seeds:
                passed.append(self._quietly(job, quick, design, seed).passed)
                self._say({"job": job, "progress": [len(passed), len(seeds)]})
                yield passed[-1]

        is_robust = robust(list(runs()) if every else runs())
        price = total(cost(level, design))
        stars = rate(level, design, cost=price, held=any(passed), robust=is_robust)
        counted = {"passed": [sum(passed), len(seeds)]} if every else {}
        return {"stars": stars.model_dump(mode="json"), **counted}

    def _quietly(self, job: int, level: Level, design: Design, seed: int) -> Report:
        run, step = Run(level, design, seed), level.clock.length / STEPS
        while not run.finished:
            self._check(job)
            run.advance(run.lane.now + step)
        return judge(level, design, run)

    def _check(self, job: int) -> None:
        """Raise Cancelled if the job is no longer wanted."""
        if job in self._cancelled:
            raise Cancelled
        if self._ended and os.getppid() != self._parent:
            raise BrokenPipeError  # the game is gone, and whoever reads now is not it

    def _say(self, answer: dict[str, Any], flush: bool = True) -> None:
        self._answers.write(json.dumps(answer).encode() + b"\n")
        if flush:
            self._answers.flush()


def _request(line: bytes) -> dict[str, Any]:
    """What a line asks for, with the types it must have. Raises BadRequest."""
    try:
        request = json.loads(line)
    except ValueError:
        raise BadRequest("this line is not JSON") from None
    if not isinstance(request, dict):
        raise BadRequest("a request is an object")
    if "cancel" in request:
        wanted: dict[str, type] = {"cancel": int}
    else:
        wanted = {"job": int, "level": str, "design": str}
        wanted |= {} if request.get("stars") else {"seed": int}
    for name, kind in wanted.items():
        if type(request.get(name)) is not kind:
            what = "a number" if kind is int else "a text"
            raise BadRequest(f"a request has `{name}`, {what}", request.get("job"))
    return request


@lru_cache(maxsize=4)
def _level(text: str) -> Level:
    """The level of a request; the same one is asked for again and again."""
    return load_level_text(text, file="level") if "\n" in text else load_level(text)


def main() -> None:
    """Serve the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the game, which ends stdin
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # a stray print must not end up among the answers
    # Not `sys.stdin` itself: a thread that still reads it would not let the process end.
    requests = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    with contextlib.suppress(BrokenPipeError), answers:
        Worker(requests, answers).serve()


if __name__ == "__main__":
    main()
