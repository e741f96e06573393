"""The values of options about telephone numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from importer.cli.values.common import CommonValues
from importer.cli.values.output import ResultsValues
from importer.cli.values.reading import FileValues
from importer.cli.values.server import ServerValues


@dataclass(frozen=True, kw_only=True)
class RuleValues(CommonValues):
    """Which numbers may be loaded; lists are as they were typed."""

    number_columns: str | None
    column_use: str
    status_column: str | None
    country: str | None
    allow_countries: str | None
    number_types: str
    unknown_ranges: str
    letters: bool
    strip_prefix: str | None
    dnc: tuple[str, ...]
    dnc_max_age: datetime | timedelta
    dnc_skip_unreadable: bool
    dnc_may_be_empty: bool


@dataclass(frozen=True, kw_only=True)
class LoadingValues(CommonValues):
    """How numbers are loaded into campaigns; `accept_refused` is in percent."""

    number_format: str | None
    number_status: str
    batch: int
    not_again: datetime | timedelta | None
    duplicates: str
    accept_refused: float | None


@dataclass(frozen=True, kw_only=True)
class KeepingValues(CommonValues):
    """What becomes of numbers once they are loaded."""

    keep_numbers: timedelta


@dataclass(frozen=True, kw_only=True)
class ListValues(RuleValues, LoadingValues):
    """How lists of numbers become those of campaigns."""

    all_numbers: bool
    split: str | None
    ambiguous_zone: str
    timezones: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SheetNumbersValues(ListValues):
    """Lists of numbers for the campaigns of a sheet."""

    numbers: tuple[Path, ...]
    numbers_sheet: tuple[str, ...]
    with_leads: bool


@dataclass(frozen=True, kw_only=True)
class NumbersValues(FileValues, RuleValues, LoadingValues, KeepingValues, ServerValues):
    """What `numbers` takes; `what` are files, a run or numbers, `listing` is where numbers are written."""

    action: str
    what: tuple[Path, ...]
    profile: str | None
    all_sheets: bool
    campaign: str | None
    split: str | None
    switch_off: bool
    while_dialling: bool
    yes: bool
    listing: Path | None
    all_numbers: bool


@dataclass(frozen=True, kw_only=True)
class ContinuingValues(KeepingValues, ServerValues, ResultsValues):
    """What is done with the numbers of a run that is applied."""

    all_numbers: bool
