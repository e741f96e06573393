"""Text from outside, such as file names and server answers, in a form that is safe to show.

A terminal treats control characters as commands, and some characters reverse the order of those around them. Here
they become what Python would write for them, `\\x1b` or `\\u202e`.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from functools import partial

_UNUSUAL = re.compile(r"[^\x20-\x7e]")
_HALF = re.compile("[\ud800-\udfff]")

JOINERS = "\u200c\u200d"
"""Characters that join letters and emoji, or keep them apart: harmless, and needed for several scripts."""

_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode categories: controls, formats, surrogates, unassigned characters, and line ends."""


def visible(text: str) -> str:
    """Return a text on one line, in which every character that could control a terminal is written out."""
    return text if text.isprintable() else _UNUSUAL.sub(partial(_written_out, ascii), text)


def visible_lines(text: str) -> str:
    """Return a text of ours, which may contain text from outside, as `visible` does, but keep its line ends.

    Line ends of ours are followed by two spaces: every line except the first is an item of a list.
    """
    return "\n  ".join(visible(line) for line in text.split("\n  "))


def visible_json(document: str) -> str:
    """Return equivalent JSON, in which every character that could control a terminal is a JSON escape."""
    lines = document.split("\n")
    escaped = partial(_UNUSUAL.sub, partial(_written_out, json.dumps))
    return "\n".join(line if line.isprintable() else escaped(line) for line in lines)


def without_halves(text: str) -> str:
    """Return a text whose lone surrogates, which files and requests cannot contain, are U+FFFD each."""
    return _HALF.sub("\ufffd", text)


def whole_characters(text: str) -> str:
    """Return a text in which surrogate pairs are joined into one character; a lone surrogate becomes U+FFFD."""
    if not _HALF.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_text(name: str) -> bool:
    """Return whether a file name is text in UTF-8: names in other encodings contain bytes that are not text."""
    return _HALF.search(name) is None


def _written_out(quoted: Callable[[str], str], found: re.Match[str]) -> str:
    character = found[0]
    if character in JOINERS or unicodedata.category(character) not in _UNSEEN:
        return character
    return quoted(character)[1:-1]
