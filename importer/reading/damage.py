"""What Excel has already done to the data: found by what a cell is in the file, told with its place and the cure.

It works on a chunk once it is known which column is which parameter: a number with a fraction is fine in a
description and damage in a telephone number.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from importer.model import Columns, Problem, Severity
from importer.reading.cells import DATE, ERROR, NUMBER, PADDED, TEXT, UNCALCULATED
from importer.reading.rows import range_text
from importer.reading.table import Chunk
from schemas.faults import Fault
from schemas.parameters import BY_NAME, Kind

CODES = frozenset(("dnumber", "callerid"))
"""Parameters that hold telephone numbers or codes: digits in which a zero at the beginning counts."""
EXACT_DIGITS = 15
"""As many digits as Excel keeps."""
ENOUGH = 4
"""How many values of a column there must be before one of them can be told to be too short."""
USUAL = 0.6
"""Which share of a column's values must be equally long for that to be its usual length."""

_SCIENTIFIC = re.compile(r"\s*[+-]?\d(?:[.,]\d+)?[eE]\+\d{2,}\s*")
_FRACTION = re.compile(r"\s*\+?\d{5,}[.,]\d{1,2}\s*")
_DIGITS = re.compile(r"\d+")
_UNSEEN = re.compile("[\u00a0\u00ad\u061c\u200b-\u200f\u2007\u202a-\u202f\u2060-\u2064\ufeff]")
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_SUSPICIOUS = re.compile("^'|\n'|[\u00a0\u00ad\u061c\u200b-\u200f\u2007\u202a-\u202f\u2060-\u2064\ufeff]|(?![0-9])\\d")


@dataclass(frozen=True)
class _Cell:
    """A cell that is looked at."""

    parameter: str
    row: int
    text: str
    kind: str


