"""Run by test_crash.py: saves one design after the other until it is killed.

Prints the number of each design once it is saved. Designs of even numbers are much longer.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sandbox.documents.design import Design, Node
from sandbox.documents.library import load_level
from sandbox.player.saves import Saves


def numbered(start: Design, number: int) -> Design:
    many = tuple(Node(id=f"cook-{each}", kind="cook") for each in range(100 * (1 - number % 2)))
    return start.model_copy(update={"name": str(number), "nodes": (*start.nodes, *many)})


def main() -> None:
    start = load_level("pizza-shop").starting_design()
    saves = Saves(Path(sys.argv[1]))
    number = 0
    while True:
        number += 1
        saves.save(numbered(start, number))
        print(number, flush=True)


if __name__ == "__main__":
    main()
