"""A file becomes a table of text.

opening.py    one contract for every kind of file
file_type.py  what a file is, by its content
input_tables.py  a file is one table, or several if sheets of it are
table.py      what a table of text is; chunks.py: rows become chunks of it
sheet.py      workbooks: which reader, which sheet
raw.py        every cell by position
delimited.py  text files; dialect.py: delimiter and quotes; encoding/: the encoding
header.py     where the headings are
memory.py     what Python does about memory meanwhile
"""

from importer.model import finder

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from importer.reading.delimited import TextFile, open_text
    from importer.reading.dialect import BACKSLASHED, LONGEST_FIELD, Dialect, Quoting, delimiter_named, records
    from importer.reading.encoding.doubt import EncodingUnclear
    from importer.reading.encoding.finding import MARKS, OFTEN_MET, find_encoding, former_readings, text_encoding
    from importer.reading.file_type import is_text_file, refuse_growing, refuse_raw_name
    from importer.reading.header import known, last_row_needed
    from importer.reading.input_tables import InputTable, TablesOf, tables_of
    from importer.reading.memory import few_searches_for_cycles
    from importer.reading.opening import open_table, sheets_to_read
    from importer.reading.raw import raw_sheets
    from importer.reading.sheet import visible_sheets
    from importer.reading.table import CHUNK_ROWS, Chunk, Table, chunk_of

__all__ = [
    "BACKSLASHED",
    "CHUNK_ROWS",
    "LONGEST_FIELD",
    "MARKS",
    "OFTEN_MET",
    "Chunk",
    "Dialect",
    "EncodingUnclear",
    "InputTable",
    "Quoting",
    "Table",
    "TablesOf",
    "TextFile",
    "chunk_of",
    "delimiter_named",
    "few_searches_for_cycles",
    "find_encoding",
    "former_readings",
    "is_text_file",
    "known",
    "last_row_needed",
    "open_table",
    "open_text",
    "raw_sheets",
    "records",
    "refuse_growing",
    "refuse_raw_name",
    "sheets_to_read",
    "tables_of",
    "text_encoding",
    "visible_sheets",
]

LIGHTEST_FIRST = (
    "input_tables",
    "memory",
    "file_type",
    "encoding.doubt",
    "encoding.finding",
    "dialect",
    "header",
    "table",
    "delimited",
    "raw",
    "sheet",
    "opening",
)

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name
    __getattr__ = finder(__name__, __all__, LIGHTEST_FIRST)
