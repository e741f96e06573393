"""The contents of `show`: a file as the importer sees it, with every cell by position."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from importer.checking import (
    Detector,
    cells_by_parameter,
    hidden_fields,
    hide_numbers,
    match_columns,
    numbers_columns,
)
from importer.errors import FileRefused
from importer.model import Problem, column_letters
from importer.reading import Table, is_text_file, open_table, open_text, raw_sheets, sheets_to_read
from importer.run_options import DEFAULTS, ReadingOptions
from importer.spreadsheets import SheetInfo
from schemas.headings import NUMBERS_COLUMN
from schemas.problem_codes import ProblemCode

MOST_PROBLEMS = 100
"""Number of problems after which a file is not checked further."""


@dataclass(frozen=True)
class RawRow:
    """A row as it is in the file: `sheet` is "" for a text file, `cells` are strings, "" for an empty cell."""

    sheet: str
    row: int
    cells: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return the row as the object that `show --raw` prints."""
        return {"sheet": self.sheet, "row": self.row, "cells": list(self.cells)}


@dataclass(frozen=True)
class ShownColumn:
    """A column of a table: its letters in the user's program, its heading, and the parameter it means, if any."""

    letters: str
    heading: str
    parameter: str | None


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A file as the importer sees it.

    `header_row` is None if no headings were found, 0 if the user says that there are none. `rows` are the first of the
    table, or of the file if there are no headings. `notes` says how the file was understood, `objections` why an import
    would refuse it, and `problems` has the first problems that it would report for rows.
    """

    path: str
    sheet: str
    sheets: tuple[SheetInfo, ...]
    encoding: str | None
    delimiter: str | None
    header_row: int | None
    columns: tuple[ShownColumn, ...]
    rows: tuple[RawRow, ...]
    notes: tuple[str, ...]
    objections: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def title(self) -> str:
        """The file, its sheet and its format, in one line."""
        parts = [
            self.path,
            f"sheet {self.sheet}" if self.sheet else "",
            f"encoding {self.encoding}" if self.encoding else "",
            f"delimiter {self.delimiter!r}" if self.delimiter else "",
            f"headings in row {self.header_row}" if self.header_row else "no headings",
        ]
        return ", ".join(filter(None, parts))

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of the columns that the rows have."""
        width = max((len(row.cells) for row in self.rows), default=0)
        return tuple(column_letters(position) for position in range(1, width + 1))

    @property
    def column_lines(self) -> list[list[str]]:
        """The columns as rows of a table."""
        return [[column.letters, column.heading, column.parameter or ""] for column in self.columns]

    @property
    def row_lines(self) -> list[list[str]]:
        """The first rows as rows of a table, all as wide as the widest."""
        width = len(self.letters)
        return [[str(row.row), *row.cells, *[""] * (width - len(row.cells))] for row in self.rows]


@dataclass(frozen=True)
class Objections:
    """What an import would say about a file: why it would refuse the file, and the first problems of its rows.

    `notes` says how the file was understood: encoding, sheet, text above the headings.
    """

    refusals: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def show(path: Path, options: ReadingOptions = DEFAULTS, rows: int = 10) -> Preview:
    """Return a file as the importer sees it; refuse only a file that cannot be read at all.

    Of several sheets of campaigns, of which an import would have one named, the first is shown.
    """
    try:
        return _with_headings(path, options, rows)
    except FileRefused as refusal:
        if refusal.problem_code == ProblemCode.WHICH_SHEET:
            with suppress(FileRefused):
                names, _ = sheets_to_read(path, options, None)
                shown = _with_headings(path, replace(options, sheet=names[0]), rows)
                return replace(shown, objections=(refusal.message, *shown.objections))
        return _without_headings(path, options, rows, refusal.message)


def _with_headings(path: Path, options: ReadingOptions, rows: int) -> Preview:
    table = open_table(path, options)
    first = next((hide_numbers(chunk, numbers_columns(table.source, ())) for chunk in table.chunks), None)
    everything = range(len(table.source.headings))
    taken = [] if first is None else list(islice(zip(first.numbers, first.cells(everything), strict=True), rows))
    objected = objections(path, options)
    return Preview(
        path=str(path),
        sheet=table.source.sheet or "",
        sheets=table.sheets,
        encoding=table.source.encoding,
        delimiter=table.delimiter,
        header_row=table.header_row,
        columns=_columns(table, options),
        rows=tuple(RawRow(table.source.sheet or "", number, cells) for number, cells in taken),
        notes=table.notes,
        objections=objected.refusals,
        problems=objected.problems,
    )


def raw_rows(path: Path, options: ReadingOptions = DEFAULTS, *, all_sheets: bool = False) -> Iterator[RawRow]:
    """Yield every non-empty row of a file, by position; refuse only a file that cannot be read."""
    if not is_text_file(path, options):
        for name, row, cells in raw_sheets(path, options, all_sheets=all_sheets):
            yield RawRow(name, row, tuple(cells))
        return
    if options.sheet is not None:
        raise FileRefused(f"{path} is a text file and has no sheets. Leave out --sheet.", ProblemCode.NO_SHEET)
    for line, cells in open_text(path, options).records():
        yield RawRow("", line, tuple(cells))


def objections(path: Path, options: ReadingOptions = DEFAULTS) -> Objections:
    """Return what an import would say about a file."""
    problems: list[Problem] = []
    notes: tuple[str, ...] = ()
    try:
        table = open_table(path, options)
        notes = table.notes
        columns = match_columns(
            table.source, table.header_row, {}, heading_of=options.heading_of, others_known={NUMBERS_COLUMN}
        )
        problems += (*columns.warnings, *hidden_fields(columns, table.hidden_columns))
        detector = Detector(columns)
        for chunk in table.chunks:
            problems += detector.inspect(chunk, cells_by_parameter(chunk, columns))
            if len(problems) >= MOST_PROBLEMS:
                break
    except FileRefused as refusal:
        return Objections((refusal.message,), tuple(problems[:MOST_PROBLEMS]), notes)
    return Objections((), tuple(problems[:MOST_PROBLEMS]), notes)


def _columns(table: Table, options: ReadingOptions) -> tuple[ShownColumn, ...]:
    return tuple(
        ShownColumn(column_letters(position), heading, options.heading_of(heading) if table.header_row else None)
        for position, heading in enumerate(table.source.headings, start=1)
    )


def _without_headings(path: Path, options: ReadingOptions, rows: int, refusal: str) -> Preview:
    """Return a file whose headings or sheet are not clear, by position; raise if it cannot be read at all."""
    every_row = raw_rows(path, options)
    taken = tuple(islice(every_row, rows))
    encoding = delimiter = None
    notes: tuple[str, ...] = ()
    if is_text_file(path, options):
        file = open_text(path, options)
        encoding, delimiter, notes = file.encoding.name, file.dialect.delimiter, file.notes
    name = taken[0].sheet if taken else ""
    return Preview(
        path=str(path),
        sheet=name,
        sheets=(),
        encoding=encoding,
        delimiter=delimiter,
        header_row=None,
        columns=(),
        rows=taken,
        notes=notes,
        objections=(refusal,),
        problems=(),
    )
