"""Tables as they fill: columns that are learnt on the way, rows in their order, and a limit for both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from importer.errors import FileRefused
from importer.migration.exports.model import SourceRow, SourceTable
from importer.run_options import MEBIBYTE, ReadingOptions
from schemas.problem_codes import ProblemCode

MOST_LETTERS = 256 * MEBIBYTE
"""Campaigns are few: tables that are kept and hold more text than this are not tables of campaigns."""
MOST_COLUMNS = 10_000
MOST_CELLS = 20_000_000


@dataclass
class _Filling:
    """A table on its way. `declared` says that a CREATE TABLE named its columns, `positional` that rows name none.

    `taken` is how many of its rows have been taken out of it.
    """

    name: str
    columns: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    rows: list[SourceRow] = field(default_factory=list)
    declared: bool = False
    positional: bool = False
    taken: int = 0

    def learn(self, names: Sequence[str]) -> None:
        """Append the columns that are new."""
        for name in names:
            if name.lower() not in self.places:
                self.places[name.lower()] = len(self.columns)
                self.columns.append(name)


class TableBuilder:
    """Keeps tables by name, regardless of case, within limits."""

    def __init__(self, path: Path, options: ReadingOptions) -> None:
        self._path = path
        self._options = options
        self._filling: dict[str, _Filling] = {}
        self._letters = 0
        self._rows = 0
        self._cells = 0

    def create(self, table: str, columns: Sequence[str]) -> None:
        """Take the columns that a table is created with; one that was filled before begins again."""
        self._refuse_taken(table)
        filling = self._filling[table.lower()] = _Filling(table, declared=True)
        filling.learn(columns)
        self._bound(filling, 0, table)

    def mention(self, table: str, columns: Sequence[str]) -> None:
        """Take note of a table, and of columns that it has."""
        filling = self._filling.setdefault(table.lower(), _Filling(table))
        filling.learn(columns)
        self._bound(filling, 0, table)

    def clear(self, table: str, whole: bool) -> None:
        """Forget the rows of a table, and with `whole` the table."""
        self._refuse_taken(table)
        if whole:
            self._filling.pop(table.lower(), None)
        elif table.lower() in self._filling:
            self._filling[table.lower()].rows.clear()

    def add(
        self, table: str, line: int, values: Sequence[str | None], columns: Sequence[str] | None, place: str = ""
    ) -> None:
        """Add a row, whose values are those of `columns`, or without these of the table's columns from the first on.

        `line` is where it stands, for messages, `place` what the user is shown instead. Raises FileRefused for values
        that cannot be given their columns, and for more than can be kept.
        """
        filling = self._filling.setdefault(table.lower(), _Filling(table))
        self._rows += 1
        self._letters += sum(len(value) for value in values if value is not None)
        self._cells += len(values)
        if columns is None:
            filling.positional = filling.positional or not filling.declared
            kept = tuple(values)
        else:
            kept = self._placed(filling, line, values, columns)
        if filling.positional and filling.columns:
            raise self._mixed(table, line)
        filling.rows.append(SourceRow(place or f"line {line}", filling.taken + len(filling.rows) + 1, kept))
        self._bound(filling, line, table)

    def tables(self) -> Mapping[str, SourceTable]:
        """Return the tables as they are now, by the names that the file gives them."""
        return {
            filling.name: SourceTable(filling.name, tuple(filling.columns), tuple(filling.rows))
            for filling in self._filling.values()
        }

    def taken(self) -> Sequence[SourceTable]:
        """Return the tables that have rows, and take these out: so a table of any size goes by in flat memory."""
        filled = [one for one in self._filling.values() if one.rows]
        tables = [SourceTable(one.name, tuple(one.columns), tuple(one.rows)) for one in filled]
        for one in filled:
            one.taken += len(one.rows)
            one.rows.clear()
        self._letters = self._cells = 0
        return tables

    def _refuse_taken(self, table: str) -> None:
        """Refuse that a table begins anew whose rows have been taken out, and may be in use."""
        if table.lower() in self._filling and self._filling[table.lower()].taken:
            raise FileRefused(
                f"{self._path}: the table {table} is filled, and then emptied or created again. Dump it once.",
                ProblemCode.NO_TABLE,
            )

    def _placed(
        self, filling: _Filling, line: int, values: Sequence[str | None], columns: Sequence[str]
    ) -> tuple[str | None, ...]:
        names = [name.lower() for name in columns]
        if len(names) != len(values) or len(set(names)) != len(names):
            raise FileRefused(
                f"{self._path}, line {line}: a row of the table {filling.name} has {len(values)} values for "
                f"{len(set(names))} different columns. Export the table again.",
                ProblemCode.UNEVEN,
            )
        filling.learn(columns)
        if names == [name.lower() for name in filling.columns]:
            return tuple(values)
        row: list[str | None] = [None] * len(filling.columns)
        for name, value in zip(names, values, strict=True):
            row[filling.places[name]] = value
        return tuple(row)

    def _mixed(self, table: str, line: int) -> FileRefused:
        return FileRefused(
            f"{self._path}, line {line}: some rows of the table {table} name their columns and others do not, and "
            "the order of its columns is not known. Export the table again with its structure.",
            ProblemCode.WRONG_HEADINGS,
        )

    def _bound(self, filling: _Filling, line: int, table: str) -> None:
        where = f"{self._path}, line {line}" if line else f"{self._path}"
        if self._rows > self._options.max_rows:
            raise FileRefused(
                f"{where}: the tables that are read have more than {self._options.max_rows:,} rows. "
                "Split the file, or raise the limit with --max-rows.",
                ProblemCode.TOO_MANY_ROWS,
            )
        widest = max(len(filling.columns), len(filling.rows[-1].values) if filling.rows else 0)
        if self._letters > MOST_LETTERS or self._cells > MOST_CELLS or widest > MOST_COLUMNS:
            raise FileRefused(
                f"{where}: the table {table or 'of the file'} contains far more than campaigns do: more than "
                f"{MOST_LETTERS // MEBIBYTE} MiB of text, {MOST_CELLS:,} values, or {MOST_COLUMNS:,} columns. "
                "Export only the campaigns.",
                ProblemCode.TOO_LARGE,
            )
