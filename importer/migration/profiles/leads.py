"""What a profile says of leads: the people that the campaigns of an old dialler call."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from importer.migration.profiles.columns import ProfileColumns
from importer.migration.profiles.values import ProfileValues
from schemas.profile import Companion, DncTable, LeadRule, Leads
from schemas.profile_words import LEAD_STATUSES

_LEADS = (
    *(
        "table",
        "columns",
        "id",
        "number",
        "calling_code",
        "alternates",
        "alternate_tables",
        "lines",
        "campaign",
        "group",
        "beside",
    ),
    *("rule", "dnc", "lost"),
)


def leads_of(values: ProfileValues, table: Mapping[str, Any], tables: Mapping[str, Any]) -> Leads:
    """Return what `table`, [leads] of a profile, says; `tables` is its [tables]. Mistakes are noted in `values`."""
    values.known(table, _LEADS, "leads")
    beside = values.table(table, "beside", "leads")
    columns = ProfileColumns(values, tuple(beside))
    campaigns, positions = values.texts(tables, "main", "tables"), values.texts(tables, "columns", "tables")
    companions = [columns.companion(name, value, f"leads.beside.{name}") for name, value in beside.items()]
    if not table.get("rule"):
        values.wrong("leads", "needs [[leads.rule]]: what becomes of its leads")
    return Leads(
        tables=values.texts(table, "table", "leads"),
        positions=values.texts(table, "columns", "leads") if positions else (),
        id=values.text(table, "id", "leads"),
        number=values.text(table, "number", "leads", needed=True),
        calling_code=values.text(table, "calling_code", "leads"),
        alternates=values.texts(table, "alternates", "leads"),
        alternate_tables=values.texts(table, "alternate_tables", "leads"),
        lines=_is(values, table, "lines", "leads"),
        campaign=columns.reference(values.text(table, "campaign", "leads", needed=True), "leads.campaign"),
        group=values.text(table, "group", "leads"),
        companions=tuple(_by_position(one, campaigns, positions) for one in companions),
        rules=tuple(_rule(values, columns, *one) for one in values.tables(table, "rule", "leads.")),
        dnc=tuple(_dnc(values, one, at, positions) for one, at in values.tables(table, "dnc", "leads.")),
        lost=values.texts(table, "lost", "leads"),
    )


def _by_position(companion: Companion, campaigns: Sequence[str], positions: tuple[str, ...]) -> Companion:
    """Return a companion as its rows are read if they name no columns: only where those of the campaigns may be."""
    if not positions:
        return replace(companion, positions=())
    return replace(companion, positions=positions) if set(companion.tables) & set(campaigns) else companion


def _rule(values: ProfileValues, columns: ProfileColumns, table: Mapping[str, Any], at: str) -> LeadRule:
    values.known(table, ("when", "status", "meaning", "told"), at)
    status = values.text(table, "status", at, needed=True)
    if status and status not in LEAD_STATUSES:
        values.wrong(at, f"{status!r} is not a status. Known are {', '.join(LEAD_STATUSES)}")
    meaning = values.text(table, "meaning", at, needed=True)
    return LeadRule(status, meaning, columns.when(table, at), _is(values, table, "told", at))


def _dnc(values: ProfileValues, table: Mapping[str, Any], at: str, positions: tuple[str, ...]) -> DncTable:
    values.known(table, ("table", "columns", "number", "calling_code", "campaign", "borrowed"), at)
    return DncTable(
        tables=values.texts(table, "table", at),
        number=values.text(table, "number", at, needed=True),
        calling_code=values.text(table, "calling_code", at),
        campaign=values.text(table, "campaign", at),
        borrowed=values.text(table, "borrowed", at),
        positions=values.texts(table, "columns", at) if positions else (),
    )


def _is(values: ProfileValues, table: Mapping[str, Any], key: str, at: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        values.wrong(f"{at}.{key}", "must be true or false")
    return value is True
