"""When two texts are the same to whoever looks at them, and when one was probably meant to be another."""

import difflib
import re
import unicodedata
from collections.abc import Iterable

INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""Soft hyphen, zero-width characters, marks of direction."""

LIKENESS = 0.75
"""How alike two words are at least, of 0 to 1, if one is a misspelling of the other: two of four letters swapped."""

LONGEST_HEADING = 1_000
"""Characters of a heading."""


def folded(text: str) -> str:
    """Return what is left of a text where case, spaces, invisible characters and the make of letters do not count."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    return " ".join(plain.casefold().split())


def bare_heading(heading: str) -> str:
    """Return a heading without case, accents, spaces and punctuation; one that is too long to be any of ours as it is.

    Every cell of a file's first rows is looked at so, and may be a text of megabytes.
    """
    if len(heading) > LONGEST_HEADING:
        return heading
    letters = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(character for character in letters if character.isalnum())


def heading_key(heading: str) -> str:
    """Return what two headings that mean the same have in common; a heading of signs alone, such as "#", is itself."""
    return bare_heading(heading) or heading.strip()


def closest(word: str, words: Iterable[str]) -> str | None:
    """Return the one of some words that a misspelt word was probably meant to be, regardless of case; None if none is.

    Of words that are equally close, the first one counts.
    """
    folded_words: dict[str, str] = {}
    for one in words:
        folded_words.setdefault(folded(one), one)
    found = difflib.get_close_matches(folded(word), folded_words, n=1, cutoff=LIKENESS)
    return folded_words[found[0]] if found else None


def suggestion(word: str, words: Iterable[str]) -> str:
    """Return the question whether another word was meant, with a space before it; "" if no word is close."""
    meant = closest(word, words)
    return f" Did you mean {meant!r}?" if meant is not None else ""
