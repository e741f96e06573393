"""A chunk of text becomes rows and problems."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import pandas as pd

from importer.checking.earlier_readings import Readings
from importer.model import Columns, Problem, Row, Severity, Status, place
from importer.reading import Chunk
from schemas.campaign import accepts, encode, fingerprint, former_fingerprints
from schemas.parameters import is_blank
from schemas.problem_codes import ProblemCode

NOTHING: Readings = MappingProxyType({})

UNJUDGED = frozenset((ProblemCode.UNEVEN, ProblemCode.UNRESOLVED))
"""Problems that leave nothing else to say of a row: its cells are in wrong columns, or an answer is to fill them in."""


@dataclass(frozen=True)
class Checked:
    """The rows of a chunk, in its order, and what is wrong with them or worth a word."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def check(
    table: pd.DataFrame, chunk: Chunk, columns: Columns, found: Sequence[Problem] = (), earlier: Readings = NOTHING
) -> Checked:
    """Check one chunk, each row by itself.

    `table` has a column of text for each parameter, `chunk.frame` the user's cells by position; both have the row
    numbers as their index. `earlier` is how earlier versions read the rows. `found` is what reading has found: a cell
    that is damaged is not judged a second time, nor are the cells of a row whose problem is one of UNJUDGED. A row with
    an error is INVALID and its campaign empty; the others are VALID. A row that holds something beside the campaigns'
    columns alone is left out.
    """
    # Whoever only looks at a file need not wait for pandera.
    from importer.checking.failures import errors_of, warnings_of

    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    damaged = {problem.cell for problem in errors if problem.cell}
    unjudged = {problem.row for problem in errors if problem.problem_code in UNJUDGED}
    failures = list(errors_of(table, columns))
    beside = _beside(table, columns, {problem.row for problem in failures} - {problem.row for problem in errors})
    errors += [
        problem
        for problem in failures
        if problem.cell not in damaged and problem.row not in unjudged and problem.row not in beside
    ]
    wrong = {problem.row for problem in errors}
    advised = warnings_of(table, columns)
    warnings = [problem for problem in found if problem.severity is Severity.WARNING]
    warnings += [problem for problem in advised if problem.row not in wrong and problem.row not in beside]
    warnings += [_left_out(chunk, columns, row) for row in beside]
    rows = (row for row in _rows(table, chunk, columns, {*wrong, *beside}, earlier) if row.number not in beside)
    return Checked(tuple(rows), tuple(sorted([*errors, *warnings], key=_by_row)))


def _beside(table: pd.DataFrame, columns: Columns, failed: Iterable[int | None]) -> frozenset[int]:
    """Return which of the rows that failed hold nothing in any column of a campaign: a legend, a sum, a remark."""
    names = list(columns.positions)
    return frozenset(row for row in failed if row is not None and all(map(is_blank, table.loc[row, names])))


def _left_out(chunk: Chunk, columns: Columns, row: int) -> Problem:
    (cells,) = replace(chunk, frame=chunk.frame.loc[[row]]).cells(range(len(columns.source.headings)))
    position, text = next((at, text) for at, text in enumerate(cells) if not is_blank(text))
    return Problem(
        "This row was left out: it has no value in any campaign column.",
        Severity.WARNING,
        row=row,
        column=columns.source.headings[position] or None,
        cell=place(columns.source, position, row),
        found=text,
        problem_code=ProblemCode.NO_CAMPAIGN,
    )


def same_campaign(row: int, first: int, columns: Columns, sheet: str | None = None) -> Problem:
    """Return the error of a row that makes the same campaign as an earlier one, perhaps of another `sheet`."""
    where = f" of the sheet {sheet}" if sheet else ""
    message = f"Duplicate of row {first}{where}. Remove one of the two, or change its values."
    return _about_name(Severity.ERROR, ProblemCode.SAME_CAMPAIGN, row, message, columns)


def same_name(row: int, first: int, *, to_the_letter: bool, columns: Columns) -> Problem:
    """Return the warning about a row that has the name of an earlier one, or one that looks like it."""
    name = "Same name as row" if to_the_letter else "Same name, apart from case or spaces, as row"
    message = f"{name} {first} but different settings; two campaigns with this name will be created."
    return _about_name(Severity.WARNING, ProblemCode.SAME_NAME, row, message, columns)


def _about_name(severity: Severity, problem_code: ProblemCode, row: int, message: str, columns: Columns) -> Problem:
    return Problem(
        message,
        severity,
        row=row,
        column=columns.heading("name"),
        cell=columns.cell("name", row),
        problem_code=problem_code,
    )


def _rows(
    table: pd.DataFrame, chunk: Chunk, columns: Columns, wrong: Container[int | None], earlier: Readings
) -> Iterator[Row]:
    """Yield the rows of a chunk; those whose numbers are in `wrong` have no campaign."""
    frame = chunk.frame
    named_ids = [""] * len(frame) if columns.campaign_id is None else frame[columns.campaign_id].str.strip()
    for number, cells, texts, named_id in zip(
        table.index,
        chunk.cells(columns.kept),
        table.itertuples(index=False, name=None),
        named_ids,
        strict=True,
    ):
        if number in wrong:
            yield Row(number=int(number), cells=cells, campaign={}, fingerprint="", status=Status.INVALID)
        else:
            named = dict(zip(table.columns, texts, strict=True))
            row = _valid(int(number), cells, named, earlier.get(number, ()))
            yield replace(row, named_id=named_id) if named_id else row


def _valid(number: int, cells: tuple[str, ...], named: Mapping[str, str], earlier: Iterable[Mapping[str, str]]) -> Row:
    campaign = encode(named)
    before = [encode({**named, **texts}) for texts in earlier if accepts({**named, **texts})]
    return Row(
        number=number,
        cells=cells,
        campaign=campaign,
        fingerprint=fingerprint(campaign),
        status=Status.VALID,
        former_fingerprints=former_fingerprints(campaign, before),
    )


def _by_row(problem: Problem) -> int:
    return problem.row or 0
