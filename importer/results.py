"""The user's own table, plus what happened to each row, in a new file beside the input."""

import csv
import io
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from itertools import count, islice
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from importer.errors import WrongUsage
from importer.model import RowResult, Source
from schemas.headings import RESULT_HEADINGS

SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
SUFFIXES = (".xlsx", ".csv")

LONGEST_STEM = 200
"""Bytes of a file's name that go into the name of its results."""

NO_CHARACTERS = re.compile("[\ufffe\uffff]")
"""What XML, and so a workbook, cannot hold."""

Line = list[str]
_Writer = Callable[[BinaryIO, Source, Iterator[Line]], None]


class _NotForWorkbooksError(Exception):
    """A text is too long for a cell, or holds what XML cannot."""


def default_target(source: Path, now: datetime) -> Path:
    """Return where the results of a file go unless told otherwise: beside it, under a name that tells when."""
    stem = re.sub(r"\.results\.[0-9-]+$", "", source.stem)
    while len(os.fsencode(stem)) > LONGEST_STEM:
        stem = stem[:-1]
    name = f"{stem}.results.{now:%Y%m%d-%H%M%S}"
    for number in count(1):
        target = source.with_name(f"{name}.xlsx" if number == 1 else f"{name}-{number}.xlsx")
        if not target.exists():
            break
    return target


def check_target(target: Path) -> None:
    """Raise WrongUsage for a target that cannot work, before anything is sent."""
    if target.suffix.lower() not in SUFFIXES:
        raise WrongUsage(f"--results {target}: the name must end in .xlsx or .csv.")
    if not target.parent.is_dir():
        raise WrongUsage(f"--results {target}: there is no folder {target.parent}. Make it, or name another.")
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        raise WrongUsage(
            f"--results {target}: nothing can be written there ({error.strerror}). Name another."
        ) from None


def write(target: Path, source: Source, rows: Callable[[], Iterable[RowResult]]) -> Path:
    """Write the results and return where they are.

    An existing file is never overwritten, and a folder that cannot be written to is no reason to lose the results:
    another name is taken then. Texts that no workbook can hold are written as CSV, unchanged. `rows` returns the rows
    in the sheet's order, each time anew. Raises WrongUsage if there is no place at all.
    """
    if target.suffix.lower() == ".csv":
        return _write_with(_write_csv, target, source, rows())
    try:
        return _write_with(_write_xlsx, target, source, rows())
    except _NotForWorkbooksError:
        return _write_with(_write_csv, target.with_suffix(".csv"), source, rows())


def _write_with(writer: _Writer, target: Path, source: Source, rows: Iterable[RowResult]) -> Path:
    with _new_file(target) as file:
        path = Path(file.name)
        try:
            writer(file, source, (_line(row) for row in rows))
        except BaseException:
            path.unlink()
            raise
    return path


def _new_file(target: Path) -> BinaryIO:
    """Open a file that did not exist, as near to the target as can be."""
    for folder in (target.parent, Path.cwd(), Path(tempfile.gettempdir())):
        for number in count(1):
            name = target.name if number == 1 else f"{target.stem}-{number}{target.suffix}"
            try:
                return (folder / name).open("xb")
            except FileExistsError:
                continue
            except OSError:
                break
    raise WrongUsage(
        f"The results cannot be written to {target.parent} nor anywhere else. Make room, then apply again."
    )


def _line(row: RowResult) -> Line:
    outcome = row.outcome
    return [
        *row.cells,
        outcome.status.value,
        outcome.campaign_id or "",
        outcome.code,
        outcome.key,
        row.message,
        str(row.number),
    ]


def _write_csv(file: BinaryIO, source: Source, lines: Iterator[Line]) -> None:
    # With its mark at the start Excel takes the file for UTF-8; every reader of ours knows it.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([*source.headings, *RESULT_HEADINGS])
    writer.writerows(lines)
    text.detach()


def _write_xlsx(file: BinaryIO, source: Source, lines: Iterator[Line]) -> None:
    """Write lines as text cells, so that no text becomes a formula or a number; full sheets go on in further ones."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    bold = book.add_format({"bold": True})
    headings = [*source.headings, *RESULT_HEADINGS]
    # Closed whatever happens: in this mode a workbook holds files of its own open.
    with closing(book):
        for number in count(1):
            sheet = book.add_worksheet("Results" if number == 1 else f"Results {number}")
            if _fill(sheet, headings, bold, islice(lines, SHEET_ROWS - 1)) < SHEET_ROWS - 1:
                break


def _fill(sheet: Any, headings: Line, bold: Any, lines: Iterable[Line]) -> int:
    """Write headings and lines to a sheet; return how many lines there were."""
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    last = 0
    for last, line in enumerate(lines, start=1):
        for column, text in enumerate(line):
            sheet.write_string(last, column, _for_a_cell(text))
    sheet.autofilter(0, 0, last, len(headings) - 1)
    return last


def _for_a_cell(text: str) -> str:
    if len(text) > CELL_CHARACTERS or NO_CHARACTERS.search(text):
        raise _NotForWorkbooksError
    return text
