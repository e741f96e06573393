"""Find out what became of rows in doubt, by what the server lists.

A create whose outcome is unknown is never sent again blindly. The customer's campaigns are listed and compared with
what was sent. A campaign can be a row's only if it has the row's name, contradicts nothing that was sent, is not
known as another row's and was not there before the run began. What is found is adopted where it is the only one for
that row and that row the only one for it. Where nothing is found, the server may still be at work: it is asked again
after a wait, and only then may the row be sent again. Anything else stays in doubt, for a person to decide.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from importer.api import Client, Fields
from importer.errors import (
    AccessRefused,
    ImporterError,
    OutcomeUnknown,
    RowRefused,
    TryAgain,
    WrongSettings,
    WrongUsage,
)
from importer.journal import Journal
from importer.model import Outcome, Run, Status, Watch
from importer.pacing import Sleep
from importer.records import Doubt
from importer.sending import mark, to_send
from schemas.campaign import means_the_same
from schemas.parameters import BY_NAME, Kind

CANNOT_LIST = (RowRefused, AccessRefused, OutcomeUnknown, TryAgain, WrongSettings)

NAMELESS = "\0"
"""Where campaigns stand whose name is not known: they may be any row's."""

SHORTEST_CUT = 20
"""A listed text at least so long counts as the sent one if that begins with it: servers may cut long texts."""


@dataclass(frozen=True)
class Finding:
    """What a look at the server found for one row in doubt: the campaigns that may be its own.

    `certain` says whether a single candidate may be adopted without asking.
    """

    doubt: Doubt
    candidates: tuple[str, ...]
    certain: bool


def keep_listings(journal: Journal, client: Client, run: Run) -> list[str]:
    """List the customers of a run's ready rows, once, before its first create; return what the user should know.

    Where the account may not list, the run goes on: what comes into doubt then waits for a person.
    """
    notes = []
    for customer in journal.unlisted_customers(run.id):
        try:
            listed = client.list_campaigns(customer or None)
        except CANNOT_LIST as error:
            _raise_if_locked_out(error)
            notes.append(
                f"The campaigns of {_whose(customer)} cannot be listed, so a row that comes into doubt there "
                f"has to be settled by hand. {error.message}"
            )
        else:
            journal.keep_listing(run.id, customer, (campaign["id"] for campaign in listed))
    return notes


def settle(journal: Journal, client: Client, run: Run, *, wait: float, sleep: Sleep, watch: Watch) -> None:
    """Settle all rows in doubt of a run's server and account, of this run and of earlier ones.

    Found ones become created, those found absent twice, `wait` seconds apart, ready; the others stay in doubt, with
    the reason as their message. Raises AccessRefused where the credentials are refused.
    """
    look = _Look(journal, client, run)
    if first := look.take():
        watch.stage("Settling rows in doubt", len(first))
    absent = {_key(finding.doubt) for finding in first if not finding.candidates}
    outcomes = _judge(first)
    _record(journal, outcomes, watch)
    if not absent:
        return
    watch.stage(f"Waiting {wait:g} s before looking again", None)
    sleep(wait)
    second = look.take()
    outcomes = _judge(second) + [
        (finding.doubt, Outcome(Status.READY))
        for finding in second
        if not finding.candidates and _key(finding.doubt) in absent
    ]
    _record(journal, outcomes, watch)


def decide(journal: Journal, run: Run, number: int, campaign_id: str | None) -> Outcome:
    """Settle one row by what a person found out: the campaign's ID, or None for "not created".

    Raises WrongUsage for a row that is not in doubt, or an ID that is known as another row's.
    """
    row = journal.row(run.id, number)
    if row.status not in (Status.IN_DOUBT, Status.SENDING):
        raise WrongUsage(f"Row {number} of run {run.id} is {row.status}, not in doubt: there is nothing to settle.")
    if campaign_id is not None and journal.is_known(run.server, campaign_id):
        raise WrongUsage(f"Campaign {campaign_id} is known as another row's. Look the ID up again.")
    outcome = (
        Outcome(Status.READY)
        if campaign_id is None
        else Outcome(Status.CREATED, campaign_id, message="Settled by hand.")
    )
    journal.record(run.id, number, outcome)
    journal.flush()
    return outcome


