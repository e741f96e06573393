"""The values of rows that are written alike become columns of a batch: each different value is looked at once."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from functools import partial
from itertools import chain, compress, repeat

from importer.spreadsheets.cells import BLANK, TEXT, TRUTH, Cell, Display, number_cell
from importer.spreadsheets.rows import Batch, Range, SheetRow, Span
from importer.spreadsheets.xlsx_book import XlsxBook
from importer.spreadsheets.xlsx_shapes import Shape, ShapedRows, ValuePlace
from importer.spreadsheets.xlsx_sheet import format_of

QuickRows = ShapedRows | SheetRow
"""Rows as the quick reader finds them."""

MOST_KNOWN = 50_000
"""Different values of a style and type that are remembered."""

_NUMBER = re.compile(rb"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[Ee][+-]?[0-9]{1,2})?")
_TRUTHS: Mapping[bytes, Cell] = {b"1": ("TRUE", TRUTH, None), b"0": ("FALSE", TRUTH, None)}


def numbers_of(rows: QuickRows) -> Sequence[int]:
    """Return the numbers of rows."""
    return (rows.number,) if isinstance(rows, SheetRow) else rows.numbers


class UnusualValue(Exception):
    """A value is wrong, or not written as nearly all programs write it."""


class _Known:
    """What is known of the values of one style and type: the texts, kinds and displays of their cells."""

    def __init__(self, cell_of: Callable[[bytes], Cell]) -> None:
        self.texts: dict[bytes, str] = {}
        self.kinds: dict[bytes, str] = {}
        self.displays: dict[bytes, Display] = {}
        self._cell_of = cell_of

    def learn(self, values: Set[bytes]) -> None:
        """Find out about values that are not known yet. Raises UnusualValue."""
        if len(self.texts) > MOST_KNOWN:
            self.__init__(self._cell_of)  # type: ignore[misc]
        for value in values - self.texts.keys():
            self.texts[value], self.kinds[value], display = self._cell_of(value)
            if display is not None:
                self.displays[value] = display


class SheetValues:
    """Makes batches of the rows of one sheet."""

    def __init__(self, book: XlsxBook, texts: Sequence[str]) -> None:
        self._book = book
        self._texts = {b"%d" % at: text for at, text in enumerate(texts)}
        self._has_blank = "" in texts
        self._known: dict[tuple[str, int], _Known] = {}

    def batch(self, found: Sequence[QuickRows], merged: Sequence[Range], hidden_columns: Sequence[Span]) -> Batch:
        """Return rows as a batch. Raises UnusualValue."""
        filled = [rows for rows in found if rows.width]
        numbers = list(chain.from_iterable(map(numbers_of, filled)))
        table = _Table(numbers, max((rows.width for rows in filled), default=0))
        alike: defaultdict[Shape, list[tuple[range, ShapedRows]]] = defaultdict(list)
        at = 0
        for rows in filled:
            if isinstance(rows, SheetRow):
                table.put_row(at, rows)
            else:
                alike[rows.shape].append((range(at, at + len(rows.numbers)), rows))
            at += len(numbers_of(rows))
        for shape, members in alike.items():
            places = list(chain.from_iterable(rows_at for rows_at, _ in members))
            for index, place in enumerate(shape.places):
                values = chain.from_iterable(rows.values[index :: shape.count] for _, rows in members)
                self._put(table, place, places, list(values))
        if self._has_blank:
            table.leave_out_blank_rows()
        hidden = [rows.number for rows in found if isinstance(rows, SheetRow) and rows.hidden]
        return table.batch(hidden, merged, hidden_columns)

    def _put(self, table: "_Table", place: ValuePlace, members: Sequence[int], column: Sequence[bytes]) -> None:
        """Put a column of values of rows that are written alike into a table."""
        if place.kind == "s":
            table.put(place.position, members, *self._shared(column))
            return
        known = self._known.setdefault((place.kind, place.style), _Known(partial(self._cell_of, place)))
        distinct = set(column)
        known.learn(distinct)
        kinds = {known.kinds[value] for value in distinct}
        table.put(
            place.position,
            members,
            list(map(known.texts.__getitem__, column)),
            kinds.pop() if len(kinds) == 1 else list(map(known.kinds.__getitem__, column)),
        )
        if not known.displays.keys().isdisjoint(distinct):
            table.show(
                place.position, {at: known.displays.get(value) for at, value in zip(members, column, strict=True)}
            )

    def _shared(self, column: Sequence[bytes]) -> tuple[list[str], str | list[str]]:
        """Return the texts that values refer to, and their kinds, or the one kind of all."""
        try:
            texts = list(map(self._texts.__getitem__, column))
        except KeyError:
            raise UnusualValue from None
        return texts, [TEXT if text else BLANK for text in texts] if self._has_blank else TEXT

    def _cell_of(self, place: ValuePlace, value: bytes) -> Cell:
        if place.kind == "b" and value in _TRUTHS:
            return _TRUTHS[value]
        if place.kind == "b" or not _NUMBER.fullmatch(value):
            raise UnusualValue
        return number_cell(float(value), format_of(self._book, place.style), self._book.from_1904)


class _Table:
    """The cells of some rows, by column."""

    def __init__(self, numbers: list[int], width: int) -> None:
        self._numbers = numbers
        self._texts: list[list[str]] = [[] for _ in range(width)]
        self._kinds: list[str | list[str]] = [BLANK * len(numbers) for _ in range(width)]
        self._displays: dict[int, dict[int, Display]] = {}

    def put(self, position: int, members: Sequence[int], texts: list[str], kinds: str | list[str]) -> None:
        """Put cells of a column into some rows; `kinds` may be the same kind for all of them."""
        if len(members) == len(self._numbers):
            self._texts[position] = texts
            self._kinds[position] = kinds * len(texts) if isinstance(kinds, str) else kinds
            return
        column, letters = self._open(position)
        for at, text, kind in zip(members, texts, repeat(kinds) if isinstance(kinds, str) else kinds, strict=False):
            column[at], letters[at] = text, kind

    def put_row(self, at: int, row: SheetRow) -> None:
        """Put the cells of a row into the table."""
        for position, (text, kind, display) in row.cells.items():
            column, letters = self._open(position)
            column[at], letters[at] = text, kind
            self.show(position, {at: display})

    def show(self, position: int, displays: Mapping[int, Display | None]) -> None:
        """Remember how cells of a column are displayed, where that is not their text."""
        found = {self._numbers[at]: display for at, display in displays.items() if display is not None}
        if found:
            self._displays.setdefault(position, {}).update(found)

    def leave_out_blank_rows(self) -> None:
        """Leave out the rows that hold no text: not even a blank one, which some programs write."""
        kept = [any(kind != BLANK for kind in kinds) for kinds in zip(*self._kinds, strict=True)]
        if not all(kept):
            self._numbers = list(compress(self._numbers, kept))
            self._texts = [list(compress(column or repeat("", len(kept)), kept)) for column in self._texts]
            self._kinds = [list(compress(kinds, kept)) for kinds in self._kinds]

    def batch(self, hidden: list[int], merged: Sequence[Range], hidden_columns: Sequence[Span]) -> Batch:
        """Return the table as a batch."""
        letters = {position: "".join(kinds) for position, kinds in enumerate(self._kinds)}
        return Batch(
            numbers=self._numbers,
            columns=[column or [""] * len(self._numbers) for column in self._texts],
            kinds={position: kinds for position, kinds in letters.items() if kinds.strip(TEXT + BLANK)},
            hidden=hidden,
            merged=list(merged),
            displays={position: dict(sorted(found.items())) for position, found in self._displays.items()},
            hidden_columns=list(hidden_columns),
        )

    def _open(self, position: int) -> tuple[list[str], list[str]]:
        """Return a column whose cells can be put in one by one."""
        texts, kinds = self._texts[position] or [""] * len(self._numbers), self._kinds[position]
        letters = list(kinds) if isinstance(kinds, str) else kinds
        self._texts[position], self._kinds[position] = texts, letters
        return texts, letters
