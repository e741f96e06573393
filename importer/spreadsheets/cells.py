"""The text of a workbook's cell: what the user typed or sees, as far as the file still knows it.

Each cell has a kind, one letter, so that the detector of damage knows what the text was in the file.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from importer.spreadsheets.number_formats.format import Meaning, NumberFormat
from importer.spreadsheets.serials import elapsed_text, is_serial, serial_text
from importer.spreadsheets.shown import sight_of
from importer.spreadsheets.texts_before import text_before

TEXT = "t"
NUMBER = "n"
PADDED = "z"
"""A number of which more digits are shown than it has, or a plus: the text is what is shown."""
DATE = "d"
TRUTH = "b"
ERROR = "e"
UNCALCULATED = "f"
"""A formula whose result the file does not hold."""
BLANK = " "

CellValue = str | int | float | bool | date | datetime | time | timedelta | None

PROBES = (0.0, -7.0, *(float("1234567890123"[:digits]) for digits in range(1, 14)))
"""Whole numbers of every length."""
LONGEST_FRACTION = 30
"""Fractions with more characters than this are written with an exponent."""


@dataclass(frozen=True, slots=True)
class Display:
    """What there is to know of a number besides its text.

    `shown` is what the user's program shows of it (None: that depends on the user's own settings), `stored` the number
    as the file holds it, `before` the text that version 0.1.0 read.
    """

    shown: str | None
    stored: str
    before: str


Cell = tuple[str, str, Display | None]
"""The text and the kind of a cell, and how it is displayed where that is not its text."""


def number_text(value: float) -> str:
    """Return a number in the shortest form that reads back equal, whole numbers without ".0".

    Small fractions are written out (0.00001), as spreadsheets show them, up to a length at which they do not either.
    """
    text = repr(value)
    if "e-" in text and len(plain := format(Decimal(text), "f")) <= LONGEST_FRACTION:
        return plain
    return text.removesuffix(".0")


def number_cell(
    value: float, number_format: NumberFormat, from_1904: bool = False, displayed: str | None = None
) -> Cell:
    """Return the cell of a number. `displayed` is what is shown of it, where the file says that itself."""
    if number_format.is_general and displayed is None and "e" not in (text := repr(value)):
        return text.removesuffix(".0"), NUMBER, None
    return _formatted(value, number_format, from_1904, displayed)


@lru_cache(maxsize=1 << 14)
def _formatted(value: float, number_format: NumberFormat, from_1904: bool, displayed: str | None) -> Cell:
    stored, before = number_text(value), text_before(value, number_format, from_1904, displayed)
    if displayed in ("", stored, repr(value)):
        # Whoever wrote the file has not looked at the format.
        displayed = None
    meaning = number_format.meaning(value)
    if meaning in (Meaning.DATE, Meaning.ELAPSED) and is_serial(value, from_1904):
        text = elapsed_text(value) if meaning is Meaning.ELAPSED else serial_text(value, from_1904)
        return text, DATE, Display(displayed or number_format.display(value), stored, before)
    if displayed is None and number_format.is_general:
        return stored, NUMBER, None if stored == before else Display(stored, stored, before)
    if displayed is None and value == int(value) and stored == before and shows_whole_numbers(number_format):
        return stored, NUMBER, None
    return _displayed(value, stored, number_format.display(value) if displayed is None else displayed, before)


@lru_cache(maxsize=4096)
def shows_whole_numbers(number_format: NumberFormat) -> bool:
    """Say whether what a format shows of a whole number is its text, so that nobody has to look at each."""
    return not number_format.has_conditions and all(number_format.display(one) == number_text(one) for one in PROBES)


def _displayed(value: float, stored: str, shown: str | None, before: str) -> Cell:
    sight = None if shown is None else sight_of(value, shown)
    if sight is not None and sight.code and sight.code != stored:
        return sight.code, PADDED, Display(shown, stored, before)
    return stored, NUMBER, None if shown == stored == before else Display(shown, stored, before)


def cell_of(value: CellValue) -> Cell:
    """Return the cell of a value as the libraries give it."""
    match value:
        case None | "":
            return "", BLANK, None
        case str():
            return value, TEXT, None
        case bool():
            return ("TRUE" if value else "FALSE"), TRUTH, None
        case int() | float():
            return number_text(value), NUMBER, None
        case datetime() if value.time() == time():
            return value.date().isoformat(), DATE, None
        case datetime():
            return value.isoformat(sep=" "), DATE, None
        case timedelta():
            return elapsed_text(value / timedelta(days=1)), DATE, None
        case _:
            return value.isoformat(), DATE, None
