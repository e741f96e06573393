"""A chunk of text becomes rows and problems."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from importer.checking.earlier_readings import Readings
from importer.model import Columns, Problem, RowBlock, Severity, Status, place
from importer.reading import Chunk
from schemas.campaign import accepts, encode, encode_columns, fingerprints, former_fingerprints, has_line_end
from schemas.parameters import is_blank
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    from importer.checking.failures import Judge

NOTHING: Readings = MappingProxyType({})

UNJUDGED = frozenset((ProblemCode.UNEVEN, ProblemCode.UNRESOLVED))
"""Problems that leave nothing else to say of a row: its cells are in wrong columns, or an answer is to fill them in."""


@dataclass(frozen=True)
class Checked:
    """The rows of a chunk, in its order, and what is wrong with them or worth a word."""

    rows: RowBlock
    problems: tuple[Problem, ...]


def judge_of(columns: Columns) -> "Judge":
    """Return what judges the chunks of a table."""
    # Whoever only looks at a file need not wait for pandera.
    from importer.checking.failures import Judge

    return Judge(columns)


def check(
    table: pd.DataFrame,
    chunk: Chunk,
    columns: Columns,
    judge: "Judge",
    found: Sequence[Problem] = (),
    earlier: Readings = NOTHING,
) -> Checked:
    """Check one chunk, each row by itself.

    `table` has a column of text for each parameter, `chunk.frame` the user's cells by position; both have the row
    numbers as their index. `judge` is that of the whole table. `earlier` is how earlier versions read the rows. `found`
    is what reading has found: a cell that is damaged is not judged a second time, nor are the cells of a row whose
    problem is one of UNJUDGED. A row with an error is INVALID and its campaign empty; the others are VALID. A row that
    holds something beside the campaigns' columns alone is left out.
    """
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    damaged = {problem.cell for problem in errors if problem.cell}
    unjudged = {problem.row for problem in errors if problem.problem_code in UNJUDGED}
    failures = list(judge.errors_of(table))
    beside = _beside(table, columns, {problem.row for problem in failures} - {problem.row for problem in errors})
    errors += [
        problem
        for problem in failures
        if problem.cell not in damaged and problem.row not in unjudged and problem.row not in beside
    ]
    wrong = frozenset(problem.row for problem in errors if problem.row is not None)
    advised = judge.warnings_of(table)
    warnings = [problem for problem in found if problem.severity is Severity.WARNING]
    warnings += [problem for problem in advised if problem.row not in wrong and problem.row not in beside]
    warnings += [_left_out(chunk, columns, row) for row in beside]
    if beside:
        table, chunk = table.drop(index=list(beside)), chunk.without(beside)
    rows = _rows(table, chunk, columns, earlier).refused(wrong)
    return Checked(rows, tuple(sorted([*errors, *warnings], key=_by_row)))


def _beside(table: pd.DataFrame, columns: Columns, failed: Collection[int | None]) -> frozenset[int]:
    """Return which of the rows that failed hold nothing in any column of a campaign: a legend, a sum, a remark."""
    empty = [(at, row) for at, row in enumerate(table.index.tolist()) if row in failed]
    for name in columns.positions:
        texts = table[name].tolist() if empty else []
        empty = [(at, row) for at, row in empty if is_blank(texts[at])]
    return frozenset(row for _, row in empty)


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


def same_campaign(row: int, first: int, columns: Columns) -> Problem:
    """Return the error of a row that makes the same campaign as an earlier one."""
    message = f"Duplicate of row {first}. Remove one of the two, or change its values."
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


def _rows(table: pd.DataFrame, chunk: Chunk, columns: Columns, earlier: Readings) -> RowBlock:
    """Return the rows of a chunk as if all were valid."""
    cells = {str(name): table[name].tolist() for name in table}
    sent = encode_columns(cells)
    numbers = table.index.tolist()
    ids = [] if columns.campaign_id is None else chunk.column(columns.campaign_id).tolist()
    block = RowBlock(
        numbers=numbers,
        cells=chunk.columns(columns.kept),
        sent=sent,
        fingerprints=fingerprints(sent, len(numbers)),
        statuses=[Status.VALID] * len(numbers),
        named_ids=list(map(str.strip, ids)) or [""] * len(numbers),
    )
    return replace(block, former_fingerprints=dict(_former(block, cells, earlier)))


def _former(
    block: RowBlock, cells: Mapping[str, Sequence[str]], earlier: Readings
) -> Iterator[tuple[int, Mapping[str, bool]]]:
    """Yield the numbers of the rows that may be known by other fingerprints, with these."""
    for at in sorted(_with_line_ends(block) | {at for at, number in enumerate(block.numbers) if number in earlier}):
        number = block.numbers[at]
        named = {name: column[at] for name, column in cells.items()}
        readings = [{**named, **texts} for texts in earlier.get(number, ())]
        before = [encode(reading) for reading in readings if accepts(reading)]
        sent = {name: text for name, column in block.sent.items() if (text := column[at]) is not None}
        if former := former_fingerprints(sent, before):
            yield number, former


def _with_line_ends(block: RowBlock) -> set[int]:
    """Return the positions of the rows that send a text of several lines."""
    return {
        at
        for column in block.sent.values()
        if has_line_end("".join(filter(None, column)))
        for at, text in enumerate(column)
        if text and has_line_end(text)
    }


def _by_row(problem: Problem) -> int:
    return problem.row or 0
