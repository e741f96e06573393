"""Tables that are written as rows: text files with delimiters, and workbooks."""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from importer.errors import FileRefused
from importer.migration.exports.builder import TableBuilder
from importer.migration.exports.lines import encoding_of, lines_of
from importer.migration.exports.model import SourceTable
from importer.migration.exports.tab_dump import is_tab_dump, newline_of, tab_records
from importer.reading import (
    BACKSLASHED,
    Dialect,
    Quoting,
    TextFile,
    delimiter_named,
    known,
    last_row_needed,
    open_text,
    raw_sheets,
    records,
)
from importer.run_options import ReadingOptions
from schemas.problem_codes import ProblemCode

Record = tuple[int, Sequence[str | None]]
"""The line or row of a record, and its cells; None is NULL."""

NULLS = frozenset(("NULL", r"\N", "[NULL]"))
"""How programs write a NULL where every other text could be in quotes."""
_MARK = "\0"
"""Marks what is in quotes and would else be a NULL; no text file that is read holds this character."""
_QUOTES = {Quoting.DOUBLED: '"', Quoting.SINGLE: "'", **dict.fromkeys(BACKSLASHED, '"')}


def text_tables(path: Path, options: ReadingOptions, with_rows: bool) -> Mapping[str, SourceTable]:
    """Return the table of a text file, under the name ""; without `with_rows`, its columns alone.

    Raises FileRefused for what cannot be read as a table.
    """
    encoding = encoding_of(path, options.encoding)
    if options.delimiter is None or delimiter_named(options.delimiter) == "\t":
        newline = newline_of(lines_of(path, encoding, "\n"))
        if is_tab_dump(lines_of(path, encoding, "\n"), newline):
            return _table(path, "", "line", _tabs(path, encoding, newline), options, with_rows)
    file = open_text(path, replace(options, encoding=encoding))
    return _table(path, "", "line", lambda: _null_aware(path, file), options, with_rows)


def sheet_tables(path: Path, wanted: Collection[str] | None, options: ReadingOptions) -> Mapping[str, SourceTable]:
    """Return the sheets of a workbook that hold anything: by their names, or under "" where there is but one.

    Without `wanted`, their columns alone. Raises FileRefused for what cannot be read.
    """
    sheets: dict[str, list[Record]] = {}
    most = options.max_rows if wanted is not None else last_row_needed(options)
    for name, row, cells in raw_sheets(path, options, all_sheets=True):
        sheet_rows = sheets.setdefault(name, [])
        if len(sheet_rows) <= most:
            sheet_rows.append((row, cells))
    if not sheets:
        raise FileRefused(f"{path} is empty. It needs a row of headings and rows below it.", ProblemCode.EMPTY)
    names = {"": next(iter(sheets))} if len(sheets) == 1 else {name: name for name in sheets}
    tables: dict[str, SourceTable] = {}
    for name, sheet in names.items():
        if wanted is None or not name or name.lower() in wanted:
            tables |= _table(path, name, "row", partial(iter, sheets[sheet]), options, wanted is not None)
    return tables


def _table(
    path: Path,
    name: str,
    unit: str,
    read: Callable[[], Iterable[Record]],
    options: ReadingOptions,
    with_rows: bool,
) -> Mapping[str, SourceTable]:
    """Return the table of records that can be gone through twice; `unit` is what the user calls their places."""
    head = list(islice(read(), last_row_needed(options)))
    header, columns = _header(path, [(number, [cell or "" for cell in cells]) for number, cells in head], options)
    _refuse_twins(path, header, columns)
    keeper = TableBuilder(path, options)
    keeper.create(name, ())
    for number, cells in read() if with_rows else ():
        if number > header and any(cell is None or cell.strip() for cell in cells):
            keeper.add(name, number, _even(path, number, cells, len(columns)), None, f"{unit} {number}")
    return {name: SourceTable(name, columns, keeper.tables()[name].rows)}


def _even(path: Path, number: int, cells: Sequence[str | None], width: int) -> Sequence[str | None]:
    """Return the cells of a row, as many as there are columns, without empty ones at its end."""
    if width == 0 or len(cells) <= width:
        return cells
    if any(cell is None or cell.strip() for cell in cells[width:]):
        raise FileRefused(
            f"{path}, line {number}: the row has {len(cells)} fields, but there are {width} headings. Look there for "
            "an extra delimiter, or for a text with a delimiter in it that is not in quotes.",
            ProblemCode.UNEVEN,
        )
    return cells[:width]


