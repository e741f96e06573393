"""Find out what became of rows in doubt, by what the server lists.

A create whose outcome is unknown is never sent again blindly. The customer's campaigns are listed and compared with
what was sent. A campaign can be a row's only if it has the row's name, contradicts nothing that was sent, is not
known as another row's and was not there before the run began. What is found is adopted where it is the only one for
that row and that row the only one for it. Where nothing is found, the server may still be at work: it is asked again
after a wait, and only then may the row be sent again. Anything else stays in doubt, for a person to decide.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from importer.api import Client, Fields
from importer.errors import (
    AccessRefused,
    ImporterError,
    NoApiHere,
    NotReached,
    OutcomeUnknown,
    RowRefused,
    ServerUnusable,
    TryAgain,
    WrongSettings,
    WrongUsage,
)
from importer.journal import Journal
from importer.matching import Finding, compare
from importer.model import Outcome, Run, Status, Watch
from importer.outcomes import events
from importer.pacing import Sleep
from importer.records import Doubt
from schemas.faults import Fault

CANNOT_LIST = (RowRefused, AccessRefused, OutcomeUnknown, TryAgain, WrongSettings)

Settled = tuple[Doubt, Outcome]


def keep_listings(journal: Journal, client: Client, run: Run) -> list[str]:
    """List the customers of a run's ready rows, once, before its first create; return what the user should know.

    Where the account may not list, the run goes on: what comes into doubt then waits for a person. Raises
    ServerUnusable where the server fails for the moment, because every lost row would have to wait so.
    """
    notes = []
    for customer in journal.unlisted_customers(run.id):
        try:
            listed = client.list_campaigns(customer or None)
        except (RowRefused, AccessRefused, WrongSettings, NoApiHere) as error:
            _raise_if_locked_out(error)
            whose = f"customer {customer}" if customer else "your own customer"
            notes.append(
                f"The campaigns of {whose} cannot be listed, so a row that comes into doubt there "
                f"has to be settled by hand. {error.message}"
            )
        except (OutcomeUnknown, TryAgain) as error:
            raise ServerUnusable(
                f"The campaigns that are there already cannot be listed now. {error.message}",
                Fault.UNREACHABLE if isinstance(error, NotReached) else Fault.SERVER_FAILS,
            ) from None
        else:
            journal.keep_listing(run.id, customer, (campaign["id"] for campaign in listed))
    return notes


def settle(journal: Journal, client: Client, run: Run, *, wait: float, sleep: Sleep, watch: Watch) -> None:
    """Settle all rows in doubt of a run's server and account, of this run and of earlier ones.

    Found ones become created, those found absent twice, `wait` seconds apart, ready; the others stay in doubt, with
    the reason as their message. Rows that were created and whose ID was not told get it. Nothing may be in flight
    meanwhile. Raises AccessRefused where the credentials are refused.
    """
    first = _look(journal, client, run)
    if first:
        watch.stage("Settling rows in doubt", len(first))
    _record(journal, _judge(first), watch)
    absent = set(map(_key, _absent(first)))
    if not absent:
        return
    watch.stage(f"Waiting {wait:g} s before looking again", None)
    sleep(wait)
    second = _look(journal, client, run)
    still_absent = [(doubt, Outcome(Status.READY)) for doubt in _absent(second) if _key(doubt) in absent]
    _record(journal, _judge(second) + still_absent, watch)


def decide(journal: Journal, run: Run, number: int, campaign_id: str | None) -> Outcome:
    """Settle one row by what a person found out: the campaign's ID, or None for "not created".

    Raises WrongUsage for a row that is not in doubt, or an ID that is known as another row's.
    """
    row = journal.row(run.id, number)
    if row.status not in (Status.IN_DOUBT, Status.SENDING):
        words = f"Row {number} of run {run.id} is {row.status}, not in doubt: there is nothing to settle."
        raise WrongUsage(words, Fault.NOT_IN_DOUBT)
    if campaign_id is not None and journal.is_known(run.server, campaign_id):
        words = f"Campaign {campaign_id} is known as another row's. Look the ID up again."
        raise WrongUsage(words, Fault.ID_TAKEN)
    outcome = (
        Outcome(Status.READY)
        if campaign_id is None
        else Outcome(Status.CREATED, campaign_id, message="Settled by hand.")
    )
    journal.record(run.id, number, outcome)
    journal.flush()
    return outcome


def _look(journal: Journal, client: Client, run: Run) -> list[Finding]:
    """Return what the server shows now for every row in doubt, but for those whose customer cannot be listed.

    A customer is listed once, however many of its rows are in doubt.
    """
    by_customer: defaultdict[str, list[Doubt]] = defaultdict(list)
    for doubt in journal.doubts(run.server, run.account):
        by_customer[doubt.row.campaign.get("customer", "")].append(doubt)
    findings: list[Finding] = []
    for customer, doubts in by_customer.items():
        try:
            listed = client.list_campaigns(customer or None)
        except CANNOT_LIST as error:
            _raise_if_locked_out(error)
            _explain(journal, doubts, error)
            continue
        for _, group in groupby(doubts, key=lambda doubt: doubt.run.id):
            findings += _compare(journal, customer, list(group), listed)
    return findings


def _compare(journal: Journal, customer: str, doubts: Sequence[Doubt], listed: Sequence[Fields]) -> list[Finding]:
    """Return the findings for doubts of one run and customer."""
    run = doubts[0].run
    before = journal.listing(run.id, customer)
    strangers = journal.known_since(run.server, before.learnt if before else 0)
    if before:
        strangers |= before.campaign_ids
    new = [campaign for campaign in listed if campaign["id"] not in strangers]
    return compare(doubts, new, listed_before=before is not None)


def _explain(journal: Journal, doubts: Iterable[Doubt], error: ImporterError) -> None:
    for doubt in doubts:
        if doubt.row.status is Status.IN_DOUBT:
            message = f"Sent, and the server's list cannot be read: {error.message} {_by_hand(doubt)}"
            journal.record(doubt.run.id, doubt.row.number, Outcome(Status.IN_DOUBT, message=message))


def _judge(findings: Sequence[Finding]) -> list[Settled]:
    """Return the outcome of every row for which anything was found."""
    claims: defaultdict[str, int] = defaultdict(int)
    for finding in findings:
        for campaign_id in finding.candidates:
            claims[campaign_id] += 1
    verdicts = ((finding.doubt, _verdict(finding, claims)) for finding in findings if finding.candidates)
    return [(doubt, outcome) for doubt, outcome in verdicts if outcome is not None]


def _verdict(finding: Finding, claims: Mapping[str, int]) -> Outcome | None:
    """Return what a finding means; None where it changes nothing."""
    lost = finding.doubt.row.status is Status.IN_DOUBT
    first, *others = finding.candidates
    if not finding.reservation and not others and claims[first] == 1:
        missing = "answer was lost" if lost else "answer held no ID"
        return Outcome(Status.CREATED, first, message=f"The {missing}; the campaign was found on the server.")
    if not lost:
        return None
    which = f"campaigns {', '.join(finding.candidates)}" if others else f"campaign {first}"
    shared = "" if others or claims[first] == 1 else " (or another row's that is in doubt)"
    return Outcome(
        Status.IN_DOUBT,
        message=f"Sent, and no answer came. On the server, {which}{finding.reservation} could be this row's{shared}. "
        f"{_by_hand(finding.doubt)}",
    )


def _absent(findings: Iterable[Finding]) -> list[Doubt]:
    """Return the rows in doubt for which nothing was found."""
    return [
        finding.doubt for finding in findings if not finding.candidates and finding.doubt.row.status is Status.IN_DOUBT
    ]


def _by_hand(doubt: Doubt) -> str:
    command = f"campaign-importer settle {doubt.run.id} --row {doubt.row.number}"
    return f"Look there and say what is true: {command} --id ID, or --not-created."


def _record(journal: Journal, settled: Iterable[Settled], watch: Watch) -> None:
    for doubt, outcome in settled:
        journal.record(doubt.run.id, doubt.row.number, outcome)
        for event in events(doubt.run, doubt.row, "settle", outcome, ()):
            watch.row(event)
    journal.flush()


def _raise_if_locked_out(error: ImporterError) -> None:
    if isinstance(error, AccessRefused) and error.code == "401":
        raise error


def _key(doubt: Doubt) -> tuple[str, int]:
    return doubt.run.id, doubt.row.number
