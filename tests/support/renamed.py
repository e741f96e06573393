"""What is sent of a chunk, as a table of pandas."""

import pandas as pd

from importer.checking import cells_by_parameter
from importer.model import Columns
from importer.reading import Chunk


def renamed(chunk: Chunk, columns: Columns) -> pd.DataFrame:
    """Return the cells of a chunk as they are sent: a column for each parameter, and the row numbers as its index."""
    cells = cells_by_parameter(chunk, columns)
    return pd.DataFrame({name: column.texts for name, column in cells.items()}, index=chunk.frame.index, dtype=str)
