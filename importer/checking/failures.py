"""What the rules of `schemas` say of a table: pandera's failure cases become problems here and nowhere else."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import partial

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from importer.checking.rules import Cells
from importer.model import Columns, Problem, Severity
from schemas.parameters import BY_NAME
from schemas.rules import ADVISED, COMPARED_WITH, advice_about, rule, told

MOST_REMEMBERED = 50_000
"""Number of distinct texts of a column whose verdicts are remembered from chunk to chunk."""

LookedAt = str | tuple[str, str]
"""What a rule looks at: the text of a cell, or that and the text of another cell of its row."""


class Judge:
    """Goes through the chunks of one table in turn; pandera is shown each distinct text of a column once."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._rules = {name: _Verdicts(name, partial(rule, name)) for name in BY_NAME}
        self._advice = {name: _Verdicts(name, partial(_advice, name)) for name in ADVISED}

    def errors_of(self, numbers: Sequence[int], cells: Cells) -> Iterator[Problem]:
        """Yield what makes rows of a chunk invalid, by column."""
        return self._problems(self._rules, numbers, cells, Severity.ERROR)

    def warnings_of(self, numbers: Sequence[int], cells: Cells) -> Iterator[Problem]:
        """Yield what is worth a warning about rows of a chunk and no more, by column."""
        return self._problems(self._advice, numbers, cells, Severity.WARNING)

    def _problems(
        self, verdicts: "Mapping[str, _Verdicts]", numbers: Sequence[int], cells: Cells, severity: Severity
    ) -> Iterator[Problem]:
        for name in verdicts:
            if name in cells:
                for row, found, failure in verdicts[name].failures(numbers, cells):
                    problem_code, sentence = told(failure, found)
                    yield Problem(
                        sentence,
                        severity,
                        row=row,
                        column=self._columns.heading(name),
                        cell=self._columns.cell(name, row),
                        found=found,
                        problem_code=problem_code,
                    )


def _advice(name: str, _: pd.DataFrame) -> pa.Column:
    return advice_about(name)


class _Verdicts:
    """What pandera says of the cells of one column; `schema_for` returns the column's schema in a table."""

    def __init__(self, name: str, schema_for: Callable[[pd.DataFrame], pa.Column]) -> None:
        self._name = name
        self._schema_for = schema_for
        self._judged: set[LookedAt] = set()
        self._failures: defaultdict[LookedAt, list[str]] = defaultdict(list)

    def failures(self, numbers: Sequence[int], cells: Cells) -> Iterator[tuple[int, str, str]]:
        """Yield each failure of a cell: the number of its row, its text and what pandera says."""
        texts = cells[self._name].texts
        looked_at, distinct = self._looked_at(cells)
        self._judge(distinct - self._judged)
        failing = distinct & self._failures.keys()
        if failing:
            for number, text, looked in zip(numbers, texts, looked_at, strict=True):
                if looked in failing:
                    yield from ((number, text, failure) for failure in self._failures[looked])
        if len(self._judged) > MOST_REMEMBERED:
            self._judged.clear()
            self._failures.clear()

    def _looked_at(self, cells: Cells) -> tuple[Sequence[LookedAt], Set[LookedAt]]:
        """Return what the rule looks at in each row, and the same without repetitions."""
        column, other = cells[self._name], cells.get(COMPARED_WITH.get(self._name, ""))
        if other is None:
            return column.texts, column.made.keys()
        pairs = list(zip(column.texts, other.texts, strict=True))
        return pairs, set(pairs)

    def _judge(self, new: Set[LookedAt]) -> None:
        """Have pandera judge what it has not seen yet."""
        if not new:
            return
        self._judged |= new
        rows = list(new)
        columns = zip(*rows, strict=True) if isinstance(rows[0], tuple) else [rows]
        table = pd.DataFrame(dict(zip((self._name, COMPARED_WITH.get(self._name)), columns, strict=False)), dtype=str)
        try:
            self._schema_for(table).validate(table, lazy=True)
        except SchemaErrors as error:
            cases = error.failure_cases
            for position, case in zip(cases["index"], cases["check"], strict=True):
                self._failures[rows[int(position)]].append(case)
