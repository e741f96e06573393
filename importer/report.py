"""What a command did with one file, and the exit code that follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from importer.errors import ImporterError
from importer.model import ExitCode, Problem, Source, Status


@dataclass(frozen=True)
class Report:
    """What a command did with one file; the exit code follows from it.

    `counts` holds the rows by status, `errors` and `warnings` the first problems of each kind, `error_count` and
    `warning_count` how many there are in all, `notes` what else the user should know. `stopped` is what kept the
    command from coming to its end. `check_only` says that the command never creates anything. `dialling` is how many
    campaigns will dial at once if the ready rows are created, `calls` how many concurrent calls that is at most.
    """

    source: Source
    counts: Mapping[Status, int]
    errors: tuple[Problem, ...] = ()
    error_count: int = 0
    warnings: tuple[Problem, ...] = ()
    warning_count: int = 0
    run: str = ""
    results: str | None = None
    notes: tuple[str, ...] = ()
    stopped: ImporterError | None = None
    check_only: bool = False
    dialling: int = 0
    calls: int = 0

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return sum(self.counts.values())

    def count(self, *statuses: Status) -> int:
        """Return how many rows have one of these statuses."""
        return sum(self.counts.get(status, 0) for status in statuses)

    @property
    def exit_code(self) -> ExitCode:
        """The exit code: what stopped the command, else rows in doubt, else rows that are wrong."""
        if self.stopped is not None:
            return self.stopped.exit_code
        if self.count(Status.IN_DOUBT, Status.SENDING):
            return ExitCode.IN_DOUBT
        wrong = self.count(Status.INVALID, Status.REJECTED)
        if wrong and (self.check_only or wrong == self.rows):
            return ExitCode.NOTHING_SENT
        return ExitCode.SOME_WRONG if wrong or self.count(Status.FAILED) else ExitCode.DONE
