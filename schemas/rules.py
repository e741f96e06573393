"""The rules for a table of campaigns, as pandera schemas over columns of text.

Columns are checked as text, each distinct text once, and converted only afterwards: pandera's `coerce=True` reports a
bad cell twice and hides wrong values in the other rows of its column.
"""

from collections.abc import Callable

import pandas as pd
import pandera.pandas as pa

from schemas.name_lists import DESTINATION
from schemas.names import name_of
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

COMPARED_WITH = {"keep_agents_available": "dtype"}
"""The columns whose rule looks at another column of the same row as well, and that column."""

ADVICE = frozenset((ProblemCode.OUTER_SPACE, ProblemCode.UNKNOWN_DESTINATION))
"""The kinds of problems that `advice` finds."""

_WITH_ADVICE = (ParameterKind.TEXT, ParameterKind.ID_OR_NAME)
ADVISED = (*(parameter.name for parameter in PARAMETERS if parameter.kind in _WITH_ADVICE), "dtype")
"""The columns about which there is advice."""


def rules(table: pd.DataFrame) -> pa.DataFrameSchema:
    """Return the schema whose failures make a row invalid.

    `table` is the table that is to be checked: columns named after parameters, cells of text, index = row numbers.
    The schema is made for it because one rule compares two of its columns.
    """
    return pa.DataFrameSchema({name: rule(name, table) for name in BY_NAME}, strict=False)


def advice() -> pa.DataFrameSchema:
    """Return the schema whose failures are worth a warning and no more."""
    return pa.DataFrameSchema({name: advice_about(name) for name in ADVISED}, strict=False)


def rule(name: str, table: pd.DataFrame) -> pa.Column:
    """Return what `rules` says of one column of a table; only that and the one in COMPARED_WITH need to be there."""
    parameter = BY_NAME[name]
    checks = [pa.Check(_each(_accepted(parameter)), error=_sentence(parameter))]
    if name in table and (other := COMPARED_WITH.get(name)) in table:
        checks.append(_negative_needs_a_queue(table[other]))
    return pa.Column(str, checks, required=parameter.required, name=name)


def advice_about(name: str) -> pa.Column:
    """Return what `advice` says of one column, which is one of ADVISED."""
    if name == "dtype":
        sentence = (
            "dtype is not a known destination type "
            f"({', '.join(sorted(KNOWN_DESTINATION_TYPES))}). It will be sent unchanged; the server may reject it."
        )
        check = pa.Check(_each(_is_known_destination_type), error=_said(ProblemCode.UNKNOWN_DESTINATION, sentence))
    elif BY_NAME[name].kind is ParameterKind.ID_OR_NAME:
        sentence = f"The name in {name} has leading or trailing spaces, which are left out."
        check = pa.Check(_each(_is_trimmed_if_a_name), error=_said(ProblemCode.OUTER_SPACE, sentence))
    else:
        kept = "which will be kept, except around a name" if name == DESTINATION else "which will be kept"
        sentence = f"{name} has leading or trailing spaces, {kept}. Remove them in the sheet if this is a mistake."
        check = pa.Check(_have_no_outer_space, error=_said(ProblemCode.OUTER_SPACE, sentence))
    return pa.Column(str, check, required=False, name=name)


def rule_and_advice(name: str, table: pd.DataFrame) -> pa.Column:
    """Return what both schemas say of one column of a table, so that it is gone through once."""
    column = rule(name, table)
    if name in ADVISED:
        column.checks.extend(advice_about(name).checks)
    return column


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


def _each(is_right: Callable[[str], object]) -> Callable[["pd.Series[str]"], "pd.Series[bool]"]:
    """Return the check of a column that asks the same of each of its cells."""

    def check(cells: "pd.Series[str]") -> "pd.Series[bool]":
        return pd.Series(list(map(bool, map(is_right, cells.tolist()))), index=cells.index, dtype=bool)

    return check


def _said(problem_code: ProblemCode, sentence: str) -> str:
    return f"{problem_code} {sentence}"


def _sentence(parameter: Parameter) -> str:
    if parameter.kind in (ParameterKind.TEXT, ParameterKind.LOWER_CASE):
        return _said(ProblemCode.BLANK, f"{parameter.name} is required. Fill in the cell.")
    problem_code = ProblemCode.NOT_A_WORD if parameter.kind is ParameterKind.WORD else ProblemCode.NOT_A_NUMBER
    default = "" if parameter.default is None else f" for the server's default ({parameter.default})"
    return _said(problem_code, f"{parameter.name} must be {parameter.allowed}, or empty{default}.")


def _negative_needs_a_queue(dtype: "pd.Series[str]") -> pa.Check:
    has_a_queue = _each(lambda text: text.strip().lower() == "queue")(dtype)
    return pa.Check(
        lambda cells: ~_each(_is_negative)(cells) | has_a_queue,
        error=_said(
            ProblemCode.NEGATIVE_WITHOUT_QUEUE,
            "keep_agents_available may be negative only with dtype queue. Use 0 or more, or another dtype.",
        ),
    )


def _is_negative(text: str) -> bool:
    parameter = BY_NAME["keep_agents_available"]
    return not is_blank(text) and parameter.accepts(text) and parameter.wire(text).startswith("-")


def _is_trimmed_if_a_name(text: str) -> bool:
    return text == text.strip() or name_of(text) is None


def _have_no_outer_space(cells: "pd.Series[str]") -> "pd.Series[bool]":
    texts = cells.tolist()
    right = [bare == text or not bare for text, bare in zip(texts, map(str.strip, texts), strict=True)]
    return pd.Series(right, index=cells.index, dtype=bool)


def _accepted(parameter: Parameter) -> Callable[[str], object]:
    """Return what is true of the texts that a parameter accepts; of free text that is quickly said."""
    if parameter.kind in (ParameterKind.TEXT, ParameterKind.LOWER_CASE):
        return str.strip if parameter.required else lambda _: True
    return parameter.accepts


def _is_known_destination_type(text: str) -> bool:
    return is_blank(text) or text.strip().lower() in KNOWN_DESTINATION_TYPES
