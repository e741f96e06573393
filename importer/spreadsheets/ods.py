"""The careful reader of .ods: one pass over the XML, which keeps spaces, errors and the zeros that are shown."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from importer.errors import FileRefused
from importer.ooxml import LAST_COLUMN
from importer.spreadsheets.archive import Archive, Attributes, Names, NotReadable, feed_xml, read_xml
from importer.spreadsheets.cells import (
    BLANK,
    Cell,
)
from importer.spreadsheets.number_formats.format import NumberFormat, built_in_format
from importer.spreadsheets.ods_cells import cell_from
from importer.spreadsheets.ods_styles import StyleCollector
from importer.spreadsheets.rows import Range, SheetInfo, SheetRow, Span
from schemas.problem_codes import ProblemCode

CONTENT = "content.xml"
STYLES = "styles.xml"
GENERAL = built_in_format(0)
MOST_REPEATED = 20_000_000
"""Cells that one row may stand for by repetition; a few bytes can ask for thousands of millions."""

LONGEST_BLANKS = 32_767
"""As many characters as a cell can hold."""
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
DRAWING = f"{OASIS}drawing:1.0"
LIBREOFFICE = "urn:org:documentfoundation:names:experimental:calc:1.0"
ASIDE = ("annotation", "shapes", "forms", "tracked-changes", "dde-links", "ruby-text")
"""What holds texts and tables that are not the sheet's own; so do all drawings."""

_RUN = re.compile(r"[ \t\r\n]+")


class OdsWorkbook:
    """An OpenDocument spreadsheet."""

    def __init__(self, path: str) -> None:
        self._archive = Archive(path)
        if CONTENT not in self._archive:
            raise NotReadable("it has no content")
        outline = Outline(self._archive)
        self.sheets = tuple(outline.sheets)
        self._formats = outline.formats
        self._pass = _all_rows(self._archive, self._formats)
        self._first_whole = 0
        """The first sheet of which the pass has handed out no row yet."""

    def rows(self, sheet: str) -> Iterator[SheetRow]:
        """Yield the rows of a sheet; all sheets are one part, so going on to the next one costs no second pass."""
        position = [info.name for info in self.sheets].index(sheet)
        if position < self._first_whole:
            self._pass = _all_rows(self._archive, self._formats)
        for at, row in self._pass:
            if at > position:
                self._pass, self._first_whole = chain([(at, row)], self._pass), at
                return
            self._first_whole = at + 1
            if at == position:
                yield row
        self._first_whole = len(self.sheets)


def _all_rows(archive: Archive, formats: Mapping[str, NumberFormat]) -> Iterator[tuple[int, SheetRow]]:
    """Yield the rows of all sheets, each with the position of its sheet."""
    parser = _ContentParser(formats)
    for _ in feed_xml(archive.blocks(CONTENT), parser.start, parser.end, parser.text, OdsNames()):
        for position, row, repeated in parser.ready:
            yield from ((position, each) for each in _repeated(row, repeated))
        parser.ready.clear()


def _repeated(row: SheetRow, times: int) -> Iterator[SheetRow]:
    if not row.cells:
        if row.hidden and times < MOST_REPEATED:
            yield row
            yield from (SheetRow(row.number + offset, {}, True) for offset in range(1, times))
        return
    if times * len(row.cells) > MOST_REPEATED:
        raise FileRefused(
            f"row {row.number} of the workbook stands for {times:,} rows of {len(row.cells):,} cells. That is not a "
            "table of campaigns. Delete the rows and columns beyond the table and save it.",
            ProblemCode.INFLATED,
        )
    yield row
    for offset in range(1, times):
        yield SheetRow(row.number + offset, row.cells, row.hidden)


class Outline:
    """What a document says of all its sheets: their names and states, and the number formats of its cell styles."""

    def __init__(self, archive: Archive) -> None:
        self.sheets: list[SheetInfo] = []
        self._styles = StyleCollector()
        self._hidden: set[str] = set()
        self._style = ""
        self._depth = 0
        for part in (STYLES, CONTENT):
            if part in archive:
                read_xml(archive.blocks(part), self._start, self._end, self._styles.text, OdsNames("table-row"))
        self.formats = self._styles.formats()

    def _start(self, tag: str, attributes: Attributes) -> None:
        plain = _plain(attributes)
        self._styles.start(tag, plain)
        if tag == "style":
            self._style = plain.get("name", "")
        elif tag == "table-properties" and plain.get("display") == "false":
            self._hidden.add(self._style)
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                state = "hidden" if plain.get("style-name") in self._hidden else "visible"
                self.sheets.append(SheetInfo(plain.get("name", ""), state))

    def _end(self, tag: str) -> None:
        self._styles.end(tag)
        self._depth -= tag == "table"


class OdsNames(Names):
    """The elements and attributes of a document: those of the standard by their names alone.

    `skipped` are names of elements in which nothing counts.
    """

    def __init__(self, *skipped: str) -> None:
        self._skipped = (*ASIDE, *skipped)

    def __missing__(self, name: str) -> str | None:
        namespace, _, local = name.rpartition(" ")
        if namespace == DRAWING or (namespace.startswith(OASIS) and local in self._skipped):
            self[name] = None
        elif namespace == LIBREOFFICE:
            # Of two attributes that are alike except for their namespaces, LibreOffice's own goes by another name.
            self[name] = f"calc-{local}"
        else:
            self[name] = local if namespace.startswith(OASIS) else ""
        return self[name]


_ATTRIBUTES = OdsNames()


def _plain(attributes: Attributes) -> dict[str, str]:
    return {_ATTRIBUTES[name] or "": text for name, text in attributes.items()}


