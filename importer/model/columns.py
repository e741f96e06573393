"""Where the campaign fields of a table come from."""

from collections.abc import Mapping
from dataclasses import dataclass

from importer.model.problem import Problem
from importer.model.run import Source, place


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Where the campaign fields of a table come from.

    `positions` maps parameters to columns of the file, counted from 0; `defaults` maps parameters that the file
    lacks to the value that every row gets; `kept` are the columns that the results show; `warnings` is what the user
    should know about the headings; `campaign_id` is the column of a results file that has the campaigns' IDs.
    """

    source: Source
    positions: Mapping[str, int]
    defaults: Mapping[str, str]
    kept: tuple[int, ...]
    warnings: tuple[Problem, ...] = ()
    campaign_id: int | None = None

    @property
    def headings(self) -> tuple[str, ...]:
        """The user's headings that the results show, in their order."""
        return tuple(self.source.headings[position] for position in self.kept)

    def heading(self, parameter: str) -> str:
        """Return the heading of a parameter in the user's sheet, or the parameter's own name."""
        position = self.positions.get(parameter)
        return parameter if position is None else self.source.headings[position]

    def cell(self, parameter: str, row: int) -> str | None:
        """Return the place of a parameter's cell as the user's program names it, such as Campaigns!F17."""
        position = self.positions.get(parameter)
        return None if position is None else place(self.source, position, row)
