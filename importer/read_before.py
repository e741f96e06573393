"""How earlier versions read the same cells, so that a row is known again although it is read more exactly now."""

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from importer.mapping import excel_text, tidy
from importer.model import Columns
from importer.reading.table import Chunk
from schemas.parameters import BY_NAME

Readings = Mapping[int, tuple[Mapping[str, str], ...]]
"""By row number, each earlier reading: the texts that differ from today's, by parameter."""


def read_before(chunk: Chunk, named: pd.DataFrame, columns: Columns) -> Readings:
    """Return the earlier readings of the rows of a chunk that were read otherwise; most rows have none.

    `named` has the same rows, with a column for each parameter and its cells as they are read today.
    """
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for name, position in columns.positions.items():
        before = {row: display.before for row, display in chunk.displays.get(position, {}).items()}
        before |= _written_for_excel(chunk.frame[position], named[name])
        for row, text in before.items():
            found[row][name] = tidy(BY_NAME[name], text)
    return {row: (texts,) for row, texts in found.items()}


def _written_for_excel(raw: "pd.Series[str]", read: "pd.Series[str]") -> Mapping[int, str]:
    """Return the cells of a text file that were sent with the equals sign and the quotes that are for Excel."""
    if raw is read or '="' not in "\n".join(raw.tolist()):
        return {}
    rows = raw.index.tolist()
    return {row: text for row, text, now in zip(rows, raw, read, strict=True) if text != now == excel_text(text)}
