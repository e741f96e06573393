"""Results as a new workbook of texts: for inputs that are not .xlsx or .xlsm, for very long ones, and for rejects."""

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import chain, count, islice
from queue import Queue
from types import TracebackType
from typing import IO, BinaryIO, Self
from xml.sax.saxutils import quoteattr
from zipfile import ZipFile

from importer.annotation.graft import WorkbookParts, graft_summary
from importer.annotation.layout import FOLDED
from importer.annotation.layout import WIDTHS as OWN_WIDTHS
from importer.annotation.lines import Line, SheetLines, Summary
from importer.annotation.notes import COMMENTS_TYPE, VML_TYPE, Notes, blocks_of
from importer.annotation.package import MAIN, OFFICE, SHEET_TYPE, Package, new_archive
from importer.annotation.plain_rows import RowMaker, for_a_cell
from importer.annotation.printing import ONE_PAGE_WIDE, PAGES, TITLES_NAME, title_rows
from importer.annotation.styles import EMPTY, Styles
from importer.annotation.summary import LISTED, NAME, summary_book
from importer.annotation.survey import Range
from importer.annotation.texts import fitting
from importer.model import MigrationReport, Problem, column_letters, column_number
from importer.ooxml import LAST_ROW

MIGRATION = ("row", "campaign", "name", "place", "translated", "assumed", "lost", "skipped")
"""The headings of the sheet about a migration."""
RESULTS = "Results"
"""The sheet with the results of a table that is the only one; the results of several are on sheets of their names."""
LONGEST_NAME = 31
AT_ONCE = 1000
SAMPLE = 200
"""How many rows the widths are made from."""
NARROWEST, WIDEST = 9, 60
MOST_NOTES = 10_000
LEVEL = 1
"""How hard the rows are compressed: further levels take longer than all the rest and save a tenth."""

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
"""Characters that Excel does not allow in the name of a sheet."""

BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
BOOK = "xl/workbook.xml"
AT_THE_TOP = EMPTY.replace(
    b'xfId="0"/></cellXfs>', b'xfId="0" applyAlignment="1"><alignment vertical="top"/></xf></cellXfs>'
)
"""Styles of which the plain one has its texts at the top: a row is read across beside a message of several lines."""
STYLES = "xl/styles.xml"


def plain_sheets(target: BinaryIO, sheets: Sequence[SheetLines], summary: Summary) -> None:
    """Write the results of sheets as a workbook of texts with as many; memory stays flat for any number of rows.

    A summary is in front. Raises NotForWorkbooks, in the middle of writing, for a text of the user that no cell can
    hold.
    """
    listed = tuple(islice(summary.problems, LISTED))
    with new_archive(target, LEVEL) as archive:
        book = _Plain(archive, listed)
        for sheet in sheets:
            book.write_rows(sheet)
        if summary.migration is not None:
            book.write_migration(summary.migration)
        book.finish(replace(summary, problems=listed))


def rejects_workbook(target: BinaryIO, sheets: Sequence[SheetLines]) -> None:
    """Write rows of sheets as a workbook of texts that has nothing but them.

    Raises NotForWorkbooks as `plain_sheets` does.
    """
    with new_archive(target, LEVEL) as archive:
        book = _Plain(archive, ())
        for sheet in sheets:
            book.write_rows(sheet)
        book.finish(None)


_ROOT = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="{BOOK}"/></Relationships>'
)
_BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView windowWidth="24000" windowHeight="12000"/>'
    "</bookViews><sheets>%s</sheets></workbook>"
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{ONE_PAGE_WIDE}<sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15"%s/><cols>%s</cols><sheetData>'
)
_OUTLINE = ' outlineLevelCol="1"'


