"""The rows in a sheet's XML, found by searching its bytes: a parser that makes an event of every cell is slower.

Searching is safe because in XML without comments, CDATA and instructions every `<` begins a tag.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from importer.annotation.frame import attributes_of
from importer.annotation.lines import CannotCopy
from importer.model import column_number
from importer.ooxml import LAST_COLUMN, LAST_ROW
from importer.security import PartTooLarge, joined

MOST_AROUND = 1 << 26
"""Bytes that may stand before the rows, and after them: what is conditional, validated, merged or linked."""
LONGEST_ROW = 1 << 26
MOST_COLUMNS = 1_000
"""How many columns' letters are remembered with their numbers."""


class UnusualXml(Exception):
    """The XML holds what cannot be searched; rewritten in canonical form, it can."""


class XmlRow(NamedTuple):
    """One row: `before` is what stands between it and the row before, `tag` the attributes, `body` the cells."""

    number: int
    before: bytes
    tag: bytes
    body: bytes


@dataclass(frozen=True)
class Cell:
    """One cell: `column` counts from 1, `tag` are its attributes, `body` what it holds, `end` where it ends."""

    column: int
    tag: bytes
    body: bytes
    start: int
    end: int

    @property
    def filled(self) -> bool:
        """Whether it holds anything but a look."""
        return b"<" in self.body

    @property
    def style(self) -> int:
        """The number of its style."""
        return int(attributes_of(self.tag).get("s", "0"))


