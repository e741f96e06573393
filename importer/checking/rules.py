"""A chunk of text becomes rows and problems."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import compress
from types import MappingProxyType
from typing import TYPE_CHECKING

from importer.checking.cells import Cells
from importer.checking.earlier_readings import Readings
from importer.model import Columns, Problem, RowBlock, Severity, Status, place
from importer.reading import Chunk
from schemas.campaign import (
    SentColumns,
    accepts,
    encode,
    encode_columns,
    fingerprints,
    former_fingerprints,
    has_line_end,
)
from schemas.distinct import distinct
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
    cells: Cells,
    chunk: Chunk,
    columns: Columns,
    judge: "Judge",
    found: Sequence[Problem] = (),
    earlier: Readings = NOTHING,
    to_look_up: Collection[int] = frozenset(),
) -> Checked:
    """Check one chunk, each row by itself.

    `cells` are the texts of each parameter, `chunk` the user's cells of the same rows by position. `judge` is
    that of the whole table. `earlier` is how earlier versions read the rows, `to_look_up` are the numbers of those with
    names in the place of IDs. `found` is what reading has found: a cell
    that is damaged is not judged a second time, nor are the cells of a row whose problem is one of UNJUDGED. A row with
    an error is INVALID and its campaign empty; the others are VALID. A row that holds something beside the campaigns'
    columns alone is left out.
    """
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    damaged = {problem.cell for problem in errors if problem.cell}
    unjudged = {problem.row for problem in errors if problem.problem_code in UNJUDGED}
    numbers = chunk.numbers
    failures, advice = judge.problems_of(numbers, cells)
    beside = _beside(
        numbers, cells, columns, {problem.row for problem in failures} - {problem.row for problem in errors}
    )
    errors += [
        problem
        for problem in failures
        if problem.cell not in damaged and problem.row not in unjudged and problem.row not in beside
    ]
    wrong = frozenset(problem.row for problem in errors if problem.row is not None)
    warnings = [problem for problem in found if problem.severity is Severity.WARNING]
    warnings += [problem for problem in advice if problem.row not in wrong and problem.row not in beside]
    warnings += [_left_out(chunk, columns, row) for row in beside]
    if beside:
        chunk, cells = chunk.without(beside), _without(beside, numbers, cells)
    rows = replace(_rows(cells, chunk, columns, earlier), to_look_up=to_look_up).refused(wrong)
    return Checked(rows, tuple(sorted([*errors, *warnings], key=_by_row)))


def _without(rows: Collection[int], numbers: Sequence[int], cells: Cells) -> Cells:
    kept = [number not in rows for number in numbers]
    return {name: distinct(list(compress(column.texts, kept))) for name, column in cells.items()}


def _beside(numbers: Sequence[int], cells: Cells, columns: Columns, failed: Collection[int | None]) -> frozenset[int]:
    """Return which of the rows that failed hold nothing in any column of a campaign: a legend, a sum, a remark."""
    empty = [at for at, number in enumerate(numbers) if number in failed] if failed else []
    for name in columns.positions:
        empty = [at for at in empty if is_blank(cells[name].texts[at])]
    return frozenset(numbers[at] for at in empty)


def _left_out(chunk: Chunk, columns: Columns, row: int) -> Problem:
    at = chunk.numbers.index(row)
    cells = [column[at] for column in chunk.columns(range(len(columns.source.headings)))]
    message = "This row was left out: it has no value in any campaign column."
    filled = next(((position, text) for position, text in enumerate(cells) if not is_blank(text)), None)
    if filled is None:
        return Problem(message, Severity.WARNING, row=row, problem_code=ProblemCode.NO_CAMPAIGN)
    position, text = filled
    return Problem(
        message,
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


def _rows(cells: Cells, chunk: Chunk, columns: Columns, earlier: Readings) -> RowBlock:
    """Return the rows of a chunk as if all were valid."""
    sent, numbers = encode_columns(cells), chunk.numbers
    ids = [] if columns.campaign_id is None else chunk.texts_at(columns.campaign_id)
    block = RowBlock(
        numbers=numbers,
        cells=partial(chunk.columns, columns.kept),
        sent={name: column.column for name, column in sent.items()},
        fingerprints=fingerprints(sent, len(numbers)),
        statuses=[Status.VALID] * len(numbers),
        named_ids=list(map(str.strip, ids)) or [""] * len(numbers),
    )
    return replace(block, former_fingerprints=dict(_former(numbers, cells, sent, earlier)))


def _former(
    numbers: Sequence[int], cells: Cells, sent: SentColumns, earlier: Readings
) -> Iterator[tuple[int, Mapping[str, bool]]]:
    """Yield the numbers of the rows that may be known by other fingerprints, with these."""
    read_otherwise = {at for at, number in enumerate(numbers) if number in earlier} if earlier else set()
    for at in sorted(read_otherwise | _with_line_ends(cells)):
        named = {name: column.texts[at] for name, column in cells.items()}
        readings = [{**named, **texts} for texts in earlier.get(numbers[at], ())]
        before = [encode(reading) for reading in readings if accepts(reading)]
        campaign = {name: text for name, column in sent.items() if (text := column.made[named[name]]) is not None}
        if former := former_fingerprints(campaign, before):
            yield numbers[at], former


def _with_line_ends(cells: Cells) -> set[int]:
    """Return the positions of the rows that hold a text of several lines."""
    found = [column for column in cells.values() if has_line_end("".join(column.made))]
    return {at for column in found for at, text in enumerate(column.texts) if has_line_end(text)}


def _by_row(problem: Problem) -> int:
    return problem.row or 0
