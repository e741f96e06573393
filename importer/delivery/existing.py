"""What the server's list shows before anything is sent: campaigns like the ready rows of a run, and missing ones.

A journal that is new, an old copy, or one that knows the server by another name does not know what was created from the
same rows before. The list does. A campaign is like a row if it has its name (ignoring case, and spaces that a server
tidies) and none of its values differ. What people change all the time (the description, `enabled`) does not count.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice

from importer.delivery.context import RunContext
from importer.delivery.matching import contradicts, letters, quoted
from importer.delivery.witnesses import raise_if_locked_out
from importer.enswitch import Fields
from importer.errors import (
    AccessRefused,
    NoApiHere,
    OutcomeUnknown,
    RowRefused,
    ServerUnusable,
    TryAgain,
    WrongSettings,
)
from importer.journal import MOST_NAMED, Existing, Journal, age, named
from importer.model import Problem, Row, Run, Severity, about
from importer.security import Redact
from schemas.likeness import folded
from schemas.problem_codes import ProblemCode

LOOSE = frozenset(("name", "description", "enabled"))
"""Fields that do not distinguish a campaign from others with its name."""

MOST_COMPARED = 20
"""Maximum number of campaigns with its name and destination that a row is compared with; beyond it, one is like it."""

AT_ONCE = 1_000

CANNOT_BE_LISTED = (RowRefused, AccessRefused, WrongSettings, NoApiHere)


def keep_listings(context: RunContext) -> list[str]:
    """List the customers of a run's ready rows before they are first sent; return what the user should know.

    What the lists show about the rows is recorded and, until the first create for a customer is sent, which campaigns
    the customer had before. A row that was sent is not compared again: it was looked up, or a person has recorded that
    it was not created. If the account may not list campaigns, the run continues: rows in doubt then wait for a person.
    Raises ServerUnusable if the server fails for now, because every lost row would have to wait for a person as well.
    """
    notes = []
    for customer, begun in context.journal.listings.unsent_customers(context.run.id).items():
        try:
            listed = context.client.list_campaigns(customer or None)
        except CANNOT_BE_LISTED as error:
            raise_if_locked_out(error)
            notes.append(
                f"{_cannot_be_listed(customer)}, so it is not known which already exist, and any row in "
                f"doubt must be settled by hand. {error.message}"
            )
        except (OutcomeUnknown, TryAgain) as error:
            raise ServerUnusable.after(error, "The existing campaigns could not be listed.") from None
        else:
            if not begun:
                context.journal.listings.keep(context.run.id, customer, (campaign["id"] for campaign in listed))
            _write_down(context, customer, listed)
    return notes


def compare(context: RunContext) -> list[str]:
    """Record what the server's lists show about a run's ready rows now; return what the user should know.

    The lists themselves are not kept: the one that counts for a run is read just before its first create.
    """
    notes = []
    for customer in context.journal.listings.unsent_customers(context.run.id):
        try:
            listed = context.client.list_campaigns(customer or None)
        except (*CANNOT_BE_LISTED, OutcomeUnknown, TryAgain) as error:
            raise_if_locked_out(error)
            notes.append(f"{_cannot_be_listed(customer)}, so it is not known which already exist. {error.message}")
        else:
            _write_down(context, customer, listed)
    return notes


def tell_unlisted(context: RunContext, customer: str, listed: Sequence[Fields]) -> None:
    """Record which campaigns of a run's already created rows are missing from the list of their customer."""
    journal, run = context.journal, context.run
    ids = {campaign["id"] for campaign in listed}
    unlisted = (_unlisted(run, *one) for one in journal.listings.existing_of(run.id, customer) if one[1] not in ids)
    while page := list(islice(unlisted, AT_ONCE)):
        journal.listings.keep_unlisted(run.id, page)


