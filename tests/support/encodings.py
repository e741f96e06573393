"""Texts in many languages, written as files in the encodings that can hold them, and what becomes of each."""

import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from importer.errors import FileRefused
from importer.reading.encoding.finding import find_encoding
from tests.support.paths import GOLDEN

TEXTS = GOLDEN / "texts"

UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32-le")
WINDOWS = (*(f"cp{page}" for page in range(1250, 1259)), "cp874")
DOS = tuple(
    f"cp{page}" for page in (437, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865, 866, 869, 1125)
)
MAC = tuple(f"mac_{name}" for name in ("roman", "cyrillic", "greek", "latin2", "turkish", "iceland", "croatian"))
ISO = tuple(f"iso8859_{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15))
KOI8 = ("koi8_r", "koi8_u")
EAST_ASIAN = {
    "Japanese": ("cp932", "shift_jis", "euc_jp", "iso2022_jp", "gb18030"),
    "Chinese, simplified": ("gb18030", "gbk", "gb2312", "hz"),
    "Chinese, traditional": ("cp950", "big5", "big5hkscs", "gb18030"),
    "Korean": ("cp949", "euc_kr", "iso2022_kr", "johab", "gb18030"),
}
ALPHABETIC = (*WINDOWS, *DOS, *MAC, *ISO, *KOI8)
ARABIC_ALONE = ("cp720",)

WESTERN = [
    "German",
    "French",
    "Spanish",
    "Portuguese",
    "Italian",
    "Dutch",
    "Danish",
    "Norwegian",
    "Swedish",
    "Finnish",
    "Icelandic",
]
AT_HOME = {
    "cp1252": WESTERN,
    "cp1250": ["Polish", "Czech", "Slovak", "Hungarian", "Romanian", "Croatian", "Slovene"],
    "cp1251": ["Russian", "Ukrainian", "Bulgarian", "Serbian"],
    "cp932": ["Japanese"],
}
"""The code pages of Windows that files of ten texts must be read in, and the languages that they were made for."""

PLAIN = str.maketrans({"’": "'", "“": '"', "”": '"', "–": "-", "…": "...", "£": "GBP ", "»": '"', "«": '"', "׳": "'"})
"""What programs write where an encoding lacks a sign."""


@cache
def texts(part: str) -> dict[str, list[str]]:
    """Return the texts of a part, `seen` or `held_out`, by language."""
    found: dict[str, list[str]] = {}
    for line in (TEXTS / f"{part}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            own = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            own += line.split("; ")
    return found


def encodings_of(language: str) -> Iterable[str]:
    """Return the encodings that a file in a language may be in, if they can hold it."""
    others = EAST_ASIAN.get(language, ALPHABETIC)
    return [*UNICODE, *(name for name in others if name not in ARABIC_ALONE or language == "Arabic")]


def goals_of(language: str) -> list[str]:
    """Return the encodings in which most files of ten texts in a language must be read."""
    return ["utf-8", "utf-8-sig", "utf-16", *(name for name, those in AT_HOME.items() if language in those)]


def fitting(language: str, encoding: str, part: str) -> list[str]:
    """Return the texts of a language as an encoding can hold them; none where it lacks more than a few of them."""
    own = texts(part)[language]
    held = [text for text in (_held(text, encoding) for text in own) if text is not None]
    return held if len(held) > 0.7 * len(own) and not "".join(held).isascii() else []


def _held(text: str, encoding: str) -> str | None:
    if encoding == "cp1258":
        text = "".join(map(_for_windows_1258, text))
    for one in (text, text.translate(PLAIN)):
        try:
            if one.encode(encoding).decode(encoding) == one:
                return one
        except UnicodeError:
            continue
    return None


def _for_windows_1258(letter: str) -> str:
    """Return a letter of Vietnamese as this encoding has it: its tone apart from it."""
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
        return unicodedata.normalize("NFC", parts.replace(tone, "")) + tone
    return letter


def table(chance: random.Random, own: list[str], rows: int) -> str:
    """Return a text file of campaigns with some of the texts as names, amid columns of ASCII."""
    delimiter, end = chance.choice(",;\t|"), chance.choice(["\r\n", "\n"])
    lines = [["name", "dtype", "dnumber", "description"]]
    for text in chance.sample(own, min(rows, len(own))):
        name = f'"{text}"' if delimiter in text else text
        kind, wave = chance.choice(["queue", "mailbox", "extension"]), chance.choice(["", "Wave 1", "spring 2026"])
        lines.append([name, kind, f"{chance.randrange(10_000):04d}", wave])
    return "".join(delimiter.join(cells) + end for cells in lines)


def outcome(path: Path, text: str, encoding: str) -> str:
    """Write a text in an encoding, read it, and return what came of it: right, refused or WRONG."""
    path.write_bytes(text.encode(encoding))
    try:
        found = find_encoding(path).name
        with path.open(encoding=found, newline="") as file:
            read = file.read().removeprefix("\ufeff")
    except (FileRefused, UnicodeDecodeError):
        return "refused"
    if encoding == "shift_jis":
        # Windows reads some of its signs as their wide forms, and so does the Encoding Standard of the web.
        text, read = (unicodedata.normalize("NFKC", one) for one in (text, read))
    return "right" if read == text else "WRONG"


Place = tuple[str, int, str]
"""An encoding, a number of texts, and a language."""


def matrix(
    folder: Path, part: str, encodings: Callable[[str], Iterable[str]], lengths: Iterable[int], draws: Iterable[int]
) -> dict[Place, Counter[str]]:
    """Return what becomes of files of N texts, drawn by numbers, by encoding, number of texts and language."""
    found: dict[Place, Counter[str]] = {}
    for place, text in _files(part, encodings, lengths, draws):
        found.setdefault(place, Counter())[outcome(folder / "plan.csv", text, place[0])] += 1
    return found


def _files(
    part: str, encodings: Callable[[str], Iterable[str]], lengths: Iterable[int], draws: Iterable[int]
) -> Iterator[tuple[Place, str]]:
    for language in texts(part):
        for encoding in encodings(language):
            own = fitting(language, encoding, part)
            for rows in lengths if own else ():
                for draw in draws:
                    text = table(random.Random(f"{language} {encoding} {rows} {draw}"), own, rows)
                    if not text.isascii():
                        yield (encoding, rows, language), text


def share_read(found: dict[Place, Counter[str]], encoding: str) -> float:
    """Return which share of files of ten texts or more is read, of the languages that an encoding is made for."""
    counts: Counter[str] = Counter()
    for (name, rows, language), own in found.items():
        if name == encoding and rows >= 10 and language in AT_HOME.get(encoding, [language]):
            counts += own
    return counts["right"] / counts.total()


def shown(found: dict[Place, Counter[str]]) -> str:
    """Return the matrix as text: a line an encoding, a column a number of texts, in each right/refused/WRONG."""
    lengths = sorted({rows for _, rows, _ in found})
    lines = [" " * 14 + "".join(f"{rows:>16}" for rows in lengths)]
    for encoding in dict.fromkeys(name for name, _, _ in found):
        cells = []
        for rows in lengths:
            own = sum(
                (count for (name, size, _), count in found.items() if (name, size) == (encoding, rows)), Counter()
            )
            cells.append("/".join(str(own[what]) for what in ("right", "refused", "WRONG")))
        lines.append(f"{encoding:14}" + "".join(f"{cell:>16}" for cell in cells))
    return "\n".join(lines)
