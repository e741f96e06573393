"""Campaigns that may dial at any hour of the day: those that are enabled, and have no time group."""

from importer.checking.rules import Checked
from importer.model import Columns, Problem, RowBlock, Severity, Status
from schemas.problem_codes import ProblemCode

PARAMETER = "timegroup"
MOST_NAMED = 5
"""How many rows the warning names."""


class CallingHours:
    """Goes through the checked chunks of one table in turn, and finds the rows that dial at any hour of the day.

    A row that says 0 in its time group says so on purpose. With `required`, each such row is an error; else there is
    one warning for the whole table.
    """

    def __init__(self, columns: Columns, *, required: bool) -> None:
        self._columns = columns
        self._required = required
        self._first: list[int] = []
        self._count = 0

    def inspect(self, checked: Checked) -> Checked:
        """Return a chunk, with an error for each row that lacks a time group if one is required."""
        found = _dialling_at_any_hour(checked.rows)
        self._count += len(found)
        self._first += sorted(found)[: MOST_NAMED - len(self._first)]
        if not found or not self._required:
            return checked
        return Checked(
            checked.rows.refused(found), (*checked.problems, *(self._error(number) for number in sorted(found)))
        )

    def warning(self) -> list[Problem]:
        """Return the warning about the rows of the whole table, if there are any."""
        if not self._count or self._required:
            return []
        rows = ", ".join(map(str, self._first))
        more = f" and {self._count - len(self._first):,} more" if self._count > len(self._first) else ""
        one = self._count == 1
        message = (
            f"{'Row' if one else 'Rows'} {rows}{more} {'is' if one else 'are'} enabled without a time group and may "
            "dial at any hour of the day. Fill in timegroup (0 for any hour), or use --require-timegroup to "
            "refuse such rows."
        )
        header_row = self._columns.source.header_row
        heading = self._columns.cell(PARAMETER, header_row) if header_row else None
        return [
            Problem(
                message,
                Severity.WARNING,
                # Where the column is missing, the row of headings is not the place to look.
                row=header_row if heading else None,
                column=self._columns.heading(PARAMETER),
                cell=heading,
                problem_code=ProblemCode.ANY_HOUR,
            )
        ]

    def _error(self, number: int) -> Problem:
        return Problem(
            "timegroup is required for an enabled campaign (--require-timegroup). Fill it in, or set enabled to 0.",
            row=number,
            column=self._columns.heading(PARAMETER),
            cell=self._columns.cell(PARAMETER, number),
            problem_code=ProblemCode.NO_TIMEGROUP,
        )


def _dialling_at_any_hour(block: RowBlock) -> set[int]:
    timegroups = block.column(PARAMETER)
    if None not in timegroups:
        return set()
    columns = zip(block.numbers, block.statuses, block.column("enabled"), timegroups, strict=True)
    return {
        number
        for number, status, enabled, timegroup in columns
        if timegroup is None and enabled != "0" and status is Status.VALID
    }
