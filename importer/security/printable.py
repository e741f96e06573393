"""Words of others, such as names of files and answers of servers, as they can be shown: read, never obeyed.

A terminal takes control characters for commands, and some characters turn the order of those around them about. Here
they become what Python would write for them, `\\x1b` or `\\u202e`, wherever they come from.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from functools import partial

_UNUSUAL = re.compile(r"[^\x20-\x7e]")
_HALF = re.compile("[\ud800-\udfff]")

JOINERS = "\u200c\u200d"
"""What ties letters and pictures together, or keeps them apart: harmless, and needed for several scripts."""

_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Categories of Unicode: controls, formats, halves of pairs, what has no meaning, and ends of lines."""


def visible(text: str) -> str:
    """Return a text on one line, in which every character that could command a terminal is written out."""
    return text if text.isprintable() else _UNUSUAL.sub(partial(_written_out, ascii), text)


def visible_lines(text: str) -> str:
    """Return a text of ours, which may hold words of others, as `visible` does, but for the ends of its lines.

    Those that are ours have two blanks after them: every line but the first is one of a list.
    """
    return "\n  ".join(visible(line) for line in text.split("\n  "))


def visible_json(document: str) -> str:
    """Return JSON that says the same, in which every character that could command a terminal is an escape of JSON."""
    lines = document.split("\n")
    escaped = partial(_UNUSUAL.sub, partial(_written_out, json.dumps))
    return "\n".join(line if line.isprintable() else escaped(line) for line in lines)


def without_halves(text: str) -> str:
    """Return a text whose halves of surrogate pairs, which no file and no request can hold, are U+FFFD each."""
    return _HALF.sub("\ufffd", text)


def whole_characters(text: str) -> str:
    """Return a text in which the two halves of a character beyond U+FFFF are one; a half alone becomes U+FFFD."""
    if not _HALF.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_text(name: str) -> bool:
    """Say whether the name of a file is text in UTF-8: names in other encodings come with bytes that stand for none."""
    return _HALF.search(name) is None


def _written_out(quoted: Callable[[str], str], found: re.Match[str]) -> str:
    character = found[0]
    if character in JOINERS or unicodedata.category(character) not in _UNSEEN:
        return character
    return quoted(character)[1:-1]
