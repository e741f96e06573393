"""The values of options that say how a file is read, and what its rows become."""

from dataclasses import dataclass
from pathlib import Path

from importer.cli.values.common import CommonValues


@dataclass(frozen=True, kw_only=True)
class FileValues(CommonValues):
    """How a file is to be read, independent of what its columns mean."""

    sheet: tuple[str, ...]
    encoding: str | None
    delimiter: str | None
    header_row: int | None
    no_header: bool
    skip_hidden: bool
    max_rows: int
    max_file_size: int
    reader_memory: int
    reader_seconds: float


@dataclass(frozen=True, kw_only=True)
class FormValues(FileValues):
    """How a table of campaigns is to be read; `headings` are as they were typed, TEXT=FIELD."""

    headings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReadingValues(FormValues):
    """How a file is to be read and understood; `column` and `default` are as they were typed, KEY=VALUE."""

    profile: str | None
    answers: Path | None
    column: tuple[str, ...]
    default: tuple[str, ...]
    require_timegroup: bool


@dataclass(frozen=True, kw_only=True)
class MakingValues(ReadingValues):
    """What is to become of the rows of a file."""

    disabled: bool
    marker: bool
    on_change: str
    on_existing: str | None
