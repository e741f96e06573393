"""The user's own workbook with our columns, marks and summary; parts that need not change keep their bytes."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from lxml import etree

from importer.annotation.frame import attributes_of
from importer.annotation.graft import WorkbookParts, free_sheet_name, graft_summary, take_out_summaries
from importer.annotation.layout import add_notes, fit
from importer.annotation.lines import CannotCopy, Line, Summary
from importer.annotation.notes import COMMENTS_TYPE, VML_TYPE, Notes, Width, blocks_of
from importer.annotation.package import Package, new_archive, parse
from importer.annotation.rows import UnusualXml, XmlRows
from importer.annotation.sheet import Patcher
from importer.annotation.styles import EMPTY, CellLook, Styles
from importer.annotation.summary import summary_book
from importer.annotation.survey import Survey, survey_sheet
from importer.model import Problem
from importer.security import DAMAGED, Parts

STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
MOST_NOTES = 20_000
"""How many comments are written at most; Excel becomes slow with more. The cells are filled all the same."""
LARGEST_UNUSUAL = 1 << 26
"""Bytes of a sheet that has to be written in the canonical way first, which takes a tree of it in memory."""


def copy_workbook(
    source: Path, target: BinaryIO, sheet: str, header_row: int, lines: Iterable[Line], summary: Summary
) -> None:
    """Write a copy of a workbook with our columns, the wrong cells marked, and a summary in front.

    `source` is an .xlsx or .xlsm file, `sheet` the sheet that was read, `header_row` the row of its headings (0: there
    are none), `lines` its rows in their order. Raises CannotCopy for what cannot be understood; nothing is left in
    `target` then.
    """
    begin = target.tell()
    try:
        with (
            damage_as_refusal(),
            Parts(source) as archive,
            tempfile.TemporaryFile() as rows,
            tempfile.TemporaryFile() as spare,
        ):
            package = Package(archive)
            _Copy(package, sheet, header_row, summary, rows, spare).make(lines)
            with new_archive(target) as made:
                package.save(made)
    except CannotCopy:
        target.seek(begin)
        target.truncate()
        raise


@contextmanager
def damage_as_refusal() -> Iterator[None]:
    """Raise CannotCopy for errors in the block that come from a damaged workbook."""
    try:
        yield
    except DAMAGED as error:
        raise CannotCopy(f"The workbook's archive is damaged or locked ({error}).") from None
    except (ValueError, LookupError, etree.LxmlError) as error:
        raise CannotCopy(f"The workbook has an unusual structure ({error}).") from None


class _Copy:
    """One workbook that is being copied; `rows` and `spare` are files for the sheet's XML."""

    def __init__(
        self, package: Package, sheet: str, header_row: int, summary: Summary, rows: IO[bytes], spare: IO[bytes]
    ) -> None:
        self._package = package
        self._sheet = sheet
        self._header_row = header_row
        self._summary = summary
        self._rows = rows
        self._spare = spare
        self._book = WorkbookParts(package)
        self._part = part_of_sheet(package, self._book, sheet)

    def make(self, lines: Iterable[Line]) -> None:
        """Change the package."""
        package, book = self._package, self._book
        drop_signatures(package)
        styles_part, styles = self._styles()
        looks = take_out_summaries(package, book)
        survey = self._survey()
        patcher = Patcher(survey, styles, self._header_row, lambda address: looks.get(address, CellLook()))
        notes = self._notes(survey)
        pieces = patcher.patch(XmlRows(package.blocks(self._part)), _noting(lines, notes, frozenset(survey.columns)))
        # What stands before the rows is known only when they are over.
        self._spare.writelines(pieces)
        area = fit(survey, patcher.last_row, self._header_row)
        if area is not None:
            book.filter_name(self._sheet, area)
        self._keep_notes(notes, survey)
        self._finish(survey)
        if patcher.before.formulas_gone:
            _forget_order_of_calculation(package)
        if not is_locked(book):
            name = free_sheet_name(book)
            made = summary_book(name, self._summary, self._link, patcher.before.looks)
            graft_summary(package, book, styles, made, name)
        package.put(styles_part, styles.xml())
        book.keep()

    def _styles(self) -> tuple[str, Styles]:
        package = self._package
        found = package.related(package.main, "styles")
        if found:
            return found[0], Styles(package.read(found[0]))
        # Some readers look for it under its usual name alone.
        part = "xl/styles.xml" if "xl/styles.xml" not in package else package.free_name("xl/styles%d.xml")
        package.put(part, EMPTY, STYLES_TYPE)
        package.relate(package.main, "styles", part)
        return part, Styles()

    def _survey(self) -> Survey:
        package, part = self._package, self._part
        try:
            return survey_sheet(package, part, self._header_row, package.blocks(part))
        except UnusualXml:
            package.put(part, _canonical(package.read(part, LARGEST_UNUSUAL)))
        try:
            return survey_sheet(package, part, self._header_row, package.blocks(part))
        except UnusualXml:
            raise CannotCopy(f"The sheet {self._sheet} has an unusual structure.") from None

    def _finish(self, survey: Survey) -> None:
        """Put the sheet together."""
        prefix = survey.frame.prefix
        head, tail = survey.frame.split()
        self._rows.write(head + b"<" + prefix + b"sheetData>")
        self._spare.seek(0)
        while block := self._spare.read(1 << 20):
            self._rows.write(block)
        self._rows.write(b"</" + prefix + b"sheetData>" + tail)
        self._package.put(self._part, self._rows)

    def _notes(self, survey: Survey) -> Notes:
        package, part = self._package, self._part
        comments = package.related(part, "comments")
        drawing = self._drawing(survey)
        others = {name for name in package.names if name.lower().endswith(".vml")} - {drawing}
        return Notes(
            package.read(comments[0]) if comments else None,
            package.read(drawing) if drawing else None,
            threaded=threaded_cells(package, part),
            blocks=frozenset().union(*(blocks_of(package.read(name)) for name in others)),
            width=widths(survey),
            strict=package.strict,
        )

    def _drawing(self, survey: Survey) -> str | None:
        """Return the part with the boxes of the sheet's notes."""
        child = survey.frame.first("legacyDrawing")
        if child is None:
            return None
        attributes = survey.frame.attributes(child)
        identifier = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        targets = {one.id: one.target for one in self._package.relations(self._part)}
        drawing = targets.get(identifier)
        return drawing if drawing and drawing in self._package else None

    def _keep_notes(self, notes: Notes, survey: Survey) -> None:
        if not notes.changed:
            return
        package, part = self._package, self._part
        comments = package.related(part, "comments")
        drawing = self._drawing(survey)
        if comments:
            package.put(comments[0], notes.comments())
        else:
            name = package.free_name("xl/comments%d.xml")
            package.put(name, notes.comments(), COMMENTS_TYPE)
            package.relate(part, "comments", name)
        if drawing:
            package.put(drawing, notes.drawing())
        else:
            package.default("vml", VML_TYPE)
            name = package.free_name("xl/drawings/vmlDrawing%d.vml")
            package.put(name, notes.drawing())
            identifier = package.relate(part, "vmlDrawing", name)
            add_notes(survey.frame, identifier, strict=package.strict)

    def _link(self, problem: Problem) -> str:
        if problem.row is None:
            return ""
        address = (problem.cell or "").rpartition("!")[2] or f"A{problem.row}"
        return "'" + self._sheet.replace("'", "''") + f"'!{address}"


