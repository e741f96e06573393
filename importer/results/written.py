"""A file of results: new, whole, as near to its place as can be, and with what the user should know about that."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from importer.errors import ResultsLost
from importer.model import RowResult, Source
from importer.results.targets import new_file
from importer.results.text import WITH_MARK, write_text

Rows = Callable[[], Iterable[RowResult]]
"""Yields rows in the order of the sheet, each time anew."""


@dataclass(frozen=True)
class WrittenFile:
    """Where the results are, and what the user should know about them."""

    path: Path
    notes: tuple[str, ...] = ()


def text_file(target: Path, source: Source, rows: Rows) -> WrittenFile:
    """Write rows as a text file like the source, or in UTF-8 where its encoding has no room for a text."""
    try:
        with opened(target) as file:
            write_text(file, source, rows())
        return WrittenFile(Path(file.name), moved(target, file))
    except UnicodeEncodeError:
        with opened(target) as file:
            write_text(file, source, rows(), WITH_MARK)
    note = f"{file.name} is in UTF-8, because {source.encoding} has no room for what the server said."
    return WrittenFile(Path(file.name), (note, *moved(target, file)))


@contextmanager
def opened(target: Path) -> Iterator[BinaryIO]:
    """Yield a new file, as near to the target as can be; it does not stay if its writing fails. Raises ResultsLost."""
    file = new_file(target)
    path = Path(file.name)
    try:
        with file:
            yield file
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ResultsLost(
            f"The results cannot be written to {path}: {error.strerror or error}. Free some space and start "
            "again: nothing is sent twice."
        ) from None
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def moved(target: Path, file: BinaryIO) -> tuple[str, ...]:
    """Return what to say about a file that is not where it was wanted."""
    path = Path(file.name)
    return () if path == target else (f"{path} was written, because {target} exists or cannot be written.",)


def ending_in(target: Path, suffix: str) -> Path:
    """Return a target with an ending, which may be its own in other letters."""
    return target if target.suffix.lower() == suffix else target.with_suffix(suffix)
