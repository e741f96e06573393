"""What a text that a spreadsheet shows is to the number that its cell holds: the same number, a code, or neither.

A code is a telephone number, a postcode or the like, of which the number in the cell has lost what only the number
format adds: zeros and other digits at the beginning, or a plus. Texts come from number formats in US English and, in
OpenDocument files, from programs in any language. In doubt a text is neither.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from importer.spreadsheets.number_formats.numbers import EXACT_BELOW

LONGEST = 255
"""Longer texts are not looked at."""


class Seen(Enum):
    """What is seen in a cell."""

    NUMBER = "number"
    """The number of the cell with all its digits: `1,234` or `1.234,00` for 1234."""
    CODE = "code"
    """Its digits with others or a plus before them, or in groups: `(020) 7946 0000` for 2079460000."""
    OTHER = "other"
    """Rounded, a share, money, within a text, a fraction, nothing at all..."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen in a cell; of a code also its digits and its plus alone, such as `02079460000`."""

    seen: Seen
    code: str = ""


NUMBER, OTHER = Sight(Seen.NUMBER), Sight(Seen.OTHER)

_ALIKE = str.maketrans({**dict.fromkeys("\u00a0\u2007\u2009\u202f", " "), **dict.fromkeys("\u2010\u2011\u2212", "-")})
"""Blanks and hyphens that differ from the usual ones in width and in where lines may break."""

# 1234, 0.5, .5, 5. and the same with a comma
_UNGROUPED = re.compile(r"(-?)((?:0|[1-9][0-9]*)?)(?:[.,]([0-9]*))?")
# 1,234,567.5 with any of the separators of the world; 12,34,567.5 as in India
_GROUPED = re.compile(
    r"(-?)([1-9][0-9]{0,2}(?:(?P<mark>[,.'’ ])[0-9]{3})(?:(?P=mark)[0-9]{3})*)(?:(?!(?P=mark))[.,]([0-9]*))?"
)
_INDIAN = re.compile(r"(-?)([1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:\.([0-9]*))?")

_BRACKETED = re.compile(r"\((\+?[0-9 ]+)\)")
# +44 20 7946-0000: groups of digits, and between them up to three of the marks that codes are written with
_CODE = re.compile(r"(\+?)([0-9]+(?:[ ./-]{1,3}[0-9]+)*)")
_NOT_FROM_ABROAD = re.compile(r"\+.*\(0")
_BETWEEN = re.compile(r"[^0-9]+")


def sight_of(value: float, shown: str) -> Sight:
    """Return what is seen in a cell that holds a number, by the text that is shown of the number.

    Not to be asked about days and times: `1900-01-01` would be a code that ends in the number 1.
    """
    if len(shown) > LONGEST:
        return OTHER
    text = shown.translate(_ALIKE).strip()
    number = Decimal(repr(value))
    if any(reading == number for reading in _readings(text)):
        return NUMBER
    if 0 <= value < EXACT_BELOW and value == int(value) and (code := _code(text, str(int(value)))):
        return Sight(Seen.CODE, code)
    return OTHER


def _readings(text: str) -> Iterator[Decimal]:
    """Return the numbers that a text can be read as, where `.` and `,` may each be the decimal point or not."""
    for form in (_UNGROUPED, _GROUPED, _INDIAN):
        if found := form.fullmatch(text):
            sign, whole, decimals = found[1], re.sub("[^0-9]", "", found[2]), found[found.re.groups] or ""
            if whole or decimals:
                yield Decimal(f"{sign}{whole or 0}.{decimals or 0}")


def _code(text: str, digits: str) -> str:
    """Return the digits and the plus of a code that ends in some digits; nothing where a text is something else.

    `(20)` is how many write -20, `12.5` is a number and `1/2` a fraction; `+44 (0)20` is dialled without the zero.
    """
    if (
        _BRACKETED.fullmatch(text)
        or _NOT_FROM_ABROAD.search(text)
        or not (found := _CODE.fullmatch(_BRACKETED.sub(r"\1", text)))
    ):
        return ""
    plus, marked = found[1], found[2]
    marks = _BETWEEN.findall(marked)
    all_digits = _BETWEEN.sub("", marked)
    before = all_digits.removesuffix(digits)
    if before + digits != all_digits or marks == ["."]:
        return ""
    if "/" in "".join(marks) and (before.strip("0") or (marks == ["/"] and not before)):
        return ""
    return plus + all_digits
