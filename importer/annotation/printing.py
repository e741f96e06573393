"""How our sheets are printed, and where ours go on paper in a sheet of the user's."""

import re

from importer.annotation.layout import FOLDED
from importer.annotation.survey import Range, Survey, range_of
from importer.model import column_letters
from importer.ooxml import LAST_ROW

TITLES_NAME = "_xlnm.Print_Titles"
AREA_NAME = "_xlnm.Print_Area"

ONE_PAGE_WIDE = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
"""Stands in front of a sheet of ours that PAGES fits to the width of one page."""
PAGES = (
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
    "<headerFooter><oddFooter>&amp;L&amp;A&amp;RPage &amp;P of &amp;N</oddFooter></headerFooter>"
)
"""Stands behind its rows: A4, landscape, with the name of the sheet and the number of the page."""

_ONE_RECTANGLE = re.compile(
    r"(?:'[^']*(?:''[^']*)*'|[^',!]+)!"  # 'Sales & North'!
    r"\$?(?P<left>[A-Z]+)\$?(?P<top>\d*):"  # $A$1: or $A:
    r"\$?(?P<right>[A-Z]+)\$?(?P<bottom>\d*)"
)


def title_rows(sheet: str, row: int) -> str:
    """Return what the name TITLES_NAME of a sheet says for a row that is printed on every page."""
    return f"{quoted(sheet)}!${row}:${row}"


def quoted(sheet: str) -> str:
    """Return the name of a sheet as a reference has it."""
    return "'" + sheet.replace("'", "''") + "'"


def grown_area(text: str, survey: Survey, header_row: int) -> str | None:
    """Return a user's print area with our columns in it; None where it stays as it is.

    It grows if it is one rectangle with all columns before ours and the row of the headings: someone who prints the
    table wants to see what is wrong with its rows. Those of our columns that are folded are left out.
    """
    found = _ONE_RECTANGLE.fullmatch(text)
    if found is None:
        return None
    top, bottom = found["top"] or "1", found["bottom"] or str(LAST_ROW)
    area = range_of(f"{found['left']}{top}:{found['right']}{bottom}")
    last = max(column for column, name in zip(survey.columns, survey.added, strict=True) if name not in FOLDED)
    before = Range(survey.headings[0], header_row, min(survey.columns) - 1, header_row)
    if area is None or not area.covers(before) or area.right >= last:
        return None
    corner = f"${column_letters(last)}" + (f"${found['bottom']}" if found["bottom"] else "")
    return f"{text.rpartition(':')[0]}:{corner}"
