"""A player who has won the pizza shop, and can go on to its second night."""

from __future__ import annotations

from pathlib import Path

from sandbox.judgement.judge import judge
from sandbox.judgement.par import rate
from sandbox.player.edits import SetCount, SetSetting
from sandbox.simulation.run import simulate
from sandbox.tui.session import Attempt, Session
from tests.tui.fakes import LEVELS, mend, player

NIGHT = "pizza-shop-night-2"
TITLE = "Friday night pizza, and a coach"


def shop_with_a_night(folder: Path) -> Path:
    """The pizza shop of these tests with a second night, as a file in a folder of levels."""
    folder.mkdir(exist_ok=True)
    shop = (LEVELS / "pizza-shop.yaml").read_text(encoding="utf-8")
    night = (LEVELS.parent / "night.yaml").read_text(encoding="utf-8")
    path = folder / "pizza-shop.yaml"
    path.write_text(f"{shop}\n{night}", encoding="utf-8")
    return path


def attempt(session: Session, seed: int = 1) -> Attempt:
    """Run the board as it is, to the end."""
    run = simulate(session.level, session.design, seed)
    report = judge(session.level, session.design, run)
    stars = rate(session.level, session.design, cost=report.cost, held=report.passed)
    report = report.model_copy(update={"stars": stars})
    return session.finish(session.design, seed, report, run.trace)


def winner(folder: Path, level: str | Path = "pizza-shop") -> Session:
    """Somebody whose last board has just held, with that level open."""
    session = player(folder)
    session.open(level)
    mend(session)
    assert attempt(session).report.passed
    return session


def mend_the_night(session: Session) -> None:
    """Make the board of the night one that holds."""
    for node_id, count in {"phone": 3, "cooks": 2, "oven": 4}.items():
        session.do(SetCount(node_id, count))
    session.do(SetSetting("oven", "ahead", "80%"))
