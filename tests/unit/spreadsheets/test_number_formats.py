"""What number formats show, against a table of what LibreOffice and two packages show."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from importer.spreadsheets.number_formats.format import (
    LONGEST_CODE,
    LONGEST_SHOWN,
    Meaning,
    built_in_format,
    number_format,
)
from tests.support.paths import GOLDEN


@dataclass(frozen=True)
class Case:
    """A number, the code of its format, and what LibreOffice and the packages ssf and numfmt show of it."""

    code: str
    value: float
    office: str
    ssf: str | None
    numfmt: str | None

    @property
    def ours(self) -> str | None:
        """What we show."""
        return number_format(self.code).display(self.value)

    @property
    def meaning(self) -> Meaning | None:
        """What we take the number for."""
        return number_format(self.code).meaning(self.value)

    @property
    def conditions(self) -> list[bool]:
        """Which of the sections have a condition."""
        return [bool(re.search(r"\[[<>=]", section)) for section in self.code.split(";")]


@cache
def cases() -> list[Case]:
    """Read the table; make_number_formats.py makes it."""
    lines = (GOLDEN / "number_formats.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Case(table["format"], value, *(shown if len(shown) == 3 else shown * 3))
        for table in map(json.loads, lines)
        for value, *shown in table["shown"]
    ]


@dataclass(frozen=True)
class Difference:
    """A class of cases about which programs differ, or in which we differ from them; why, and what is shown here."""

    why: str
    applies: Callable[[Case], bool]
    expected: Callable[[Case], bool]


def with_code(pattern: str) -> Callable[[Case], bool]:
    return lambda case: re.search(pattern, case.code) is not None


def is_any_of(*codes: str) -> Callable[[Case], bool]:
    return lambda case: case.code in codes


def nothing_known(case: Case) -> bool:
    return case.ours is None


def like_numfmt(case: Case) -> bool:
    return case.ours == case.numfmt


def like_one_but_for_blanks(case: Case) -> bool:
    return case.ours is not None and case.ours.split() in [
        shown.split() for shown in (case.office, case.ssf, case.numfmt) if shown is not None
    ]


def only_digits(text: str | None) -> str:
    return re.sub("[^0-9]", "", text or "")


def without_bare_points(text: str | None) -> list[str]:
    return re.sub(r"\.(?![0-9])", "", text or "").split()


DIFFERENCES = (
    Difference(
        "Excel refuses the code; others guess, each in its own way.",
        is_any_of('"abc', "[", "\\", "0;0;0;0;0", "N0", "0E", "E+0", "0 kg", "0/", "[Foo]0", "[Rot]0", "yyyy 0", "m%"),
        nothing_known,
    ),
    Difference(
        "What is shown depends on the user's own settings, calendar or digits.",
        with_code(r"\[\$-(F[48]00|41E|411|D0|20)|\[DBNum|^(e|b|ggge)$"),
        nothing_known,
    ),
    Difference(
        "The names of months are those of another language than English.", with_code(r"\[\$-407\].*mmm"), nothing_known
    ),
    Difference(
        "Excel fills the cell with number signs, LibreOffice goes on before the first day, ssf shows nothing.",
        lambda case: case.value < 0 and case.meaning in (Meaning.DATE, Meaning.ELAPSED),
        nothing_known,
    ),
    Difference(
        "Of three sections the first alone has a condition: what else there is goes by the sign, or to the second.",
        lambda case: case.conditions == [True, False, False] and case.meaning is None,
        nothing_known,
    ),
    Difference(
        "No section applies: Excel fills the cell with number signs, others take General or the last section.",
        lambda case: case.numfmt == "######",
        nothing_known,
    ),
    Difference(
        "Two percent signs, fractions with places of zeros, half a day in small letters: every program does otherwise.",
        is_any_of("0%%", "00/00", "hh:mm a/p"),
        nothing_known,
    ),
    Difference(
        "Excel shows the minus sign of a negative number by what the conditions are; LibreOffice and ssf leave it out.",
        lambda case: any(case.conditions) and case.value < 0,
        like_numfmt,
    ),
    Difference(
        "Excel shows the minus sign before a text alone, and the number where there is a colour alone.",
        is_any_of('"yes"', "[Red]"),
        like_numfmt,
    ),
    Difference(
        "A section of nothing shows nothing, to numfmt alone a minus sign.",
        is_any_of(";@"),
        lambda case: case.ours == "",
    ),
    Difference(
        "Excel rounds decimal digits: 1.005 is 101 %. LibreOffice and ssf round 100.49999999999999.",
        lambda case: "%" in case.code and case.value in (1.005, -1.005),
        like_numfmt,
    ),
    Difference(
        "Half a second before midnight is midnight; LibreOffice cuts the second off, and ssf stays on the same day.",
        lambda case: case.code == "AM/PM" and case.value % 1 == pytest.approx(0.999999),
        like_numfmt,
    ),
    Difference(
        "With an exponent, 0 shows one digit, where numfmt fills the places, or LibreOffice leaves the point out.",
        lambda case: "E" in case.code and case.value == 0,
        lambda case: case.ours in (case.office, case.numfmt),
    ),
    Difference(
        "Programs leave more or fewer blanks for a fraction of nothing, and numfmt shows 1 1/1 where others show 2.",
        with_code(r"[#?0-9]/[#?0-9]"),
        lambda case: like_one_but_for_blanks(case) or case.ours == f"-{case.office}",
    ),
    Difference(
        "A language changes the names of days, in Excel not the separators of numbers.",
        with_code(r"\[\$[^\]]*-(407|807|41D|416)\]"),
        lambda case: (
            case.ours == number_format(re.sub(r"-[0-9A-F]+\]", "]", case.code)).display(case.value)
            and only_digits(case.ours) == only_digits(case.numfmt)
        ),
    ),
    # From here on the authors of numfmt decide, who say that they compared it with Excel.
    Difference(
        "LibreOffice begins with 1899-12-30 and has no false leap day, cuts seconds off, and fails at long times; ssf "
        "does not carry seconds over, ends a day early and refuses some codes.",
        lambda case: case.meaning in (Meaning.DATE, Meaning.ELAPSED),
        like_numfmt,
    ),
    Difference(
        "General has up to 11 characters in Excel, more in LibreOffice; ssf leaves out the texts around it.",
        lambda case: case.meaning is Meaning.GENERAL,
        like_numfmt,
    ),
    Difference(
        "LibreOffice leaves out a point that no decimals follow.",
        lambda case: (
            case.office != case.numfmt and without_bare_points(case.office) == without_bare_points(case.numfmt)
        ),
        like_numfmt,
    ),
    Difference(
        "ssf alone knows only some formats, rounds binary fractions, and mistakes texts between places.",
        lambda case: case.office == case.numfmt,
        like_numfmt,
    ),
    Difference(
        "LibreOffice alone has its own ways with blanks, exponents and sections, or shows as many digits as it has.",
        lambda case: case.ssf == case.numfmt,
        like_numfmt,
    ),
    Difference(
        "LibreOffice and ssf err each in its own way: about languages by name, a condition of the second section "
        "alone, gaps, `#,#`, and texts next to points and exponents.",
        with_code(r"^#,#$|en-US|^\"A\"0|^ 0|_x|[#?]E|0\.00E|0\.\S* ?-|\. x"),
        like_numfmt,
    ),
)


def difference(case: Case) -> Difference | None:
    """Return the class that a case is in."""
    return next((one for one in DIFFERENCES if one.applies(case)), None)


def is_right(case: Case) -> bool:
    """Say whether we show what all others show or, if there is one, what the class of the case asks for."""
    if case.ours == case.office == case.ssf == case.numfmt:
        return True
    one = difference(case)
    return one is not None and one.expected(case)


def test_what_libreoffice_and_ssf_agree_about_is_shown() -> None:
    """Two independent programs agree about most of the table, and we with them, except for the listed classes."""
    agreed = [case for case in cases() if case.office == case.ssf]
    assert len(agreed) > 6000
    assert sum(case.ours != case.office for case in agreed) < 0.03 * len(agreed)
    assert [case for case in agreed if not is_right(case)] == []


def test_where_programs_differ_each_class_of_cases_goes_by_its_reason() -> None:
    """Where LibreOffice and ssf differ, what is shown follows a stated reason."""
    differing = [case for case in cases() if case.office != case.ssf]
    assert len(differing) > 3000
    assert [case for case in differing if not is_right(case)] == []


@pytest.mark.parametrize("one", DIFFERENCES, ids=lambda one: one.why[:40])
def test_no_class_of_differences_is_left_over(one: Difference) -> None:
    """Each class has cases in which another program shows something else than we do."""
    assert any(
        difference(case) is one and not (case.ours == case.office == case.ssf == case.numfmt) for case in cases()
    )


SHOWN = [
    # telephone numbers, codes and texts around them
    ('0#" "##" "##" "##" "##', 145236789, "01 45 23 67 89"),
    ("00000\\ 000000", 7911123456, "07911 123456"),
    ("(000) 0000 0000", 2012345678, "(020) 1234 5678"),
    ('"+"0', 4930123456, "+4930123456"),
    ("\\+0;", 4930123456, "+4930123456"),
    ('"0"#########', 301234567, "0301234567"),
    ("00000-0000", 12345678, "01234-5678"),
    ("[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", 2125550123, "(212) 555-0123"),
    ("000\\.000\\.000\\-00", 1234567890, "012.345.678-90"),
    ("0000-00-00", 20260314, "2026-03-14"),
    ('"REF-"0000', 34, "REF-0034"),
    ('"REF-"0000', -34, "-REF-0034"),
    # sections
    ("[>=1000]0000;000", 9, "009"),
    ("[>1E3]0.0;0", 1234.5, "1234.5"),
    ("0000;;", 0, ""),
    ("0000;-0", -7, "-7"),
    ("00000;-00000;0", 0, "0"),
    ('"a;b"0;0', 3, "a;b3"),
    (";;;", 12, ""),
    ("0;(0)", -20, "(20)"),
    ("0;-0", -0.4, "-0"),
    ("0", -0.4, "0"),
    ('0;-0;"nil"', 0.4, "0"),
    ("0;-0;;@", 0, ""),
    ('0;"text "@', -3, "-3"),
    # rounding of decimal digits
    ("0.00", 2.675, "2.68"),
    ("0.00", 1.005, "1.01"),
    ("0", 2.5, "3"),
    ("0", -2.5, "-3"),
    ("0", 123456789012345678, "123456789012346000"),
    ("0.0%", 0.0295, "3.0%"),
    ("#,##0.0,,", 1250000, "1.3"),
    # the format General
    ("General", 1e-5, "0.00001"),
    ("General", 0.000012345678, "1.23457E-05"),
    ("General", 99999999999.6, "1E+11"),
    ("General", 1234567.891234, "1234567.891"),
    ("General", 1234565e9, "1.23457E+15"),
    ('General" pcs"', -12.5, "-12.5 pcs"),
    # days and times
    ("yyyy-mm-dd", 60, "1900-02-29"),
    ("dddd", 1, "Sunday"),
    ("d mmm yyyy", 45292.75, "1 Jan 2024"),
    ("h:mm AM/PM", 0.5, "12:00 PM"),
    ("[h]:mm", 1.5, "36:00"),
    ("mm:ss.00", 0.000011574, "00:01.00"),
    ("yyyy-mm-dd", 2958466, None),
    ("yyyy-mm-dd hh:mm", 2958465.9999999, None),
    ("ss.0000", 0.5, None),
    ('d/m" {x}"', 32, "1/2 {x}"),
    ("d mmm;@", -1, None),
    # what is not clear is not known
    ("0.0,", 1e300, None),
    ("0", math.inf, None),
    ("0", math.nan, None),
    ("#,##0,.0", 1234567, None),
    ('#,##0" "000', 1234567, None),
    ("0E+0,0", 5, None),
    ("0E+0.0", 5, None),
    ("0E+0E+0", 5, None),
    ("General0", 5, None),
    ("@0;0", 5, None),
    ("[>1][<5]0;0", 3, None),
    ("[>1]0;[>0]0;[<0]0", -3, None),
    ("0" * 256, 5, None),
    ("# ?/?%", 5, None),
    ("# ??????/??????", 0.5, None),
    ("# ?/??", 0.5, None),
    ("?/?/?", 0.5, None),
    ("[$-xx-sys]0", 5, "5"),
    ("[$-x-sysdate]d/m/yyyy", 5, None),
    ("[$-ja-JP-x-gannen]d/m/yyyy", 5, None),
    ("[$-fa-IR]d/m/yyyy", 5, None),
    ("[$-de-DE]d.m.yyyy", 5, "5.1.1900"),
    ("[$-de-DE]mmm", 5, None),
    ("[$-1070409]yyyy", 5, None),
    ("[$-1070409]0", 5, "5"),
    ("[$-2000409]0", 5, None),
]


@pytest.mark.parametrize(("code", "value", "shown"), SHOWN)
def test_what_is_shown(code: str, value: float, shown: str | None) -> None:
    """Numbers are shown as Excel shows them, or it is said that this is not known."""
    assert number_format(code).display(value) == shown


@pytest.mark.parametrize(
    ("code", "value", "meaning"),
    [
        ("0", 5, Meaning.NUMBER),
        ("General", 5, Meaning.GENERAL),
        ("@", 5, Meaning.GENERAL),
        ("", 5, Meaning.GENERAL),
        ("[Red]", 5, Meaning.GENERAL),
        ("yyyy-mm-dd", 5, Meaning.DATE),
        ("h:mm", 0.5, Meaning.DATE),
        ("[h]:mm", 0.5, Meaning.ELAPSED),
        ("[>100]0;yyyy", 50, Meaning.DATE),
        ("[>100]0;yyyy", 150, Meaning.NUMBER),
        ('[<1]h:mm;"day "0', 2, Meaning.NUMBER),
        ("[=5]0", 6, Meaning.GENERAL),
        ('0"d"', 5, Meaning.NUMBER),
        ("0\\d", 5, Meaning.NUMBER),
        ("_d0*d", 5, Meaning.NUMBER),
        ("[Red]0", 5, Meaning.NUMBER),
        ("0 g", 5, Meaning.NUMBER),
        ("yyyy 0", 5, Meaning.NUMBER),
        ("[$-411]ggge", 5, Meaning.DATE),
        ("[DBNum1]yyyy", 5, Meaning.DATE),
        ('"', 5, Meaning.NUMBER),
        ("0;0;0;0;0", 5, None),
        ("d" * 256, 5, None),
    ],
)
def test_what_a_number_is_taken_for(code: str, value: float, meaning: Meaning | None) -> None:
    """A number is a day, a time or a plain number by the section that applies to it."""
    assert number_format(code).meaning(value) is meaning


def test_which_format_is_general() -> None:
    """General is known as such, so that nearly all cells need no look at their format."""
    assert all(number_format(code).is_general for code in ("General", "", "@", "[Red]general", "General;@"))
    assert not any(
        number_format(code).is_general
        for code in ('General" pcs"', "0", "General;General", "[<0]General", "[DBNum1]General", "[")
    )


def test_days_from_1904() -> None:
    """A workbook that counts from 1904 has day 0, no false leap day, and elapsed times that are the same."""
    assert number_format("yyyy-mm-dd dddd", from_1904=True).display(0) == "1904-01-01 Friday"
    assert number_format("yyyy-mm-dd", from_1904=True).display(60) == "1904-03-01"
    assert number_format("[h]", from_1904=True).display(2) == "48"
    assert number_format("yyyy", from_1904=True).display(2_958_465) is None


@pytest.mark.parametrize(
    ("number", "value", "shown", "meaning"),
    [
        (0, 5.5, "5.5", Meaning.GENERAL),
        (1, 5.5, "6", Meaning.NUMBER),
        (4, 1234.5, "1,234.50", Meaning.NUMBER),
        (10, 0.256, "25.60%", Meaning.NUMBER),
        (13, 0.25, "  1/4 ", Meaning.NUMBER),
        (38, -1234, "(1,234)", Meaning.NUMBER),
        (46, 1.5, "36:00:00", Meaning.ELAPSED),
        (47, 0.5, "0000.0", Meaning.DATE),
        (49, 12, "12", Meaning.GENERAL),
        (14, 45000, None, Meaning.DATE),
        (22, 45000, None, Meaning.DATE),
        (30, 45000, None, Meaning.DATE),
        (57, 45000, None, Meaning.DATE),
        (6, 45000, None, Meaning.NUMBER),
        (44, 45000, None, Meaning.NUMBER),
        (60, 45000, None, Meaning.NUMBER),
        (25, 45000, "45000", Meaning.GENERAL),
        (999_999, 45000, "45000", Meaning.GENERAL),
    ],
)
def test_formats_that_a_file_need_not_spell_out(number: int, value: float, shown: str | None, meaning: Meaning) -> None:
    """Formats that are numbers alone have their codes; of those in the user's language only the meaning is known."""
    found = built_in_format(number)
    assert (found.display(value), found.meaning(value)) == (shown, meaning)


