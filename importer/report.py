"""What a command did with one file, and the exit code that follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from importer.errors import ImporterError
from importer.model import EditedRow, ExitCode, Group, MigrationReport, OnChange, Problem, Source, Status, Timing


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a command did with one file; the exit code follows from it.

    `counts` holds the rows by status, `errors` and `warnings` the first problems of each kind, `error_count` and
    `warning_count` how many there are in all, `notes` what else the user should know. `stopped` is what kept the
    command from coming to its end. `check_only` says that the command never creates anything. `dialling` is how many
    campaigns will dial at once if an apply creates what it would send, `calls` how many concurrent calls that is at
    most; `held_dialling` and `held_calls` are those of the rows that it would not send.
    `to_update` is how many campaigns an apply would give other values, `left` how many it should have and has not;
    `updates_dialling` and `update_calls` are how many of these may dial then, and with how many concurrent calls.
    `on_change` is what becomes of rows that were edited since their campaigns were created.
    `existing` is how many ready rows the server's list shows already, `held` how many of them an apply would not send.
    `migration` is there for the export of an old dialler. `groups` are all problems, errors first, the same mistake
    in many cells as one. `timings` is how long each stage took. `results`, `rejects` and `page` are where the results,
    the rows that need somebody and the page to look at are. `server`, `account`, `command` and `started` say what was
    run. `edits` are the first rows that were edited since their campaigns were created, where the former values are
    known.
    """

    source: Source
    counts: Mapping[Status, int]
    errors: tuple[Problem, ...] = ()
    error_count: int = 0
    warnings: tuple[Problem, ...] = ()
    warning_count: int = 0
    run: str = ""
    results: str | None = None
    rejects: str | None = None
    page: str | None = None
    notes: tuple[str, ...] = ()
    stopped: ImporterError | None = None
    check_only: bool = False
    dialling: int = 0
    calls: int = 0
    held_dialling: int = 0
    held_calls: int = 0
    to_update: int = 0
    left: int = 0
    updates_dialling: int = 0
    update_calls: int = 0
    on_change: OnChange = OnChange.REPORT
    migration: MigrationReport | None = None
    groups: tuple[Group, ...] = ()
    timings: tuple[Timing, ...] = ()
    server: str = ""
    account: str = ""
    command: str = ""
    started: datetime | None = None
    existing: int = 0
    held: int = 0
    edits: tuple[EditedRow, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return sum(self.counts.values())

    def count(self, *statuses: Status) -> int:
        """Return how many rows have one of these statuses."""
        return sum(self.counts.get(status, 0) for status in statuses)

    @property
    def if_agreed(self) -> "Report":
        """The report as it is once a person has agreed to create what the server has already, too."""
        dialling, calls = self.dialling + self.held_dialling, self.calls + self.held_calls
        return replace(self, dialling=dialling, calls=calls, held=0, held_dialling=0, held_calls=0)

    def also_stopped(self, error: ImporterError) -> "Report":
        """Return the report with one more reason why the command did not come to its end; the lesser is a note."""
        if self.stopped is None:
            return replace(self, stopped=error)
        worst = ExitCode.worst((self.stopped.exit_code, error.exit_code))
        first, second = (self.stopped, error) if worst is self.stopped.exit_code else (error, self.stopped)
        return replace(self, stopped=first, notes=(*self.notes, second.message))

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
        left = self.count(Status.FAILED, Status.CHANGED) - (self.to_update - self.left) + self.held
        return ExitCode.SOME_WRONG if wrong or left > 0 else ExitCode.DONE
