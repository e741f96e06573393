"""What a user may say: how a file is read, what its run is to do, how requests are sent, and what comes back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from importer.model import OnChange, OnExisting
from schemas.headings import parameter_of

MEBIBYTE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class ReadingOptions:
    """How to read a file; what is None is found out from the file.

    `sheet` names a sheet of a workbook, or gives its position from 1.
    `header_row` is the number of the row that holds the headings, `no_header` says that there is none. `skip_hidden`
    leaves out rows that are hidden or filtered out. `max_rows` and `max_file_size` (bytes) bound the file,
    `max_unpacked` (bytes) what a workbook may unpack to, `memory` (bytes) and `seconds` the process that reads a
    workbook: the seconds are those that it may be silent. `heading_of` knows the headings: it returns what one means,
    or None.
    """

    sheet: str | None = None
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


DEFAULTS = ReadingOptions()


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """What a user asks for when a file is read and its run is made.

    `reading` says how the file is to be read, `defaults` gives the text for columns that the file lacks, as do
    `standing_defaults`, which are meant for every file: one that has the column is not warned of. `placed` says
    which parameter stands in which column, counted from 0, whatever its heading. `disabled` creates with enabled 0,
    `require_timegroup` refuses enabled rows without a time group,
    `profile` says how the export of an old dialler is translated (None: it is a table of campaigns), `answers` what
    only a person knows of it. `marker` appends a token to descriptions, `on_change` says what becomes of rows that
    are edited since they were created, `on_existing` of those that the server's list shows already.
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


@dataclass(frozen=True, kw_only=True)
class SendOptions:
    """How requests are sent: workers, requests a second (None: no cap), when to give up, and for how long to wait.

    `settle_wait` is the number of seconds between the two looks for a row in doubt; `canary` the number of campaigns
    that are created and read back before the others.
    """

    workers: int = 4
    rate: float | None = None
    max_errors: int = 10
    max_error_share: float = 0.5
    settle_wait: float | None = None
    canary: int = 0


@dataclass(frozen=True, kw_only=True)
class OutputOptions:
    """What a user gets back: the results (None: beside the input), a page to look at (None: none).

    `rejects` names a file for only the rows that need somebody (None: none). Up to `largest_copy` rows the results of a
    workbook are a copy of it, beyond that a plain one.
    """

    results: Path | None = None
    page: Path | None = None
    largest_copy: int = 100_000
    rejects: Path | None = None
