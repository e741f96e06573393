"""In which encoding a text file is written: found by its bytes, or refused if they leave it open.

wide         UTF-16 and UTF-32 without a mark
seven_bit    ISO-2022 and HZ, which are ASCII to look at
samples      the words that show it, cut out of the bytes
readings     what each encoding makes of them, and which of it is believed
plausible    what is likely in a text, with `languages`
doubt        what the user learns where it is not clear
"""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from importer.errors import FileRefused, WrongUsage
from importer.reading.encoding.doubt import decodes, not_utf8, undecidable
from importer.reading.encoding.mixture import refuse_if_better, refuse_mixture
from importer.reading.encoding.readings import CANDIDATES, UTF8, believable, called, ranked
from importer.reading.encoding.samples import WORD, Samples, raw_blocks, take_samples
from importer.reading.encoding.seven_bit import BRACE, ESCAPE, TILDE, find_seven_bit
from importer.reading.encoding.wide import wide_without_mark
from schemas.problem_codes import ProblemCode

START = 1 << 16

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)

OFTEN_MET = "Common ones: utf-8, utf-16, windows-1252, cp850, gb18030."

CERTAIN = 12
"""With this many characters beyond ASCII, in different words, that are valid UTF-8, nothing else is possible."""

USUAL, STRANGE = 10.0, -6.0
"""How much more than in another encoding the few words of a file may cost in UTF-8, which most files are in; less where
they are strange."""
BY_CHANCE = 4.0
"""What each character after the first adds to that: in other encodings, few pairs of bytes are UTF-8 by chance."""

