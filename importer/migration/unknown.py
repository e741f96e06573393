"""What an export holds that its profile says nothing of: columns of a version that is newer than the profile."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from importer.migration.exports import SourceRow, SourceTable
from importer.migration.joining import bare, companion_tables, main_table
from schemas.profile import Profile

MOST_NAMED = 20
"""How many columns are named; a table that is not of the system at all would else fill the screen."""
_LONGEST_NAME = 60
_NOTHING = frozenset(("", "[]", "{}"))


def unknown(profile: Profile, tables: Mapping[str, SourceTable]) -> tuple[str, ...]:
    """Return a sentence for each column that holds something, and that the profile neither reads nor names as lost.

    Raises FileRefused where the campaigns are not in the tables.
    """
    main = main_table(profile, tables)
    parts: defaultdict[str, set[str]] = defaultdict(set)
    found = {main.name: (main, profile.positions)}
    parts[main.name].add("")
    for companion, table in companion_tables(profile.companions, tables, main):
        found.setdefault(table.name, (table, companion.positions))
        parts[table.name].add(companion.name)
    sentences = []
    for name, (table, positions) in found.items():
        known = {bare(column.name) for column in profile.known if column.table in parts[name]}
        of = "" if table is main else f" of the table {name}"
        sentences += [f"{shown}{of}" for shown in _columns(table, positions, known)]
    more = len(sentences) - MOST_NAMED
    named = [f"{one} is not known to the profile, so it was not migrated." for one in sentences[:MOST_NAMED]]
    return (
        (*named, f"{more} more columns are not known to the profile, so they were not migrated.")
        if more > 0
        else tuple(named)
    )


def _columns(table: SourceTable, positions: tuple[str, ...], known: AbstractSet[str]) -> Iterator[str]:
    names = table.columns or positions
    inner = {prefix for name in names for prefix in _prefixes(name)}
    for place, name in enumerate(names):
        if not (known & {bare(name), *map(bare, _prefixes(name))}) and name not in inner and _holds(table.rows, place):
            yield repr(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…")
    beyond = max((len(row.values) for row in table.rows), default=0)
    yield from (f"value {place + 1}" for place in range(len(names), beyond) if _holds(table.rows, place))


def _prefixes(name: str) -> Iterator[str]:
    """Yield the names of the objects that a column lies in: `a` and `a.b` of `a.b.c`."""
    parts = name.split(".")
    yield from (".".join(parts[:length]) for length in range(1, len(parts)))


def _holds(rows: tuple[SourceRow, ...], place: int) -> bool:
    return any(
        place < len(row.values) and (value := row.values[place]) is not None and value.strip() not in _NOTHING
        for row in rows
    )
