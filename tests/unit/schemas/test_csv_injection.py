"""Guards in the CSV of results: no formula runs, and no text changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.csv_injection import guard, unguard

HOSTILE = ["=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-1+1", "=1+1", "\t=1", "\r=1", "-2+3+cmd|' /C calc'!A0"]
HARMLESS = ["", "Spring", "+442071234567", "-2", "+44 (20) 7123 4567", "0123", "'tis", "1=1", "a@b", "-", "+"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_could_run_is_guarded(text: str) -> None:
    """A text that a spreadsheet program takes for a formula begins with an apostrophe."""
    assert guard(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_and_texts_are_left_alone(text: str) -> None:
    """Telephone numbers, numbers and plain texts stand as they are."""
    assert guard(text) == text == unguard(text)


@given(st.text(st.sampled_from("'=+-@\t\r0a "), max_size=6))
def test_a_guard_comes_off_as_it_went_on(text: str) -> None:
    """Whatever a text is, reading a results file gives back what was written, and nothing that runs was written."""
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "@", "\t", "\r"))


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    """No text of any script is changed by the way there and back."""
    assert unguard(guard(text)) == text
