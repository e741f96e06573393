"""Put the summary's sheet into a workbook, in front of the others, and take that of an earlier run out."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from lxml import etree

from importer.annotation.layout import deselect
from importer.annotation.lines import CannotCopy
from importer.annotation.package import OFFICE, SHEET_TYPE, STRICT, STRICT_OFFICE, Element, Package, parse, serialise
from importer.annotation.printing import TITLES_NAME, quoted
from importer.annotation.styles import CellLook, Styles
from importer.annotation.summary import FILLS_BEFORE, NAME
from importer.annotation.survey import Range
from importer.annotation.texts import RawText, cell_texts, elements, raw_text
from importer.model import column_letters
from importer.ooxml import place_of

DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
MOST_REMEMBERED = 2_000_000
"""Cells of a summary."""
FILTER_NAME = "_xlnm._FilterDatabase"


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook: `element` is its entry there."""

    name: str
    part: str
    element: Element


class WorkbookParts:
    """The workbook part of a package: the order of the sheets, and the names that belong to them."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._part = package.main
        self._root = parse(package.read(self._part))
        self._namespace = etree.QName(self._root).namespace
        sheets = self._find("sheets")
        if sheets is None:
            raise CannotCopy("The workbook does not name its sheets.")
        self._list = sheets

    @property
    def root(self) -> Element:
        """The root element of the part."""
        return self._root

    def sheets(self) -> list[Sheet]:
        """Return the sheets in their order; those whose part is missing have none."""
        targets = {one.id: one.target for one in self._package.relations(self._part)}
        return [
            Sheet(one.get("name", ""), targets.get(_identifier(one), ""), one)
            for one in self._list.iterchildren("{*}sheet")
        ]

    def keep(self) -> None:
        """Put the part back into the package."""
        self._package.put(self._part, serialise(self._root))

    def put_in_front(self, name: str, part: str) -> None:
        """Make a part the first sheet, the one that is shown when the workbook is opened."""
        identifier = self._package.relate(self._part, "worksheet", part)
        number = max((int(one.element.get("sheetId", "0")) for one in self.sheets()), default=0) + 1
        strict = self._package.strict
        new = etree.Element(f"{{{self._namespace}}}sheet", nsmap=cast("dict[str, str]", self._root.nsmap))
        new.set("name", name)
        new.set("sheetId", str(number))
        new.set(f"{{{STRICT_OFFICE if strict else OFFICE}}}id", identifier)
        self._list.insert(0, new)
        self._shift(lambda index: index + 1)
        for view in self._root.iterfind(f"{{{self._namespace}}}bookViews/{{{self._namespace}}}workbookView"):
            view.set("activeTab", "0")
            view.set("firstSheet", "0")

    def take_out(self, sheet: Sheet) -> None:
        """Remove a sheet with the parts that only it needs, and the names that belong to it."""
        place = [one.element for one in self.sheets()].index(sheet.element)
        for name in self._names():
            if name.get("localSheetId") == str(place):
                name.getparent().remove(name)  # type: ignore[union-attr]
        self._shift(lambda index: index - (index > place))
        self._list.remove(sheet.element)
        self._package.unrelate(self._part, sheet.part)
        _drop_with_parts(self._package, sheet.part)

    def filter_name(self, sheet: str, area: Range) -> None:
        """Let the hidden name of a sheet's filter cover an area."""
        corners = f"${column_letters(area.left)}${area.top}:${column_letters(area.right)}${area.bottom}"
        self.set_name(sheet, FILTER_NAME, f"{quoted(sheet)}!{corners}", hidden=True)

    def name_of(self, sheet: str, name: str) -> str | None:
        """Return what a name defined for a sheet refers to; None if the sheet has no such name."""
        found = self._name(sheet, name)
        return None if found is None else found.text

    def set_name(self, sheet: str, name: str, text: str, *, hidden: bool = False) -> None:
        """Let a name that belongs to a sheet stand for a text."""
        found = self._name(sheet, name)
        if found is None:
            found = etree.SubElement(self._defined_names(), f"{{{self._namespace}}}definedName")
            found.set("name", name)
            found.set("localSheetId", self._place(sheet))
            if hidden:
                found.set("hidden", "1")
        found.text = text

    def _name(self, sheet: str, name: str) -> Element | None:
        place = self._place(sheet)
        return next((one for one in self._names() if (one.get("name"), one.get("localSheetId")) == (name, place)), None)

    def _place(self, sheet: str) -> str:
        return str([one.name for one in self.sheets()].index(sheet))

    def _shift(self, moved: Callable[[int], int]) -> None:
        for name in self._names():
            if (index := name.get("localSheetId", "")).isdigit():
                name.set("localSheetId", str(moved(int(index))))

    def _names(self) -> list[Element]:
        part = self._find("definedNames")
        return [] if part is None else list(part.iterchildren("{*}definedName"))

    def _defined_names(self) -> Element:
        part = self._find("definedNames")
        if part is None:
            part = etree.Element(f"{{{self._namespace}}}definedNames")
            before = [self._find(name) for name in ("sheets", "functionGroups", "externalReferences")]
            place = max(self._root.index(one) for one in before if one is not None)
            self._root.insert(place + 1, part)
        return part

    def _find(self, name: str) -> Element | None:
        return self._root.find(f"{{{self._namespace}}}{name}")


