"""What the user learns where a file's bytes leave its encoding open: the first text that the readings differ in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from importer.errors import FileRefused
from importer.reading.encoding.readings import UTF8, called
from schemas.problem_codes import ProblemCode

MOST_READINGS = 3
LONGEST_TEXT = 40
LONGEST_LINE = 1 << 20
_CELLS = re.compile(rb'[^,;\t"\r\n]+')
"""What lies between delimiters and quotes; | is not among them, for it can be the second byte of a letter."""
EXCEL = 'save the file in Excel as .xlsx (or as "CSV UTF-8")'


class EncodingUnclear(FileRefused):
    """The encoding of a file is not clear. The message shows a text of it; `bare` is the message without that."""

    def __init__(self, message: str, bare: str) -> None:
        super().__init__(message, ProblemCode.ENCODING)
        self.bare = bare


def undecidable(path: Path, names: Sequence[str]) -> FileRefused:
    """Return the refusal of a file that may be in any of these encodings, the likeliest first, or in quite another."""
    for number, cell in _telling_cells(path):
        refused = _cell_refused(path, number, cell, names)
        if refused is not None:
            return refused
    return not_utf8(path)


def mixed(path: Path, word: bytes, name: str, other: str) -> FileRefused:
    """Return the refusal of a file that is in one encoding, except for a word in another."""
    for number, cell in _telling_cells(path):
        if word in cell and (refused := _cell_refused(path, number, cell, (name, other))):
            return refused
    return undecidable(path, (name, other))


def _cell_refused(path: Path, number: int, cell: bytes, names: Sequence[str]) -> EncodingUnclear | None:
    """Return the refusal that shows a cell; None where it is the same text in all of several encodings."""
    texts: dict[str, str] = {}
    for name in names:
        texts.setdefault(cell.decode(name, errors="replace"), name)
    if len(texts) == 1 < len(names):
        return None
    first = _first_difference(list(texts)[:2])
    shown: dict[str, str] = {}
    for text, name in texts.items():
        shown.setdefault(_shown(text, first), name)
    return _cannot_tell(path, number, dict(list(shown.items())[:MOST_READINGS]))


def _first_difference(texts: Sequence[str]) -> int:
    """Return where two texts differ first; of a single one, where it has the first letter beyond ASCII."""
    if len(texts) == 1:
        return next((at for at, character in enumerate(texts[0]) if not character.isascii()), 0)
    one, other = texts
    return next((at for at, (here, there) in enumerate(zip(one, other, strict=False)) if here != there), len(one))


def not_utf8(path: Path) -> FileRefused:
    """Return the refusal of a file with bytes that are not UTF-8, and of which nothing else is known."""
    cells = ((number, cell) for number, cell in _telling_cells(path) if not decodes(cell, UTF8))
    number, cell = next(cells, (1, b""))
    found = " ".join(f"{byte:02X}" for byte in cell if byte > 127)[:23]
    return FileRefused(
        f"{path}, line {number}: the bytes {found} are not UTF-8, and do not show another encoding. "
        f"Say which it is with --encoding (such as windows-1252), or {EXCEL}.",
        ProblemCode.ENCODING,
    )


def decodes(content: bytes, name: str) -> bool:
    """Say whether an encoding gives bytes a meaning."""
    try:
        content.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _cannot_tell(path: Path, number: int, texts: Mapping[str, str]) -> EncodingUnclear:
    """Return the refusal with the texts that a cell may be, and the encoding of each."""
    shown = [f"'{text}' ({called(name)})" for text, name in texts.items()]
    names = [called(name) for name in texts.values()]
    cure = f"Say which with --encoding, for instance --encoding {names[0]}, or {EXCEL}."
    start = f"{path}, line {number}: cannot tell"
    whether = "whether this is" if len(shown) > 1 else "whether this is what was written:"
    return EncodingUnclear(
        f"{start} {whether} {_either(shown)}. {cure}",
        f"{start} which encoding this is. It may be {_either(names)}. {cure}",
    )


def _either(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _telling_cells(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the line and the bytes of each cell with bytes beyond ASCII; one that is very long in parts."""
    number = 1
    with path.open("rb") as file:
        while line := file.readline(LONGEST_LINE):
            if not line.isascii():
                yield from ((number, cell) for cell in _CELLS.findall(line) if not cell.isascii())
            number += line.endswith(b"\n")


def _shown(text: str, first: int) -> str:
    """Return a text without what cannot be seen; of a long one what is around a place in it."""
    start = max(0, min(first - LONGEST_TEXT // 2, len(text) - LONGEST_TEXT))
    part = text[start : start + LONGEST_TEXT]
    seen = "".join(one if one.isprintable() else "\ufffd" for one in part.replace("\u00a0", " ")).strip()
    return "…" * (start > 0) + seen + "…" * (start + LONGEST_TEXT < len(text))
