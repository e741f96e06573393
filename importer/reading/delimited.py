"""Text files: comma, semicolon, tab or pipe between the fields."""

import csv
from collections.abc import Iterator
from pathlib import Path

from importer.errors import FileRefused
from importer.model import Source
from importer.reading.table import Record, Table, frames

DELIMITERS = ",;\t|"
LONGEST_FIELD = 1_000_000


def open_table(path: Path, digest: str) -> Table:
    """Open a text file: UTF-8 with or without a byte order mark, or UTF-16 with one."""
    encoding = _encoding(path)
    records = _records(path, encoding, _delimiter(path, encoding))
    header_row, headings = next(records, (0, []))
    if not headings:
        raise FileRefused(f"{path} is empty. It needs a row of headings and rows below it.")
    source = Source(str(path), None, tuple(headings), digest, encoding)
    return Table(source, header_row, frames(_even(path, records, len(headings)), len(headings)))


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in start:
        raise FileRefused(
            f"{path} is neither a text file nor a workbook. Give a .csv, .tsv, .txt, .xlsx, .xls or .ods."
        )
    return "utf-8-sig" if start.startswith(b"\xef\xbb\xbf") else "utf-8"


def _delimiter(path: Path, encoding: str) -> str:
    """Return the delimiter that the first line with text in it holds most often."""
    for line in _lines(path, encoding):
        if line.strip():
            return max(DELIMITERS, key=line.count)
    return DELIMITERS[0]


def _lines(path: Path, encoding: str) -> Iterator[str]:
    try:
        with path.open(encoding=encoding, newline="") as file:
            yield from file
    except UnicodeDecodeError:
        raise FileRefused(f'{path} is not UTF-8 text. In Excel, save it as "CSV UTF-8" or as .xlsx.') from None


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    """Yield the records that hold anything, each with the number of the line on which it starts."""
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(_lines(path, encoding), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(f"{path}, line {line}: {error}. Open the file in an editor and look at its quotes.") from None


def _even(path: Path, records: Iterator[Record], width: int) -> Iterator[Record]:
    """Yield the records, each as wide as the headings; fields in excess may only be blank."""
    for line, cells in records:
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            raise FileRefused(
                f"{path}, line {line}: {len(cells)} fields where the headings are {width}. "
                "Look for a missing or an extra delimiter, or for a text with a delimiter in it that is not in quotes."
            )
        yield line, cells[:width]
