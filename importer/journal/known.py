"""What the journal answers beside runs and rows: other rows of the same campaign, rows in doubt, what was listed."""

from collections.abc import Sequence
from dataclasses import dataclass

from importer.journal.conditions import ON_THE_SERVER
from importer.model import Outcome, Problem, Row, Run, Status

MOST_NAMED = 10
"""How many campaigns are named in a message."""

NOT_CHECKED = "not checked on the server"
NOT_LISTED = "and not in the server's list any more"
"""What is said of a campaign that an earlier run created, before a list has shown that it is not there, and then."""


def age(campaign_id: str) -> tuple[int, str]:
    """Return what sorts campaigns by age, where the server counts their IDs up."""
    return len(campaign_id), campaign_id


def named(campaign_ids: Sequence[str]) -> str:
    """Return campaigns as a text: campaign 12, or campaigns 12, 15 and 3 more."""
    more = f" and {len(campaign_ids) - MOST_NAMED:,} more" if len(campaign_ids) > MOST_NAMED else ""
    return f"campaign{'s' if len(campaign_ids) > 1 else ''} {', '.join(campaign_ids[:MOST_NAMED])}{more}"


@dataclass(frozen=True, kw_only=True)
class ExistingRow:
    """Another row, of whatever run, that makes the same campaign on the same server for the same account.

    `read_before` says that an earlier version has read the same cells otherwise, so that the values differ.
    """

    run: str
    row: int
    status: Status
    campaign_id: str | None
    read_before: bool = False

    @property
    def outcome(self) -> Outcome:
        """What that row's existence means for this one, which was not sent."""
        other = f"row {self.row} of run {self.run}"
        if self.status in ON_THE_SERVER and self.read_before:
            message = f"Not sent: {other} created campaign {self.campaign_id} from it, with values read less exactly."
            return Outcome(Status.CHANGED, self.campaign_id, message=message)
        if self.status in ON_THE_SERVER:
            return Outcome(
                Status.EXISTS, self.campaign_id, message=f"Created by {other}, {NOT_CHECKED}; not sent again."
            )
        return Outcome(
            Status.IN_DOUBT,
            message=f"Not sent: {other} asks for the same campaign and may have created it. "
            f"Settle that row first: campaign-importer settle {self.run} --row {self.row}.",
        )


@dataclass(frozen=True)
class CreateClaim:
    """Whether it is written down that a row is about to be sent; only then may it be.

    Where it is not, `existing_row` is the row that made the same campaign, or may have. Without one, the row itself
    was not ready any more: something else has dealt with it since it was read, and it is left as it is.
    """

    granted: bool
    existing_row: ExistingRow | None = None


@dataclass(frozen=True)
class Repeated:
    """A row that has something in common with an earlier row of its run, and whether that is the name to the letter."""

    row: int
    first: int
    same_name: bool


@dataclass(frozen=True)
class Edited:
    """A row that was edited since campaigns of its name and customer were created: the first few of these.

    `read_before` says that not the row was edited: an earlier version has read its cells otherwise.
    """

    number: int
    made: tuple[ExistingRow, ...]
    read_before: bool = False


@dataclass(frozen=True, kw_only=True)
class InDoubtRow:
    """A row of which only the server can say what became of it: whether it was created, or as what.

    `tried` is its place in the order in which rows were claimed to be sent, `left_by` that of the newest row that was
    claimed when this one's create had left for the last time: it may be tried again long after it was claimed.
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
    """A campaign that a row has created, and when: its place among those learnt, and its create's among those sent.

    `gone` says that the server did not know it any more when it was asked.
    """

    campaign_id: str
    id_sequence: int
    tried: int
    gone: bool


@dataclass(frozen=True)
class Baseline:
    """The IDs of the campaigns that a customer had before the first create of a run.

    `id_sequence` is how far rows had learnt their campaigns' IDs by then; what was learnt since came after the list.
    `gone` are those that the server does not know any more.
    """

    id_sequence: int
    campaign_ids: frozenset[str]
    gone: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Existing:
    """What a list shows of a ready row: the campaigns that are like it, as a text ("": none), and words about them."""

    row: Row
    there: str
    message: str
    problems: tuple[Problem, ...]
