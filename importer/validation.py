"""Files are checked, and nothing else: no server is used, and nothing is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from importer import results
from importer.checking import Outlines
from importer.journal import Journal
from importer.model import UNOBSERVED, Observer, Run
from importer.report import Report
from importer.results import RunResults, Stopwatch
from importer.run_options import ImportOptions, OutputOptions
from importer.run_report import report_of
from importer.shutdown import Stop
from importer.staging import stage


@contextmanager
def validation(
    observer: Observer = UNOBSERVED, output_options: OutputOptions = OutputOptions()
) -> Iterator[Validation]:
    """Yield what checks files as `validate` does, several if need be; nothing of it is kept."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Journal(Path(folder) / "journal", indexed=False) as journal,
        ExitStack() as open_files,
    ):
        yield Validation(journal, Stopwatch(observer), output_options, open_files)


@dataclass(frozen=True)
class Validation:
    """Checks files with a journal that is thrown away, and writes what `output_options` ask for."""

    journal: Journal
    stopwatch: Stopwatch
    output_options: OutputOptions
    _open_files: ExitStack
    _outlines: dict[str, Outlines] = field(default_factory=dict)

    def check(self, path: Path, import_options: ImportOptions = ImportOptions()) -> Report:
        """Check a file. Raises FileRefused for a file that cannot be read."""
        staged = partial(stage, self.journal, path, import_options, "validate", self.stopwatch, Stop())
        with_cells = self.output_options.names_a_file
        if import_options.reading.sheet is not None or (with_cells and import_options.profile is not None):
            # The rows of other sheets are compared with them, and what became of old campaigns is in their cells.
            rows = self.journal.rows
            return self._report(staged(keep=rows.stage_for_results if with_cells else rows.stage_outline))
        outlines = self._open_files.enter_context(Outlines(self.journal, with_cells=with_cells))
        run = staged(keep=outlines.keep, are_to_compare=outlines.are_to_compare)
        self._outlines[run.id] = outlines
        report = self._report(run)
        return replace(report, counts=report.counts or dict(+outlines.counts))

    def hand_back(self, reports: Sequence[Report]) -> list[Report]:
        """Write the files that are asked for; return the reports without their runs, which are not kept."""
        found: list[Report] = []
        for group in results.by_workbook(reports):
            runs, shown = [report.run for report in group], [replace(report, run="") for report in group]
            found += results.hand_back(self._story, runs, shown, self.output_options, self.stopwatch)
        self._outlines.clear()
        self._open_files.close()
        return found

    def _report(self, run: Run) -> Report:
        return replace(report_of(self.journal, run, self.stopwatch), check_only=True)

    def _story(self, run: str, report: Report) -> RunResults:
        story = results.story_in(self.journal, run, report)
        if run not in self._outlines:
            return story
        rows = partial(self._outlines[run].results, run)
        return replace(story, rows=rows, outcomes=rows)
