"""When two texts are the same to whoever looks at them."""

import re
import unicodedata

INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""Soft hyphen, zero-width characters, marks of direction."""


def folded(text: str) -> str:
    """Return what is left of a text where case, blanks, invisible characters and the make of letters do not count."""
    plain = unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    return " ".join(plain.casefold().split())
