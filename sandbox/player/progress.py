"""What a player has tried and reached, level by level, and what changed since the last try."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from sandbox.judgement.report import Report, SloResult
from sandbox.player.storage import JsonFile, home


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Measured(_Model):
    """One service level as it was measured; None is a percentile that was never reached."""

    id: str
    says: str
    metric: Literal[
        "within", "settled", "seen", "good", "lost", "latency", "count", "share", "scope"
    ]
    measured: float | None


class Summary(_Model):
    """What of a report is kept until the next try. `cost` is in dollars for the period."""

    passed: bool
    cost: float
    slos: tuple[Measured, ...]
    queue_now_at: str | None


class Best(_Model):
    """The best run that held: more stars first, then the lower cost."""

    stars: int
    cost: float


class LevelProgress(_Model):
    """What happened in one level so far."""

    tries: int = 0
    best: Best | None = None
    last: Summary | None = None

    @property
    def passed(self) -> bool:
        """Whether any run ever held."""
        return self.best is not None


class Progress(_Model):
    """Everything kept about a player, apart from the boards."""

    format: Literal[1] = 1
    begun: bool = False
    """False only at the very first start."""
    cards: tuple[int, ...] = ()
    """Numbers of the cards met, in that order."""
    levels: dict[str, LevelProgress] = {}

    def level(self, level_id: str) -> LevelProgress:
        """Give what happened in a level, even when that is nothing yet."""
        return self.levels.get(level_id, LevelProgress())

    def begin(self) -> Progress:
        """Note that the game has been started once."""
        return self.model_copy(update={"begun": True})

    def meet(self, cards: Iterable[int]) -> Progress:
        """Add cards, each once."""
        return self.model_copy(update={"cards": tuple(dict.fromkeys((*self.cards, *cards)))})

    def record(self, report: Report) -> Progress:
        """Count one more try of the report's level."""
        past = self.level(report.level)
        tried = past.model_copy(update={"tries": past.tries + 1, "last": summary(report)})
        return self._with(report.level, tried).rate(report)

    def rate(self, report: Report) -> Progress:
        """Raise the best of a level, as when a star is found later, without counting a try."""
        past = self.level(report.level)
        reached = Best(stars=report.stars.count, cost=report.cost)
        if not report.passed or (past.best and _merit(past.best) >= _merit(reached)):
            return self
        return self._with(report.level, past.model_copy(update={"best": reached}))

    def _with(self, level_id: str, level: LevelProgress) -> Progress:
        return self.model_copy(update={"levels": {**self.levels, level_id: level}})


def progress_file(folder: Path | None = None) -> JsonFile[Progress]:
    """Open the player's progress: `progress_file().update(lambda p: p.record(report))`."""
    return JsonFile((folder or home()) / "progress.json", Progress())


def summary(report: Report) -> Summary:
    """Keep of a report what the next try is compared with."""
    return Summary(
        passed=report.passed,
        cost=report.cost,
        slos=tuple(
            Measured(id=slo.id, says=slo.says, metric=slo.metric, measured=slo.measured)
            for slo in report.slos
        ),
        queue_now_at=report.queue_now_at,
    )


def compared(previous: Summary | None, report: Report) -> str | None:
    """Say what changed since the last try: `late 67% -> 35%, the queue is now at the phone`.

    None when there is nothing to compare with.
    """
    if previous is None:
        return None
    before = {slo.id: slo.measured for slo in previous.slos}
    known = [slo for slo in report.slos if slo.id in before]
    parts = [_change(slo, before[slo.id], report.slos) for slo in known]
    parts.append(_step("cost", _dollars(previous.cost), _dollars(report.cost)))
    said = [part for part in parts if part] or ["the same as the last time"]
    return ", ".join([*said, *_queue(previous.queue_now_at, report.queue_now_at)])


def _change(slo: SloResult, before: float | None, slos: list[SloResult]) -> str:
    """Name shares by what went wrong, as players do, unless two would bear the same name."""
    alike = [other for other in slos if _fault(other.metric) == _fault(slo.metric)]
    if slo.unit == "s":
        return _step(slo.says, _seconds(before), _seconds(slo.measured))
    if slo.metric == "scope":
        return _step(slo.says, _scope(before), _scope(slo.measured))
    if slo.unit == "count":
        return _step(slo.says, f"{before or 0:,.0f}", f"{slo.measured or 0:,.0f}")
    if len(alike) > 1 or slo.metric == "share":
        return _shares(slo.says, before, slo.measured)
    if slo.metric == "lost":
        return _shares("lost", before, slo.measured)
    return _shares("late", _rest(before), _rest(slo.measured))


def _queue(before: str | None, now: str | None) -> list[str]:
    if now is None:
        return []
    return [f"the queue is {'still' if now == before else 'now'} at the {now}"]


def _step(label: str, before: str, now: str) -> str:
    return "" if before == now else f"{label} {before} -> {now}"


def _scope(wrong: float | None) -> str:
    return "not as asked" if wrong else "as asked"


def _fault(metric: str) -> str:
    return "late" if metric in ("within", "settled", "good") else metric


def _rest(share: float | None) -> float | None:
    return None if share is None else 1.0 - share


def _shares(label: str, before: float | None, now: float | None) -> str:
    """Compare in whole percent, with a decimal where a change or a rest would not show."""
    if before is None or now is None:
        return ""
    whole = _step(label, f"{before:.0%}", f"{now:.0%}")
    hidden = any(0 < abs(share - edge) < 0.005 for share in (before, now) for edge in (0.0, 1.0))
    return whole if whole and not hidden else _step(label, f"{before:.1%}", f"{now:.1%}")


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return "never"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def _dollars(amount: float) -> str:
    return f"${amount:,.2f}".removesuffix(".00")


def _merit(best: Best) -> tuple[int, float]:
    return best.stars, -best.cost
