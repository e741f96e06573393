"""What passes between the stages: frozen dataclasses and enumerations, no input or output."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol


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
    """Created by an earlier run, which was not checked on the server; not sent again."""
    CHANGED = "changed"
    """Created by an earlier run with other values; not created again, and updated only if that is wanted."""
    UPDATED = "updated"
    """Created by an earlier run; the server holds the new values now."""
    FAILED = "failed"
    """Proven not created, tries used up."""
    IN_DOUBT = "in_doubt"
    """Sent, and nobody can say yet whether it was created."""


WRONG = frozenset((Status.INVALID, Status.REJECTED, Status.FAILED, Status.SENDING, Status.IN_DOUBT))
"""What a row is for which something went wrong."""

NEEDS_A_PERSON = WRONG | {Status.CHANGED}
"""What a row is that was not sent, or not for certain, and that a person has to look at."""


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

    @classmethod
    def worst(cls, codes: "Iterable[ExitCode]") -> "ExitCode":
        """Return the code for several files: what stopped the work, else doubt, else what is wrong with rows."""
        given = set(codes)
        if cls.NOTHING_SENT in given and len(given) > 1:
            given = given - {cls.NOTHING_SENT, cls.DONE} | {cls.SOME_WRONG}
        order = (
            cls.TERMINATED,
            cls.INTERRUPTED,
            cls.LOCKED,
            cls.CONFIGURATION,
            cls.UNREACHABLE,
            cls.UNEXPECTED,
            cls.USAGE,
            cls.IN_DOUBT,
            cls.SOME_WRONG,
            cls.NOTHING_SENT,
            cls.DONE,
        )
        return next((code for code in order if code in given), cls.DONE)


class OnChange(StrEnum):
    """What becomes of a row that was edited since a campaign of its name and customer was created."""

    CREATE = "create"
    """It is another campaign."""
    REPORT = "report"
    """It is told, and not sent."""
    UPDATE = "update"
    """The campaign gets the new values."""


class OnExisting(StrEnum):
    """What becomes of a row whose campaign the server's list shows before anything was sent."""

    REPORT = "report"
    """It is told, and not sent."""
    CREATE = "create"
    """It makes another campaign."""


class Severity(StrEnum):
    """Whether a problem keeps a row from being sent."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    """How the file was understood; about no cell."""


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
    `found` the text that is there, `problem_code` the code of the kind of problem in the catalogue
    (`schemas.problem_codes`), such as E102; notes have none.
    """

    message: str
    severity: Severity = Severity.ERROR
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    found: str | None = None
    problem_code: str = ""

    @property
    def where(self) -> str:
        """The place in the user's words: the cell, else the row, else the column; "" for the file as a whole."""
        return self.cell or (f"row {self.row}" if self.row else self.column or "")


@dataclass(frozen=True)
class Group:
    """The same problem in many cells: how many there are, and the first few of them, at least one."""

    count: int
    first: tuple[Problem, ...]
    alike: bool
    """Whether all of them have one message; else that of the first is an example."""


@dataclass(frozen=True)
class Row:
    """One row of the user's sheet on its way through a run.

    `number` is the row's number in the sheet, `cells` its texts in the order of the sheet's columns, `campaign` the
    parameters as they are sent (empty for a row that is not valid), `campaign_id` the ID on the server once known.
    `former_fingerprints` are what earlier versions would have given to the row, each with whether they read other
    values in its cells; `named_id` is the ID that a results file has for the row. `there` are the campaigns that the
    server's list shows and that are like the row, as a text.
    """

    number: int
    cells: tuple[str, ...]
    campaign: Mapping[str, str]
    fingerprint: str
    status: Status
    campaign_id: str | None = None
    former_fingerprints: Mapping[str, bool] = field(default_factory=dict)
    named_id: str = ""
    there: str = ""


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
    problems: tuple[Problem, ...] = ()
    """What the server objects to, each with its cell: told beside what our own check found."""


@dataclass(frozen=True)
class Event:
    """Something that happened to a row: it reached a status, or an attempt failed and another will follow (None).

    `stage` is "check", "dry run", "create" or "settle", `attempt` counts the requests of that stage for the row from
    1 (0: none was sent), `seconds` is how long this one took. `answer` is the server's code, or the kind of failure.
    """

    run: str
    row: int
    stage: str
    status: Status | None
    attempt: int = 0
    seconds: float = 0.0
    campaign_id: str | None = None
    answer: str = ""
    key: str = ""
    message: str = ""


@dataclass(frozen=True)
class MigratedCampaign:
    """A campaign of an old dialler: its row in the results, or why it was skipped (then `row` is None).

    `campaign` and `name` are those of the old system, `place` is where its export has it. `translated`, `assumed` and
    `lost` are sentences, a line each.
    """

    row: int | None
    campaign: str
    name: str
    place: str
    translated: str = ""
    assumed: str = ""
    lost: str = ""
    skipped: str = ""


