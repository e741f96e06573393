"""A table of text becomes rows and problems.

columns.py      headings become parameters; cells.py: and cells what is sent of them
rules.py        a chunk becomes rows and problems; failures.py: pandera's failures become problems
number_cells.py  telephone numbers in a sheet of campaigns; number_spelling.py: the numbers of a cell
damage.py       what other programs have done to the data: number_verdicts.py, text_verdicts.py
calling_hours.py  rows that dial at any hour of the day
hidden_columns.py  fields in columns that nobody sees
names.py        whether any name comes a second time
looked_up.py    which rows have names that are to be looked up on the server
outlines.py     rows that are only checked, until it is known whether they are to be compared
earlier_readings.py  how earlier versions read the same cells
"""

from importer.checking.calling_hours import CallingHours
from importer.checking.cells import cells_by_parameter, excel_text, tidy_number
from importer.checking.columns import match_columns
from importer.checking.damage import Detector, covered
from importer.checking.earlier_readings import read_before
from importer.checking.hidden_columns import hidden_fields
from importer.checking.looked_up import NamesToLookUp
from importer.checking.names import Names
from importer.checking.number_cells import hide_numbers, holds_numbers, is_elsewhere, is_kept, numbers_columns
from importer.checking.number_spelling import PLAIN_NUMBER, bare_number, digits_of, numbers_in
from importer.checking.number_verdicts import telephone_number_damage
from importer.checking.outlines import Outlines
from importer.checking.rules import Checked, check, judge_of, same_campaign, same_name

__all__ = [
    "PLAIN_NUMBER",
    "CallingHours",
    "Checked",
    "Detector",
    "Names",
    "NamesToLookUp",
    "Outlines",
    "bare_number",
    "cells_by_parameter",
    "check",
    "covered",
    "digits_of",
    "excel_text",
    "hidden_fields",
    "hide_numbers",
    "holds_numbers",
    "is_elsewhere",
    "is_kept",
    "judge_of",
    "match_columns",
    "numbers_columns",
    "numbers_in",
    "read_before",
    "same_campaign",
    "same_name",
    "telephone_number_damage",
    "tidy_number",
]