def _identifier(sheet: Element) -> str:
    return next((str(value) for key, value in sheet.attrib.items() if str(key).endswith("}id")), "")


def free_sheet_name(book: WorkbookParts) -> str:
    """Return the name for the summary: "Import summary", with a number if the user has such a sheet."""
    taken = {sheet.name.casefold() for sheet in book.sheets()}
    name, number = NAME, 1
    while name.casefold() in taken:
        number += 1
        name = f"{NAME} {number}"
    return name


def take_out_summaries(package: Package, book: WorkbookParts) -> dict[str, CellLook]:
    """Remove the summaries of earlier runs; return the looks of marked cells that they remember, by address."""
    looks: dict[str, CellLook] = {}
    for sheet in book.sheets():
        if sheet.name.startswith(NAME) and sheet.part in package:
            found = _remembered(package, sheet.part)
            if found is not None:
                looks |= found
                book.take_out(sheet)
    return looks


def _remembered(package: Package, part: str) -> dict[str, CellLook] | None:
    """Return the looks that a summary remembers; None for a sheet that is not ours."""
    cells: dict[tuple[int, int], RawText] = {}
    for cell in elements(package, part, "c"):
        cells[place_of(cell.get("r", ""))] = raw_text(cell)
        if len(cells) > MOST_REMEMBERED:
            raise CannotCopy("The sheet with the name of the summary is too long to be a summary.")
    texts = cell_texts(package, cells)
    marked = next((place for place, text in texts.items() if text == FILLS_BEFORE), None)
    if marked is None:
        return None
    column = marked[0]
    rows = [row for (at, row) in texts if at == column and row > marked[1]]
    return {
        texts[column, row]: CellLook(texts.get((column + 1, row), ""), texts.get((column + 2, row), "")) for row in rows
    }


def _drop_with_parts(package: Package, part: str) -> None:
    """Remove a part, and the parts that it refers to, unless another part refers to them."""
    targets = [one.target for one in package.relations(part) if not one.external]
    package.drop(part)
    for target in targets:
        if target in package and not _is_needed(package, target):
            _drop_with_parts(package, target)


def _is_needed(package: Package, part: str) -> bool:
    owners = ["", *(name for name in package.names if not name.endswith(".rels"))]
    return any(one.target.lower() == part.lower() for owner in owners for one in package.relations(owner))


def graft_summary(package: Package, book: WorkbookParts, styles: Styles, xml: bytes, name: str) -> None:
    """Put the only sheet of a workbook, as `summary_book` makes it, in front of the others."""
    with zipfile.ZipFile(io.BytesIO(xml)) as theirs:
        numbers = styles.graft(theirs.read("xl/styles.xml"))
        sheet = _renumbered(_spoken(package, theirs.read("xl/worksheets/sheet1.xml")), numbers)
        titles = parse(theirs.read("xl/workbook.xml")).findtext(f".//{{*}}definedName[@name='{TITLES_NAME}']")
        part = package.free_name("xl/worksheets/sheet%d.xml")
        package.put(part, sheet, SHEET_TYPE)
        if "xl/drawings/drawing1.xml" in theirs.namelist():
            drawing = package.free_name("xl/drawings/drawing%d.xml")
            chart = package.free_name("xl/charts/chart%d.xml")
            package.put(drawing, _spoken(package, theirs.read("xl/drawings/drawing1.xml")), DRAWING_TYPE)
            package.put(chart, _spoken(package, _only_values(theirs.read("xl/charts/chart1.xml"))), CHART_TYPE)
            package.relate(part, "drawing", drawing)
            package.relate(drawing, "chart", chart)
    for other in book.sheets():
        if other.part in package:
            _deselect(package, other.part)
    book.put_in_front(name, part)
    if titles:
        book.set_name(name, TITLES_NAME, titles)


def _renumbered(sheet: bytes, numbers: list[int]) -> bytes:
    """Return a sheet with the new numbers of its styles."""

    def new(found: re.Match[bytes]) -> bytes:
        return b'%s"%d"' % (found[1], numbers[int(found[2])])

    sheet = re.sub(rb'(<c r="[A-Z]+\d+")(?! s=)', lambda found: found[1] + b' s="0"', sheet)
    return re.sub(rb'(<c r="[A-Z]+\d+" s=)"(\d+)"', new, sheet)


def _spoken(package: Package, xml: bytes) -> bytes:
    """Return a part in the namespaces of the package."""
    if package.strict:
        for transitional, strict in STRICT.items():
            xml = xml.replace(b'"' + transitional.encode(), b'"' + strict.encode())
    return xml


def _only_values(chart: bytes) -> bytes:
    """Return a chart whose labels say what they are not: some programs show all that is not mentioned."""
    names = ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
    labels = "".join(f'<c:show{name} val="{int(name == "Val")}"/>' for name in names)
    return chart.replace(b'<c:showVal val="1"/>', labels.encode())


def _deselect(package: Package, part: str) -> None:
    """Take the selection from a sheet; its part is touched only if it has it."""
    first = next(package.blocks(part), b"")
    if b"tabSelected" in first and deselect(first) != first:
        package.change_beginning(part, deselect)
