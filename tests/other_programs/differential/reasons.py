"""Why what is sent may differ from what is shown without a word: the whole list."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from schemas.parameters import BY_NAME, ParameterKind
from tests.other_programs.differential.cells import Cell, Kind
from tests.other_programs.differential.workbooks import WRITERS, unescaped

WORKBOOK_FORMS = frozenset(writer.form for writer in WRITERS)
_OTHER_SIGNS = str.maketrans(",.", ".,")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Case:
    """A cell in a format, what is read and would be sent of it, and what is shown (None: nothing is known).

    `raw` is what the importer takes for the text of the cell in the file, in any column, `parameter` what
    the column means (None: it is the user's own, and not sent). `notes` is what is reported about the file as a whole.
    """

    cell: Cell
    parameter: str | None
    raw: str
    sent: str
    shown: str | None
    form: str
    notes: str = ""

    @property
    def is_number_or_word(self) -> bool:
        """Whether the parameter is a number or one of some words."""
        return self.parameter is not None and BY_NAME[self.parameter].kind in (
            ParameterKind.WHOLE_NUMBER,
            ParameterKind.ID_OR_NAME,
            ParameterKind.WORD,
            ParameterKind.LOWER_CASE,
        )

    @property
    def is_in_text_file(self) -> bool:
        """Whether the cell is one of a text file, whose form is its encoding."""
        return self.form not in WORKBOOK_FORMS

    @property
    def is_code(self) -> bool:
        """Whether the parameter is a telephone number or a code."""
        return self.parameter in ("dnumber", "callerid")


@dataclass(frozen=True)
class Reason:
    """A reason: in short, in a sentence, and the cases that it holds for."""

    name: str
    why: str
    holds: Callable[[Case], bool]


def _is_backslash_noted(case: Case) -> bool:
    meant = re.sub(r'\\(["\\])', r"\1", str(case.cell.value))
    return case.is_in_text_file and case.sent == meant and "follow a backslash" in case.notes


def _alike(text: str) -> str:
    return _LINE_END.sub("\n", text)


def _are_one_unescaped(case: Case) -> bool:
    return _in_one_line(unescaped(case.sent)) in (_in_one_line(case.shown), _in_one_line(unescaped(case.shown)))


def _in_one_line(text: str) -> str:
    return re.sub(r"[\r\n]", "", text)


def _are_one_without_breaks(case: Case) -> bool:
    return re.sub(r"[\t\n]", "", case.sent) == re.sub(r"[\t\n]", "", case.shown)


def _bare(shown: str) -> str:
    """Return the digits of a number without what does not count: zeros at its ends, separators, units around it."""
    digits = re.sub(r"[^0-9.]|(?<![0-9])\.|\.(?![0-9])", "", shown)
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits).lstrip("0")


def _is_one_number(case: Case) -> bool:
    """Say whether a number is shown with nothing but separators, zeros and a unit around its digits."""
    return case.cell.kind is Kind.NUMBER and any(
        shown and "%" not in shown and _bare(shown) == _bare(case.sent)
        for shown in (case.shown, *(case.cell.seen or ()))
    )


def _is_rounded_by_general(case: Case) -> bool:
    bare = re.sub(r"\[[A-Za-z]+\]", "", case.cell.code).lower()
    return case.cell.kind is Kind.NUMBER and bare in ("general", "@", "") and "E+" in (case.cell.seen or ("", ""))[1]


def _is_shown_by_excel(case: Case) -> bool:
    """Say whether a program that shows what Excel does shows another text than LibreOffice, and that is sent."""
    return case.cell.seen is not None and case.cell.seen[0] != case.cell.seen[1] == case.sent


REASONS = (
    Reason(
        "as it stands in a text file",
        "A backslash may be meant, or come from a program that writes one before what has a meaning: it is sent as it "
        "stands in the file where no quote follows one, and a quote that is not doubled as other programs read it.",
        lambda case: case.is_in_text_file and case.sent == case.shown,
    ),
    Reason(
        "a backslash before a quote",
        "Most programs that write one do not mean it, PHP does; a note of the file says how its quotes are understood.",
        _is_backslash_noted,
    ),
    Reason(
        "ends of lines",
        "A workbook keeps them as they were typed or imported; LibreOffice shows all of them as one.",
        lambda case: case.cell.kind is Kind.TEXT and _alike(case.sent) == _alike(case.shown),
    ),
    Reason(
        "escapes of letters",
        "Office Open XML may write any character as _x0041_: in .xlsx LibreOffice understands that of control "
        "characters alone, and in .xlsb, which does without, too.",
        lambda case: case.cell.kind is Kind.TEXT and case.form in ("xlsx", "xlsb") and _are_one_unescaped(case),
    ),
    Reason(
        "tabs and line breaks within a paragraph",
        "LibreOffice 7.4 writes them into .ods, and leaves them out when it reads them again.",
        lambda case: case.cell.kind is Kind.TEXT and case.form == "ods" and _are_one_without_breaks(case),
    ),
    Reason(
        "truth",
        "LibreOffice shows and writes 1 and 0 where the format of a cell is not one of truths.",
        lambda case: case.cell.kind is Kind.TRUTH and {case.sent, case.shown} in ({"0", "FALSE"}, {"1", "TRUE"}),
    ),
    Reason(
        "separators in a telephone number or code",
        "1,234,567 is typed like that nowhere, and all its digits are sent.",
        lambda case: case.is_code and _is_one_number(case),
    ),
    Reason(
        "units, zeros and separators around a number or word",
        "3,600 s and 03600 are the number 3600 to the eye, too.",
        lambda case: case.is_number_or_word and _is_one_number(case),
    ),
    Reason(
        "the decimal sign",
        "It is that of the user's own settings, a comma or a point, and where a format asks for one, of its language.",
        lambda case: case.cell.kind is Kind.NUMBER and case.sent == case.shown.translate(_OTHER_SIGNS),
    ),
    Reason(
        "what cannot be seen in a number or word",
        "A zero-width blank that came along with a copied number does not change it.",
        lambda case: case.is_number_or_word and case.cell.kind is Kind.TEXT and case.sent == _seen(case.shown),
    ),
    Reason(
        "the format General shortens a long number",
        "Nobody has chosen how it is shown, and it is sent with all its digits.",
        _is_rounded_by_general,
    ),
    Reason(
        "the minus sign where sections have conditions",
        "Excel shows it in the last section, as the authors of the package numfmt found, LibreOffice leaves it out.",
        lambda case: case.sent == f"-{case.shown}" and re.search(r"\[[<>=]", case.cell.code) is not None,
    ),
    Reason(
        "a format that LibreOffice loses",
        "It writes what it shows into .ods, and sometimes another format beside it (0 for 0#), which it shows when it "
        "opens the file again: what it first showed is sent.",
        lambda case: case.form == "ods" and case.cell.kind is Kind.NUMBER and case.sent in (case.cell.seen or ()),
    ),
    Reason(
        "Excel shows it as it is sent",
        "LibreOffice shows the number in this format otherwise than Excel does.",
        lambda case: case.cell.kind is Kind.NUMBER and _is_shown_by_excel(case),
    ),
)
"""Asked only where what is sent is not what is shown, and nothing is reported."""


def _seen(text: str) -> str:
    """Return what is seen of a number or word: its letters and digits, without an apostrophe that marks it as text."""
    visible = "".join(character for character in text if unicodedata.category(character) != "Cf").strip()
    return "".join(str(unicodedata.decimal(character, character)) for character in visible.removeprefix("'"))
