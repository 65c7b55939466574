"""Traffic from a CSV of counts: `time,requests`, scaled to a peak and stretched to a span."""

from __future__ import annotations

import csv
import io
import math
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from sandbox.documents.loading import decode, read_bytes
from sandbox.documents.problems import DocumentError, Problem
from sandbox.documents.traffic import Counts, Phase
from sandbox.documents.units import format_duration, format_rate

MOST_BYTES = 5_000_000
_HEADER = ["time", "requests"]
_SHORTEST = 1e-6
_LARGEST = 1e15


def phases(counts: Counts, folder: Path | None, length: float) -> tuple[Phase, ...]:
    """The phases of traffic that a CSV of counts describes.

    Each row holds from its time to the next row's; the last lasts as long as the one before it.
    The busiest row comes at `counts.peak`, the first at 0 s, and all together last `counts.span`
    or else `length` seconds. Times are ISO 8601 or seconds. The path of the file is relative
    to `folder`, the level's own; a level without a folder (one that came as text, perhaps from a
    stranger) may name no file at all. Raises DocumentError.
    """
    return scaled(_rows(*_text(counts.file, folder)), counts, length)


class Row(NamedTuple):
    """A number of requests from a time (seconds) on, and the clock that the time was read from."""

    time: float
    requests: float
    clock: str


def scaled(rows: list[Row], counts: Counts, length: float) -> tuple[Phase, ...]:
    """The phases that at least two rows stand for."""
    gaps = [after.time - before.time for before, after in pairwise(rows)]
    gaps.append(gaps[-1])
    rates = [row.requests / gap for row, gap in zip(rows, gaps, strict=True)]
    stretch = (counts.span or length) / math.fsum(gaps)
    busiest = max(rates)
    return tuple(
        _phase((row.time - rows[0].time) * stretch, counts.peak * (rate / busiest))
        for row, rate in zip(rows, rates, strict=True)
    )


def _phase(at: float, rate: float) -> Phase:
    return Phase.model_validate({"at": format_duration(at), "rate": format_rate(rate)})


def _text(file: str, folder: Path | None) -> tuple[str, str]:
    path = Path(file)
    if folder is None:
        raise DocumentError.single(f"`{file}` cannot be found: this level is in no folder")
    shown = str(folder / path)
    return decode(read_bytes(folder / path, MOST_BYTES), shown), shown


def _rows(text: str, file: str) -> list[Row]:
    """The rows in the order of their times. Raises DocumentError with all bad ones."""
    reader = csv.reader(io.StringIO(text, newline=""))
    rows: list[Row] = []
    problems = []
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if header != _HEADER:
            raise _single("the first line is `time,requests`", file, 1)
        for cells in reader:
            try:
                rows += [_row(cells, rows[-1] if rows else None)] if cells else []
            except ValueError as error:
                problems.append(Problem(str(error), file=file, line=reader.line_num))
    except csv.Error as error:
        raise _single(f"this is no CSV: {error}", file, reader.line_num) from None
    if problems:
        raise DocumentError(problems)
    if len(rows) < 2:
        raise _single("at least two rows are needed", file, reader.line_num)
    if not any(row.requests for row in rows):
        raise _single("there are no requests in any row", file, reader.line_num)
    return rows


def _single(message: str, file: str, line: int) -> DocumentError:
    return DocumentError([Problem(message, file=file, line=max(1, line))])


def _row(cells: list[str], before: Row | None) -> Row:
    if len(cells) != len(_HEADER):
        raise ValueError(f"a row is `time,requests`; this one has {len(cells)} cells")
    requests = _number(cells[1])
    if requests is None or requests < 0:
        raise ValueError(f"`{cells[1]}` is no number of requests")
    time, clock = _time(cells[0].strip())
    if before and clock != before.clock:
        raise ValueError("times are all alike: seconds, or dates with or without a zone")
    if before and time - before.time < _SHORTEST:
        raise ValueError("times rise from row to row")
    return Row(time, requests, clock)


def _time(text: str) -> tuple[float, str]:
    seconds = _number(text)
    if seconds is not None:
        return seconds, "seconds"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        example = "2026-05-01T20:00"
        raise ValueError(f"`{text}` is neither a time such as {example} nor seconds") from None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC).timestamp(), "date"
    return moment.timestamp(), "date with zone"


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) <= _LARGEST else None
