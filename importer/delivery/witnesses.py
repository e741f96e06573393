"""Whether a list of campaigns can prove that a campaign does not exist.

A list may be one page of several, a copy that lags behind, or an empty response, without saying so. So it is believed
only if it shows its witnesses: every campaign that rows are known to have created for that customer, and every one
that was listed before the run began. If some are missing, the server is asked for them one by one. One that it still
has shows that the list is incomplete; one that it no longer knows was deleted, and is not a witness from then on. A
witness that was created after the row was sent proves most: a list that shows it cannot be too old to show the row's.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from enum import Enum, auto

from importer.delivery.context import RunContext
from importer.enswitch import Client, Fields
from importer.errors import AccessRefused, ImporterError, OutcomeUnknown, RowRefused, TryAgain, WrongSettings
from importer.journal import Baseline, InDoubtRow, Journal, KnownCampaign, age, named

MOST_ASKED = 200
"""Number of missing witnesses that the server is asked for at a time. Asking continues while all of them are gone."""

SHOWS_NONE = "It does not find any of the campaigns in its own list when asked for them by ID."


@dataclass(frozen=True, kw_only=True)
class ListView:
    """What a list shows for a customer at one time, compared with what is known.

    `listed` are the campaigns as listed, `shown` the known ones among them, `missing` the known ones that are not,
    newest first, followed by those listed before the runs in `before` began.
    """

    customer: str
    listed: Sequence[Fields]
    shown: tuple[KnownCampaign, ...]
    missing: tuple[str, ...]
    before: Mapping[str, Baseline | None]

    @property
    def newest(self) -> int:
        """The place, in the order in which creates were sent, of the newest known campaign shown; 0 if none is."""
        return max((known.tried for known in self.shown), default=0)

    def not_listed_before(self, run_id: str) -> list[Fields]:
        """Return the campaigns that the list from before a run did not show."""
        before = self.before[run_id]
        known = before.campaign_ids if before else frozenset()
        return [campaign for campaign in self.listed if campaign["id"] not in known]

    def was_whole_before(self, run_id: str) -> bool:
        """Say whether the list from before a run may be believed: it was read, and had what was known by then."""
        before = self.before[run_id]
        return before is not None and not any(
            known.id_sequence <= before.id_sequence and known.campaign_id not in before.campaign_ids
            for known in self.shown
        )


def look(journal: Journal, doubts: Sequence[InDoubtRow], listed: Sequence[Fields]) -> ListView:
    """Compare the list of a customer, in which the campaigns of `doubts` may be, with what is known."""
    run, customer = doubts[0].run, doubts[0].customer
    ids = {campaign["id"] for campaign in listed}
    shown: list[KnownCampaign] = []
    missing: dict[str, None] = {}
    for known in journal.doubts.known_campaigns(run, customer):
        if known.campaign_id in ids:
            shown.append(known)
        elif not known.gone:
            missing[known.campaign_id] = None
            if len(missing) > MOST_ASKED:
                # More than can be asked for at a time: the remaining known campaigns are not read.
                break
    before = {run_id: journal.listings.get(run_id, customer) for run_id in {doubt.run.id for doubt in doubts}}
    for listing in filter(None, before.values()):
        missing |= dict.fromkeys(sorted(listing.campaign_ids - listing.gone - ids, key=age, reverse=True))
    return ListView(customer=customer, listed=listed, shown=tuple(shown), missing=tuple(missing), before=before)


def flaw(context: RunContext, found: ListView) -> str:
    """Return why a list proves nothing, as a sentence; "" if it shows all its witnesses.

    Asks the server for those that are missing, and remembers those that are gone. Raises AccessRefused if the
    credentials are refused.
    """
    if not found.missing:
        return ""
    asked = _ask(context.client, found)
    context.journal.listings.keep_gone(context.run.server, found.before, found.customer, asked.gone)
    left = [campaign_id for campaign_id in found.missing if campaign_id not in set(asked.gone)]
    if not left:
        return ""
    lacks = f"The server's list does not show {named(left)}"
    exist = "exists" if len(left) == 1 else "exist"
    if asked.there:
        return f"{lacks}, which certainly {exist}, so it proves nothing."
    if asked.trouble:
        return f"{lacks}, which existed before and may be deleted or hidden, so it proves nothing. {asked.trouble}"
    others = f"{len(asked.gone)} others were deleted, and the next `apply` checks more"
    return f"{lacks}, which existed before, so it proves nothing yet: {others}."


@dataclass(frozen=True)
class _Asked:
    """What the server said about missing campaigns: which are gone, the first that exists, and any failure."""

    gone: tuple[str, ...] = ()
    there: str = ""
    trouble: str = ""


class _Fate(Enum):
    """What the server says about a campaign: it exists, no campaign has that ID, or just that nothing was found."""

    THERE = auto()
    GONE = auto()
    NOT_FOUND = auto()


def _ask(client: Client, found: ListView) -> _Asked:
    """Ask the server for the missing campaigns, one by one, until one of them exists.

    If it only says that nothing was found, it is asked for a listed one too: some servers do not know the function, and
    say so for any campaign.
    """
    customers = {one["customer"] for one in found.listed if "customer" in one}
    gone: list[str] = []
    shows_listed = False
    try:
        for campaign_id in found.missing[:MOST_ASKED]:
            fate = _fate(client, campaign_id, customers)
            if fate is _Fate.THERE:
                return _Asked(tuple(gone), campaign_id)
            if fate is _Fate.NOT_FOUND and not shows_listed:
                shows_listed = any(_fate(client, one["id"], customers) is _Fate.THERE for one in found.listed[:1])
                if not shows_listed:
                    return _Asked(tuple(gone), trouble=SHOWS_NONE)
            gone.append(campaign_id)
    except (OutcomeUnknown, TryAgain, AccessRefused, RowRefused, WrongSettings) as error:
        raise_if_locked_out(error)
        return _Asked(tuple(gone), trouble=error.message)
    return _Asked(tuple(gone))


def _fate(client: Client, campaign_id: str, customers: Set[str]) -> _Fate:
    """Ask the server for a campaign; it exists only if it belongs to one of these customers, if any are given."""
    try:
        held = client.get(campaign_id)
    except RowRefused as error:
        if error.code != "404":
            raise
        return _Fate.GONE if error.key == "id" else _Fate.NOT_FOUND
    if held.get("id") != campaign_id:
        raise OutcomeUnknown("The server's response does not contain the requested campaign.")
    return _Fate.THERE if not customers or held.get("customer") in {None, *customers} else _Fate.GONE


def raise_if_locked_out(error: ImporterError) -> None:
    """Raise an error again if every further request would get it, and it may lock the account."""
    if isinstance(error, AccessRefused) and error.code == "401":
        raise error
