"""The rooms that a cell has made, to return to them after it was run again."""

from __future__ import annotations

from .cells import Cell


class RoomsOfCells:
    """The rooms that the last run of each cell has made."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Cell, list[str]]] = {}
        self._before: dict[str, str] = {}

    def add(self, cell: Cell | None, room_id: str) -> str:
        """Note a room. Return the last one of the cell's run before; "" without one.

        None is a cell of which the page does not say which it is.
        """
        if cell is None:
            return ""
        last, made = self._made.get(cell.id, (cell, []))
        if cell.is_rerun_of(last):
            self._before[cell.id] = made[-1]
            made = []
        self._made[cell.id] = (cell, [*made, room_id])
        return self._before.get(cell.id, "")
