"""What a look over the XML of a sheet finds for the fast reader."""

from dataclasses import dataclass, field

from importer.spreadsheets.cells import Cell
from importer.spreadsheets.rows import Range, Span


@dataclass
class Scan:
    """What a look over a sheet has found: cells to put right, by row and position; probes to compare with calamine."""

    patches: dict[int, dict[int, Cell]] = field(default_factory=dict)
    probes: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden: list[int] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    hidden_columns: list[Span] = field(default_factory=list)
