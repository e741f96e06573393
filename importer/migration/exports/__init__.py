"""Exports of old diallers become tables of texts.

opening.py    one contract for every kind of file
formats.py    in which form a file is
model.py      what a table of an old system is
builder.py    tables as they fill
sql/          SQL dumps
json.py       JSON of every kind; flatten.py: objects within objects
terraform.py  configuration as code
tables.py     text with delimiters, and workbooks; tab_dump.py: MySQL's text with tabs
lines.py      the lines of a text file with their ends
"""

from importer.migration.exports.model import SourceRow, SourceTable
from importer.migration.exports.opening import open_blocks, open_source

__all__ = ["SourceRow", "SourceTable", "open_blocks", "open_source"]
