"""The text of a workbook's cell: what the user typed or sees, as far as the file still knows it.

Each cell has a kind, one letter, so that the detector of damage knows what the text was in the file.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from importer.reading.serials import day_of, is_serial

TEXT = "t"
NUMBER = "n"
PADDED = "z"
"""A number whose format of zeros gave back its leading zeros."""
DATE = "d"
TRUTH = "b"
ERROR = "e"
UNCALCULATED = "f"
"""A formula whose result the file does not hold."""
BLANK = " "

CellValue = str | int | float | bool | date | datetime | time | timedelta | None

MILLISECONDS_A_DAY = 86_400_000

BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
ELAPSED_BUILT_IN = 46

_NO_PLACEHOLDERS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmhysg]|am/pm", re.IGNORECASE)


@dataclass(frozen=True)
class Look:
    """What a number format makes of a number: a date, an elapsed time, or digits filled up with zeros."""

    is_date: bool = False
    is_elapsed: bool = False
    digits: int = 0


PLAIN = Look()


@lru_cache(maxsize=4096)
def look_of(code: str) -> Look:
    """Return what a number format does, as far as the text of a cell depends on it."""
    section = _NO_PLACEHOLDERS.sub("", code.split(";")[0]).strip()
    if _ELAPSED.search(section):
        return Look(is_date=True, is_elapsed=True)
    if section.lower() != "general" and _DATE_LETTERS.search(section):
        return Look(is_date=True)
    return Look(digits=len(section)) if len(section) > 1 and not section.strip("0") else PLAIN


def built_in_look(number: int) -> Look:
    """Return what one of the formats does that a file need not spell out."""
    return Look(is_date=number in BUILT_IN_DATES, is_elapsed=number == ELAPSED_BUILT_IN)


def number_text(value: float) -> str:
    """Return a number in the shortest form that reads back equal, whole numbers without ".0"."""
    return repr(value).removesuffix(".0")


def number_cell(value: float, look: Look, from_1904: bool = False) -> tuple[str, str]:
    """Return the text and the kind of a numeric cell."""
    if look is PLAIN:
        return number_text(value), NUMBER
    if look.is_date and is_serial(value, from_1904):
        return (elapsed_text(value) if look.is_elapsed else serial_text(value, from_1904)), DATE
    if look.digits and value == int(value):
        padded = f"{int(value):0{look.digits + (value < 0)}d}"
        return padded, (PADDED if padded != number_text(value) else NUMBER)
    return number_text(value), NUMBER


def serial_text(serial: float, from_1904: bool = False) -> str:
    """Return the day and time that a serial number stands for, in ISO 8601; below 1 it is a time of day."""
    days, milliseconds = divmod(round(serial * MILLISECONDS_A_DAY), MILLISECONDS_A_DAY)
    midnight = datetime.min  # noqa: DTZ901 -- a spreadsheet knows no time zones
    clock = (midnight + timedelta(milliseconds=milliseconds)).time().isoformat()
    if serial < 1 and not days:
        return clock
    day = "{}-{:02}-{:02}".format(*day_of(days, from_1904))
    return f"{day} {clock}" if milliseconds else day


def elapsed_text(days: float) -> str:
    """Return an elapsed time as hours, minutes and seconds, as many hours as it takes."""
    seconds, milliseconds = divmod(round(days * MILLISECONDS_A_DAY), 1000)
    fraction = f".{milliseconds:03d}" if milliseconds else ""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"


def cell_of(value: CellValue) -> tuple[str, str]:
    """Return the text and the kind of a cell's value as the libraries give it."""
    match value:
        case None | "":
            return "", BLANK
        case str():
            return value, TEXT
        case bool():
            return ("TRUE" if value else "FALSE"), TRUTH
        case int() | float():
            return number_text(value), NUMBER
        case datetime() if value.time() == time():
            return value.date().isoformat(), DATE
        case datetime():
            return value.isoformat(sep=" "), DATE
        case timedelta():
            return elapsed_text(value / timedelta(days=1)), DATE
        case _:
            return value.isoformat(), DATE