PIECES = (
    *("0", "#", "?", "00", "#,##0", ".", ",", "%", "E+", "E-", "/", "1", "9", "General", "@", ";", " ", "-", "(", ")"),
    *(
        '"',
        '"a"',
        "\\",
        "\\0",
        "_",
        "*",
        "[",
        "]",
        "[h]",
        "[mm]",
        "[Red]",
        "[>1]",
        "[<-0.5]",
        "[=0]",
        "[$€-407]",
        "[$-409]",
    ),
    *(
        "y",
        "yyyy",
        "m",
        "mm",
        "mmm",
        "d",
        "dddd",
        "h",
        "s",
        "ss",
        ".000",
        "AM/PM",
        "a/p",
        "g",
        "e",
        "b",
        "{",
        "}",
        "é",
        "\0",
    ),
)
FINITE = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**20), 10**20).map(float)


@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=12).map("".join), FINITE, st.booleans())
@example("0." + "0" * 253, 1e308, False)
@example("0%", 1.7976931348623157e308, False)
@example("0" * 40 + "E+" + "0" * 40, 5e-324, False)
@example("[s].000", 2958465.9999999, True)
def test_any_code_and_number_do(code: str, value: float, from_1904: bool) -> None:
    """No code and no number raise anything, and what is shown is bounded."""
    shown = number_format(code, from_1904).display(value)
    assert shown is None or len(shown) <= LONGEST_SHOWN


