"""What a section of a number format shows of a number as a fraction, such as `# ?/?` or `# ??/16`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from importer.spreadsheets.number_formats.code import Part, Show, Token, Unclear
from importer.spreadsheets.number_formats.digits import from_the_left, from_the_right, significant

MOST_PLACES = 5
"""Of a numerator."""

# Places of a whole part and a gap, places of a numerator, a slash; then as many places, or a number. In between, and
# around all, may be texts; `t` stands for one.
_SHAPE = re.compile(
    r"""(?P<before> t*)
        (?: (?P<whole> [0\#?]+) (?P<gap> t+))?
        (?P<numerator> [0\#?]+) (?P<over> t*) / (?P<under> t*)
        (?: (?P<places> [0\#?]+) | (?P<denominator> [1-9][0-9]*))
        (?P<after> t*)""",
    re.VERBOSE,
)
_LETTERS = {Part.TEXT: "t", Part.SLASH: "/"}


def fraction_shower(tokens: Sequence[Token], minus: bool) -> Show:
    """Return what shows numbers by a section with a slash. Raises Unclear.

    `minus` says whether a negative number gets a minus sign.
    """
    tokens = [token for token in tokens if token.text]
    if any(token.part not in (Part.TEXT, Part.SLASH, Part.PLACE, Part.FIGURE) for token in tokens):
        raise Unclear
    shape = _SHAPE.fullmatch("".join(_LETTERS.get(token.part, token.text) for token in tokens))
    if shape is None:
        raise Unclear

    def text(group: str) -> str:
        start, end = shape.span(group)
        return "".join(token.text for token in tokens[start:end]) if start >= 0 else ""

    return Fractions(
        **{group: text(group) for group in _SHAPE.groupindex if group != "denominator"},
        denominator=int(shape["denominator"] or 0),
        minus=minus,
    ).checked.show


@dataclass(frozen=True, slots=True)
class Fractions:
    """A section for fractions: texts, places for digits, and the denominator, which is 0 where it may be any."""

    before: str
    whole: str
    gap: str
    numerator: str
    over: str
    under: str
    places: str
    denominator: int
    after: str
    minus: bool

    @property
    def checked(self) -> "Fractions":
        """The section itself; programs differ about denominators with two zeros, or fewer places above than below."""
        if len(self.numerator) > MOST_PLACES or "0" in self.places[1:]:
            raise Unclear
        if len(self.places) > len(self.numerator):
            raise Unclear
        return self

    def show(self, value: float) -> str:
        """Return what is shown of a number."""
        whole, numerator, denominator = self._split(Fraction(significant(value)))
        sign = "-" if self.minus and value < 0 else ""
        if self.whole and not numerator and "0" not in self.numerator + self.places:
            whole_text = "".join(from_the_right(str(whole), self.whole))
            return f"{sign}{self.before}{whole_text}{self._blank()}{self.after}"
        whole_text = "".join(from_the_right(str(whole or ""), self.whole)) if self.whole else ""
        above = "".join(from_the_right(str(numerator), self.numerator))
        below = "".join(from_the_left(str(denominator), self.places or str(denominator)))
        gap = self.gap if whole_text or self.numerator.strip("#") else ""
        return f"{sign}{self.before}{whole_text}{gap}{above}{self.over}/{self.under}{below}{self.after}"

    def _split(self, number: Fraction) -> tuple[int, int, int]:
        """Return the whole part, 0 where none is shown, and the fraction nearest to the rest."""
        whole = int(number) if self.whole else 0
        rest = number - whole
        if self.denominator:
            numerator, denominator = int(rest * self.denominator + Fraction(1, 2)), self.denominator
        else:
            numerator, denominator = _near(rest, 10 ** len(self.places) - 1)
        if self.whole and numerator == denominator:
            return whole + 1, 0, denominator
        return whole, numerator, denominator

    def _blank(self) -> str:
        """Return what stands for a fraction of nothing: it is left out, except for the spaces of its `?`."""
        if not self.numerator.strip("#"):
            return ""
        below = self.places or str(self.denominator)
        return " " * len(self.gap + self.numerator + self.over + "/" + self.under + below)


def _near(number: Fraction, limit: int) -> tuple[int, int]:
    """Return the last convergent of a number's continued fraction whose denominator is not above a limit.

    There may be a nearer fraction; this is the one that Excel shows: pi as 22/7 with two places, not as 311/99.
    """
    whole = int(number)
    before, last = (1, 0), (whole, 1)
    rest = number - whole
    while rest:
        whole, rest = divmod(1 / rest, 1)
        following = whole * last[0] + before[0], whole * last[1] + before[1]
        if following[1] > limit:
            break
        before, last = last, following
    return last
