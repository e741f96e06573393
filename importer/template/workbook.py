"""The template: a workbook to fill in, created from the parameter table."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from importer.errors import WrongUsage
from importer.model import column_letters
from importer.ooxml import LAST_ROW
from importer.template.columns import TEXT, format_of, note, required_words, rule_of, width_of
from schemas.headings import NAMES_SHEET, NUMBERS_SHEET
from schemas.name_lists import DESTINATION, LIST_OF_DESTINATION
from schemas.number_headings import LIST_COLUMNS
from schemas.parameters import PARAMETERS
from schemas.problem_codes import ProblemCode

BOLD = Font(name="Calibri", size=11, bold=True)
"""With a name: without one, LibreOffice takes another font than that of the other cells."""
FRAME = Border(left=Side("thin"), right=Side("thin"), top=Side("thin"), bottom=Side("thin"))
NEEDED = PatternFill("solid", fgColor="FCE4D6")
OPTIONAL = PatternFill("solid", fgColor="DDEBF7")
WRAPPED = Alignment(wrap_text=True, vertical="top")
CENTRED = Alignment(wrap_text=True, vertical="center")

NOTE_WIDTH = 300
"""The width of the note on a heading, in pixels; about 42 characters fit into a line."""
NOTE_LINE, NOTE_CHARACTERS = 19, 42
LINE = 15
"""The height of a line, in points."""

NOTES: Sequence[tuple[str, int]] = (
    ("Column", 22),
    ("Key", 23),
    ("Required", 9),
    ("Meaning", 70),
    ("Example", 18),
    ("Another example", 18),
)
"""The headings of the sheet of notes, and the widths of its columns in characters."""
MEANING = 4
LIST_WIDTH = 30
"""The width of the columns of the sheet of numbers, in characters."""
YES, NO = "yes", "no"

RANGE_ENDING = "_names"
"""Ends the names of the ranges with what drop-downs offer: owner_names, queue_names."""
EXAMPLES: Sequence[Mapping[str, str]] = (
    {parameter.name: parameter.example for parameter in PARAMETERS if parameter.example},
    {"name": "Appointment calls", "dtype": "mailbox", "dnumber": "1234", "enabled": "0", "machine": "off"},
)


Names = Mapping[str, Sequence[str]]
"""The names that drop-downs offer, by parameter; those of a destination by its type."""


def write(path: Path, names: Names = MappingProxyType({})) -> None:
    """Write the workbook: a sheet of campaigns with drop-downs and rules, one of telephone numbers, and one of notes.

    `names` are offered in drop-downs, from a hidden sheet. Columns whose values may begin with a zero or a plus are
    formatted as text, so that the spreadsheet program does not change them. Raises WrongUsage if the file exists or
    cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise WrongUsage(f"{path}: the template is an Excel workbook; its name must end in .xlsx.", ProblemCode.OUTPUT)
    workbook = Workbook()
    workbook.properties.creator = "campaign-importer"
    campaigns, numbers = workbook.worksheets[0], workbook.create_sheet(NUMBERS_SHEET.title())
    notes = workbook.create_sheet("Notes")
    campaigns.title = "Campaigns"
    _fill_campaigns(campaigns)
    _fill_numbers(numbers)
    _fill_notes(notes)
    if any(names.values()):
        _offer_names(workbook, campaigns, names)
    for sheet in (campaigns, numbers, notes):
        print_on_wide_pages(sheet)
    try:
        with path.open("xb") as file:
            workbook.save(file)
    except FileExistsError:
        message = f"{path} already exists and was not overwritten. Choose another name."
        raise WrongUsage(message, ProblemCode.OUTPUT) from None
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}. Choose another name or folder."
        raise WrongUsage(message, ProblemCode.OUTPUT) from None