@given(st.text(min_size=LONGEST_CODE + 1), FINITE)
def test_codes_that_are_too_long_are_not_looked_at(code: str, value: float) -> None:
    """No program writes a code of more than 255 characters."""
    found = number_format(code)
    assert found.display(value) is None
    assert found.meaning(value) is None


@given(st.integers(1, 40), st.integers(-(10**15) + 1, 10**15 - 1))
def test_formats_of_zeros_fill_up_with_zeros(places: int, whole: int) -> None:
    """A format of zeros shows whole numbers with at least as many digits."""
    sign = "-" if whole < 0 else ""
    assert number_format("0" * places).display(whole) == f"{sign}{abs(whole):0{places}d}"


@given(st.integers(0, 10**15 - 1), st.integers(0, 14))
def test_places_that_are_interrupted_hold_the_same_digits(whole: int, at: int) -> None:
    """A text within the places of a format takes none of their digits away."""
    code = "0" * at + '" "' + "0" * (15 - at)
    shown = number_format(code).display(whole)
    assert shown is not None
    assert shown.replace(" ", "") == f"{whole:015d}"
    assert shown.index(" ") == at


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 6), st.booleans())
def test_usual_formats_round_the_decimal_digits(digits: int, decimals: int, grouped: bool) -> None:
    """Halves are rounded away from zero, as the number is written in decimal digits."""
    value = digits / 10**4
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    code = ("#,##0" if grouped else "0") + ("." + "0" * decimals if decimals else "")
    expected = f"{rounded or abs(rounded):{',' if grouped else ''}f}"
    assert number_format(code).display(value) == expected