def _header(path: Path, head: Sequence[tuple[int, list[str]]], options: ReadingOptions) -> tuple[int, tuple[str, ...]]:
    """Return the row of the headings and the headings: what the user says, else what is known or looks like some."""
    filled = [(number, cells) for number, cells in head if any(map(str.strip, cells))]
    if options.no_header or not filled:
        return 0, ()
    if options.header_row is not None:
        return options.header_row, _named(path, filled, options.header_row)
    best = max(filled, key=lambda record: known(record[1], options.heading_of))
    if known(best[1], options.heading_of) > 1:
        return best[0], _stripped(best[1])
    number, cells = filled[0]
    stripped = _stripped(cells)
    return (number, stripped) if _look_like_headings(stripped) else (0, ())


def _named(path: Path, filled: Sequence[tuple[int, list[str]]], row: int) -> tuple[str, ...]:
    for number, cells in filled:
        if number == row:
            return _stripped(cells)
    message = f"{path}: row {row} is empty, so it has no headings. Correct --header-row, or leave it out."
    raise FileRefused(message, ProblemCode.NO_HEADINGS)


def _stripped(cells: Sequence[str]) -> tuple[str, ...]:
    texts = [cell.strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _look_like_headings(cells: Sequence[str]) -> bool:
    """Say whether cells may name columns: each holds a letter and is not NULL."""
    return all(cell not in NULLS and any(map(str.isalpha, cell)) for cell in cells)


def _refuse_twins(path: Path, row: int, columns: Sequence[str]) -> None:
    seen: set[str] = set()
    for column in filter(None, map(str.casefold, columns)):
        if column in seen:
            raise FileRefused(
                f"{path}, row {row}: two columns have the heading {column!r}. Rename or remove one of them, or "
                "use --no-header if the row has no headings.",
                ProblemCode.WRONG_HEADINGS,
            )
        seen.add(column)


def _tabs(path: Path, encoding: str, newline: str) -> Callable[[], Iterable[Record]]:
    r"""Return what reads a tab dump; one without any `\N` is of `mysql -B`, where NULL is a word."""

    def records() -> Iterator[Record]:
        return tab_records(lines_of(path, encoding, "\n"), newline)

    if any(None in cells for _, cells in records()):
        return records
    return lambda: ((number, [None if cell == "NULL" else cell for cell in cells]) for number, cells in records())


def _null_aware(path: Path, file: TextFile) -> Iterator[Record]:
    """Yield the records of a text file; a NULL without quotes is None, one in quotes a text."""
    dialect = file.dialect
    # Where backslashes escape, the one that is left in a text was written twice.
    nulls = NULLS - {r"\N"} if dialect.quoting in BACKSLASHED else NULLS
    lines = islice(lines_of(path, file.encoding.name), dialect.skipped, None)
    for number, cells in _told(path, _marked(lines, dialect), dialect):
        yield number, [None if cell in nulls else cell.replace(_MARK, "") for cell in cells]


def _marked(lines: Iterable[str], dialect: Dialect) -> Iterator[str]:
    """Yield the lines with a mark in each text in quotes that would be a NULL without them."""
    quote = _QUOTES.get(dialect.quoting)
    pairs = [(f"{quote}{word}{quote}", f"{quote}{word}{_MARK}{quote}") for word in sorted(NULLS)] if quote else []
    for line in lines:
        marked = line
        for plain, other in pairs:
            marked = marked.replace(plain, other)
        yield _spelled(marked, dialect) if dialect.quoting in BACKSLASHED else marked


def _spelled(line: str, dialect: Dialect) -> str:
    r"""Write the NULL of a line with backslashes, which is `\N` without quotes, as the word."""
    bare = line.rstrip("\r\n")
    fields = [("NULL" if field == r"\N" else field) for field in bare.split(dialect.delimiter)]
    return dialect.delimiter.join(fields) + line[len(bare) :]


def _told(path: Path, lines: Iterable[str], dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a text file; a fault of the quotes is refused with the line after which it stands."""
    last = dialect.skipped
    try:
        for last, cells in records(lines, dialect):
            yield last, cells
        return
    except csv.Error:
        pass
    raise FileRefused(
        f"{path}, the record after line {last}: the quotes are not balanced. Open the file in an editor and look "
        'at the quotes there: a text with a quote in it is written "like ""this""".',
        ProblemCode.QUOTES,
    )
