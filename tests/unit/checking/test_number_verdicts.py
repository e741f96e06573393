"""What a text that a spreadsheet shows is to the number in the cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.spreadsheets.number_formats.format import number_format
from importer.spreadsheets.shown import Seen, sight_of

NUMBERS = [
    (1234, "1234"),
    (1234, "1,234"),
    (1234567, "1,234,567"),
    (1234567, "12,34,567"),
    (12.5, "12.50"),
    (1234.5, "1,234.50"),
    (-1234.5, "-1,234.5"),
    (1234, " 1,234 "),
    (0, "0.00"),
    (0.5, ".5"),
    (5, "5."),
    (0.00001, "0.00001"),
    (1e20, "100000000000000000000"),
    # in other languages
    (1234.5, "1.234,50"),
    (1234, "1.234"),
    (1.234, "1,234"),
    (0.25, "0,25"),
    (1234567.5, "1 234 567,5"),
    (1234567.5, "1\u202f234\u00a0567,5"),
    (1234567, "1'234'567"),
    (1234.5, "1’234.50"),
    (-5, "\u22125"),
]

CODES = [
    (145236789, "01 45 23 67 89", "0145236789"),
    (145236789, "01\u00a045\u00a023\u00a067\u00a089", "0145236789"),
    (2012345678, "(020) 1234 5678", "02012345678"),
    (12345678, "01234-5678", "012345678"),
    (12345678, "01234\u20115678", "012345678"),
    (4930123456, "+4930123456", "+4930123456"),
    (30123456, "+49 30123456", "+4930123456"),
    (30123456, "(+49) 30 123456", "+4930123456"),
    (301234567, "0301234567", "0301234567"),
    (301234567, "030/1234567", "0301234567"),
    (1234567890, "012.345.678-90", "01234567890"),
    (1234567000190, "01.234.567/0001-90", "01234567000190"),
    (34, "0034", "0034"),
    (0, "0000", "0000"),
    (5, "+5", "+5"),
    # grouped otherwise than numbers are: their digits are those of the number
    (2125550123, "(212) 555-0123", "2125550123"),
    (20260314, "2026-03-14", "20260314"),
    (12345678, "12 34 56 78", "12345678"),
]

OTHERS = [
    # rounded, a share, money, within a text
    (2.675, "2.68"),
    (1234567, "1,235"),
    (1234.6, "1235"),
    (0.1 + 0.2, "0.3"),
    (-0.4, "-0"),
    (0.25, "25%"),
    (1234.5, "$1,234.50"),
    (1234.5, "1.234,50 €"),
    (20, "20.-"),
    (34, "REF-0034"),
    (12, "0012x"),
    (5, ""),
    (0, "-"),
    (1e20, "1E+20"),
    (12345678901234567, "12345678901234600"),
    (10**15, "0" + str(10**15)),
    # negative numbers as accountants write them, and such as only look so
    (-20, "(20)"),
    (20, "(20)"),
    (-20, "20-"),
    (20, "20-"),
    (5, "-5"),
    (-2012345678, "(020) 1234 5678"),
    (-7, "-0007"),
    (-7, "0007"),
    # numbers and fractions that the separator makes of codes
    (1250, "12.50"),
    (1250, "12,50"),
    (15, "01.5"),
    (12, "1/2"),
    (1, "1/1"),
    (1, "01 00/01"),
    (5, "5 0/1"),
    (1234, "0,1234"),
    (123, "0,123"),
    (1234, "12,34"),
    # digits behind, or not those of the number
    (12, "12-2026"),
    (12, "120"),
    (45292, "2024-01-01"),
    # a zero in brackets that is not dialled from abroad
    (2012345678, "+44 (0)2012345678"),
    # other marks and digits
    (12, "0012;"),
    (12, "0_012"),
    (12, "00#12"),
    (12, "++12"),
    (12, "0+12"),
    (12, "((0)12"),
    (12, "0     12"),
    (12, "٠١٢"),
    (12, "0" * 300 + "12"),
]


@pytest.mark.parametrize(("value", "shown"), NUMBERS)
def test_the_same_number_in_other_dress(value: float, shown: str) -> None:
    """All digits of the number, with the separators of any language, are the number."""
    assert sight_of(value, shown).seen is Seen.NUMBER


@pytest.mark.parametrize(("value", "shown", "code"), CODES)
def test_codes(value: float, shown: str, code: str) -> None:
    """The digits of the number in groups, or with a plus or other digits before them, are a code."""
    sight = sight_of(value, shown)
    assert (sight.seen, sight.code) == (Seen.CODE, code)


@pytest.mark.parametrize(("value", "shown"), OTHERS)
def test_neither(value: float, shown: str) -> None:
    """All else is neither, also what a reader may take for another number."""
    sight = sight_of(value, shown)
    assert (sight.seen, sight.code) == (Seen.OTHER, "")


@pytest.mark.parametrize("code", ["0000000000", "00000 00000", "(000) 000-0000", "\\+0", '"+44 "0', "0# ## ## ## ##"])
@given(whole=st.integers(1, 10**10 - 1))
def test_codes_of_formats(code: str, whole: int) -> None:
    """What a format for codes shows of a number is seen as the number or a code that ends in its digits."""
    shown = number_format(code).display(whole)
    assert shown is not None
    sight = sight_of(whole, shown)
    assert sight.seen is Seen.NUMBER or sight.code.endswith(str(whole)) or "   " in shown


@given(st.floats(allow_nan=False, allow_infinity=False), st.text() | st.text("0123456789+-()./, '"))
def test_any_text_does(value: float, shown: str) -> None:
    """No text is too odd to be looked at, and codes are digits with at most a plus before them."""
    sight = sight_of(value, shown)
    assert (sight.seen is Seen.CODE) == bool(sight.code)
    assert sight.code.removeprefix("+").isdecimal() or not sight.code


@given(st.integers(-(10**15), 10**15), st.integers(0, 4))
def test_grouped_numbers_are_numbers(whole: int, decimals: int) -> None:
    """What the usual formats for numbers show of a whole number is the number."""
    shown = number_format("#,##0" + ("." + "0" * decimals if decimals else "")).display(whole)
    assert shown is not None
    assert sight_of(whole, shown).seen is Seen.NUMBER
