"""What the rules of `schemas` say of a table: pandera's failure cases become problems here and nowhere else."""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from itertools import product

import pandas as pd
from pandera.errors import SchemaErrors

from importer.checking.cells import Cells
from importer.model import Columns, Problem, Severity
from schemas.distinct import ByDistinct
from schemas.parameters import BY_NAME
from schemas.rules import ADVICE, ADVISED, COMPARED_WITH, rule_and_advice, told

MOST_REMEMBERED = 50_000
"""Number of distinct texts of a column whose verdicts are remembered from chunk to chunk."""

LookedAt = str | tuple[str, str]
"""What a rule looks at: the text of a cell, or that and the text of another cell of its row."""


class Judge:
    """Goes through the chunks of one table in turn; pandera is shown each distinct text of a column once."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._verdicts = {name: _Verdicts(name) for name in BY_NAME}

    def problems_of(self, numbers: Sequence[int], cells: Cells) -> tuple[list[Problem], list[Problem]]:
        """Return what makes rows of a chunk invalid, and what is worth a warning and no more; both by column."""
        found = {
            name: [self._problem(name, *failure) for failure in self._verdicts[name].failures(numbers, cells)]
            for name in BY_NAME
            if name in cells
        }
        errors = [one for problems in found.values() for one in problems if one.severity is Severity.ERROR]
        warnings = [one for name in ADVISED for one in found.get(name, ()) if one.severity is Severity.WARNING]
        return errors, warnings

    def _problem(self, name: str, row: int, found: str, failure: str) -> Problem:
        problem_code, sentence = told(failure, found)
        return Problem(
            sentence,
            Severity.WARNING if problem_code in ADVICE else Severity.ERROR,
            row=row,
            column=self._columns.heading(name),
            cell=self._columns.cell(name, row),
            found=found,
            problem_code=problem_code,
        )


class _Verdicts:
    """What pandera says of the cells of one column."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._judged: set[LookedAt] = set()
        self._failures: defaultdict[LookedAt, list[str]] = defaultdict(list)

    def failures(self, numbers: Sequence[int], cells: Cells) -> Iterator[tuple[int, str, str]]:
        """Yield each failure of a cell: the number of its row, its text and what pandera says."""
        column, other = cells[self._name], cells.get(COMPARED_WITH.get(self._name, ""))
        distinct = column.made.keys() if other is None else _pairs(column, other)
        self._judge(distinct - self._judged)
        failing = distinct & self._failures.keys()
        if failing:
            looked_at = column.texts if other is None else zip(column.texts, other.texts, strict=True)
            for number, text, looked in zip(numbers, column.texts, looked_at, strict=True):
                if looked in failing:
                    yield from ((number, text, failure) for failure in self._failures[looked])
        if len(self._judged) > MOST_REMEMBERED:
            self._judged.clear()
            self._failures.clear()

    def _judge(self, new: Set[LookedAt]) -> None:
        """Have pandera judge what it has not seen yet."""
        if not new:
            return
        self._judged |= new
        rows = list(new)
        columns = zip(*rows, strict=True) if isinstance(rows[0], tuple) else [rows]
        table = pd.DataFrame(dict(zip((self._name, COMPARED_WITH.get(self._name)), columns, strict=False)), dtype=str)
        try:
            rule_and_advice(self._name, table).validate(table, lazy=True)
        except SchemaErrors as error:
            cases = error.failure_cases
            for position, case in zip(cases["index"], cases["check"], strict=True):
                self._failures[rows[int(position)]].append(case)


def _pairs(column: ByDistinct[str], other: ByDistinct[str]) -> Set[LookedAt]:
    """Return the pairs of texts that rows hold in two columns; where these are few, all that they could hold."""
    if len(column.made) * len(other.made) < len(column.texts):
        return set(product(column.made, other.made))
    return set(zip(column.texts, other.texts, strict=True))
