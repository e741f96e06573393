"""The named transforms: exact, or a refusal."""

import math
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.migration.text_values import Unfit
from importer.migration.transforms import FUNCTIONS, apply


class Person:
    """Answers 7 agents, 1.5 minutes, 10 lines, and 4 for every text."""

    def number(self, section: str) -> Decimal:
        """Return the number of a section."""
        return Decimal({"agents": "7", "average_call_minutes": "1.5", "unlimited": "10"}[section])

    def mapped(self, section: str, text: str) -> str:
        """Return 4."""
        return "4"


def made(name: str, *texts: str, **arguments: Any) -> str:
    return apply(name, texts, arguments, Person()).texts[0]


@pytest.mark.parametrize(
    ("name", "texts", "arguments", "expected"),
    [
        ("placeholders", ("0000000000",), {"texts": ("0000000000",)}, ""),
        ("placeholders", ("02215550100",), {"texts": ("0000000000",)}, "02215550100"),
        ("words", ("HIGH",), {"words": {"HIGH": "4"}}, "4"),
        ("words", ("3",), {"words": {"HIGH": "4"}}, "3"),
        ("positive", ("0",), {}, ""),
        ("positive", ("-1",), {}, ""),
        ("positive", ("5",), {}, "5"),
        ("at-least", ("0",), {"least": 1}, "1"),
        ("extra-tries", ("3",), {}, "4"),
        ("extra-tries", ("0",), {}, "1"),
        ("milliseconds-to-seconds", ("30000",), {}, "30"),
        ("milliseconds-to-seconds", ("1",), {}, "1"),
        ("minutes-to-seconds", ("6",), {}, "360"),
        ("hours-to-seconds", ("8",), {}, "28800"),
        ("day-fraction-to-seconds", ("0.16666667",), {}, "14400"),
        ("days-hours-minutes-seconds", ("1", "2", "3", "4"), {}, "93784"),
        ("days-hours-minutes-seconds", ("", "8", "", ""), {}, "28800"),
        ("calls-per-agent", ("1.5",), {}, "11"),
        ("calls-per-agent", ("1,5",), {}, "11"),
        ("calls-per-minute", ("10",), {}, "15"),
        ("product", ("4", "10"), {}, "40"),
        ("product", ("4", ""), {}, ""),
        ("unlimited", ("0",), {"texts": ("0", "-1", "")}, "10"),
        ("unlimited", ("",), {"texts": ("0", "-1", "")}, "10"),
        ("unlimited", ("12",), {"texts": ("0", "-1", "")}, "12"),
        ("reverse-sign", ("-1",), {}, "1"),
        ("reverse-sign", ("0",), {}, "0"),
        ("boost-to-agents", ("1.5",), {}, "-4"),
        ("boost-to-agents", ("1.0",), {}, "0"),
        ("boolean", ("Not Active",), {}, "0"),
        ("boolean", ("t",), {}, "1"),
        ("telephone-number", ('"Sales" <02215550100>',), {}, "02215550100"),
        ("telephone-number", ("Spring 2026",), {}, ""),
        ("telephone-number", ("+442071234567",), {}, "+442071234567"),
        ("leading-number", ("1001 XML example.com",), {}, "1001"),
        ("window", ("09:00", "18:00"), {}, "09:00-18:00"),
        ("window", ("09:00", "18:00", "1", "1", "1", "1", "1", "0", ""), {}, "09:00-18:00 Mon+Tue+Wed+Thu+Fri"),
        ("join", ("a", "", "b"), {"by": "-"}, "a-b"),
        ("answer", ("9am-9pm",), {"section": "timegroups"}, "4"),
    ],
)
def test_values_worked_out_by_hand(name: str, texts: tuple[str, ...], arguments: dict[str, Any], expected: str) -> None:
    """Each transform gives what a person works out."""
    assert made(name, *texts, **arguments) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("extra-tries", "-1"),
        ("extra-tries", "1.5"),
        ("minutes-to-seconds", "soon"),
        ("minutes-to-seconds", "-5"),
        ("day-fraction-to-seconds", "-0.5"),
        ("calls-per-agent", "0"),
        ("calls-per-agent", "ADVANCE"),
        ("calls-per-agent", "1e3"),
        ("calls-per-minute", "1.000,5"),
        ("boolean", "maybe"),
        ("leading-number", "hangup"),
        ("reverse-sign", "0.5"),
    ],
)
def test_what_cannot_be_translated_is_refused(name: str, text: str) -> None:
    """A text that means nothing exact is refused and never guessed."""
    with pytest.raises(Unfit):
        made(name, text)


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - {"unlimited"}))
def test_nothing_stays_nothing(name: str) -> None:
    """A blank column never becomes a value; only a limit that is blank may be asked for."""
    arguments = {"texts": (), "words": {}, "least": 1, "by": "-", "section": "owners"}
    assert made(name, " ", **arguments) == ""


@given(st.integers(0, 10**6))
def test_extra_tries_are_one_less_than_all(number: int) -> None:
    """The tries in all are always one more than those after the first."""
    assert int(made("extra-tries", str(number))) == number + 1


@given(st.integers(0, 10**5), st.integers(0, 999))
def test_milliseconds_never_become_a_shorter_delay(seconds: int, rest: int) -> None:
    """A delay is rounded up to whole seconds, by less than one."""
    result = int(made("milliseconds-to-seconds", str(seconds * 1000 + rest)))
    assert 0 <= result * 1000 - (seconds * 1000 + rest) < 1000


@given(st.decimals(Decimal("0.01"), 100, places=2))
def test_a_ratio_is_exact_and_rounded_up(ratio: Decimal) -> None:
    """Ratio x agents is worked out without the errors of floating point."""
    assert int(made("calls-per-agent", str(ratio))) == math.ceil(Fraction(ratio) * 7)


@given(st.integers(-(10**6), 10**6))
def test_the_sign_is_reversed_twice_to_the_same(number: int) -> None:
    """Reversing the sign twice changes nothing."""
    assert int(made("reverse-sign", made("reverse-sign", str(number)))) == number


@given(*[st.integers(0, 100)] * 4)
def test_four_units_are_added_up(days: int, hours: int, minutes: int, seconds: int) -> None:
    """Days, hours, minutes and seconds give the sum of their seconds."""
    result = made("days-hours-minutes-seconds", *map(str, (days, hours, minutes, seconds)))
    assert int(result) == days * 86400 + hours * 3600 + minutes * 60 + seconds


ARGUMENTS = {"texts": ("0",), "words": {"a": "1"}, "least": 1, "by": "-", "section": "owners"}


@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(st.text(max_size=20), min_size=1, max_size=9))
def test_no_text_breaks_a_transform(name: str, texts: list[str]) -> None:
    """Whatever stands in a column, the outcome is a text or a refusal."""
    with suppress(Unfit):
        assert isinstance(made(name, *texts, **ARGUMENTS), str)
