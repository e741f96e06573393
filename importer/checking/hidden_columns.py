"""Hidden columns whose values are sent all the same."""

from collections.abc import Iterable, Iterator

from importer.model import Columns, Problem, Severity, column_letters
from schemas.problem_codes import ProblemCode


def hidden_fields(columns: Columns, hidden: Iterable[range]) -> Iterator[Problem]:
    """Yield a warning if campaign fields are in hidden columns; `hidden` has the positions of these, from 0.

    A hidden column that is not sent is not worth a word: the results have such columns themselves.
    """
    spans = tuple(hidden)
    found = sorted((at, name) for name, at in columns.positions.items() if any(at in span for span in spans))
    if found:
        named = ", ".join(f"{column_letters(at + 1)} ({name})" for at, name in found)
        several = len(found) > 1
        where = f"The sheet {columns.source.sheet}" if columns.source.sheet else "The file"
        what = "hidden columns that will be sent" if several else "a hidden column that will be sent"
        check = "Unhide them and check their values" if several else "Unhide it and check its values"
        message = f"{where} has {what}: {named}. {check}, or delete what should not be sent."
        yield Problem(message, Severity.WARNING, problem_code=ProblemCode.HIDDEN_COLUMNS)
