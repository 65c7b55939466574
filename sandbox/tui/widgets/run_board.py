"""The board while a run is watched: bars and lines on the nodes, packets on the wires."""

from __future__ import annotations

from textual.geometry import Region

from sandbox.tui.board.canvas import BoardCanvas
from sandbox.tui.board.drawing import Marks
from sandbox.tui.readings import Readings
from sandbox.tui.traffic import overlays, packets


class RunBoard(BoardCanvas):
    """A board without keys of its own. What is not seen of a large one follows the chosen node."""

    _watched = ""

    def watch_run(self, readings: Readings, shown: int, chosen: str) -> None:
        """Show the moment after `shown` frames."""
        self._watched = chosen
        moving = packets(self.drawing, readings, shown) if self.look.motion else {}
        marks = Marks(chosen=chosen)
        self.show(overlays=overlays(readings, shown), sprites=moving, marks=marks)
        self._pan()

    def on_resize(self) -> None:
        super().on_resize()
        self._pan()

    @property
    def needs(self) -> int:
        """Lines that all boxes need."""
        return self._all().height

    def _pan(self) -> None:
        if self.size and self._watched:
            seen = self._worth_seeing(self._watched)
            self.scroll_to_region(seen, animate=False, force=True, immediate=True)

    def _worth_seeing(self, chosen: str) -> Region:
        everything = self._all()
        if everything.height <= self.size.height and everything.width <= self.size.width:
            return everything
        box = self.drawing.boxes[chosen]
        return Region(box.x, box.y, box.width, box.height)

    def _all(self) -> Region:
        boxes = self.drawing.boxes.values()
        return Region.from_union([Region(b.x, b.y, b.width, b.height) for b in boxes])
