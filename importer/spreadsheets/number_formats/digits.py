"""The digits of a number: the 15 that count, rounded half away from zero as Excel does, and put into places."""

from decimal import ROUND_HALF_UP, Context, Decimal

GROUP = 3

_ARITHMETIC = Context(prec=700, rounding=ROUND_HALF_UP)
"""Precise enough for every digit of the largest number with as many decimals as a code can ask for."""

_EMPTY = {"0": "0", "#": "", "?": " "}
"""What a place shows that no digit falls into."""


def significant(value: float) -> Decimal:
    """Return the 15 significant digits of a number, without its sign."""
    return Decimal(f"{abs(value):.14e}")


def rounded_to(number: Decimal, decimals: int) -> Decimal:
    """Return a number rounded to a number of decimals."""
    return number.quantize(Decimal((0, (1,), -decimals)), context=_ARITHMETIC)


def from_the_right(digits: str, places: str, grouped: bool = False) -> list[str]:
    """Return what each place shows of digits that are aligned to the right; the first one takes the surplus."""
    surplus = max(len(digits) - len(places), 0)
    cells = [_EMPTY[place] for place in places[: len(places) - len(digits)]] if not surplus else []
    cells += digits
    if grouped:
        for at in range(len(cells) - 1 - GROUP, -1, -GROUP):
            cells[at] += {"": "", " ": " "}.get(cells[at], ",")
    return ["".join(cells[: surplus + 1]), *cells[surplus + 1 :]]


def from_the_left(digits: str, places: str) -> list[str]:
    """Return what each place shows of digits that are aligned to the left."""
    return [*digits, *(_EMPTY[place] for place in places[len(digits) :])]
