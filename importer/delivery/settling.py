"""Find out what happened to rows in doubt from the server's list of campaigns.

A create whose outcome is unknown is never sent again blindly. The customer's campaigns are listed and compared with
what was sent. A campaign can belong to a row only if it has the row's name, is not known to belong to another row and
did not exist before the run began. It is adopted if nothing contradicts what was sent, and it is the only match for
that row and the row the only match for it. If nothing is found in a list that can be believed, the server may still be
working on the request: it is asked again after a wait, and only then may the row be sent again. Anything else stays in
doubt, for a person to decide.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from importer.delivery.context import RunContext
from importer.delivery.existing import tell_unlisted
from importer.delivery.matching import Finding, Search, claimed, compare
from importer.delivery.outcomes import events
from importer.delivery.witnesses import ListView, flaw, look, raise_if_locked_out
from importer.enswitch import Sleep
from importer.errors import (
    AccessRefused,
    OutcomeUnknown,
    RowRefused,
    TryAgain,
    WrongSettings,
)
from importer.journal import InDoubtRow, Journal, named
from importer.model import Outcome, Status, row_name

CANNOT_LIST = (RowRefused, AccessRefused, OutcomeUnknown, TryAgain, WrongSettings)

LOOKS = 3
"""Maximum number of times the server is asked: twice for a missing row, once more if its first list was flawed."""

NO_ANSWER = "Sent, but the server did not respond."
NOTHING_BEFORE = (
    f"{NO_ANSWER} It lists neither this campaign nor a newer one, and its list was not read before the row was sent."
)
NOTHING_NEWER = f"{NO_ANSWER} It lists neither this campaign nor a newer one yet; the next `apply` checks again."

Key = tuple[str, int]
Settled = tuple[InDoubtRow, Outcome]


@dataclass(frozen=True)
class Settlement:
    """How many rows are no longer in doubt, and how many wait until the ready rows of the run are created."""

    settled: int
    waiting: int


@dataclass
class _Seen:
    """What one look at the list has shown: outcomes, absent rows, and rows for which it proves nothing, with reasons.

    The absent rows in `ahead` are sent although the list shows nothing newer. Those in `waiting`, for which the list
    proves nothing yet, are looked up again once the ready rows of the run are created.
    """

    outcomes: list[Settled] = field(default_factory=list)
    absent: list[InDoubtRow] = field(default_factory=list)
    ahead: list[InDoubtRow] = field(default_factory=list)
    unproven: list[tuple[InDoubtRow, str]] = field(default_factory=list)
    waiting: list[tuple[InDoubtRow, str]] = field(default_factory=list)


def settle(context: RunContext, *, wait: float, sleep: Sleep, sent_ahead: set[str]) -> Settlement:
    """Settle all rows in doubt of a run's server and account, of this run and of earlier ones.

    Rows that are found become created; those absent twice, `wait` seconds apart, become ready; the others stay in
    doubt, with the reason as their message. Created rows without an ID get theirs. No request may be in flight
    meanwhile. `sent_ahead` holds, while a command runs, the customers for whom a row was sent again although nothing
    newer proves that it was not created. Raises AccessRefused if the credentials are refused.
    """
    journal, run, observer = context.journal, context.run, context.observer
    absent_before: set[Key] = set()
    settled = 0
    for number in range(1, LOOKS + 1):
        doubts = journal.doubts.of(run.server, run.account)
        if number == 1 and doubts:
            observer.stage("Settling rows in doubt", len(doubts))
        seen = _look(context, doubts, sent_ahead)
        absent_twice = [doubt for doubt in seen.absent if _key(doubt) in absent_before]
        sent_ahead |= {doubt.customer for doubt in seen.ahead if doubt in absent_twice}
        settled += _record(context, [*seen.outcomes, *((doubt, Outcome(Status.READY)) for doubt in absent_twice)])
        _explain(journal, (*seen.unproven, *seen.waiting))
        again = len(seen.absent) > len(absent_twice) or (number == 1 and bool(seen.unproven))
        if number == LOOKS or not again:
            break
        absent_before |= set(map(_key, seen.absent))
        observer.stage(f"Waiting {wait:g} s before checking again", None)
        sleep(wait)
    return Settlement(settled, len(seen.waiting))


def _look(context: RunContext, doubts: Sequence[InDoubtRow], sent_ahead: Set[str]) -> _Seen:
    """Return what the server shows now for every row in doubt; each customer is listed once for all its rows."""
    journal, run = context.journal, context.run
    seen = _Seen()
    looks: dict[str, ListView] = {}
    for customer, theirs in _by_customer(doubts).items():
        try:
            listed = context.client.list_campaigns(customer or None)
        except CANNOT_LIST as error:
            raise_if_locked_out(error)
            _explain(
                journal,
                [(doubt, f"{NO_ANSWER} Its list of campaigns could not be read: {error.message}") for doubt in theirs],
            )
        else:
            looks[customer] = look(journal, theirs, listed)
            tell_unlisted(context, customer, listed)
    questions = [question for found in looks.values() for question in _questions(journal, found, doubts)]
    findings = compare(questions, context.client.redact)
    seen.outcomes = _judge(journal, findings)
    lost = [one.doubt for one in findings if not one.candidates and one.doubt.row.status is Status.IN_DOUBT]
    # The rows of this run come first: only they are sent again now.
    lost.sort(key=lambda doubt: doubt.run.id != run.id)
    to_come = journal.summary.to_create(run.id)
    for customer, theirs in _by_customer(lost).items():
        if message := flaw(context, looks[customer]):
            seen.unproven += [(doubt, f"{NO_ANSWER} {message}") for doubt in theirs]
        else:
            newest = max([looks[customer].newest, *_adopted(seen.outcomes, customer)])
            led = customer in sent_ahead
            _try_list(looks[customer], theirs, newest, led=led, more_to_come=customer in to_come, seen=seen)
    return seen


def _questions(journal: Journal, found: ListView, doubts: Sequence[InDoubtRow]) -> Iterator[Search]:
    """Yield a search in the list of a customer for the rows in doubt of each run."""
    by_run: defaultdict[str, list[InDoubtRow]] = defaultdict(list)
    for doubt in doubts:
        if doubt.customer == found.customer:
            by_run[doubt.run.id].append(doubt)
    for run_id, theirs in by_run.items():
        before = found.before[run_id]
        unlisted = found.not_listed_before(run_id)
        ids = [campaign["id"] for campaign in unlisted]
        known = journal.doubts.known_among(theirs[0].run.server, ids, since=before.id_sequence if before else 0)
        new = [campaign for campaign in unlisted if campaign["id"] not in known]
        yield Search(theirs, new, found.was_whole_before(run_id))


def _adopted(outcomes: Iterable[Settled], customer: str) -> Iterator[int]:
    """Yield the place, among all creates sent, of each of a customer's rows that was just found in a list."""
    for doubt, outcome in outcomes:
        if doubt.customer == customer and outcome.status is Status.CREATED:
            yield doubt.tried


