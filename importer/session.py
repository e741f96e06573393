"""The session of a command: everything it uses while it holds the lock of a journal and a server."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from importer import delivery, enswitch
from importer.errors import Locked, StopRun, WrongSettings, WrongUsage
from importer.journal import Journal, only_run
from importer.model import UNOBSERVED, Observer, Run
from importer.results import Stopwatch
from importer.run_options import SendOptions
from importer.shutdown import Stop, gently
from schemas.problem_codes import ProblemCode

log = logging.getLogger(__name__)

JOURNAL_TROUBLE = (Locked, WrongSettings)
"""The errors of a journal that cannot be written; waiting for it again would take just as long."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """What a command uses while it holds the lock: the journal, the workers' connections, the circuit breaker.

    The stopwatch is notified of progress, and passes it on to the observer that shows it.
    """

    journal: Journal
    server: enswitch.Server
    worker_pool: enswitch.WorkerPool
    circuit_breaker: enswitch.CircuitBreaker
    send_options: SendOptions
    stopwatch: Stopwatch
    command: str

    @property
    def settle_wait(self) -> float:
        """After how many seconds a request that was not answered has been carried out, if it ever is."""
        wait = self.send_options.settle_wait
        return self.server.timeout if wait is None else wait


@contextmanager
def open_session(
    server: enswitch.Server,
    journal: Path,
    send_options: SendOptions = SendOptions(),
    observer: Observer = UNOBSERVED,
    command: str = "import",
    stop: Stop | None = None,
) -> Iterator[Session]:
    """Open the journal, take the lock and make the connections; close everything at the end.

    `command` describes the work in the journal and to other processes that find the lock taken; `stop` requests its
    end. Rows that another process left in the middle of a create become in doubt. Raises Locked if another process is
    at work, WrongSettings if the journal or the address cannot be used, AccessRefused if the server has just refused
    the password.
    """
    stop = stop or Stop()
    with ExitStack() as stack:
        identity = server.identity
        book = stack.enter_context(Journal(journal))
        stack.enter_context(only_run(journal, identity, command))
        book.runs.discard_unfinished(identity)
        book.doubts.recover_interrupted(identity, server.username)
        refusals = enswitch.Refusals(journal, identity, server.username)
        refusals.check(server.hashed_password)
        rate_limiter = enswitch.RateLimiter(send_options.rate, sleep=stop.sleep, check=stop.check)

        def refused() -> None:
            stop.halt()  # at once: the other workers would be refused, too, while this is recorded
            refusals.remember(server.hashed_password)

        worker_pool = enswitch.WorkerPool(
            send_options.workers, lambda: enswitch.Client(server, rate_limiter, sleep=stop.sleep, refused=refused), stop
        )
        stack.callback(worker_pool.close)
        log.debug("Journal %s opened for %s on %s", journal, server.username, identity)
        log.debug("%s", send_options)
        circuit_breaker = enswitch.CircuitBreaker(send_options.max_errors, send_options.max_error_share)
        yield Session(
            journal=book,
            server=server,
            worker_pool=worker_pool,
            circuit_breaker=circuit_breaker,
            send_options=send_options,
            stopwatch=Stopwatch(observer),
            command=command,
        )


def run_for(session: Session, run_id: str) -> Run:
    """Return a run for the session's server and account. Raises WrongUsage for other runs and pruned ones."""
    run = run_here(session, run_id)
    if run.pruned:
        message = f"The contents of run {run_id} were removed by `prune`. Import its file again."
        raise WrongUsage(message, ProblemCode.PRUNED)
    return run


def run_here(session: Session, run_id: str) -> Run:
    """Return a run for the session's server and account, also a pruned one. Raises WrongUsage for other runs."""
    run = session.journal.runs.get(run_id)
    here = (session.server.identity, session.server.username)
    if (run.server, run.account) != here:
        raise WrongUsage(
            f"Run {run_id} was planned for {run.account} on {run.server}, not for {here[1]} on {here[0]}. "
            "Apply it there, or plan the file again for this server.",
            ProblemCode.OTHER_SERVER,
        )
    return run


def context_for(session: Session, run: Run) -> delivery.RunContext:
    """Return what the stages of a run need: the parts of the session."""
    return delivery.RunContext(
        run=run,
        journal=session.journal,
        worker_pool=session.worker_pool,
        circuit_breaker=session.circuit_breaker,
        observer=session.stopwatch,
    )


def until_stopped(session: Session, work: Callable[[], None]) -> StopRun | None:
    """Do some work until it is done or a person asks to stop it; return the error that stopped it, if any."""
    try:
        with gently(session.worker_pool.stop):
            try:
                work()
            except StopRun as error:
                # Received responses are on disk before rows are counted: else a report contradicts its own results.
                if not isinstance(error, JOURNAL_TROUBLE):
                    with suppress(StopRun):
                        session.journal.flush()
                raise
    except StopRun as error:
        log.debug("Stopped: %s: %s", type(error).__name__, error.message)
        return error
    finally:
        # The cause that ended this run does not concern the next one.
        session.worker_pool.stop.begin()
    return None
