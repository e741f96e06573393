"""The column `numbers` of a sheet of campaigns: what is kept of its cells has no telephone number in it.

The numbers themselves go into the run's file of numbers alone, which is removed when they are no longer needed.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import replace

from importer.checking.number_spelling import digits_of, numbers_in
from importer.model import Source, counted
from importer.reading import Chunk
from schemas.headings import NUMBERS_COLUMN
from schemas.likeness import bare_heading

FEWEST_DIGITS = 5
"""A text with fewer digits is not a telephone number of a person."""

_FILE = re.compile(r"[^;,|\r\n]+\.(csv|tsv|tab|txt|xlsx|xlsm|xlsb|xls|ods)", re.IGNORECASE)
_KEPT = re.compile(r"\(([0-9,]+ numbers?)\)")
_ELSEWHERE = re.compile(r"\(([0-9,]+ numbers?) elsewhere\)")


def numbers_columns(source: Source, placed: Container[int]) -> list[int]:
    """Return the positions of the columns of numbers, from 0; those in `placed` are what the user says they are."""
    if not source.header_row:
        return []
    headings = enumerate(source.headings)
    return [at for at, heading in headings if at not in placed and bare_heading(heading) == NUMBERS_COLUMN]


def holds_numbers(cell: str) -> bool:
    """Return whether a cell has telephone numbers in it, and is not the name of a file."""
    text = cell.strip()
    stands_for_numbers = any(form.fullmatch(text) for form in (_FILE, _KEPT, _ELSEWHERE))
    return len(digits_of(text)) >= FEWEST_DIGITS and not stands_for_numbers


def as_kept(cell: str) -> str:
    """Return what is kept of a cell: how many numbers there are, or its text, such as the name of a file.

    What an earlier import has kept stands for numbers that are not in this file.
    """
    if holds_numbers(cell):
        return f"({counted(len(numbers_in(cell)), 'number')})"
    earlier = _KEPT.fullmatch(cell.strip())
    return f"({earlier[1]} elsewhere)" if earlier else cell


def is_kept(cell: str) -> bool:
    """Return whether a cell had numbers, which stand in the file that it was read from."""
    return bool(_KEPT.fullmatch(cell))


def is_elsewhere(cell: str) -> bool:
    """Return whether a cell stands for numbers that are not in the file that it was read from."""
    return bool(_ELSEWHERE.fullmatch(cell))


def hide_numbers(chunk: Chunk, positions: Sequence[int]) -> Chunk:
    """Return some rows as they are kept: without the telephone numbers in the columns of numbers."""
    found = [at for at in positions if at in chunk.texts]
    if not found:
        return chunk
    return replace(
        chunk,
        texts={**chunk.texts, **{at: list(map(as_kept, chunk.texts[at])) for at in found}},
        kinds={at: kinds for at, kinds in chunk.kinds.items() if at not in found},
        displays={at: shown for at, shown in chunk.displays.items() if at not in found},
    )
