"""The rows of a sheet with our columns and marks in them; cells that do not change keep their bytes."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from importer.annotation.frame import attributes_of
from importer.annotation.layout import MESSAGE_COLUMN, height_for
from importer.annotation.lines import CannotCopy, Line, Mark
from importer.annotation.own_cells import OwnCells
from importer.annotation.rows import Cell, XmlRow, XmlRows
from importer.annotation.styles import CellLook, Styles
from importer.annotation.survey import Survey
from importer.model import column_letters

PIECES = 1000
"""How many rows are put together before they are written."""

NO_MARKS: Mapping[int, Mark] = MappingProxyType({})

Restore = Callable[[str], CellLook]
"""Gives the look of a cell before it was marked; a CellLook without contents where that is not known."""


@dataclass
class Before:
    """What the sheet lost by our marks: the looks of marked cells by their addresses, and whether formulas went."""

    looks: dict[str, CellLook]
    formulas_gone: bool = False


class _Own(NamedTuple):
    """What a row gets: a line (None: our headings), the wrong cells by columns from 1, the height of its message."""

    row: int
    line: Line | None
    marks: Mapping[int, Mark] = NO_MARKS
    height: int = 0


class Patcher:
    """Goes over the rows of a sheet and puts our columns and marks in."""

    def __init__(self, survey: Survey, styles: Styles, header_row: int, restore: Restore) -> None:
        self._survey = survey
        self._styles = styles
        self._header_row = header_row
        self._restore = restore
        self._own = OwnCells(styles, survey.columns, survey.added, survey.frame.prefix)
        self._p = survey.frame.prefix
        self._first_own = min(survey.columns)
        self._last_own = max(survey.columns)
        self._old_marks = styles.marks()
        numbers = b"|".join(b"%d" % number for number in sorted(self._old_marks)) or b"-"
        self._has_marks = re.compile(rb"""\ss\s*=\s*["'](?:""" + numbers + rb""")["']""")
        self._column_styles = _column_styles(survey)
        self.last_row = survey.last_row
        self.before = Before({})

    def patch(self, rows: XmlRows, lines: Iterable[Line]) -> Iterator[bytes]:
        """Yield the sheet's rows with ours in them, in pieces. Raises CannotCopy for lines that are out of order."""
        pieces: list[bytes] = []
        waiting = self._own_rows(lines)
        own = next(waiting, None)
        for row in rows:
            while own is not None and own.row < row.number:
                pieces.append(self._new_row(own))
                own = next(waiting, None)
            if own is not None and own.row == row.number:
                pieces.append(self._changed(rows, row, own))
                own = next(waiting, None)
            else:
                pieces.append(self._cleaned(rows, row))
            if len(pieces) >= PIECES:
                yield b"".join(pieces)
                pieces.clear()
        while own is not None:
            pieces.append(self._new_row(own))
            own = next(waiting, None)
        pieces.append(rows.between)
        yield b"".join(pieces)

    def _own_rows(self, lines: Iterable[Line]) -> Iterator[_Own]:
        if self._header_row:
            yield _Own(self._header_row, None)
        before = self._header_row
        for line in lines:
            if line.row <= before:
                raise CannotCopy(f"Row {line.row} of the results comes after row {before}.")
            before = line.row
            marks = {column + 1: mark for column, mark in line.marks.items()} if line.marks else NO_MARKS
            yield _Own(line.row, line, marks, height_for(line.added[MESSAGE_COLUMN]))

    def _together(self, own: _Own) -> bytes:
        return b"".join(self._cells(own).values()) if own.line is None else self._own.together(own.line)

    def _cells(self, own: _Own) -> dict[int, bytes]:
        return self._own.headings(own.row) if own.line is None else self._own.line(own.line)

    def _new_row(self, own: _Own) -> bytes:
        self.last_row = max(self.last_row, own.row)
        row = XmlRow(own.row, b"", self._with_height(b' r="%d"' % own.row, own.height, had_message=False), b"")
        return self._row(row, self._merged([], row, own.marks, self._cells(own)))

    def _changed(self, rows: XmlRows, row: XmlRow, own: _Own) -> bytes:
        """Return a row with our cells; where nothing else changes they are only put behind the others."""
        tag = self._with_height(row.tag, own.height, had_message=self._had_message(rows, row))
        row = row if tag is row.tag else row._replace(tag=tag)
        behind = rows.last_column(row.body) < self._first_own
        if behind and not own.marks and not self._has_old_marks(row):
            return self._row(row, row.body + self._together(own))
        return self._row(row, self._merged(rows.cells(row.body), row, own.marks, self._cells(own)))

    def _cleaned(self, rows: XmlRows, row: XmlRow) -> bytes:
        """Return a row that gets no cells of ours, without what an earlier run left in it."""
        reused = self._survey.reused
        stale = reused and row.number > self._header_row and rows.last_column(row.body) >= min(reused)
        if not stale and not self._has_old_marks(row):
            return self._row(row, row.body)
        return self._row(row, self._merged(rows.cells(row.body), row, NO_MARKS, {}))

    def _has_old_marks(self, row: XmlRow) -> bool:
        """Return whether a cell of a row may be marked from an earlier run."""
        return bool(self._old_marks) and self._has_marks.search(row.body) is not None

    def _merged(self, cells: list[Cell], row: XmlRow, marks: Mapping[int, Mark], own: Mapping[int, bytes]) -> bytes:
        """Return the cells of a row with ours among them, the wrong ones marked and those of earlier runs not."""
        new: dict[int, bytes] = {}
        for cell in cells:
            if cell.column in own or self._is_stale(cell, row):
                self._refuse_formula(cell)
                # It stays as an empty cell: a cell without an address depends on the one before it.
                new[cell.column] = b'<%sc r="%s"/>' % (self._p, _address(cell.column, row))
            else:
                new[cell.column] = self._looking_right(cell, row, marks.get(cell.column))
        for column in marks.keys() - new.keys() - own.keys():
            style = self._marked(self._empty_style(row, column), column, row, marks[column])
            new[column] = b'<%sc r="%s" s="%d"/>' % (self._p, _address(column, row), style)
        new.update(own)
        return b"".join(xml for _, xml in sorted(new.items()))

    def _looking_right(self, cell: Cell, row: XmlRow, mark: Mark | None) -> bytes:
        """Return a cell of the user's that is marked if it is wrong, and not marked if it is not."""
        before = style = cell.style
        if before in self._old_marks:
            style = self._styles.restored(before, self._restore(_address(cell.column, row).decode()))
        if mark is not None:
            style = self._marked(style, cell.column, row, mark)
        xml = row.body[cell.start : cell.end]
        if style == before:
            return xml
        tag = _STYLE.sub(b"", cell.tag) + b' s="%d"' % style
        start = len(self._p) + 2
        return xml[:start] + tag + xml[start + len(cell.tag) :]

    def _is_stale(self, cell: Cell, row: XmlRow) -> bool:
        return cell.column in self._survey.reused and row.number > self._header_row

    def _refuse_formula(self, cell: Cell) -> None:
        if b"<" + self._p + b"f" in cell.body:
            if b"ref=" in cell.body or b"shared" in cell.body:
                raise CannotCopy("The import columns contain shared or array formulas. Delete these columns.")
            self.before.formulas_gone = True

    def _marked(self, style: int, column: int, row: XmlRow, mark: Mark) -> int:
        if (look := self._styles.look_of(style)) != CellLook():
            self.before.looks[_address(column, row).decode()] = look
        return self._styles.marked(style, mark.severity)

    def _had_message(self, rows: XmlRows, row: XmlRow) -> bool:
        """Return whether the height of a row may come from the message of an earlier run."""
        column = self._survey.columns[MESSAGE_COLUMN]
        if column not in self._survey.reused or row.number == self._header_row or b" ht=" not in row.tag:
            return False
        return any(cell.column == column and cell.filled for cell in rows.cells(row.body))

    def _with_height(self, tag: bytes, height: int, *, had_message: bool) -> bytes:
        """Return the attributes of a row that is high enough for its message; a height that the user has set stays."""
        if not height and not had_message:
            return tag
        attributes = attributes_of(tag)
        before = 0.0 if had_message else float(attributes.get("ht", "0"))
        if attributes.get("customHeight") in ("1", "true") or before > height:
            return tag
        return _HEIGHT.sub(b"", tag) + (b' ht="%d"' % height if height else b"")

    def _empty_style(self, row: XmlRow, column: int) -> int:
        """Return the style that a cell has which is not in the XML: the row's, else the column's."""
        attributes = attributes_of(row.tag)
        if "s" in attributes and attributes.get("customFormat") in ("1", "true"):
            return int(attributes["s"])
        return next((style for first, last, style in self._column_styles if first <= column <= last), 0)

    def _row(self, row: XmlRow, body: bytes) -> bytes:
        if not body:
            return row.before + b"<" + self._p + b"row" + row.tag + b"/>"
        tag = row.tag
        if b"spans" in tag and body is not row.body:
            tag = _SPANS.sub(self._spans, tag)
        return b"".join((row.before, b"<", self._p, b"row", tag, b">", body, b"</", self._p, b"row>"))

    def _spans(self, found: re.Match[bytes]) -> bytes:
        return b' spans="%d:%d"' % (int(found[1]), max(int(found[2]), self._last_own))


_STYLE = re.compile(rb"""\ss\s*=\s*("[^"]*"|'[^']*')""")
_HEIGHT = re.compile(rb"""\sht\s*=\s*["'][^"']*["']""")
_SPANS = re.compile(rb"""\sspans\s*=\s*["'](\d+):(?:[^"']*:)?(\d+)["']""")


def _address(column: int, row: XmlRow) -> bytes:
    return b"%s%d" % (column_letters(column).encode(), row.number)


def _column_styles(survey: Survey) -> list[tuple[int, int, int]]:
    found = []
    for child in survey.frame.all("cols"):
        for tag in survey.frame.tags(child, b"col"):
            attributes = attributes_of(tag)
            if "style" in attributes:
                found.append((int(attributes["min"]), int(attributes["max"]), int(attributes["style"])))
    return found
