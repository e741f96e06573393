"""The user's own workbook with our columns, marks and summary; parts that need not change keep their bytes."""

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO

from lxml import etree

from importer.annotation.frame import attributes_of
from importer.annotation.graft import WorkbookParts, free_sheet_name, graft_summary, take_out_summaries
from importer.annotation.layout import add_notes, fit
from importer.annotation.lines import CannotCopy, Line, SheetLines, Summary
from importer.annotation.notes import COMMENTS_TYPE, VML_TYPE, Notes, Width, blocks_of
from importer.annotation.package import Package, new_archive, parse
from importer.annotation.printing import AREA_NAME, grown_area
from importer.annotation.rows import UnusualXml, XmlRows
from importer.annotation.sheet import Before, Patcher, Restore
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


def copy_sheets(source: Path, target: BinaryIO, sheets: Sequence[SheetLines], summary: Summary) -> None:
    """Write a copy of a workbook with our columns in the sheets that were read, the wrong cells marked, and a summary.

    `source` is an .xlsx or .xlsm file; the summary is in front. Raises CannotCopy for what cannot be understood;
    nothing is left in `target` then.
    """
    begin = target.tell()
    try:
        with damage_as_refusal(), Parts(source) as archive, ExitStack() as files:
            package = Package(archive)
            _copy(package, sheets, summary, lambda: files.enter_context(tempfile.TemporaryFile()))
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


def _copy(package: Package, sheets: Sequence[SheetLines], summary: Summary, new_file: Callable[[], IO[bytes]]) -> None:
    """Change a package: its sheets, and what they share; `new_file` opens files for the XML of sheets."""
    book = WorkbookParts(package)
    parts = [part_of_sheet(package, book, sheet.name) for sheet in sheets]
    drop_signatures(package)
    styles_part, styles = _styles_of(package)
    remembered = take_out_summaries(package, book)
    looks = _looks_of_others(remembered, [sheet.name for sheet in sheets])
    # Of a workbook with one sheet of ours, addresses are enough, and are still true when the sheet is renamed.
    by_sheet = summary.several or any("!" in place for place in remembered)
    room, spare = _Room(MOST_NOTES), new_file()
    formulas_gone = False
    for sheet, part in zip(sheets, parts, strict=True):
        prefix = f"{sheet.name}!" if by_sheet else ""
        restore = partial(_former_look, remembered, sheet.name)
        before = _SheetCopy(package, book, part, sheet, new_file(), spare).make(styles, restore, room)
        looks |= {prefix + address: look for address, look in before.looks.items()}
        formulas_gone = formulas_gone or before.formulas_gone
    if formulas_gone:
        _forget_order_of_calculation(package)
    if not is_locked(book):
        name = free_sheet_name(book)
        made = summary_book(name, summary, partial(_link, sheets[0].name), looks)
        graft_summary(package, book, styles, made, name)
    package.put(styles_part, styles.xml())
    book.keep()


def _former_look(remembered: Mapping[str, CellLook], sheet: str, address: str) -> CellLook:
    """Return the look of a cell before it was marked; a summary of one sheet remembers addresses alone."""
    return remembered.get(f"{sheet}!{address}") or remembered.get(address, CellLook())


def _looks_of_others(remembered: Mapping[str, CellLook], names: Collection[str]) -> dict[str, CellLook]:
    """Return the looks of marked cells of sheets that are left alone now."""
    return {place: look for place, look in remembered.items() if "!" in place and place.rpartition("!")[0] not in names}


def _link(first: str, problem: Problem) -> str:
    """Return the place of a problem: on the sheet that it names, or on the `first`, which is the only one then."""
    if problem.row is None:
        return ""
    named, _, address = (problem.cell or "").rpartition("!")
    return "'" + (named or first).replace("'", "''") + f"'!{address or f'A{problem.row}'}"


def _styles_of(package: Package) -> tuple[str, Styles]:
    found = package.related(package.main, "styles")
    if found:
        return found[0], Styles(package.read(found[0]))
    # Some readers look for it under its usual name alone.
    part = "xl/styles.xml" if "xl/styles.xml" not in package else package.free_name("xl/styles%d.xml")
    package.put(part, EMPTY, STYLES_TYPE)
    package.relate(package.main, "styles", part)
    return part, Styles()


@dataclass
class _Room:
    """How many comments may still be written to the workbook."""

    left: int


class _SheetCopy:
    """One sheet that is being copied; `rows` and `spare` are files for its XML."""

    def __init__(
        self, package: Package, book: WorkbookParts, part: str, sheet: SheetLines, rows: IO[bytes], spare: IO[bytes]
    ) -> None:
        self._package, self._book, self._part = package, book, part
        self._sheet = sheet
        self._rows = rows
        self._spare = spare

    def make(self, styles: Styles, restore: Restore, room: _Room) -> Before:
        """Change the sheet, and return what it lost by our marks."""
        package, header_row = self._package, self._sheet.header_row
        survey = self._survey()
        patcher = Patcher(survey, styles, header_row, restore)
        notes = self._notes(survey)
        lines = _noting(self._sheet.lines, notes, frozenset(survey.columns), room)
        pieces = patcher.patch(XmlRows(package.blocks(self._part)), lines)
        # What stands before the rows is known only when they are over.
        self._spare.seek(0)
        self._spare.truncate()
        self._spare.writelines(pieces)
        area = fit(survey, patcher.last_row, header_row)
        if area is not None:
            self._book.filter_name(self._sheet.name, area)
        print_area = self._book.name_of(self._sheet.name, AREA_NAME)
        if print_area and header_row and (grown := grown_area(print_area, survey, header_row)):
            self._book.set_name(self._sheet.name, AREA_NAME, grown)
        self._keep_notes(notes, survey)
        self._finish(survey)
        return patcher.before

    def _survey(self) -> Survey:
        package, part = self._package, self._part
        try:
            return survey_sheet(package, part, self._sheet.header_row, self._sheet.added, package.blocks(part))
        except UnusualXml:
            package.put(part, _canonical(package.read(part, LARGEST_UNUSUAL)))
        try:
            return survey_sheet(package, part, self._sheet.header_row, self._sheet.added, package.blocks(part))
        except UnusualXml:
            raise CannotCopy(f"The sheet {self._sheet.name} has an unusual structure.") from None

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


def _noting(lines: Iterable[Line], notes: Notes, own: frozenset[int], room: _Room) -> Iterable[Line]:
    """Yield the lines, and write down what is wrong with their cells as long as there is room."""
    for line in lines:
        for column, mark in line.marks.items():
            if room.left > 0 and mark.messages and column + 1 not in own:
                room.left -= notes.add(column + 1, line.row, mark.messages)
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
