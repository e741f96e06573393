"""The errors, by what the caller must do about them; each with its problem code in the catalogue.

ImporterError                    a sentence for the user, its entry in the catalogue, and an exit code
├── RowRefused                   give up on this row: the server refused its data (400, 403, 404)
├── TryAgain                     the server did not accept the request: it may be sent again
│   ├── NotReached               no connection was made
│   └── Throttled                429, or 503 with Retry-After
├── OutcomeUnknown               it may have been carried out: check before anything else is done to the row
│   ├── NoApiHere                a web server answered, but not as the API does
│   └── TooLarge                 413: the request is longer than the server accepts
└── StopRun                      no further request makes sense
    ├── AccessRefused            401, 402: credentials or role
    ├── WrongSettings            an option, a variable, a settings file, the journal or the server's address
    ├── FileRefused              the input cannot be read as a table of campaigns
    │   └── HeadingsUnclear      only a person can say what some of its headings mean
    ├── ResultsLost              the work is done, and its results cannot be written anywhere
    ├── LimitExceeded            more would be created or dial than a limit allows
    ├── ServerUnusable           unreachable, or too many failures in a row
    ├── Locked                   another run is in progress
    └── Interrupted              Ctrl-C, or the system asked us to stop
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from importer.model import NEEDS_A_PERSON, ExitCode, Status
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    from importer.model import Attempt, RowResult

UNDONE: Mapping[Status, ProblemCode] = {
    Status.FAILED: ProblemCode.NOT_CREATED,
    Status.SENDING: ProblemCode.DOUBTFUL,
    Status.IN_DOUBT: ProblemCode.DOUBTFUL,
    Status.CHANGED: ProblemCode.EDITED,
}
"""The problem of a row with this status; the outcome's message says why."""


def needs_a_person(row: "RowResult") -> bool:
    """Say whether a row is wrong, failed, in doubt or changed, or is ready but not sent because the server has it."""
    held = row.outcome.status is Status.READY and any(one.problem_code == ProblemCode.ON_SERVER for one in row.problems)
    return held or row.outcome.status in NEEDS_A_PERSON


class ImporterError(Exception):
    """An error that is shown to the user as a sentence, with its exit code.

    `problem_code` is the kind of problem; without it, that of the class. WrongSettings, WrongUsage and FileRefused have
    many kinds and always get one. `attempts` are the requests of the call that raised the error.
    """

    exit_code = ExitCode.UNEXPECTED
    problem_code = ProblemCode.BUG

    def __init__(self, message: str, problem_code: ProblemCode | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.problem_code = problem_code or self.problem_code
        self.attempts: tuple[Attempt, ...] = ()


class RowRefused(ImporterError):
    """The server refused this row; the others may be fine. `refusals` are its reasons, as (key, message)."""

    exit_code = ExitCode.SOME_WRONG
    problem_code = ProblemCode.REFUSED

    def __init__(self, message: str, code: str, key: str = "", refusals: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.key = key
        self.refusals = refusals or ((key, message),)


class TryAgain(ImporterError):
    """The failure proves that the server did not accept the request."""

    exit_code = ExitCode.UNREACHABLE
    problem_code = ProblemCode.NOT_CREATED


class NotReached(TryAgain):
    """No connection was made: nothing has left this machine."""

    problem_code = ProblemCode.UNREACHABLE


class Throttled(TryAgain):
    """The server asked us to wait; `retry_after` is the number of seconds it named, if any."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OutcomeUnknown(ImporterError):
    """The request was sent, but no response shows its outcome."""

    exit_code = ExitCode.IN_DOUBT
    problem_code = ProblemCode.DOUBTFUL


class NoApiHere(OutcomeUnknown):
    """The response is a web server's, such as a 404 page, or not one of the function: asking again does not help."""

    problem_code = ProblemCode.NO_API


class TooLarge(OutcomeUnknown):
    """The request is longer than the server, or a proxy in front of it, accepts: a shorter one may help."""


class StopRun(ImporterError):
    """No further request makes sense until a person has done something."""


class AccessRefused(StopRun):
    """The server refused the credentials (`code` 401) or the account's role (402), or a proxy refused its login."""

    exit_code = ExitCode.CONFIGURATION

    def __init__(self, message: str, code: str, *, by_proxy: bool = False) -> None:
        super().__init__(message, ProblemCode.ROLE if code == "402" else ProblemCode.CREDENTIALS)
        self.code = code
        self.by_proxy = by_proxy


class WrongSettings(StopRun):
    """A setting, the journal or the server's address is wrong."""

    exit_code = ExitCode.CONFIGURATION


class WrongUsage(StopRun):
    """The command line asks for something impossible."""

    exit_code = ExitCode.USAGE


class FileRefused(StopRun):
    """The input file cannot be read as a table of campaigns."""

    exit_code = ExitCode.USAGE


class HeadingsUnclear(FileRefused):
    """Some headings resemble names of fields, and nothing else is wrong; `meant` has the field that each may mean."""

    def __init__(self, message: str, meant: Mapping[str, str]) -> None:
        super().__init__(message, ProblemCode.WRONG_HEADINGS)
        self.meant = meant


class ResultsLost(StopRun):
    """The results cannot be written. What was done with the rows is kept in the journal."""

    exit_code = ExitCode.CONFIGURATION
    problem_code = ProblemCode.OUTPUT


class LimitExceeded(StopRun):
    """More campaigns would be created, or more would dial, than a limit allows; nothing was sent.

    `needed` has the limits, by the names of their options without --max-, that would allow it.
    """

    exit_code = ExitCode.NOTHING_SENT
    problem_code = ProblemCode.LIMIT

    def __init__(self, message: str, needed: Mapping[str, int]) -> None:
        super().__init__(message)
        self.needed = needed


class ServerUnusable(StopRun):
    """The server cannot be reached, or fails so often that continuing would do harm."""

    exit_code = ExitCode.UNREACHABLE
    problem_code = ProblemCode.SERVER_FAILS

    @classmethod
    def after(cls, error: TryAgain | OutcomeUnknown, words: str = "") -> "ServerUnusable":
        """Return the error that stops a command whose question the server does not answer, with `words` in front."""
        knows_why = isinstance(error, NotReached | NoApiHere)
        return cls(f"{words} {error.message}".strip(), error.problem_code if knows_why else cls.problem_code)


class Locked(StopRun):
    """Another run has the lock, or another program has the journal."""

    exit_code = ExitCode.LOCKED
    problem_code = ProblemCode.LOCKED


class Interrupted(StopRun):
    """The user (SIGINT) or the system (SIGTERM) asked us to stop."""

    exit_code = ExitCode.INTERRUPTED
    problem_code = ProblemCode.INTERRUPTED


class Terminated(Interrupted):
    """The system asked us to stop."""

    exit_code = ExitCode.TERMINATED