class _Plain:
    """One workbook that is being written; `linked` are problems for which the summary needs to know where rows are."""

    def __init__(self, archive: ZipFile, linked: Sequence[Problem]) -> None:
        archive.writestr("_rels/.rels", _ROOT)
        self._archive = archive
        self._wanted = {one.row for one in linked if one.row is not None}
        self._found: dict[tuple[str, int], _Place] = {}
        self._styles = Styles(AT_THE_TOP)
        self._package = Package()
        self._package.put(STYLES, b"", STYLES_TYPE)
        self._package.relate(BOOK, "styles", STYLES)
        self._makers = RowMaker(self._styles, len(MIGRATION), {})
        self._blocks: set[int] = set()
        self._notes = 0
        self._sheets: list[tuple[str, Range]] = []

    def write_rows(self, table: SheetLines) -> None:
        """Write the rows of a table to as many sheets as they need: its own name, then that with 2 and so on."""
        headings = (*map(for_a_cell, table.headings), *table.added)
        places = {place: position for position, place in enumerate(table.places or range(len(table.headings)))}
        makers = RowMaker(self._styles, len(headings), places, len(table.added))
        lines = iter(table.lines)
        sample = list(islice(lines, SAMPLE))
        written = _Rows(table.name, headings, places, makers, _widths(headings, table.added, sample))
        left: Iterator[Line] | None = chain(sample, lines)
        while left is not None:
            name = self._free_name(table.name)
            last = self._write_sheet(name, f"xl/worksheets/results{len(self._sheets) + 1}.xml", written, left)
            self._sheets.append((name, Range(1, 1, len(headings), last)))
            following = next(left, None) if last == LAST_ROW else None
            left = chain((following,), left) if following is not None else None

    def _free_name(self, wanted: str) -> str:
        """Return a sheet's name that Excel allows and no other sheet has: that of the user's sheet, where possible."""
        taken = {NAME.casefold(), *(name.casefold() for name, _ in self._sheets)}
        plain = _NOT_IN_NAMES.sub("_", wanted)[:LONGEST_NAME].strip("'") or "Results"
        for number in count(1):
            ending = f" {number}" if number > 1 else ""
            name = plain[: LONGEST_NAME - len(ending)] + ending
            if name.casefold() not in taken:
                return name
        raise AssertionError("numbers do not end")  # pragma: no cover

    def write_migration(self, migration: MigrationReport) -> None:
        """Write a sheet that shows what became of each campaign of an old dialler."""
        rows = [[str(one.row or ""), *astuple(one)[1:]] for one in migration.campaigns]
        rows = [[fitting(text) for text in row] for row in rows]
        widths = [NARROWEST, 16, 24, 16, WIDEST, WIDEST, WIDEST, 30]
        part = "xl/worksheets/migration.xml"
        area = Range(1, 1, len(MIGRATION), len(rows) + 1)
        with self._archive.open(part, "w", force_zip64=True) as file:
            file.write((_HEAD % ("", self._makers.columns(widths))).encode())
            file.write(self._makers.headings(MIGRATION).encode())
            for number, row in enumerate(rows, start=2):
                file.write(self._makers.texts(number, row).encode())
            file.write(f'</sheetData><autoFilter ref="{area}"/>{PAGES}</worksheet>'.encode())
        self._package.declare(part, SHEET_TYPE)
        self._package.relate(BOOK, "worksheet", part)
        self._sheets.append(("Migration", area))

    def _write_sheet(self, name: str, part: str, written: "_Rows", lines: Iterator[Line]) -> int:
        """Write a sheet, as far as the rows fit on it, and return its last row."""
        makers = written.makers
        notes = Notes(blocks=self._blocks, width=lambda column: written.widths[column - 1] * 7 + 5)
        last = 1
        with self._archive.open(part, "w", force_zip64=True) as file, _Behind(file) as sheet:
            sheet.write(_HEAD % (_OUTLINE, makers.columns(written.widths, len(FOLDED))))
            sheet.write(makers.headings(written.headings))
            rows = enumerate(islice(lines, LAST_ROW - 1), start=2)
            while block := list(islice(rows, AT_ONCE)):
                sheet.write("".join([makers.row(row, line) for row, line in block]))
                last = block[-1][0]
                self._look_at(name, written, block, notes)
            area = Range(1, 1, len(written.headings), last)
            sheet.write(f'</sheetData><autoFilter ref="{area}"/>{PAGES}{self._keep_notes(part, notes)}</worksheet>')
        self._package.declare(part, SHEET_TYPE)
        self._package.relate(BOOK, "worksheet", part)
        return last

    def _look_at(self, name: str, written: "_Rows", block: Iterable[tuple[int, Line]], notes: Notes) -> None:
        """Note where the rows with listed problems are, and what is wrong with their cells."""
        for row, line in block:
            if line.row in self._wanted:
                self._found[written.table, line.row] = _Place(name, row, written.places)
            for place, mark in line.marks.items():
                if place in written.places and self._notes < MOST_NOTES:
                    self._notes += notes.add(written.places[place] + 1, row, mark.messages)

    def _keep_notes(self, part: str, notes: Notes) -> str:
        """Put a sheet's notes into the package; return what the sheet says of them."""
        if not notes.changed:
            return ""
        package = self._package
        package.default("vml", VML_TYPE)
        comments, drawing = package.free_name("xl/comments%d.xml"), package.free_name("xl/drawings/vmlDrawing%d.vml")
        package.put(comments, notes.comments(), COMMENTS_TYPE)
        package.relate(part, "comments", comments)
        package.put(drawing, notes.drawing())
        self._blocks |= blocks_of(package.read(drawing))
        return f'<legacyDrawing r:id="{package.relate(part, "vmlDrawing", drawing)}"/>'

    def finish(self, summary: Summary | None) -> None:
        """Write what holds the sheets together, with a summary in front if there is one."""
        package = self._package
        identifiers = [one.id for one in package.relations(BOOK) if one.kind == "worksheet"]
        entries = (
            f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="{identifier}"/>'
            for number, ((name, _), identifier) in enumerate(zip(self._sheets, identifiers, strict=True), start=1)
        )
        package.put(BOOK, (_BOOK % "".join(entries)).encode(), BOOK_TYPE)
        book = WorkbookParts(package)
        for name, area in self._sheets:
            book.filter_name(name, area)
            book.set_name(name, TITLES_NAME, title_rows(name, 1))
        if summary is not None:
            graft_summary(package, book, self._styles, summary_book(NAME, summary, self._link, {}), NAME)
        book.keep()
        package.put(STYLES, self._styles.xml())
        package.save(self._archive)

    def _link(self, problem: Problem) -> str:
        named, _, address = (problem.cell or "").rpartition("!")
        row = problem.row or 0
        found = self._found.get((named, row)) or self._found.get((RESULTS, row))
        if found is None:
            return ""
        position = found.places.get(column_number(address) - 1, 0)
        return "'" + found.sheet.replace("'", "''") + f"'!{column_letters(position + 1)}{found.row}"