def print_on_wide_pages(sheet: Worksheet) -> None:
    """Set up a sheet to be printed in landscape, one page wide, with its headings on every page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)


def _fill_campaigns(sheet: Worksheet) -> None:
    sheet.freeze_panes = "B2"
    sheet.row_dimensions[1].height = 2.2 * LINE
    for column, parameter in enumerate(PARAMETERS, start=1):
        letters = column_letters(column)
        sheet.column_dimensions[letters].width = width_of(parameter)
        sheet.column_dimensions[letters].number_format = format_of(parameter)
        _put_heading(sheet, column, parameter.heading, note(parameter), required=parameter.required)
        if (rule := rule_of(parameter)) is not None:
            rule.add(f"{letters}2:{letters}{LAST_ROW}")
            sheet.add_data_validation(rule)


def _fill_numbers(sheet: Worksheet) -> None:
    """Fill the sheet of numbers: all of its columns are text, so that zeros and plus signs stay."""
    sheet.freeze_panes = "A2"
    for number, column in enumerate(LIST_COLUMNS, start=1):
        letters = column_letters(number)
        sheet.column_dimensions[letters].width = LIST_WIDTH
        sheet.column_dimensions[letters].number_format = TEXT
        text = f"{required_words(required=column.required)}{column.help}\nFor example: {column.example}"
        _put_heading(sheet, number, column.heading, text, required=column.required)


def _put_heading(sheet: Worksheet, column: int, text: str, hint: str, *, required: bool) -> None:
    """Put a heading with a note on it into the first row."""
    heading = sheet.cell(1, column, text)
    heading.font, heading.border, heading.alignment = BOLD, FRAME, CENTRED
    heading.fill = NEEDED if required else OPTIONAL
    lines = sum(1 + len(line) // NOTE_CHARACTERS for line in hint.split("\n")) + 1
    heading.comment = Comment(hint, "campaign-importer", width=NOTE_WIDTH, height=NOTE_LINE * lines)


def _fill_notes(sheet: Worksheet) -> None:
    sheet.freeze_panes = "A2"
    for column, (heading, width) in enumerate(NOTES, start=1):
        sheet.column_dimensions[column_letters(column)].width = width
        cell = sheet.cell(1, column, heading)
        cell.font, cell.fill, cell.border = BOLD, OPTIONAL, FRAME
    for row, texts in enumerate((*_parameter_notes(), *_list_notes()), start=2):
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(row, column, text or None)
            cell.alignment, cell.number_format = WRAPPED, TEXT
        sheet.row_dimensions[row].height = LINE * (1 + len(texts[MEANING - 1]) // NOTES[MEANING - 1][1])


def _parameter_notes() -> Iterator[Sequence[str]]:
    """Yield the texts that explain each column of the sheet of campaigns."""
    for parameter in PARAMETERS:
        examples = (example.get(parameter.name, "") for example in EXAMPLES)
        yield (parameter.heading, parameter.name, YES if parameter.required else NO, parameter.help, *examples)


def _list_notes() -> Iterator[Sequence[str]]:
    """Yield the texts that explain each column of the sheet of numbers, which has no keys."""
    for column in LIST_COLUMNS:
        heading = f"{column.heading} ({NUMBERS_SHEET.title()})"
        yield (heading, "", YES if column.required else NO, column.help, column.example)


def _offer_names(workbook: Workbook, campaigns: Worksheet, names: Names) -> None:
    """Write names to a hidden sheet, a column and a named range for each kind, and offer them in drop-downs.

    Any other text is allowed too: an ID, or a name that was added later.
    """
    hidden = workbook.create_sheet(NAMES_SHEET)
    hidden.sheet_state = "hidden"
    for column, (kind, texts) in enumerate(((kind, texts) for kind, texts in names.items() if texts), start=1):
        for row, text in enumerate(texts[:LAST_ROW], start=1):
            cell = hidden.cell(row, column)
            # What begins like a formula is a text here.
            cell.value, cell.data_type, cell.number_format = text, "s", TEXT
        letters = column_letters(column)
        area = f"{NAMES_SHEET}!${letters}$1:${letters}${min(len(texts), LAST_ROW)}"
        workbook.defined_names[f"{kind}{RANGE_ENDING}"] = DefinedName(f"{kind}{RANGE_ENDING}", attr_text=area)
    for column, parameter in enumerate(PARAMETERS, start=1):
        letters = column_letters(column)
        if parameter.name == DESTINATION and any(names.get(dtype) for dtype in LIST_OF_DESTINATION):
            formula = f'INDIRECT(${_letters_of("dtype")}2&"{RANGE_ENDING}")'
        elif names.get(parameter.name):
            formula = f"{parameter.name}{RANGE_ENDING}"
        else:
            continue
        offer = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
        offer.add(f"{letters}2:{letters}{LAST_ROW}")
        campaigns.add_data_validation(offer)


def _letters_of(name: str) -> str:
    return column_letters(1 + [parameter.name for parameter in PARAMETERS].index(name))
