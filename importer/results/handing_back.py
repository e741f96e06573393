"""What a user gets back of runs: results, rejects and page, and where they are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from importer.errors import ResultsLost
from importer.journal import Journal
from importer.model import NumberLoad, RowResult, Severity
from importer.report import Report
from importer.results.parts import whole_rows
from importer.results.run_results import RunResults
from importer.results.stopwatch import Stopwatch
from importer.run_options import OutputOptions
from schemas.headings import NAME_HEADINGS, NUMBERS_HEADING

REPORTED = (Severity.ERROR, Severity.WARNING)

StoryOf = Callable[[str, Report], RunResults]
"""Returns everything known about a run, by its ID and its report."""


def by_workbook(reports: Sequence[Report]) -> Iterator[Sequence[Report]]:
    """Yield the reports of several sheets of one workbook together, and every other by itself."""
    for _, group in groupby(reports, key=lambda report: report.source.path):
        of_file = list(group)
        yield from [of_file] if _are_sheets(of_file) else [[report] for report in of_file]


def _are_sheets(reports: Sequence[Report]) -> bool:
    """Say whether reports are of several sheets of one workbook."""
    sheets = {(report.source.path, report.source.sheet) for report in reports if report.source.sheet}
    return len(reports) > 1 and len(sheets) == len(reports) and len({path for path, _ in sheets}) == 1


def hand_back(
    story_of: StoryOf,
    runs: Sequence[str],
    reports: Sequence[Report],
    output_options: OutputOptions,
    stopwatch: Stopwatch,
) -> list[Report]:
    """Write the results, the rejects and the page of a table, or of several sheets of a workbook, if files are named.

    `runs` are the IDs of the runs of the `reports`, which are returned with where the files are. `story_of` is called
    for each file anew.
    """
    stopwatch.turn_to(runs[0])
    reports = list(reports)
    if output_options.results is not None or output_options.rejects is not None:
        from importer.results.tables import write_tables  # with it comes what writes workbooks

        stopwatch.stage("Writing the results", None)
        try:
            reports = write_tables(list(map(story_of, runs, reports)), output_options)
        except ResultsLost as lost:
            return _timed([*reports[:-1], reports[-1].also_stopped(lost)], stopwatch)
    if output_options.page is not None:
        from importer.results.html import one_table
        from importer.results.html import write as write_page

        stopwatch.stage("Writing the report", None)
        try:
            page = str(write_page(output_options.page, *one_table(list(map(story_of, runs, reports)))))
            reports = [replace(report, page=page) for report in reports]
        except OSError as error:
            note = f"The report was not written: {error}. Choose another name."
            reports = [*reports[:-1], reports[-1].noting(note)]
    return _timed(reports, stopwatch)


def _timed(reports: Sequence[Report], stopwatch: Stopwatch) -> list[Report]:
    """Return the reports, the first with the stages in which everything was written."""
    return [replace(reports[0], timings=stopwatch.timings()), *reports[1:]]


def story_in(journal: Journal, run: str, report: Report) -> RunResults:
    """Return everything that a journal knows about a run."""
    undo = journal.undos.get(run)
    names = journal.splits.names(undo.undone if undo else run)
    return RunResults(
        report,
        rows=lambda: whole_rows(_Loaded(partial(journal.summary.results, run), report.loads), names),
        outcomes=lambda: whole_rows(_Loaded(partial(journal.summary.outcomes, run), report.loads), names),
        problems=lambda: journal.summary.problems(run, *REPORTED),
        optional=(
            *([NUMBERS_HEADING] if report.loads else ()),
            *map(NAME_HEADINGS.__getitem__, journal.summary.looked_up(run)),
        ),
    )


@dataclass(frozen=True)
class _Loaded:
    """Rows with how many telephone numbers their campaigns have got; each iteration begins anew."""

    rows: Callable[[], Iterator[RowResult]]
    loads: Sequence[NumberLoad]

    def __iter__(self) -> Iterator[RowResult]:
        by_row = {load.row: load for load in self.loads}
        for row in self.rows():
            load = by_row.get(row.number)
            yield row if load is None else _with_numbers(row, load)


def _with_numbers(row: RowResult, load: NumberLoad) -> RowResult:
    numbers = f"{load.loaded:,} of {load.to_load:,} loaded" if load.to_load else "none to load"
    message = " ".join(filter(None, (row.outcome.message, load.message)))
    return replace(row, outcome=replace(row.outcome, message=message), numbers=numbers)