@dataclass(frozen=True)
class MigrationReport:
    """What became of the campaigns of an old dialler, whose name is `system`."""

    system: str
    campaigns: tuple[MigratedCampaign, ...]


@dataclass(frozen=True)
class Timing:
    """How long a stage took, from `began` on (seconds since the command began), and how its rows came in.

    `rate_limiter` counts the rows that were done in each of equal slices of its time.
    """

    stage: str
    rows: int
    began: float
    seconds: float
    rate_limiter: tuple[int, ...] = ()


@dataclass(frozen=True)
class RowResult:
    """One line of the results: the user's cells and what happened to them."""

    number: int
    cells: tuple[str, ...]
    outcome: Outcome
    problems: tuple[Problem, ...] = ()

    @property
    def message(self) -> str:
        """All that there is to say about the row: what is wrong with its cells, and what the server said."""
        sentences = (f"{one.cell}: {one.message}" if one.cell else one.message for one in self.problems)
        return " ".join(filter(None, (*sentences, self.outcome.message)))


@dataclass(frozen=True)
class Source:
    """The table that a run was made from.

    `path` is the file, `sheet` its sheet (None for text files), `headings` the headings as the user wrote them, in
    order, `digest` the SHA-256 of the file's bytes, `kind` what the file is ("xlsx", "text"). `header_row` is the
    row of the headings (0: there is none), `places` the column of the file, from 0, of each heading. `text` is how a
    text file is written.
    """

    path: str
    sheet: str | None
    headings: tuple[str, ...]
    digest: str = ""
    encoding: str | None = None
    kind: str = ""
    header_row: int = 0
    places: tuple[int, ...] = ()
    text: "TextForm | None" = None


@dataclass(frozen=True)
class TextForm:
    """How a text file is written, so that its results can be written in the same way.

    `quoting` is "doubled", "backslash", "backslash_quote", "single" or "none"; `first_line` comes before all rows
    (`sep=;`).
    """

    delimiter: str
    quoting: str = "doubled"
    first_line: str = ""
    newline: str = "\r\n"


@dataclass(frozen=True)
class Columns:
    """Where the parameters of a table come from.

    `positions` maps parameters to columns of the file, counted from 0; `defaults` maps parameters that the file
    lacks to the text that every row gets; `kept` are the columns that the results show; `warnings` is what the user
    should know about the headings; `campaign_id` is the column of a results file that has the campaigns' IDs.
    """

    source: Source
    positions: Mapping[str, int]
    defaults: Mapping[str, str]
    kept: tuple[int, ...]
    warnings: tuple[Problem, ...] = ()
    campaign_id: int | None = None

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


def column_letters(number: int) -> str:
    """Return the letters of a column, counted from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(reference: str) -> int:
    """Return the number, from 1, of the column that a reference such as AB12 names; 0 where it names none."""
    number = 0
    for letter in reference:
        if not letter.isalpha() or not letter.isascii():
            return number
        number = number * 26 + ord(letter.upper()) - 64
    return number


def place(source: Source, position: int, row: int) -> str:
    """Return the place of a cell, such as Campaigns!F17, or F17 in a text file; columns count from 0."""
    address = f"{column_letters(position + 1)}{row}"
    return f"{source.sheet}!{address}" if source.sheet else address


READING = 2
"""The number of the way in which cells are read now, as runs keep it; those of version 0.1.0 have none."""


@dataclass(frozen=True)
class Run:
    """One file on its way to one server, as the journal knows it.

    `server` is the server's host and port, which tell it apart, `url` the address that was given. `positions` maps
    the parameters that the file has to their columns, from 0. `results` is where its newest results were written.
    `on_change` says what becomes of rows that are edited since they were created, `on_existing` of those that the
    server's list shows already, `pruned` that its contents are removed. `migration` is there for the export of an old
    dialler, and holds the campaigns that were skipped.
    """

    id: str
    started: datetime
    command: str
    source: Source
    server: str = ""
    url: str = ""
    account: str = ""
    disabled: bool = False
    marker: bool = False
    positions: Mapping[str, int] = field(default_factory=dict)
    results: str | None = None
    on_change: OnChange = OnChange.REPORT
    pruned: bool = False
    migration: MigrationReport | None = None
    on_existing: OnExisting = OnExisting.REPORT


class Observer(Protocol):
    """Hears how the work goes on, to show it, time it or log it; called from several threads."""

    def stage(self, message: str, rows: int | None) -> None:
        """A stage begins; `rows` is how many rows it has, None if that is not known."""

    def row(self, event: Event) -> None:
        """Something has happened to a row."""

    def note(self, message: str) -> None:
        """There is something that the user should know before anything is sent."""
