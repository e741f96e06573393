"""Nothing is lost without a word: every column of an export is read, reported as lost, or known to be of no account."""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from importer.migration.conditions import holds
from importer.migration.exports import SourceRow, SourceTable, open_source
from importer.migration.joining import Joined, bare, companion_tables, main_table, rows
from importer.migration.migrated import Migrated, Skipped
from importer.migration.profiles.loading import load, shipped
from importer.migration.translating import translate
from importer.migration.unknown import unknown
from schemas.profile import Column, Profile
from tests.support.old_diallers import ANYTHING, FIELDS, table
from tests.support.paths import LEGACY, SAMPLES

pytestmark = pytest.mark.usefixtures("unmeasured")

REAL = {
    "newfies-dialer__newfies-dialer__campaign.json": "newfies",
    "Loway__OpenWombatDialerAddOns__campaign.json": "wombat",
    "MyPureCloud__terraform-provider-genesyscloud__outbound_resources.tf": "genesys-cloud",
    "southskies__osdial__999999.extract.sql": "osdial",
    "carpenox__vicidial-database-overview__asterisk.extract.sql": "vicidial",
}
EXPORTS = [
    *((LEGACY / name, system) for name, system in REAL.items()),
    *(
        (path, path.stem.removesuffix("-code"))
        for path in sorted((SAMPLES / "legacy").iterdir())
        if path.suffix != ".toml"
    ),
]


def filled(one: SourceTable, positions: tuple[str, ...]) -> SourceTable:
    """Return a table with a text in each of its columns."""
    columns = one.columns or positions
    return dataclasses.replace(one, columns=columns, rows=(SourceRow("row 1", 1, ("x",) * len(columns)),))


@pytest.mark.parametrize(("path", "system"), EXPORTS, ids=lambda one: getattr(one, "name", one))
def test_every_column_of_an_export_is_known(path: Path, system: str) -> None:
    """Of each column of the samples and of real files, the profile says that it is read, lost, or of no account."""
    if not path.exists():
        pytest.skip("the files by others are not here")
    profile = load(system)
    tables = dict(open_source(path, profile.wanted))
    main = main_table(profile, tables)
    for companion, one in companion_tables(profile.companions, tables, main):
        tables[one.name] = filled(one, companion.positions)
    tables[main.name] = filled(main, profile.positions)
    assert unknown(profile, tables) == ()


@pytest.mark.parametrize(("system", "part"), [(system, part) for system, parts in FIELDS.items() for part in parts])
def test_every_documented_column_is_known(system: str, part: str) -> None:
    """The same holds for the columns that the makers of a system document."""
    profile = load(system)
    names = next((one.tables for one in profile.companions if one.name == part), profile.tables)
    main = table(profile.tables[0], dict.fromkeys(FIELDS[system].get("", "").split() or profile.positions, "x"))
    one = table(names[0], dict.fromkeys(FIELDS[system][part].split(), "x"))
    tables = {main.name: main, one.name: one}
    assert unknown(profile, tables) == ()


@pytest.mark.parametrize("system", [one for one in shipped() if load(one).positions])
def test_every_column_by_position_is_known(system: str) -> None:
    """The same holds for the columns that rows without headings have."""
    profile = load(system)
    tables = {profile.tables[0]: table(profile.tables[0], dict.fromkeys(profile.positions, "x"))}
    tables |= {
        one.tables[0]: table(one.tables[0], dict.fromkeys(one.positions, "x"))
        for one in profile.companions
        if one.positions
    }
    assert unknown(profile, tables) == ()


def test_every_system_documents_its_columns() -> None:
    """No profile is left out above; a table made by hand has no columns of its own."""
    assert set(FIELDS) == set(shipped()) - {"generic"}


@pytest.mark.parametrize("system", shipped())
def test_what_is_of_no_account_is_nothing_else(system: str) -> None:
    """A column is not named as unimportant where it is read, or lost."""
    profile = load(system)
    bare_profile = dataclasses.replace(profile, ignored={})
    ignored = {column for found in profile.ignored.values() for one in found for column in one.columns}
    assert ignored & bare_profile.known == set()


@pytest.mark.parametrize("system", shipped())
def test_no_value_is_made_up_in_silence(system: str) -> None:
    """Where a profile gives a number or a state that the export does not, it says so."""
    profile = load(system)
    assert profile.defaults.keys() - {"machine", "success"} <= profile.assumed.keys()


VALUES = ("7919", "Something else")
"""Texts that no system takes for "not used"."""


