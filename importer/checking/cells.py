"""The cells of a chunk as they are sent: by parameter, and tidied where what was typed is clear."""

import re
import unicodedata
from collections.abc import Mapping
from functools import partial

from importer.model import Columns
from importer.reading import Chunk
from schemas.distinct import ByDistinct, distinct
from schemas.likeness import INVISIBLE
from schemas.names import name_of
from schemas.parameters import BY_NAME, Parameter, ParameterKind

Cells = Mapping[str, ByDistinct[str]]
"""The texts of a chunk, by parameter."""

_TIDIED = frozenset((ParameterKind.WHOLE_NUMBER, ParameterKind.WORD, ParameterKind.ID_OR_NAME))
_FOR_EXCEL = re.compile(r'="((?:[^"]|"")*)"')


def cells_by_parameter(chunk: Chunk, columns: Columns) -> Cells:
    """Return the cells of a chunk by the parameters that are known, as they are sent.

    Where the parameter is a number or a word, what cannot be seen goes, digits of other scripts become ours, and a
    number is the one that the file holds, however it is displayed. In a text file, a text that was written for Excel
    (`="0123"`) is what stands between its quotes. The chunk keeps the user's cells.
    """
    is_text = columns.source.sheet is None
    cells = {
        name: _column(parameter, chunk, position, is_text)
        for name, parameter in BY_NAME.items()
        if (position := columns.positions.get(name)) is not None
    }
    return cells | {name: ByDistinct([text] * len(chunk), {text: text}) for name, text in columns.defaults.items()}


def excel_text(cell: str) -> str:
    """Return the text that Excel shows of a cell of a text file: of `="0123"` what stands between the quotes."""
    found = _FOR_EXCEL.fullmatch(cell) if cell.startswith('="') else None
    return found[1].replace('""', '"') if found else cell


def tidy_number(text: str) -> str:
    """Return what was meant as a number without apostrophe, invisible characters and outer spaces, its digits ASCII."""
    visible = INVISIBLE.sub("", text).strip().removeprefix("'")
    return "".join(str(unicodedata.decimal(character, character)) for character in visible)


def tidy(parameter: Parameter, text: str) -> str:
    """Return the text of a cell as its parameter takes it: numbers and words are tidied, names and other texts stay."""
    if parameter.kind not in _TIDIED or (text.isascii() and not text.startswith("'")):
        return text
    tidied = tidy_number(text)
    return text if parameter.kind is ParameterKind.ID_OR_NAME and name_of(tidied) else tidied


def _column(parameter: Parameter, chunk: Chunk, position: int, is_text: bool) -> ByDistinct[str]:
    column = distinct(chunk.texts_at(position))
    if is_text and '="' in column.together:
        column = distinct(column.then(excel_text).column())
    if parameter.kind not in _TIDIED:
        return column
    if displays := chunk.displays.get(position):
        pairs = zip(chunk.numbers, column.texts, strict=True)
        column = distinct([displays[row].stored if row in displays else text for row, text in pairs])
    if column.together.isascii() and "'" not in column.together:
        return column
    return distinct(column.then(partial(tidy, parameter)).column())
