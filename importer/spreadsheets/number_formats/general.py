"""What the format General shows of a number, alone or with texts around it."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from importer.spreadsheets.number_formats.code import Part, Show, Token, Unclear
from importer.spreadsheets.number_formats.digits import rounded_to, significant

GENERAL_WIDTH = 11
"""The most characters that the format General takes, not counting a minus sign."""


GENERAL_DECIMALS = 5
"""The most decimals of its exponent form."""


_SIX_DIGITS = Context(prec=GENERAL_DECIMALS + 1, rounding=ROUND_HALF_UP)


def general_text(value: float) -> str:
    """Return what the format General shows of a number in a column that is wide enough."""
    sign = "-" if value < 0 else ""
    number = significant(value)
    if not number:
        return "0"
    if number.adjusted() < -4:
        text = _shortest(number)
        return sign + (text if len(text) <= GENERAL_WIDTH else _general_exponent(number))
    whole_digits = max(number.adjusted() + 1, 1)
    rounded = rounded_to(number, max(GENERAL_WIDTH - 1 - whole_digits, 0))
    if rounded.adjusted() >= GENERAL_WIDTH:
        return sign + _general_exponent(number)
    return sign + _shortest(rounded)


def _shortest(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _general_exponent(number: Decimal) -> str:
    rounded = _SIX_DIGITS.plus(number)
    power = rounded.adjusted()
    return f"{_shortest(rounded.scaleb(-power))}E{'-' if power < 0 else '+'}{abs(power):02d}"


def general_shower(tokens: Sequence[Token], minus: bool) -> Show:
    """Return what shows numbers by a section with the word General, and texts around it. Raises Unclear.

    `minus` says whether a negative number gets a minus sign.
    """
    parts = [token.part for token in tokens]
    if [part for part in parts if part not in (Part.TEXT, Part.FIGURE)] != [Part.GENERAL]:
        raise Unclear
    at = parts.index(Part.GENERAL)
    before = "".join(token.text for token in tokens[:at])
    after = "".join(token.text for token in tokens[at + 1 :])

    def show(value: float) -> str:
        sign = "-" if minus and value < 0 else ""
        return f"{sign}{before}{general_text(abs(value))}{after}"

    return show
