"""A second look over a whole file, once its encoding is known from samples: does it hold to the end?"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from importer.reading.encoding.doubt import decodes, mixed, not_utf8, undecidable
from importer.reading.encoding.plausible import NO_CHARACTER, ODD, script_of_letter, sign_cost
from importer.reading.encoding.readings import CANDIDATES, EAST_ASIAN, MARGIN, UTF8, Reading, ranked
from importer.reading.encoding.samples import BEYOND_ASCII, WORD, blocks

MOST_WORDS = 200
"""The number of odd words that are looked at."""


def refuse_mixture(path: Path, reading: Reading) -> str:
    """Return the encoding of a file whose samples have been read, or refuse it where another part contradicts them."""
    if reading.name in EAST_ASIAN:
        return _one_of(path, reading.names)
    for word in islice(_odd_words(path, reading.name), MOST_WORDS):
        refuse_if_better(path, word, reading.name)
    return reading.name


def _one_of(path: Path, names: list[str]) -> str:
    """Return which of encodings that make the same of all samples fits the whole file."""
    left = list(names)
    for block in blocks(path):
        if block.isascii():
            continue
        left = [name for name in left if decodes(block, name)]
        if not left:
            raise not_utf8(path)
        if len({block.decode(name) for name in left}) > 1:
            raise undecidable(path, left)
    return left[0]


def _odd_words(path: Path, name: str) -> Iterator[bytes]:
    """Yield the different words of a file that hold what no word holds."""
    odd = _odd_pattern(name)
    seen: set[bytes] = set()
    for block in blocks(path):
        if block.isascii() or not odd.search(block):
            continue
        for word in WORD.findall(block):
            if word not in seen and odd.search(word) and len(seen) < MOST_WORDS:
                seen.add(word)
                yield word


def refuse_if_better(path: Path, word: bytes, name: str) -> None:
    """Refuse a file in an encoding for a word that is one in another encoding, and not in this."""
    (own,) = ranked([word], names=(name,))
    rival = ranked([word], names=(UTF8, *CANDIDATES))[0]
    if rival.is_plausible and rival.cost < own.cost - MARGIN:
        raise mixed(path, word, name, rival.name)


def _odd_pattern(name: str) -> re.Pattern[bytes]:
    """Return what finds what no word holds, in an encoding of one byte a letter.

    That is a capital behind a small letter, a sign between letters, a letter beside one of another script, and what is
    no character at all. Each of them begins with a byte beyond ASCII and looks back from there, so that the search
    passes over all else quickly.
    """
    letters = {byte: bytes((byte,)).decode(name, errors="ignore") for byte in BEYOND_ASCII}
    scripts = {byte: script_of_letter(letter) for byte, letter in letters.items() if letter}
    small = [byte for byte in scripts if letters[byte].islower() and letters[byte] != "ß"]
    capitals = [byte for byte in scripts if letters[byte].isupper()]
    signs = [byte for byte, script in scripts.items() if not script and sign_cost("a", letters[byte], "a") >= ODD]
    foreign = [byte for byte, script in scripts.items() if script not in ("", "Latin")]
    nothing = [byte for byte in signs if sign_cost("", letters[byte], "") >= NO_CHARACTER]
    word = [byte for byte, script in scripts.items() if script]
    odd = (
        b"(?<=%s%s)" % (_any_of(small, b"a-z"), _any_of(capitals)),
        b"(?<=%s%s)(?=%s)" % (_any_of(word, b"A-Za-z"), _any_of(signs), _any_of(word, b"A-Za-z")),
        b"(?<=[A-Za-z]%s)|(?<=%s)(?=[A-Za-z])" % (_any_of(foreign), _any_of(foreign)),
        b"(?<=%s)" % _any_of(nothing),
    )
    return re.compile(_any_of([*capitals, *signs, *foreign]) + b"(?:" + b"|".join(odd) + b")")


def _any_of(these: Sequence[int], ascii_range: bytes = b"") -> bytes:
    """Return what matches one of some bytes, or of a range of ASCII; nothing where there are none."""
    return b"[" + re.escape(bytes(these)) + ascii_range + b"]" if these else b"[^\\x00-\\xff]"
