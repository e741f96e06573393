"""The tables that a run writes: the results of all rows, and the rejects."""

from dataclasses import replace

from importer.report import Report
from importer.results.rejects import write_rejects
from importer.results.run_results import RunResults
from importer.results.writing import write
from importer.run_options import OutputOptions


def write_tables(story: RunResults, output_options: OutputOptions) -> Report:
    """Write the results and, if requested, the rejects; return the report that says where they are.

    Raises ResultsLost if they cannot be written anywhere.
    """
    report = story.report
    if output_options.results is not None:
        written = write(output_options.results, story, output_options.largest_copy)
        report = replace(report, results=str(written.path), notes=(*report.notes, *written.notes))
    if output_options.rejects is not None:
        rejects = write_rejects(output_options.rejects, story)
        notes = rejects.notes if rejects else (f"No row needs fixing, so {output_options.rejects} was not written.",)
        report = replace(report, rejects=str(rejects.path) if rejects else None, notes=(*report.notes, *notes))
    return report
