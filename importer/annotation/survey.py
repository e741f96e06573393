"""A first look over the sheet that gets our columns: where its data end, and where columns of an earlier run are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

from importer.annotation.frame import SheetShell
from importer.annotation.lines import CannotCopy
from importer.annotation.package import MAIN, Element, Package, parse
from importer.annotation.rows import XmlRow, XmlRows
from importer.annotation.texts import RawText, cell_texts, raw_text
from importer.model import column_letters
from importer.ooxml import LAST_COLUMN, corners_of
from schemas.headings import is_ours, result_heading


@dataclass(frozen=True)
class Range:
    """A rectangle of cells; rows and columns count from 1."""

    left: int
    top: int
    right: int
    bottom: int

    def __str__(self) -> str:
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"

    def meets(self, other: "Range") -> bool:
        """Return whether two rectangles have a cell in common."""
        across = self.left <= other.right and other.left <= self.right
        return across and self.top <= other.bottom and other.top <= self.bottom

    def covers(self, other: "Range") -> bool:
        """Return whether all cells of another rectangle are in this one."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


def range_of(reference: str) -> Range | None:
    """Return the range that a reference such as A1:F20 names; None where it names none."""
    corners = corners_of(reference)
    return Range(*corners) if all(corners) else None


@dataclass(frozen=True)
class Survey:
    """What a sheet looks like before it is changed.

    `frame` is what stands around the rows, `columns` the place, from 1, of each of our columns in the order of their
    headings, `added`; `reused` are those that were there, also such as are not needed any more; `last_row` is the last
    row that there is, `headings` the first and the last column with a heading, `tables` the ranges of the Excel tables
    on the sheet.
    """

    frame: SheetShell
    columns: tuple[int, ...]
    added: tuple[str, ...]
    reused: frozenset[int]
    last_row: int
    headings: tuple[int, int]
    tables: tuple[Range, ...] = field(default=())


def survey_sheet(
    package: Package, part: str, header_row: int, added: tuple[str, ...], blocks: Iterator[bytes]
) -> Survey:
    """Look over a sheet that gets columns with the headings `added`.

    Raises UnusualXml where it has to be written in the canonical way first.
    """
    rows = XmlRows(blocks)
    extent = last_row = 0
    header: dict[int, str] = {}
    for row in rows:
        last_row = row.number
        if row.number == header_row:
            header = _heading_texts(package, rows, row)
        if row.number >= header_row:
            extent = max(extent, rows.last_filled(row.body))
    frame = SheetShell(rows.head, rows.tail, rows.prefix)
    tables = table_ranges(package, part)
    extent = max(extent, *(one.right for one in (*_merged(frame), *tables, _NOWHERE) if one.bottom >= header_row))
    own = _own_columns(header)
    columns, free = [], extent + 1
    for heading in added:
        columns.append(own.get(heading, free))
        free += heading not in own
    if max(columns) > LAST_COLUMN:
        raise CannotCopy("There is no space for further columns to the right of the data.")
    theirs = [column for column, text in header.items() if text.strip() and not is_ours(text)]
    reach = (min(theirs), max(theirs)) if theirs else (columns[0], columns[0])
    return Survey(frame, tuple(columns), added, frozenset(own.values()), last_row, reach, tables)


_NOWHERE = Range(0, 0, 0, LAST_COLUMN * 64)


def table_ranges(package: Package, part: str) -> tuple[Range, ...]:
    """Return the ranges of the Excel tables on a sheet."""
    references = (parse(package.read(name)).get("ref", "") for name in package.related(part, "table"))
    return tuple(one for one in map(range_of, references) if one is not None)


def _own_columns(header: dict[int, str]) -> dict[str, int]:
    """Return the columns of an earlier run by their headings."""
    found: dict[str, int] = {}
    for column, text in sorted(header.items()):
        if is_ours(text):
            found.setdefault(result_heading(text), column)
    return found


def _heading_texts(package: Package, rows: XmlRows, row: XmlRow) -> dict[int, str]:
    cells: dict[int, RawText] = {}
    namespace = etree.QName(_root_of(rows)).namespace or MAIN
    prefix = rows.prefix.rstrip(b":").decode()
    for cell in rows.cells(row.body):
        if cell.filled:
            raw = row.body[cell.start : cell.end]
            name = f"xmlns:{prefix}" if prefix else "xmlns"
            cells[cell.column] = raw_text(_first(parse_fragment(raw, name, namespace)))
    return cell_texts(package, cells)


def _root_of(rows: XmlRows) -> Element:
    """Return the root element of the sheet, which is not closed yet."""
    parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True)
    parser.feed(rows.head)
    for _, element in parser.read_events():
        return cast(Element, element)
    raise CannotCopy("The sheet's XML is damaged.")


def parse_fragment(xml: bytes, name: str, namespace: str) -> Element:
    """Return a root that holds a piece of a sheet's XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=True)
    return etree.fromstring(f'<root {name}="{namespace}">'.encode() + xml + b"</root>", parser)


def _first(root: Element) -> Element:
    return root[0]


def _merged(frame: SheetShell) -> Iterator[Range]:
    for child in frame.all("mergeCells"):
        for tag in frame.tags(child, b"mergeCell"):
            reference = tag.partition(b'ref="')[2].partition(b'"')[0].decode()
            if (found := range_of(reference)) is not None:
                yield found
