"""What other programs have already done to the data: found by what a cell is in the file.

It works on a chunk once it is known which column is which parameter: a number with a fraction is fine in a
description and damage in a telephone number.
"""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from importer.checking.cells import Cells
from importer.checking.number_verdicts import ODD_KINDS, cell_verdict
from importer.checking.text_verdicts import (
    LEFT_TO_CORRECT,
    code_verdict,
    free_text_verdict,
    is_suspicious,
    left_to_correct,
    odd_characters,
)
from importer.model import Columns, Problem, Severity
from importer.reading import Chunk
from importer.spreadsheets import NUMBER, TEXT, Display, Range, range_text
from schemas.distinct import ByDistinct
from schemas.names import name_of
from schemas.parameters import BY_NAME, ParameterKind
from schemas.problem_codes import ProblemCode

CODES = frozenset(("dnumber", "callerid"))
"""Parameters that hold telephone numbers or codes: digits in which a zero at the beginning counts."""
ENOUGH = 4
"""How many values of a column there must be before one of them can be called too short."""
USUAL = 0.6
"""Which share of a column's values must be equally long for that to be its usual length."""

_FREE_TEXT_MARKS = ("NULL", "\\N", "#")


@dataclass(frozen=True)
class _Column:
    """A column that is looked at: its cells as they are sent, by row, and as they are in the file."""

    name: str
    rows: Sequence[int]
    sent: ByDistinct[str]
    raw: Sequence[str]
    kinds: str

    @property
    def texts(self) -> Sequence[str]:
        """The text of each cell."""
        return self.sent.texts

    @property
    def cells(self) -> Iterator[tuple[int, str, str]]:
        """The row, the text and the kind of each cell."""
        return zip(self.rows, self.texts, self.kinds or TEXT * len(self.rows), strict=True)

    def texts_of(self, kind: str, without: Container[int]) -> Set[str]:
        """Return the different texts of the cells of a kind, those in some rows left out."""
        if not without and self.kinds == kind * len(self.rows):
            return self.sent.made.keys()
        return {text for row, text, letter in self.cells if letter == kind and row not in without}


