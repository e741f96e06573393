"""Numbers as they may be shown: whose they are cannot be seen."""

import re
from collections.abc import Iterable

import phonenumbers

from importer.security import visible

HIDDEN = "•"
FIRST, LAST = 3, 2
"""How many digits at the beginning, after the calling code, and at the end stay."""

FEW = 5
"""A text with fewer digits than this is not a number of a person."""

LONGEST = 40

_DIGIT = re.compile(r"\d")


def masked(text: str, e164: int = 0) -> str:
    """Return a number with most digits hidden, such as +44 20 8••• ••77; without `e164`, the text as it was written."""
    kept = FIRST
    if e164:
        number = phonenumbers.parse(f"+{e164}")
        text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        kept += len(str(number.country_code))
    return visible(_hidden(text, kept))[:LONGEST]


def without_numbers(sentence: str, kept: Iterable[str] = ()) -> str:
    """Return a sentence with the telephone numbers in it masked, except in texts to keep, such as names of files."""
    alternatives = [re.escape(one) for one in sorted(kept, key=len, reverse=True)]
    pattern = "|".join((*alternatives, r"(?P<number>\+?\d[\d ()./-]{5,}\d)"))
    return re.sub(pattern, lambda found: _hidden(found[0], FIRST) if found["number"] else found[0], sentence)


def _hidden(text: str, kept: int) -> str:
    places = [found.start() for found in _DIGIT.finditer(text)]
    if len(places) < FEW:
        return text
    letters = list(text)
    for at in places[kept:-LAST]:
        letters[at] = HIDDEN
    return "".join(letters)
