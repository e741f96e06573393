"""Write the results of a run: in the form that suits its file, wherever they can be written."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from importer.annotation import RESULTS, CannotCopy, NotForWorkbooks, SheetLines, copy_sheets, ending, plain_sheets
from importer.files import digest_of
from importer.model import RowResult
from importer.results.lines import lines
from importer.results.refused import marked
from importer.results.run_results import RunResults
from importer.results.summing_up import summary_of
from importer.results.targets import TEXTS
from importer.results.written import WrittenFile, ending_in, moved, opened, text_file
from schemas.headings import result_headings


def write(target: Path, story: RunResults, largest_copy: int) -> WrittenFile:
    """Write the results of a run.

    An existing file is never overwritten, and results are not lost because a folder is not writable:
    another name is used, and a note says so. Up to `largest_copy` rows, the results of an .xlsx or .xlsm workbook
    are a copy of it, above that a plain one. Text that no workbook can contain is written as CSV, unchanged. Raises
    ResultsLost if they cannot be written anywhere.
    """
    if target.suffix.lower() in TEXTS:
        return text_file(target, story.source, lambda: _texts(story), story.optional)
    try:
        return write_sheets(target, [story], largest_copy)
    except NotForWorkbooks as reason:
        written = text_file(target.with_suffix(".csv"), story.source, lambda: _texts(story), story.optional)
        return WrittenFile(written.path, (f"The results are a text file: {reason.message}", *written.notes))


def write_together(target: Path, stories: Sequence[RunResults], largest_copy: int) -> list[WrittenFile]:
    """Write the results of several sheets of one workbook to one file; return it for each run.

    Text that no workbook can contain makes each a text file. Otherwise as `write`.
    """
    try:
        written = write_sheets(target, stories, largest_copy)
    except NotForWorkbooks:
        return [write(target, story, largest_copy) for story in stories]
    # The notes about the file are reported once.
    return [written, *(WrittenFile(written.path) for _ in stories[1:])]


def write_sheets(target: Path, stories: Sequence[RunResults], largest_copy: int) -> WrittenFile:
    """Write the results of the runs of a file as one workbook, with a sheet for each run.

    Otherwise as `write`, but raises NotForWorkbooks for text that no workbook can contain.
    """
    notes: tuple[str, ...] = ()
    if stories[0].source.kind == "xlsx":
        try:
            return _as_copy(target, stories, largest_copy)
        except CannotCopy as reason:
            notes = (f"The results are a plain workbook, not a copy of yours: {reason.message}",)
    written = _as_plain(ending_in(target, ".xlsx"), stories)
    return WrittenFile(written.path, (*notes, *written.notes))


def _as_copy(target: Path, stories: Sequence[RunResults], largest_copy: int) -> WrittenFile:
    """Write a copy of the user's own workbook; raise CannotCopy if that is not possible or not wanted."""
    if sum(story.report.rows for story in stories) > largest_copy:
        raise CannotCopy(f"it has more than {largest_copy:,} rows (--copy-up-to).")
    path = Path(stories[0].source.path)
    if not all(_is_as_read(path, story.source.digest) for story in stories):
        raise CannotCopy(f"{path} has changed since it was read, or is gone.")
    sheets = [_sheet(story, story.source.sheet or "", story.outcomes()) for story in stories]
    # Excel opens a workbook with macros only as .xlsm, and one without only as .xlsx.
    with opened(ending_in(target, ending(path))) as file:
        copy_sheets(path, file, sheets, summary_of(stories))
    return WrittenFile(Path(file.name), moved(target, file))


def _is_as_read(path: Path, digest: str) -> bool:
    try:
        return digest_of(path) == digest
    except OSError:
        return False


def _as_plain(target: Path, stories: Sequence[RunResults]) -> WrittenFile:
    several = len(stories) > 1
    sheets = [_sheet(one, (one.source.sheet or "") if several else RESULTS, _texts(one)) for one in stories]
    with opened(target) as file:
        plain_sheets(file, sheets, summary_of(stories))
    return WrittenFile(Path(file.name), moved(target, file))


def _sheet(story: RunResults, name: str, rows: Iterable[RowResult]) -> SheetLines:
    source = story.source
    return SheetLines(
        name,
        lines(rows, story.optional),
        source.header_row,
        source.headings,
        source.places,
        result_headings(story.optional),
    )


def _texts(story: RunResults) -> Iterator[RowResult]:
    return marked(story.rows(), story.source)
