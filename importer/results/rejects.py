"""The rejects: only the rows that need fixing, as a file to send back to the author of the table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from importer.annotation import Line, NotForWorkbooks, SheetLines, rejects_workbook
from importer.errors import needs_a_person
from importer.model import RowResult
from importer.results.lines import added, line_of
from importer.results.refused import marked
from importer.results.run_results import RunResults
from importer.results.targets import TEXTS
from importer.results.written import WrittenFile, ending_in, moved, opened, text_file
from schemas.headings import result_headings

REJECTS = "Rejects"
"""The sheet with the rejects of a table that is the only one; those of several are on sheets of their names."""


def write_rejects(target: Path, stories: Sequence[RunResults]) -> list[WrittenFile | None]:
    """Write the rows of the runs of a file that need fixing, with their own headings and what is wrong.

    Returns where those of each run are; None if it has none. The ending of the target decides between a workbook, with
    a sheet for each run, and a text file, which is for one run alone; text that no workbook can contain is written as
    CSV. An existing file is never overwritten. Raises ResultsLost if it cannot be written anywhere.
    """
    wrong = [next(iter(_rejected(story)), None) is not None for story in stories]
    needed = [story for story, has_any in zip(stories, wrong, strict=True) if has_any]
    if not needed:
        return [None for _ in stories]
    if target.suffix.lower() in TEXTS:
        written = [_as_text(target, story) for story in needed]
    else:
        written = _as_workbook(ending_in(target, ".xlsx"), needed, several=len(stories) > 1)
    places = iter(written)
    return [next(places) if has_any else None for has_any in wrong]


def _as_workbook(target: Path, stories: Sequence[RunResults], *, several: bool) -> list[WrittenFile]:
    sheets = [_sheet(story, (story.source.sheet or "") if several else REJECTS) for story in stories]
    try:
        with opened(target) as file:
            rejects_workbook(file, sheets)
    except NotForWorkbooks as reason:
        texts = [_as_text(target.with_suffix(".csv"), story) for story in stories]
        note = f"The rejects are a text file: {reason.message}"
        return [replace(texts[0], notes=(note, *texts[0].notes)), *texts[1:]]
    written = WrittenFile(Path(file.name), moved(target, file))
    # The notes about the file are reported once.
    return [written, *(WrittenFile(written.path) for _ in stories[1:])]


def _sheet(story: RunResults, name: str) -> SheetLines:
    source = story.source
    return SheetLines(
        name,
        _lines(_rejected(story), story.optional),
        headings=source.headings,
        places=source.places,
        added=result_headings(story.optional),
    )


def _as_text(target: Path, story: RunResults) -> WrittenFile:
    return text_file(target, story.source, lambda: map(_by_headings, _rejected(story)), story.optional)


def _rejected(story: RunResults) -> Iterator[RowResult]:
    """Yield the rows that need fixing; values that look wrong only in a workbook are marked as refused."""
    return marked((row for row in story.rows() if needs_a_person(row)), story.source)


def _lines(rows: Iterable[RowResult], optional: Sequence[str]) -> Iterator[Line]:
    for row in rows:
        yield replace(line_of(row), added=added(_by_headings(row), optional))


def _by_headings(row: RowResult) -> RowResult:
    """Return a row whose message names columns, not cells: in the rejects, rows have other numbers."""
    return replace(row, problems=(), outcome=replace(row.outcome, message=row.by_columns))
