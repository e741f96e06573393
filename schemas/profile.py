"""What a profile of an old dialler is: frozen dataclasses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ALWAYS_SENT = ("enabled", "machine", "maximum")
"""Leaving them out means: dialling on, detection on, one call. No old system means that by saying nothing."""

DESTINATIONS = "destinations"
"""The section of the answers that says where calls go."""

SECTIONS = ("agents", "average_call_minutes", "unlimited", "timegroups", "recordgroups", "owners", "customers")
"""What a profile may ask a person for, besides destinations and values of parameters."""

PICKS: Mapping[str, str] = {
    "first": "the first text that is not blank",
    "largest": "the largest number",
    "smallest": "the smallest number",
    "sum": "the sum of the numbers",
    "words": "each word of a list separated by spaces, without its dashes",
    "number": "the digits that a text begins with",
    "all": "all texts",
}
"""How several texts become what a rule works on; written in front of a column: "largest recycle.attempt_delay"."""

TESTS: Mapping[str, str] = {
    "is": "one of the texts (a list alone means this)",
    "not": "none of the texts",
    "has": "a list separated by spaces that has one of the words",
    "starts": "begins with one of the texts",
    "above": "a number above this one",
    "below": "a number below this one",
    "blank": "true: nothing there; false: something there",
    "yes": "true: a word such as Y, true, t, on or 1; false: its opposite; neither where it is another word or blank",
    "missing": "true: the file has no such column; false: it has",
    "same": "the same text as in another column",
}
"""What a condition may ask of a column. Letter case and outer spaces never count."""

TRANSFORMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "placeholders": ("these texts stand for nothing", ("texts",)),
    "words": ("these words stand for these texts, all others for themselves", ("words",)),
    "positive": ("a number above 0, else nothing", ()),
    "at-least": ("a whole number, raised to the least one", ("least",)),
    "extra-tries": ("tries after the first become tries in all: + 1", ()),
    "milliseconds-to-seconds": ("divided by 1000, rounded up", ()),
    "minutes-to-seconds": ("times 60", ()),
    "hours-to-seconds": ("times 3600", ()),
    "day-fraction-to-seconds": ("times 86400, rounded to a second", ()),
    "days-hours-minutes-seconds": ("four columns become seconds", ()),
    "calls-per-agent": ("ratio x agents, rounded up; asks for the agents", ()),
    "calls-per-minute": ("calls a minute x minutes of a call, rounded up; asks for the minutes", ()),
    "product": ("the columns multiplied, rounded up", ()),
    "unlimited": ("these texts mean no limit; asks for a number", ("texts",)),
    "reverse-sign": ("the number with the other sign", ()),
    "boost-to-agents": ("a factor f above 1 becomes -((f - 1) x agents), rounded up; asks for the agents", ()),
    "boolean": ("Y, true, t, on, active, 1 become 1, and their opposites 0", ()),
    "telephone-number": ('the number in a text such as "Sales" <0123>; a text without one is nothing', ()),
    "leading-number": ("the digits that a text begins with", ()),
    "window": ("start, end and flags of days, Monday first, as one text", ()),
    "join": ("the columns as one text", ("by",)),
    "answer": ("looked up in a section of the answers", ("section",)),
}
"""The closed list of transforms: what each does, and the arguments that it needs."""


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
    """One question to a row: `test` is one of TESTS, `other` the second column of the test "same"."""

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
