"""A quick look over the XML of an .xlsx sheet for what calamine does not tell or gets wrong.

Bytes are searched, not parsed: that costs a fifth of calamine's own time. What is not written as nearly all programs
write it is not understood here; then the careful reader is asked.
"""

import re
from collections.abc import Iterator
from itertools import islice
from operator import ge

from importer.model import column_number
from importer.reading.archive import NotReadable
from importer.reading.cells import ERROR, PADDED, PLAIN, UNCALCULATED, number_cell
from importer.reading.ooxml_book import Book, is_on
from importer.reading.rows import Cell, range_of
from importer.reading.scan import Scan
from importer.reading.table import Range

# calamine strips white space that no xml:space="preserve" protects.
UNPROTECTED = tuple(mark for white in (b" ", b"\n", b"\t", b"\r") for mark in (b"<t>" + white, white + b"</t>"))
UNPROTECTED_RESULTS = tuple(mark for white in (b" ", b"\n") for mark in (b"<v>" + white, white + b"</v>"))

FOREIGN = (
    b"xmlns",
    b"extLst",
    b"AlternateContent",
    *(b":%s>" % name for name in (b"v", b"t", b"f", b"c", b"is", b"si")),
)
"""What extensions of the format bring along among the cells: elements that calamine takes for those of the standard."""

# A cell that is blank is closed at once, and what follows is not its own.
_CELL = rb"<c ([^>]*%s[^>]*)(?<!/)>(.*?)</c>"
_REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_VALUE = re.compile(rb"<v>([^<]*)</v>")
_ERROR = re.compile(_CELL % rb'\bt="e"', re.DOTALL)
_FORMULA = re.compile(rb"<c ([^>]*)>(<f\b.*?)</c>", re.DOTALL)
_HIDDEN = re.compile(rb'<row ([^>]*\bhidden="([^"]*)"[^>]*)>')
_ROW = re.compile(rb'\br="(\d+)"')
_ROWS = re.compile(rb'<row r="(\d+)"')
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*[\"']([A-Za-z0-9:$]+)")
_HAS_VALUE = re.compile(rb"<v>[^<]|<is>")


def scan_sheet(book: Book, part: str) -> Scan:
    """Look over a sheet; raise NotReadable where it is not written as nearly all programs write it."""
    if book.texts_part is not None:
        for number, block in enumerate(_pieces(book, book.texts_part, b"</si>")):
            _refuse_marks(block, UNPROTECTED)
            _refuse_foreign(block.partition(b"<sst")[2].partition(b">")[2] if number == 0 else block)
    scanner = _Scanner(book)
    block = b""
    for number, block in enumerate(_pieces(book, part, b"</row>")):
        if number == 0 and (b"<sheetData" not in block or b"='" in block):
            raise NotReadable("its XML is written in an unusual way")
        cells, _, _ = block.partition(b"</sheetData>")
        _refuse_foreign(cells.partition(b"<sheetData")[2] if number == 0 else cells)
        scanner.look(block)
    if b"</worksheet>" not in block:
        raise NotReadable("it is cut off")
    scanner.look_at_end(block)
    return scanner.scan


def merged_ranges(book: Book, part: str) -> list[Range]:
    """Return the merged ranges of a sheet, whose XML tells them after the rows."""
    found: list[Range] = []
    rest = b""
    for block in book.archive.blocks(part):
        if b"\0" in block:
            # UTF-16, which a program writes once in a thousand; the ranges are ASCII.
            block = block.replace(b"\0", b"")
        block = rest + block
        cut = block.rfind(b"<")
        if b"mergeCell" in block:
            found += [range_of(reference.decode()) for reference in _MERGED.findall(block, 0, cut)]
        rest = block[cut:] if cut > 0 else block
    return found


def _pieces(book: Book, part: str, end: bytes) -> Iterator[bytes]:
    """Yield a part in pieces that end where an element does."""
    rest = b""
    for block in book.archive.blocks(part):
        block = rest + block
        cut = block.rfind(end) + len(end) if end in block else 0
        rest = block[cut:]
        if cut:
            yield block[:cut]
        elif len(rest) > 1 << 26:
            raise NotReadable("its XML is written in an unusual way")
    yield rest


