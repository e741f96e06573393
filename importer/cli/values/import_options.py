"""What the options about files amount to: how a file is read, and how a run is made of it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from click.core import ParameterSource

from importer.cli.values.reading import FileValues, FormValues, MakingValues, ReadingValues
from importer.errors import WrongUsage
from importer.model import OnChange, OnExisting, column_number
from importer.run_options import MEBIBYTE, ImportOptions, ReadingOptions
from schemas.headings import NUMBERS_COLUMN, NUMBERS_SHEET, OWN_COLUMN, heading_reader
from schemas.likeness import heading_key, suggestion
from schemas.parameters import BY_NAME
from schemas.problem_codes import ProblemCode


def import_options(values: ReadingValues) -> ImportOptions:
    """Return the options for making a run."""
    defaults: dict[str, str] = {}
    typed: set[str] = set()
    origins = values.key_origins.get("default", {})
    for text in values.default:
        name, equals, value = text.partition("=")
        if not equals:
            message = f"--default {text}: write it as KEY=VALUE, such as --default dtype=queue."
            raise WrongUsage(message, ProblemCode.BAD_VALUE)
        if name.strip() in defaults:
            message = f"--default {name.strip()} is given twice. Remove one of them."
            raise WrongUsage(message, ProblemCode.CLASH)
        defaults[name.strip()] = value
        # A flag is meant for the files on the same command line; settings, for every file.
        if origins.get(text) is ParameterSource.COMMANDLINE:
            typed.add(name.strip())
    return ImportOptions(
        defaults={name: text for name, text in defaults.items() if name in typed},
        standing_defaults={name: text for name, text in defaults.items() if name not in typed},
        reading=reading(values),
        placed=_placed(values.column),
        profile=values.profile,
        answers=values.answers,
        require_timegroup=values.require_timegroup,
    )


def making_options(values: MakingValues) -> ImportOptions:
    """Return the options for making a run and for handling its rows."""
    return replace(
        import_options(values),
        disabled=values.disabled,
        marker=values.marker,
        on_change=OnChange(values.on_change),
        on_existing=on_existing(values.on_existing) or OnExisting.REPORT,
    )


def with_own_numbers(options: ImportOptions, *, several: bool) -> ImportOptions:
    """Return how a table is read that may bring its numbers itself; of `several` sheets it is not clear whose."""
    sheets = frozenset() if several or options.profile else frozenset((NUMBERS_SHEET,))
    columns = frozenset() if options.profile else frozenset((NUMBERS_COLUMN,))
    return replace(options, reading=replace(options.reading, other_sheets=sheets, other_columns=columns))


def on_existing(said: str | None) -> OnExisting | None:
    """Return what to do with rows that are on the server already; None if not specified."""
    return OnExisting(said) if said else None


def reading(values: FormValues) -> ReadingOptions:
    """Return how tables of campaigns are to be read."""
    return replace(file_reading(values), heading_of=heading_reader(_headings(values.headings)))


def file_reading(values: FileValues) -> ReadingOptions:
    """Return how files are to be read, independent of what their columns mean."""
    return ReadingOptions(
        sheet=values.sheet[0] if len(values.sheet) == 1 else None,
        encoding=values.encoding,
        delimiter=values.delimiter,
        header_row=values.header_row,
        no_header=values.no_header,
        skip_hidden=values.skip_hidden,
        max_rows=values.max_rows,
        max_file_size=values.max_file_size * MEBIBYTE,
        memory=values.reader_memory * MEBIBYTE,
        seconds=values.reader_seconds,
    )


def _headings(given: Sequence[str]) -> dict[str, str]:
    """Return the user's own headings with the fields that they mean."""
    own: dict[str, str] = {}
    for text in given:
        heading, equals, name = (part.strip() for part in text.rpartition("="))
        if not equals or not heading or name not in BY_NAME:
            meant = suggestion(name, BY_NAME) or f" The fields are: {', '.join(BY_NAME)}."
            message = f"--heading {text}: write it as TEXT=FIELD, such as Ext=dnumber.{meant}"
            raise WrongUsage(message, ProblemCode.BAD_VALUE)
        alike = next((other for other in own if heading_key(other) == heading_key(heading)), None)
        if alike is not None and own[alike] != name:
            message = f"--heading: {alike!r} and {heading!r} are read as one heading. Let it stand for one field only."
            raise WrongUsage(message, ProblemCode.CLASH)
        own[heading] = name
    return own


def _placed(columns: Sequence[str]) -> dict[int, str]:
    """Return the parameter in each column, counted from 0; "" for a column that is not sent."""
    placed: dict[int, str] = {}
    for text in columns:
        letters, equals, name = (part.strip() for part in text.partition("="))
        if not equals or not re.fullmatch("[A-Za-z]{1,3}", letters) or name not in (*BY_NAME, OWN_COLUMN):
            raise WrongUsage(
                f"--column {text}: write it as LETTER=KEY, such as B=dnumber, or B=- for a column that is not sent. "
                f"The keys are: {', '.join(BY_NAME)}.",
                ProblemCode.BAD_VALUE,
            )
        column = column_number(letters.upper()) - 1
        if column in placed:
            message = f"--column {letters.upper()} is given twice. Remove one of them."
            raise WrongUsage(message, ProblemCode.CLASH)
        placed[column] = "" if name == OWN_COLUMN else name
    return placed
