"""What a profile of an old dialler is: frozen dataclasses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ALWAYS_SENT = ("enabled", "machine", "maximum")
"""Leaving them out means: dialling on, detection on, one call. No old system means that by saying nothing."""

DESTINATIONS = "destinations"
"""The section of the answers that says where calls go."""


@dataclass(frozen=True)
class Column:
    """A column of the main table, or of the companion that `table` names."""

    table: str
    name: str


@dataclass(frozen=True)
class Reference:
    """Where a rule finds its texts: the first of `columns` that holds something; `cell` is a parameter of ours."""

    columns: tuple[Column, ...] = ()
    pick: str = "first"
    cell: str = ""

    def __str__(self) -> str:
        return self.cell or "|".join(column.name for column in self.columns)


@dataclass(frozen=True)
class Condition:
    """One question to a row: `test` is one of profile_words.TESTS, `other` a second column that it needs."""

    reference: Reference
    test: str
    words: tuple[str, ...] = ()
    other: Reference | None = None


When = tuple[tuple[Condition, ...], ...]
"""Groups of conditions: all of one group must hold; no group at all holds always."""


@dataclass(frozen=True)
class Transform:
    """A transform by name, with its arguments."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """How a parameter comes about where `when` holds: from columns, or as a fixed `value`; `refuse` says why not.

    `assumed` and `lost` are sentences for the report.
    """

    when: When = ()
    sources: tuple[Reference, ...] = ()
    transforms: tuple[Transform, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    value: str | None = None
    refuse: str = ""
    assumed: str = ""
    lost: str = ""


Name = tuple[Reference, ...]
"""The parts of a name, from the widest to the narrowest, such as the table of an application and its number there."""


@dataclass(frozen=True)
class Target:
    """Which destination of the old system a campaign has.

    The first of `names` identifies the destination, and is what a person is asked for. The others are
    groups that several campaigns share; an answer for one of them holds for all of these. `aliases` are other forms of
    the first name, which find an answer as long as they stand for one destination of the export.
    """

    names: tuple[Name, ...]
    aliases: tuple[Name, ...] = ()
    kind: str = ""
    when: When = ()
    refuse: str = ""


@dataclass(frozen=True)
class Companion:
    """A table beside the main one: its possible names, and which of its rows belong to a campaign."""

    name: str
    tables: tuple[str, ...]
    join: tuple[tuple[str, Reference], ...]
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    positions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loss:
    """A column without a counterpart: the texts that mean "not used", and what is lost.

    `shown` is false for texts that belong into no report, such as the telephone numbers of people.
    """

    reference: Reference
    unused: tuple[str, ...]
    what: str
    when: When = ()
    shown: bool = True


@dataclass(frozen=True)
class Sentence:
    """A sentence that is reported where conditions hold."""

    when: When
    words: str


@dataclass(frozen=True)
class Fingerprint:
    """What distinguishes the system's export from all others; an element of `needed` may give alternatives ("a|b").

    `beside` and `alone_without` are names of tables; `named` are names of tables that no other program has, for
    files that hold no headings.
    """

    needed: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    alone_without: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeadRule:
    """What becomes of the leads for which `when` holds: `status` is "" if they are not loaded.

    `meaning` says in words which leads these are; the report has it with their number if `told`.
    """

    status: str
    meaning: str
    when: When = ()
    told: bool = False


@dataclass(frozen=True)
class DncTable:
    """A table of numbers that must not be called; `campaign` is its column for the campaign, "" if it holds for all.

    `borrowed` is the column of a campaign that names another one whose numbers hold for it, too.
    """

    tables: tuple[str, ...]
    number: str
    calling_code: str = ""
    campaign: str = ""
    borrowed: str = ""
    positions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leads:
    """Where an export has the people that its campaigns call, and what becomes of each.

    `campaign` finds the ID of the campaigns of a lead; `group` is the column that tells leads apart whose campaign is
    not in the export. `number`, `calling_code`, `alternates` and `id` are names of columns; `alternate_tables` have
    further numbers of leads. With `lines` a cell has a
    number in each of its lines, and what follows a | or ; there is something else. The first rule that holds decides.
    """

    tables: tuple[str, ...]
    number: str
    campaign: Reference
    rules: tuple[LeadRule, ...]
    group: str = ""
    id: str = ""
    calling_code: str = ""
    alternates: tuple[str, ...] = ()
    alternate_tables: tuple[str, ...] = ()
    lines: bool = False
    companions: tuple[Companion, ...] = ()
    positions: tuple[str, ...] = ()
    dnc: tuple[DncTable, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def beside(self) -> frozenset[str]:
        """The names of the tables that are read besides the leads and the numbers that must not be called."""
        return frozenset(name for one in self.companions for name in one.tables)


@dataclass(frozen=True)
class Profile:
    """All that is known about an old dialler. `forms` says in words which exports it is for.

    `positions` are the columns by position, for rows without headings that have at least `least` values. `ignored`
    are columns by the reason why nothing is lost with them.
    """

    system: str
    title: str
    forms: str
    fingerprint: Fingerprint
    tables: tuple[str, ...]
    id: Reference
    label: Reference
    companions: tuple[Companion, ...] = ()
    positions: tuple[str, ...] = ()
    least: int = 1
    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    assumed: Mapping[str, str] = field(default_factory=dict)
    told: tuple[Sentence, ...] = ()
    skips: tuple[Sentence, ...] = ()
    losses: tuple[Loss, ...] = ()
    ignored: Mapping[str, tuple[Reference, ...]] = field(default_factory=dict)
    leads: Leads | None = None

    @property
    def wanted(self) -> frozenset[str]:
        """The names of all tables that the profile reads."""
        return frozenset((*self.tables, *(name for one in self.companions for name in one.tables)))

    @property
    def known(self) -> frozenset[Column]:
        """All columns that the profile says anything of: read, lost or ignored."""
        joined = [
            Column(one.name, column)
            for one in self.companions
            for columns in (*(theirs for theirs, _ in one.join), *one.where)
            for column in columns.split("|")
        ]
        return frozenset((*joined, *(column for one in self._references() for column in one.columns)))

    def _references(self) -> Iterator[Reference]:
        yield from (self.id, self.label)
        yield from (ours for one in self.companions for _, ours in one.join)
        rules = [rule for found in self.rules.values() for rule in found]
        whens = [*(one.when for one in rules), *(one.when for one in self.targets), *(one.when for one in self.skips)]
        whens += [*(one.when for one in self.told), *(one.when for one in self.losses)]
        for condition in (one for when in whens for group in when for one in group):
            yield condition.reference
            if condition.other is not None:
                yield condition.other
        yield from (one for rule in rules for one in rule.sources)
        yield from (one for target in self.targets for name in (*target.names, *target.aliases) for one in name)
        yield from (one.reference for one in self.losses)
        yield from (one for references in self.ignored.values() for one in references)
