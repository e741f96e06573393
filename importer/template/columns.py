"""The columns of the sheet of campaigns: their notes, widths, formats and rules, from the parameter table."""

from collections.abc import Sequence
from typing import Literal

from openpyxl.worksheet.datavalidation import DataValidation

from schemas.parameters import KNOWN_DESTINATION_TYPES, Parameter, ParameterKind

TEXT, NUMBER = "@", "0"

MOST_IN_EXCEL = 10**15 - 1
"""The largest whole number of which Excel keeps every digit: it has 15; in a longer one it makes the rest zeros."""


def note(parameter: Parameter) -> str:
    """Return the text of the note on a heading."""
    needed = required_words(required=parameter.required)
    example = f"\nFor example: {parameter.example}" if parameter.example else ""
    return f"{needed}{parameter.help}{example}\nKey: {parameter.name}"


def required_words(*, required: bool) -> str:
    """Return the words about a column that has to be filled in."""
    return "Required. " if required else ""


def width_of(parameter: Parameter) -> int:
    """Return a width in characters at which the heading takes at most two lines and no word of it is cut off."""
    longest = max(map(len, parameter.heading.split()))
    return max(24 if parameter.kind is ParameterKind.TEXT else 12, longest + 3, len(parameter.heading) // 2 + 3)


def format_of(parameter: Parameter) -> str:
    """Return the number format: rules for numbers only apply to number cells."""
    return NUMBER if parameter.kind is ParameterKind.WHOLE_NUMBER else TEXT


def rule_of(parameter: Parameter) -> DataValidation | None:
    """Return the rule for a column; if other values may be valid or are understood too, it only warns."""
    match parameter.kind:
        case ParameterKind.LOWER_CASE:
            return _drop_down(parameter, sorted(KNOWN_DESTINATION_TYPES), "warning")
        case ParameterKind.WORD:
            return _drop_down(parameter, parameter.listed, "warning" if parameter.understood else "stop")
        case ParameterKind.WHOLE_NUMBER:
            return _number_rule(parameter)
        case ParameterKind.TEXT | ParameterKind.ID_OR_NAME:
            return None


def _drop_down(parameter: Parameter, words: Sequence[str], style: Literal["stop", "warning"]) -> DataValidation:
    allowed = parameter.allowed if parameter.kind is ParameterKind.WORD else f"one of {', '.join(words)}"
    return DataValidation(
        type="list",
        formula1=f'"{",".join(words)}"',
        allow_blank=True,
        showErrorMessage=True,
        errorStyle=style,
        errorTitle=parameter.heading,
        error=f"{parameter.heading} is usually {allowed}."
        if parameter.required
        else f"{parameter.heading} must be {allowed}, or empty.",
    )


def _number_rule(parameter: Parameter) -> DataValidation:
    least = -MOST_IN_EXCEL if parameter.minimum is None else parameter.minimum
    return DataValidation(
        type="whole",
        operator="between",
        formula1=str(least),
        formula2=str(MOST_IN_EXCEL),
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="stop",
        errorTitle=parameter.heading,
        error=f"{parameter.heading} must be {parameter.allowed}, or empty. "
        "Excel rounds numbers of more than 15 digits.",
    )
