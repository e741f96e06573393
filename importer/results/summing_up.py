"""What the summary of a results workbook says: of one run, or of the runs of several sheets."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from importer.annotation import Summary
from importer.model import Group, Problem, Severity, Status, __version__
from importer.report import Report
from importer.results.headline import headline
from importer.results.run_results import RunResults


def summary_of(stories: Sequence[RunResults]) -> Summary:
    """Return the summary of the runs of a workbook, one for each sheet that was read."""
    several = len(stories) > 1
    reports = [story.report for story in stories]
    first = reports[0]
    return Summary(
        file=first.source.path,
        counts=_counts(reports),
        headline=headline(_as_one(reports)),
        sheet=", ".join(report.source.sheet or "" for report in reports) or None,
        server=first.server,
        account=first.account,
        run=", ".join(filter(None, (report.run for report in reports))),
        when=first.started,
        version=__version__,
        groups=_groups(reports) if several else first.groups,
        problems=_problems(stories) if several else stories[0].problems(),
        migration=first.migration,
        problem_count=sum(report.error_count + report.warning_count for report in reports),
        several=several,
    )


def _counts(reports: Sequence[Report]) -> dict[Status, int]:
    counted: Counter[Status] = Counter()
    for report in reports:
        counted.update(report.counts)
    return dict(counted)


def _as_one(reports: Sequence[Report]) -> Report:
    """Return a report with the figures of all, for a sentence about them."""
    return replace(
        reports[0],
        counts=_counts(reports),
        stopped=next((report.stopped for report in reports if report.stopped), None),
        held=sum(report.held for report in reports),
        to_update=sum(report.to_update for report in reports),
        left=sum(report.left for report in reports),
    )


def _groups(reports: Sequence[Report]) -> tuple[Group, ...]:
    """Return the groups of all sheets, errors first, with the sheet in each place."""
    found = [
        replace(group, first=tuple(_on_its_sheet(problem, report) for problem in group.first))
        for report in reports
        for group in report.groups
    ]
    return tuple(sorted(found, key=lambda group: group.first[0].severity is not Severity.ERROR))


def _problems(stories: Sequence[RunResults]) -> Iterator[Problem]:
    return (_on_its_sheet(problem, story.report) for story in stories for problem in story.problems())


def _on_its_sheet(problem: Problem, report: Report) -> Problem:
    """Return a problem whose place names the sheet: of a row, as spreadsheet programs name a whole row."""
    if problem.cell or not problem.row:
        return problem
    return replace(problem, cell=f"{report.source.sheet}!{problem.row}:{problem.row}")
