"""The user's own table, plus what happened to each row, in a new file beside the input."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import count, islice
from pathlib import Path
from typing import BinaryIO

import xlsxwriter

from importer.errors import WrongUsage
from importer.model import RowResult, Source
from schemas.headings import RESULT_HEADINGS

SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
SUFFIXES = (".xlsx", ".csv")

Line = list[str]


def default_target(source: Path, now: datetime) -> Path:
    """Return where the results of a file go unless told otherwise: beside it, under a name that tells when."""
    stem = re.sub(r"\.results\.[0-9-]+$", "", source.stem)
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


def write(target: Path, source: Source, rows: Iterable[RowResult]) -> Path:
    """Write the results and return where they are.

    An existing file is never overwritten, and a folder that cannot be written to is no reason to lose the results:
    another name is taken then. `rows` come in the sheet's order. Raises WrongUsage if there is no place at all.
    """
    with _new_file(target) as file:
        lines = (_line(row) for row in rows)
        writer: Callable[[BinaryIO, Source, Iterator[Line]], None] = (
            _write_csv if target.suffix.lower() == ".csv" else _write_xlsx
        )
        writer(file, source, lines)
        return Path(file.name)


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
    for number in count(1):
        sheet = book.add_worksheet("Results" if number == 1 else f"Results {number}")
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        last = 0
        for last, line in enumerate(islice(lines, SHEET_ROWS - 1), start=1):
            for column, text in enumerate(line):
                sheet.write_string(last, column, text[:CELL_CHARACTERS])
        sheet.autofilter(0, 0, last, len(headings) - 1)
        if last < SHEET_ROWS - 1:
            break
    book.close()
