"""Which texts in a cell are names, and which are IDs: digits alone are always an ID."""

import re
import unicodedata

NAME_PREFIX = "name:"
"""Stands before a name that would pass for an ID; also before each that is yet to be looked up."""

_PREFIXED = re.compile(r"\s*(name|id)\s*:(.*)", re.IGNORECASE | re.DOTALL)
_LIKE_A_NUMBER = re.compile(r"[\d.,'’+\-\s]*|\s*[+\-]?[\d.,]*\d[eE][+\-]?\d+\s*")
"""1,200, -5 and 1E+11 are numbers that are wrong, not names."""


def name_of(text: str) -> str | None:
    """Return the name that the text of a cell stands for, composed and trimmed; None if it is an ID, or empty.

    A name that looks like a number has `name:` in front.
    """
    prefixed = _PREFIXED.fullmatch(text)
    if prefixed is not None:
        return plain_name(prefixed[2]) or None if prefixed[1].lower() == "name" else None
    return None if _LIKE_A_NUMBER.fullmatch(text) else plain_name(text)


def id_of(text: str) -> str:
    """Return the text of a cell that is not a name, without `id:` in front."""
    prefixed = _PREFIXED.fullmatch(text)
    return (prefixed[2].strip() or text) if prefixed is not None and prefixed[1].lower() == "id" else text


def plain_name(text: str) -> str:
    """Return a name as it is compared with others: composed letters, without outer spaces."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFC", text).strip()
