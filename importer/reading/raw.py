"""Every cell of a workbook by position, without a look for headings."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from importer.errors import FileRefused
from importer.reading.header import has_header
from importer.reading.sheet import NOTHING, SECOND, attempts, damaged, named_sheet
from importer.run_options import ReadingOptions
from importer.spreadsheets import Batch, ReaderFailed, ReaderProcess
from schemas.problem_codes import ProblemCode

HEAD = 25


def raw_sheets(
    path: Path, options: ReadingOptions, *, all_sheets: bool = False
) -> Iterator[tuple[str, int, list[str]]]:
    """Yield the rows of the sheet that is asked for, or of all, each with the sheet's name and its number.

    Without either, the sheet is taken that an import would take, or else the first visible one that holds anything. A
    second reader is asked from the sheet on that the first fails at.
    """
    failures: list[ReaderFailed] = []
    done: list[str] = []
    for attempt in attempts(path, options):
        try:
            with attempt.process as process:
                process.open(attempt.reader)
                names = _names(path, process, options, all_sheets=all_sheets)
                anything = bool(done)
                for name in names[len(done) :]:
                    for row in _rows(path, process, name):
                        anything = True
                        yield row
                    done.append(name)
                if attempt.reader == SECOND and not anything:
                    raise ReaderFailed(NOTHING)
                return
        except ReaderFailed as error:
            failures.append(error)
    raise damaged(path, failures[0])


def _rows(path: Path, process: ReaderProcess, name: str) -> Iterator[tuple[str, int, list[str]]]:
    begun = False
    try:
        for batch in process.batches(name):
            for number, cells in _by_row(batch):
                begun = True
                yield name, number, cells
    except ReaderFailed as error:
        if begun:
            raise damaged(path, ReaderFailed(f"in the sheet {name}, {error}", error.problem_code)) from None
        raise


def _by_row(batch: Batch) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a batch, each up to its last cell that is not blank."""
    for number, row in zip(batch.numbers, zip(*batch.columns, strict=True), strict=True):
        cells = list(row)
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells


def _names(path: Path, process: ReaderProcess, options: ReadingOptions, *, all_sheets: bool) -> Sequence[str]:
    if not process.sheets:
        raise FileRefused(f"{path} has no sheets. Open it in Excel and save it as .xlsx.", ProblemCode.EMPTY)
    if all_sheets:
        return [info.name for info in process.sheets]
    if options.sheet is not None:
        return [named_sheet(path, process.sheets, options, options.sheet)]
    seen = [info.name for info in process.sheets if info.state == "visible"] or [process.sheets[0].name]
    if len(seen) == 1:
        return seen
    heads = {name: process.head(name, HEAD) for name in seen}
    fitting = [name for name in seen if has_header(heads[name], options.heading_of)]
    return (fitting or [name for name in seen if heads[name]] or seen)[:1]
