"""The rows of the main table with their companions: every text of the old system by the name of its column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from importer.errors import FileRefused
from importer.migration.exports import SourceRow, SourceTable
from importer.migration.text_values import decimal
from schemas.problem_codes import ProblemCode
from schemas.profile import Column, Companion, Profile, Reference

_RESOURCE = re.compile(r"(?:\$\{)?([A-Za-z_][\w-]*\.[A-Za-z_][\w-]*)\.(?:id|name)\}?")
"""A reference of Terraform to another resource of the file, such as `${type.label.id}`: its type and label tell it.

One to what is not in the file, such as `${data.type.label.id}`, has another form.
"""


@dataclass(frozen=True)
class Record:
    """A row as texts by column; `values` has None for NULL, `bare` maps bare names to the names of the file."""

    place: str
    number: int
    values: Mapping[str, str | None]
    bare: Mapping[str, str]
    width: int
    positional: bool

    def has(self, column: str) -> bool:
        """Say whether the file has a column of this name, regardless of case, spaces and underscores."""
        return column in self.values or bare(column) in self.bare

    def text(self, column: str) -> str:
        """Return the text of a column; "" for NULL and for a column that is not there."""
        value = self.values.get(column if column in self.values else self.bare.get(bare(column), ""))
        return "" if value is None else value


@dataclass(frozen=True)
class Joined:
    """A row of the main table, and the rows of the companions that belong to it, by the companion's name.

    `present` are the companions that the file has, with rows or without.
    """

    main: Record
    companions: Mapping[str, tuple[Record, ...]]
    present: frozenset[str]
    columns: Mapping[str, frozenset[str]]

    def missing(self, reference: Reference) -> bool:
        """Say whether the file has none of the columns of a reference."""
        return not any(self._has(column) for column in reference.columns)

    def name(self, reference: Reference) -> str:
        """Return the name of the column that a reference finds its text in, for the report."""
        if reference.cell:
            return reference.cell
        present = [column for column in reference.columns if self._has(column)]
        holding = [one for one in present if self.texts(Reference((one,), "all")) != ("",)]
        return next((one.name for one in (*holding, *present)), str(reference))

    def _has(self, column: Column) -> bool:
        if not column.table:
            return self.main.has(column.name)
        return column.table in self.present and bare(column.name) in self.columns[column.table]

    def held(self, reference: Reference) -> Iterator[tuple[Column, str]]:
        """Yield all that the columns of a reference hold in the rows of this campaign, each text once, no blank ones.

        A column that is an object, such as `a` beside `a.b`, is left out where its inner one holds something.
        """
        texts = {column: self._texts(column) for column in reference.columns}
        full = [column for column, found in texts.items() if found]
        for column in full:
            if not any(one.table == column.table and one.name.startswith(f"{column.name}.") for one in full):
                yield from ((column, text) for text in texts[column])

    def _texts(self, column: Column) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for one in self._records(column) if (text := one.text(column.name)).strip()))

    def _records(self, column: Column) -> tuple[Record, ...]:
        return self.companions.get(column.table, ()) if column.table else (self.main,)

    def texts(self, reference: Reference) -> tuple[str, ...]:
        """Return the texts that a reference picks: one or several, one "" where there is nothing.

        Raises Unfit where numbers are to be added or compared and there is something else.
        """
        for column in reference.columns:
            found = [text for one in self._records(column) if (text := one.text(column.name)).strip()]
            if found:
                return _picked(reference.pick, found)
        return ("",)


@lru_cache(maxsize=10_000)
def bare(name: str) -> str:
    """Return the name of a column without case, spaces, underscores and dashes, as systems differ in them."""
    return re.sub(r"[\s_-]", "", name).casefold()


def rows(profile: Profile, tables: Mapping[str, SourceTable]) -> tuple[Joined, ...]:
    """Return the rows of the profile's main table, each with its companions, in the order of the file.

    `tables` are by name. Raises FileRefused where the main table is not there, or its columns are not known.
    """
    main = main_table(profile, tables)
    records = [record_of(row, main.columns, profile.positions) for row in main.rows]
    _check_widths(profile, main, records)
    beside = CompanionRows(profile.companions, tables, main)
    return tuple(map(beside.joined, records))


class CompanionRows:
    """The rows of the companions of an export, which are joined to rows of its main table."""

    def __init__(
        self, companions: Sequence[Companion], tables: Mapping[str, SourceTable], main: SourceTable | None = None
    ) -> None:
        self._companions = companions
        self._columns: dict[str, frozenset[str]] = {}
        self._rows: dict[str, list[Record]] = {}
        self._places: dict[tuple[str, str], dict[str, list[int]]] = {}
        for companion, table in companion_tables(companions, tables, main):
            names = table.columns or companion.positions
            self._columns[companion.name] = frozenset(bare(name) for name in names)
            self._rows[companion.name] = [
                record
                for row in table.rows
                if _kept(record := record_of(row, table.columns, companion.positions), companion.where)
            ]

    def joined(self, record: Record) -> Joined:
        """Join the companions in the order of the profile, so that one may be found through another."""
        found: dict[str, tuple[Record, ...]] = {}
        present = frozenset(self._rows)
        for companion in self._companions:
            so_far = Joined(record, found, present, self._columns)
            found[companion.name] = tuple(self._fitting(companion, so_far)) if companion.name in self._rows else ()
        return Joined(record, found, present, self._columns)

    def _fitting(self, companion: Companion, so_far: Joined) -> Iterator[Record]:
        """Yield the rows of a companion whose columns for the join hold what the row has, in the order of the file."""
        asked = [(theirs, {_key(text) for text in so_far.texts(ours)}) for theirs, ours in companion.join]
        theirs, ours = asked[0]
        places = self._places_of(companion.name, theirs)
        for at in sorted({at for key in ours for at in places.get(key, ())}):
            row = self._rows[companion.name][at]
            if all(_keys(row, others) & wanted for others, wanted in asked[1:]):
                yield row

    def _places_of(self, name: str, columns: str) -> Mapping[str, Sequence[int]]:
        """Return where the rows of a companion are that hold each text in one of some columns."""
        if (name, columns) not in self._places:
            places: dict[str, list[int]] = {}
            for at, row in enumerate(self._rows[name]):
                for key in _keys(row, columns):
                    places.setdefault(key, []).append(at)
            self._places[name, columns] = places
        return self._places[name, columns]


def companion_tables(
    companions: Sequence[Companion], tables: Mapping[str, SourceTable], main: SourceTable | None
) -> Iterator[tuple[Companion, SourceTable]]:
    """Yield the companions that an export has, each with its table; several may be parts of the same one."""
    for companion in companions:
        table = next((found for name in companion.tables if (found := table_named(tables, name)) is not None), None)
        if table is not None and table is not main:
            yield companion, table


def main_table(profile: Profile, tables: Mapping[str, SourceTable]) -> SourceTable:
    """Return the table that holds the campaigns: by its name, else the one that has the profile's columns.

    Raises FileRefused where there is none, or more than one.
    """
    for name in profile.tables:
        named = table_named(tables, name)
        if named is not None and (not named.columns or fits(profile, named.columns)):
            return named
    fitting = [table for table in tables.values() if table.columns and fits(profile, table.columns)]
    if len(fitting) == 1:
        return fitting[0]
    if len(tables) == 1:
        only = next(iter(tables.values()))
        if not only.columns and profile.positions:
            return only
    needed = ", ".join(profile.fingerprint.needed)
    if fitting:
        names = ", ".join(sorted(table.name for table in fitting))
        message = f"Several tables could be the campaigns of {profile.title}: {names}. Export only the right one."
        raise FileRefused(message, ProblemCode.WRONG_HEADINGS)
    wanted = f"named {' or '.join(filter(None, profile.tables))}, " if any(profile.tables) else ""
    message = f"The file has no table of campaigns of {profile.title} ({wanted}with the columns {needed}). "
    raise FileRefused(message + "Check the profile, and that the export has this table.", ProblemCode.NO_HEADINGS)


def fits(profile: Profile, columns: tuple[str, ...]) -> bool:
    """Say whether a table with these columns has all that the profile needs to recognise it."""
    names = {bare(column) for column in columns}
    return all(any(bare(one) in names for one in needed.split("|")) for needed in profile.fingerprint.needed)


def _picked(pick: str, texts: list[str]) -> tuple[str, ...]:
    match pick:
        case "largest":
            return (max(texts, key=decimal),)
        case "smallest":
            return (min(texts, key=decimal),)
        case "sum":
            return (f"{sum(map(decimal, texts)):f}",)
        case "words":
            return tuple(word for text in texts for word in text.split() if word.strip("-")) or ("",)
        case "number":
            return tuple(re.match(r"\s*([0-9*#]*)", text)[1] for text in texts)  # type: ignore[index]  # it fits always
        case "all":
            return tuple(texts)
        case _:
            return (texts[0],)


def record_of(row: SourceRow, columns: tuple[str, ...], positions: tuple[str, ...]) -> Record:
    """Return a row as a record; `positions` are the columns of a table that does not name its own."""
    # Rows may be longer or shorter than what is known of their table: columns are only ever appended.
    values = dict(zip(columns or positions, row.values, strict=False))
    if row.place.startswith("resource "):
        # Resources refer to one another by their type and label, which stand beside their fields.
        values["resource_address"] = f"${{{row.place.removeprefix('resource ')}.id}}"
    names: dict[str, str] = {}
    for name in values:
        names.setdefault(bare(name), name)
    return Record(row.place, row.number, values, names, len(row.values), not columns)


def _check_widths(profile: Profile, table: SourceTable, records: list[Record]) -> None:
    if table.columns:
        return
    if not profile.positions:
        message = (
            f"The table {table.name or 'of the file'} has no names of columns, and {profile.title} is read by name."
        )
        raise FileRefused(f"{message} Export it with the column names.", ProblemCode.NO_HEADINGS)
    for record in records:
        if record.width < profile.least:
            message = f"{record.place} has {record.width} values; {profile.title} has at least {profile.least}."
            raise FileRefused(f"{message} Export it with the column names.", ProblemCode.WRONG_HEADINGS)


def table_named(tables: Mapping[str, SourceTable], name: str) -> SourceTable | None:
    """Return the table of a name, in any case."""
    return next((table for table in tables.values() if table.name.casefold() == name.casefold()), None)


def _kept(record: Record, where: Mapping[str, tuple[str, ...]]) -> bool:
    return all(
        record.text(column).strip().casefold() in {text.casefold() for text in texts} for column, texts in where.items()
    )


def _keys(record: Record, columns: str) -> set[str]:
    return {_key(text) for column in columns.split("|") if (text := record.text(column)).strip()}


def _key(text: str) -> str:
    resource = _RESOURCE.fullmatch(text.strip())
    return resource[1] if resource else text.strip().casefold()