@dataclasses.dataclass(frozen=True)
class Alone:
    """An export with one campaign alone: the tables by their names, and the parts of the profile with their tables."""

    profile: Profile
    tables: dict[str, SourceTable]
    main: str

    def part(self, name: str) -> tuple[SourceTable, tuple[str, ...]] | None:
        """Return the table of a companion, or of the campaigns for "", with its columns by position."""
        main = self.tables[self.main]
        companions = {
            one.name: (table, one.positions)
            for one, table in companion_tables(self.profile.companions, self.tables, main)
        }
        return (main, self.profile.positions) if not name else companions.get(name)

    @property
    def joined(self) -> Joined:
        """The campaign with its companions."""
        return rows(self.profile, self.tables)[0]

    @property
    def says(self) -> Migrated | Skipped:
        """What is made of the campaign."""
        made = translate(self.profile, self.tables, ANYTHING)
        return [*made.campaigns, *made.skipped][0]

    def with_text(self, column: Column, text: str) -> "Alone | None":
        """Return the same with another text in a column; None where no row of its table belongs to the campaign."""
        found = self.part(column.table)
        joined = self.joined.companions.get(column.table, ()) if column.table else (self.joined.main,)
        if found is None or not joined:
            return None
        one, positions = found
        names = [*(one.columns or positions)]
        place = next((place for place, name in enumerate(names) if bare(name) == bare(column.name)), len(names))
        names += [column.name] if place == len(names) else []
        lines = [dataclasses.replace(row, values=(*row.values, *[None] * len(names))[: len(names)]) for row in one.rows]
        number = next(number for number, row in enumerate(lines) if row.number == joined[0].number)
        values = [*lines[number].values]
        values[place] = text
        lines[number] = dataclasses.replace(lines[number], values=tuple(values))
        changed = dataclasses.replace(one, columns=tuple(names), rows=tuple(lines))
        return dataclasses.replace(self, tables={**self.tables, one.name: changed})


def alone(profile: Profile, tables: Mapping[str, SourceTable]) -> Iterator[Alone]:
    """Yield each campaign of an export alone."""
    main = main_table(profile, tables)
    for row in main.rows:
        yield Alone(profile, {**tables, main.name: dataclasses.replace(main, rows=(row,))}, main.name)


def counting(one: Alone, made: Migrated) -> set[Column]:
    """Return the columns that count for a campaign: those that its rules, its destination and its losses look at.

    A rule counts where its conditions hold and none before it decides without a column, unless its parameter could not
    be reported at all. An object does not count where its inner columns do, nor do the ID and the name, nor texts
    that are not to be shown.
    """
    profile, joined = one.profile, one.joined
    refused = {problem.parameter for problem in made.problems}
    found: set[Column] = set()
    for parameter, rules in profile.rules.items():
        for rule in (rule for rule in rules if holds(rule.when, joined, made.cells) and parameter not in refused):
            if not rule.sources:
                break
            found.update(column for source in rule.sources for column in source.columns)
    for target in (target for target in profile.targets if holds(target.when, joined, {})):
        found.update(column for name in target.names[:1] for part in name for column in part.columns)
    for loss in (loss for loss in profile.losses if loss.shown and holds(loss.when, joined, made.cells)):
        found.update(loss.reference.columns)
    objects = {column for column in found if any(inner.name.startswith(f"{column.name}.") for inner in found)}
    return found - objects - {*profile.id.columns, *profile.label.columns}


def vanished(one: Alone) -> Iterator[str]:
    """Yield the columns that count for a campaign, and whose text makes no difference to what is said of it."""
    before = one.says
    if isinstance(before, Skipped):
        return
    for column in counting(one, before):
        for text in VALUES:
            changed = one.with_text(column, text)
            if changed is not None and changed.says == before and column in counting(changed, before):
                yield f"{column.table}.{column.name} {text}"


@pytest.mark.slow
@pytest.mark.parametrize(("path", "system"), EXPORTS, ids=lambda one: getattr(one, "name", one))
def test_no_value_that_counts_vanishes(path: Path, system: str) -> None:
    """Whatever stands in a column that counts for a campaign, it is translated, refused, or reported as lost.

    That holds where another column has been taken for the parameter before it, too.
    """
    if not path.exists():
        pytest.skip("the files by others are not here")
    profile = load(system)
    for one in alone(profile, open_source(path, profile.wanted)):
        assert list(vanished(one)) == [], one.joined.main.place
