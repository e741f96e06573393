"""Telephone numbers in a text that is shown or kept: whose they are cannot be seen."""

import re
from collections.abc import Iterable

HIDDEN = "•"
FIRST, LAST = 3, 2
"""How many digits at the beginning and at the end stay."""

FEW = 5
"""A text with fewer digits than this is not a number of a person."""

_DIGIT = re.compile(r"\d")


def without_numbers(sentence: str, kept: Iterable[str] = ()) -> str:
    """Return a sentence with the telephone numbers in it masked, except in texts to keep, such as names of files."""
    alternatives = [re.escape(one) for one in sorted(kept, key=len, reverse=True)]
    pattern = "|".join((*alternatives, r"(?P<number>\+?\d[\d ()./-]{5,}\d)"))
    return re.sub(pattern, lambda found: with_digits_hidden(found[0]) if found["number"] else found[0], sentence)


def with_digits_hidden(text: str, first: int = FIRST) -> str:
    """Return a number with its digits hidden, but for the `first` ones and the last two."""
    places = [found.start() for found in _DIGIT.finditer(text)]
    if len(places) < FEW:
        return text
    letters = list(text)
    for at in places[first:-LAST]:
        letters[at] = HIDDEN
    return "".join(letters)