@dataclass(frozen=True)
class _Rows:
    """What all sheets with the rows of a table have in common."""

    table: str
    headings: tuple[str, ...]
    places: Mapping[int, int]
    makers: RowMaker
    widths: list[int]


@dataclass(frozen=True)
class _Place:
    """Where a row is in the results, and at which positions the columns of its file are."""

    sheet: str
    row: int
    places: Mapping[int, int]


def _widths(headings: Sequence[str], added: Sequence[str], lines: Sequence[Line]) -> list[int]:
    """Return the widths of the columns in characters: the user's as the first rows need them, then ours."""
    theirs = headings[: len(headings) - len(added)]
    columns = zip(theirs, *(line.cells for line in lines), strict=True)
    widths = [max(len(text) for text in column) + 2 for column in columns]
    shown = [min(max(width + 2 * (number == 0), NARROWEST), WIDEST) for number, width in enumerate(widths)]
    return [*shown, *map(OWN_WIDTHS.__getitem__, added)]


class _Behind:
    """Writes texts to a file in another thread, so that they are compressed while others are made."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._waiting: Queue[str | None] = Queue(maxsize=4)
        self._failed: list[BaseException] = []
        self._thread = threading.Thread(target=self._work, name="compressing", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def write(self, text: str) -> None:
        """Have a text written. Raises what went wrong with an earlier one."""
        if self._failed:
            raise self._failed[0]
        self._waiting.put(text)

    def _work(self) -> None:
        while (text := self._waiting.get()) is not None:
            if not self._failed:
                try:
                    self._file.write(text.encode())
                except (OSError, ValueError) as error:
                    self._failed.append(error)

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._waiting.put(None)
        self._thread.join()
        if self._failed and kind is None:
            raise self._failed[0]
