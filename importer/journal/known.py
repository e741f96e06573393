"""The answers of the journal besides runs and rows: other rows with the same campaign, rows in doubt, listings."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from importer.journal.commands import command_with
from importer.journal.conditions import ON_THE_SERVER
from importer.model import Outcome, Problem, Row, Run, Status, row_name

MOST_NAMED = 10
"""Maximum number of campaigns named in a message."""

NOT_CHECKED = "not checked on the server"
NOT_LISTED = "no longer in the server's list"
"""What messages say about a campaign that an earlier run created, before and after a list was found not to show it."""


def age(campaign_id: str) -> tuple[int, str]:
    """Return a key that sorts campaigns by age, if the server assigns ascending IDs."""
    return len(campaign_id), campaign_id


def named(campaign_ids: Sequence[str]) -> str:
    """Return campaigns as a text: campaign 12, or campaigns 12, 15 and 3 more."""
    more = f" and {len(campaign_ids) - MOST_NAMED:,} more" if len(campaign_ids) > MOST_NAMED else ""
    return f"campaign{'s' if len(campaign_ids) > 1 else ''} {', '.join(campaign_ids[:MOST_NAMED])}{more}"


@dataclass(frozen=True, kw_only=True)
class ExistingRow:
    """Another row, of any run, for the same campaign on the same server and account.

    `read_before` says that an earlier version read the same cells differently, so that the values differ.
    """

    run: str
    row: int
    status: Status
    campaign_id: str | None
    read_before: bool = False

    def outcome(self, journal: Path) -> Outcome:
        """Return the outcome for a row of a journal that was not sent because of this other row."""
        other = f"row {row_name(self.row)} of run {self.run}"
        if self.status in ON_THE_SERVER and self.read_before:
            message = f"Not sent: {other} created campaign {self.campaign_id} from it, but read its cells less exactly."
            return Outcome(Status.CHANGED, self.campaign_id, message=message)
        if self.status in ON_THE_SERVER:
            return Outcome(
                Status.EXISTS, self.campaign_id, message=f"Created by {other}, {NOT_CHECKED}; not sent again."
            )
        return Outcome(
            Status.IN_DOUBT,
            message=f"Not sent: {other} is for the same campaign and may have created it. "
            f"Settle that row first: {command_with(journal, 'settle', self.run, '--row', row_name(self.row))}.",
        )


@dataclass(frozen=True)
class CreateClaim:
    """Whether it is recorded that a row is about to be sent; only then may it be.

    If not, `existing_row` is the row that created the same campaign, or may have. If that is None, the row itself was
    no longer ready: something else has dealt with it since it was read, and it is left as it is.
    """

    granted: bool
    existing_row: ExistingRow | None = None


@dataclass(frozen=True)
class Repeated:
    """A row that has something in common with an earlier row of its run, and whether their names are identical."""

    row: int
    first: int
    same_name: bool


@dataclass(frozen=True)
class RepeatedBeside:
    """A row for the same campaign as a row of another run, which is about another sheet of the same workbook."""

    row: int
    run: str
    first: int


@dataclass(frozen=True)
class Split:
    """A row and the campaigns that it is split into; the first has its number."""

    whole: Row
    parts: Sequence[Row]


@dataclass(frozen=True)
class Edited:
    """A row that was edited since campaigns with its name and customer were created, and the first few of these.

    `read_before` says that the row was not edited, but an earlier version read its cells differently.
    """

    number: int
    made: tuple[ExistingRow, ...]
    read_before: bool = False


@dataclass(frozen=True, kw_only=True)
class InDoubtRow:
    """A row whose outcome only the server knows: whether it was created, or with which ID.

    `tried` is its place in the order in which rows were claimed, `left_by` that of the newest row claimed by the time
    this one's create was last sent: it may be tried again long after it was claimed.
    """

    run: Run
    row: Row
    tried: int
    left_by: int

    @property
    def customer(self) -> str:
        """The customer of its campaign; "" is the account's own."""
        return self.row.campaign.get("customer", "")


@dataclass(frozen=True, kw_only=True)
class KnownCampaign:
    """A campaign that a row has created, and when: its place among known IDs, and that of its create among those sent.

    `gone` says that the server no longer knew it when it was asked.
    """

    campaign_id: str
    id_sequence: int
    tried: int
    gone: bool


@dataclass(frozen=True)
class Baseline:
    """The IDs of the campaigns that a customer had before the first create of a run.

    `id_sequence` is the place of the newest ID known by then; IDs with a later place became known after the list.
    `gone` are those that the server no longer knows.
    """

    id_sequence: int
    campaign_ids: frozenset[str]
    gone: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Existing:
    """What a list shows for a ready row: the IDs of campaigns like it, as a string, and messages about them."""

    row: Row
    there: str
    message: str
    problems: tuple[Problem, ...]