class Detector:
    """Looks at the chunks of one table in turn, and remembers what it has to know of those before."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._lengths: dict[str, Counter[int]] = {name: Counter() for name in CODES if name in columns.positions}
        self._written_for_excel: set[str] = set()

    def inspect(self, chunk: Chunk, cells: Cells) -> tuple[Problem, ...]:
        """Return what is wrong or odd in a chunk, by row, what was found while reading it among it.

        `cells` are those of the same rows by parameter, as they are sent.
        """
        found = [*chunk.problems, *self._merged(chunk)]
        known = {problem.cell for problem in chunk.problems}
        for name, position in self._columns.positions.items():
            is_text = BY_NAME[name].kind in (ParameterKind.TEXT, ParameterKind.LOWER_CASE)
            kinds = chunk.kinds.get(position, "")
            column = _Column(name, chunk.numbers, cells[name], chunk.texts_at(position), kinds)
            found += self._texts(column) if is_text else ()
            found += self._names(column) if BY_NAME[name].kind is ParameterKind.ID_OR_NAME else ()
            found += self._not_corrected(column, known)
            found += self._odd_kinds(column, chunk.displays.get(position, {})) if kinds else ()
        return tuple(sorted(found, key=lambda problem: problem.row or 0))

    def _texts(self, column: _Column) -> Iterator[Problem]:
        """Yield what is wrong or odd about the texts of a column."""
        together = column.sent.together
        if column.name in CODES:
            self._lengths[column.name].update(map(len, filter(str.isdecimal, column.texts)))
            yield from self._codes(column)
        elif any(mark in together for mark in _FREE_TEXT_MARKS):
            for row, text, kind in column.cells:
                if kind == TEXT and (verdict := free_text_verdict(text)):
                    yield self._problem(column.name, row, text, *verdict)
        if is_suspicious(together):
            for row, text, _ in column.cells:
                for verdict in odd_characters(text):
                    yield self._problem(column.name, row, text, *verdict)
        if column.raw != column.texts and column.name not in self._written_for_excel:
            yield from self._for_excel(column)

    def _names(self, column: _Column) -> Iterator[Problem]:
        """Yield what cannot be a name although it is not a number: what an export or a formula has left."""
        wrong = {text: verdict for text in column.sent.made if name_of(text) and (verdict := code_verdict(text))}
        for row, text, kind in column.cells if wrong else ():
            if kind == TEXT and text in wrong:
                yield self._problem(column.name, row, text, *wrong[text])

    def _not_corrected(self, column: _Column, known: Container[str | None]) -> Iterator[Problem]:
        """Yield what earlier results refused and is not corrected yet; `known` cells are reported already."""
        if not any(mark in column.sent.together for mark in LEFT_TO_CORRECT):
            return
        for row, text in zip(column.rows, column.texts, strict=True):
            if (verdict := left_to_correct(text)) and self._columns.cell(column.name, row) not in known:
                yield self._problem(column.name, row, text, *verdict)

    def _codes(self, column: _Column) -> Iterator[Problem]:
        wrong = {text: verdict for text in column.sent.made if (verdict := code_verdict(text))}
        usual = self._usual(column.name) if NUMBER in column.kinds else None
        for row, text, kind in column.cells if wrong or usual else ():
            if kind == TEXT and text in wrong:
                yield self._problem(column.name, row, text, *wrong[text])
            elif kind == NUMBER and usual is not None and len(text) == usual - 1 and text.isdecimal():
                yield self._problem(
                    column.name,
                    row,
                    text,
                    ProblemCode.LOST_ZERO,
                    f"The number has {len(text)} digits, but most in this column have {usual}: a leading zero was "
                    "probably lost. Format the column as Text in Excel and type the number again.",
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

    def _for_excel(self, column: _Column) -> Iterator[Problem]:
        """Yield, once for a column, that its texts are written for Excel."""
        for row, raw, text in zip(column.rows, column.raw, column.texts, strict=True):
            if raw != text:
                self._written_for_excel.add(column.name)
                message = f'Values here are written as ="…" for Excel; only the text in quotes is read: {text!r}.'
                yield self._problem(column.name, row, raw, ProblemCode.WRITTEN_FOR_EXCEL, message, Severity.WARNING)
                return

    def _odd_kinds(self, column: _Column, displays: Mapping[int, Display]) -> Iterator[Problem]:
        """Yield what is wrong or odd about the cells of a column that are not texts in the file."""
        judged = partial(cell_verdict, BY_NAME[column.name], column.name in CODES)
        for kind in set(column.kinds) & ODD_KINDS:
            wrong = {text: verdict for text in column.texts_of(kind, displays) if (verdict := judged(text, kind, None))}
            for row, text, letter in column.cells if wrong or displays else ():
                display = displays.get(row)
                if letter == kind and (verdict := judged(text, kind, display) if display else wrong.get(text)):
                    yield self._problem(column.name, row, text, *verdict)

    def _merged(self, chunk: Chunk) -> Iterator[Problem]:
        """Yield an error for each row and column that a merged range reaches into; one range is named where many do."""
        areas_of: dict[str, list[Range]] = {}
        for (left, right), areas in groupby(sorted(chunk.merged, key=_sides), _sides):
            name = next((name for name, at in self._columns.positions.items() if left <= at + 1 <= right), None)
            if name is not None:
                areas_of.setdefault(name, []).extend(areas)
        for name, found in areas_of.items():
            for row, area in covered(chunk.numbers, found):
                message = (
                    f"The cells {range_text(area)} are merged, so it is not clear which value applies to each. "
                    "Unmerge them in Excel (Home, Merge & Center) and fill in every cell."
                )
                yield self._problem(name, row, range_text(area), ProblemCode.MERGED, message, Severity.ERROR)

    def _problem(
        self, name: str, row: int, text: str, problem_code: ProblemCode, message: str, severity: Severity
    ) -> Problem:
        heading, cell = self._columns.heading(name), self._columns.cell(name, row)
        return Problem(message, severity, row=row, column=heading, cell=cell, found=text, problem_code=problem_code)


def _sides(area: Range) -> tuple[int, int]:
    return area[1], area[3]


def covered(rows: Sequence[int], areas: Sequence[Range]) -> Iterator[tuple[int, Range]]:
    """Yield the rows, which are given in their order, that one of the areas reaches over, each with one such area."""
    waiting = sorted(areas, reverse=True)
    reaching: Range | None = None
    for row in rows:
        while waiting and waiting[-1][0] <= row:
            area = waiting.pop()
            if reaching is None or area[2] > reaching[2]:
                reaching = area
        if reaching is not None and reaching[2] >= row:
            yield row, reaching
