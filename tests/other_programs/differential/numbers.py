"""Numbers with their formats, days and times: with what other programs show of them, where that is known."""

import json
import random
from datetime import date, datetime, time, timedelta
from functools import cache

from tests.other_programs.differential.cells import Cell, Kind
from tests.support.paths import GOLDEN

EXPECTED = GOLDEN / "number_formats.jsonl"

CODES = (
    "General", "0", "00000", "0#\" \"##\" \"##\" \"##\" \"##", "00000 000000", "00000\\ 000000", "(000) 0000 0000",
    '"+"0', '"+44 "0', '"0"#########', "\\0#########", '"0044"0', "00000-0000", "[>=1000]0000;000", "00000;-00000;0",
    '"REF-"0000', '0000"x"', "#,##0", "0.00", "0%", '0.0,,"M"', "0.00E+00", '0" s"', "#,##0.00", "@", "000000000000",
)  # fmt: skip
"""Formats that are met in columns of telephone numbers and of parameters; of these all programs show the same."""

DATE_CODES = (
    "yyyy-mm-dd", "dd.mm.yyyy", "m/d/yyyy", "d mmm yyyy", "dddd, d mmmm yyyy", "yyyy-mm-dd hh:mm:ss", "hh:mm",
    "h:mm AM/PM", "hh:mm:ss", "mm:ss", "dd/mm/yy", "mmm-yy", "[$-809]d mmm yyyy", "m/d/yy h:mm",
)  # fmt: skip
ELAPSED_CODES = ("[h]:mm:ss", "[h]:mm", "[mm]:ss")

FRACTIONS = (0.5, 2.675, 0.1 + 0.2, 1e-5, 1.5e-7, 123.456, 8001.25, 0.1, 1 / 3, 99.995, -0.25, 1234567.891)
HUGE = (1e15, 1e16, 1e20, 1.5e20, 1e100, 1e300, 123456789012345678, 999999999999999, -1e15)


def number(chance: random.Random) -> Cell:
    """Return a number in any format."""
    if chance.random() < 0.35:
        return chance.choice(_golden())
    value = _value(chance)
    code = chance.choice((*CODES, *["General"] * len(CODES)))
    # Programs differ about the minus sign where a section has a condition.
    return Cell(Kind.NUMBER, abs(value) if code.startswith("[") else value, code)


def moment(chance: random.Random) -> Cell:
    """Return a day, a time of day, both, or a time that has passed."""
    day = date(chance.choice((1905, 1999, 2026, 2099)), chance.randint(1, 12), chance.randint(1, 28))
    clock = time(chance.randint(0, 23), chance.randint(0, 59), chance.choice((0, 30, 59)))
    passed = timedelta(
        hours=chance.choice((0, 1, 25, 100)), minutes=chance.randint(0, 59), seconds=chance.choice((0, 1))
    )
    value = chance.choice((day, clock, datetime.combine(day, clock), passed))
    return Cell(Kind.DAY, value, chance.choice(ELAPSED_CODES if value is passed else DATE_CODES))


def _value(chance: random.Random) -> float:
    kind = chance.random()
    if kind < 0.55:
        length = chance.choice((1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 15))
        return float(chance.randint(10 ** (length - 1), 10**length - 1))
    if kind < 0.65:
        return float(chance.choice((0, -1, -5, 1, 60, 3600, -12345)))
    if kind < 0.75:
        return float(chance.randint(10**15, 10**17))
    return chance.choice(FRACTIONS) if kind < 0.9 else float(chance.choice(HUGE))


@cache
def _golden() -> tuple[Cell, ...]:
    """Return the numbers of which is known what LibreOffice shows, and a program that was compared with Excel."""
    lines = map(json.loads, EXPECTED.read_text(encoding="utf-8").splitlines())
    return tuple(
        Cell(Kind.NUMBER, float(value), line["format"], seen=(shown[0], shown[-1]))
        for line in lines
        for value, *shown in line["shown"]
        if shown[-1] is not None
    )
