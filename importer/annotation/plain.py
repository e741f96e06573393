"""The results as a workbook of their own: for inputs that are no .xlsx or .xlsm, and for very long ones."""

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, replace
from itertools import chain, islice
from queue import Queue
from types import TracebackType
from typing import IO, BinaryIO, Self
from zipfile import ZipFile

from importer.annotation.graft import WorkbookParts, graft_summary
from importer.annotation.lines import Line, NotForWorkbooks, Summary
from importer.annotation.notes import COMMENTS_TYPE, VML_TYPE, Notes, blocks_of
from importer.annotation.package import MAIN, OFFICE, SHEET_TYPE, Package, new_archive
from importer.annotation.sheet import STATUS_COLUMN
from importer.annotation.styles import Styles
from importer.annotation.summary import LISTED, NAME, summary_book
from importer.annotation.survey import Range
from importer.annotation.texts import CELL_CHARACTERS, FORBIDDEN, FORMULA_STARTS, UNUSUAL, escape, fitting
from importer.model import MigrationReport, Problem, Status, column_letters, column_number
from importer.ooxml import LAST_ROW
from schemas.headings import RESULT_HEADINGS

MIGRATION = ("row", "campaign", "name", "place", "translated", "assumed", "lost", "skipped")
"""The headings of the sheet that tells of a migration."""
AT_ONCE = 1000
SAMPLE = 200
"""How many rows the widths are made from."""
NARROWEST, WIDEST = 9, 60
MOST_NOTES = 10_000
MOST_TEMPLATES = 5_000
LEVEL = 1
"""How hard the rows are compressed: further levels take longer than all the rest and save a tenth."""

BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
BOOK = "xl/workbook.xml"
STYLES = "xl/styles.xml"


def plain_workbook(
    target: BinaryIO,
    headings: Sequence[str],
    lines: Iterable[Line],
    summary: Summary,
    places: Sequence[int] | None = None,
) -> None:
    """Write the results as a workbook of texts, with a summary in front; memory stays flat whatever their number.

    `headings` are the user's headings in the order of `Line.cells`, `places` the column of the file, from 0, of each
    (None: they are those of the first columns). Raises NotForWorkbooks, in the middle of writing, for a text of the
    user that no cell can hold.
    """
    with new_archive(target, LEVEL) as archive:
        archive.writestr("_rels/.rels", _ROOT)
        _Plain(archive, headings, places or range(len(headings)), summary).write(iter(lines))


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
    f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15"/><cols>%s</cols><sheetData>'
)
_CELL = '<c r="%s%s" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>'


