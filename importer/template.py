"""The workbook to fill in, made from the parameter table."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from importer.errors import WrongUsage
from importer.model import column_letters
from schemas.parameters import PARAMETERS, Parameter, ParameterKind
from schemas.problem_codes import ProblemCode

ROWS = 1000
"""How many rows below the headings are prepared: as text, with drop-downs."""

TEXT = "@"
BOLD = Font(bold=True)
FRAME = Border(left=Side("thin"), right=Side("thin"), top=Side("thin"), bottom=Side("thin"))
NEEDED = PatternFill("solid", fgColor="FCE4D6")
OPTIONAL = PatternFill("solid", fgColor="DDEBF7")
WRAPPED = Alignment(wrap_text=True, vertical="top")

EXAMPLES: tuple[dict[str, str], ...] = (
    {parameter.name: parameter.example for parameter in PARAMETERS if parameter.example},
    {"name": "Appointment calls", "dtype": "mailbox", "dnumber": "1234", "enabled": "0", "machine": "off"},
)


def write(path: Path) -> None:
    """Write the workbook: headings with notes, drop-downs for closed values, two example rows, a sheet of notes.

    All cells are formatted as text, so that the spreadsheet program leaves 0123 and +44 alone. Raises WrongUsage if
    the file exists or cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise WrongUsage(f"{path}: the template is an Excel workbook; its name must end in .xlsx.", ProblemCode.OUTPUT)
    workbook = Workbook()
    workbook.properties.creator = "campaign-importer"
    campaigns, notes = workbook.worksheets[0], workbook.create_sheet("Notes")
    campaigns.title = "Campaigns"
    _fill_campaigns(campaigns)
    _fill_notes(notes)
    try:
        with path.open("xb") as file:
            workbook.save(file)
    except FileExistsError:
        message = f"{path} exists already, and nothing is overwritten. Give another name."
        raise WrongUsage(message, ProblemCode.OUTPUT) from None
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}. Give another name or folder."
        raise WrongUsage(message, ProblemCode.OUTPUT) from None


def _fill_campaigns(sheet: Worksheet) -> None:
    sheet.freeze_panes = "B2"
    for column, parameter in enumerate(PARAMETERS, start=1):
        letters = column_letters(column)
        sheet.column_dimensions[letters].width = _width(parameter)
        sheet.column_dimensions[letters].number_format = TEXT
        heading = sheet.cell(1, column, parameter.name)
        heading.font, heading.border = BOLD, FRAME
        heading.fill = NEEDED if parameter.required else OPTIONAL
        heading.comment = Comment(note(parameter), "campaign-importer", width=256)
        if parameter.kind is ParameterKind.WORD:
            drop_down = _drop_down(parameter)
            drop_down.add(f"{letters}2:{letters}{ROWS + 1}")
            sheet.add_data_validation(drop_down)
    for row, example in enumerate(EXAMPLES, start=2):
        for column, parameter in enumerate(PARAMETERS, start=1):
            if parameter.name in example:
                sheet.cell(row, column, example[parameter.name]).number_format = TEXT


def _fill_notes(sheet: Worksheet) -> None:
    for column, (heading, width) in enumerate(
        (("Column", 24), ("Needed", 9), ("Default", 12), ("Meaning", 90)), start=1
    ):
        sheet.column_dimensions[column_letters(column)].width = width
        sheet.cell(1, column, heading).font = BOLD
    for row, parameter in enumerate(PARAMETERS, start=2):
        needed = "yes" if parameter.required else "no"
        for column, text in enumerate((parameter.name, needed, parameter.default or "", parameter.help), start=1):
            sheet.cell(row, column, text).alignment = WRAPPED
    sheet.cell(len(PARAMETERS) + 3, 1, "Remove the two example rows before you import.").font = BOLD


def note(parameter: Parameter) -> str:
    """Return what the note on a heading says."""
    return f"{'Needed. ' if parameter.required else ''}{parameter.help}"


def _width(parameter: Parameter) -> int:
    return max(24 if parameter.kind is ParameterKind.TEXT else 12, len(parameter.name) + 2)


def _drop_down(parameter: Parameter) -> DataValidation:
    return DataValidation(
        type="list",
        formula1=f'"{",".join(parameter.listed)}"',
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="warning",
        errorTitle=parameter.name,
        error=f"{parameter.name} must be {parameter.allowed}, or blank.",
    )