FORMER_CANDIDATES = (
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
"""The encodings as which version 0.1.0 read what was not UTF-8, often wrongly."""


@dataclass(frozen=True)
class Encoding:
    """The name of an encoding, as Python knows it, and what the user should know about how it was found."""

    name: str
    note: str = ""


def find_encoding(path: Path, wanted: str | None = None) -> Encoding:
    """Find the encoding of a text file; `wanted` is what the user says it is.

    Raises FileRefused where the bytes do not tell, or contradict what the user says, and WrongUsage where that is no
    encoding.
    """
    with path.open("rb") as file:
        start = file.read(START)
    marked = next((name for mark, name in MARKS if start.startswith(mark)), None)
    if wanted is not None:
        return _as_wanted(path, wanted, marked, start)
    if marked is not None:
        return Encoding(marked)
    if wide := wide_without_mark(start):
        return Encoding(
            wide, f"Read as {wide}: every line has its typical zero bytes. Use --encoding to choose another."
        )
    look = _look_over(path)
    if look.has_sequences and (found := find_seven_bit(path, look.is_ascii)):
        return Encoding(
            found, f"Read as {called(found)}: the file has its escape sequences. Use --encoding to choose another."
        )
    if look.is_ascii or (look.is_utf8 and look.characters >= CERTAIN):
        return Encoding(UTF8)
    return _by_its_words(path, look)


def text_encoding(name: str) -> str | None:
    """Return an encoding's name as Python knows it; None for one that is not known, or is not of texts."""
    try:
        "".encode(name)
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return None


def former_readings(texts: Sequence[str], encoding: str) -> Iterator[tuple[str, ...]]:
    """Yield what version 0.1.0 may have read where the texts of a row are read as `encoding` now, each reading once.

    That is what their bytes are in each of its FORMER_CANDIDATES, or in UTF-8: for it, texts in ISO-2022 and HZ were
    ASCII. What cannot be decoded was not read so. There are none for texts in UTF-8, 16 or 32, which were read as they
    are now, and none where `encoding` has no room for a text.
    """
    if all(map(str.isascii, texts)) or codecs.lookup(encoding).name.startswith("utf"):
        return
    found = {tuple(texts)}
    for name in (UTF8, *FORMER_CANDIDATES):
        try:
            other = tuple(text if text.isascii() else text.encode(encoding).decode(name) for text in texts)
        except UnicodeError:
            continue
        if other not in found:
            found.add(other)
            yield other


def _as_wanted(path: Path, wanted: str, marked: str | None, start: bytes) -> Encoding:
    """Return the encoding that the user names, unless the file's own bytes prove that it is another."""
    name = text_encoding(wanted)
    if name is None:
        raise WrongUsage(f"--encoding {wanted}: there is no such encoding. {OFTEN_MET}", ProblemCode.BAD_VALUE)
    if marked is not None and not _fits_mark(name, marked, start):
        raise _contradiction(path, f"begins with the byte order mark of {marked.removesuffix('-sig')}", wanted)
    if name in ("utf-16", "utf-32") and marked is None:
        return Encoding(_order_of(path, name, wide_without_mark(start)))
    if not name.startswith("utf"):
        look = _look_over(path)
        if look.is_utf8 and look.characters >= CERTAIN:
            raise _contradiction(path, "is UTF-8", wanted)
    return Encoding(wanted)


def _fits_mark(name: str, marked: str, start: bytes) -> bool:
    if name.endswith(("-le", "-be")):
        return start.startswith("\ufeff".encode(name))
    return codecs.lookup(marked).name.removesuffix("-sig") == name.removesuffix("-sig")


def _contradiction(path: Path, what: str, wanted: str) -> FileRefused:
    return FileRefused(
        f"{path} {what}, and --encoding says {wanted}. Leave --encoding out for this file, or out of the settings.",
        ProblemCode.ENCODING,
    )


def _order_of(path: Path, name: str, found: str | None) -> str:
    """Return an encoding with the order of the bytes that a file without a mark has."""
    if found is None or not found.startswith(name):
        raise FileRefused(
            f"{path} has no byte order mark, so the order of its bytes is not known, and it does not look like {name}. "
            f"Use --encoding {name}-le or {name}-be, or the encoding that it really has.",
            ProblemCode.ENCODING,
        )
    return found


@dataclass(frozen=True)
class _Look:
    """What one pass over the bytes shows. `characters` are those beyond ASCII in different words, up to CERTAIN."""

    is_ascii: bool
    is_utf8: bool
    has_sequences: bool
    characters: int


def _look_over(path: Path) -> _Look:
    decoder = codecs.getincrementaldecoder(UTF8)()
    is_ascii, has_sequences = True, False
    words: set[bytes] = set()
    try:
        for block in raw_blocks(path):
            decoder.decode(block)
            has_sequences = has_sequences or ESCAPE in block or (TILDE in block and BRACE in block)
            if not block.isascii():
                is_ascii = False
                if len(words) < CERTAIN:
                    words.update(WORD.findall(block))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _Look(False, False, has_sequences, 0)
    return _Look(is_ascii, True, has_sequences, sum(map(_characters_beyond_ascii, words)))


def _characters_beyond_ascii(word: bytes) -> int:
    return sum(not character.isascii() for character in word.decode(UTF8, errors="ignore"))


def _by_its_words(path: Path, look: _Look) -> Encoding:
    """Return the encoding in which the words of a file are words, or refuse it."""
    samples = take_samples(path)
    if look.is_utf8:
        return _thin_utf8(path, samples, look.characters)
    if _is_broken_utf8(samples):
        raise not_utf8(path)
    readings = ranked(samples.words, samples.used, samples.plain)
    for word in samples.words if readings else ():
        if decodes(word, UTF8):
            refuse_if_better(path, word, readings[0].name)
    found = believable(readings)
    if len(found) != 1:
        raise undecidable(path, [reading.name for reading in found or readings])
    name = refuse_mixture(path, found[0])
    return Encoding(name, f"Read as {called(name)}: the file is not UTF-8. Use --encoding to choose another encoding.")


def _thin_utf8(path: Path, samples: Samples, characters: int) -> Encoding:
    """Take a file for UTF-8 that is valid UTF-8, unless its few words are as likely in another encoding."""
    readings = ranked(samples.words, samples.used, samples.plain, (UTF8, *CANDIDATES))
    own = next((reading for reading in readings if reading.name == UTF8), None)
    rivals = [reading for reading in readings if reading is not own and reading.is_plausible]
    allowed = BY_CHANCE * (characters - 1)
    if not rivals or (own and own.cost < rivals[0].cost + allowed + (USUAL if own.is_plausible else STRANGE)):
        return Encoding(UTF8)
    raise undecidable(path, [UTF8, *(reading.name for reading in rivals)])


def _is_broken_utf8(samples: Samples) -> bool:
    """Say whether most words beyond ASCII are UTF-8: then the rest is damage, or of another encoding."""
    return sum(decodes(word, UTF8) for word in samples.words) * 2 > len(samples.words)
