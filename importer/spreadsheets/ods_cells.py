"""A cell of an .ods, from its value and from what the program showed of it."""

import re
from collections.abc import Callable
from datetime import date, datetime

from importer.spreadsheets.archive import Attributes, NotReadable
from importer.spreadsheets.cells import (
    BLANK,
    DATE,
    ERROR,
    TEXT,
    TRUTH,
    UNCALCULATED,
    Cell,
    Display,
    cell_of,
    number_cell,
)
from importer.spreadsheets.number_formats.format import NumberFormat

NUMERIC = ("float", "percentage", "currency")


_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(\.\d+)?S)?")


_ERROR = re.compile(r"#[A-Z/0-9!?]+|Err:\d+")


def cell_from(attributes: Attributes, shown: str, before: str, format_of: Callable[[Attributes], NumberFormat]) -> Cell:
    """Return the cell, from its value and from what the program showed; of that, `before` is what 0.1.0 read."""
    if attributes.get("calc-value-type") == "error" or ("formula" in attributes and _ERROR.fullmatch(shown)):
        return shown or "#ERROR", ERROR, None
    match attributes.get("value-type"):
        case kind if kind in NUMERIC:
            return _number(attributes, shown, format_of(attributes))
        case "boolean":
            return _truth(attributes.get("boolean-value", shown))
        case "date":
            text = _date(attributes.get("date-value", shown))
            return text, DATE, Display(shown or None, text, text)
        case "time":
            text, before = _time(attributes.get("time-value", shown))
            return text, DATE, Display(shown or None, text, before)
        case _:
            text = attributes.get("string-value", shown)
            if not text and "formula" in attributes and "value-type" not in attributes:
                return "", UNCALCULATED, None
            return _text(text, attributes.get("string-value", before))


def _text(text: str, before: str) -> Cell:
    return text, (TEXT if text else BLANK), None if text == before else Display(text, text, before)


def _truth(value: str) -> Cell:
    """Return a truth; where a format shows the number of a cell as one, LibreOffice writes the number (5 for TRUE)."""
    try:
        text = value.upper() if value.lower() in ("true", "false") else str(float(value) != 0).upper()
    except ValueError:
        raise NotReadable(f"a true/false value is written {value[:40]!r}") from None
    before = "TRUE" if value == "true" else "FALSE"
    return text, TRUTH, None if text == before else Display(text, text, before)


def _number(attributes: Attributes, shown: str, number_format: NumberFormat) -> Cell:
    try:
        value = float(attributes.get("value", shown))
    except ValueError:
        raise NotReadable(f"a number is written {attributes.get('value', shown)[:40]!r}") from None
    return number_cell(value, number_format, displayed=shown)


def _date(text: str) -> str:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return cell_of(read(text))[0]
        except ValueError:
            continue
    return text


def _time(text: str) -> tuple[str, str]:
    """Return the text of a time of day or a duration, to the millisecond, and what version 0.1.0 read of it."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return text, text
    sign, days, hours, minutes, seconds, fraction = found.groups()
    whole = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    # LibreOffice reckons with a binary fraction of a day, and writes 29.999999972 for 30.
    rounded, milliseconds = divmod(whole * 1000 + round(float(fraction or 0) * 1000), 1000)
    decimals = f".{milliseconds:03d}".rstrip("0").rstrip(".")
    return f"{sign}{_clock(rounded)}{decimals}", f"{sign}{_clock(whole)}{(fraction or '').rstrip('0').rstrip('.')}"


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
