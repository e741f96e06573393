"""What the summary of a results workbook says: of one run, or of the runs of several sheets."""

from collections.abc import Iterator, Sequence

from importer.annotation import Summary
from importer.model import Problem, __version__
from importer.report import of_sheets, on_its_sheet
from importer.results.headline import headline
from importer.results.run_results import RunResults


def summary_of(stories: Sequence[RunResults]) -> Summary:
    """Return the summary of the runs of a workbook, one for each sheet that was read."""
    several = len(stories) > 1
    report = of_sheets([story.report for story in stories])
    return Summary(
        file=report.source.path,
        counts=report.counts,
        headline=headline(report),
        sheet=report.source.sheet or None,
        server=report.server,
        account=report.account,
        run=", ".join(filter(None, (one.run for one in report.runs))),
        when=report.started,
        version=__version__,
        groups=report.groups,
        problems=_problems(stories) if several else stories[0].problems(),
        migration=report.migration,
        problem_count=report.error_count + report.warning_count,
        several=several,
        number_counts=report.number_counts,
    )


def _problems(stories: Sequence[RunResults]) -> Iterator[Problem]:
    return (on_its_sheet(problem, story.report) for story in stories for problem in story.problems())
