"""Which system wrote an export: seen by the columns that only it has, never by the name of a table or a file alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from importer.errors import FileRefused
from importer.migration.exports import SourceTable
from importer.migration.joining import bare, fits
from schemas.problem_codes import ProblemCode
from schemas.profile import Fingerprint, Profile


@dataclass(frozen=True)
class Recognised:
    """The profile that an export is for, the table of its campaigns, and the columns (or tables) that decided."""

    profile: Profile
    table: str
    decided_by: tuple[str, ...]


def detect(tables: Mapping[str, SourceTable], profiles: Sequence[Profile]) -> Recognised:
    """Return which of the profiles an export is for; only names and columns of the tables are looked at.

    Raises FileRefused where none or more than one fits.
    """
    found = [one for profile in profiles if (one := _recognised(tables, profile)) is not None]
    if len(found) == 1:
        return found[0]
    known = ", ".join(profile.system for profile in profiles if profile.fingerprint.needed)
    if not found:
        message = f"The file is not an export of a known system ({known}): no table has the columns of one."
        message += " Name the profile with --profile; generic is for tables that were made by hand."
        raise FileRefused(message, ProblemCode.NO_HEADINGS)
    systems = "; ".join(f"{one.profile.system} by {', '.join(one.decided_by)}" for one in found)
    message = f"The file could be an export of several systems: {systems}. Say which with --profile."
    raise FileRefused(message, ProblemCode.WRONG_HEADINGS)


def _recognised(tables: Mapping[str, SourceTable], profile: Profile) -> Recognised | None:
    fingerprint = profile.fingerprint
    names = {table.name.casefold() for table in tables.values()}
    beside = [name for name in fingerprint.beside if name.casefold() in names]
    if not fingerprint.needed or any(name.casefold() in names for name in fingerprint.alone_without):
        return None
    for table in tables.values():
        columns = {bare(column) for column in table.columns}
        if not columns and _is_named(table, fingerprint) and len(beside) == len(fingerprint.beside):
            return Recognised(profile, table.name, (f"the table {table.name}", *beside))
        if not columns or not fits(profile, table.columns) or any(bare(one) in columns for one in fingerprint.absent):
            continue
        telling = [one for one in fingerprint.telling if bare(one) in columns]
        if (fingerprint.telling or fingerprint.beside) and not telling and not beside:
            continue
        decided = [one for needed in fingerprint.needed for one in needed.split("|") if bare(one) in columns]
        return Recognised(profile, table.name, tuple(dict.fromkeys((*decided, *telling, *beside))))
    return None


def _is_named(table: SourceTable, fingerprint: Fingerprint) -> bool:
    return table.name.casefold() in {name.casefold() for name in fingerprint.named}
