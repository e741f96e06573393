"""The lines of a do-not-call list: numbers in any spelling, patterns, and what cannot be read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from importer.checking import PLAIN_NUMBER, bare_number, numbers_in, telephone_number_damage
from importer.errors import FileRefused
from importer.model import Severity, Source, counted, place
from importer.numbers.dnc.patterns import Span, spans_of
from importer.numbers.lists.row_countries import RowCountries
from importer.numbers.lists.tables import NumberColumns, cells_of, open_numbers
from importer.numbers.masking import masked
from importer.numbers.parsing.judging import LETTER, MOST_DIGITS, e164_of
from importer.numbers.parsing.library import LIBRARY
from importer.numbers.sorted_numbers import SortedNumbers
from importer.reading import Chunk, open_table
from importer.run_options import ReadingOptions
from importer.spreadsheets import TEXT
from schemas.problem_codes import ProblemCode

MOST_SHOWN = 20
MOST_PLACES = 1_000
"""How many unreadable lines a message shows with what is in them, and how many other places it names at most."""

AREA_CODE, LOCAL_NUMBER = re.compile("[0-9]{3}"), re.compile("[0-9]{7}")
"""The first two columns of a list of the FTC, the American authority."""

CHANGES = frozenset("AD")
"""What a list of changes has in one of its columns: a number was added, or deleted."""

FTC_COUNTRY = "US"

DAMAGED = "[damaged]"
"""What is added to a text that must not be read as a number."""


@dataclass(frozen=True)
class OpenList:
    """A do-not-call list that is being read: the columns with numbers, or (`of_ftc`) two that make one number."""

    source: Source
    chunks: Iterator[Chunk]
    columns: NumberColumns
    of_ftc: bool = False
    note: str = ""


def open_list(path: Path, reading: ReadingOptions) -> OpenList:
    """Open a do-not-call list: every column of numbers counts. Raises FileRefused."""
    try:
        opened = open_numbers(path, reading, every_column=True)
    except FileRefused as refused:
        if refused.problem_code is not ProblemCode.NO_NUMBER_COLUMN:
            raise
        if of_ftc := _open_ftc(path, reading):
            return of_ftc
        raise
    return OpenList(opened.table.source, opened.table.chunks, opened.columns)


def _open_ftc(path: Path, reading: ReadingOptions) -> OpenList | None:
    """Open a list whose first two columns are digits of three and seven; return None if it is another one."""
    table = open_table(path, replace(reading, no_header=True, header_row=None))
    first = next(table.chunks, None)
    if first is None or not all(map(_is_ftc, first.cells((0, 1)))):
        return None
    if any(CHANGES.issuperset(first.column(at)) for at in range(2, len(table.source.headings))):
        message = f"{path} is a list of changes: numbers added and deleted. Use the full list that it belongs to."
        raise FileRefused(message, ProblemCode.DNC_UNUSABLE)
    note = f"{path.name}: columns A and B are read as one American number, area code and seven digits."
    return OpenList(table.source, chain((first,), table.chunks), NumberColumns((0, 1)), of_ftc=True, note=note)


def _is_ftc(cells: Sequence[str]) -> bool:
    return bool(AREA_CODE.fullmatch(cells[0]) and LOCAL_NUMBER.fullmatch(cells[1]))


class DncLines:
    """Takes the lines of a list, chunk by chunk.

    `count` is how many could be read, `unreadable_count` how many could not; `calling_codes` are those of the numbers.
    """

    def __init__(self, opened: OpenList, country: str) -> None:
        self._list = opened
        country = FTC_COUNTRY if opened.of_ftc else country
        self._has_country = bool(country) or opened.columns.country is not None
        self._countries = RowCountries(opened.columns, country)
        self._parse: Any = LIBRARY.parse
        self._failed: type[Exception] = LIBRARY.NumberParseException
        self._possible: Any = LIBRARY.is_possible_number_with_reason
        self._is_possible = LIBRARY.ValidationResult.IS_POSSIBLE
        self._shown: list[str] = []
        self._other_places: list[tuple[int, int]] = []
        self.numbers = SortedNumbers()
        self.spans: list[Span] = []
        self.calling_codes: set[int] = set()
        self.count = 0
        self.unreadable_count = 0

    @property
    def complaint(self) -> str:
        """Which lines cannot be read, with how to go on, as sentences."""
        places = [self._place(first, last) for first, last in self._other_places]
        rest = self.unreadable_count - len(self._shown) - sum(last - first + 1 for first, last in self._other_places)
        more = f" and {rest:,} more" if rest else ""
        cure = "" if self._has_country else " National numbers need a country: name it with --country."
        one, them = (
            ("It may be that of a person", "it")
            if self.unreadable_count == 1
            else ("They may be those of people", "them")
        )
        return (
            f"{counted(self.unreadable_count, 'line')} cannot be read: {', '.join((*self._shown, *places))}{more}."
            f"{cure} {one} who must not be called. Correct {them}, or go on without {them} with "
            "--dnc-skip-unreadable."
        )

    def take(self, chunk: Chunk) -> None:
        """Take the lines of a chunk."""
        broken = {problem.row for problem in chunk.problems if problem.severity is Severity.ERROR}
        found: list[int] = []
        for (row, texts), (country, unclear) in zip(self._lines(chunk), self._countries.of(chunk), strict=True):
            is_clear = not unclear and row not in broken
            number = self._number(texts[0], country) if len(texts) == 1 and is_clear else 0
            if number:
                found.append(number)
            elif not is_clear or not texts or (numbers := self._read(texts, country)) is None:
                self._refuse(row, texts)
                continue
            else:
                found += numbers
            self.count += 1
        numbers_found = np.unique(np.array(found, dtype=np.int64))
        self.numbers.add(numbers_found[~self.numbers.holds(numbers_found)])

    def _lines(self, chunk: Chunk) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the number and the texts of each line: of numbers, patterns, and what is neither."""
        rows = chunk.frame.index.tolist()
        if self._list.of_ftc:
            for row, cells in zip(rows, chunk.cells(self._list.columns.numbers), strict=True):
                yield row, ["".join(cells)] if _is_ftc(cells) else [f"{' / '.join(cells)} {DAMAGED}"]
            return
        of_columns = [list(_texts_of(chunk, position)) for position in self._list.columns.numbers]
        if len(of_columns) == 1:
            yield from zip(rows, of_columns[0], strict=True)
            return
        for row, of_row in zip(rows, zip(*of_columns, strict=True), strict=True):
            yield row, [text for texts in of_row for text in texts]

    def _read(self, texts: Sequence[str], country: str) -> list[int] | None:
        """Return the numbers of a line, and keep its patterns; None if one of its texts is neither."""
        found = []
        for text in texts:
            number = self._number(text, country)
            if number:
                found.append(number)
            elif spans := spans_of(text, country):
                self.spans += spans
            else:
                return None
        return found

    def _number(self, text: str, country: str) -> int:
        """Return a number as E.164; 0 for a text that is none. Ranges that are not in use count: they may be by now."""
        if LETTER.search(text) or "*" in text:
            return 0
        try:
            number = self._parse(text, country or None)
        except self._failed:
            return 0
        if self._possible(number) != self._is_possible:
            return 0
        e164 = e164_of(number)
        if len(str(e164)) > MOST_DIGITS:
            return 0
        self.calling_codes.add(number.country_code)
        return e164

    def _refuse(self, row: int, texts: Sequence[str]) -> None:
        self.unreadable_count += 1
        if self.unreadable_count <= MOST_SHOWN:
            self._shown.append(f"{self._place(row, row)} ({masked(' '.join(texts)) or 'empty'})")
        elif self._other_places and self._other_places[-1][1] == row - 1:
            self._other_places[-1] = (self._other_places[-1][0], row)
        elif len(self._other_places) < MOST_PLACES:
            self._other_places.append((row, row))

    def _place(self, first: int, last: int) -> str:
        """Return the place of lines that follow each other, such as A7 or A7 to A9."""
        first_cell, last_cell = (place(self._list.source, self._list.columns.numbers[0], row) for row in (first, last))
        return first_cell if first == last else f"{first_cell} to {last_cell}"


def _texts_of(chunk: Chunk, position: int) -> Iterator[list[str]]:
    """Yield the texts in each cell of a column; one that another program has damaged stays as it is."""
    for cell, kind, display in cells_of(chunk, position):
        if kind == TEXT and PLAIN_NUMBER.fullmatch(cell):
            yield [cell]
        elif telephone_number_damage(bare_number(cell) if kind == TEXT else cell, kind, display):
            yield [f"{cell} {DAMAGED}"]
        else:
            yield numbers_in(cell)
