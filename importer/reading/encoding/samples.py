"""The words of a text file that show its encoding: those with a byte beyond ASCII, cut out before it is known.

No byte below the 0 of ASCII, and none from : to ?, is ever the second byte of a letter in the encodings that are tried:
at these a file can be cut into pieces that each can be decoded by itself.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

BLOCK = 1 << 16
_DIGITS = re.compile(rb"[0-9]+")
ENDS = (b"\n", b"\r", b",", b";", b"\t")
"""Where a block may be cut without cutting a word in two: at the first of these that it holds."""

_PLAIN = re.compile(rb"(?<![A-Za-z\x80-\xff])[A-Za-z]{4,}(?![A-Za-z\x80-\xff])")
MOST_PLAIN, PLAIN_BLOCKS = 60, 2

ENOUGH = 40
"""The number of different words with a byte that are looked at; more would not show more."""
ENOUGH_BLOCKS = 16
"""In this many blocks, words with a byte are looked for where there are fewer different ones."""


@dataclass(frozen=True)
class Samples:
    """Different words of a file in their order, and every byte beyond ASCII that there is in it.

    `plain` are some words of ASCII: of a Latin script, they show the language.
    """

    words: tuple[bytes, ...]
    used: bytes
    plain: tuple[str, ...] = ()


def raw_blocks(path: Path) -> Iterator[bytes]:
    """Yield a file in blocks that end anywhere."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def blocks(path: Path) -> Iterator[bytes]:
    """Yield a file in blocks that end where a word does, unless there is no such place."""
    rest = b""
    for block in raw_blocks(path):
        block = rest + block
        cut = next((at + 1 for at in map(block.rfind, ENDS) if at >= 0), len(block))
        rest = block[cut:]
        yield block[:cut]
    if rest:
        yield rest


def words_with(these: bytes) -> re.Pattern[bytes]:
    """Return what finds the words that hold one of these bytes: each from its beginning, in one go."""
    ends = rb"\x00-\x2f\x3a-\x3f"
    found = re.escape(these)
    return re.compile(rb"(?<![^%s])[^%s%s]*+[%s][^%s]*+" % (ends, ends, found, found, ends))


ASCII, BEYOND_ASCII = bytes(range(0x80)), bytes(range(0x80, 0x100))
WORD = words_with(BEYOND_ASCII)


def take_samples(path: Path) -> Samples:
    """Return words of a whole file: of each byte that is used in it up to ENOUGH different ones, be they at its end."""
    words: dict[bytes, bytes] = {}
    plain: dict[str, None] = {}
    counts: Counter[int] = Counter()
    looked: Counter[int] = Counter()
    known = ASCII
    for number, block in enumerate(blocks(path)):
        if number < PLAIN_BLOCKS:
            plain.update(dict.fromkeys(word.decode("ascii").lower() for word in _PLAIN.findall(block)))
        # Bytes of which enough is known, and ASCII, are passed over at the speed of the memory.
        wanted = block.translate(None, known)
        if not wanted:
            continue
        looked.update(set(wanted))
        for word in dict.fromkeys(words_with(bytes(set(wanted))).findall(block)):
            # Prices and times are not words of their own: what differs in digits alone counts once.
            key = _DIGITS.sub(b"0", word)
            if key not in words and any(counts[byte] < ENOUGH for byte in word if byte > 0x7F):
                words[key] = word
                counts.update({byte for byte in word if byte > 0x7F})
        known = ASCII + bytes(byte for byte in looked if counts[byte] >= ENOUGH or looked[byte] >= ENOUGH_BLOCKS)
    return Samples(tuple(words.values()), bytes(sorted(looked)), tuple(islice(plain, MOST_PLAIN)))
