"""Workbooks: which reader is asked, which sheet is taken."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from importer.errors import FileRefused
from importer.reading.header import has_header
from importer.run_options import MEBIBYTE, ReadingOptions
from importer.spreadsheets import Batch, FileKind, ReaderFailed, ReaderProcess, Record, SheetInfo
from schemas.headings import NAMES_SHEET, is_summary
from schemas.problem_codes import ProblemCode

FAST_FROM = 4 * MEBIBYTE
"""From which size of a sheet's XML on the fast reader is asked first. Below it the careful one takes half a second."""

SECOND = "fast"
"""The reader that is asked for a binary format where the first has failed; it reads some damaged files as empty."""
NOTHING = "nothing can be read from it"

SECOND_OPINION = (
    "The workbook is slightly damaged: the usual reader could not read it, another one did. That one does not "
    "recognise error cells (#N/A), hidden rows or merged cells. Check the table, or save it again in Excel as .xlsx."
)


@dataclass(frozen=True)
class OpenSheet:
    """A sheet that is being read: its first rows, all its rows in batches, the names of all sheets.

    `losses` is what a copy of the workbook could not carry, `hidden_columns` the positions of columns that are hidden.
    """

    kind: FileKind
    name: str
    sheets: tuple[SheetInfo, ...]
    head: list[Record]
    batches: Iterator[Batch]
    notes: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    hidden_columns: tuple[range, ...] = ()


@dataclass(frozen=True)
class ReaderChoice:
    """A workbook of a kind, in a separate process, and the reader that is to be asked for it."""

    process: ReaderProcess
    kind: FileKind
    reader: str


def attempts(path: Path, options: ReadingOptions) -> Iterator[ReaderChoice]:
    """Yield an attempt for each reader that may be asked for a workbook, in their order.

    The session of one is to be closed before the next is asked for. Raises FileRefused for a file that is nothing that
    can be read.
    """
    process = ReaderProcess(path, options)
    try:
        kind, biggest = process.look()
    except ReaderFailed as error:
        process.close()
        raise damaged(path, error) from None
    except BaseException:
        process.close()
        raise
    for at, reader in enumerate(readers(kind, biggest)):
        yield ReaderChoice(process if at == 0 else ReaderProcess(path, options), kind, reader)


def readers(kind: FileKind, biggest: int) -> tuple[str, ...]:
    """Return the readers to ask for a workbook whose biggest sheet has this length, in their order.

    What the careful reader refuses in XML is damaged: calamine would hand out what it has understood until there.
    The binary formats are known less well, and calamine gets through some files that the others give up on.
    """
    if kind in (FileKind.XLSX, FileKind.ODS):
        return (f"fast-{kind.value}", kind.value) if biggest >= FAST_FROM else (kind.value,)
    return (kind.value, SECOND)


def damaged(path: Path, failure: ReaderFailed) -> FileRefused:
    """Return the refusal of a workbook that no reader can read; `failure` is that of the first."""
    return FileRefused(
        f"{path} is damaged or not a workbook: {failure}. Open it in Excel, let Excel repair it, and save it as .xlsx.",
        failure.problem_code,
    )


def open_sheet(path: Path, options: ReadingOptions, last: int, *, for_copy: bool) -> OpenSheet:
    """Open the sheet that is asked for, or the one that holds campaigns, with its rows up to the row `last`.

    `for_copy` asks besides what a copy of the workbook could not carry. Readers are asked one after the other; raises
    FileRefused where none can read the workbook.
    """
    failures: list[ReaderFailed] = []
    for attempt in attempts(path, options):
        try:
            attempt.process.open(attempt.reader)
            return _open(path, attempt, options, last, for_copy=for_copy)
        except ReaderFailed as error:
            failures.append(error)
            attempt.process.close()
        except BaseException:
            attempt.process.close()
            raise
    raise damaged(path, failures[0])


def _open(path: Path, attempt: ReaderChoice, options: ReadingOptions, last: int, *, for_copy: bool) -> OpenSheet:
    process = attempt.process
    if not process.sheets:
        raise FileRefused(f"{path} has no sheets. Open it in Excel and save it as .xlsx.", ProblemCode.EMPTY)
    name, notes = _choose(path, process, options, last)
    head = process.head(name, last)
    losses = process.losses(name) if for_copy and attempt.kind is FileKind.XLSX else ()
    batches = process.batches(name)
    first = next(batches, None)
    if attempt.reader == SECOND:
        notes = (*notes, SECOND_OPINION)
        if first is None:
            raise ReaderFailed(NOTHING)
    hidden = tuple(range(start - 1, end) for start, end in (first.hidden_columns if first else ()))
    rows = chain([first], batches) if first is not None else batches
    return OpenSheet(attempt.kind, name, process.sheets, head, _closing(process, rows), notes, losses, hidden)


def _closing(process: ReaderProcess, batches: Iterator[Batch]) -> Iterator[Batch]:
    with closing(process):
        try:
            yield from batches
        except ReaderFailed as error:
            raise damaged(process.path, error) from None


def _choose(path: Path, process: ReaderProcess, options: ReadingOptions, last: int) -> tuple[str, tuple[str, ...]]:
    """Return the name of the sheet to read and what the user should know about the others."""
    if options.sheet is not None:
        return named_sheet(path, process.sheets, options, options.sheet), ()
    shown = [sheet.name for sheet in process.sheets if sheet.state == "visible"]
    visible = [name for name in shown if name.strip().casefold() not in options.other_sheets] or shown
    # A results workbook is a valid input, and its summary is not worth a note.
    seen = [name for name in visible if not is_summary(name)] or visible
    hidden = [sheet.name for sheet in process.sheets if sheet.state != "visible"]
    if not seen:
        message = f"{path}: all sheets are hidden ({', '.join(hidden)}). Name one with --sheet."
        raise FileRefused(message, ProblemCode.WHICH_SHEET)
    heads = {name: process.head(name, last) for name in seen} if len(seen) > 1 else {seen[0]: []}
    name = _the_one(path, heads, options)
    passed = [other for other in seen if heads[other] and other != name]
    return name, _told(name, passed, hidden)


