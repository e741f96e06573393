"""Archives from outside: their parts in blocks, and as a whole only up to a limit.

What an archive says about itself may be wrong on purpose: a few bytes can expand to gigabytes. Nothing is read into
memory because it says so, neither a part nor the list of parts.
"""

import io
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

MEBIBYTE = 1 << 20
MOST_WHOLE = 16 * MEBIBYTE
"""The limit in bytes for a part read as a whole: lists of parts, relations, styles, comments, the workbook part."""
MOST_LISTED = 4 * MEBIBYTE
"""The limit in bytes for the list of all parts; enough for tens of thousands."""
BLOCK = 1 << 18
LOCKED = 1
"""The flag of a part that is encrypted."""

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What the library raises for archives that are damaged, encrypted, or compressed in a way it does not know."""


class PartTooLarge(Exception):
    """A part that must be read as a whole is longer than any program makes it."""


class _InBounds(io.BufferedReader):
    """A file that never returns more bytes at once than a list of parts may have."""

    def read(self, size: int | None = -1) -> bytes:
        """Read some bytes. Raises BadZipFile if too many are requested."""
        if size is not None and size > MOST_LISTED:
            raise zipfile.BadZipFile("its list of parts is far longer than any program writes")
        return super().read(MOST_LISTED if size is None or size < 0 else size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position. Raises BadZipFile if it does not exist."""
        try:
            return super().seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            raise zipfile.BadZipFile("it refers to positions outside the file") from None


class Parts:
    """The parts of an archive by name, ignoring case and kind of slash. Raises one of DAMAGED, or OSError."""

    def __init__(self, path: Path | str) -> None:
        self._file = _InBounds(io.FileIO(path))
        try:
            self._zip = zipfile.ZipFile(self._file)
        except BaseException:
            self._file.close()
            raise
        self._parts = {canonical(part.filename): part for part in self._zip.infolist()}
        # An abandoned workbook is garbage-collected, and its file with it.
        weakref.finalize(self, self._file.close)

    def __enter__(self) -> "Parts":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __contains__(self, name: str) -> bool:
        return canonical(name) in self._parts

    def close(self) -> None:
        """Close the file."""
        self._zip.close()
        self._file.close()

    @property
    def parts(self) -> dict[str, zipfile.ZipInfo]:
        """What the archive says about each part, by its normalised name."""
        return self._parts

    @property
    def unpacked(self) -> int:
        """The declared unpacked size of all parts, in bytes. No more than that is ever read."""
        return sum(part.file_size for part in self._zip.infolist())

    @property
    def is_locked(self) -> bool:
        """Whether a part is encrypted."""
        return any(part.flag_bits & LOCKED for part in self._parts.values())

    def size(self, name: str) -> int:
        """Return the declared unpacked size of a part, in bytes."""
        return self._parts[canonical(name)].file_size

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield a part in blocks. Raises KeyError if it does not exist, and one of DAMAGED."""
        part = self._parts[canonical(name)]
        # The library unpacks all other methods without a limit, and no office program uses them.
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotImplementedError("a part is compressed in a way that no office program uses")
        with self._zip.open(part) as content:
            while block := content.read(BLOCK):
                yield block

    def whole(self, name: str, most: int = MOST_WHOLE) -> bytes:
        """Return a part as a whole. Raises PartTooLarge beyond a number of bytes, even if the archive claims fewer."""
        return joined(name, self.blocks(name), most)


def joined(name: str, blocks: Iterator[bytes], most: int = MOST_WHOLE) -> bytes:
    """Return the blocks of a part as one. Raises PartTooLarge as soon as they exceed a number of bytes."""
    found: list[bytes] = []
    size = 0
    for block in blocks:
        size += len(block)
        if size > most:
            raise PartTooLarge(
                f"its part {name} has more than {most / MEBIBYTE:,.0f} MiB, far more than any program writes"
            )
        found.append(block)
    return b"".join(found)


def canonical(name: str) -> str:
    """Return a part's normalised name, for comparison."""
    return name.replace("\\", "/").lstrip("/").lower()
