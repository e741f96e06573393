"""What the parts of a workbook (.xlsx) have in common for those who read and those who write them.

The bounds of a sheet, the references of cells, and the escapes in texts (ECMA-376, part 1: ST_Ref, ST_Xstring).
"""

import re

from importer.model import column_number
from importer.security import whole_characters

LAST_COLUMN = 16_384
LAST_ROW = 1_048_576

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile("[\0-\x08\x0b-\x1f]")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def place_of(reference: str) -> tuple[int, int]:
    """Return the column and the row, from 1, of a reference such as F17 or $F$17; 0 for what it does not name."""
    reference = reference.replace("$", "")
    digits = reference.lstrip(_LETTERS)
    return column_number(reference), int(digits) if digits.isdecimal() else 0


def corners_of(reference: str) -> tuple[int, int, int, int]:
    """Return the first column and row, and the last, of a range such as A1:F20 or F17; 0 for what it does not name."""
    first, _, last = reference.partition(":")
    return *place_of(first), *place_of(last or first)


def unescape(text: str) -> str:
    """Return a text with its escapes (`_x000D_`) replaced by what they stand for.

    Two halves of a character that are escaped one by one are that character.
    """
    if "_x" not in text:
        return text
    return whole_characters(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text))


def without_controls(text: str) -> str:
    """Return a text with its control characters escaped, and with what looks like an escape escaped too."""
    return _CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", _ESCAPE.sub(r"_x005F_x\1_", text))
