"""Texts in East Asian encodings that are ASCII to look at: ISO-2022 with its escape sequences, and HZ."""

import codecs
import re
from itertools import filterfalse
from pathlib import Path

from importer.errors import FileRefused
from importer.reading.encoding.languages import LEVELS
from schemas.problem_codes import ProblemCode

ESCAPE, TILDE, BRACE = b"\x1b", b"~", b"~{"

DOUBLE_BYTE = re.compile(rb"\x1b(?:\$[@AB]|\$[()*+\-./][0-9A-Z@]|\([IJ])")
"""What begins a character set other than ASCII in RFC 1468, 1554, 1557, 1922 and 2237: ESC $ B, ESC $ ) C, ESC ( J."""

ISO_2022 = (
    "iso2022_jp",
    "iso2022_jp_1",
    "iso2022_jp_2",
    "iso2022_jp_ext",
    "iso2022_jp_3",
    "iso2022_jp_2004",
    "iso2022_kr",
)
"""What Python can read of it, the narrowest first. Of ISO-2022-CN it can read nothing."""

GB_2312 = LEVELS["Chinese, simplified"]

HZ_TEXT = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+~\}")
"""Two bytes each between braces, as RFC 1843 has it: ~{4:<>;n6/~}"""


CURE = (
    "Say which encoding it is with --encoding, for instance --encoding utf-8 if these characters are meant "
    'literally, or save the file in Excel as .xlsx (or as "CSV UTF-8").'
)


def find_seven_bit(path: Path, ascii_only: bool) -> str | None:
    """Return in which of these encodings a file is, or None for one without their sequences.

    `ascii_only` says that it has no byte beyond ASCII. Raises FileRefused where it has such sequences and cannot be
    read by them, so that it is not known what they are.
    """
    if (number := _first_line_with(DOUBLE_BYTE, path)) is not None:
        found = next((name for name in ISO_2022 if ascii_only and _is_iso_2022(path, name)), None)
        if found is None:
            raise FileRefused(
                f"{path}, line {number}: there are escape sequences like those of ISO-2022-JP, but the file cannot be "
                f"read with them. {CURE}",
                ProblemCode.ENCODING,
            )
        return found
    if (number := _first_line_with(HZ_TEXT, path)) is not None:
        if not ascii_only or not _is_hz(path):
            raise FileRefused(
                f"{path}, line {number}: cannot tell whether the text between ~{{ and ~}} is Chinese in the "
                f"encoding HZ. {CURE}",
                ProblemCode.ENCODING,
            )
        return "hz"
    return None


def _first_line_with(pattern: re.Pattern[bytes], path: Path) -> int | None:
    with path.open("rb") as file:
        return next((number for number, line in enumerate(file, start=1) if pattern.search(line)), None)


def _is_iso_2022(path: Path, name: str) -> bool:
    """Say whether a file can be read, each line also by itself as the standards want it, and no sequence is left."""
    header = b"\x1b$)C" if name == "iso2022_kr" else b""
    running = codecs.getincrementaldecoder(name)()
    with path.open("rb") as file:
        try:
            for line in file:
                text = running.decode(line)
                if text != (header + line).decode(name) or any(sign in text for sign in "\x1b\x0e\x0f"):
                    return False
        except UnicodeError:
            return False
    return True


def _is_hz(path: Path) -> bool:
    """Say whether a file can be read as HZ, and most of it are usual Chinese characters."""
    usual = others = 0
    with path.open("rb") as file:
        try:
            for line in file:
                for character in filterfalse(str.isascii, line.decode("hz")):
                    usual, others = (usual + 1, others) if GB_2312.holds(character) else (usual, others + 1)
        except UnicodeError:
            return False
    return usual > 1 and usual > others
