"""Seeds follow from what a level says, and from nothing else."""

import os
import subprocess
import sys

from sandbox.documents.library import load_level
from sandbox.fleet.seeds import HELD_OUT, NEEDED, held_out_seeds, robust, seeds_of

LEVEL = load_level("pizza-shop")


def test_a_second_look_meets_the_same_seeds() -> None:
    seeds = held_out_seeds(LEVEL)

    assert len(set(seeds)) == len(seeds) == HELD_OUT
    assert seeds == held_out_seeds(LEVEL.model_copy())
    assert held_out_seeds(LEVEL, 5) == seeds[:5]
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_another_process_finds_the_same() -> None:
    code = (
        "from sandbox.documents.library import load_level\n"
        "from sandbox.fleet.seeds import held_out_seeds\n"
        "print(*held_out_seeds(load_level('pizza-shop')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert tuple(map(int, done.stdout.split())) == held_out_seeds(LEVEL)


def test_another_level_or_purpose_has_others() -> None:
    easier = LEVEL.model_copy(update={"budget": (900.0, "night")})

    assert set(held_out_seeds(easier)).isdisjoint(held_out_seeds(LEVEL))
    assert set(seeds_of(LEVEL, "proofs", 200)).isdisjoint(held_out_seeds(LEVEL))


def test_one_loss_is_forgiven_and_a_second_is_not() -> None:
    assert robust([True] * NEEDED + [False])
    assert robust([False] + [True] * NEEDED)
    assert not robust([True] * (NEEDED - 1) + [False] * 2)


def test_no_more_is_asked_for_once_it_is_decided() -> None:
    asked = iter([False, True, False, True, True])

    assert not robust(asked)
    assert list(asked) == [True, True]
