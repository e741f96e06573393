"""An export becomes tables of texts: one contract for every kind of file."""

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from importer.errors import FileRefused
from importer.migration.exports.model import SourceTable
from importer.reading import is_text_file
from importer.run_options import DEFAULTS, ReadingOptions


def open_source(
    path: Path, wanted: Collection[str] | None, options: ReadingOptions = DEFAULTS
) -> Mapping[str, SourceTable]:
    """Return the tables of an export, by their names as the file has them.

    `wanted` are the names of the tables to read, in any case; only their rows are kept. The only table of a file that
    names none has the name "" and is always kept. With `wanted` None, all tables are returned with their names and
    columns, and no rows: enough to recognise the system. `options` bound the file and say what it does not
    tell itself; a dump in SQL may be of any size, as it is read in flat memory.

    Raises FileRefused with a sentence that quotes nothing of the file's texts.
    """
    names = None if wanted is None else frozenset(name.lower() for name in wanted)
    try:
        return _read(path, names, options)
    except FileRefused as error:
        refusal = FileRefused(error.message, error.problem_code)
    # A new one: what it was raised from, and the frames it came through, may hold on to people's data.
    raise refusal


def open_blocks(path: Path, wanted: Collection[str], options: ReadingOptions = DEFAULTS) -> Iterator[SourceTable]:
    """Yield the rows of some tables of an export in blocks, so that tables of a dump in SQL may be of any size.

    `wanted` are the names of the tables, in any case; the only table of a file that names none is always read. Raises
    FileRefused with a sentence that quotes nothing of the file's texts.
    """
    names = frozenset(name.lower() for name in wanted)
    try:
        yield from _blocks(path, names, options)
        return
    except FileRefused as error:
        refusal = FileRefused(error.message, error.problem_code)
    raise refusal


def _blocks(path: Path, wanted: frozenset[str], options: ReadingOptions) -> Iterator[SourceTable]:
    from importer.migration.exports.formats import Form, form_of

    if form_of(path) is not Form.SQL or not is_text_file(path, replace(options, max_file_size=sys.maxsize)):
        yield from _read(path, wanted, options).values()
        return
    from importer.migration.exports.sql.dump import dump_blocks

    yield from dump_blocks(path, wanted, options)


def _read(path: Path, wanted: frozenset[str] | None, options: ReadingOptions) -> Mapping[str, SourceTable]:
    # Each parser takes some time to import, and only one is needed.
    from importer.migration.exports.formats import Form, form_of

    form = form_of(path)
    if not is_text_file(path, replace(options, max_file_size=sys.maxsize) if form is Form.SQL else options):
        from importer.migration.exports.tables import sheet_tables

        return sheet_tables(path, wanted, options)
    if form is Form.SQL:
        from importer.migration.exports.sql.dump import dump_tables

        return dump_tables(path, wanted, options)
    if form is Form.JSON:
        from importer.migration.exports.json import json_tables

        return json_tables(path, wanted, options)
    if form is Form.TERRAFORM:
        from importer.migration.exports.terraform import terraform_tables

        return terraform_tables(path, wanted, options)
    from importer.migration.exports.tables import text_tables

    return text_tables(path, options, wanted is not None)
