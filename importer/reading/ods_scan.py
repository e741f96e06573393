"""A quick look over an OpenDocument spreadsheet for what calamine does not tell or gets wrong.

All of it is left to the careful reader: such files are mostly small.
"""

import re

from importer.reading.archive import Archive, NotReadable
from importer.reading.ods import CONTENT
from importer.reading.scan import Scan

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
_PADDED = re.compile(rb'office:value="[^"]*"[^>]*><text:p>0\d')
_UNCALCULATED = re.compile(rb"<table:table-cell (?![^>]*value-type)[^>]*table:formula")
OVERLAP = 4096


def scan_content(path: str) -> Scan:
    """Look over all sheets; raise NotReadable where the careful reader should read them."""
    rest = b""
    for block in Archive(path).blocks(CONTENT):
        text = rest + block
        if any(mark in text for mark in MARKS):
            raise NotReadable("it holds what the fast reader does not tell")
        if _PADDED.search(text) or (b"table:formula" in text and _UNCALCULATED.search(text)):
            raise NotReadable("it holds what the fast reader does not tell")
        rest = text[-OVERLAP:]
    return Scan()