class _Look:
    """Lists customers and compares; each look lists a customer once, however many rows are in doubt."""

    def __init__(self, journal: Journal, client: Client, run: Run) -> None:
        self._journal = journal
        self._client = client
        self._run = run

    def take(self) -> list[Finding]:
        """Return what the server shows now for every row in doubt, but for those whose customer cannot be listed."""
        by_customer: defaultdict[str, list[Doubt]] = defaultdict(list)
        for doubt in self._journal.doubts(self._run.server, self._run.account):
            by_customer[doubt.row.campaign.get("customer", "")].append(doubt)
        findings: list[Finding] = []
        for customer, doubts in by_customer.items():
            try:
                listed = self._client.list_campaigns(customer or None)
            except CANNOT_LIST as error:
                _raise_if_locked_out(error)
                self._explain(doubts, error)
                continue
            for _, group in groupby(doubts, key=lambda doubt: doubt.run.id):
                findings += self._compare(customer, list(group), listed)
        return findings

    def _compare(self, customer: str, doubts: Sequence[Doubt], listed: Sequence[Fields]) -> Iterator[Finding]:
        """Yield a finding for each of the doubts, which are all of one run and customer."""
        before = self._journal.listing(doubts[0].run.id, customer)
        known = self._journal.known_since(self._run.server, before.taken if before else "")
        strangers = known | before.campaign_ids if before else known
        new = _by_name(campaign for campaign in listed if campaign["id"] not in strangers)
        for doubt in doubts:
            sent = to_send(doubt.run, doubt.row)
            alike = [one for one in (*new[_start(sent["name"])], *new[NAMELESS]) if not contradicts(sent, one)]
            token = mark(doubt.run.id, doubt.row.number)
            marked = [one for one in alike if doubt.run.marker and token in one.get("description", "")]
            candidates = marked or alike
            certain = bool(marked) or (before is not None and all("name" in one for one in candidates))
            yield Finding(doubt, tuple(one["id"] for one in candidates), certain)

    def _explain(self, doubts: Iterable[Doubt], error: ImporterError) -> None:
        for doubt in doubts:
            message = f"Sent, and the server's list cannot be read: {error.message} {_by_hand(doubt)}"
            self._journal.record(doubt.run.id, doubt.row.number, Outcome(Status.IN_DOUBT, message=message))


def contradicts(sent: Mapping[str, str], listed: Fields) -> bool:
    """Say whether a listed campaign differs from what was sent in a field that the server returns.

    Servers may tidy what they store (white space, punctuation of a number, a text cut at its end). Taking such a
    campaign for a stranger would create a second one, so texts are compared without these.
    """
    return any(name in listed and not _alike(name, value, listed[name]) for name, value in sent.items())


def _alike(name: str, sent: str, listed: str) -> bool:
    if name == "name":
        return _same_text(_folded(sent), _folded(listed))
    if BY_NAME[name].kind in (Kind.TEXT, Kind.LOWER_CASE):
        return _same_text(_letters(sent), _letters(listed))
    return means_the_same(name, sent, listed)


def _same_text(sent: str, listed: str) -> bool:
    return sent == listed or (len(listed) >= SHORTEST_CUT and sent.startswith(listed))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _letters(text: str) -> str:
    return "".join(character for character in _folded(text) if character.isalnum())


def _start(name: str) -> str:
    return _folded(name)[:SHORTEST_CUT]


def _by_name(campaigns: Iterable[Fields]) -> Mapping[str, Sequence[Fields]]:
    """Return campaigns by how their names begin; those whose name the server does not show are under NAMELESS."""
    found: defaultdict[str, list[Fields]] = defaultdict(list)
    for campaign in campaigns:
        found[_start(campaign["name"]) if "name" in campaign else NAMELESS].append(campaign)
    return found


def _judge(findings: Sequence[Finding]) -> list[tuple[Doubt, Outcome]]:
    """Return the outcome of every row for which anything was found."""
    claims: defaultdict[str, int] = defaultdict(int)
    for finding in findings:
        for campaign_id in finding.candidates:
            claims[campaign_id] += 1
    return [(finding.doubt, _verdict(finding, claims)) for finding in findings if finding.candidates]


def _verdict(finding: Finding, claims: Mapping[str, int]) -> Outcome:
    first, *others = finding.candidates
    if finding.certain and not others and claims[first] == 1:
        return Outcome(Status.CREATED, first, message="The answer was lost; the campaign was found on the server.")
    ids = ", ".join(finding.candidates)
    why = "could be this row's" if finding.certain else "could be this row's, or may have been there before"
    shared = "" if others or claims[first] == 1 else " (or another row's that is in doubt)"
    return Outcome(
        Status.IN_DOUBT,
        message=f"Sent, and no answer came. On the server, {ids} {why}{shared}. {_by_hand(finding.doubt)}",
    )


def _by_hand(doubt: Doubt) -> str:
    command = f"campaign-importer settle {doubt.run.id} --row {doubt.row.number}"
    return f"Look there and say what is true: {command} --id ID, or --not-created."


def _record(journal: Journal, outcomes: Iterable[tuple[Doubt, Outcome]], watch: Watch) -> None:
    for doubt, outcome in outcomes:
        journal.record(doubt.run.id, doubt.row.number, outcome)
        watch.row(outcome.status)
    journal.flush()


def _raise_if_locked_out(error: ImporterError) -> None:
    if isinstance(error, AccessRefused) and error.code == "401":
        raise error


def _key(doubt: Doubt) -> tuple[str, int]:
    return doubt.run.id, doubt.row.number


def _whose(customer: str) -> str:
    return f"customer {customer}" if customer else "your own customer"
