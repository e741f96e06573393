"""The parts that a number format's code is made of: sections, and in them tokens.

Sources: ECMA-376 part 1, 18.8.31; "Number format codes" and "Review guidelines for customizing a number format" on
support.microsoft.com.
"""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NamedTuple

Show = Callable[[float], str | None]
"""Returns the text that a section shows of a number, or None where it cannot be known."""


class Unclear(Exception):
    """Programs differ about what a code means, or it means nothing."""


class Part(Enum):
    """What a token of a format's code is."""

    TEXT = "text"
    PLACE = "place"
    """A place for a digit: `0`, `#` or `?`."""
    FIGURE = "figure"
    POINT = "point"
    COMMA = "comma"
    PERCENT = "percent"
    EXPONENT = "exponent"
    SLASH = "slash"
    GENERAL = "general"
    LETTERS = "letters"
    """Letters that stand for a part of a date or of a time of day, such as `yyyy`."""
    ELAPSED = "elapsed"
    NOON = "noon"
    """`AM/PM` or `A/P`."""
    AT = "at"
    """The place for a cell's text, `@`."""


class Token(NamedTuple):
    """A token of a format's code; the text of a literal is without its quotes."""

    part: Part
    text: str


class Known(IntEnum):
    """How much of what a section shows is known, by its language, calendar and digits."""

    NOTHING = 0
    NUMBERS = 1
    DATES = 2
    NAMES = 3
    """The names of months and days as well: they are English."""


@dataclass(frozen=True, slots=True)
class SectionCondition:
    """What a number has to be for a section to apply, such as `[>=1000]`."""

    sign: str
    limit: float

    def holds(self, value: float) -> bool:
        """Say whether a number meets the condition."""
        return COMPARISONS[self.sign](value, self.limit)


COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class SectionCode:
    """A section of a format's code."""

    tokens: tuple[Token, ...]
    condition: SectionCondition | None = None
    known: Known = Known.NAMES

    @property
    def parts(self) -> frozenset[Part]:
        """The kinds of tokens in the section."""
        return frozenset(token.part for token in self.tokens)


# A literal is "quoted", \e(scaped), _x (a gap as wide as an x) or *x (x repeated up to the width of the column).
# Brackets hold a colour, a condition, a currency and language, or the letters of an elapsed time. `E` is an exponent
# as a capital letter only. What matches nothing else stands for itself.
_TOKEN = re.compile(
    r"""
      "(?P<quoted>[^"]*)"
    | \\(?P<escaped>.)
    | _(?P<gap>.)
    | \*(?P<fill>.)
    | \[(?P<bracket>[^\[\]]*)\]
    | (?P<general>general)
    | (?P<noon>am/pm|a/p)
    | (?-i:(?P<exponent>E[+-]))
    | (?P<letters>y+|m+|d+|h+|s+|e+|b+|g+|aaa+)
    | (?P<place>[0\#?])
    | (?P<figure>[1-9])
    | (?P<comma>,+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_SYMBOLS = {".": Part.POINT, "%": Part.PERCENT, "/": Part.SLASH, "@": Part.AT}
_NEVER_ALONE = frozenset('"\\_*[nN')
_COLOUR = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|color ?\d{1,2}", re.IGNORECASE)
_CONDITION = re.compile(r"(<>|<=|>=|<|>|=)\s*(-?(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d{1,3})?)", re.IGNORECASE)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_CURRENCY = re.compile(r"\$([^-]*)(?:-(.*))?", re.DOTALL)
_LANGUAGE_NUMBER = re.compile(r"[0-9A-F]{1,8}", re.IGNORECASE)
_LANGUAGE_TAG = re.compile(r"([a-z]{2,3})(?:-[a-z0-9]{2,8})*", re.IGNORECASE)

_OWN_SETTINGS = frozenset((0xF400, 0xF800))
"""The user's own time and date: what is shown depends on the user's system."""
_ENGLISH = 0x09
_OWN_DAYS_OR_DIGITS = frozenset((0x01, 0x0D, 0x1E, 0x20, 0x29, 0x39, 0x63, 0x92))
"""Primary languages whose dates may have another calendar or other digits: Arabic, Hebrew, Thai, Urdu, Persian,
Hindi, Pashto, Kurdish."""
_OWN_DAYS_OR_DIGITS_TAGS = frozenset(("ar", "he", "th", "ur", "fa", "hi", "ps", "ku", "ckb"))


def sections_of(code: str) -> tuple[SectionCode, ...]:
    """Return the sections of a format's code; where a piece cannot be understood, nothing is known of its section."""
    sections: list[SectionCode] = []
    tokens: list[Token] = []
    condition, known = None, Known.NAMES
    for piece in _pieces(code):
        match piece:
            case None:
                sections.append(SectionCode(tuple(tokens), condition, known))
                tokens, condition, known = [], None, Known.NAMES
            case Token():
                tokens.append(piece)
            case SectionCondition():
                known = known if condition is None else Known.NOTHING
                condition = piece
            case _:
                known = min(known, piece)
    return (*sections, SectionCode(tuple(tokens), condition, known))


Piece = Token | SectionCondition | Known | None
"""None is the end of a section."""


def _pieces(code: str) -> Iterator[Piece]:
    for found in _TOKEN.finditer(code):
        text = found[found.lastgroup or 0]
        match found.lastgroup:
            case "quoted" | "escaped":
                yield Token(Part.TEXT, text)
            case "gap":
                yield Token(Part.TEXT, " ")
            case "fill":
                yield Token(Part.TEXT, "")
            case "bracket":
                yield from _bracket(text)
            case "other":
                yield _symbol(text)
            case group:
                yield Token(Part(group), text)


def _symbol(text: str) -> Piece:
    if text == ";":
        return None
    if text in _NEVER_ALONE:
        return Known.NOTHING
    return Token(_SYMBOLS.get(text, Part.TEXT), text)


def _bracket(text: str) -> Iterator[Piece]:
    if _COLOUR.fullmatch(text):
        return
    if _ELAPSED.fullmatch(text):
        yield Token(Part.ELAPSED, text)
    elif found := _CONDITION.fullmatch(text):
        yield SectionCondition(found[1], float(found[2]))
    elif found := _CURRENCY.fullmatch(text):
        yield Token(Part.TEXT, found[1])
        yield _known_of(found[2] or "")
    else:
        yield Known.NOTHING


def _known_of(language: str) -> Known:
    """Say how much is known of a section whose language is a number or a tag: `409`, `D07041E` or `en-US`.

    The last four hexadecimal digits of a number are the language, the two before them the calendar and the first two
    the shape of the digits; 0 and 1 are those of the West. Tags: [MS-XLSX] 2.5.4.
    """
    if _LANGUAGE_NUMBER.fullmatch(language):
        number = int(language, 16)
        shape, calendar, whole = number >> 24 & 0x7F, number >> 16 & 0x7F, number & 0xFFFF
        if shape > 1 or whole in _OWN_SETTINGS:
            return Known.NOTHING
        primary = whole & 0x3FF
        if calendar > 1 or primary in _OWN_DAYS_OR_DIGITS:
            return Known.NUMBERS
        return Known.NAMES if primary == _ENGLISH or not whole else Known.DATES
    if found := _LANGUAGE_TAG.fullmatch(language):
        primary_tag = found[1].lower()
        if primary_tag in _OWN_DAYS_OR_DIGITS_TAGS:
            return Known.NUMBERS
        return Known.NAMES if primary_tag == "en" else Known.DATES
    return Known.NOTHING if language else Known.NAMES
