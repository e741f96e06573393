"""A workbook with our columns, marks and summary: the user's own, or a plain one.

copying.py   the user's own workbook; parts that need not change keep their bytes
plain.py     a new workbook for all other files, for very long ones and for rejects; plain_rows.py: its rows
lines.py     what both take
losses.py    what a copy cannot keep, reported before anything is done; file_ending.py: its file name ending
summary.py   the sheet "Import summary"; advice.py: its words, summary_looks.py: its looks; graft.py: it is put in front
printing.py  how sheets are printed
survey.py    a first look over the sheet; layout.py, frame.py: what stands around its rows
sheet.py     its rows; rows.py: found by searching the bytes; own_cells.py: what we add to them
styles.py    styles; notes.py: comments; texts.py: texts in the XML
package.py   the workbook as an archive of parts
"""

from importer.annotation.copying import copy_sheets
from importer.annotation.file_ending import ending
from importer.annotation.lines import CannotCopy, Line, Mark, NotForWorkbooks, SheetLines, Summary
from importer.annotation.losses import losses, warnings
from importer.annotation.plain import RESULTS, plain_sheets, rejects_workbook

__all__ = [
    "RESULTS",
    "CannotCopy",
    "Line",
    "Mark",
    "NotForWorkbooks",
    "SheetLines",
    "Summary",
    "copy_sheets",
    "ending",
    "losses",
    "plain_sheets",
    "rejects_workbook",
    "warnings",
]
