"""The tables that a file is read as: a file is one, or several if sheets of it are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from importer.run_options import ImportOptions


@dataclass(frozen=True)
class InputTable:
    """A file, or one of several sheets of it, with the options that it is read with.

    `sheet` is the name of that sheet in the file; None for a file that is read as one table.
    """

    path: Path
    options: ImportOptions
    sheet: str | None = None

    def after(self, runs: Sequence[str]) -> "InputTable":
        """Return the table with the runs of earlier sheets of its file, whose campaigns it must not have again."""
        return replace(self, options=replace(self.options, beside=tuple(runs)))


TablesOf = Callable[[Path], Sequence[InputTable]]
"""Returns the tables of a file. Raises FileRefused for a file that cannot be read."""


def tables_of(sheets: Sequence[str], options: ImportOptions, *, every: bool) -> TablesOf:
    """Return what finds the tables of files: `every` sheet that has one, the `sheets` that were named, or just one.

    A sheet that is named alone is taken from the `options`, when the file is read.
    """
    if not every and len(sheets) < 2:
        return lambda path: [InputTable(path, options)]
    names = None if every else sheets
    return lambda path: list(_tables(path, options, names))


def _tables(path: Path, options: ImportOptions, names: Sequence[str] | None) -> Iterator[InputTable]:
    # What is said of files is needed by commands that read none, too.
    from importer.reading.opening import sheets_to_read

    sheets, notes = sheets_to_read(path, options.reading, names)
    for sheet in sheets:
        own = replace(options, reading=replace(options.reading, sheet=sheet), notes=notes)
        yield InputTable(path, own, sheet)
        notes = ()
