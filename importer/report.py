"""What a command did with one file, and the exit code that follows from it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from importer.errors import UNDONE, ImporterError
from importer.model import (
    UNDO_LEAVES,
    EditedRow,
    ExitCode,
    Group,
    MigrationReport,
    NumberCounts,
    NumberLoad,
    OnChange,
    Problem,
    Severity,
    Source,
    Status,
    Timing,
    sheet_row,
)

_STUCK = frozenset(problem_code.value for problem_code in UNDONE.values())
"""The codes of rows that failed, are in doubt or were edited: they have no problem of their own."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a command did with one file; the exit code follows from it.

    `counts` are the rows by status, `errors` and `warnings` the first problems of each kind, `error_count` and
    `warning_count` their totals, `notes` what else the user should know. `stopped` is the error that stopped the
    command before it finished. `check_only` says that the command never creates anything. `dialling` is the number of
    campaigns that will dial immediately if an apply creates what it would send, `calls` the maximum number of their
    concurrent calls; `held_dialling` and `held_calls` are the same for the rows that it would not send.
    `to_update` is the number of campaigns that an apply would update, `left` how many it should have updated but has
    not; `updates_dialling` and `update_calls` are how many of these may then dial, and their concurrent calls.
    `on_change` says what to do with rows that were edited since their campaigns were created.
    `existing` is the number of ready rows that the server's list already shows, `held` how many of them an apply would
    not send. `migration` is set for the export of an old dialler. `groups` are all problems, errors first, with the
    same mistake in many cells as one group. `timings` says how long each stage took. `results`, `rejects` and `page`
    are the files with the results, the rows that need attention and the report page. `server`, `account`, `command` and
    `started` say what was run. `edits` are the first rows that were edited since their campaigns were created, if the
    former values are known. `sheets` are the reports that this one sums up, if it is about several sheets of a file,
    each of which has a run; then `run` is "". `loads` are the campaigns that got telephone numbers, `loads_code` is the
    exit code for these, `listing` the file with the numbers that were not loaded, `number_counts` how many there are of
    each kind. `numbers_settled` says that nothing was left to do about them before the command.
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
    sheets: "tuple[Report, ...]" = ()
    loads: tuple[NumberLoad, ...] = ()
    loads_code: ExitCode = ExitCode.DONE
    listing: str | None = None
    number_counts: tuple[NumberCounts, ...] = ()
    numbers_settled: bool = False

    @property
    def runs(self) -> "tuple[Report, ...]":
        """The reports with a run: those of the sheets, or this one."""
        return self.sheets or (self,)

    @property
    def rows(self) -> int:
        """The number of rows in the file."""
        return sum(self.counts.values())

    def count(self, *statuses: Status) -> int:
        """Return how many rows have one of these statuses."""
        return sum(self.counts.get(status, 0) for status in statuses)

    def problem_count(self, severity: Severity) -> int:
        """Return how many problems of a severity there are, with rows that failed, are in doubt or were edited."""
        stuck = (group for group in self.groups if group.first[0].problem_code in _STUCK)
        more = sum(group.count for group in stuck if group.first[0].severity is severity)
        return {Severity.ERROR: self.error_count, Severity.WARNING: self.warning_count}.get(severity, 0) + more

    @property
    def if_agreed(self) -> "Report":
        """The report after a person has agreed to create what the server already has, too."""
        dialling, calls = self.dialling + self.held_dialling, self.calls + self.held_calls
        return replace(self, dialling=dialling, calls=calls, held=0, held_dialling=0, held_calls=0)

    def noting(self, *notes: str) -> "Report":
        """Return the report with more notes."""
        return replace(self, notes=(*self.notes, *notes))

    def also_stopped(self, error: ImporterError) -> "Report":
        """Return the report with another error that stopped the command; the less serious one becomes a note."""
        if self.stopped is None:
            return replace(self, stopped=error)
        worst = ExitCode.worst((self.stopped.exit_code, error.exit_code))
        first, second = (self.stopped, error) if worst is self.stopped.exit_code else (error, self.stopped)
        return replace(self, stopped=first).noting(second.message)

    @property
    def exit_code(self) -> ExitCode:
        """The exit code: that of the error that stopped the command, else for rows in doubt, else for wrong rows."""
        if self.stopped is not None:
            return self.stopped.exit_code
        return ExitCode.worst((self._rows_code, self.loads_code)) if self.loads_code else self._rows_code

    @property
    def _rows_code(self) -> ExitCode:
        if self.count(Status.IN_DOUBT, Status.SENDING, Status.DELETING):
            return ExitCode.IN_DOUBT
        wrong = self.count(Status.INVALID, Status.REJECTED)
        if wrong and (self.check_only or wrong == self.rows):
            return ExitCode.NOTHING_SENT
        kept = self.count(*UNDO_LEAVES)
        left = self.count(Status.FAILED, Status.CHANGED) - (self.to_update - self.left) + self.held + kept
        return ExitCode.SOME_WRONG if wrong or left > 0 else ExitCode.DONE


