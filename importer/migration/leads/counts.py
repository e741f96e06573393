"""How many leads there are of which kind, as sentences for the report."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from importer.migration.leads.fates import Fate, NoCampaign
from importer.model import counted
from importer.security import visible
from schemas.profile import LeadRule, Leads
from schemas.profile_words import LEAD_STATUSES, NOT_LOADED

MOST_GROUPS = 10
"""How many lists or campaigns that are not in the export are named, with the number of their leads."""


MOST_COUNTED, LONGEST_GROUP = 10_000, 60
"""How many of them are counted one by one, and how many characters of each are shown."""


@dataclass
class LeadCounts:
    """What has been counted of leads so far; `further` are numbers besides the first of a lead."""

    table: str
    leads: Leads
    total: int = 0
    further: int = 0
    with_comma: int = 0
    rules: Counter[LeadRule | None] = field(default_factory=Counter)
    groups: Counter[tuple[NoCampaign, str]] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)

    def add(self, fate: Fate, count: int) -> None:
        """Count leads of which the same becomes."""
        self.total += count
        self.statuses[fate.rule.status if fate.rule else NOT_LOADED] += count
        if fate.why is not None:
            shown = visible(fate.group)[:LONGEST_GROUP]
            is_room = len(self.groups) < MOST_COUNTED or (fate.why, shown) in self.groups
            self.groups[fate.why, shown if is_room else ""] += count
        else:
            self.rules[fate.rule] += count

    def sentences(self) -> Iterator[str]:
        """Yield what there is to say about the leads, without any number of a person."""
        found = [f"{self.statuses[one]:,} {one}" for one in LEAD_STATUSES if self.statuses[one]]
        yield f"{counted(self.total, 'lead')} in the table {self.table}{': ' if found else ''}{', '.join(found)}."
        for rule in self.leads.rules:
            if rule.told and self.rules[rule]:
                yield f"{counted(self.rules[rule], 'lead')} {rule.status}: {rule.meaning}."
        for why, words in (
            (NoCampaign.ABSENT, "their campaign or list is not in the export"),
            (NoCampaign.SKIPPED, "their campaign is skipped"),
        ):
            yield from self._without_campaign(why, words)
        if self.with_comma:
            yield f"{counted(self.with_comma, 'line')} with a comma: the old system reads such a line as one number."
        if self.further:
            yield f"{counted(self.further, 'further number')} of leads not loaded: only the first of each lead is."
        if self.leads.lost and self.total:
            yield f"Not carried over from leads: {'; '.join(self.leads.lost)}."

    def _without_campaign(self, why: NoCampaign, words: str) -> Iterator[str]:
        groups = Counter({group: count for (one, group), count in self.groups.items() if one is why})
        if groups:
            named = ", ".join(
                f"{group}: {count:,}" if group else f"{count:,}" for group, count in groups.most_common(MOST_GROUPS)
            )
            more = f" and {len(groups) - MOST_GROUPS:,} more" if len(groups) > MOST_GROUPS else ""
            yield f"{counted(groups.total(), 'lead')} {NOT_LOADED}: {words} ({named}{more})."
