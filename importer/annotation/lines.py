"""What both writers take: the rows with what became of them, and what the summary says. No input or output."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from importer.model import Group, MigrationReport, NumberCounts, Problem, Severity, Status
from schemas.headings import RESULT_HEADINGS


class CannotCopy(Exception):
    """The user's workbook cannot be copied with marks; `message` is a sentence that says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotForWorkbooks(Exception):
    """A text of the user is too long for a cell, or holds what no workbook can; `message` says which."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Mark:
    """What is wrong with one cell: the worst severity decides its colour, `messages` become its comment."""

    messages: tuple[str, ...]
    severity: Severity = Severity.ERROR


@dataclass(frozen=True)
class Line:
    """One row of the results.

    `row` is the row in the user's sheet, `cells` the user's texts (the copy does not need them), `added` the texts of
    the import_* columns in the order of `SheetLines.added`, `marks` the wrong cells by column of the
    file, counted from 0.
    """

    row: int
    status: Status
    cells: tuple[str, ...]
    added: tuple[str, ...]
    marks: Mapping[int, Mark] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetLines:
    """The rows of one of the user's sheets, in their order.

    `name` is the sheet, `header_row` the row of its headings (0: there are none), `headings` are these in the order of
    `Line.cells`, `places` the column of the file, from 0, of each (None: they are those of the first columns). `added`
    are the headings of the import_* columns.
    """

    name: str
    lines: Iterable[Line]
    header_row: int = 1
    headings: tuple[str, ...] = ()
    places: tuple[int, ...] | None = None
    added: tuple[str, ...] = RESULT_HEADINGS


@dataclass(frozen=True)
class Summary:
    """What the summary sheet says.

    `file` may be a path, of which only the name is shown; `headline` says in a sentence or two how the command ended.
    `problems` are all problems in the sheet's order, or their beginning; at most 10,000 are taken of them.
    `migration` becomes a further sheet. `problem_count` is how many there are in all, `groups` the same problems
    grouped, `counts` the rows by status. `several` says that it is about several sheets, so that each problem names its
    own: `Sales!F17`, or `Sales!5:5` for a row. `number_counts` are the telephone numbers by kinds.
    """

    file: str
    counts: Mapping[Status, int]
    headline: str = ""
    sheet: str | None = None
    server: str = ""
    account: str = ""
    run: str = ""
    when: datetime | None = None
    version: str = ""
    groups: tuple[Group, ...] = ()
    problems: Iterable[Problem] = ()
    problem_count: int = 0
    migration: MigrationReport | None = None
    several: bool = False
    number_counts: tuple[NumberCounts, ...] = ()