class _Plain:
    """One workbook that is being written."""

    def __init__(self, archive: ZipFile, headings: Sequence[str], places: Sequence[int], summary: Summary) -> None:
        self._archive = archive
        self._headings = (*map(_for_a_cell, headings), *RESULT_HEADINGS)
        self._places = {place: position for position, place in enumerate(places)}
        listed = tuple(islice(summary.problems, LISTED))
        self._summary = replace(summary, problems=listed)
        self._found: dict[int, tuple[str, int] | None] = {one.row: None for one in listed if one.row is not None}
        self._styles = Styles()
        self._package = Package()
        self._package.put(STYLES, b"", STYLES_TYPE)
        self._package.relate(BOOK, "styles", STYLES)
        self._makers = _RowMaker(self._styles, len(self._headings), self._places)
        self._blocks: set[int] = set()
        self._notes = 0

    def write(self, lines: Iterator[Line]) -> None:
        """Write the rows, as many sheets as they need, and then what tells of them."""
        sample = list(islice(lines, SAMPLE))
        widths = _widths(self._headings, sample)
        left: Iterator[Line] | None = chain(sample, lines)
        sheets: list[tuple[str, Range]] = []
        while left is not None:
            name = f"Results {len(sheets) + 1}" if sheets else "Results"
            last = self._write_sheet(name, f"xl/worksheets/results{len(sheets) + 1}.xml", widths, left)
            sheets.append((name, Range(1, 1, len(self._headings), last)))
            following = next(left, None) if last == LAST_ROW else None
            left = chain((following,), left) if following is not None else None
        if self._summary.migration is not None:
            sheets.append(("Migration", self._write_migration(self._summary.migration)))
        self._write_book(sheets)

    def _write_migration(self, migration: MigrationReport) -> Range:
        """Write a sheet that tells what became of each campaign of an old dialler."""
        rows = [[str(one.row or ""), *astuple(one)[1:]] for one in migration.campaigns]
        rows = [[fitting(text) for text in row] for row in rows]
        widths = [NARROWEST, 16, 24, 16, WIDEST, WIDEST, WIDEST, 30]
        part = "xl/worksheets/migration.xml"
        area = Range(1, 1, len(MIGRATION), len(rows) + 1)
        with self._archive.open(part, "w", force_zip64=True) as file:
            file.write((_HEAD % self._makers.columns(widths)).encode())
            file.write(self._makers.headings(MIGRATION).encode())
            for number, row in enumerate(rows, start=2):
                file.write(self._makers.texts(number, row).encode())
            file.write(f'</sheetData><autoFilter ref="{area}"/></worksheet>'.encode())
        self._package.declare(part, SHEET_TYPE)
        self._package.relate(BOOK, "worksheet", part)
        return area

    def _write_sheet(self, name: str, part: str, widths: Sequence[int], lines: Iterator[Line]) -> int:
        """Write a sheet, as far as the rows fit on it, and return its last row."""
        notes = Notes(blocks=self._blocks, width=lambda column: widths[column - 1] * 7 + 5)
        last = 1
        with self._archive.open(part, "w", force_zip64=True) as file, _Behind(file) as sheet:
            sheet.write(_HEAD % self._makers.columns(widths))
            sheet.write(self._makers.headings(self._headings))
            rows = enumerate(islice(lines, LAST_ROW - 1), start=2)
            while block := list(islice(rows, AT_ONCE)):
                sheet.write("".join([self._makers.row(row, line) for row, line in block]))
                last = block[-1][0]
                self._look_at(name, block, notes)
            area = Range(1, 1, len(self._headings), last)
            sheet.write(f'</sheetData><autoFilter ref="{area}"/>{self._keep_notes(part, notes)}</worksheet>')
        self._package.declare(part, SHEET_TYPE)
        self._package.relate(BOOK, "worksheet", part)
        return last

    def _look_at(self, name: str, block: Iterable[tuple[int, Line]], notes: Notes) -> None:
        """Note where the rows with listed problems are, and what is wrong with their cells."""
        for row, line in block:
            if line.row in self._found:
                self._found[line.row] = name, row
            for place, mark in line.marks.items():
                if place in self._places and self._notes < MOST_NOTES:
                    self._notes += notes.add(self._places[place] + 1, row, mark.messages)

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

    def _write_book(self, sheets: Sequence[tuple[str, Range]]) -> None:
        package = self._package
        identifiers = [one.id for one in package.relations(BOOK) if one.kind == "worksheet"]
        entries = (
            f'<sheet name="{name}" sheetId="{number}" r:id="{identifier}"/>'
            for number, ((name, _), identifier) in enumerate(zip(sheets, identifiers, strict=True), start=1)
        )
        package.put(BOOK, (_BOOK % "".join(entries)).encode(), BOOK_TYPE)
        book = WorkbookParts(package)
        for name, area in sheets:
            book.filter_name(name, area)
        graft_summary(package, book, self._styles, summary_book(NAME, self._summary, self._link, {}), NAME)
        book.keep()
        package.put(STYLES, self._styles.xml())
        package.save(self._archive)

    def _link(self, problem: Problem) -> str:
        found = self._found.get(problem.row) if problem.row is not None else None
        if found is None:
            return ""
        place = column_number((problem.cell or "").rpartition("!")[2]) - 1
        return f"'{found[0]}'!{column_letters(self._places.get(place, 0) + 1)}{found[1]}"


