"""In which encoding a dump's texts are: what the dump says itself, and what the bytes allow."""

import codecs
import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, cast

from importer.errors import FileRefused
from importer.migration.exports.lines import encoding_of
from importer.migration.exports.sql.splitter import words
from importer.reading import MARKS
from schemas.problem_codes import ProblemCode

START = 1 << 16

# MySQL's names of what a connection speaks, as Python knows them. Its latin1 is Windows-1252.
CHARSETS = {
    "utf8": "utf-8",
    "utf8mb3": "utf-8",
    "utf8mb4": "utf-8",
    "latin1": "cp1252",
    "latin2": "iso8859_2",
    "latin5": "iso8859_9",
    "latin7": "iso8859_13",
    "greek": "iso8859_7",
    "hebrew": "iso8859_8",
    "macroman": "mac_roman",
    "koi8r": "koi8_r",
    "koi8u": "koi8_u",
    "eucjpms": "euc_jp",
    "ujis": "euc_jp",
    "euckr": "euc_kr",
    "gb2312": "gb2312",
    **{name: name for name in ("cp850", "cp852", "cp866", "cp1250", "cp1251", "cp1256", "cp1257", "ascii")},
    **{name: name for name in ("gbk", "gb18030", "big5", "sjis", "cp932")},
}
# In these, the second byte of a letter may be a quote or a backslash: they are read as UTF-8 from the start.
NOT_LIKE_ASCII = frozenset(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "gbk", "gb18030", "big5", "cp932", "sjis"))


@dataclass(frozen=True)
class Charset:
    """How the bytes of a dump become text. `declared` is the encoding that the user or the file names, if any."""

    path: Path
    declared: str | None
    by_user: bool

    def decode(self, text: bytes, line: int) -> str:
        """Return bytes of a statement as text; those of binary texts that are none become lone surrogates.

        Raises FileRefused where the encoding does not fit; the message holds nothing of the text.
        """
        if text.isascii():
            return text.decode("ascii")
        # Much that calls itself latin1 is UTF-8: the server was never declared what it was given.
        for name in (self.declared,) if self.by_user else ("utf-8", self.declared):
            if name and (read := _read(text, name)) is not None:
                return read
        if b"_binary" in text.lower() and self.declared in (None, "utf-8"):
            return text.decode("utf-8", "surrogateescape")
        if self.declared is None and self._guessed and (read := _read(text, self._guessed)) is not None:
            return read
        raise self._unfit(line)

    @cached_property
    def _guessed(self) -> str:
        """The encoding that the letters of the whole file speak for; "" where they do not."""
        try:
            return encoding_of(self.path, None)
        except FileRefused:
            return ""

    def _unfit(self, line: int) -> FileRefused:
        return FileRefused(
            f"{self.path}, line {line}: the characters of the statement that begins there cannot be read as "
            f"{self.declared or 'UTF-8'}. Name the encoding with --encoding, such as windows-1252.",
            ProblemCode.ENCODING,
        )


def open_dump(path: Path, encoding: str | None) -> tuple[BinaryIO, Charset]:
    """Open a dump; return its bytes, in an encoding in which ASCII is ASCII, and how its texts are to be decoded.

    `encoding` is what the user says it is.
    """
    with path.open("rb") as file:
        start = file.read(START)
    name = encoding_of(path, encoding) if encoding else _marked(start) or _declared(start)
    if name is not None:
        name = codecs.lookup(name).name
    by_user = encoding is not None or start.startswith(tuple(mark for mark, _ in MARKS))
    if name is not None and name in {codecs.lookup(each).name for each in NOT_LIKE_ASCII}:
        return cast(BinaryIO, _AsUtf8(path, name)), Charset(path, "utf-8", by_user=True)
    stream = path.open("rb")
    if start.startswith(codecs.BOM_UTF8):
        stream.read(len(codecs.BOM_UTF8))
        name = "utf-8"
    return stream, Charset(path, name, by_user)


def _marked(start: bytes) -> str | None:
    for mark, name in MARKS:
        if start.startswith(mark):
            return name
    return "utf-16-le" if start[1:2] == b"\0" else None


def _declared(start: bytes) -> str | None:
    """Return the encoding that the first SET NAMES of a dump names."""
    last = [b"", b""]
    for word in words(start):
        if last == [b"SET", b"NAMES"]:
            return CHARSETS.get(word.text.decode("latin-1").lower())
        last = [last[1], word.text.upper()]
        if last[1] == b"INSERT":
            break
    return None


def _read(text: bytes, name: str) -> str | None:
    try:
        return text.decode(name, "latin1_rest" if name == "cp1252" else "strict")
    except UnicodeError:
        return None


def _rest(error: UnicodeError) -> tuple[str, int]:
    """Read the five bytes that Windows-1252 leaves open as MySQL does: as what they are in Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("latin1_rest", _rest)


class _AsUtf8(io.RawIOBase):
    """A text file whose bytes are handed out in UTF-8."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path = path
        self._encoding = encoding
        self._text = path.open(encoding=encoding, newline="")

    def read(self, size: int = -1) -> bytes:
        """Return up to a number of letters in UTF-8; b"" at the end."""
        try:
            return self._text.read(size).removeprefix("\ufeff").encode("utf-8")
        except UnicodeError:
            pass
        raise FileRefused(
            f"{self._path}: its characters cannot be read as {self._encoding}. Name the encoding with --encoding.",
            ProblemCode.ENCODING,
        )

    def close(self) -> None:
        """Close the file."""
        self._text.close()
        super().close()
