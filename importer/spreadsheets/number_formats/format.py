"""What a spreadsheet shows of a number, by the code of the cell's number format.

What is shown is that of Excel in a column that is wide enough, with the separators and names of US English.

    number_format("00000 000000").display(7700900123)       07700 900123
    number_format("[>=1000]0000;000").display(7)            007
    number_format("[>100]0;yyyy").meaning(50)               Meaning.DATE
    built_in_format(14).display(45000)                      None: it depends on the user's own settings

Sources: ECMA-376 part 1, 18.8.30 and 18.8.31; tests/golden/number_formats.jsonl holds what LibreOffice and two other
programs show.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from importer.spreadsheets.number_formats.code import (
    Known,
    Part,
    SectionCode,
    SectionCondition,
    Show,
    Token,
    Unclear,
    sections_of,
)
from importer.spreadsheets.number_formats.dates import date_shower, is_for_dates
from importer.spreadsheets.number_formats.fractions import fraction_shower
from importer.spreadsheets.number_formats.general import general_shower
from importer.spreadsheets.number_formats.numbers import number_shower

LONGEST_CODE = 255
"""As many characters as Excel allows a code."""
LONGEST_SHOWN = 255
"""As many characters as fit into the widest column; of a longer number Excel shows number signs."""
MOST_SECTIONS = 4

GENERAL = SectionCode((Token(Part.GENERAL, "General"),))
POSITIVE, NOT_NEGATIVE, NEGATIVE = SectionCondition(">", 0), SectionCondition(">=", 0), SectionCondition("<", 0)
SIGNS = (POSITIVE, NOT_NEGATIVE, NEGATIVE)
BY_SIGN: dict[int, tuple[SectionCondition | None, ...]] = {
    1: (None,),
    2: (NOT_NEGATIVE, None),
    3: (POSITIVE, NEGATIVE, None),
}
"""What numbers the sections apply to where they have no conditions, by how many there are."""


class Meaning(Enum):
    """What a section of a number format takes a number for."""

    GENERAL = "general"
    NUMBER = "number"
    DATE = "date"
    """A day, a time of day, or both."""
    ELAPSED = "elapsed"
    """An elapsed time, such as `[h]:mm`."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a number format; `show` is None where what it shows cannot be known."""

    meaning: Meaning
    show: Show | None = None


@dataclass(frozen=True, slots=True, eq=False)
class NumberFormat:
    """A number format: the first of its sections whose condition a number meets applies to the number.

    Two of them are equal only if they are one and the same; `number_format` makes one of a code.
    """

    code: str
    sections: tuple[tuple[SectionCondition | None, Section], ...]
    is_general: bool = False
    """The format General and nothing else; it is also that of numbers in cells for text, `@`."""

    @property
    def is_own_date(self) -> bool:
        """Say whether it is one for days and times that looks as the user's own settings say."""
        return not self.code and any(section.meaning is Meaning.DATE for _, section in self.sections)

    @property
    def has_conditions(self) -> bool:
        """Say whether anything but the sign of a number decides which section applies to it."""
        return any(condition not in (None, *SIGNS) for condition, _ in self.sections)

    def section(self, value: float) -> Section | None:
        """Return the section that applies to a number, or None where that cannot be known."""
        for condition, section in self.sections:
            if condition is None or condition.holds(value):
                return section
        return None

    def meaning(self, value: float) -> Meaning | None:
        """Return what the format takes a number for, or None where that cannot be known."""
        section = self.section(value)
        return section.meaning if section is not None else None

    def display(self, value: float) -> str | None:
        """Return the text that is shown of a number, "" where none is; None where that cannot be known."""
        section = self.section(value)
        if section is None or section.show is None or not math.isfinite(value):
            return None
        shown = section.show(value)
        return shown if shown is not None and len(shown) <= LONGEST_SHOWN else None


@lru_cache(maxsize=4096)
def number_format(code: str, from_1904: bool = False) -> NumberFormat:
    """Return the number format of a code; any text will do.

    `code` is as a workbook's file has it, that is in US English; `from_1904` says that the workbook counts its days
    from 1904. Where Excel would refuse the code, or programs differ about it, its format shows None.
    """
    sections = sections_of(code) if len(code) <= LONGEST_CODE else ()
    if not 0 < len(sections) <= MOST_SECTIONS:
        return NumberFormat(code, ())
    numeric = _for_numbers(sections)
    rules = _rules(numeric)
    return NumberFormat(
        code,
        tuple((condition, _section(section, minus, from_1904)) for condition, section, minus in rules),
        is_general=len(rules) == 1 and _is_general(numeric[0]),
    )


