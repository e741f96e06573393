"""What passes between the stages: frozen dataclasses and enumerations, no input or output."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


class Status(StrEnum):
    """Where a row stands. The journal stores these words and the results sheet shows them."""

    INVALID = "invalid"
    """The sheet's data are wrong; never sent."""
    VALID = "valid"
    """Passed our check; the server has not seen it."""
    REJECTED = "rejected"
    """The server said no to the dry run or to the create."""
    READY = "ready"
    """The server's dry run said yes."""
    SENDING = "sending"
    """The intention to create is on disk; no answer yet."""
    CREATED = "created"
    """Created; the ID is known, or reported as unknown where the answer held none."""
    EXISTS = "exists"
    """Created by an earlier run; not sent again."""
    FAILED = "failed"
    """Proven not created, tries used up."""
    IN_DOUBT = "in_doubt"
    """Sent, and nobody can say yet whether it was created."""


class ExitCode(IntEnum):
    """What the process tells whoever started it."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    NOTHING_SENT = 3
    SOME_WRONG = 4
    IN_DOUBT = 5
    CONFIGURATION = 6
    UNREACHABLE = 7
    LOCKED = 8
    INTERRUPTED = 130
    TERMINATED = 143


class Severity(StrEnum):
    """Whether a problem keeps a row from being sent."""

    ERROR = "error"
    WARNING = "warning"


class Secret:
    """A text that no printing, logging or traceback shows."""

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text, for the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        return "<hidden>"


@dataclass(frozen=True)
class Problem:
    """Something the user should know about a cell, a row (`column` is None) or a file (`row` is None).

    `column` is the heading as the user wrote it, `cell` the place as the user's program names it (`Campaigns!F17`),
    `found` the text that is there.
    """

    message: str
    severity: Severity = Severity.ERROR
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    found: str | None = None


@dataclass(frozen=True)
class Row:
    """One row of the user's sheet on its way through a run.

    `number` is the row's number in the sheet, `cells` its texts in the order of the sheet's columns, `campaign` the
    parameters as they are sent (empty for a row that is not valid).
    """

    number: int
    cells: tuple[str, ...]
    campaign: Mapping[str, str]
    fingerprint: str
    status: Status


@dataclass(frozen=True)
class Outcome:
    """What became of a row: its new status, and what the server or we have to say about it.

    `campaign_id` is the ID on the server, `code`, `key` and `message` are those of the server's answer.
    """

    status: Status
    campaign_id: str | None = None
    code: str = ""
    key: str = ""
    message: str = ""


@dataclass(frozen=True)
class RowResult:
    """One line of the results: the user's cells and what happened to them."""

    number: int
    cells: tuple[str, ...]
    outcome: Outcome
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Source:
    """The table that a run was made from.

    `path` is the file, `sheet` its sheet (None for text files), `headings` the headings as the user wrote them, in
    order, `digest` the SHA-256 of the file's bytes, `encoding` that of a text file.
    """

    path: str
    sheet: str | None
    headings: tuple[str, ...]
    digest: str = ""
    encoding: str | None = None


@dataclass(frozen=True)
class Columns:
    """Where the parameters of a table come from.

    `positions` maps parameters to columns of the file, counted from 0; `defaults` maps parameters that the file
    lacks to the text that every row gets; `kept` are the columns that the results show; `warnings` is what the user
    should know about the headings.
    """

    source: Source
    positions: Mapping[str, int]
    defaults: Mapping[str, str]
    kept: tuple[int, ...]
    warnings: tuple[Problem, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """The user's headings that the results show, in their order."""
        return tuple(self.source.headings[position] for position in self.kept)

    def heading(self, parameter: str) -> str:
        """Return the heading under which a parameter stands in the user's sheet, or its own name."""
        position = self.positions.get(parameter)
        return parameter if position is None else self.source.headings[position]

    def cell(self, parameter: str, row: int) -> str | None:
        """Return the place of a parameter's cell as the user's program names it, such as Campaigns!F17."""
        position = self.positions.get(parameter)
        return None if position is None else place(self.source, position, row)


def place(source: Source, position: int, row: int) -> str:
    """Return the place of a cell, such as Campaigns!F17, or F17 in a text file; columns count from 0."""
    # Imported late: every command imports this module, and few of them name a cell.
    from xlsxwriter.utility import xl_col_to_name

    address = f"{xl_col_to_name(position)}{row}"
    return f"{source.sheet}!{address}" if source.sheet else address


@dataclass(frozen=True)
class Run:
    """One file on its way to one server, as the journal knows it."""

    id: str
    started: datetime
    command: str
    source: Source
    server: str = ""
    account: str = ""
    disabled: bool = False
    marker: bool = False


@dataclass(frozen=True)
class Report:
    """What a command did with one file; the exit code follows from it.

    `counts` holds the rows by status, `problems` the first of them, `problem_count` how many errors there are in all.
    `nothing_sent` says that no campaign was to be created at all (a check alone).
    """

    source: Source
    counts: Mapping[Status, int]
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    warning_count: int = 0
    run: str | None = None
    results: str | None = None
    notes: tuple[str, ...] = ()
    stopped: ExitCode | None = None
    stop_message: str = ""
    check_only: bool = False
    dials_at_once: int = 0
    calls_at_once: int = 0
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return sum(self.counts.values())

    def count(self, *statuses: Status) -> int:
        """Return how many rows have one of these statuses."""
        return sum(self.counts.get(status, 0) for status in statuses)

    @property
    def exit_code(self) -> ExitCode:
        """The exit code: in doubt before what stopped the run, before what is wrong with rows."""
        wrong = self.count(Status.INVALID, Status.REJECTED, Status.FAILED)
        if self.stopped is not None:
            return self.stopped
        if self.count(Status.IN_DOUBT, Status.SENDING):
            return ExitCode.IN_DOUBT
        if wrong and (self.check_only or wrong == self.rows):
            return ExitCode.NOTHING_SENT
        return ExitCode.SOME_WRONG if wrong else ExitCode.DONE
