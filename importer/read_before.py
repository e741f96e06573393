"""How earlier versions read the same cells, so that a row is known again although it is read more exactly now."""

from collections import defaultdict
from collections.abc import Mapping

from importer.mapping import tidy
from importer.model import Columns
from importer.reading.table import Chunk
from schemas.parameters import BY_NAME

Readings = Mapping[int, tuple[Mapping[str, str], ...]]
"""By row number, each earlier reading: the texts that differ from today's, by parameter."""


def read_before(chunk: Chunk, columns: Columns) -> Readings:
    """Return the earlier readings of the rows of a chunk that were read otherwise; most rows have none."""
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for name, position in columns.positions.items():
        for row, text in chunk.read_before.get(position, {}).items():
            found[row][name] = tidy(BY_NAME[name], text)
    return {row: (texts,) for row, texts in found.items()}
