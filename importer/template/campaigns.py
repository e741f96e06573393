"""A workbook of campaigns that are on the server, which `import` can read."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from importer.model import column_letters
from importer.ooxml import LAST_ROW, without_controls
from importer.template.columns import TEXT, width_of
from schemas.parameters import PARAMETERS

ID_HEADING = "id"
"""The column of campaigns' IDs in a workbook of campaigns; it is not imported."""

NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


def write_campaigns(file: BinaryIO, campaigns: Iterable[Mapping[str, str]]) -> None:
    """Write a workbook of campaigns that `import` can read, with the headings of the template and the column `id`.

    `campaigns` map the parameters, and `id`, to the texts of their cells. However many there are, they are never in
    memory together. Raises OSError.
    """
    workbook = Workbook(write_only=True)
    workbook.properties.creator = "campaign-importer"
    names = [parameter.name for parameter in PARAMETERS]
    sheet = _sheet_of_campaigns(workbook, "Campaigns")
    for number, campaign in enumerate(campaigns):
        if number and number % (LAST_ROW - 1) == 0:
            sheet = _sheet_of_campaigns(workbook, f"Campaigns {len(workbook.worksheets) + 1}")
        sheet.append([_text_cell(sheet, campaign.get(name, "")) for name in (*names, ID_HEADING)])
    workbook.save(file)


def _sheet_of_campaigns(workbook: Workbook, title: str) -> Any:
    """Add a sheet with the headings of the template and the column `id`; a sheet ends at LAST_ROW."""
    sheet: Any = workbook.create_sheet(title)
    for column, parameter in enumerate(PARAMETERS, start=1):
        sheet.column_dimensions[column_letters(column)].width = width_of(parameter)
    sheet.append([*(parameter.heading for parameter in PARAMETERS), ID_HEADING])
    return sheet


def _text_cell(sheet: Any, text: str) -> Any:
    """Return a cell that the spreadsheet program shows as it is, also where it looks like a number or a formula.

    What a server shows may have characters that no workbook can have.
    """
    if not text:
        return None
    cell = WriteOnlyCell(sheet, NOT_IN_XML.sub("\ufffd", without_controls(text)))
    cell.data_type, cell.number_format = "s", TEXT
    return cell
