"""A quick look over the XML of an .xlsx sheet for what calamine does not tell or gets wrong.

Bytes are searched, not parsed: that costs a fifth of calamine's own time. What is not written as nearly all programs
write it is not understood here; then the careful reader is asked.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import ge

from importer.model import column_number
from importer.spreadsheets.archive import NotReadable
from importer.spreadsheets.cells import ERROR, UNCALCULATED, Cell, number_cell, shows_whole_numbers
from importer.spreadsheets.rows import Range, range_of
from importer.spreadsheets.scan import Scan
from importer.spreadsheets.xlsx_book import XlsxBook, hidden_columns, is_on

# calamine leaves half a character that is escaped (_xD83D_) as it is.
HALVES = (b"_xD", b"_xd")
# It strips white space that no xml:space="preserve" protects.
UNUSUAL = tuple(mark for white in (b" ", b"\n", b"\t", b"\r") for mark in (b"<t>" + white, white + b"</t>"))
UNUSUAL_RESULTS = tuple(mark for white in (b" ", b"\n") for mark in (b"<v>" + white, white + b"</v>"))

_PREFIX = re.compile(rb"xmlns:(\w+)=")

# A cell that is blank is closed at once, and what follows is not its own.
_CELL = rb"<c ([^>]*%s[^>]*)(?<!/)>(.*?)</c>"
_REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_VALUE = re.compile(rb"<v>([^<]*)</v>")
_ERROR = re.compile(_CELL % rb'\bt="e"', re.DOTALL)
_FORMULA = re.compile(rb"<c ([^>]*)>(<f\b.*?)</c>", re.DOTALL)
_HIDDEN = re.compile(rb'<row ([^>]*\bhidden="([^"]*)"[^>]*)>')
# <col min="3" max="4" width="9.1" hidden="1"/>
_COLUMN = re.compile(rb"<col ([^>]*)>")
_ATTRIBUTE = re.compile(rb'([a-z]+)="([a-z0-9]*)"')
_ROW = re.compile(rb'\br="(\d+)"')
_ROWS = re.compile(rb'<row r="(\d+)"')
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*[\"']([A-Za-z0-9:$]+)")
# <c r="B2" s="4"><v>0.5</v></c>, and the same behind a formula: attributes, style and number of a cell
_STYLED = rb'<c ([^>]*\bs="(%s)"[^>]*)(?<!/)>(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)?<v>'
_ANY_NUMBER = _STYLED + rb"([^<]+)</v>"
_FRACTION = _STYLED + rb"([^<]*[.Ee][^<]*)</v>"
_HAS_VALUE = re.compile(rb"<v>[^<]|<is>")


def scan_sheet(book: XlsxBook, part: str) -> Scan:
    """Look over a sheet; raise NotReadable where it is not written as nearly all programs write it."""
    if book.texts_part is not None:
        texts = _Elements(b"<sst")
        for block in book.archive.pieces(book.texts_part, b"</si>"):
            _refuse_marks(block, (*UNUSUAL, *HALVES))
            texts.refuse_foreign(block)
    scanner, cells = _Scanner(book), _Elements(b"<sheetData")
    block = b""
    for number, block in enumerate(book.archive.pieces(part, b"</row>")):
        if number == 0 and (b"<sheetData" not in block or b"='" in block):
            raise NotReadable("its XML is written in an unusual way")
        if number == 0:
            scanner.look_at_beginning(block.partition(b"<sheetData")[0])
        cells.refuse_foreign(block.partition(b"</sheetData>")[0])
        scanner.look(block)
    if b"</worksheet>" not in block:
        raise NotReadable("it is cut off")
    scanner.look_at_end(block)
    return scanner.scan


def merged_ranges(xml: Iterable[bytes]) -> list[Range]:
    """Return the merged ranges of a sheet, whose XML tells them after the rows; it comes in blocks."""
    found: list[Range] = []
    rest = b""
    for block in xml:
        if b"\0" in block:
            # UTF-16, which a program writes once in a thousand; the ranges are ASCII.
            block = block.replace(b"\0", b"")
        block = rest + block
        cut = block.rfind(b"<")
        if b"mergeCell" in block:
            found += [range_of(reference.decode()) for reference in _MERGED.findall(block, 0, cut)]
        rest = block[cut:] if cut > 0 else block
    return found


def _refuse_marks(block: bytes, marks: tuple[bytes, ...]) -> None:
    for mark in marks:
        if mark in block:
            raise NotReadable("its texts are written in an unusual way")


class _Elements:
    """Refuses elements that calamine takes for those of the standard: those of extensions, which have the same names.

    They need a prefix that the part declares at its beginning, or a declaration of their own.
    """

    def __init__(self, beginning: bytes) -> None:
        self._beginning = beginning
        self._marks: tuple[bytes, ...] = ()

    def refuse_foreign(self, block: bytes) -> None:
        """Look over a block; the first one has the beginning of the part."""
        if not self._marks:
            head, _, rest = block.partition(self._beginning)
            attributes, _, block = rest.partition(b">")
            prefixes = set(_PREFIX.findall(head + attributes)) - {b"r"}
            self._marks = (b"xmlns", b"<extLst", *(b"<%s:" % prefix for prefix in sorted(prefixes)))
        if any(mark in block for mark in self._marks):
            raise NotReadable("it holds extensions among its cells")


class _Scanner:
    """Collects what is found, block by block."""

    def __init__(self, book: XlsxBook) -> None:
        self.scan = Scan()
        self._book = book
        self._last_row = 0
        formatted = {number: each for number, each in enumerate(book.formats) if not each.is_general}
        whole = [number for number, each in formatted.items() if shows_whole_numbers(each)]
        self._patterns = [
            re.compile(pattern % b"|".join(b"%d" % style for style in styles), re.DOTALL)
            for pattern, styles in ((_ANY_NUMBER, sorted(formatted.keys() - whole)), (_FRACTION, whole))
            if styles
        ]
        # The first cell of every style whose whole numbers are not looked at: calamine may take them for days.
        self._unseen = {style: re.compile(_ANY_NUMBER % (b"%d" % style), re.DOTALL) for style in whole}

    def look_at_beginning(self, block: bytes) -> None:
        """Look over what comes before the rows."""
        for column in _COLUMN.findall(block):
            attributes = {name.decode(): text.decode() for name, text in _ATTRIBUTE.findall(column)}
            self.scan.hidden_columns += hidden_columns(attributes)

    def look(self, block: bytes) -> None:
        """Look over a block of whole rows."""
        if b"inlineStr" in block:
            _refuse_marks(block, (*UNUSUAL, *HALVES))
        if b't="str"' in block:
            _refuse_marks(block, (*UNUSUAL_RESULTS, *HALVES))
        self._refuse_disorder(block)
        self._without_value(block)
        for pattern in self._patterns:
            self._formatted(block, pattern)
        for style, pattern in tuple(self._unseen.items()):
            self._probe(block, style, pattern)

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

    def _formatted(self, block: bytes, pattern: re.Pattern[bytes]) -> None:
        """Note the numbers that are displayed otherwise than calamine tells them, days and times among them."""
        for (row, position), cell in self._numbers(block, pattern):
            if cell[2] is not None:
                self.scan.patches.setdefault(row, {})[position] = cell

    def _probe(self, block: bytes, style: int, pattern: re.Pattern[bytes]) -> None:
        for place, cell in self._numbers(block, pattern):
            self.scan.probes[place] = cell
            del self._unseen[style]
            return

    def _numbers(self, block: bytes, pattern: re.Pattern[bytes]) -> Iterator[tuple[tuple[int, int], Cell]]:
        for found in pattern.finditer(block):
            attributes, style, raw = found.groups()
            if b" t=" not in attributes or b't="n"' in attributes:
                number_format = self._book.formats[int(style)]
                yield _place(attributes), number_cell(_number(raw), number_format, self._book.from_1904)

    def _patch(self, attributes: bytes, text: str, kind: str) -> None:
        row, position = _place(attributes)
        self.scan.patches.setdefault(row, {})[position] = text, kind, None


def _value(inside: bytes) -> str:
    found = _VALUE.search(inside)
    return found[1].decode() if found else ""


def _number(raw: bytes) -> float:
    try:
        return float(raw)
    except ValueError:
        raise NotReadable(f"a number is written {raw[:40]!r}") from None


def _place(attributes: bytes) -> tuple[int, int]:
    reference = _REFERENCE.search(attributes)
    if reference is None:
        raise NotReadable("its XML is written in an unusual way")
    return int(reference[2]), column_number(reference[1].decode()) - 1
