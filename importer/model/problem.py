"""What is wrong or worth knowing about a cell, a row or a file."""

import re
from dataclasses import KW_ONLY, dataclass

from importer.model.part import row_name
from importer.model.status import Severity


@dataclass(frozen=True)
class Problem:
    """Something the user should know about a cell, a row (`column` is None) or a file (`row` is None).

    `column` is the heading as the user wrote it, `cell` the place as the user's program names it (`Campaigns!F17`),
    `found` the text that is there, `problem_code` the code of the kind of problem in the catalogue
    (`schemas.problem_codes`), such as E102; notes have none.
    """

    message: str
    severity: Severity = Severity.ERROR
    _: KW_ONLY
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    found: str | None = None
    problem_code: str = ""

    @property
    def where(self) -> str:
        """The place in the user's words: the cell, else the row, else the column; "" for the file as a whole."""
        return self.cell or (f"row {row_name(self.row)}" if self.row else self.column or "")

    @property
    def with_column(self) -> str:
        """The message with its column in front, unless it names the column already: for where no cell is shown."""
        if not self.column or re.search(rf"(?<!\w){re.escape(self.column)}(?!\w)", self.message, re.IGNORECASE):
            return self.message
        return f"{self.column}: {self.message}"


@dataclass(frozen=True)
class Group:
    """The same problem in many cells: how many there are, and the first few of them, at least one."""

    count: int
    first: tuple[Problem, ...]
    alike: bool
    """Whether all of them have one message; else that of the first is an example."""
