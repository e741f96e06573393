"""The rules for a table of campaigns, as pandera schemas over columns of text.

Columns are checked as text, cell by cell, and converted only afterwards: pandera's `coerce=True` reports a bad
cell twice and hides wrong values in the other rows of its column.
"""

import pandas as pd
import pandera.pandas as pa

from schemas.parameters import (
    BY_NAME,
    KNOWN_DESTINATION_TYPES,
    PARAMETERS,
    Parameter,
    ParameterKind,
    is_blank,
    unsure_point,
)
from schemas.problem_codes import ProblemCode, problem_code_of


def rules(table: pd.DataFrame) -> pa.DataFrameSchema:
    """Return the schema whose failures make a row invalid.

    `table` is the table that is to be checked: columns named after parameters, cells of text, index = row numbers.
    The schema is made for it because one rule compares two of its columns.
    """
    columns = {parameter.name: _column(parameter) for parameter in PARAMETERS}
    if "keep_agents_available" in table and "dtype" in table:
        columns["keep_agents_available"].checks.append(_negative_needs_a_queue(table["dtype"]))
    return pa.DataFrameSchema(columns, strict=False)


def advice() -> pa.DataFrameSchema:
    """Return the schema whose failures are worth a warning and no more."""
    columns = {
        parameter.name: pa.Column(
            str,
            pa.Check(
                _has_no_outer_space,
                element_wise=True,
                error=_said(
                    ProblemCode.OUTER_SPACE,
                    f"{parameter.name} has leading or trailing spaces, which will be kept. "
                    "Remove them in the sheet if this is a mistake.",
                ),
            ),
            required=False,
            name=parameter.name,
        )
        for parameter in PARAMETERS
        if parameter.kind is ParameterKind.TEXT
    }
    columns["dtype"] = pa.Column(
        str,
        pa.Check(
            _is_known_destination_type,
            element_wise=True,
            error=_said(
                ProblemCode.UNKNOWN_DESTINATION,
                "dtype is not a known destination type "
                f"({', '.join(sorted(KNOWN_DESTINATION_TYPES))}). It will be sent unchanged; the server may reject it.",
            ),
        ),
        required=False,
        name="dtype",
    )
    return pa.DataFrameSchema(columns, strict=False)


def told(case: str, found: str) -> tuple[ProblemCode, str]:
    """Return the kind of problem that a failure case of these schemas tells of a text, and the sentence about it."""
    code, _, sentence = case.partition(" ")
    if problem_code_of(code) is ProblemCode.NOT_A_NUMBER and (either := unsure_point(found)):
        name, _, _ = sentence.partition(" ")
        words = (
            f"{name} may be {either[0]} or {either[1]}: the meaning of the point is not clear. Write it without one."
        )
        return ProblemCode.UNSURE_POINT, words
    return problem_code_of(code), sentence


def _said(problem_code: ProblemCode, sentence: str) -> str:
    return f"{problem_code} {sentence}"


def _column(parameter: Parameter) -> pa.Column:
    return pa.Column(
        str,
        pa.Check(parameter.accepts, element_wise=True, error=_sentence(parameter)),
        required=parameter.required,
        name=parameter.name,
    )


def _sentence(parameter: Parameter) -> str:
    if parameter.kind in (ParameterKind.TEXT, ParameterKind.LOWER_CASE):
        return _said(ProblemCode.BLANK, f"{parameter.name} is required. Fill the cell in.")
    problem_code = ProblemCode.NOT_A_WORD if parameter.kind is ParameterKind.WORD else ProblemCode.NOT_A_NUMBER
    default = "" if parameter.default is None else f" for the server's default ({parameter.default})"
    return _said(problem_code, f"{parameter.name} must be {parameter.allowed}, or empty{default}.")


def _negative_needs_a_queue(dtype: "pd.Series[str]") -> pa.Check:
    needs_a_queue = dtype.map(lambda text: text.strip().lower() != "queue")
    return pa.Check(
        lambda cells: ~(cells.map(_is_negative) & needs_a_queue),
        error=_said(
            ProblemCode.NEGATIVE_WITHOUT_QUEUE,
            "keep_agents_available may be negative only with dtype queue. Use 0 or more, or another dtype.",
        ),
    )


def _is_negative(text: str) -> bool:
    parameter = BY_NAME["keep_agents_available"]
    return not is_blank(text) and parameter.accepts(text) and parameter.wire(text).startswith("-")


def _has_no_outer_space(text: str) -> bool:
    return is_blank(text) or text == text.strip()


def _is_known_destination_type(text: str) -> bool:
    return is_blank(text) or text.strip().lower() in KNOWN_DESTINATION_TYPES
