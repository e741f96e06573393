"""What the results add to a row of the user's sheet: the values of our columns, and the cells to mark."""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from importer.annotation import Line, Mark
from importer.model import Problem, RowResult, Severity, column_number
from schemas.headings import NAME_HEADINGS, NUMBERS_HEADING

_PARAMETERS = {heading: parameter for parameter, heading in NAME_HEADINGS.items()}


def added(row: RowResult, optional: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the values of a row's import_… columns, in the order of `schemas.headings.result_headings(optional)`."""
    outcome = row.outcome
    told = (str(outcome.status), row.message, outcome.campaign_id or "")
    return (*told, *optional_values(row, optional), outcome.code, outcome.key, str(row.number))


def optional_values(row: RowResult, optional: Iterable[str]) -> Iterator[str]:
    """Yield the values of a row under the optional headings of its results."""
    for heading in optional:
        yield row.numbers if heading == NUMBERS_HEADING else row.looked_up.get(_PARAMETERS[heading], "")


def lines(rows: Iterable[RowResult], optional: Sequence[str] = ()) -> Iterator[Line]:
    """Yield the rows for a workbook."""
    return (line_of(row, optional) for row in rows)


def line_of(row: RowResult, optional: Sequence[str] = ()) -> Line:
    """Return a row for a workbook."""
    marks = _marks(row.problems) if row.problems else {}
    return Line(row.number, row.outcome.status, row.cells, added(row, optional), marks)


def _marks(problems: Iterable[Problem]) -> dict[int, Mark]:
    """Return the marks of a row by column of the file, from 0; all problems of a cell are together."""
    found: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.cell:
            found.setdefault(column_number(problem.cell.rpartition("!")[2]) - 1, []).append(problem)
    return {position: _mark(problems) for position, problems in found.items()}


def _mark(problems: list[Problem]) -> Mark:
    worst = Severity.ERROR if any(problem.severity is Severity.ERROR for problem in problems) else Severity.WARNING
    problems.sort(key=attrgetter("severity"))
    return Mark(tuple(problem.message for problem in problems), worst)
