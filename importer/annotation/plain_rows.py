"""The rows of a plain workbook as XML: nearly all by filling in a template, the few with marks cell by cell."""

import re
from collections.abc import Mapping, Sequence

from importer.annotation.layout import MESSAGE_COLUMN, STATUS_COLUMN, height_for
from importer.annotation.lines import Line, NotForWorkbooks
from importer.annotation.styles import Styles
from importer.annotation.texts import CELL_CHARACTERS, FORBIDDEN, FORMULA_STARTS, UNUSUAL, escape, fitting
from importer.model import Status, column_letters

MOST_TEMPLATES = 5_000

_CELL = '<c r="%s%s" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>'
_FOLDED = ' hidden="1" outlineLevel="1"'
_FORMULA = re.compile(r"\n[=+\-@]")


class RowMaker:
    """Makes the XML of rows: nearly all by filling in a template, the few with marks cell by cell."""

    def __init__(self, styles: Styles, columns: int, places: Mapping[int, int], added: int = 0) -> None:
        self._styles = styles
        self._places = places
        self._letters = [column_letters(number) for number in range(1, columns + 1)]
        self._text = styles.text(quoted=False)
        self._quoted = styles.text(quoted=True)
        self._wrapped = {quoted: styles.text(quoted=quoted, wrapped=True) for quoted in (False, True)}
        self._status = columns - added + STATUS_COLUMN
        self._message = columns - added + MESSAGE_COLUMN
        self._templates: dict[tuple[Status, tuple[bool, ...]], str] = {}
        self._columns = columns

    def _template(self, status: Status, filled: tuple[bool, ...]) -> str:
        """Return what rows look like that have a status and texts in the same columns."""
        styles = [self._text] * len(self._letters)
        styles[self._status] = self._styles.status(status)
        styles[self._message] = self._wrapped[False]
        cells = (
            _CELL % (letters, "%d", style, "%s")
            for letters, style, full in zip(self._letters, styles, filled, strict=True)
            if full
        )
        return f'<row r="%d"%s>{"".join(cells)}</row>'

    def columns(self, widths: Sequence[int], folded: int = 0) -> str:
        """Return what a sheet says of its columns, of which the last few are grouped and collapsed."""
        last = len(widths)
        shown = (
            f'<col min="{number}" max="{number}" width="{width}" style="{self._text}" customWidth="1"'
            f"{_FOLDED if number > last - folded else ''}/>"
            for number, width in enumerate(widths, start=1)
        )
        button = f'<col min="{last + 1}" max="{last + 1}" width="9.140625" collapsed="1"/>' if folded else ""
        return "".join(shown) + button

    def headings(self, texts: Sequence[str]) -> str:
        """Return the first row."""
        style = self._styles.heading()
        letters = (column_letters(number) for number in range(1, len(texts) + 1))
        cells = (_CELL % (letter, 1, style, escape(text)) for letter, text in zip(letters, texts, strict=True))
        return f'<row r="1">{"".join(cells)}</row>'

    def texts(self, row: int, texts: Sequence[str]) -> str:
        """Return a row of texts that are not a campaign."""
        cells = (
            _CELL % (column_letters(number), row, self._text, escape(text))
            for number, text in enumerate(texts, start=1)
            if text
        )
        return f'<row r="{row}">{"".join(cells)}</row>'

    def row(self, row: int, line: Line) -> str:
        """Return a row without its empty cells. Raises NotForWorkbooks."""
        added = "\n" + "\n".join(line.added)
        whole = "\n".join(line.cells) + added
        texts: Sequence[str] = line.cells + line.added
        if len(whole) > CELL_CHARACTERS // 2 or UNUSUAL.search(whole):
            texts = [*map(for_a_cell, line.cells), *map(fitting, line.added)]
            texts = [escape(text) for text in texts]
        if line.marks or _FORMULA.search(added):
            return self._unusual(row, line, texts)
        filled = tuple(map(bool, texts))
        template = self._templates.get((line.status, filled))
        if template is None:
            if len(self._templates) == MOST_TEMPLATES:
                self._templates.clear()
            template = self._templates[line.status, filled] = self._template(line.status, filled)
        filling: list[object] = [row] * (2 * sum(filled) + 2)
        filling[1] = _height(line)
        filling[3::2] = filter(None, texts)
        return template % tuple(filling)

    def _unusual(self, row: int, line: Line, texts: Sequence[str]) -> str:
        styles = [self._text] * self._columns
        for number, text in enumerate(line.added, start=self._columns - len(line.added)):
            if text.startswith(FORMULA_STARTS):
                styles[number] = self._quoted
        styles[self._status] = self._styles.status(line.status)
        styles[self._message] = self._wrapped[line.added[MESSAGE_COLUMN].startswith(FORMULA_STARTS)]
        for place, mark in line.marks.items():
            if (position := self._places.get(place)) is not None:
                styles[position] = self._styles.marked(self._text, mark.severity)
        cells = (
            _CELL % (letters, row, style, text) if text else f'<c r="{letters}{row}" s="{style}"/>'
            for letters, style, text in zip(self._letters, styles, texts, strict=True)
        )
        return f'<row r="{row}"{_height(line)}>{"".join(cells)}</row>'


def _height(line: Line) -> str:
    """Return the attribute of a row that its message makes higher; "" for any other."""
    height = height_for(line.added[MESSAGE_COLUMN])
    return f' ht="{height}"' if height else ""


def for_a_cell(text: str) -> str:
    """Return a text of the user that a cell can hold. Raises NotForWorkbooks for any other."""
    if FORBIDDEN.search(text):
        raise NotForWorkbooks("A text contains a character that is not allowed in a workbook.")
    if len(text) + sum(character > "\uffff" for character in text) > CELL_CHARACTERS:
        raise NotForWorkbooks(f"A text is longer than the {CELL_CHARACTERS:,} characters allowed in a cell.")
    return text