def of_sheets(reports: Sequence[Report]) -> Report:
    """Return one report with what those of the sheets of a file say together; every place in it names its sheet.

    That of a single sheet is returned as it is.
    """
    if len(reports) == 1:
        return reports[0]
    first = reports[0]
    together = replace(
        first,
        source=replace(first.source, sheet=", ".join(report.source.sheet or "" for report in reports)),
        counts=dict(sum((Counter(report.counts) for report in reports), Counter())),
        errors=_problems(reports, lambda report: report.errors),
        error_count=sum(report.error_count for report in reports),
        warnings=_problems(reports, lambda report: report.warnings),
        warning_count=sum(report.warning_count for report in reports),
        run="",
        notes=tuple(dict.fromkeys(chain.from_iterable(report.notes for report in reports))),
        stopped=None,
        groups=_groups(reports),
        timings=tuple(_timings(reports)),
        number_counts=_number_counts(reports),
        edits=tuple(chain.from_iterable(report.edits for report in reports)),
        sheets=tuple(reports),
        **{name: sum(getattr(report, name) for report in reports) for name in _ADDED_UP},
    )
    for report in reports:
        together = together.also_stopped(report.stopped) if report.stopped else together
    return together


_ADDED_UP = (
    *("dialling", "calls", "held_dialling", "held_calls", "to_update", "left", "updates_dialling", "update_calls"),
    *("existing", "held"),
)
"""The numbers of a report, besides those of its rows and problems."""


def _problems(reports: Iterable[Report], which: Callable[[Report], Sequence[Problem]]) -> tuple[Problem, ...]:
    return tuple(on_its_sheet(problem, report) for report in reports for problem in which(report))


def _groups(reports: Iterable[Report]) -> tuple[Group, ...]:
    """Return the groups of all sheets, errors first, with the sheet in each place."""
    found = [
        replace(group, first=tuple(on_its_sheet(problem, report) for problem in group.first))
        for report in reports
        for group in report.groups
    ]
    return tuple(sorted(found, key=lambda group: group.first[0].severity is not Severity.ERROR))


def on_its_sheet(problem: Problem, report: Report) -> Problem:
    """Return a problem whose place names the sheet: of a row, as spreadsheet programs name a whole row."""
    if problem.cell or not problem.row:
        return problem
    return replace(problem, cell=f"{report.source.sheet}!{sheet_row(problem.row)}:{sheet_row(problem.row)}")


def _number_counts(reports: Iterable[Report]) -> tuple[NumberCounts, ...]:
    """Return how many telephone numbers of all sheets there are of each kind."""
    together: dict[str, Counter[str]] = {}
    for one in chain.from_iterable(report.number_counts for report in reports):
        together.setdefault(one.title, Counter()).update(one.counts)
    return tuple(NumberCounts(title, dict(counts)) for title, counts in together.items())


def _timings(reports: Iterable[Report]) -> Iterator[Timing]:
    """Yield the stages of all sheets, one sheet after another, each with the name of its sheet."""
    began = 0.0
    for report in reports:
        sheet = f", sheet {report.source.sheet}"
        for timing in report.timings:
            stage = timing.stage if timing.stage.endswith(sheet) else timing.stage + sheet
            yield replace(timing, stage=stage, began=began + timing.began)
        began += max((timing.began + timing.seconds for timing in report.timings), default=0.0)
