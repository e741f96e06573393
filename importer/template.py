"""The workbook to fill in, made from the parameter table."""

from pathlib import Path
from typing import Any

import xlsxwriter

from importer.errors import WrongUsage
from schemas.parameters import PARAMETERS, Parameter, ParameterKind
from schemas.problem_codes import ProblemCode

ROWS = 1000
"""How many rows below the headings are prepared: as text, with drop-downs."""

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
    try:
        with path.open("xb") as file:
            book = xlsxwriter.Workbook(file)
            _fill_campaigns(book)
            _fill_notes(book)
            book.close()
    except FileExistsError:
        message = f"{path} exists already, and nothing is overwritten. Give another name."
        raise WrongUsage(message, ProblemCode.OUTPUT) from None
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}. Give another name or folder."
        raise WrongUsage(message, ProblemCode.OUTPUT) from None


def _fill_campaigns(book: Any) -> None:
    sheet = book.add_worksheet("Campaigns")
    text = book.add_format({"num_format": "@"})
    needed = book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1})
    optional = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    sheet.freeze_panes(1, 1)
    for column, parameter in enumerate(PARAMETERS):
        sheet.set_column(column, column, _width(parameter), text)
        sheet.write_string(0, column, parameter.name, needed if parameter.required else optional)
        sheet.write_comment(0, column, note(parameter), {"x_scale": 2})
        if parameter.kind is ParameterKind.WORD:
            sheet.data_validation(1, column, ROWS, column, _drop_down(parameter))
    for row, example in enumerate(EXAMPLES, start=1):
        for column, parameter in enumerate(PARAMETERS):
            if parameter.name in example:
                sheet.write_string(row, column, example[parameter.name], text)


def _fill_notes(book: Any) -> None:
    sheet = book.add_worksheet("Notes")
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for column, (heading, width) in enumerate((("Column", 24), ("Needed", 9), ("Default", 12), ("Meaning", 90))):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, bold)
    for row, parameter in enumerate(PARAMETERS, start=1):
        sheet.write_string(row, 0, parameter.name, wrapped)
        sheet.write_string(row, 1, "yes" if parameter.required else "no", wrapped)
        sheet.write_string(row, 2, parameter.default or "", wrapped)
        sheet.write_string(row, 3, parameter.help, wrapped)
    sheet.write_string(len(PARAMETERS) + 2, 0, "Remove the two example rows before you import.", bold)


def note(parameter: Parameter) -> str:
    """Return what the note on a heading says."""
    return f"{'Needed. ' if parameter.required else ''}{parameter.help}"


def _width(parameter: Parameter) -> int:
    return max(24 if parameter.kind is ParameterKind.TEXT else 12, len(parameter.name) + 2)


def _drop_down(parameter: Parameter) -> dict[str, Any]:
    return {
        "validate": "list",
        "error_type": "warning",
        "source": list(parameter.listed),
        "error_title": parameter.name,
        "error_message": f"{parameter.name} must be {parameter.allowed}, or blank.",
    }