def chosen_sheets(
    path: Path, options: ReadingOptions, last: int, names: Sequence[str] | None
) -> tuple[list[str], tuple[str, ...]]:
    """Return the sheets of a workbook that were named, or (None) all visible ones with a table of campaigns.

    The second value is what the user should know about the others. Raises FileRefused if there are none.
    """
    failures: list[ReaderFailed] = []
    for attempt in attempts(path, options):
        try:
            with attempt.process as process:
                process.open(attempt.reader)
                if names is not None:
                    return _named_once(path, process.sheets, options, names), ()
                return _with_tables(path, process, options, last)
        except ReaderFailed as error:
            failures.append(error)
    raise damaged(path, failures[0])


def visible_sheets(path: Path, options: ReadingOptions) -> list[str]:
    """Return the names of the sheets of a workbook that its user sees, without those that results have in front.

    Raises FileRefused if there are none.
    """
    failures: list[ReaderFailed] = []
    for attempt in attempts(path, options):
        try:
            with attempt.process as process:
                process.open(attempt.reader)
                found = [one.name for one in process.sheets if one.state == "visible" and not is_summary(one.name)]
        except ReaderFailed as error:
            failures.append(error)
            continue
        if not found:
            raise FileRefused(f"{path} has no visible sheets. Name one with --sheet.", ProblemCode.WHICH_SHEET)
        return found
    raise damaged(path, failures[0])


def _named_once(path: Path, sheets: Sequence[SheetInfo], options: ReadingOptions, names: Sequence[str]) -> list[str]:
    found = [named_sheet(path, sheets, options, name) for name in names]
    for name in found:
        if found.count(name) > 1:
            raise FileRefused(
                f"{path}: the sheet {name} is named twice with {options.sheet_option}.", ProblemCode.NO_SHEET
            )
    return found


def _with_tables(
    path: Path, process: ReaderProcess, options: ReadingOptions, last: int
) -> tuple[list[str], tuple[str, ...]]:
    """Return the visible sheets that have headings, in their order, and notes about the others."""
    found: list[str] = []
    passed: list[str] = []
    for sheet in process.sheets:
        if sheet.state != "visible":
            continue
        if is_summary(sheet.name):
            passed.append(f"{sheet.name} (a summary of results)")
        elif not (head := process.head(sheet.name, last)):
            passed.append(f"{sheet.name} (empty)")
        elif not _has_table(head, options):
            passed.append(f"{sheet.name} (no known headings)")
        else:
            found.append(sheet.name)
    hidden = [sheet.name for sheet in process.sheets if sheet.state != "visible"]
    notes = [f"Sheets without campaigns were not read: {', '.join(passed)}."] if passed else []
    notes += _told("", (), hidden)
    if not found:
        message = f"{path} has no sheet with known headings, such as name, dtype and dnumber."
        raise FileRefused(" ".join((message, *notes)), ProblemCode.NO_HEADINGS)
    return found, tuple(notes)


def _has_table(head: Sequence[Record], options: ReadingOptions) -> bool:
    """Say whether a sheet has headings, as far as one can see; whether they can be used shows when it is read."""
    rows = [record for record in head if options.header_row in (None, record[0])]
    return options.no_header or has_header(rows, options.heading_of)


def named_sheet(path: Path, sheets: Sequence[SheetInfo], options: ReadingOptions, wanted: str) -> str:
    """Return the name of the sheet that a user means by a name or by a position from 1."""
    names = [sheet.name for sheet in sheets]
    alike = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    if wanted in names:
        return wanted
    if len(alike) == 1:
        return alike[0]
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    cure = f"Name one of them with {options.sheet_option}."
    message = f"{path} has no sheet {wanted!r}. Its sheets are: {', '.join(names)}. {cure}"
    raise FileRefused(message, ProblemCode.NO_SHEET)


def _the_one(path: Path, heads: dict[str, list[Record]], options: ReadingOptions) -> str:
    filled = [name for name, head in heads.items() if head]
    if len(heads) == 1 or not filled:
        return next(iter(heads))
    fitting = [name for name in filled if has_header(heads[name], options.heading_of)]
    if len(fitting) > 1:
        message = (
            f"{path} has several sheets of campaigns: {', '.join(fitting)}. Name one with --sheet, or read all of them "
            "with --all-sheets."
        )
        raise FileRefused(message, ProblemCode.WHICH_SHEET)
    if not fitting and len(filled) > 1:
        raise FileRefused(
            f"{path}: none of its sheets has known headings, such as name, dtype and dnumber, and several "
            f"contain data: {', '.join(filled)}. Name one with --sheet.",
            ProblemCode.WHICH_SHEET,
        )
    return (fitting or filled)[0]


def _told(name: str, passed: Sequence[str], hidden: Sequence[str]) -> tuple[str, ...]:
    notes = []
    hidden = [one for one in hidden if one != NAMES_SHEET]
    if passed:
        notes.append(f"Only the sheet {name} was read. Other sheets ignored: {', '.join(passed)}.")
    if hidden:
        notes.append(f"Hidden sheets were not read: {', '.join(hidden)}. To read one, name it with --sheet.")
    return tuple(notes)
