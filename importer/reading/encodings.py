"""In which encoding a text file is written: told by its bytes, with a word on how sure that is."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from charset_normalizer import from_bytes

from importer.errors import FileRefused, WrongUsage
from schemas.faults import Fault

BLOCK = 1 << 16
SAMPLE_LINES = 300

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)

# In the order of preference where the bytes fit several. Each multi-byte one is the widest of its family.
CANDIDATES = (
    "big5hkscs",
    "cp932",
    "gb18030",
    "cp949",
    "euc_jp",
    "cp1252",
    "cp1250",
    "cp850",
    "mac_roman",
    "cp852",
    "cp437",
    "cp1251",
    "cp1253",
    "iso8859_7",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "cp866",
    "koi8_r",
)
MULTI_BYTE = frozenset(CANDIDATES[:5])
CHAOS = 0.1
"""How much more disorder than in the best reading still makes a candidate."""
ODD = 0.3
"""From which share of odd characters on a reading is not believed."""

# The letters beyond ASCII of the languages that a code page was made for.
ALPHABETS = {
    "cp1252": (
        "äöüß",
        "àâæçéèêëîïôœùûüÿ",
        "áéíñóúü",
        "ãáâàçéêíóôõú",
        "àèéìíîòóù",
        "æøåéü",
        "åäöéü",
        "éëïöüè",
        "áæéíðóöúýþ",
    ),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž"),
    "cp1254": ("çğıöşüâîûi̇",),
    "cp1257": ("āčēģīķļņšūž", "ąčęėįšųūž", "äõöüšž"),
}
SAME_ALPHABETS = {"cp850": "cp1252", "mac_roman": "cp1252", "cp437": "cp1252", "cp852": "cp1250"}

# Letters that only stand in a text that was read in the wrong encoding, or next to none.
_UNLIKELY = frozenset("ÿþÐð¤¦¨¬¯´¸ˇ˙")
_ODD_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<=[^\W\d_])[^\w\s\x00-\x7f’‘–—·…°]+(?=[^\W\d_])",  # a sign in the middle of a word
        r"(?<!\w)[¶¢¤§©®±²³¹¼½¾µª•ˇ˘˛]+(?=[^\W\d_])",  # a sign at the beginning of one
        r"(?<=[a-zß-öø-ÿ])[À-ÖØ-ÞŸŠŽŒ]",  # a capital after a small letter
        r"[^\W\d_a-zA-Z](?=\d)",  # an accented letter before a digit
        r"[À-ɏ]{5,}",  # five accented letters in a row
        r"[a-zA-Z_À-ɏ][Ͱ-῿⺀-퟿]|[Ͱ-῿⺀-퟿][a-zA-ZÀ-ɏ]",  # two scripts in one word
        r"(?<=\S)\u00a0\u00a0(?=\S)",  # two hard blanks in a text
        r"[£¥¢](?=[^\W\d_])",  # a currency before a letter
    )
)


@dataclass(frozen=True)
class Encoding:
    """The name of an encoding, as Python knows it, and what the user should be told about how it was found."""

    name: str
    note: str = ""


def find_encoding(path: Path, wanted: str | None = None) -> Encoding:
    """Find the encoding of a text file; `wanted` is what the user says it is."""
    if wanted is not None:
        return Encoding(_known(wanted))
    with path.open("rb") as file:
        start = file.read(BLOCK)
    for mark, name in MARKS:
        if start.startswith(mark):
            return Encoding(name)
    if wide := _wide_without_mark(start):
        return Encoding(wide, f"Read as {wide}: every other byte is zero.")
    if _is_utf8(path):
        return Encoding("utf-8")
    return _detect(path)


def _known(name: str) -> str:
    try:
        codecs.lookup(name)
        "".encode(name)
    except LookupError:
        raise WrongUsage(
            f"--encoding {name}: there is no such encoding. Often met: utf-8, utf-16, windows-1252, cp850, gb18030.",
            Fault.BAD_VALUE,
        ) from None
    return name


def _wide_without_mark(start: bytes) -> str | None:
    """Return the name of UTF-16 or UTF-32 where zero bytes stand as they do in Latin text in one of them."""
    for width, name in ((4, "utf-32-le"), (4, "utf-32-be"), (2, "utf-16-le"), (2, "utf-16-be")):
        lows = range(1, width) if name.endswith("le") else range(width - 1)
        units = len(start) // width
        zeros = [start[place::width][:units].count(0) for place in range(width)]
        text = zeros[0] if name.endswith("le") else zeros[-1]
        if units and text < units * 0.1 and all(zeros[low] > units * 0.5 for low in lows):
            return name
    return None


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _telling_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.isascii():
                yield number, line


def _detect(path: Path) -> Encoding:
    lines = list(islice(_telling_lines(path), SAMPLE_LINES))
    sample = b"".join(line for _, line in lines)
    matches = from_bytes(
        sample, cp_isolation=list(CANDIDATES), threshold=0.6, enable_fallback=False, preemptive_behaviour=False
    )
    chaos = min((match.chaos for match in matches), default=1.0)
    ranked = sorted(
        {
            (*_doubts(sample, name, match.chaos), CANDIDATES.index(name), name)
            for match in matches
            if match.chaos <= chaos + CHAOS
            for name in (match.encoding, *match.could_be_from_charset)
            if name in CANDIDATES
        }
    )
    if not ranked or ranked[0][0] > ODD or _is_broken_utf8(sample):
        raise _undecidable(path, lines)
    least, best = ranked[0][:2], ranked[0][-1]
    rivals = [name for *doubts, _, name in ranked if tuple(doubts) <= least and _differs(sample, best, name)]
    return Encoding(best, _note(best, rivals))


def _doubts(sample: bytes, name: str, chaos: float) -> tuple[float, float]:
    """Return what speaks against an encoding, the worst first: odd characters, then letters of no one language."""
    oddity = _oddity(sample, name)
    if name in MULTI_BYTE:
        return oddity, chaos
    alphabets = ALPHABETS.get(SAME_ALPHABETS.get(name, name), ())
    letters = {letter for letter in sample.decode(name, errors="replace").lower() if letter.isalpha()}
    foreign = {letter for letter in letters if not letter.isascii()}
    return oddity, float(not any(foreign <= set(alphabet) for alphabet in alphabets))


def _oddity(sample: bytes, name: str) -> float:
    """Return which share of the characters beyond ASCII stands as no writer would put it."""
    try:
        text = sample.decode(name)
    except UnicodeDecodeError:
        return 1.0
    telling = sum(not character.isascii() for character in text) or 1
    odd = sum(len(match) for pattern in _ODD_PATTERNS for match in pattern.findall(text))
    odd += sum(character in _UNLIKELY or "\x80" <= character <= "\x9f" for character in text)
    return odd / telling


def _is_broken_utf8(sample: bytes) -> bool:
    """Say whether most of what is beyond ASCII is UTF-8: then the rest is damage, not another encoding."""
    text = sample.decode("utf-8", errors="replace")
    good = sum(not character.isascii() and character != "�" for character in text)
    return good > 2 * text.count("�")


def _differs(sample: bytes, one: str, other: str) -> bool:
    return sample.decode(one, errors="replace") != sample.decode(other, errors="replace")


def _note(best: str, rivals: list[str]) -> str:
    if not rivals:
        return f"Read as {best}: the file is not UTF-8. Another encoding is set with --encoding."
    others = ", ".join(rivals[:3])
    return (
        f"Read as {best}, on thin evidence: {others} would fit as well. Look at the letters with accents; "
        f"where they are wrong, set the encoding with --encoding."
    )


def _undecidable(path: Path, lines: list[tuple[int, bytes]]) -> FileRefused:
    number, line = next(
        ((number, line) for number, line in lines if not _decodes(line)),
        lines[0],
    )
    found = " ".join(f"{byte:02X}" for byte in line if byte > 127)[:23]
    return FileRefused(
        f"{path}, line {number}: the bytes {found} are not UTF-8, and no other encoding can be told from them. "
        "Say which it is with --encoding (such as windows-1252), or save the file in Excel as .xlsx.",
        Fault.ENCODING,
    )


def _decodes(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
