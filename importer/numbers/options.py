"""How numbers are to be read and judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from importer.model import Source
from importer.run_options import DEFAULTS, ReadingOptions

COMMAND = "numbers load"
"""What the journal calls a run that has numbers and no rows."""


BY_TIMEZONE = "timezone"
"""What a run says of rows that are split by the time zones of their numbers."""


class NumberType(StrEnum):
    """What kind of line a number is of."""

    FIXED = "fixed"
    MOBILE = "mobile"
    FIXED_OR_MOBILE = "fixed-or-mobile"
    VOIP = "voip"
    TOLL_FREE = "toll-free"
    PREMIUM = "premium"
    SHARED_COST = "shared-cost"
    PERSONAL = "personal"
    PAGER = "pager"
    COMPANY = "company"
    VOICEMAIL = "voicemail"


DIALLED = frozenset((NumberType.FIXED, NumberType.MOBILE, NumberType.FIXED_OR_MOBILE, NumberType.VOIP))
"""The types that are dialled unless the user names others."""


class ColumnUse(StrEnum):
    """What is loaded of a row that has several numbers."""

    FIRST = "first"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class NumberRules:
    """Which numbers may be loaded.

    `country` is that of national numbers, by its code of two letters, "" if it is not known. `types` are the types that
    may be dialled; `allowed_countries` those that may be besides `country` where they share its calling code.
    `unknown_ranges` allows numbers that are not in the numbering plan, `letters` numbers such as 0800 FLOWERS.
    `strip_prefix` are digits that are taken off where a number is valid only without them.
    """

    country: str = ""
    types: frozenset[NumberType] = DIALLED
    allowed_countries: frozenset[str] = frozenset()
    unknown_ranges: bool = False
    letters: bool = False
    strip_prefix: str = ""


@dataclass(frozen=True, kw_only=True)
class NumberCells:
    """The cells of a sheet of campaigns that have telephone numbers in them, each for the campaign of its row.

    `source` is the table as it was read for its campaigns, `position` the column with the numbers, from 0, and
    `reading` how the file is read.
    """

    source: Source
    position: int
    reading: ReadingOptions = DEFAULTS


@dataclass(frozen=True, kw_only=True)
class ListOptions:
    """How lists of numbers are read.

    `columns` are the headings or letters of the columns with numbers, in the order of preference; none: found by their
    headings. `use` says what is taken of a row with several numbers. `status_column` is the heading or letter of the
    column with their statuses, OWN_COLUMN if there is none; None: found by its heading. `sheets` are the sheets of a
    workbook to read (none: the one with numbers), `sheets_of` those of single files, `all_sheets` says that all visible
    ones are. A list that is `among_several` may be a text file, for which the names of sheets do not matter.
    `cells_of` are files that are sheets of campaigns, with numbers in their cells. `follows_names` says that the cells
    of such a sheet may name files beside it: not where strangers write sheets.
    """

    reading: ReadingOptions = DEFAULTS
    columns: tuple[str, ...] = ()
    use: ColumnUse = ColumnUse.FIRST
    status_column: str | None = None
    sheets: tuple[str, ...] = ()
    all_sheets: bool = False
    among_several: bool = False
    sheets_of: Mapping[Path, tuple[str, ...]] = field(default_factory=dict)
    cells_of: Mapping[Path, NumberCells] = field(default_factory=dict)
    follows_names: bool = True


@dataclass(frozen=True)
class DncFile:
    """A do-not-call list: its file, and the country of its national numbers ("": that of the numbers)."""

    path: Path
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class DncOptions:
    """The do-not-call lists, and what is accepted of them.

    A list from before `oldest` is refused. `skip_unreadable` goes on if lines cannot be read, `may_be_empty` if a list
    has no lines.
    """

    files: tuple[DncFile, ...] = ()
    oldest: datetime | None = None
    skip_unreadable: bool = False
    may_be_empty: bool = False


@dataclass(frozen=True, kw_only=True)
class LeadFile:
    """An export of an old dialler whose leads are loaded, and the profile for it: its name, its path or "auto"."""

    path: Path
    profile: str
    reading: ReadingOptions = DEFAULTS


@dataclass(frozen=True, kw_only=True)
class SplitOptions:
    """How rows are split by time zone.

    `time_groups` are the IDs of time groups by zones, or by several zones in the order of their names with + between
    them. `strictest` says that numbers which may be in several zones are loaded, with the time group of all of these;
    else they are held.
    """

    time_groups: Mapping[str, str]
    strictest: bool = False


@dataclass(frozen=True, kw_only=True)
class NumberOptions:
    """Everything that a check of numbers is asked for.

    `leads` says which of the lists, if any, is the export of an old dialler, whose leads are read. `split` says how the
    rows of the sheet are split by time zone (None: not at all). `listing` is the file for the numbers that would not be
    loaded, or with `every_number` for all.
    """

    rules: NumberRules = field(default_factory=NumberRules)
    lists: ListOptions = field(default_factory=ListOptions)
    dnc: DncOptions = field(default_factory=DncOptions)
    leads: LeadFile | None = None
    split: SplitOptions | None = None
    listing: Path | None = None
    every_number: bool = False