class Detector:
    """Looks at the chunks of one table in turn, and remembers how long the values of its columns of codes are."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._lengths: dict[str, Counter[int]] = {name: Counter() for name in CODES if name in columns.positions}

    def inspect(self, chunk: Chunk) -> tuple[Problem, ...]:
        """Return what is wrong or odd in a chunk, by row, what was found while reading it among it."""
        found = [*chunk.problems, *self._merged(chunk)]
        for name, position in self._columns.positions.items():
            texts = chunk.frame[position].tolist()
            rows = chunk.frame.index.tolist()
            kinds = chunk.kinds.get(position, "")
            if name in CODES:
                self._lengths[name].update(len(text) for text in texts if _DIGITS.fullmatch(text))
                found += self._codes(name, rows, texts, kinds)
            if kinds:
                found += self._odd_kinds(name, rows, texts, kinds)
            if BY_NAME[name].kind in (Kind.TEXT, Kind.LOWER_CASE) and _SUSPICIOUS.search("\n".join(texts)):
                found += self._unseen(name, rows, texts)
        return tuple(sorted(found, key=lambda problem: problem.row or 0))

    def _odd_kinds(self, name: str, rows: Sequence[int], texts: Sequence[str], kinds: str) -> Iterator[Problem]:
        for kind in set(kinds) & {ERROR, UNCALCULATED, DATE, NUMBER, PADDED}:
            for row, text, letter in zip(rows, texts, kinds, strict=True):
                if letter == kind and (verdict := _verdict(_Cell(name, row, text, kind))):
                    yield self._problem(name, row, text, *verdict)

    def _codes(self, name: str, rows: Sequence[int], texts: Sequence[str], kinds: str) -> Iterator[Problem]:
        usual = self._usual(name)
        for row, text, kind in zip(rows, texts, kinds or TEXT * len(rows), strict=True):
            if _SCIENTIFIC.fullmatch(text) and kind == TEXT:
                yield self._problem(name, row, text, *SCIENTIFIC)
            elif _FRACTION.fullmatch(text) and kind == TEXT:
                yield self._problem(name, row, text, *FRACTION)
            elif kind == NUMBER and usual is not None and len(text) == usual - 1 and _DIGITS.fullmatch(text):
                yield self._problem(
                    name,
                    row,
                    text,
                    Fault.LOST_ZERO,
                    f"The number has {len(text)} digits where most of the column have {usual}: a zero at its beginning "
                    "is probably lost. Format the column as Text in Excel and type the number again.",
                    Severity.WARNING,
                )

    def _usual(self, name: str) -> int | None:
        """Return how long the values of a column usually are, or None where there is no such length."""
        lengths = self._lengths[name]
        total = lengths.total()
        if total < ENOUGH:
            return None
        length, count = lengths.most_common(1)[0]
        return length if count >= total * USUAL else None

    def _unseen(self, name: str, rows: Sequence[int], texts: Sequence[str]) -> Iterator[Problem]:
        for row, text in zip(rows, texts, strict=True):
            what = [
                word
                for word, there in (
                    ("begins with an apostrophe", text.startswith("'")),
                    ("holds blanks or characters that cannot be seen", bool(_UNSEEN.search(text))),
                    ("holds digits of another script", bool(_FOREIGN_DIGIT.search(text))),
                )
                if there
            ]
            if what:
                yield self._problem(
                    name,
                    row,
                    text,
                    Fault.UNSEEN,
                    f"The text {' and '.join(what)}, and is sent just so. Type it again in Excel if that is not meant.",
                    Severity.WARNING,
                )

    def _merged(self, chunk: Chunk) -> Iterator[Problem]:
        for merged in chunk.merged:
            top, left, bottom, right = merged
            name = next((name for name, at in self._columns.positions.items() if left <= at + 1 <= right), None)
            if name is None:
                continue
            for row in chunk.frame.index:
                if top <= row <= bottom:
                    yield self._problem(
                        name,
                        int(row),
                        range_text(merged),
                        Fault.MERGED,
                        f"The cells {range_text(merged)} are merged, so it is not clear what holds for each of them. "
                        "Unmerge them in Excel (Home, Merge & Center) and fill in every cell.",
                        Severity.ERROR,
                    )

    def _problem(self, name: str, row: int, text: str, fault: Fault, message: str, severity: Severity) -> Problem:
        heading, cell = self._columns.heading(name), self._columns.cell(name, row)
        return Problem(message, severity, row, heading, cell, text, fault)


Verdict = tuple[Fault, str, Severity]

SCIENTIFIC: Verdict = (
    Fault.SCIENTIFIC,
    "Excel has shortened a long number to its scientific form, and its last digits are lost. Format the column as "
    "Text in Excel and type the number again.",
    Severity.ERROR,
)
FRACTION: Verdict = (
    Fault.FRACTION,
    "A telephone number or code has no decimals: some program took it for an amount. Format the column as Text in "
    "Excel and type the number again.",
    Severity.ERROR,
)
LOST_DIGITS: Verdict = (
    Fault.LOST_DIGITS,
    f"The number has more than {EXACT_DIGITS} digits. Excel keeps {EXACT_DIGITS} of them and makes the rest zeros. "
    "Format the column as Text in Excel and type the number again.",
    Severity.ERROR,
)
FAILED: Verdict = (
    Fault.ERROR_CELL,
    "The cell holds an error instead of a value. Correct its formula in Excel, or type the value.",
    Severity.ERROR,
)
NO_RESULT: Verdict = (
    Fault.NO_RESULT,
    "The cell holds a formula whose result is not in the file. Open the file in Excel, let it calculate, and save it.",
    Severity.ERROR,
)
DATED: Verdict = (
    Fault.DATED,
    "The cell holds a date or time where none belongs; Excel makes dates of texts such as 1-2 or 3/4. Format the "
    "column as Text in Excel and type the value again.",
    Severity.ERROR,
)
DATED_TEXT: Verdict = (
    Fault.DATED_TEXT,
    "The cell holds a date or time, which is sent in this form whatever Excel shows. Format it as Text in Excel and "
    "type it again if another form is meant.",
    Severity.WARNING,
)
INEXACT: Verdict = (
    Fault.INEXACT,
    "Excel shows this number rounded; it is sent as the file holds it. Format the cell as Text in Excel and type it "
    "again if the rounded one is meant.",
    Severity.WARNING,
)


def _verdict(cell: _Cell) -> Verdict | None:
    """Say what is wrong with a cell that is no text in the file, if anything."""
    kind = BY_NAME[cell.parameter].kind
    match cell.kind:
        case "e":
            return FAILED
        case "f":
            return NO_RESULT
        case "d":
            return DATED_TEXT if kind is Kind.TEXT and cell.parameter not in CODES else DATED
        case _:
            return _number_verdict(cell)


def _number_verdict(cell: _Cell) -> Verdict | None:
    if abs(float(cell.text)) >= 10**EXACT_DIGITS:
        return LOST_DIGITS
    if cell.parameter in CODES and "." in cell.text:
        return FRACTION
    if "." in cell.text and len(cell.text.lstrip("-0.").replace(".", "")) > EXACT_DIGITS:
        return INEXACT
    return None
