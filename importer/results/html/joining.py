"""The tables of several sheets as one table, with a column that names the sheet."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from importer.model import RowResult
from importer.report import Report, of_sheets
from importer.results.run_results import RunResults
from schemas.headings import NAME_HEADINGS

SHEET = "Sheet"

Heading = tuple[str, int]
"""A heading, and how many times it occurs before this in its sheet."""


def one_table(stories: Sequence[RunResults]) -> tuple[Report, Iterable[RowResult]]:
    """Return what runs say together, and the rows of all; those of a single run are returned as they are.

    Columns of different sheets are one if their headings are the same.
    """
    report = of_sheets([story.report for story in stories])
    if len(stories) == 1:
        return _with_names(report, stories[0])
    columns = tuple(dict.fromkeys(one for story in stories for one in _numbered(_headings(story))))
    headings = (SHEET, *(heading for heading, _ in columns))
    return replace(report, source=replace(report.source, headings=headings)), _rows(stories, columns)


def _with_names(report: Report, story: RunResults) -> tuple[Report, Iterable[RowResult]]:
    """Return the report and the rows of one run, with columns for the IDs that names stand for."""
    if not story.looked_up:
        return report, story.rows()
    headings = _headings(story)
    rows = (replace(row, cells=(*row.cells, *_looked_up(row, story.looked_up))) for row in story.rows())
    return replace(report, source=replace(report.source, headings=headings)), rows


def _looked_up(row: RowResult, parameters: Sequence[str]) -> Iterator[str]:
    return (row.looked_up.get(parameter, "") for parameter in parameters)


def _numbered(headings: Iterable[str]) -> list[Heading]:
    seen: Counter[str] = Counter()
    found = []
    for heading in headings:
        found.append((heading, seen[heading]))
        seen[heading] += 1
    return found


def _headings(story: RunResults) -> tuple[str, ...]:
    return (*story.source.headings, *map(NAME_HEADINGS.__getitem__, story.looked_up))


def _rows(stories: Iterable[RunResults], columns: Sequence[Heading]) -> Iterator[RowResult]:
    """Yield the rows of all runs, each with the name of its sheet and its cells in the common columns."""
    for story in stories:
        sheet, own = story.source.sheet or "", _numbered(_headings(story))
        for row in story.rows():
            cells = dict(zip(own, (*row.cells, *_looked_up(row, story.looked_up)), strict=True))
            yield replace(row, cells=(sheet, *(cells.get(one, "") for one in columns)))
