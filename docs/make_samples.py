"""Makes the sample workbooks: `python -m docs.make_samples`, after a change of what is in them.

samples/campaigns.xlsx has the rows of samples/campaigns.csv, samples/mistakes.xlsx those below; all cells are text.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from importer.template import BOLD, print_on_wide_pages

SAMPLES = Path(__file__).parent.parent / "samples"

REMARK = "Remark"
"""A column of the user's own: it is not sent, and says here what is wrong with the row."""

COLUMNS = (
    *("name", "dtype", "dnumber", "attempts", "callerid", "enabled", "machine", "maximum", "keep_agents_available"),
    *("retry", "success", REMARK),
)

WIDEST = 42
"""Characters in the widest column."""

# fmt: off
MISTAKES: Sequence[Mapping[str, str]] = (
    {"name": "Good row", "dtype": "queue", "dnumber": "1", "attempts": "3", "enabled": "yes", "machine": "off", "maximum": "2", "keep_agents_available": "-1", "retry": "60", "success": "key", REMARK: "the only one without a mistake"},
    {"dtype": "queue", "dnumber": "2", REMARK: "name is missing"},
    {"name": "No destination", REMARK: "dtype and dnumber are missing"},
    {"name": "Zero attempts", "dtype": "queue", "dnumber": "3", "attempts": "0", REMARK: "attempts is below 1"},
    {"name": "Words for numbers", "dtype": "queue", "dnumber": "4", "attempts": "two", "maximum": "many", "retry": "1h", REMARK: "three cells that are not whole numbers"},
    {"name": "Fraction", "dtype": "queue", "dnumber": "5", "attempts": "1.5", REMARK: "attempts is not a whole number"},
    {"name": "Bad flag", "dtype": "queue", "dnumber": "6", "enabled": "maybe", REMARK: "enabled is neither yes nor no"},
    {"name": "Bad machine", "dtype": "queue", "dnumber": "7", "machine": "beep", REMARK: "machine is not a known word"},
    {"name": "Bad success", "dtype": "queue", "dnumber": "8", "success": "press", REMARK: "success is not a known word"},
    {"name": "Negative without queue", "dtype": "mailbox", "dnumber": "9", "keep_agents_available": "-2", REMARK: "only a queue may go below 0"},
    {"name": "Negative retry", "dtype": "queue", "dnumber": "10", "retry": "-5", REMARK: "retry is below 0"},
    {"name": "Good row", "dtype": "queue", "dnumber": "1", "attempts": "3.0", "enabled": "1", "machine": "off", "maximum": "2", "keep_agents_available": "-1", "retry": "60", "success": "key", REMARK: "the same campaign as row 2"},
    {"name": "Good row", "dtype": "queue", "dnumber": "11", REMARK: "the same name as row 2: a warning"},
    {"name": "Odd type", "dtype": "fax", "dnumber": "12", REMARK: "an unknown dtype: a warning"},
    {"name": "Agents in words", "dtype": "queue", "dnumber": "13", "keep_agents_available": "some", REMARK: "keep_agents_available is not a whole number"},
    {"name": " Spaces around", "dtype": "queue", "dnumber": "14", REMARK: "a text that begins with a space: a warning"},
)
# fmt: on


def campaigns() -> list[list[str]]:
    """Return the headings and rows of the good sample."""
    with (SAMPLES / "campaigns.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def mistakes() -> list[list[str]]:
    """Return the headings and rows of the sample that has every kind of mistake."""
    return [list(COLUMNS), *([row.get(name, "") for name in COLUMNS] for row in MISTAKES)]


def workbook(lines: Sequence[Sequence[str]]) -> Workbook:
    """Return a workbook of one sheet, in which every cell is text: a heading, or one that a person has typed."""
    made = Workbook()
    made.properties.creator = "campaign-importer"
    sheet = made.worksheets[0]
    sheet.title, sheet.freeze_panes = "Campaigns", "B2"
    for column, heading in enumerate(lines[0], start=1):
        width = sheet.column_dimensions[get_column_letter(column)]
        longest = max(len(line[column - 1]) for line in lines)
        width.width, width.number_format = min(max(12, longest + 2), WIDEST), "@"
        cell = sheet.cell(1, column, heading)
        cell.font, cell.fill = BOLD, PatternFill("solid", fgColor="DDEBF7")
    for row, line in enumerate(lines[1:], start=2):
        for column, text in enumerate(line, start=1):
            if text:
                cell = sheet.cell(row, column, text)
                cell.data_type, cell.number_format = "s", "@"  # a text that begins with = is not a formula here
    print_on_wide_pages(sheet)
    return made


def main() -> None:
    """Write the samples."""
    workbook(campaigns()).save(SAMPLES / "campaigns.xlsx")
    workbook(mistakes()).save(SAMPLES / "mistakes.xlsx")


if __name__ == "__main__":
    main()