class _ContentParser:
    """Collects the rows of all sheets, each with the position of its sheet and how often it is repeated."""

    def __init__(self, formats: Mapping[str, NumberFormat]) -> None:
        self._formats = formats
        self.ready: list[tuple[int, SheetRow, int]] = []
        self._starts: dict[str, Callable[[Attributes], None]] = {
            "p": self._start_paragraph,
            "table-cell": self._start_cell,
            "covered-table-cell": self._start_cell,
            "table-row": self._start_row,
            "table-column": self._start_column,
            "table": self._start_table,
            "s": self._blanks,
            "tab": lambda _: self._add("\t"),
            "line-break": lambda _: self._add("\n"),
        }
        self._ends: dict[str, Callable[[], None]] = {
            "p": self._end_paragraph,
            "table-cell": self._end_cell,
            "covered-table-cell": self._end_cell,
            "table-row": self._end_row,
            "table": self._end_table,
        }
        self._sheet = -1
        self._depth = 0
        self._row = 1
        self._row_attributes: Attributes = {}
        self._column_styles: list[tuple[int, str]] = []
        self._hidden_columns: list[Span] = []
        self._cells: dict[int, Cell] = {}
        self._merged: list[Range] = []
        self._column = 0
        self._cell: Attributes = {}
        self._paragraphs: list[str] = []
        self._paragraphs_before: list[str] = []
        self._pieces: list[str] = []
        self._pieces_before: list[str] = []
        self._within_text = False

    def start(self, tag: str, attributes: Attributes) -> None:
        """Take the beginning of an element."""
        if handle := self._starts.get(tag):
            handle(attributes)

    def text(self, piece: str) -> None:
        """Take a piece of text.

        The format says that a run of white space counts as one blank (part 3, 6.1.2). LibreOffice neither reads nor
        writes it like that: of a text of several lines it writes all blanks as they are.
        """
        if self._within_text:
            self._add(piece, _RUN.sub(" ", piece))

    def _add(self, piece: str, before: str | None = None) -> None:
        """Add a piece to the paragraph; `before` is what version 0.1.0 read of it, if that was something else."""
        self._pieces.append(piece)
        self._pieces_before.append(piece if before is None else before)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if handle := self._ends.get(tag):
            handle()

    def _start_table(self, _: Attributes) -> None:
        self._depth += 1
        if self._depth == 1:
            self._sheet += 1
            self._row = 1
            self._column_styles = []
            self._hidden_columns = []

    def _end_table(self) -> None:
        self._depth -= 1

    def _start_column(self, attributes: Attributes) -> None:
        plain = _plain(attributes)
        before = self._column_styles[-1][0] if self._column_styles else 0
        end = before + _count(plain, "number-columns-repeated")
        self._column_styles.append((end, plain.get("default-cell-style-name", "")))
        if plain.get("visibility", "visible") != "visible" and self._depth == 1:
            self._hidden_columns.append((before + 1, end))

    def _start_row(self, attributes: Attributes) -> None:
        self._row_attributes = _plain(attributes)
        self._cells, self._merged, self._column = {}, [], 0

    def _start_cell(self, attributes: Attributes) -> None:
        self._cell = _plain(attributes)
        self._paragraphs, self._paragraphs_before = [], []

    def _start_paragraph(self, _: Attributes) -> None:
        self._within_text = True
        self._pieces, self._pieces_before = [], []

    def _end_paragraph(self) -> None:
        self._within_text = False
        self._paragraphs.append("".join(self._pieces))
        self._paragraphs_before.append("".join(self._pieces_before))

    def _blanks(self, attributes: Attributes) -> None:
        self._add(" " * min(_count(_plain(attributes), "c"), LONGEST_BLANKS))

    def _end_cell(self) -> None:
        attributes = self._cell
        repeated = _count(attributes, "number-columns-repeated")
        if self._paragraphs or len(attributes) > 1 or "formula" in attributes:
            shown, before = "\n".join(self._paragraphs), "\n".join(self._paragraphs_before)
            cell = cell_from(attributes, shown, before, self._format)
            if cell[1] != BLANK:
                last = min(self._column + repeated, LAST_COLUMN)
                self._cells.update(dict.fromkeys(range(self._column, last), cell))
            self._note_merged(attributes)
        self._column += repeated

    def _format(self, attributes: Attributes) -> NumberFormat:
        """Return the number format of the cell: by its own style, else by that of its row or its column."""
        style = attributes.get("style-name") or self._row_attributes.get("default-cell-style-name")
        if not style:
            style = next((style for end, style in self._column_styles if self._column < end), "")
        return self._formats.get(style, GENERAL)

    def _note_merged(self, attributes: Attributes) -> None:
        down, across = _count(attributes, "number-rows-spanned"), _count(attributes, "number-columns-spanned")
        if down > 1 or across > 1:
            self._merged.append((self._row, self._column + 1, self._row + down - 1, self._column + across))

    def _end_row(self) -> None:
        repeated = _count(self._row_attributes, "number-rows-repeated")
        hidden = self._row_attributes.get("visibility", "visible") != "visible"
        if (self._cells or hidden) and self._depth == 1:
            row = SheetRow(self._row, self._cells, hidden, self._merged, self._hidden_columns)
            self.ready.append((self._sheet, row, repeated))
            self._hidden_columns = []
        self._row += repeated


def _count(attributes: Attributes, name: str) -> int:
    text = attributes.get(name)
    if text is None:
        return 1
    return int(text) if text.isdecimal() and len(text) < 12 else 1
