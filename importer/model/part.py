"""The numbers of the campaigns that one row of a sheet was split into.

The first has the number of its row; each further one is that many multiples of PARTS_APART behind it. No sheet of
campaigns is so long, and a database keeps such a number in 32 bits.
"""

import re

PARTS_APART = 10_000_000
"""How far the numbers of two campaigns of one row are apart."""

MOST_PARTS = 200
"""How many campaigns a row may be split into."""


def part_number(row: int, part: int) -> int:
    """Return the number of a campaign of a row, `part` counted from 0. Raises ValueError for what has no number.

    The one behind the last is for what gets no campaign.
    """
    if row >= PARTS_APART or part > MOST_PARTS:
        raise ValueError(f"part {part} of row {row}")
    return row + part * PARTS_APART


def sheet_row(number: int) -> int:
    """Return the row of the user's sheet that a number stands for."""
    return number % PARTS_APART


def part_of(number: int) -> int:
    """Return which campaign of its row a number stands for, from 1."""
    return number // PARTS_APART + 1


def sheet_order(number: int) -> tuple[int, int]:
    """Return what to sort rows by, so that the campaigns of one that was split follow one another: 2, 2.2, 3."""
    return sheet_row(number), number


def row_name(number: int) -> str:
    """Return what a user calls a row, or a campaign of one that was split: 12, or 12.2 for its second campaign."""
    part, row = divmod(number, PARTS_APART)
    return f"{row}.{part + 1}" if part else str(row)


def shown_row(number: int) -> str:
    """Return the same for a line of text, with separators of thousands."""
    row, dot, part = row_name(number).partition(".")
    return f"{int(row):,}{dot}{part}"


def numbered(name: str) -> int:
    """Return the number of a row or campaign by what a user calls it. Raises ValueError for a text that names none."""
    found = re.fullmatch(r"([1-9][0-9]{0,9})(?:\.([1-9][0-9]{0,2}))?", name)
    if found is None:
        raise ValueError(f"{name!r} is not the name of a row")
    row, part = int(found[1]), int(found[2] or 1) - 1
    return part_number(row, part) if part else row
