"""Workbooks become exact cells, in a separate process. Nothing here knows a campaign, or pandas.

process.py            the parent's side of that process, with bounds on memory and silence
worker.py             the process itself
containers.py         what a file is, by what it holds; file_kind.py: the families
rows.py               rows and batches on their way to the parent
cells.py              the text and the kind of a cell
number_formats/       what a spreadsheet shows of a number; shown.py, serials.py, texts_before.py
exact.py              the exact readers, one a format family:
                      xlsx.py (xlsx_book.py, xlsx_sheet.py), ods.py (ods_cells.py, ods_styles.py), xlsb.py,
                      xls.py (xls_formulas.py)
xlsx_quick.py         the reader of .xlsx whose rows are written alike: xlsx_shapes.py, xlsx_values.py
calamine.py           the fast reader of all others, and what it does not tell: scan.py, xlsx_scan.py, ods_scan.py
archive.py            parts of a zip archive, and the XML in them as events
"""

from importer.spreadsheets.cells import BLANK, DATE, ERROR, NUMBER, PADDED, TEXT, UNCALCULATED, Display
from importer.spreadsheets.file_kind import OLE, SAVE_AS, START, UNPACK, ZIP, FileKind
from importer.spreadsheets.process import ReaderFailed, ReaderProcess
from importer.spreadsheets.rows import CHUNK_CELLS, MOST_CELLS, Batch, Range, Record, SheetInfo, range_text

__all__ = [
    "BLANK",
    "CHUNK_CELLS",
    "DATE",
    "ERROR",
    "MOST_CELLS",
    "NUMBER",
    "OLE",
    "PADDED",
    "SAVE_AS",
    "START",
    "TEXT",
    "UNCALCULATED",
    "UNPACK",
    "ZIP",
    "Batch",
    "Display",
    "FileKind",
    "Range",
    "ReaderFailed",
    "ReaderProcess",
    "Record",
    "SheetInfo",
    "range_text",
]
