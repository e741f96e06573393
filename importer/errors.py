"""The errors, by what the caller must do about them; each with the kind of problem it is in the catalogue.

ImporterError                    a sentence for the user, its entry in the catalogue, and an exit code
├── RowRefused                   give up on this row: the server's no (400, 403, 404) is about its data
├── TryAgain                     the server did not take the request: it may be sent again
│   ├── NotReached               no connection was made
│   └── Throttled                429, or 503 with Retry-After
├── OutcomeUnknown               it may have been carried out: look before anything else is done to the row
└── StopRun                      no further request makes sense
    ├── AccessRefused            401, 402: credentials or role
    ├── WrongSettings            an option, a variable, a file of settings, the journal or the server's address
    ├── FileRefused              the input cannot be read as a table of campaigns
    ├── ResultsLost              the work is done, and its results cannot be written anywhere
    ├── ServerUnusable           unreachable, or too many failures in a row
    ├── Locked                   another run is at work
    └── Interrupted              Ctrl-C, or the system asked us to end
"""

from collections.abc import Mapping

from importer.model import NEEDS_A_PERSON, Attempt, ExitCode, RowResult, Status
from schemas.problem_codes import ProblemCode

UNDONE: Mapping[Status, ProblemCode] = {
    Status.FAILED: ProblemCode.NOT_CREATED,
    Status.SENDING: ProblemCode.DOUBTFUL,
    Status.IN_DOUBT: ProblemCode.DOUBTFUL,
    Status.CHANGED: ProblemCode.EDITED,
}
"""The problem that a row has by its status alone; the outcome's message says why."""


def needs_a_person(row: RowResult) -> bool:
    """Say whether a row is wrong, failed, in doubt or changed, or ready and not sent because the server has it."""
    held = row.outcome.status is Status.READY and any(one.problem_code == ProblemCode.ON_SERVER for one in row.problems)
    return held or row.outcome.status in NEEDS_A_PERSON


class ImporterError(Exception):
    """An error that is told to the user in one sentence, with the exit code that goes with it.

    `problem_code` is the kind of problem; without it, that of the class. WrongSettings, WrongUsage and FileRefused are
    of many kinds and are always given one. `attempts` are the requests of the call that has raised the error.
    """

    exit_code = ExitCode.UNEXPECTED
    problem_code = ProblemCode.BUG

    def __init__(self, message: str, problem_code: ProblemCode | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.problem_code = problem_code or self.problem_code
        self.attempts: tuple[Attempt, ...] = ()


class RowRefused(ImporterError):
    """The server refused this row; the others may be fine. `refusals` are its reasons, as (key, words)."""

    exit_code = ExitCode.SOME_WRONG
    problem_code = ProblemCode.REFUSED

    def __init__(self, message: str, code: str, key: str = "", refusals: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.key = key
        self.refusals = refusals or ((key, message),)


class TryAgain(ImporterError):
    """The failure proves that the server did not take the request."""

    exit_code = ExitCode.UNREACHABLE
    problem_code = ProblemCode.NOT_CREATED


class NotReached(TryAgain):
    """No connection was made: nothing has left this machine."""

    problem_code = ProblemCode.UNREACHABLE


class Throttled(TryAgain):
    """The server asks for patience; `retry_after` is the number of seconds it named, if any."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OutcomeUnknown(ImporterError):
    """The request left and no answer tells what became of it."""

    exit_code = ExitCode.IN_DOUBT
    problem_code = ProblemCode.DOUBTFUL


class NoApiHere(OutcomeUnknown):
    """The answer is a web server's, such as its 404 page, or not what the function gives: asking again is no use."""

    problem_code = ProblemCode.NO_API


class StopRun(ImporterError):
    """No further request makes sense until a person has done something."""


class AccessRefused(StopRun):
    """The server refused the credentials (`code` 401) or the account's role (402); or a proxy, its own credentials."""

    exit_code = ExitCode.CONFIGURATION

    def __init__(self, message: str, code: str, *, by_proxy: bool = False) -> None:
        super().__init__(message, ProblemCode.ROLE if code == "402" else ProblemCode.CREDENTIALS)
        self.code = code
        self.by_proxy = by_proxy


class WrongSettings(StopRun):
    """A setting, the journal or the server's address is wrong."""

    exit_code = ExitCode.CONFIGURATION


class WrongUsage(StopRun):
    """The command line asks for something that cannot be."""

    exit_code = ExitCode.USAGE


class FileRefused(StopRun):
    """The input file cannot be read as a table of campaigns."""

    exit_code = ExitCode.USAGE


class ResultsLost(StopRun):
    """The results cannot be written. What was done with the rows stands, and the journal knows it."""

    exit_code = ExitCode.CONFIGURATION
    problem_code = ProblemCode.OUTPUT


class ServerUnusable(StopRun):
    """The server cannot be reached, or fails so often that going on would do harm."""

    exit_code = ExitCode.UNREACHABLE
    problem_code = ProblemCode.SERVER_FAILS


class Locked(StopRun):
    """Another run holds the lock, or another program the journal."""

    exit_code = ExitCode.LOCKED
    problem_code = ProblemCode.LOCKED


class Interrupted(StopRun):
    """The user (SIGINT) or the system (SIGTERM) asked us to end."""

    exit_code = ExitCode.INTERRUPTED
    problem_code = ProblemCode.INTERRUPTED


class Terminated(Interrupted):
    """The system asked us to end."""

    exit_code = ExitCode.TERMINATED
