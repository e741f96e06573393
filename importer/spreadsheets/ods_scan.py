"""A quick look over an OpenDocument spreadsheet for what calamine does not tell or gets wrong.

All of it is left to the careful reader: such files are mostly small.
"""

import re
from collections.abc import Sequence

from importer.spreadsheets.archive import Archive, NotReadable
from importer.spreadsheets.cells import number_text, shows_whole_numbers
from importer.spreadsheets.number_formats.format import NumberFormat
from importer.spreadsheets.ods import CONTENT, Outline
from importer.spreadsheets.scan import Scan

MARKS = (
    b'value-type="error"',
    b'value-type="time"',
    b"<text:p>#",
    b"<text:p>Err:",
    b"table:visibility=",
    b"-spanned=",
    b"<text:s",
    b"<text:tab",
    b"<text:line-break",
    b"</text:p><text:p",
    b"<office:annotation",
    b"='",
)
META = "meta.xml"
LONGEST_META = 1 << 16
SPREADSHEET_PROGRAMS = (b"LibreOffice", b"OpenOffice", b"MicrosoftOffice", b"Collabora")
# office:value="7" ...><text:p>007</text:p>: a number and what is shown of it
_NUMBER = re.compile(rb'office:value="([^"]*)"[^>]*(?:/>|>(?:<text:p>([^<]*)</text:p>)?)')
# <text:p>a  b</text:p>: white space of which version 0.1.0 made one blank
_RUN = re.compile(rb"<text:p[^>]*>[^<]*(?:  |[\t\r\n]|&#)")
# office:boolean-value="5": a number that is shown as a truth
_TRUTH = re.compile(rb'office:value-type="boolean"(?![^>]*boolean-value="(?:true|false)")')
_UNCALCULATED = re.compile(rb"<table:table-cell (?![^>]*value-type)[^>]*table:formula")


def scan_content(path: str) -> Scan:
    """Look over all sheets; raise NotReadable where the careful reader should read them."""
    archive = Archive(path)
    if not _is_of_spreadsheet_program(archive) and not all(map(_is_plain, Outline(archive).formats.values())):
        raise NotReadable("its numbers may be displayed otherwise")
    for block in archive.pieces(CONTENT, b"</table:table-row>"):
        if any(mark in block for mark in MARKS) or _RUN.search(block) or _TRUTH.search(block):
            raise NotReadable("it holds what the fast reader does not recognise")
        if b"table:formula" in block and _UNCALCULATED.search(block):
            raise NotReadable("it holds what the fast reader does not recognise")
        _refuse_shown_otherwise(_NUMBER.findall(block))
    return Scan()


def _is_of_spreadsheet_program(archive: Archive) -> bool:
    """Say whether a program wrote the file that writes what it shows: others leave that to the styles."""
    meta = archive.start(META, LONGEST_META) if META in archive else b""
    return any(name in meta for name in SPREADSHEET_PROGRAMS)


def _is_plain(number_format: NumberFormat) -> bool:
    return number_format.is_general or shows_whole_numbers(number_format)


def _refuse_shown_otherwise(numbers: Sequence[tuple[bytes, bytes]]) -> None:
    """Refuse numbers that are not displayed as their texts."""
    for value, shown in numbers:
        if value != shown and number_text(_number(value)) != shown.decode():
            raise NotReadable("its numbers are displayed otherwise")


def _number(value: bytes) -> float:
    try:
        return float(value)
    except ValueError:
        raise NotReadable(f"a number is written {value[:40]!r}") from None
