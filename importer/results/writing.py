"""Write the results of a run: in the form that suits its file, wherever they can be written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from importer.annotation import CannotCopy, NotForWorkbooks, Summary, copy_workbook, ending, plain_workbook
from importer.files import digest_of
from importer.model import Problem, RowResult, Source, __version__
from importer.report import Report
from importer.results.headline import headline
from importer.results.lines import lines
from importer.results.refused import marked
from importer.results.targets import TEXTS
from importer.results.written import Rows, WrittenFile, ending_in, moved, opened, text_file


@dataclass(frozen=True)
class RunResults:
    """Everything known about a run: its report, its rows and its problems.

    Rows and problems are in the order of the sheet; each iteration starts from the beginning. `outcomes` are the rows
    without the user's cells.
    """

    report: Report
    rows: Rows
    outcomes: Rows
    problems: Callable[[], Iterable[Problem]]

    @property
    def source(self) -> Source:
        """The table the run was made from."""
        return self.report.source


def write(target: Path, story: RunResults, largest_copy: int) -> WrittenFile:
    """Write the results of a run.

    An existing file is never overwritten, and results are not lost because a folder is not writable:
    another name is used, and a note says so. Up to `largest_copy` rows, the results of an .xlsx or .xlsm workbook
    are a copy of it, above that a plain one. Text that no workbook can contain is written as CSV, unchanged. Raises
    ResultsLost if they cannot be written anywhere.
    """
    if target.suffix.lower() in TEXTS:
        return text_file(target, story.source, lambda: _texts(story))
    notes: tuple[str, ...] = ()
    if story.source.kind == "xlsx":
        try:
            return _as_copy(target, story, largest_copy)
        except CannotCopy as reason:
            notes = (f"The results are a plain workbook, not a copy of yours: {reason.message}",)
    try:
        written = _as_plain(ending_in(target, ".xlsx"), story)
    except NotForWorkbooks as reason:
        written = text_file(target.with_suffix(".csv"), story.source, lambda: _texts(story))
        notes = (*notes, f"The results are a text file: {reason.message}")
    return WrittenFile(written.path, (*notes, *written.notes))


def _as_copy(target: Path, story: RunResults, largest_copy: int) -> WrittenFile:
    """Write a copy of the user's own workbook; raise CannotCopy if that is not possible or not wanted."""
    source = story.source
    if story.report.rows > largest_copy:
        raise CannotCopy(f"it has more than {largest_copy:,} rows (--copy-up-to).")
    path = Path(source.path)
    if not _is_as_read(path, source.digest):
        raise CannotCopy(f"{path} has changed since it was read, or is gone.")
    # Excel opens a workbook with macros only as .xlsm, and one without only as .xlsx.
    wanted = ending_in(target, ending(path))
    with opened(wanted) as file:
        copy_workbook(path, file, source.sheet or "", source.header_row, lines(story.outcomes()), _summary(story))
    return WrittenFile(Path(file.name), moved(target, file))


def _is_as_read(path: Path, digest: str) -> bool:
    try:
        return digest_of(path) == digest
    except OSError:
        return False


def _as_plain(target: Path, story: RunResults) -> WrittenFile:
    source = story.source
    with opened(target) as file:
        plain_workbook(file, source.headings, lines(_texts(story)), _summary(story), source.places)
    return WrittenFile(Path(file.name), moved(target, file))


def _texts(story: RunResults) -> Iterator[RowResult]:
    return marked(story.rows(), story.source)


def _summary(story: RunResults) -> Summary:
    report = story.report
    return Summary(
        file=report.source.path,
        counts=report.counts,
        headline=headline(report),
        sheet=report.source.sheet,
        server=report.server,
        account=report.account,
        run=report.run,
        when=report.started,
        version=__version__,
        groups=report.groups,
        problems=story.problems(),
        migration=report.migration,
        problem_count=report.error_count + report.warning_count,
    )
