"""What users get back: the results of a run, its numbers that were not loaded, and where these files are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from importer import numbers, results
from importer.errors import ResultsLost, WrongUsage
from importer.journal import Journal
from importer.model import UNOBSERVED, Observer
from importer.report import Report
from importer.results import Stopwatch
from importer.run_options import OutputOptions
from importer.run_report import report_of
from importer.session import Session
from schemas.problem_codes import ProblemCode


def hand_back(session: Session, report: Report, output_options: OutputOptions = OutputOptions()) -> Report:
    """Write the files that a user gets back for a report's run, and record where they are or what failed."""
    return hand_back_each(session, [report], output_options)[0]


def hand_back_each(
    session: Session, reports: Sequence[Report], output_options: OutputOptions = OutputOptions()
) -> list[Report]:
    """Hand back reports as `hand_back` does; those of several sheets of one workbook get one results file."""
    handed_back: list[Report] = []
    reports = [replace(one, number_counts=numbers.counts_in(session.journal, one.run, one.loads)) for one in reports]
    story_of = partial(results.story_in, session.journal)
    for group in results.by_workbook(reports):
        beside = results.default_target(group[0].source, datetime.now())  # noqa: DTZ005 -- the user's clock
        options = replace(output_options, results=output_options.results or beside)
        runs = [report.run for report in group]
        handed_back += results.hand_back(story_of, runs, group, options, session.stopwatch)
    for report in handed_back:
        _keep_results_path(session.journal, report)
    return [_with_listing(session.journal, report, output_options) for report in handed_back]


def _with_listing(journal: Journal, report: Report, output_options: OutputOptions) -> Report:
    """Write the numbers of a run that were not loaded, or all, beside its table; return the report that says where."""
    if not report.loads or not numbers.are_kept(journal, report.run):
        return report
    outcome = numbers.outcome_of(journal, report.run)
    every, path = output_options.every_number, Path(report.source.path)
    if not (every or (outcome.left and not (report.numbers_settled and numbers.has_listing(path)))):
        return report
    target = numbers.default_listing(path, datetime.now())  # noqa: DTZ005 -- the user's clock
    try:
        written = numbers.write_listing(journal, outcome, target, every_number=every)
    except ResultsLost as lost:
        return report.also_stopped(lost)
    return replace(report, listing=str(written.listing)).noting(numbers.listing_words(written))


def _keep_results_path(journal: Journal, report: Report) -> None:
    """Record in the journal where the results of a run are, if they were written."""
    if report.results:
        journal.runs.keep_results_path(report.run, report.results)


def write_again(journal: Path, run_id: str, output_options: OutputOptions, observer: Observer = UNOBSERVED) -> Report:
    """Write the results of a run again, from the current journal; no server is asked.

    Raises WrongUsage for a run that is not in the journal, or whose contents were removed.
    """
    with Journal(journal) as opened:
        run = opened.runs.get(run_id)
        if run.pruned:
            message = f"The contents of run {run_id} were removed by `prune`, so its results cannot be written."
            raise WrongUsage(message, ProblemCode.PRUNED)
        stopwatch = Stopwatch(observer)
        found = report_of(opened, run, stopwatch)
        found = replace(found, number_counts=numbers.counts_in(opened, run.id, found.loads))
        (report,) = results.hand_back(partial(results.story_in, opened), [run.id], [found], output_options, stopwatch)
        _keep_results_path(opened, report)
        return report
