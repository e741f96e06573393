"""A user's options: how a file is read, what its run does, how requests are sent, and which files are written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from importer.errors import LimitExceeded
from importer.model import OnChange, OnExisting, counted
from schemas.headings import parameter_of

MEBIBYTE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class ReadingOptions:
    """How to read a file; options that are None are detected.

    `sheet` is the name of a sheet of a workbook, or its position from 1; `sheet_option` is the option that names it,
    for messages, "" if there is none.
    `header_row` is the number of the row with the headings, `no_header` says that there is none. `skip_hidden` leaves
    out rows that are hidden or filtered out. `max_rows` and `max_file_size` (bytes) limit the file, `max_unpacked`
    (bytes) limits what a workbook may decompress to, `memory` (bytes) and `seconds` limit the process that reads a
    workbook: the seconds are the time without progress. `heading_of` returns the parameter that a heading means, or
    None. `other_sheets` and `other_columns` are names of sheets and headings, in lower case, that hold something else:
    such a sheet is read only if it is named.
    """

    sheet: str | None = None
    sheet_option: str = "--sheet"
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    no_header: bool = False
    skip_hidden: bool = False
    max_rows: int = 2_000_000
    max_file_size: int = 500 * MEBIBYTE
    max_unpacked: int = 2_000 * MEBIBYTE
    memory: int = 1_000 * MEBIBYTE
    seconds: float = 20.0
    heading_of: Callable[[str], str | None] = parameter_of
    other_sheets: frozenset[str] = frozenset()
    other_columns: frozenset[str] = frozenset()


DEFAULTS = ReadingOptions()


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """The options for reading a file and creating its run.

    `reading` says how the file is read, `defaults` gives the values for columns that the file lacks, as do
    `standing_defaults`, which are meant for every file: there is no warning if a file has the column. `placed` says
    which parameter is in which column, counted from 0, regardless of its heading. `disabled` creates campaigns with
    enabled 0, `require_timegroup` refuses enabled rows without a time group, `profile` says how the export of an old
    dialler is translated (None: it is a table of campaigns), `answers` adds what only a person knows. `marker` appends
    a token to descriptions, `on_change` says what to do with rows that were edited since they were created,
    `on_existing` with those that the server's list already shows. `notes` is what the user should know besides,
    `beside` are the runs of other sheets of the same workbook. `awaits_numbers` says that telephone numbers are read
    for its campaigns, which are not created before, `with_leads` that those of the export of an old dialler are.
    `split` says by what each row is split into campaigns, "" if it is one campaign.
    """

    defaults: Mapping[str, str] = field(default_factory=dict)
    standing_defaults: Mapping[str, str] = field(default_factory=dict)
    disabled: bool = False
    require_timegroup: bool = False
    marker: bool = False
    reading: ReadingOptions = DEFAULTS
    placed: Mapping[int, str] = field(default_factory=dict)
    on_change: OnChange = OnChange.REPORT
    profile: str | None = None
    answers: Path | None = None
    on_existing: OnExisting = OnExisting.REPORT
    notes: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    awaits_numbers: bool = False
    with_leads: bool = False
    split: str = ""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many campaigns one command may create (`new`), and switch on (`dialling`), and their concurrent calls.

    `calls` is about the sum of `maximum` of the campaigns that start dialling. None: any number.
    """

    new: int | None = None
    dialling: int | None = None
    calls: int | None = None

    def check(self, *, new: int, dialling: int, calls: int, done: str = "created", tables: int = 1) -> None:
        """Raise LimitExceeded if a command would start more than is allowed.

        `done` is what it does to campaigns, `tables` the number of files and sheets that they come from.
        """
        asked = {
            "new": (new, self.new, f"{counted(new, 'campaign')} would be {done}"),
            "dialling": (dialling, self.dialling, f"{counted(dialling, 'campaign')} would start dialling"),
            "calls": (calls, self.calls, f"up to {counted(calls, 'call')} at a time would be made"),
        }
        beyond = {
            name: (number, limit, what) for name, (number, limit, what) in asked.items() if _exceeds(number, limit)
        }
        if beyond:
            found = "; ".join(f"{what}, and --max-{name} is {limit:,}" for name, (_, limit, what) in beyond.items())
            together = f"from {tables} tables together, " if tables > 1 else ""
            raise LimitExceeded(
                f"Nothing was {done}: {together}{found}. Check whether the file is the right one.",
                {name: number for name, (number, _, _) in beyond.items()},
            )


def _exceeds(number: int, limit: int | None) -> bool:
    return limit is not None and number > limit


@dataclass(frozen=True, kw_only=True)
class SendOptions:
    """How requests are sent: workers, requests a second (None: no limit), when to give up, and how long to wait.

    `settle_wait` is the number of seconds between the two checks for a row in doubt; `canary` the number of campaigns
    that are created and read back before the others; `limits` says how much may be started at all.
    """

    workers: int = 4
    rate: float | None = None
    max_errors: int = 10
    max_error_share: float = 0.5
    settle_wait: float | None = None
    canary: int = 0
    limits: Limits = Limits()


@dataclass(frozen=True, kw_only=True)
class OutputOptions:
    """The files that a user gets back: the results (None: beside the input), and a report page (None: none).

    `rejects` names a file for only the rows that need attention (None: none). Up to `largest_copy` rows, the results of
    a workbook are a copy of it; above that, a plain workbook. With `every_number`, the file of telephone numbers has
    those that were loaded as well.
    """

    results: Path | None = None
    page: Path | None = None
    largest_copy: int = 100_000
    rejects: Path | None = None
    every_number: bool = False

    @property
    def names_a_file(self) -> bool:
        """Whether a file is named for the results, the rejects or the page."""
        return any((self.results, self.rejects, self.page))