class XmlRows:
    """Takes the rows out of a sheet's XML; `head` and `tail` are what stands around them, once that has been read."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self.tail = b""
        self.between = b""
        self.head, self.prefix, self._rest = self._begin()
        name = re.escape(self.prefix)
        # The second group is the address, which most programs write first; `_elsewhere` finds any other.
        self._row = re.compile(rb"<" + name + rb"""row(?=[\s/>])((?: r="(\d+)")?[^>]*)>""")
        self._row_end = b"</" + self.prefix + b"row>"
        self._cell = re.compile(rb"<" + name + rb"""c(?=[\s/>])((?: r="([A-Z]+)\d*")?[^>]*)>""")
        self._cell_end = b"</" + self.prefix + b"c>"
        self._cell_start = b"<" + self.prefix + b"c"

    def _begin(self) -> tuple[bytes, bytes, bytes]:
        """Read up to the rows; return what stands before them, the prefix of names, and what follows."""
        xml = b""
        pattern = re.compile(rb"<((?:[\w.-]+:)?)sheetData(?:\s[^>]*?)?(/?)>")
        while block := self._more(len(xml)):
            xml += block
            if len(xml) > MOST_AROUND:
                raise CannotCopy("The part of the sheet before its rows is too long.")
            _check_encoding(xml)
            if found := pattern.search(xml):
                head = xml[: found.start()]
                _refuse_marks(head.removeprefix(b"\xef\xbb\xbf")[1:])
                rest = xml[found.end() :]
                if found[2]:
                    rest = b"</" + found[1] + b"sheetData>" + rest
                return head, found[1], rest
        raise CannotCopy("The sheet has no rows where they belong.")

    def __iter__(self) -> Iterator[XmlRow]:
        """Yield the rows in their order; afterwards `between` (what follows the last of them) and `tail` are known."""
        over = b"</" + self.prefix + b"sheetData>"
        opening = b"<" + self.prefix + b"row"
        number = 0
        rest = self._rest
        while True:
            last = rest.find(over)
            _refuse_marks(rest, last)
            cut = last if last >= 0 else max(rest.rfind(opening), 0)
            done = 0
            while (found := self._row.search(rest, done, cut)) is not None:
                tag, body, end = found[1], b"", found.end()
                number = _number(found, number)
                if tag.endswith(b"/"):
                    tag = tag[:-1]
                else:
                    start, end = end, rest.find(self._row_end, end, cut)
                    if end < 0:
                        raise UnusualXml
                    body, end = rest[start:end], end + len(self._row_end)
                yield XmlRow(number, rest[done : found.start()], tag, body)
                done = end
            rest = rest[done:]
            if last >= 0:
                break
            block = self._more(len(rest))
            if not block:
                raise CannotCopy("The sheet is cut off.")
            if len(rest) > LONGEST_ROW:
                raise CannotCopy("A row of the sheet is too long.")
            rest += block
        self.between, _, tail = rest.partition(over)
        try:
            self.tail = joined("", chain([tail], self._blocks), MOST_AROUND)
        except PartTooLarge:
            raise CannotCopy("The part of the sheet after its rows is too long.") from None

    def _more(self, least: int) -> bytes:
        """Return some blocks that have at least a number of bytes, as far as there are any.

        What is searched anew with each of them doubles: else a long row would be searched as often as it has blocks.
        """
        found: list[bytes] = []
        size = 0
        for block in self._blocks:
            found.append(block)
            size += len(block)
            if size >= least:
                break
        return b"".join(found)

    def cells(self, body: bytes) -> list[Cell]:
        """Return the cells of a row."""
        cells = []
        at = column = 0
        while (found := self._cell.search(body, at)) is not None:
            tag, inside, at = found[1], b"", found.end()
            column = _column(found, column)
            if tag.endswith(b"/"):
                tag = tag[:-1]
            else:
                end = body.find(self._cell_end, at)
                if end < 0:
                    raise UnusualXml
                inside, at = body[at:end], end + len(self._cell_end)
            cells.append(Cell(column, tag, inside, found.start(), at))
        return cells

    def last_column(self, body: bytes) -> int:
        """Return the column of the last cell of a row; 0 if there is none."""
        return self._column_at(self._last_cell(body), body)

    def last_filled(self, body: bytes) -> int:
        """Return the column of the last cell of a row that holds anything; 0 if there is none."""
        found = self._last_cell(body)
        if found and not found[1].endswith(b"/") and not body.startswith(self._cell_end, found.end()):
            return self._column_at(found, body)
        return max((cell.column for cell in self.cells(body) if cell.filled), default=0)

    def _last_cell(self, body: bytes) -> re.Match[bytes] | None:
        place = body.rfind(self._cell_start)
        return self._cell.match(body, place) if place >= 0 else None

    def _column_at(self, last: re.Match[bytes] | None, body: bytes) -> int:
        if last and (letters := _letters(last)):
            return _column_of(letters)
        return max((cell.column for cell in self.cells(body)), default=0)


_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+)\d*["']""")
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([^"']*)["']""")


@lru_cache(MOST_COLUMNS)
def _column_of(letters: bytes) -> int:
    return column_number(letters.decode())


def _letters(cell: re.Match[bytes]) -> bytes:
    """Return the letters of a cell's column, b"" if it has no address."""
    return cell[2] or _elsewhere(_REFERENCE, cell)


def _elsewhere(address: re.Pattern[bytes], tag: re.Match[bytes]) -> bytes:
    """Return an address that is not the first of the attributes, b"" if there is none."""
    found = address.search(tag[1])
    return found[1] if found else b""


def _column(cell: re.Match[bytes], before: int) -> int:
    letters = _letters(cell)
    column = _column_of(letters) if letters else before + 1
    if not before < column <= LAST_COLUMN:
        raise CannotCopy("The cells of a row are out of order in the workbook's XML.")
    return column


def _number(row: re.Match[bytes], before: int) -> int:
    digits = row[2] or _elsewhere(_NUMBER, row)
    number = int(digits) if digits else before + 1
    if not before < number <= LAST_ROW:
        raise CannotCopy(f"Row {number} comes after row {before} in the workbook's XML.")
    return number


def _check_encoding(xml: bytes) -> None:
    if b"\0" in xml[:8] or xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnusualXml
    found = _ENCODING.match(xml[3:] if xml.startswith(b"\xef\xbb\xbf") else xml)
    if found and found[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        raise UnusualXml


def _refuse_marks(xml: bytes, end: int = -1) -> None:
    end = len(xml) if end < 0 else end
    # A single character is found twenty times as fast, and these two are rare.
    if (b"!" in xml and xml.find(b"<!", 0, end) >= 0) or (b"?" in xml and xml.find(b"<?", 0, end) >= 0):
        raise UnusualXml
