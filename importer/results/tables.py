"""The tables that runs write: the results of all rows, and the rejects."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from importer.report import Report
from importer.results.rejects import write_rejects
from importer.results.run_results import RunResults
from importer.results.writing import write, write_together
from importer.results.written import WrittenFile
from importer.run_options import OutputOptions


def write_tables(stories: Sequence[RunResults], output_options: OutputOptions) -> list[Report]:
    """Write the results and the rejects of a file's runs, if requested; return the reports that say where they are.

    Raises ResultsLost if they cannot be written anywhere.
    """
    reports = [story.report for story in stories]
    if output_options.results is not None:
        written = _write_results(output_options.results, stories, output_options.largest_copy)
        reports = [
            replace(report, results=str(file.path)).noting(*file.notes)
            for report, file in zip(reports, written, strict=True)
        ]
    return reports if output_options.rejects is None else _with_rejects(reports, stories, output_options.rejects)


def _write_results(target: Path, stories: Sequence[RunResults], largest_copy: int) -> list[WrittenFile]:
    if len(stories) == 1:
        return [write(target, stories[0], largest_copy)]
    return write_together(target, stories, largest_copy)


def _with_rejects(reports: Sequence[Report], stories: Sequence[RunResults], target: Path) -> list[Report]:
    """Write the rejects; return the reports that say where they are."""
    written = write_rejects(target, stories)
    reports = [
        replace(report, rejects=str(file.path)).noting(*file.notes) if file else report
        for report, file in zip(reports, written, strict=True)
    ]
    if any(written):
        return reports
    note = f"No row needs fixing, so {target} was not written."
    return [*reports[:-1], reports[-1].noting(note)]
