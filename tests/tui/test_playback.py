from __future__ import annotations

import pytest

from sandbox.simulation.trace import Frame, Happening, NodeFrame, OperationFrame
from sandbox.tui.playback import LONGEST, SPEEDS, Moment, Playback, first_harm, is_calm


def frame(number: int, *, queue: int = 0, inside: int = 1, late: int = 0, lost: int = 0) -> Frame:
    operation = OperationFrame(late=late, abandoned=lost)
    return Frame(float(number), (operation,), (NodeFrame(queue=queue, inside=inside),), ())


def calm(count: int) -> list[Frame]:
    return [frame(number) for number in range(1, count + 1)]


def busy(count: int, harm_at: int | None = None) -> list[Frame]:
    return [frame(number, queue=9, late=int(number == harm_at)) for number in range(1, count + 1)]


def playback(frames: list[Frame]) -> Playback:
    watched = Playback(frames, len(frames))
    watched.complete()
    return watched


def seconds_to_end(watched: Playback, tick: float = 0.01) -> float:
    ticks = 0
    while not watched.ended:
        watched.tick(tick)
        ticks += 1
    return ticks * tick


@pytest.mark.parametrize("count", [1, 7, 400, 1000])
@pytest.mark.parametrize("harm_at", [None, 1, 5])
def test_no_run_takes_longer_than_promised(count: int, harm_at: int | None) -> None:
    assert seconds_to_end(playback(busy(count, harm_at))) <= LONGEST + 0.02


def test_a_run_whose_length_was_not_known_does_not_take_longer_either() -> None:
    frames = busy(200, 20)
    watched = Playback(frames, 200)
    spent = 0.0
    while watched.shown < 150:
        watched.tick(0.01)
        spent += 0.01
    frames += busy(300)[200:]  # the drain goes on
    watched.complete()
    assert spent + seconds_to_end(watched) <= LONGEST * 300 / 200


def test_short_runs_do_not_creep() -> None:
    assert playback(busy(10)).lasts() <= 5.0


def test_calm_stretches_are_skipped_through() -> None:
    assert playback(calm(400)).lasts() < 0.5 * playback(busy(400)).lasts()


def test_the_first_break_is_slowed_down() -> None:
    plain, broken = playback(busy(400)), playback(busy(400, harm_at=200))
    for watched in (plain, broken):
        watched.seek(197.0)
        watched.tick(1.0)
    assert broken.shown < plain.shown - 5


def test_calm_means_no_more_waiting_than_worked_on_and_no_harm() -> None:
    assert is_calm(frame(1, queue=2, inside=2))
    assert not is_calm(frame(1, queue=3, inside=2))
    assert not is_calm(frame(1, late=1))
    assert not is_calm(frame(1, lost=1))
    assert first_harm([frame(1), frame(2, lost=1), frame(3, late=1)]) == 1
    assert first_harm(calm(3)) is None


def test_the_same_ticks_show_the_same_frames() -> None:
    ticks = [0.1, 0.03, 0.5, 0.1, 1.0] * 10

    def shown() -> list[int]:
        watched, seen = playback(busy(400, 100)), []
        for tick in ticks:
            watched.tick(tick)
            seen.append(watched.shown)
        return seen

    assert shown() == shown()


def test_it_does_not_matter_in_how_many_ticks_time_goes_by() -> None:
    coarse, fine = playback(busy(400, 100)), playback(busy(400, 100))
    coarse.tick(10.0)
    for _ in range(1000):
        fine.tick(0.01)
    assert coarse.position == pytest.approx(fine.position)


@pytest.mark.parametrize(("speed", "factor"), list(enumerate(SPEEDS, start=1)))
def test_speeds(speed: int, factor: float) -> None:
    watched, normal = playback(busy(1000)), playback(busy(1000))
    watched.speed = speed
    watched.tick(1.0)
    normal.tick(factor)
    assert watched.position == pytest.approx(normal.position)


def test_pausing_stops_time() -> None:
    watched = playback(busy(100))
    watched.tick(3.0)
    at = watched.position
    watched.toggle()
    assert not watched.tick(3.0)
    assert watched.position == at
    watched.toggle()
    assert watched.tick(3.0)


def test_after_the_end_it_starts_again() -> None:
    watched = playback(busy(10))
    watched.tick(100.0)
    assert watched.ended
    assert not watched.playing
    watched.toggle()
    assert (watched.shown, watched.playing, watched.frame) == (0, True, None)


def test_steps_stay_inside_what_is_known() -> None:
    watched = playback(busy(10))
    watched.step(-1)
    assert watched.shown == 0
    watched.step(3)
    assert watched.time == 3.0
    watched.step(99)
    assert watched.shown == 10
    watched.rewind()
    assert watched.time == 0.0


def test_it_waits_for_frames_that_have_not_come_yet() -> None:
    frames = busy(5)
    watched = Playback(frames, 100)
    watched.tick(60.0)
    assert (watched.shown, watched.playing, watched.ended) == (5, True, False)
    frames += busy(100)[5:]
    watched.tick(1.0)
    assert watched.shown > 5


def test_before_the_first_frame_nothing_happens() -> None:
    watched = Playback([], 100)
    assert not watched.tick(1.0)
    watched.toggle()
    watched.step(1)
    watched.seek(50.0)
    assert (watched.shown, watched.frame, watched.ended) == (0, None, False)


@pytest.mark.parametrize("time", [0.5, 1.0, 4.2, 10.0])
def test_seeking_shows_the_frame_in_which_a_moment_lies(time: float) -> None:
    watched = playback(busy(10))
    watched.seek(time)
    assert watched.time - 1.0 < time <= watched.time


def test_from_moment_to_moment() -> None:
    watched = playback(busy(100))
    watched.know([Moment(70.0, "broke", "b"), Moment(20.5, "first-loss", "a")])
    assert watched.passed == []
    watched.to_next()
    assert watched.time == 21.0
    assert [moment.says for moment in watched.passed] == ["a"]
    watched.to_next()
    assert watched.time == 70.0
    watched.to_next()
    assert watched.ended
    watched.to_previous()
    assert watched.time == 70.0
    watched.to_previous()
    assert watched.time == 21.0
    watched.to_previous()
    assert watched.shown == 0


def test_an_incident_is_slowed_down_as_the_first_break_is() -> None:
    struck = busy(300, harm_at=20)
    struck[199] = struck[199]._replace(happenings=(Happening(200.0, 0, "it died", "died"),))
    marks = playback(struck)._schedule()
    usual = marks[101] - marks[100]
    assert marks[20] - marks[19] > 1.5 * usual
    assert marks[200] - marks[199] > 1.5 * usual
    assert marks[-1] <= LONGEST
