"""What the rules of `schemas` say of a table: pandera's failure cases become problems here and nowhere else."""

from collections.abc import Iterator

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from importer.model import Columns, Problem, Severity
from schemas.rules import advice, rules, told


def errors_of(table: pd.DataFrame, columns: Columns) -> Iterator[Problem]:
    """Yield what makes rows of a table invalid; its index holds the row numbers."""
    return _failures(rules(table), table, columns, Severity.ERROR)


def warnings_of(table: pd.DataFrame, columns: Columns) -> Iterator[Problem]:
    """Yield what is worth a warning about rows of a table and no more; its index holds the row numbers."""
    return _failures(advice(), table, columns, Severity.WARNING)


def _failures(
    schema: pa.DataFrameSchema, table: pd.DataFrame, columns: Columns, severity: Severity
) -> Iterator[Problem]:
    try:
        schema.validate(table, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        for name, row, found, case in zip(
            cases["column"], cases["index"], cases["failure_case"], cases["check"], strict=True
        ):
            problem_code, sentence = told(case, str(found))
            number, heading = int(row), columns.heading(name)
            yield Problem(
                sentence,
                severity,
                row=number,
                column=heading,
                cell=columns.cell(name, number),
                found=str(found),
                problem_code=problem_code,
            )
