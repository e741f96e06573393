"""The status on the server that each row of a table names for its numbers."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import repeat

from importer.numbers.lists.tables import cells_of
from importer.numbers.parsing.judging import Judgement
from importer.reading import Chunk
from importer.security import visible, without_numbers
from importer.spreadsheets import UNCALCULATED
from schemas.number_statuses import NUMBER_STATUSES
from schemas.problem_codes import ProblemCode

LONGEST = 30
"""How many characters of an unknown status are shown."""

RowStatus = tuple[str, Judgement | None]
"""The status of a row, "" if it names none; or why what it names is not a status."""

_NONE: RowStatus = ("", None)


class RowStatuses:
    """Finds the statuses of the rows of a table; `column` is where they are (None: it has none)."""

    def __init__(self, column: int | None) -> None:
        self._column = column
        self._status_of = lru_cache(maxsize=4096)(_read)

    def of(self, chunk: Chunk) -> Iterable[RowStatus]:
        """Return the status of each row, or why it is unclear."""
        if self._column is None:
            return repeat(_NONE, len(chunk.frame))
        return (self._status_of(cell, kind) for cell, kind, _ in cells_of(chunk, self._column))


def _read(cell: str, kind: str) -> RowStatus:
    word = cell.strip().lower()
    if kind != UNCALCULATED and (not word or word in NUMBER_STATUSES):
        return word, None
    shown = visible(without_numbers(cell.strip()))[:LONGEST] or "a formula without a result"
    allowed = f"{', '.join(NUMBER_STATUSES[:-1])} and {NUMBER_STATUSES[-1]}"
    message = (
        f"The status of the number is {shown!r}; allowed are {allowed}, and an empty cell. If the column says "
        "nothing about who may be called, use --status-column -."
    )
    return word, Judgement(0, "", ProblemCode.NUMBER_STATUS, message)
