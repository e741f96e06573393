"""A file becomes a table of text: one contract for every kind of file."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from importer.errors import FileRefused
from importer.files import digest_of
from importer.model import Source
from importer.reading.file_type import is_text_file
from importer.reading.table import Table
from importer.run_options import DEFAULTS, ReadingOptions
from importer.spreadsheets import FileKind
from schemas.csv_injection import unguard
from schemas.headings import is_ours
from schemas.problem_codes import ProblemCode

log = logging.getLogger(__name__)


def open_table(path: Path, options: ReadingOptions = DEFAULTS, *, for_copy: bool = False) -> Table:
    """Open a file and return its table; the rows are read as the table's chunks are asked for.

    `for_copy` asks besides what a copy of an .xlsx workbook, with its wrong cells marked, could not carry. Raises
    FileRefused with a sentence that says what is wrong and what to do, also while the chunks are gone through.
    """
    if not is_text_file(path, options):
        return _sheet(path, options, for_copy=for_copy)
    if options.sheet is not None:
        raise _no_sheets(path, options)
    return _text(path, options)


def sheets_to_read(
    path: Path, options: ReadingOptions, names: Sequence[str] | None
) -> tuple[tuple[str | None, ...], tuple[str, ...]]:
    """Return the sheets of a file that were named, or (None) all that have a table of campaigns.

    A text file has one table, without a name. The second value is what the user should know about other sheets. Raises
    FileRefused for a file that cannot be read, or has no such sheets.
    """
    from importer.reading.header import last_row_needed
    from importer.reading.sheet import chosen_sheets

    if is_text_file(path, options):
        if names:
            raise _no_sheets(path, options)
        return (None,), ()
    found, notes = chosen_sheets(path, options, last_row_needed(options), names)
    return tuple(found), notes


def _no_sheets(path: Path, options: ReadingOptions) -> FileRefused:
    message = f"{path} is a text file and has no sheets. Leave {options.sheet_option} out."
    return FileRefused(message, ProblemCode.NO_SHEET)


def _text(path: Path, options: ReadingOptions) -> Table:
    from importer.reading.chunks import in_bounds, text_chunks
    from importer.reading.delimited import open_text
    from importer.reading.header import find_header, last_row_needed

    file = open_text(path, options)
    last = last_row_needed(options)
    head = list(islice(file.records(), last))
    header = find_header(str(path), head, options)
    blocks = file.blocks()
    if any(map(is_ours, header.headings)):
        # It is a results file of ours, in which texts that Excel would take for formulas are guarded.
        header = replace(header, headings=tuple(map(unguard, header.headings)))
        blocks = ([(line, list(map(unguard, cells))) for line, cells in block] for block in blocks)
    source = Source(
        path=str(path),
        sheet=None,
        headings=header.headings,
        digest=digest_of(path),
        encoding=file.encoding.name,
        kind=FileKind.TEXT.value,
        header_row=header.row,
        places=tuple(range(len(header.headings))),
        text=file.form,
    )
    form = (file.encoding.name, file.dialect.delimiter, header.row, len(header.headings))
    log.debug("%s is text: encoding %s, delimiter %r, headings in row %d, %d columns", path, *form)
    chunks = in_bounds(source, text_chunks(source, header, blocks, options, ends_open=file.ends_open))
    return Table(source, header.row, chunks, (*file.notes, *header.notes), delimiter=file.dialect.delimiter)


def _sheet(path: Path, options: ReadingOptions, *, for_copy: bool) -> Table:
    from importer.reading.chunks import in_bounds, sheet_chunks
    from importer.reading.header import find_header, last_row_needed
    from importer.reading.sheet import open_sheet

    opened = open_sheet(path, options, last_row_needed(options), for_copy=for_copy)
    found = find_header(f"{path}: the sheet {opened.name}", opened.head, options)
    header = found.widened(max(len(cells) for _, cells in opened.head))
    source = Source(
        path=str(path),
        sheet=opened.name,
        headings=header.headings,
        digest=digest_of(path),
        kind=opened.kind.value,
        header_row=header.row,
        places=tuple(range(len(header.headings))),
    )
    form = (opened.kind.value, opened.name, header.row, len(header.headings))
    log.debug("%s is %s: sheet %r, headings in row %d, %d columns", path, *form)
    chunks = in_bounds(source, sheet_chunks(source, header, opened.batches, options))
    notes = (*opened.notes, *header.notes)
    return Table(
        source, header.row, chunks, notes, opened.sheets, losses=opened.losses, hidden_columns=opened.hidden_columns
    )
