"""What a section of a number format shows of a plain number: places for digits, and exponents."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from importer.spreadsheets.number_formats.code import Part, Show, Token, Unclear
from importer.spreadsheets.number_formats.digits import GROUP, from_the_left, from_the_right, rounded_to, significant

EXACT_BELOW = 10**15

TEXT, WHOLE, DECIMALS, POWER = "text", "whole", "decimals", "power"


def number_shower(tokens: Sequence[Token], minus: bool) -> Show:
    """Return what shows numbers by a section's tokens. Raises Unclear.

    `minus` says whether a negative number gets a minus sign.
    """
    pattern = _Parser(tokens).pattern(minus)
    return (_usual(pattern) or pattern).show


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of what is shown: a text, or neighbouring places of the whole part, the decimals or the exponent."""

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A section with places for digits, however they are interrupted.

    `whole`, `decimals` and `power` are all places of a part; numbers are multiplied by ten to the power of `shift`.
    """

    pieces: tuple[Piece, ...]
    whole: str
    decimals: str
    power: str
    shift: int
    grouped: bool
    plus: bool
    minus: bool

    def show(self, value: float) -> str:
        """Return what is shown of a number."""
        number = significant(value).scaleb(self.shift)
        power = 0
        if self.power:
            number, power = _with_power(number, len(self.whole), len(self.decimals))
        rounded = rounded_to(number, len(self.decimals))
        whole, _, decimals = f"{rounded:f}".partition(".")
        digits = {
            WHOLE: iter(from_the_right(whole.lstrip("0") or "0" * bool(self.power), self.whole, self.grouped)),
            DECIMALS: iter(from_the_left(decimals.rstrip("0"), self.decimals)),
            POWER: iter(self._power_digits(power)),
        }
        text = "".join(
            piece.text if piece.part == TEXT else "".join(islice(digits[piece.part], len(piece.text)))
            for piece in self.pieces
        )
        if self.minus and value < 0 and (rounded if self.whole + self.decimals else text):
            return "-" + text
        return text

    def _power_digits(self, power: int) -> list[str]:
        first, *others = from_the_right(str(abs(power)), self.power)
        return [("-" if power < 0 else "+" * self.plus) + first, *others]


def _with_power(number: Decimal, whole: int, decimals: int) -> tuple[Decimal, int]:
    """Return a number as one with `whole` digits, or fewer down to one, and the power of ten that is a multiple."""
    if not number:
        return number, 0
    power = number.adjusted() // whole * whole
    if rounded_to(number.scaleb(-power), decimals).adjusted() >= whole:
        power += whole
    return number.scaleb(-power), power


@dataclass(frozen=True, slots=True)
class Usual:
    """A section with uninterrupted places, such as `0000`, `#,##0.00" EUR"`: what most cells have, and shown fast.

    `layout` is a format specification of Python's for the whole part.
    """

    before: str
    layout: str
    least: int
    decimals: int
    after: str
    shift: int
    minus: bool

    def show(self, value: float) -> str:
        """Return what is shown of a number."""
        whole = int(value)
        if whole == value and not self.shift and -EXACT_BELOW < whole < EXACT_BELOW:
            decimals = "0" * self.decimals
            negative = whole < 0
        else:
            rounded = rounded_to(significant(value).scaleb(self.shift), self.decimals)
            text, _, decimals = f"{rounded:f}".partition(".")
            whole = int(text)
            negative = value < 0 and bool(rounded)
        digits = format(abs(whole), self.layout) if whole or self.least else ""
        sign = "-" if negative and self.minus else ""
        return f"{sign}{self.before}{digits}{'.' * bool(decimals)}{decimals}{self.after}"


def _usual(pattern: Pattern) -> Usual | None:
    zeros = pattern.whole.lstrip("#")
    parts = [piece.part for piece in pattern.pieces]
    if zeros.strip("0") or pattern.decimals.strip("0") or parts.count(WHOLE) != 1 or pattern.power:
        return None
    first = last = parts.index(WHOLE)
    if pattern.decimals:
        last += 2
        if parts[last : last + 1] != [DECIMALS] or parts.count(DECIMALS) != 1 or pattern.pieces[first + 1].text != ".":
            return None
    least = len(zeros)
    width = least + max(least - 1, 0) // GROUP * pattern.grouped
    return Usual(
        before="".join(piece.text for piece in pattern.pieces[:first]),
        layout=f"0{width}{',' * pattern.grouped}d",
        least=least,
        decimals=len(pattern.decimals),
        after="".join(piece.text for piece in pattern.pieces[last + 1 :]),
        shift=pattern.shift,
        minus=pattern.minus,
    )


class _Parser:
    """Makes a pattern of a section's tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._pieces: list[Piece] = []
        self._part = WHOLE
        self._point: int | None = None
        self._percents = 0
        self._thousands = 0
        self._grouped = False
        self._exponent = ""

    def pattern(self, minus: bool) -> Pattern:
        """Return the pattern; raise Unclear where there is none."""
        for at, token in enumerate(self._tokens):
            match token.part:
                case Part.TEXT | Part.FIGURE:
                    self._add(TEXT, token.text)
                case Part.PLACE:
                    self._add(self._part, token.text)
                case Part.POINT:
                    self._take_point()
                case Part.COMMA:
                    self._take_comma(at)
                case Part.PERCENT:
                    self._percents += 1
                    self._add(TEXT, token.text)
                case Part.EXPONENT:
                    self._take_exponent(token.text)
                case _:
                    raise Unclear
        return self._checked(minus)

    def _add(self, part: str, text: str) -> None:
        if text and part != TEXT and self._pieces and self._pieces[-1].part == part:
            text = self._pieces.pop().text + text
        if text:
            self._pieces.append(Piece(part, text))

    def _take_point(self) -> None:
        if self._part == POWER:
            raise Unclear
        if self._point is None:
            self._point = len(self._pieces)
            self._part = DECIMALS
        self._add(TEXT, ".")

    def _take_comma(self, at: int) -> None:
        """Take a comma: between places it groups the digits, after the last place it divides by a thousand."""
        if at == 0 or self._tokens[at - 1].part is not Part.PLACE:
            self._add(TEXT, self._tokens[at].text)
        elif self._part == POWER:
            raise Unclear
        elif not any(token.part is Part.PLACE for token in self._tokens[at:]):
            self._thousands += len(self._tokens[at].text)
        elif self._tokens[at + 1].part is not Part.PLACE:
            raise Unclear
        else:
            self._grouped |= self._part == WHOLE

    def _take_exponent(self, text: str) -> None:
        if self._exponent or not any(piece.part == WHOLE for piece in self._pieces):
            raise Unclear
        self._exponent = text
        self._part = POWER
        self._add(TEXT, "E")

    def _checked(self, minus: bool) -> Pattern:
        parts = [piece.part for piece in self._pieces]
        if self._point is not None and WHOLE not in parts and DECIMALS in parts:
            self._pieces.insert(self._point, Piece(WHOLE, "#"))
        interrupted = parts.count(WHOLE) > 1
        if (self._grouped and interrupted) or self._percents > 1 or (self._exponent and POWER not in parts):
            raise Unclear
        whole, decimals, power = (
            "".join(piece.text for piece in self._pieces if piece.part == part) for part in (WHOLE, DECIMALS, POWER)
        )
        return Pattern(
            tuple(self._pieces),
            whole,
            decimals,
            power,
            shift=2 * self._percents - 3 * self._thousands,
            grouped=self._grouped,
            plus=self._exponent == "E+",
            minus=minus,
        )
