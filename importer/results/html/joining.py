"""The tables of several sheets as one table, with a column that names the sheet."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from importer.model import RowResult
from importer.report import Report, of_sheets
from importer.results.lines import optional_values
from importer.results.run_results import RunResults

SHEET = "Sheet"

Heading = tuple[str, int]
"""A heading, and how many times it occurs before this in its sheet."""


def one_table(stories: Sequence[RunResults]) -> tuple[Report, Iterable[RowResult]]:
    """Return what runs say together, and the rows of all; those of a single run are returned as they are.

    Columns of different sheets are one if their headings are the same.
    """
    report = of_sheets([story.report for story in stories])
    if len(stories) == 1:
        return _with_optional(report, stories[0])
    columns = tuple(dict.fromkeys(one for story in stories for one in _numbered(_headings(story))))
    headings = (SHEET, *(heading for heading, _ in columns))
    return replace(report, source=replace(report.source, headings=headings)), _rows(stories, columns)


def _with_optional(report: Report, story: RunResults) -> tuple[Report, Iterable[RowResult]]:
    """Return the report and the rows of one run, with its optional columns."""
    if not story.optional:
        return report, story.rows()
    headings = _headings(story)
    rows = (replace(row, cells=(*row.cells, *optional_values(row, story.optional))) for row in story.rows())
    return replace(report, source=replace(report.source, headings=headings)), rows


def _numbered(headings: Iterable[str]) -> list[Heading]:
    seen: Counter[str] = Counter()
    found = []
    for heading in headings:
        found.append((heading, seen[heading]))
        seen[heading] += 1
    return found


def _headings(story: RunResults) -> tuple[str, ...]:
    return (*story.source.headings, *story.optional)


def _rows(stories: Iterable[RunResults], columns: Sequence[Heading]) -> Iterator[RowResult]:
    """Yield the rows of all runs, each with the name of its sheet and its cells in the common columns."""
    for story in stories:
        sheet, own = story.source.sheet or "", _numbered(_headings(story))
        for row in story.rows():
            cells = dict(zip(own, (*row.cells, *optional_values(row, story.optional)), strict=True))
            yield replace(row, cells=(sheet, *(cells.get(one, "") for one in columns)))
