"""The campaign that each row of a table names for its numbers."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

from importer.errors import FileRefused
from importer.numbers.lists.tables import NumberTable
from importer.numbers.parsing.judging import Judgement
from importer.reading import Chunk
from schemas.problem_codes import ProblemCode


class RowList(NamedTuple):
    """The list that the numbers of a row belong to (0: none), or why that is not clear.

    `row` is that of its campaign in the sheet, 0 if it has none.
    """

    number: int
    fault: Judgement | None = None
    row: int = 0


ListOf = Callable[[str], RowList]
"""Finds the list that a row's campaign means; it is given the text of its cell, "" in a table without such a column."""

NO_LIST = RowList(0)


class RowCampaigns:
    """Finds the lists that the rows of a table belong to. Raises FileRefused if two columns name the campaign."""

    def __init__(self, table: NumberTable, list_of: ListOf | None) -> None:
        columns = table.columns.campaigns if list_of else ()
        if len(columns) > 1:
            source = table.table.source
            both = " and ".join(repr(source.headings[at]) for at in columns[:2])
            message = f"{source.path}: the columns {both} both say which campaign a number is for. Rename one of them."
            raise FileRefused(message, ProblemCode.WRONG_HEADINGS)
        self._column = columns[0] if columns else None
        self._list_of = lru_cache(maxsize=4096)(list_of or (lambda _: NO_LIST))

    def of(self, chunk: Chunk) -> Iterable[RowList]:
        """Return the list of each row, or why it is unclear."""
        if self._column is None:
            return repeat(self._list_of(""), len(chunk.frame))
        return map(self._list_of, map(str.strip, chunk.column(self._column).tolist()))
