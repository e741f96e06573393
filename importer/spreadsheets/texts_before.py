"""What version 0.1.0 read in cells that hold a number, for rows to be known again that it has created.

It knew of a number format only whether its first section is one of days and times, or of nothing but zeros.
"""

import re
from functools import lru_cache

from importer.spreadsheets.number_formats.format import Meaning, NumberFormat
from importer.spreadsheets.serials import elapsed_text, is_serial, serial_text

_NO_PLACEHOLDERS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmhysg]|am/pm", re.IGNORECASE)


def text_before(value: float, number_format: NumberFormat, from_1904: bool, displayed: str | None) -> str:
    """Return the text that was read of a number.

    Workbooks that count their days from 1904 were taken for such as count from 1900, if Excel 2013 or later wrote them.
    Of OpenDocument files, which say what is displayed, zeros at the beginning were kept.
    """
    if displayed is not None:
        padded = displayed.startswith("0") and displayed.isdecimal() and len(displayed) > 1
        return displayed if padded and float(displayed) == value else repr(value).removesuffix(".0")
    kind, digits = _looked_like(number_format)
    if kind is Meaning.ELAPSED and is_serial(value, from_1904):
        return elapsed_text(value)
    if kind is Meaning.DATE and is_serial(value, from_1904):
        return serial_text(value)
    if digits and value == int(value):
        return f"{int(value):0{digits + (value < 0)}d}"
    return repr(value).removesuffix(".0")


@lru_cache(maxsize=4096)
def _looked_like(number_format: NumberFormat) -> tuple[Meaning, int]:
    """Return what a format was taken for, and to how many digits it filled a number up."""
    if number_format.is_own_date:
        return Meaning.DATE, 0
    section = _NO_PLACEHOLDERS.sub("", number_format.code.split(";")[0]).strip()
    if _ELAPSED.search(section):
        return Meaning.ELAPSED, 0
    if section.lower() != "general" and _DATE_LETTERS.search(section):
        return Meaning.DATE, 0
    return Meaning.NUMBER, len(section) if len(section) > 1 and not section.strip("0") else 0
