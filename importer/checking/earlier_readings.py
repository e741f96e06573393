"""How earlier versions read the same cells, so that a row is known again although it is read more exactly now."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from importer.checking.cells import Cells, excel_text, tidy
from importer.model import Columns
from importer.reading import Chunk, former_readings
from schemas.parameters import BY_NAME

Readings = Mapping[int, Sequence[Mapping[str, str]]]
"""By row number, each earlier reading: the texts that differ from today's, by parameter."""


def read_before(chunk: Chunk, cells: Cells, columns: Columns) -> Readings:
    """Return the earlier readings of the rows of a chunk that were read otherwise; most rows have none.

    `cells` are those of the same rows, by parameter, as they are read today.
    """
    single: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for name, position in columns.positions.items():
        before = {row: display.before for row, display in chunk.displays.get(position, {}).items()}
        before |= _written_for_excel(chunk, position, cells[name].texts)
        if columns.source.text and columns.source.text.quoting in ("backslash", "backslash_quote"):
            before |= _without_backslashes(chunk, position)
        for row, text in before.items():
            single[row][name] = tidy(BY_NAME[name], text)
    found = {row: [texts] for row, texts in single.items()}
    for row, others in _in_other_encodings(chunk, columns):
        found.setdefault(row, []).append(others)
    return found


def _written_for_excel(chunk: Chunk, position: int, read: Sequence[str]) -> Mapping[int, str]:
    """Return the cells of a text file that were sent with the equals sign and the quotes that are for Excel."""
    raw = chunk.texts_at(position)
    if raw is read:
        return {}
    cells = zip(chunk.numbers, raw, read, strict=True)
    return {row: text for row, text, now in cells if text != now == excel_text(text)}


def _without_backslashes(chunk: Chunk, position: int) -> Mapping[int, str]:
    r"""Return the cells of a file of backslashes that lost those that were letters: C:\new was C:new."""
    cells = zip(chunk.numbers, chunk.texts_at(position), strict=True)
    return {row: re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL) for row, text in cells if "\\" in text}


def _in_other_encodings(chunk: Chunk, columns: Columns) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield rows of a text file and what they were read as where the file was taken for one in another encoding."""
    encoding = columns.source.encoding
    if encoding is None:
        return
    names = list(columns.positions)
    cells = chunk.cells([columns.positions[name] for name in names])
    for row, texts in zip(chunk.numbers, cells, strict=True):
        for other in former_readings(texts, encoding):
            yield row, dict(_differing(names, texts, other))


def _differing(names: Sequence[str], texts: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name, text, before in zip(names, texts, other, strict=True):
        if text != before:
            yield name, tidy(BY_NAME[name], before)
