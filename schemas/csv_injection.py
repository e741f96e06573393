"""How texts that a spreadsheet program would take for formulas stand in the CSV of a results file, and back again.

A text file has no types: whoever opens it in Excel runs what begins with an equals sign. In a results file such a text
gets an apostrophe in front, and reading one takes it off again. Telephone numbers and plain numbers are left alone:
they do nothing, and other programs read them too.
"""

import re
from collections.abc import Iterable

_FIRST = frozenset("=+-@\t\r'")
"""How texts begin that are looked at; nearly all others are left as they are."""

_FORMULA = re.compile(r"(?![+-][\d ().]*\Z)[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(texts: Iterable[str]) -> list[str]:
    """Return texts as they stand in a CSV of results."""
    return [guard(text) if text[:1] in _FIRST else text for text in texts]


def guard(text: str) -> str:
    """Return a text as it stands in a CSV of results."""
    return f"'{text}" if _FORMULA.match(text) or _GUARDED.match(text) else text


def unguard(text: str) -> str:
    """Return the text that `guard` was given."""
    return text[1:] if _GUARDED.match(text) else text
