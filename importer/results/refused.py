"""A value that was refused in a workbook stays refused when only its text is written into the results.

A copy of the user's workbook keeps the kind of each cell: a date remains one, and is refused again. Results that hold
only text would turn a telephone number stored as a date into a text that looks correct.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from importer.model import Problem, RowResult, Severity, Source, column_number
from schemas.headings import NOT_IMPORTED
from schemas.problem_codes import ProblemCode

_BY_MORE_THAN_TEXT = frozenset(
    (
        *(
            ProblemCode.FRACTION,
            ProblemCode.LOST_DIGITS,
            ProblemCode.ERROR_CELL,
            ProblemCode.NO_RESULT,
            ProblemCode.DATED,
            ProblemCode.MERGED,
        ),
        *(ProblemCode.UNEVEN, ProblemCode.SHOWN_AS_ANOTHER, ProblemCode.BROKEN_ROW),
    )
)
"""Problems for which a cell or a row is refused although its text may look correct."""


def marked(rows: Iterable[RowResult], source: Source) -> Iterator[RowResult]:
    """Yield rows for results that have only text, with NOT_IMPORTED before values that would be accepted then."""
    for row in rows:
        if not row.problems:
            yield row
            continue
        positions = {_position(one, source) for one in row.problems if _is_by_more_than_text(one)}
        yield replace(row, cells=tuple(_cells(row.cells, positions))) if positions else row


def _is_by_more_than_text(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR and problem.problem_code in _BY_MORE_THAN_TEXT


def _position(problem: Problem, source: Source) -> int:
    """Return the position of a problem in its row; one of the row as a whole is marked in the first cell."""
    if problem.cell is None:
        return 0
    column = column_number(problem.cell.rpartition("!")[2]) - 1
    return source.places.index(column) if source.places else column


def _cells(cells: Iterable[str], positions: set[int]) -> Iterator[str]:
    for position, cell in enumerate(cells):
        yield f"{NOT_IMPORTED} {cell}".rstrip() if position in positions else cell
