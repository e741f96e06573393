"""A file becomes a table of text.

opening.py    one contract, whatever the file is
file_type.py  what a file is, by its content
table.py      what a table of text is; chunks.py: rows become chunks of it
sheet.py      workbooks: which reader, which sheet
raw.py        every cell by position
delimited.py  text files; dialect.py: delimiter and quotes; encoding/: the encoding
header.py     where the headings are
"""

from importer.reading.file_type import refuse_growing, refuse_raw_name
from importer.reading.opening import open_table
from importer.reading.table import Chunk, Table

__all__ = ["Chunk", "Table", "open_table", "refuse_growing", "refuse_raw_name"]
