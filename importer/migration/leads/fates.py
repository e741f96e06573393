"""What becomes of a lead, as the profile of its system says: which campaigns it belongs to, and with which status."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from importer.migration.conditions import holds
from importer.migration.exports import SourceRow
from importer.migration.joining import CompanionRows, Joined, bare, record_of
from schemas.profile import LeadRule, Leads
from schemas.profile_words import NOT_LOADED

MOST_KEPT = 100_000
"""How many combinations of what decides about leads are remembered: there are far fewer in any export."""


class NoCampaign(Enum):
    """Why a lead has no campaign to be loaded into."""

    SKIPPED = "skipped"
    ABSENT = "absent"


class Fate(NamedTuple):
    """What becomes of a lead: the rule that decides, None if it has no campaign (`why`), and its campaigns.

    `campaigns` are the rows of the campaigns in the migration's table; `group` is what tells which leads are meant.
    """

    rule: LeadRule | None
    campaigns: tuple[int, ...] = ()
    why: NoCampaign | None = None
    group: str = ""

    @property
    def is_loaded(self) -> bool:
        """Whether the lead is loaded, with any status."""
        return bool(self.campaigns)


class CampaignRows(NamedTuple):
    """The campaigns of an export by their old IDs: the rows they have in the migration's table, or that they have none.

    The IDs are without case and outer spaces.
    """

    rows: Mapping[str, int]
    skipped: frozenset[str]


class LeadFates:
    """Decides about leads by the texts of the columns that matter, whose combinations are few."""

    def __init__(self, leads: Leads, beside: CompanionRows, campaigns: CampaignRows) -> None:
        self._leads = leads
        self._beside = beside
        self._campaigns = campaigns
        self.columns = tuple(dict.fromkeys(_columns(leads)))
        self.of = lru_cache(maxsize=MOST_KEPT)(self._find)
        """Return what becomes of a lead, by the texts of `columns`."""

    def _find(self, texts: Sequence[str]) -> Fate:
        joined = self._beside.joined(record_of(SourceRow("", 0, tuple(texts)), self.columns, ()))
        rule = next((one for one in self._leads.rules if holds(one.when, joined, {})), None)
        if rule is not None and rule.status == NOT_LOADED:
            return Fate(rule)
        ids = [text.strip() for text in joined.texts(self._leads.campaign) if text.strip()]
        rows = tuple(row for one in ids if (row := self._campaigns.rows.get(one.casefold())) is not None)
        if rows:
            return Fate(rule, rows)
        if any(one.casefold() in self._campaigns.skipped for one in ids):
            return Fate(None, why=NoCampaign.SKIPPED, group=ids[0])
        return Fate(None, why=NoCampaign.ABSENT, group=self._group(joined, ids))

    def _group(self, joined: Joined, ids: Sequence[str]) -> str:
        if ids:
            return f"campaign {ids[0]}"
        name = next((one for one in self._leads.group.split("|") if joined.main.text(one).strip()), "")
        return f"{name} {joined.main.text(name).strip()}" if name else ""


def _columns(leads: Leads) -> Iterator[str]:
    """Yield the columns of a lead that decide about it."""
    references = [leads.campaign, *(ours for one in leads.companions for _, ours in one.join)]
    for condition in (one for rule in leads.rules for group in rule.when for one in group):
        references += filter(None, (condition.reference, condition.other))
    yield from (column.name for one in references for column in one.columns if not column.table)
    yield from filter(None, leads.group.split("|"))


def places_of(columns: Sequence[str], names: Sequence[str]) -> tuple[int | None, ...]:
    """Return where columns of some names stand among those of a table, regardless of case, None if they do not."""
    places = {bare(name): at for at, name in reversed(list(enumerate(columns)))}
    return tuple(places.get(bare(name)) for name in names)