def _refuse_marks(block: bytes, marks: tuple[bytes, ...]) -> None:
    for mark in marks:
        if mark in block:
            raise NotReadable("white space at the end of texts is not protected")


def _refuse_foreign(block: bytes) -> None:
    if any(mark in block for mark in FOREIGN):
        raise NotReadable("it holds extensions among its cells")


class _Scanner:
    """Collects what is found, block by block."""

    def __init__(self, book: Book) -> None:
        self.scan = Scan()
        self._book = book
        self._last_row = 0
        self._padded = [number for number, look in enumerate(book.looks) if look.digits]
        # The first cell of every style whose numbers are not plain: there readers differ most.
        self._unseen = {number for number, look in enumerate(book.looks) if look is not PLAIN and not look.digits}

    def look(self, block: bytes) -> None:
        """Look over a block of whole rows."""
        if b"inlineStr" in block:
            _refuse_marks(block, UNPROTECTED)
        if b't="str"' in block:
            _refuse_marks(block, UNPROTECTED_RESULTS)
        self._refuse_disorder(block)
        self._without_value(block)
        for style in self._padded:
            self._pad(block, style)
        for style in sorted(self._unseen):
            self._probe(block, style)

    def _refuse_disorder(self, block: bytes) -> None:
        """Refuse rows that are not in their order: calamine gives them other numbers."""
        rows = [self._last_row, *map(int, _ROWS.findall(block))]
        if any(map(ge, rows, islice(rows, 1, None))):
            raise NotReadable("its rows are out of order")
        self._last_row = rows[-1]

    def _without_value(self, block: bytes) -> None:
        """Note the cells of which calamine tells nothing, and the rows that nobody sees."""
        if b't="e"' in block:
            for attributes, inside in _ERROR.findall(block):
                self._patch(attributes, _value(inside), ERROR)
        if b"<f" in block:
            if self._book.uncalculated:
                raise NotReadable("its formulas are not calculated")
            for attributes, inside in _FORMULA.findall(block):
                if not _HAS_VALUE.search(inside) and b't="str"' not in attributes:
                    self._patch(attributes, "", UNCALCULATED)
        if b"hidden=" in block:
            self._hidden(block)

    def look_at_end(self, block: bytes) -> None:
        """Look over what comes after the rows."""
        self.scan.merged += [range_of(reference.decode()) for reference in _MERGED.findall(block)]

    def _hidden(self, block: bytes) -> None:
        for attributes, flag in _HIDDEN.findall(block):
            if is_on(flag.decode()) and (number := _ROW.search(attributes)):
                self.scan.hidden.append(int(number[1]))

    def _pad(self, block: bytes, style: int) -> None:
        for place, cell in self._numbers(block, style):
            if cell[1] == PADDED:
                self.scan.patches.setdefault(place[0], {})[place[1]] = cell

    def _probe(self, block: bytes, style: int) -> None:
        for place, cell in self._numbers(block, style):
            self.scan.probes[place] = cell
            self._unseen.discard(style)
            break

    def _numbers(self, block: bytes, style: int) -> Iterator[tuple[tuple[int, int], Cell]]:
        mark = b's="%d"' % style
        if mark not in block:
            return
        for found in re.finditer(_CELL % (rb"\b" + mark), block, re.DOTALL):
            attributes, raw = found[1], _value(found[2])
            if raw and (b" t=" not in attributes or b't="n"' in attributes):
                yield (
                    _place(attributes),
                    number_cell(float(raw), self._book.looks[style], self._book.from_1904),
                )

    def _patch(self, attributes: bytes, text: str, kind: str) -> None:
        row, position = _place(attributes)
        self.scan.patches.setdefault(row, {})[position] = text, kind


def _value(inside: bytes) -> str:
    found = _VALUE.search(inside)
    return found[1].decode() if found else ""


def _place(attributes: bytes) -> tuple[int, int]:
    reference = _REFERENCE.search(attributes)
    if reference is None:
        raise NotReadable("its XML is written in an unusual way")
    return int(reference[2]), column_number(reference[1].decode()) - 1