class _RowMaker:
    """Makes the XML of rows: nearly all by filling in a template, the few with marks cell by cell."""

    def __init__(self, styles: Styles, columns: int, places: Mapping[int, int]) -> None:
        self._styles = styles
        self._places = places
        self._letters = [column_letters(number) for number in range(1, columns + 1)]
        self._text = styles.text(quoted=False)
        self._quoted = styles.text(quoted=True)
        self._status = columns - len(RESULT_HEADINGS) + STATUS_COLUMN
        self._templates: dict[tuple[Status, tuple[bool, ...]], str] = {}
        self._columns = columns

    def _template(self, status: Status, filled: tuple[bool, ...]) -> str:
        """Return what rows look like that have a status and texts in the same columns."""
        styles = [self._text] * len(self._letters)
        styles[self._status] = self._styles.status(status)
        cells = (
            _CELL % (letters, "%d", style, "%s")
            for letters, style, full in zip(self._letters, styles, filled, strict=True)
            if full
        )
        return f'<row r="%d">{"".join(cells)}</row>'

    def columns(self, widths: Sequence[int]) -> str:
        """Return what a sheet says of its columns."""
        return "".join(
            f'<col min="{number}" max="{number}" width="{width}" style="{self._text}" customWidth="1"/>'
            for number, width in enumerate(widths, start=1)
        )

    def headings(self, texts: Sequence[str]) -> str:
        """Return the first row."""
        style = self._styles.heading()
        letters = (column_letters(number) for number in range(1, len(texts) + 1))
        cells = (_CELL % (letter, 1, style, escape(text)) for letter, text in zip(letters, texts, strict=True))
        return f'<row r="1">{"".join(cells)}</row>'

    def texts(self, row: int, texts: Sequence[str]) -> str:
        """Return a row of texts that are no campaign."""
        cells = (
            _CELL % (column_letters(number), row, self._text, escape(text))
            for number, text in enumerate(texts, start=1)
            if text
        )
        return f'<row r="{row}">{"".join(cells)}</row>'

    def row(self, row: int, line: Line) -> str:
        """Return a row without its blank cells. Raises NotForWorkbooks."""
        added = "\n" + "\n".join(line.added)
        whole = "\n".join(line.cells) + added
        texts: Sequence[str] = line.cells + line.added
        if len(whole) > CELL_CHARACTERS // 2 or UNUSUAL.search(whole):
            texts = [*map(_for_a_cell, line.cells), *map(fitting, line.added)]
            texts = [escape(text) for text in texts]
        if line.marks or _FORMULA.search(added):
            return self._unusual(row, line, texts)
        filled = tuple(map(bool, texts))
        template = self._templates.get((line.status, filled))
        if template is None:
            if len(self._templates) == MOST_TEMPLATES:
                self._templates.clear()
            template = self._templates[line.status, filled] = self._template(line.status, filled)
        filling: list[object] = [row] * (2 * sum(filled) + 1)
        filling[2::2] = filter(None, texts)
        return template % tuple(filling)

    def _unusual(self, row: int, line: Line, texts: Sequence[str]) -> str:
        styles = [self._text] * self._columns
        for number, text in enumerate(line.added, start=self._columns - len(line.added)):
            if text.startswith(FORMULA_STARTS):
                styles[number] = self._quoted
        styles[self._status] = self._styles.status(line.status)
        for place, mark in line.marks.items():
            if (position := self._places.get(place)) is not None:
                styles[position] = self._styles.marked(self._text, mark.severity)
        cells = (
            _CELL % (letters, row, style, text) if text else f'<c r="{letters}{row}" s="{style}"/>'
            for letters, style, text in zip(self._letters, styles, texts, strict=True)
        )
        return f'<row r="{row}">{"".join(cells)}</row>'


_FORMULA = re.compile(r"\n[=+\-@]")


def _for_a_cell(text: str) -> str:
    """Return a text of the user that a cell can hold. Raises NotForWorkbooks for any other."""
    if FORBIDDEN.search(text):
        raise NotForWorkbooks("A text holds a character that no workbook can hold.")
    if len(text) + sum(character > "\uffff" for character in text) > CELL_CHARACTERS:
        raise NotForWorkbooks(f"A text is longer than the {CELL_CHARACTERS:,} characters that a cell can hold.")
    return text


def _widths(headings: Sequence[str], lines: Sequence[Line]) -> list[int]:
    """Return the widths of the columns in characters, as the first rows need them."""
    rows = [headings, *((*line.cells, *line.added) for line in lines)]
    widths = [max(len(text) for text in column) + 2 for column in zip(*rows, strict=True)]
    return [min(max(width + 2 * (number == 0), NARROWEST), WIDEST) for number, width in enumerate(widths)]


class _Behind:
    """Writes texts to a file in a thread of its own, so that they are compressed while others are made."""

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
