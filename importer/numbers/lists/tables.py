"""Which tables of a file hold numbers, and in which columns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path

from importer.errors import FileRefused
from importer.model import column_number
from importer.numbers.lists.unclear_columns import (
    listed_headings,
    no_column,
    refuse_number_as_heading,
    which_column,
    which_sheet,
)
from importer.numbers.options import ColumnUse, ListOptions
from importer.reading import Chunk, Table, is_text_file, open_table, visible_sheets
from importer.run_options import ReadingOptions
from importer.spreadsheets import TEXT, Display
from schemas.headings import NUMBERS_SHEET, OWN_COLUMN
from schemas.likeness import heading_key
from schemas.number_headings import OF_COUNTRIES, NumberColumn, number_column_of
from schemas.problem_codes import ProblemCode

ROW = "row:"
"""What stands before the number of a row in a column that names campaigns."""

Note = Callable[[str], None]
"""Takes a sentence about how a file was understood."""


@dataclass(frozen=True)
class NumberColumns:
    """The positions, from 0, of the columns that count: those with numbers, in the order of preference, and others.

    `campaigns` are those that may say which campaign the numbers of a row are for, `status` has their statuses on the
    server, `timezones` are those that may have the time zones of the people.
    """

    numbers: tuple[int, ...]
    calling_code: int | None = None
    country: int | None = None
    campaigns: tuple[int, ...] = ()
    status: int | None = None
    timezones: tuple[int, ...] = ()


@dataclass(frozen=True)
class NumberTable:
    """A table of text, and where the numbers are in it.

    `use` says what is taken of a row with several numbers (None: as the user says). Each row is about one person,
    unless it is `of_campaigns`.
    """

    table: Table
    columns: NumberColumns
    use: ColumnUse | None = None
    of_campaigns: bool = False


def number_tables(path: Path, options: ListOptions, note: Note) -> Iterator[NumberTable]:
    """Yield the tables of numbers of a file, one after the other.

    Raises FileRefused for a file that cannot be read, or without a column of numbers.
    """
    if options.all_sheets and not is_text_file(path, options.reading):
        yield from _all_sheets(path, options, note)
        return
    read: set[str | None] = set()
    for sheet in _named_sheets(path, options, note) or (None,):
        opened = _open_list(path, options, sheet) if sheet else _open_the_list(path, options, note)
        name = opened.table.source.sheet
        if name in read:
            message = f"{path}: the sheet {name} is named twice with {options.reading.sheet_option}."
            raise FileRefused(message, ProblemCode.NO_SHEET)
        read.add(name)
        yield opened


def _named_sheets(path: Path, options: ListOptions, note: Note) -> Sequence[str]:
    """Return the sheets of a file that the user names; none of a text file that is one of several lists."""
    if path in options.sheets_of:
        return options.sheets_of[path]
    sheets = options.sheets or tuple(filter(None, (options.reading.sheet,)))
    if sheets and options.among_several and is_text_file(path, options.reading):
        note(f"{path.name} is a text file, so {options.reading.sheet_option} does not matter for it.")
        return ()
    return sheets


def _all_sheets(path: Path, options: ListOptions, note: Note) -> Iterator[NumberTable]:
    names = visible_sheets(path, options.reading)
    left_out: list[str] = []
    for name in names:
        try:
            opened = _open_list(path, options, name)
        except FileRefused as refused:
            if refused.problem_code not in (ProblemCode.NO_NUMBER_COLUMN, ProblemCode.EMPTY):
                raise
            left_out.append(name)
        else:
            yield opened
    if len(left_out) == len(names):
        message = f"{path} has no sheet with a column of telephone numbers. Name one with --sheet."
        raise FileRefused(message, ProblemCode.NO_NUMBER_COLUMN)
    if left_out:
        note(f"{path.name}: sheets without numbers are not read: {', '.join(left_out)}.")


def _open_the_list(path: Path, options: ListOptions, note: Note) -> NumberTable:
    """Open the only list of a file, or of several sheets that may be one, the sheet of numbers."""
    try:
        return _open_list(path, options, None)
    except FileRefused as refused:
        if refused.problem_code is not ProblemCode.WHICH_SHEET:
            raise
        sheets = visible_sheets(path, options.reading)
        name = sheet_of_numbers(sheets)
        if name is None:
            raise
    others = ", ".join(one for one in sheets if one != name)
    note(f"{path.name}: only the sheet {name} was read. Other sheets ignored: {others}.")
    return _open_list(path, options, name)


def sheet_of_numbers(sheets: Sequence[str]) -> str | None:
    """Return the sheet that holds numbers by its name, as in the template; None if there is none."""
    return next((name for name in sheets if name.strip().casefold() == NUMBERS_SHEET), None)


def _open_list(path: Path, options: ListOptions, sheet: str | None) -> NumberTable:
    """Open a list of people to call: unlike a do-not-call list, it may say more about each of them."""
    known = () if options.status_column in (None, OWN_COLUMN) else (options.status_column,)
    opened = open_numbers(path, replace(options.reading, sheet=sheet), options.columns, others=known)
    table, numbers = opened.table, opened.columns.numbers
    meanings = _meanings(table)
    timezones = tuple(at for at in _found(meanings, NumberColumn.TIMEZONE) if at not in numbers)
    return replace(
        opened,
        columns=replace(opened.columns, status=_status_column(path, table, options, numbers), timezones=timezones),
    )


def _status_column(path: Path, table: Table, options: ListOptions, numbers: Sequence[int]) -> int | None:
    """Return the position of the column with statuses; None if there is none. Raises FileRefused if several may be."""
    if options.status_column == OWN_COLUMN:
        return None
    if options.status_column is not None:
        return _named(path, table, (options.status_column,), "--status-column", ProblemCode.WRONG_HEADINGS)[0]
    found = [at for at in _found(_meanings(table), NumberColumn.STATUS) if at not in numbers]
    if len(found) > 1:
        first, second, *_ = (table.source.headings[at].strip() for at in found)
        message = (
            f"{path}: the columns {first!r} and {second!r} both say which status a number has. Name the right one: "
            f"--status-column {first!r}, or --status-column {OWN_COLUMN} if none of them does."
        )
        raise FileRefused(message, ProblemCode.WRONG_HEADINGS)
    return found[0] if found else None


def open_numbers(
    path: Path,
    reading: ReadingOptions,
    columns: Sequence[str] = (),
    *,
    every_column: bool = False,
    others: Sequence[str] = (),
) -> NumberTable:
    """Open a table and find its columns of numbers; `columns` are their headings or letters, if the user names them.

    `others` are further headings that the user names. A table of one column needs no heading. Without `every_column`, a
    table with several columns of numbers is refused unless the user has named them. Raises FileRefused.
    """
    reading = replace(reading, heading_of=_heading_reader((*columns, *others)))
    try:
        table = open_table(path, reading)
    except FileRefused as refused:
        if refused.problem_code is ProblemCode.WHICH_SHEET:
            raise which_sheet(path, visible_sheets(path, reading), reading.sheet_option) from None
        if refused.problem_code is not ProblemCode.NO_HEADINGS or reading.no_header or reading.header_row:
            raise
        table = _without_known_headings(path, reading)
    found = _columns(path, table, columns, every_column=every_column)
    if table.header_row and not reading.header_row:
        refuse_number_as_heading(path, table, found.numbers)
    return NumberTable(table, found)


def cells_of(chunk: Chunk, position: int) -> Iterator[tuple[str, str, Display | None]]:
    """Yield the text and the kind of each cell of a column, and how it is displayed if that is not its text."""
    cells = chunk.column(position).tolist()
    kinds = chunk.kinds.get(position) or TEXT * len(cells)
    displays = chunk.displays.get(position, {})
    shown = map(displays.get, chunk.frame.index.tolist()) if displays else repeat(None, len(cells))
    yield from zip(cells, kinds, shown, strict=True)


def _heading_reader(columns: Sequence[str]) -> Callable[[str], str | None]:
    """Return what recognises headings, those that the user names among them: one word for each heading that is known.

    Two columns of numbers are two headings, where a row of headings is looked for.
    """
    named = set(map(heading_key, columns))

    def heading_of(heading: str) -> str | None:
        key = heading_key(heading)
        return key if key in named or number_column_of(heading) else None

    return heading_of


def _without_known_headings(path: Path, reading: ReadingOptions) -> Table:
    """Open a table in whose first rows there are no headings that are known for certain.

    One column is a list of numbers, with or without a heading. Of a wider table, the first row must have a heading of
    numbers: one word that is known is not enough to tell headings from a row further down.
    """
    table = open_table(path, replace(reading, no_header=True))
    if len(table.source.headings) == 1:
        return table
    try:
        headed = open_table(path, replace(reading, header_row=1))
    except FileRefused as refused:
        if refused.problem_code is not ProblemCode.NO_HEADINGS:
            raise
        return table
    return headed if any(map(reading.heading_of, headed.source.headings)) else table


def _columns(path: Path, table: Table, named: Sequence[str], *, every_column: bool) -> NumberColumns:
    headings, meanings = table.source.headings, _meanings(table)
    numbers = (
        _named(path, table, named, "--number-columns", ProblemCode.NO_NUMBER_COLUMN)
        if named
        else _found(meanings, NumberColumn.NUMBER)
    )
    if not numbers and len(headings) == 1:
        numbers = (0,)
    if not numbers:
        raise no_column(path, table, every_column=every_column)
    if len(numbers) > 1 and not named and not every_column:
        raise which_column(path, table, numbers)
    return columns_beside(path, table, numbers)


def columns_beside(path: Path, table: Table, numbers: tuple[int, ...]) -> NumberColumns:
    """Return columns of numbers with those beside them that say of which country and for which campaign they are."""
    headings, meanings = table.source.headings, _meanings(table)
    calling_codes, countries = (
        [at for at in _found(meanings, meaning) if at not in numbers] for meaning in OF_COUNTRIES
    )
    for which in (calling_codes, countries):
        if len(which) > 1:
            both = " and ".join(repr(headings[at]) for at in which)
            message = f"{path}: the columns {both} both say which country a number is of. Rename one of them."
            raise FileRefused(message, ProblemCode.WRONG_HEADINGS)
    return NumberColumns(
        numbers, next(iter(calling_codes), None), next(iter(countries), None), _found(meanings, NumberColumn.CAMPAIGN)
    )


def _meanings(table: Table) -> list[NumberColumn | None]:
    """Return what each column of a table holds, None where its heading does not say it."""
    return [number_column_of(heading) if table.header_row else None for heading in table.source.headings]


def _found(meanings: Sequence[NumberColumn | None], meaning: NumberColumn) -> tuple[int, ...]:
    return tuple(at for at, one in enumerate(meanings) if one is meaning)


def _named(path: Path, table: Table, named: Sequence[str], option: str, problem_code: ProblemCode) -> tuple[int, ...]:
    """Return the positions of the columns that the user names with an option, by headings or letters, in this order."""
    keys = [heading_key(heading) if table.header_row else "" for heading in table.source.headings]
    found: list[int] = []
    for name in named:
        letters = name.strip().upper()
        by_letter = column_number(letters) - 1 if letters.isascii() and letters.isalpha() else -1
        if heading_key(name) in keys:
            found.append(keys.index(heading_key(name)))
        elif len(letters) < 3 and 0 <= by_letter < len(keys):
            found.append(by_letter)
        else:
            message = f"{path} has no column {name!r}. {listed_headings(table)} Correct {option}."
            raise FileRefused(message, problem_code)
    return tuple(dict.fromkeys(found))
