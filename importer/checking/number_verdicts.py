"""What is wrong or odd about a cell that is not a text in its file: an error, a day, a number displayed otherwise."""

import re

from importer.checking.text_verdicts import FAILED, FRACTION, Verdict, code_verdict, left_to_correct
from importer.model import Severity
from importer.spreadsheets import DATE, ERROR, NUMBER, PADDED, UNCALCULATED, Display
from schemas.parameters import BY_NAME, Parameter, ParameterKind, is_blank
from schemas.problem_codes import ProblemCode

EXACT_DIGITS = 15
"""As many digits as Excel keeps."""

ODD_KINDS = frozenset((ERROR, UNCALCULATED, DATE, NUMBER, PADDED))

_SCIENTIFIC_FORM = re.compile(r"-?\d(?:\.\d*)?E[+-]?\d+")
_NO_DECIMALS = re.compile(r"[.,]0+\Z")
_NUMBER_WITHIN = re.compile(r"-?\d[\d.,' \u00a0]*")

LOST_DIGITS: Verdict = (
    ProblemCode.LOST_DIGITS,
    f"The number has more than {EXACT_DIGITS} digits. Excel keeps {EXACT_DIGITS} and turns the rest into zeros. "
    "Format the column as Text in Excel and type the number again.",
    Severity.ERROR,
)
NO_RESULT: Verdict = (
    ProblemCode.NO_RESULT,
    "The cell contains a formula without its result. Open the file in Excel, let it calculate, and save it.",
    Severity.ERROR,
)
DATED: Verdict = (
    ProblemCode.DATED,
    "The cell contains a date or time, which does not belong here; Excel turns text such as 1-2 or 3/4 into dates. "
    "Format the column as Text in Excel and type the value again.",
    Severity.ERROR,
)
INEXACT: Verdict = (
    ProblemCode.INEXACT,
    "Excel shows this number rounded; the exact number in the file is sent. Format the cell as Text in Excel and type "
    "it again to send the rounded one.",
    Severity.WARNING,
)


def cell_verdict(parameter: Parameter, is_code: bool, text: str, kind: str, display: Display | None) -> Verdict | None:
    """Say what is wrong with a cell of a workbook that is not a text in the file, if anything.

    `is_code` says that zeros at its beginning count, `kind` is one of ODD_KINDS.
    """
    is_free_text = parameter.kind is ParameterKind.TEXT and not is_code
    if kind == ERROR:
        return FAILED
    if kind == UNCALCULATED:
        return NO_RESULT
    if kind == DATE:
        return _dated_text(text, display) if is_free_text else DATED
    return _number_verdict(parameter, is_code, text, display)


def telephone_number_damage(text: str, kind: str, display: Display | None) -> Verdict | None:
    """Say what another program has made of a telephone number in a cell, if it cannot be used; `kind` is the cell's."""
    if kind in ODD_KINDS:
        verdict = cell_verdict(BY_NAME["dnumber"], True, text, kind, display)
    else:
        verdict = code_verdict(text) or left_to_correct(text)
    return verdict if verdict and verdict[2] is Severity.ERROR else None


def _dated_text(text: str, display: Display | None) -> Verdict:
    shown = "" if display is None or display.shown in (None, text) else f" Excel shows {display.shown!r}."
    message = (
        f"The cell contains a date or time, which is sent as {text!r}.{shown} Format it as Text in Excel and type it "
        "again to send another form."
    )
    return ProblemCode.DATED_TEXT, message, Severity.WARNING


def _number_verdict(parameter: Parameter, is_code: bool, text: str, display: Display | None) -> Verdict | None:
    stored = display.stored if display else text
    if abs(float(stored)) >= 10**EXACT_DIGITS:
        return LOST_DIGITS
    if is_code and "." in stored:
        return FRACTION
    if display is not None and display.shown != stored:
        if is_code:
            return _code_shown_otherwise(text, display)
        if parameter.kind is ParameterKind.TEXT:
            return None if text == display.shown else _text_shown_otherwise(text, display.shown)
        return _parameter_shown_otherwise(parameter, display)
    if "." in stored and len(stored.lstrip("-0.").replace(".", "")) > EXACT_DIGITS:
        return INEXACT
    return None


def _code_shown_otherwise(text: str, display: Display) -> Verdict | None:
    """Say what the user should know about a code that is not displayed as the number in the file."""
    if display.shown is None or _SCIENTIFIC_FORM.fullmatch(display.shown):
        return _text_shown_otherwise(text, display.shown)
    if text == display.stored:
        if _compact(display.shown) == text:
            return None
        is_same = _compact(_NO_DECIMALS.sub("", display.shown)) == text
        return _text_shown_otherwise(text, display.shown) if is_same else _shown_as_another(display)
    if text == display.shown and text.lstrip("0") == display.stored:
        return None
    message = (
        f"Excel shows {display.shown!r}, but the file contains {display.stored}. {text!r} is sent. If this is a "
        "mistake, format the column as Text in Excel and type the number again."
    )
    return ProblemCode.SENT_AS_SHOWN, message, Severity.WARNING


def _text_shown_otherwise(text: str, shown: str | None) -> Verdict:
    how = {None: "in another form", "": "nothing in this cell"}.get(shown, repr(shown))
    what = f"Excel shows this number {how}" if shown is None else f"Excel shows {how}"
    message = f"{what}; {text!r} is sent. Format the cell as Text in Excel and type it again to send another form."
    return ProblemCode.INEXACT, message, Severity.WARNING


def _shown_as_another(display: Display) -> Verdict:
    shown = repr(display.shown) if display.shown else "nothing in this cell"
    message = (
        f"Excel shows {shown}, but the file contains {display.stored}. Format the column as Text in Excel and type the "
        "correct number."
    )
    return ProblemCode.SHOWN_AS_ANOTHER, message, Severity.ERROR


def _parameter_shown_otherwise(parameter: Parameter, display: Display) -> Verdict | None:
    """Refuse a number or a word of which the user sees another one; units and separators around it do not count."""
    if display.shown is None:
        return _text_shown_otherwise(display.stored, None)
    if _means(parameter, display.shown, display.stored):
        return None
    within = _NUMBER_WITHIN.findall(display.shown)
    if len(within) == 1 and "%" not in display.shown and _compact(within[0]) == display.stored:
        return None
    return _shown_as_another(display)


def _means(parameter: Parameter, shown: str, stored: str) -> bool:
    """Say whether two texts are one value of a parameter; what it does not accept is reported elsewhere."""
    if not parameter.accepts(stored) or is_blank(stored):
        return True
    return not is_blank(shown) and parameter.accepts(shown) and parameter.wire(shown) == parameter.wire(stored)


def _compact(shown: str) -> str:
    return re.sub(r"[,.'\s()/-]", "", shown)