class ListedCampaigns:
    """The listed campaigns that no row is known to have created, looked up by what a row would create."""

    def __init__(self, campaigns: Iterable[Fields]) -> None:
        self._by_destination: defaultdict[tuple[str, ...], list[Fields]] = defaultdict(list)
        self._by_folded_name: dict[str, Fields] = {}
        for one in campaigns:
            if "name" in one:
                self._by_destination[_destination(one)].append(one)
                self._by_folded_name.setdefault(folded(one["name"]), one)

    def like(self, campaign: Mapping[str, str]) -> list[Fields]:
        """Return the campaigns that are like one that would be sent, oldest first."""
        sent = {name: value for name, value in campaign.items() if name not in LOOSE}
        # Servers that list few fields do not show the destination.
        places = (_destination(campaign), _destination({"name": campaign["name"]}))
        alike = chain.from_iterable(self._by_destination.get(place, ()) for place in places)
        fitting = [one for one in islice(alike, MOST_COMPARED) if not contradicts(sent, one)]
        return sorted(fitting or islice(alike, 1), key=lambda one: age(one["id"]))

    def resembling(self, campaign: Mapping[str, str]) -> Fields | None:
        """Return a campaign whose name resembles that of one that would be sent."""
        return self._by_folded_name.get(folded(campaign["name"]))

    def __bool__(self) -> bool:
        return bool(self._by_folded_name)


def _write_down(context: RunContext, customer: str, listed: Sequence[Fields]) -> None:
    """Record which of a customer's rows a list already shows, and which it should show but does not.

    Names are compared as they are; a password in one is redacted in messages.
    """
    journal, run, redact = context.journal, context.run, context.client.redact
    ids = {campaign["id"] for campaign in listed}
    known = journal.doubts.known_among(run.server, ids, account=run.account)
    shown = ListedCampaigns(campaign for campaign in listed if campaign["id"] not in known)
    if shown or any(journal.summary.existing(run.id)):
        rows = journal.rows.unsent_of(run.id, customer)
        found = (existing for row in rows if (existing := _existing(journal, run, row, shown, redact)) is not None)
        while page := list(islice(found, AT_ONCE)):
            journal.listings.keep_existing(run, page)
    tell_unlisted(context, customer, listed)


def _existing(journal: Journal, run: Run, row: Row, shown: ListedCampaigns, redact: Redact) -> Existing | None:
    """Return what a list shows about a ready row; None if that is nothing new."""
    like = shown.like(row.campaign)
    ids = [one["id"] for one in like]
    there = ", ".join(ids[:MOST_NAMED])
    if not like:
        resembling = shown.resembling(row.campaign)
        problems = (_resembling(run, row, resembling, redact),) if resembling else ()
        return Existing(row=row, there="", message="", problems=problems) if problems or row.there else None
    if there == row.there:
        return None
    have, it = ("have", "them") if len(like) > 1 else ("has", "it")
    differs = "" if any(one["name"] == row.campaign["name"] for one in like) else " except for case or spaces"
    known = f"but the journal has no row of {run.account} that created {it}"
    message = f"On the server, {named(ids)} {have} this name{differs} and these values, {known}."
    again = f"To create it anyway: {journal.command('apply', run.id, '--on-existing', 'create')}."
    return Existing(
        row=row,
        there=there,
        message=f"Not sent. {again}",
        problems=(_warning(run, row.number, message, ProblemCode.ON_SERVER),),
    )


def _resembling(run: Run, row: Row, other: Fields, redact: Redact) -> Problem:
    same = other["name"] == row.campaign["name"]
    how = (
        "has this name but different settings"
        if same
        else f"has a name that differs only in case or spaces, {quoted(redact(other['name']))}"
    )
    message = f"On the server, {named([other['id']])} {how}. This row will create another campaign."
    return _warning(run, row.number, message, ProblemCode.SAME_NAME)


def _unlisted(run: Run, row: int, campaign_id: str) -> Problem:
    message = f"Campaign {campaign_id} is no longer in the server's list: it was deleted, or the list is incomplete."
    return _warning(run, row, message, ProblemCode.UNLISTED)


def _warning(run: Run, row: int, message: str, problem_code: ProblemCode) -> Problem:
    return about(run, row, Problem(message, Severity.WARNING, column="name", problem_code=problem_code))


def _destination(campaign: Mapping[str, str]) -> tuple[str, ...]:
    """Return what distinguishes most campaigns: the name, and the destination if it is known."""
    name = folded(campaign["name"])
    if "dtype" not in campaign or "dnumber" not in campaign:
        return (name,)
    return name, letters(campaign["dtype"]), letters(campaign["dnumber"])


def _cannot_be_listed(customer: str) -> str:
    return f"The campaigns of {f'customer {customer}' if customer else 'your own customer'} could not be listed"
