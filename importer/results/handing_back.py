"""What a user gets back of runs: results, rejects and page, and where they are."""

from collections.abc import Sequence
from dataclasses import replace

from importer.errors import ResultsLost
from importer.journal import Journal
from importer.model import Run, Severity
from importer.report import Report
from importer.results.html import write as write_page
from importer.results.run_results import RunResults
from importer.results.stopwatch import Stopwatch
from importer.results.tables import write_tables
from importer.results.writing import write_together
from importer.run_options import OutputOptions

REPORTED = (Severity.ERROR, Severity.WARNING)


def hand_back_run(
    journal: Journal, run: Run, report: Report, output_options: OutputOptions, stopwatch: Stopwatch
) -> Report:
    """Write the results, the rejects and the page if files are named for them, and record where they are."""
    if output_options.results is not None or output_options.rejects is not None:
        stopwatch.stage("Writing the results", None)
        try:
            report = write_tables(_story(journal, run.id, report), output_options)
        except ResultsLost as lost:
            return replace(report.also_stopped(lost), timings=stopwatch.timings())
    if output_options.page is not None:
        stopwatch.stage("Writing the report", None)
        try:
            report = replace(report, page=str(write_page(output_options.page, report, journal.summary.results(run.id))))
        except OSError as error:
            note = f"The report was not written: {error}. Choose another name."
            report = replace(report, notes=(*report.notes, note))
    return replace(report, timings=stopwatch.timings())


def are_sheets(reports: Sequence[Report]) -> bool:
    """Say whether reports are of several sheets of one workbook."""
    sheets = {(report.source.path, report.source.sheet) for report in reports if report.source.sheet}
    return len(reports) > 1 and len(sheets) == len(reports) and len({path for path, _ in sheets}) == 1


def hand_back_sheets(
    journal: Journal,
    runs: Sequence[str],
    reports: Sequence[Report],
    output_options: OutputOptions,
    stopwatch: Stopwatch,
) -> list[Report]:
    """Write the results of several sheets of one workbook to one file, and record where it is; `runs` are their IDs."""
    assert output_options.results is not None  # noqa: S101 -- for the type checker
    stopwatch.turn_to(runs[0])
    stopwatch.stage("Writing the results", None)
    stories = [_story(journal, run, report) for run, report in zip(runs, reports, strict=True)]
    try:
        files = write_together(output_options.results, stories, output_options.largest_copy)
    except ResultsLost as lost:
        return [*reports[:-1], reports[-1].also_stopped(lost)]
    return [
        replace(report, results=str(file.path), notes=(*report.notes, *file.notes))
        for report, file in zip(reports, files, strict=True)
    ]


def _story(journal: Journal, run: str, report: Report) -> RunResults:
    return RunResults(
        report,
        rows=lambda: journal.summary.results(run),
        outcomes=lambda: journal.summary.outcomes(run),
        problems=lambda: journal.summary.problems(run, *REPORTED),
    )
