"""Patterns of do-not-call lists: which numbers they stand for."""

import numpy as np
import pytest

from importer.numbers.dnc.patterns import Spans, spans_of


@pytest.mark.parametrize(
    ("pattern", "country", "inside", "outside"),
    [
        ("312XXXXXXX", "US", [13120000000, 13129999999], [13119999999, 13130000000, 3120000000]),
        ("(312) xxx-xxxx", "US", [13125551234], [13135551234]),
        ("1312XXXXXXX", "US", [13125551234], [13135551234]),
        ("+4470*", "US", [4470, 447012345678, 4470999999999], [447112345678, 4407]),
        ("004470*", "US", [447012345678], [447112345678]),
        ("070*", "GB", [447012345678], [447112345678]),
        ("4470XXXXXXXX", "GB", [447012345678], [447112345678]),
    ],
)
def test_a_pattern_holds_the_numbers_that_fit(
    pattern: str, country: str, inside: list[int], outside: list[int]
) -> None:
    """X is a digit, an asterisk is any number of them; national patterns are those of their country."""
    spans = Spans(spans_of(pattern, country))
    assert spans.holds(np.array(inside)).all()
    assert not spans.holds(np.array(outside)).any()


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("XXXXXXX", "US"),
        ("*", "US"),
        ("312XXX1234", "US"),
        ("n/a", "US"),
        ("312XXXXXXX", ""),
        ("3" * 5_000 + "X", "US"),
    ],
)
def test_what_is_no_pattern_stands_for_nothing(text: str, country: str) -> None:
    """A pattern needs digits in front and a country; it must not stand for everybody by mistake."""
    assert spans_of(text, country) == []


def test_ranges_that_overlap_are_one() -> None:
    """A number between two ranges is in neither, one in both is in one."""
    spans = Spans([(10, 20), (15, 30), (40, 40)])
    assert len(spans) == 2
    assert spans.holds(np.array([9, 10, 25, 30, 31, 39, 40, 41])).tolist() == [
        *(False, True, True, True, False, False, True, False)
    ]
