"""The cells that we add to a row of the user's sheet."""

import re
from collections.abc import Callable, Iterable
from itertools import chain
from operator import itemgetter

from importer.annotation.layout import MESSAGE_COLUMN, STATUS_COLUMN
from importer.annotation.lines import Line
from importer.annotation.styles import Styles
from importer.annotation.texts import CELL_CHARACTERS, FORMULA_STARTS, UNUSUAL, escape, fitting
from importer.model import Status, column_letters

_FORMULA = re.compile(r"\n[=+\-@]")

Filling = Callable[[tuple[object, ...]], tuple[object, ...]]
"""Takes the row's number and our texts; returns them in the order in which a template needs them."""


class OwnCells:
    """Makes the XML of our cells: always texts, never numbers or formulas."""

    def __init__(self, styles: Styles, columns: tuple[int, ...], headings: tuple[str, ...], prefix: bytes) -> None:
        self._headings = headings
        self._letters = [column_letters(column) for column in columns]
        self._heading = styles.heading()
        self._text = styles.text(quoted=False)
        self._quoted = styles.text(quoted=True)
        self._message = {quoted: styles.text(quoted=quoted, wrapped=True) for quoted in (False, True)}
        self._status = {status: styles.status(status) for status in Status}
        self._columns = columns
        self._order = sorted(range(len(columns)), key=columns.__getitem__)
        self._templates: dict[tuple[Status, tuple[bool, ...]], tuple[str, Filling]] = {}
        p = prefix.decode()
        self._empty = f'<{p}c r="%s%s" s="%d"/>'
        inside = f'<{p}is><{p}t xml:space="preserve">%s</{p}t></{p}is>'
        self._full = f'<{p}c r="%s%s" s="%d" t="inlineStr">{inside}</{p}c>'

    def headings(self, row: int) -> dict[int, bytes]:
        """Return the cells of the header row by their columns, from 1, from left to right."""
        pairs = zip(self._letters, self._headings, strict=True)
        return self._placed((self._full % (letters, row, self._heading, text)).encode() for letters, text in pairs)

    def together(self, line: Line) -> bytes:
        """Return the cells of a line from left to right, nearly always by filling in a template."""
        added = line.added
        whole = "\n" + "\n".join(added)
        if len(whole) > CELL_CHARACTERS // 2 or UNUSUAL.search(whole) or _FORMULA.search(whole):
            return b"".join(self.line(line).values())
        filled = tuple(map(bool, added))
        key = (line.status, filled)
        template = self._templates.get(key)
        if template is None:
            self._check_length(line)
            template = self._templates[key] = self._template(line.status, filled)
        xml, filling = template
        return (xml % filling((line.row, *added))).encode()

    def _template(self, status: Status, filled: tuple[bool, ...]) -> tuple[str, Filling]:
        """Return our cells of lines that have a status, and texts in the same columns; and what to fill in."""
        styles = [self._text] * len(self._letters)
        styles[STATUS_COLUMN] = self._status[status]
        styles[MESSAGE_COLUMN] = self._message[False]
        cells = (
            self._full % (self._letters[at], "%d", styles[at], "%s")
            if filled[at]
            else self._empty % (self._letters[at], "%d", styles[at])
            for at in self._order
        )
        places = ((0, at + 1) if filled[at] else (0,) for at in self._order)
        return "".join(cells), itemgetter(*chain.from_iterable(places))

    def line(self, line: Line) -> dict[int, bytes]:
        """Return the cells of a line by their columns, from 1, from left to right."""
        self._check_length(line)
        styles = [self._quoted if text.startswith(FORMULA_STARTS) else self._text for text in line.added]
        styles[STATUS_COLUMN] = self._status[line.status]
        styles[MESSAGE_COLUMN] = self._message[line.added[MESSAGE_COLUMN].startswith(FORMULA_STARTS)]
        return self._placed(
            (self._full % (letters, line.row, style, escape(fitting(text)))).encode()
            if text
            else (self._empty % (letters, line.row, style)).encode()
            for letters, style, text in zip(self._letters, styles, line.added, strict=True)
        )

    def _check_length(self, line: Line) -> None:
        if len(line.added) != len(self._letters):
            raise ValueError(f"row {line.row} has {len(line.added)} texts for {len(self._letters)} columns")

    def _placed(self, cells: Iterable[bytes]) -> dict[int, bytes]:
        return dict(sorted(zip(self._columns, cells, strict=True)))
