"""A row, and what became of it."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field

from importer.model.problem import Problem
from importer.model.status import Status


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the user's sheet on its way through a run.

    `number` is the row's number in the sheet, `cells` its texts in the order of the sheet's columns, `campaign` the
    parameters as they are sent (empty for a row that is not valid), `campaign_id` the ID on the server once known.
    `former_fingerprints` are what earlier versions would have given to the row, each with whether they read other
    values in its cells; `named_id` is the ID that a results file has for the row. `there` are the campaigns in the
    server's list that are like the row, as a string. `has_numbers` says that telephone numbers are loaded into its
    campaign, which stays off until all are there.
    """

    number: int
    cells: tuple[str, ...]
    campaign: Mapping[str, str]
    fingerprint: str
    status: Status
    campaign_id: str | None = None
    former_fingerprints: Mapping[str, bool] = field(default_factory=dict)
    named_id: str = ""
    there: str = ""
    has_numbers: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a row: its new status, and what the server or the importer says about it.

    `campaign_id` is the ID on the server, `code`, `key` and `message` are those of the server's answer.
    """

    status: Status
    campaign_id: str | None = None
    _: KW_ONLY
    code: str = ""
    key: str = ""
    message: str = ""
    problems: tuple[Problem, ...] = ()
    """What the server refused, each with its cell: shown beside what our own check found."""


@dataclass(frozen=True)
class Difference:
    """A parameter in which a row differs from its campaign; `after` is None where an update leaves it as it is."""

    parameter: str
    before: str
    after: str | None


@dataclass(frozen=True)
class EditedRow:
    """A row that was edited since its campaign was created: its number, both names of the campaign, what differs."""

    number: int
    name: str
    campaign_id: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class RowResult:
    """One line of the results: the user's cells and what happened to them.

    `looked_up` says what names in its cells stand for, by parameter: "17 (jane)"; `numbers` how many of its telephone
    numbers the server has: "9,120 of 10,000 loaded".
    """

    number: int
    cells: tuple[str, ...]
    outcome: Outcome
    _: KW_ONLY
    problems: tuple[Problem, ...] = ()
    looked_up: Mapping[str, str] = field(default_factory=dict)
    numbers: str = ""

    @property
    def message(self) -> str:
        """Everything to report about the row: what is wrong with its cells, and what the server said."""
        if not self.problems:
            return self.outcome.message
        sentences = (f"{one.cell}: {one.message}" if one.cell else one.message for one in self.problems)
        return " ".join(filter(None, (*sentences, self.outcome.message)))

    @property
    def by_columns(self) -> str:
        """The same with columns instead of cells: for where rows have other numbers, or have theirs beside it."""
        return " ".join(filter(None, (*(one.with_column for one in self.problems), self.outcome.message)))
