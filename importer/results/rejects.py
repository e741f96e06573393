"""The rejects: only the rows that need fixing, as a file to send back to the author of the table."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from importer.annotation import Line, NotForWorkbooks, rejects_workbook
from importer.errors import needs_a_person
from importer.model import RowResult
from importer.results.lines import added, line_of
from importer.results.refused import marked
from importer.results.run_results import RunResults
from importer.results.targets import TEXTS
from importer.results.written import WrittenFile, ending_in, moved, opened, text_file


def write_rejects(target: Path, story: RunResults) -> WrittenFile | None:
    """Write the rows that need fixing, with their own headings and what is wrong; None if there are none.

    The ending of the target decides between a workbook and a text file; text that no workbook can contain is written
    as CSV. An existing file is never overwritten. Raises ResultsLost if it cannot be written anywhere.
    """
    source = story.source
    if next(iter(_rejected(story)), None) is None:
        return None
    if target.suffix.lower() in TEXTS:
        return _as_text(target, story)
    wanted = ending_in(target, ".xlsx")
    try:
        with opened(wanted) as file:
            rejects_workbook(file, source.headings, _lines(_rejected(story)), source.places)
    except NotForWorkbooks as reason:
        written = _as_text(target.with_suffix(".csv"), story)
        return replace(written, notes=(f"The rejects are a text file: {reason.message}", *written.notes))
    return WrittenFile(Path(file.name), moved(wanted, file))


def _as_text(target: Path, story: RunResults) -> WrittenFile:
    return text_file(target, story.source, lambda: map(_by_headings, _rejected(story)))


def _rejected(story: RunResults) -> Iterator[RowResult]:
    """Yield the rows that need fixing; values that look wrong only in a workbook are marked as refused."""
    return marked((row for row in story.rows() if needs_a_person(row)), story.source)


def _lines(rows: Iterable[RowResult]) -> Iterator[Line]:
    for row in rows:
        yield replace(line_of(row), added=added(_by_headings(row)))


def _by_headings(row: RowResult) -> RowResult:
    """Return a row whose message names columns, not cells: in the rejects, rows have other numbers."""
    return replace(row, problems=(), outcome=replace(row.outcome, message=row.by_columns))