def _for_numbers(sections: tuple[SectionCode, ...]) -> tuple[SectionCode, ...]:
    """Return the sections that are for numbers: all but the fourth, or the last one if it is for text."""
    if sections == (SectionCode(()),):
        return (GENERAL,)
    if len(sections) == MOST_SECTIONS or Part.AT in sections[-1].parts:
        sections = sections[:-1]
    return sections or (GENERAL,)


def _is_general(section: SectionCode) -> bool:
    return [token.part for token in section.tokens] == [Part.GENERAL] and section.known is not Known.NOTHING


def _rules(sections: Sequence[SectionCode]) -> list[tuple[SectionCondition | None, SectionCode, bool]]:
    """Return the sections, each with the condition that it applies on and whether it shows the sign of a number.

    Without a condition they go by the sign, which only a single one shows. With conditions it is intricate. Microsoft
    does not document it; what is done here is what the authors of the package numfmt found Excel to do.
    """
    conditions = [section.condition for section in sections]
    if not any(conditions):
        by_sign = BY_SIGN[len(sections)]
        return [(condition, section, len(sections) == 1) for condition, section in zip(by_sign, sections, strict=True)]
    first, second, third = (*conditions, None, None)[:3]
    first = first or POSITIVE
    rules: list[tuple[SectionCondition | None, SectionCode, bool]] = [(first, sections[0], _may_be_positive(first))]
    if second is not None:
        rules.append((second, sections[1], _may_be_positive(second)))
    elif len(sections) < len(BY_SIGN):
        otherwise = sections[1] if len(sections) > 1 else GENERAL
        rules.append((None, otherwise, first.sign == "=" or (first.limit >= 0 and first.sign in (">", ">="))))
    if second is not None and third is None:
        rules += [(None, section, True) for section in sections[2:]]
    return rules


def _may_be_positive(condition: SectionCondition) -> bool:
    """Say whether numbers that are not negative can meet a condition, as Excel reckons."""
    if condition.limit < 0:
        return condition.sign not in ("<", "<=", "=")
    return condition.limit > 0 or condition.sign != "<"


def _section(code: SectionCode, minus: bool, from_1904: bool) -> Section:
    parts = code.parts
    if is_for_dates(code.tokens):
        meaning = Meaning.ELAPSED if Part.ELAPSED in parts else Meaning.DATE
    else:
        meaning = Meaning.GENERAL if Part.GENERAL in parts else Meaning.NUMBER
    try:
        return Section(meaning, _shower(code, meaning, minus, from_1904))
    except Unclear:
        return Section(meaning)


def _shower(code: SectionCode, meaning: Meaning, minus: bool, from_1904: bool) -> Show:
    if code.known is Known.NOTHING:
        raise Unclear
    match meaning:
        case Meaning.DATE | Meaning.ELAPSED:
            return date_shower(code.tokens, code.known, from_1904)
        case Meaning.GENERAL:
            return general_shower(code.tokens, minus)
        case _:
            return (fraction_shower if Part.SLASH in code.parts else number_shower)(code.tokens, minus)


UNKNOWN = NumberFormat("", ((None, Section(Meaning.NUMBER)),))
"""The format of a number of which nobody says how it is shown."""

BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
}
"""The codes of the formats that a file need not spell out (ECMA-376 part 1, 18.8.30)."""
OWN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(50, 59)))
"""Formats for days and times whose codes, or names of months, are those of the user's language."""
OWN_NUMBERS = frozenset((*range(5, 9), *range(41, 45), *range(59, 82)))
"""Formats with the user's currency, and those of Thai Excel."""


@lru_cache(maxsize=256)
def built_in_format(number: int, from_1904: bool = False) -> NumberFormat:
    """Return a number format that a file need not spell out; numbers that mean none are taken for General."""
    if number in OWN_DATES:
        return NumberFormat("", ((None, Section(Meaning.DATE)),))
    if number in OWN_NUMBERS:
        return UNKNOWN
    return number_format(BUILT_IN.get(number, "General"), from_1904)
