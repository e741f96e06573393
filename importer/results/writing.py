"""Write the results of a run: in the form that its file asks for, where they can be written."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from importer.annotation import CannotCopy, NotForWorkbooks, Summary, copy_workbook, ending, plain_workbook
from importer.errors import ResultsLost
from importer.files import digest_of
from importer.model import Problem, RowResult, Source
from importer.report import Report
from importer.results.headline import headline
from importer.results.lines import lines
from importer.results.refused import marked
from importer.results.targets import TEXTS, new_file
from importer.results.text import WITH_MARK, write_text
from importer.version import __version__


@dataclass(frozen=True)
class RunResults:
    """All that there is to tell of a run: its report, its rows and its problems.

    Rows and problems come in the order of the sheet, each time anew.
    """

    report: Report
    rows: Callable[[], Iterable[RowResult]]
    problems: Callable[[], Iterable[Problem]]

    @property
    def source(self) -> Source:
        """The table that the run was made from."""
        return self.report.source


@dataclass(frozen=True)
class WrittenFile:
    """Where the results are, and what the user should know about them."""

    path: Path
    notes: tuple[str, ...] = ()


def write(target: Path, story: RunResults, largest_copy: int) -> WrittenFile:
    """Write the results of a run.

    An existing file is never overwritten, and a folder that cannot be written to is no reason to lose the results:
    another name is taken then, and told. Up to `largest_copy` rows the results of an .xlsx or .xlsm workbook are a copy
    of it, else a plain one. Texts that no workbook can hold are written as CSV, unchanged. Raises ResultsLost if there
    is no place at all.
    """
    if target.suffix.lower() in TEXTS:
        return _as_text(target, story)
    notes: tuple[str, ...] = ()
    if story.source.kind == "xlsx":
        try:
            return _as_copy(target, story, largest_copy)
        except CannotCopy as reason:
            notes = (f"The results are a plain workbook, not a copy of yours: {reason.message}",)
    try:
        written = _as_plain(_ending_in(target, ".xlsx"), story)
    except NotForWorkbooks as reason:
        written = _as_text(target.with_suffix(".csv"), story)
        notes = (*notes, f"The results are a text file: {reason.message}")
    return WrittenFile(written.path, (*notes, *written.notes))


def _as_text(target: Path, story: RunResults) -> WrittenFile:
    try:
        with _new_file(target) as file:
            write_text(file, story.source, _texts(story))
        return WrittenFile(Path(file.name), _moved(target, file))
    except UnicodeEncodeError:
        with _new_file(target) as file:
            write_text(file, story.source, _texts(story), WITH_MARK)
    note = f"The results are written in UTF-8, because {story.source.encoding} has no room for what the server said."
    return WrittenFile(Path(file.name), (note, *_moved(target, file)))


def _as_copy(target: Path, story: RunResults, largest_copy: int) -> WrittenFile:
    """Write a copy of the user's own workbook; raise CannotCopy where that is not possible or not wanted."""
    source = story.source
    if story.report.rows > largest_copy:
        raise CannotCopy(f"it has more than {largest_copy:,} rows (--copy-up-to).")
    path = Path(source.path)
    if not _is_as_read(path, source.digest):
        raise CannotCopy(f"{path} has changed since it was read, or is gone.")
    # Excel opens a workbook with macros under no other name, and none without under theirs.
    wanted = _ending_in(target, ending(path))
    with _new_file(wanted) as file:
        copy_workbook(path, file, source.sheet or "", source.header_row, lines(story.rows()), _summary(story))
    return WrittenFile(Path(file.name), _moved(target, file))


def _is_as_read(path: Path, digest: str) -> bool:
    try:
        return digest_of(path) == digest
    except OSError:
        return False


def _as_plain(target: Path, story: RunResults) -> WrittenFile:
    source = story.source
    with _new_file(target) as file:
        plain_workbook(file, source.headings, lines(_texts(story)), _summary(story), source.places)
    return WrittenFile(Path(file.name), _moved(target, file))


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


def _ending_in(target: Path, suffix: str) -> Path:
    return target if target.suffix.lower() == suffix else target.with_suffix(suffix)


@contextmanager
def _new_file(target: Path) -> Iterator[BinaryIO]:
    """Yield a new file, as near to the target as can be; it does not stay if its writing fails."""
    file = new_file(target)
    path = Path(file.name)
    try:
        with file:
            yield file
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ResultsLost(
            f"The results cannot be written to {path}: {error.strerror or error}. Make room and start again: nothing "
            "is sent twice."
        ) from None
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _moved(target: Path, file: BinaryIO) -> tuple[str, ...]:
    path = Path(file.name)
    return () if path == target else (f"{target} is taken or cannot be written; the results are in {path}.",)
