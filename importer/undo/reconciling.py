"""Which campaigns that runs have created or updated are gone from the server, and which were edited there.

Nothing is changed on the server. Rows whose campaigns are gone can be imported again only once a person says so:
somebody has deleted them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from importer.delivery import ServerView, Whereabouts, quoted
from importer.enswitch import Client
from importer.errors import OutcomeUnknown, ServerUnusable, StopRun, TryAgain
from importer.journal import UndoCandidate
from importer.model import ExitCode, Run, Status, enumerated
from importer.session import Session, run_here, until_stopped
from importer.undo.expected import Expected, expected_of


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A campaign that differs from what the journal knows of it: the row that created or updated it, and how.

    `fields` are the parameters that the server shows with another value; none for a campaign that is gone, or of which
    it cannot be said whether it is.
    """

    run: str
    row: int
    campaign_id: str
    message: str
    fields: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Reconciliation:
    """What the server shows of the campaigns of runs: how many were compared, and those that are not as they were.

    `forgotten` says that rows whose campaigns are gone can be imported again. `stopped` is what ended it early.
    """

    compared: int = 0
    gone: list[Compared] = field(default_factory=list)
    edited: list[Compared] = field(default_factory=list)
    unknown: list[Compared] = field(default_factory=list)
    forgotten: bool = False
    stopped: StopRun | None = None

    @property
    def exit_code(self) -> ExitCode:
        """The exit code: that of what stopped it, else whether something is left for a person."""
        if self.stopped is not None:
            return self.stopped.exit_code
        left = self.edited or self.unknown or (self.gone and not self.forgotten)
        return ExitCode.SOME_WRONG if left else ExitCode.DONE


@dataclass(frozen=True)
class _Row:
    run: Run
    candidate: UndoCandidate


def reconcile(
    session: Session, run_id: str | None = None, since: datetime | None = None, *, forget: bool = False
) -> Reconciliation:
    """Compare the campaigns of a run, or of all runs since a time, with what the server shows; one list a customer.

    With `forget`, rows whose campaigns are gone can be imported again. Raises WrongUsage for a run of another server or
    account.
    """
    runs = [run_here(session, run_id)] if run_id else _runs_of_here(session, since)
    found = Reconciliation()
    rows = list(_rows(session, runs))
    session.stopwatch.stage("Comparing campaigns with the server", len(rows))

    def compare() -> None:
        view = ServerView()
        for row in rows:
            session.worker_pool.stop.check()
            _compare(session, session.worker_pool.clients[0], view, row, found)

    found.stopped = until_stopped(session, compare)
    if forget and found.gone and found.stopped is None:
        server = session.server.identity
        session.journal.undos.forget(
            server, {one.campaign_id: "It is no longer on the server; it can be imported again." for one in found.gone}
        )
        found.forgotten = True
    return found


def _runs_of_here(session: Session, since: datetime | None) -> list[Run]:
    here = (session.server.identity, session.server.username)
    return [run for run in session.journal.runs.newest_first(since) if (run.server, run.account) == here]


def _rows(session: Session, runs: Iterable[Run]) -> Iterator[_Row]:
    """Yield the rows that last created or updated a campaign, each campaign once."""
    seen: set[str] = set()
    for run in runs:
        for one in session.journal.undos.candidates(run.id):
            is_last = one.status in (Status.CREATED, Status.UPDATED) and not one.is_superseded
            if is_last and one.campaign_id and one.campaign_id not in seen:
                seen.add(one.campaign_id)
                yield _Row(run, one)


def _compare(session: Session, client: Client, view: ServerView, row: _Row, found: Reconciliation) -> None:
    candidate, run = row.candidate, row.run
    known = candidate.campaign is not None
    expected = expected_of(session.journal, run, candidate) if known else Expected({}, frozenset())
    try:
        look = view.glance(client, candidate.customer, candidate.campaign_id or "", expected.needed)
    except (OutcomeUnknown, TryAgain) as error:
        raise ServerUnusable.after(error) from None
    found.compared += 1
    if look.place is Whereabouts.GONE:
        found.gone.append(_told(row, "It is no longer on the server."))
    elif look.place is Whereabouts.UNKNOWN:
        found.unknown.append(_told(row, look.why))
    elif fields := expected.differing(dict(look.fields)):
        redact = client.redact
        words = (f"{name} is {quoted(redact(look.fields[name]))}, and {quoted(expected.values[name])} was sent"
                 for name in fields)  # fmt: skip
        found.edited.append(_told(row, f"Edited on the server: {'; '.join(words)}.", fields))
    elif hidden := expected.hidden(dict(look.fields)):
        found.unknown.append(_told(row, f"The server does not show {enumerated(hidden)}."))


def _told(row: _Row, message: str, fields: Sequence[str] = ()) -> Compared:
    return Compared(
        run=row.run.id,
        row=row.candidate.number,
        campaign_id=row.candidate.campaign_id or "",
        message=message,
        fields=tuple(fields),
    )
