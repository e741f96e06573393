"""Which formulas of an .xls have a result that nobody has calculated; xlrd tells no formula from a value.

Programs that write formulas and do not calculate them leave a zero or a blank text in their place. They are known by
what they leave out: every spreadsheet program since 2002 tells which engine has calculated the workbook last.

LibreOffice tells it, too, and leaves zeros in the place of texts all the same: it calculates a formula of a workbook
that it has opened only where it must, and writes the results of the others as numbers.
"""

import io
import struct
from collections.abc import Container, Iterator

from xlrd.compdoc import CompDoc, CompDocError

BOF, EOF, SHEET, RECALCULATED, FORMULA = 0x0809, 0x000A, 0x0085, 0x01C1, 0x0006
"""Kinds of records: [MS-XLS] 2.3.1."""
BIFF8 = 0x0600
WORKSHEET = 0
ZERO, BLANK_TEXT = bytes(8), b"\x03\0\0\0\0\0\xff\xff"
"""Results as a FORMULA record holds them: [MS-XLS] 2.5.133."""

Record = tuple[int, bytes]


def uncalculated_cells(path: str) -> list[frozenset[tuple[int, int]]]:
    """Return the formulas without a result, for each worksheet in order, by row and column from 0; mostly none."""
    stream = _stream(path)
    records = _records(stream, 0)
    kind, body = next(records, (0, b""))
    if kind != BOF or int.from_bytes(body[:2], "little") != BIFF8:
        return []
    is_of_excel = any(body[8:12])  # which versions of Excel have saved it: 2.4.21
    no_results = frozenset((ZERO, BLANK_TEXT))
    places = []
    for kind, body in records:
        if kind == RECALCULATED and any(body[4:8]):
            if is_of_excel:
                return []
            no_results = frozenset((ZERO,))
        if kind == SHEET and body[5] == WORKSHEET:
            places.append(int.from_bytes(body[:4], "little"))
        if kind == EOF:
            break
    return [frozenset(_without_result(_records(stream, place), no_results)) for place in places]


def _without_result(records: Iterator[Record], no_results: Container[bytes]) -> Iterator[tuple[int, int]]:
    depth = 0
    for kind, body in records:
        depth += (kind == BOF) - (kind == EOF)
        if not depth:
            return
        if kind == FORMULA and body[6:14] in no_results:
            yield struct.unpack_from("<HH", body)


def _records(stream: bytes, place: int) -> Iterator[Record]:
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + size]
        place += 4 + size


def _stream(path: str) -> bytes:
    """Return the part of the file that holds the workbook; nothing where it cannot be found."""
    with open(path, "rb") as file:  # noqa: PTH123 -- the readers take paths as text
        content = file.read()
    try:
        found, start, size = CompDoc(content, logfile=io.StringIO()).locate_named_stream("Workbook")
    except CompDocError:
        return b""
    return bytes(found[start : start + size]) if found else b""