def _noting(lines: Iterable[Line], notes: Notes, own: frozenset[int]) -> Iterable[Line]:
    """Yield the lines, and write down what is wrong with their cells."""
    written = 0
    for line in lines:
        for column, mark in line.marks.items():
            if written < MOST_NOTES and mark.messages and column + 1 not in own:
                written += notes.add(column + 1, line.row, mark.messages)
        yield line


def part_of_sheet(package: Package, book: WorkbookParts, sheet: str) -> str:
    """Return the part that holds a sheet. Raises CannotCopy if there is none."""
    for one in book.sheets():
        if one.name == sheet and one.part in package:
            return one.part
    raise CannotCopy(f"The workbook has no sheet {sheet}.")


def threaded_cells(package: Package, part: str) -> frozenset[str]:
    """Return the cells of a sheet with comments that are conversations."""
    found = (parse(package.read(name)) for name in package.related(part, "threadedComment"))
    return frozenset(one.get("ref", "").upper() for root in found for one in root.iter("{*}threadedComment"))


def is_locked(book: WorkbookParts) -> bool:
    """Return whether adding sheets to the workbook is forbidden."""
    protection = book.root.find("{*}workbookProtection")
    return protection is not None and protection.get("lockStructure") in ("1", "true")


def drop_signatures(package: Package) -> bool:
    """Remove digital signatures, which a changed workbook cannot have; return whether there were any."""
    signed = [one for one in package.relations("") if one.type.endswith("digital-signature/origin")]
    for one in signed:
        package.unrelate("", one.target)
    names = [name for name in package.names if name.lower().lstrip("/").startswith("_xmlsignatures/")]
    for name in names:
        package.drop(name)
    return bool(signed or names)


def widths(survey: Survey) -> Width:
    """Return a function that gives the width of a column in pixels."""
    frame = survey.frame
    usual = 64
    known: list[tuple[int, int, int]] = []
    for child in frame.all("cols"):
        for tag in frame.tags(child, b"col"):
            one = attributes_of(tag)
            pixels = 0 if one.get("hidden") in ("1", "true") else round(float(one.get("width", "8.43")) * 7 + 5)
            known.append((int(one["min"]), int(one["max"]), pixels))
    return lambda column: next((pixels for first, last, pixels in known if first <= column <= last), usual)


def _forget_order_of_calculation(package: Package) -> None:
    """Remove the list of formulas, which Excel rebuilds: an entry for a cell without a formula is an error."""
    for name in package.related(package.main, "calcChain"):
        package.unrelate(package.main, name)
        package.drop(name)


def _canonical(xml: bytes) -> bytes:
    """Return XML in UTF-8 without comments and CDATA."""
    return bytes(etree.tostring(parse(xml), method="c14n", with_comments=False))
