"""A file of results: new, complete, as near to its target as possible, with notes for the user about that."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from importer.errors import ResultsLost
from importer.model import RowResult, Source
from importer.results.targets import new_file
from importer.results.text import WITH_MARK, write_text

Rows = Callable[[], Iterable[RowResult]]
"""Yields rows in the order of the sheet; each call starts from the beginning."""


@dataclass(frozen=True)
class WrittenFile:
    """Where the results are, and notes for the user about them."""

    path: Path
    notes: tuple[str, ...] = ()


def text_file(target: Path, source: Source, rows: Rows, optional: Sequence[str] = ()) -> WrittenFile:
    """Write rows as a text file like the source, or in UTF-8 if its encoding cannot represent a text.

    `optional` are the headings of columns that not all results have.
    """
    try:
        with opened(target) as file:
            write_text(file, source, rows(), optional=optional)
        return WrittenFile(Path(file.name), moved(target, file))
    except UnicodeEncodeError:
        with opened(target) as file:
            write_text(file, source, rows(), WITH_MARK, optional)
    note = f"{file.name} is in UTF-8, because {source.encoding} cannot represent the server's messages."
    return WrittenFile(Path(file.name), (note, *moved(target, file)))


@contextmanager
def opened(target: Path) -> Iterator[BinaryIO]:
    """Yield a new file, as near to the target as possible; it is removed if writing fails. Raises ResultsLost."""
    file = new_file(target)
    path = Path(file.name)
    try:
        with file:
            yield file
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ResultsLost(
            f"The results cannot be written to {path}: {error.strerror or error}. Free some space and run the command "
            "again: nothing is sent twice."
        ) from None
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def moved(target: Path, file: BinaryIO) -> tuple[str, ...]:
    """Return a note about a file that is not where it was requested."""
    path = Path(file.name)
    return () if path == target else (f"Saved as {path}, because {target} already exists or cannot be written.",)


def ending_in(target: Path, suffix: str) -> Path:
    """Return a target with an ending, which may be its own in upper or lower case."""
    return target if target.suffix.lower() == suffix else target.with_suffix(suffix)
