"""A search for telephone numbers in everything that was written, in whatever spelling."""

import html
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

_NOT_A_DIGIT = re.compile(r"[^0-9]+")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def leaks(places: Iterable[tuple[str, bytes]], numbers: Sequence[int]) -> list[tuple[str, int]]:
    """Return which numbers, by their digits with the calling code, are in which of some contents.

    A number counts in any spelling: with or without its calling code, whatever separates its digits, percent-encoded,
    as entities or escapes, as UTF-16, and as an integer in a database. What is left of a masked number does not.
    """
    found = []
    for name, content in places:
        digits = list(_digits(content))
        for number in numbers:
            significant = str(number)[2:]
            as_integer = number.to_bytes(6, "big")
            if any(significant in one for one in digits) or as_integer in content:
                found.append((name, number))
    return found


def contents(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield all files, and the parts of those that are archives, each with its name."""
    for path in sorted(paths):
        yield str(path), path.name.encode() + b"\n" + path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{path}:{name}", archive.read(name)) for name in archive.namelist())


def _digits(content: bytes) -> Iterator[str]:
    for text in (content.decode("latin-1"), content.decode("utf-16-le", errors="replace")):
        plain = _ESCAPED.sub(lambda found: json.loads(f'"{found[0]}"'), html.unescape(unquote(text)))
        yield _NOT_A_DIGIT.sub("", plain)
        yield _NOT_A_DIGIT.sub("", text)
