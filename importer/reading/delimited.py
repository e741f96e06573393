"""Text files: comma, semicolon, tab or pipe between the fields."""

import csv
import os
from codecs import getincrementaldecoder
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from io import StringIO
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path

from importer.errors import FileRefused
from importer.model import TextForm
from importer.reading.dialect import (
    DELIMITERS,
    LONGEST_FIELD,
    NAMES,
    Dialect,
    Quoting,
    delimiter_named,
    find_dialect,
    record_blocks,
    records,
    settled,
)
from importer.reading.encoding.finding import Encoding, find_encoding
from importer.reading.table import MOST_COLUMNS
from importer.run_options import ReadingOptions
from importer.spreadsheets import Record
from schemas.problem_codes import ProblemCode

SAMPLE_CHARACTERS = 1_000_000
READ_AT_ONCE = 1 << 16
"""Bytes."""
WORKBOOK_SUFFIXES = frozenset((".xls", ".xlsx", ".xlsm", ".xlsb", ".ods"))


@dataclass(frozen=True)
class TextFile:
    """A text file whose encoding and dialect are known; its records can be gone through any number of times.

    `ends_open` says that its last line has no end.
    """

    path: Path
    encoding: Encoding
    dialect: Dialect
    first_line: str
    ends_open: bool = False

    @property
    def form(self) -> TextForm:
        """How the file is written."""
        bare = self.first_line.rstrip("\r\n")
        newline = self.first_line[len(bare) :] or "\r\n"
        before = bare if self.dialect.skipped else ""
        return TextForm(
            self.dialect.delimiter, quoting=self.dialect.quoting.name.lower(), first_line=before, newline=newline
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know about how the file was understood."""
        return tuple(filter(None, (self.encoding.note, *self.dialect.notes)))

    def records(self) -> Iterator[Record]:
        """Yield every record that is not an empty line, with the number of the line on which it starts."""
        yield from chain.from_iterable(self.blocks())

    def blocks(self) -> Iterator[list[Record]]:
        """Yield the same records, many at a time."""
        with closing(_lines(self.path, self.encoding.name)) as lines:
            yield from _told(self, islice(chain.from_iterable(lines), self.dialect.skipped, None))


def open_text(path: Path, options: ReadingOptions) -> TextFile:
    """Find out how a text file is written; raise FileRefused if that is not clear."""
    wanted = delimiter_named(options.delimiter) if options.delimiter is not None else None
    encoding = find_encoding(path, options.encoding)
    lines, whole = _sample(path, encoding.name)
    _refuse_wide(str(path), lines, wanted)
    if not any(map(str.strip, lines)) and whole:
        raise FileRefused(f"{path} is empty. It needs a row of headings and rows below it.", ProblemCode.EMPTY)
    dialect = find_dialect(str(path), lines, whole, wanted, options.heading_of)
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        _refuse_prose(path, lines, dialect)
    if dialect.quoting is Quoting.BACKSLASH:
        with closing(_lines(path, encoding.name)) as every:
            dialect = settled(dialect, chain.from_iterable(every))
    return TextFile(path, encoding, dialect, lines[0] if lines else "", _ends_open(path))


def _refuse_wide(path: str, lines: list[str], wanted: str | None) -> None:
    """Refuse lines of more fields than any table has, before anything is found out by splitting them in many ways."""
    for number, line in enumerate(lines, start=1):
        for delimiter in wanted or DELIMITERS:
            if line.count(delimiter) >= MOST_COLUMNS:
                _, cells = next(records([line], Dialect(delimiter), strict=False), (number, []))
                if len(cells) > MOST_COLUMNS:
                    raise too_wide(path, number, len(cells), delimiter)


def too_wide(path: str, line: int, width: int, delimiter: str) -> FileRefused:
    """Return the refusal of a text file one of whose rows has more fields than a table can have columns."""
    return FileRefused(
        f"{path}, line {line}: the row has {width:,} fields with the {NAMES.get(delimiter, repr(delimiter))} between "
        f"them; no spreadsheet has more than {MOST_COLUMNS:,}. Remove the delimiters at its end, or export it again.",
        ProblemCode.TOO_WIDE,
    )


def _ends_open(path: Path) -> bool:
    """Say whether the last line of a file has no end."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 4))
        return not file.read().rstrip(b"\0").endswith((b"\n", b"\r"))


def _refuse_prose(path: Path, lines: list[str], dialect: Dialect) -> None:
    """Refuse a text that is called a workbook and has not even columns: a mail system's excuse, an error message."""
    if any(dialect.delimiter in line for line in lines):
        return
    raise FileRefused(
        f"{path} is not a workbook: it is text that begins {lines[0].strip()[:60]!r}. Get the file again from where "
        "it came from. If it is a table of one column, rename it to .csv.",
        ProblemCode.NO_TABLE,
    )


def _sample(path: Path, encoding: str) -> tuple[list[str], bool]:
    """Return the first lines of a file and whether they are all it has."""
    lines: list[str] = []
    size = 0
    with closing(_lines(path, encoding)) as every:
        for line in chain.from_iterable(every):
            if size > SAMPLE_CHARACTERS:
                return lines, False
            lines.append(line)
            size += len(line)
    return lines, True


def _lines(path: Path, encoding: str) -> Generator[list[str]]:
    """Yield the lines, many at a time, with their ends as they are.

    Refuses NUL characters, bytes that do not fit the encoding, and endless lines.
    """
    number = 0
    try:
        for text in _whole_lines(path, encoding):
            lines = list(StringIO(text if number else text.removeprefix("\ufeff"), newline=""))
            if "\0" in text or len(text) >= LONGEST_FIELD:
                _refuse_lines(path, number, lines)
            yield lines
            number += len(lines)
    except UnicodeDecodeError as error:
        raise _undecodable(path, number, encoding, error) from None
    except UnicodeError:
        # Some of Python's encodings say no more when an escape sequence does not end.
        raise _no_text(path, number + 1, "the bytes there are", encoding) from None


def _whole_lines(path: Path, encoding: str) -> Iterator[str]:
    """Yield the text of a file in pieces of whole lines, or of so long a line that it is refused."""
    decode = getincrementaldecoder(encoding)().decode
    begun: list[str] = []
    with path.open("rb") as file:
        while read := file.read(READ_AT_ONCE):
            text = decode(read)
            # A line that ends in a carriage return may end in a line feed as well, which is not read yet.
            end = max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1
            if end or sum(map(len, begun)) + len(text) >= LONGEST_FIELD:
                yield "".join((*begun, text[:end] if end else text))
                begun = [text[end:]] if end else []
            else:
                begun.append(text)
        if rest := "".join((*begun, decode(b"", True))):
            yield rest


def _refuse_lines(path: Path, before: int, lines: Sequence[str]) -> None:
    """Refuse the first line that holds a NUL character or is endless; `before` is the number of lines before them."""
    for number, line in enumerate(lines, start=before + 1):
        if "\0" in line:
            raise _nul(path, number, line)
        if len(line) >= LONGEST_FIELD:
            raise FileRefused(
                f"{path}, line {number}: the line is longer than {LONGEST_FIELD:,} characters. That is not a "
                "table of campaigns. Export it again, one line a row.",
                ProblemCode.NO_TABLE,
            )


def _nul(path: Path, number: int, line: str) -> FileRefused:
    before = line[: line.index("\0")][-20:]
    return FileRefused(
        f"{path}, line {number}: there is a NUL character after {before!r}. The file is damaged, or it is not a text "
        "file. Export it again, or save it in Excel as .xlsx.",
        ProblemCode.DAMAGED,
    )


def _undecodable(path: Path, lines_before: int, encoding: str, error: UnicodeDecodeError) -> FileRefused:
    within = error.object[: error.start].decode(encoding, errors="replace")
    line = lines_before + within.count("\n") + 1
    found = " ".join(f"{byte:02X}" for byte in error.object[error.start : error.end])
    return _no_text(path, line, f"the bytes {found} are", encoding)


def _no_text(path: Path, line: int, what: str, encoding: str) -> FileRefused:
    return FileRefused(
        f"{path}, line {line} or near it: {what} not text in {encoding}. "
        "Set the right encoding with --encoding, or save the file in Excel as .xlsx.",
        ProblemCode.ENCODING,
    )


def _told(file: TextFile, lines: Iterable[str]) -> Iterator[list[Record]]:
    """Yield the records in blocks; a fault of the quotes is refused with the line on which its record starts."""
    path, dialect = file.path, file.dialect
    last = dialect.skipped
    try:
        for block in record_blocks(lines, dialect):
            if max(map(len, map(itemgetter(1), block))) > MOST_COLUMNS:
                line, cells = next(record for record in block if len(record[1]) > MOST_COLUMNS)
                raise too_wide(str(path), line, len(cells), dialect.delimiter)
            last, _ = block[-1]
            yield block
    except csv.Error as error:
        if file.ends_open and "unexpected end" in str(error):
            raise broken_off(str(path), f"the row after line {last}") from None
        raise FileRefused(
            f"{path}, the record after line {last}: {_fault(error)} The fields are separated by "
            f"{NAMES.get(dialect.delimiter, repr(dialect.delimiter))}. Open the file in an editor and check the "
            'quotes there: a text with a quote in it is written "like ""this""".',
            ProblemCode.QUOTES,
        ) from None


def broken_off(path: str, where: str) -> FileRefused:
    """Return the refusal of a file that ends in the middle of a row; `where` names the row."""
    return FileRefused(
        f"{path} ends in the middle of {where}, so it was probably not copied completely. "
        "None of it was used. Get the file again.",
        ProblemCode.DAMAGED,
    )


def _fault(error: csv.Error) -> str:
    message = str(error)
    if "unexpected end" in message:
        return "a quoted text never ends."
    if "expected after" in message:
        return "a closing quote is followed by something other than a delimiter."
    return f"the quotes cannot be understood ({message})."