def _try_list(
    found: ListView, lost: Sequence[InDoubtRow], newest: int, *, led: bool, more_to_come: bool, seen: _Seen
) -> None:
    """Sort rows that a list without a flaw does not show by what that proves.

    If the list shows what was sent after a row, up to `newest`, the row's campaign does not exist. Otherwise the list
    may be too old to show it: ready rows are created first and, if there are none, one row goes ahead of the others.
    That happens only once in a command, because a list that never shows anything new would have the row created again
    and again: `led` says that a row has already gone ahead.
    """
    for doubt in lost:
        if newest > doubt.left_by:
            seen.absent.append(doubt)
        elif more_to_come:
            seen.waiting.append((doubt, NOTHING_NEWER))
        elif found.before[doubt.run.id] is None:
            seen.unproven.append((doubt, NOTHING_BEFORE))
        elif not led:
            led = True
            seen.absent.append(doubt)
            seen.ahead.append(doubt)
        else:
            seen.unproven.append((doubt, NOTHING_NEWER))


def _judge(journal: Journal, findings: Sequence[Finding]) -> list[Settled]:
    """Return the outcome of every row for which anything was found."""
    claims = claimed(findings)
    verdicts = ((finding.doubt, _verdict(journal, finding, claims)) for finding in findings if finding.candidates)
    return [(doubt, outcome) for doubt, outcome in verdicts if outcome is not None]


def _verdict(journal: Journal, finding: Finding, claims: Mapping[str, int]) -> Outcome | None:
    """Return the outcome that follows from a finding; None if it changes nothing."""
    lost = finding.doubt.row.status is Status.IN_DOUBT
    first, *others = finding.candidates
    if finding.is_certain(claims):
        missing = "The server's response was lost" if lost else "The server's response had no ID for this row"
        return Outcome(Status.CREATED, first, message=f"{missing}; the campaign was found on the server.")
    if not lost:
        return None
    shared = "" if others or claims[first] == 1 else " (or that of another row in doubt)"
    which = f"{named(finding.candidates)}{finding.reservation}"
    return _still_in_doubt(journal, finding.doubt, f"{NO_ANSWER} On the server, {which} could be this row's{shared}.")


def _still_in_doubt(journal: Journal, doubt: InDoubtRow, message: str) -> Outcome:
    command = journal.command("settle", doubt.run.id, "--row", row_name(doubt.row.number))
    by_hand = f"Check the server, then record the answer: {command} --id ID, or --not-created."
    return Outcome(Status.IN_DOUBT, message=f"{message} {by_hand}")


def _explain(journal: Journal, reasons: Iterable[tuple[InDoubtRow, str]]) -> None:
    """Record why rows stay in doubt."""
    for doubt, message in reasons:
        if doubt.row.status is Status.IN_DOUBT:
            journal.rows.record(doubt.run.id, doubt.row.number, _still_in_doubt(journal, doubt, message))
    journal.flush()


def _record(context: RunContext, settled: Iterable[Settled]) -> int:
    """Record the outcomes of rows; return how many are no longer in doubt."""
    ended = 0
    for doubt, outcome in settled:
        context.journal.rows.record(doubt.run.id, doubt.row.number, outcome)
        ended += doubt.row.status is Status.IN_DOUBT and outcome.status is not Status.IN_DOUBT
        for event in events(doubt.run, doubt.row, "settle", outcome, ()):
            context.observer.row(event)
    context.journal.flush()
    return ended


def _by_customer(doubts: Iterable[InDoubtRow]) -> Mapping[str, list[InDoubtRow]]:
    found: defaultdict[str, list[InDoubtRow]] = defaultdict(list)
    for doubt in doubts:
        found[doubt.customer].append(doubt)
    return found


def _key(doubt: InDoubtRow) -> Key:
    return doubt.run.id, doubt.row.number
