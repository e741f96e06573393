"""What the rules of `schemas` say of a table: pandera's failure cases become problems here and nowhere else."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from importer.model import Columns, Problem, Severity
from schemas.parameters import BY_NAME
from schemas.rules import ADVISED, COMPARED_WITH, advice_about, rule, told

MOST_REMEMBERED = 50_000
"""Number of distinct texts of a column whose verdicts are remembered from chunk to chunk."""

Cell = str | tuple[str, str]
"""What a rule looks at: the text of a cell, or that and the text of another cell of its row."""


class Judge:
    """Goes through the chunks of one table in turn; pandera is shown each distinct text of a column once."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._rules = {name: _Verdicts(name, partial(rule, name)) for name in BY_NAME}
        self._advice = {name: _Verdicts(name, partial(_advice, name)) for name in ADVISED}

    def errors_of(self, table: pd.DataFrame) -> Iterator[Problem]:
        """Yield what makes rows of a chunk invalid; its index holds the row numbers."""
        return self._problems(self._rules, table, Severity.ERROR)

    def warnings_of(self, table: pd.DataFrame) -> Iterator[Problem]:
        """Yield what is worth a warning about rows of a chunk and no more; its index holds the row numbers."""
        return self._problems(self._advice, table, Severity.WARNING)

    def _problems(
        self, verdicts: "Mapping[str, _Verdicts]", table: pd.DataFrame, severity: Severity
    ) -> Iterator[Problem]:
        for name in verdicts:
            if name in table:
                for row, found, failure in verdicts[name].failures(table):
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
    """What pandera says of the cells of one column: of each text, with the text of the column it is compared with.

    `schema_for` returns the schema of the column in a table.
    """

    def __init__(self, name: str, schema_for: Callable[[pd.DataFrame], pa.Column]) -> None:
        self._name = name
        self._schema_for = schema_for
        self._known: dict[Cell, Sequence[str]] = {}

    def failures(self, table: pd.DataFrame) -> Iterator[tuple[int, str, str]]:
        """Yield each failure of a cell: its row, its text and what pandera says."""
        names = [name for name in (self._name, COMPARED_WITH.get(self._name, "")) if name in table]
        texts = [table[name].tolist() for name in names]
        cells: list[Cell] = texts[0] if len(texts) == 1 else list(zip(*texts, strict=True))
        distinct = dict.fromkeys(cells)
        self._judge([cell for cell in distinct if cell not in self._known], names)
        failing = {cell: failures for cell in distinct if (failures := self._known[cell])}
        if failing:
            for row, text, cell in zip(table.index.tolist(), texts[0], cells, strict=True):
                for failure in failing.get(cell, ()):
                    yield row, text, failure
        if len(self._known) > MOST_REMEMBERED:
            self._known.clear()

    def _judge(self, cells: Sequence[Cell], names: Sequence[str]) -> None:
        """Have pandera judge cells that it has not seen yet."""
        if not cells:
            return
        self._known.update(dict.fromkeys(cells, ()))
        columns = [cells] if len(names) == 1 else zip(*cells, strict=True)
        table = pd.DataFrame(dict(zip(names, columns, strict=True)), dtype=str)
        try:
            self._schema_for(table).validate(table, lazy=True)
        except SchemaErrors as error:
            failures: defaultdict[Cell, list[str]] = defaultdict(list)
            for position, case in zip(error.failure_cases["index"], error.failure_cases["check"], strict=True):
                failures[cells[int(position)]].append(case)
            self._known.update(failures)
