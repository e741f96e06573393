"""The values of options, group by group as `options` declares them; each command joins those of its groups.

What is None was given nowhere and has no default. Sizes of files and of memory are in MiB, times in seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from click.core import ParameterSource

from importer.cli.settings import Setting

Origin = Setting | ParameterSource
Origins = Mapping[str, Origin]
"""Where the values of options and arguments come from, by the names of their parameters."""


@dataclass(frozen=True, kw_only=True)
class Values:
    """What every command has: where the values of its options and arguments come from, and the log for its faults.

    `key_origins` has, for options that are merged key by key, where each of their texts comes from.
    """

    origins: Origins
    key_origins: Mapping[str, Origins] = field(default_factory=dict)
    debug: Path | None


@dataclass(frozen=True, kw_only=True)
class ShowingValues(Values):
    """What is shown, and how."""

    json: bool
    quiet: bool
    verbose: bool
    no_color: bool


@dataclass(frozen=True, kw_only=True)
class CommonValues(ShowingValues):
    """What every command takes that reads settings files."""

    config: Path | None


@dataclass(frozen=True, kw_only=True)
class FileValues(CommonValues):
    """How a file is to be read, whatever its columns hold."""

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


@dataclass(frozen=True, kw_only=True)
class JournalValues(CommonValues):
    """Where the journal is."""

    journal: Path | None


@dataclass(frozen=True, kw_only=True)
class LogValues(CommonValues):
    """The log of what happens to rows."""

    log: Path | None
    anonymise: bool


@dataclass(frozen=True, kw_only=True)
class AccountValues(CommonValues):
    """Which account on which server."""

    server: str | None
    url: str | None
    username: str | None


@dataclass(frozen=True, kw_only=True)
class ConnectionValues(AccountValues, JournalValues):
    """How a server is spoken to; beside the journal it is remembered which passwords it has refused."""

    ca_bundle: Path | None
    allow_http: bool
    timeout: float


@dataclass(frozen=True, kw_only=True)
class CredentialValues(ConnectionValues):
    """The server, and the password for it."""

    password_file: Path | None


@dataclass(frozen=True, kw_only=True)
class ServerValues(CredentialValues, LogValues):
    """The server, and how requests are sent to it."""

    workers: int
    rate: float | None
    max_errors: int
    max_error_share: float
    settle_wait: float | None


@dataclass(frozen=True, kw_only=True)
class ResultsValues(CommonValues):
    """What is handed back, and where."""

    results: Path | None
    rejects: Path | None
    report: Path | None
    copy_up_to: int
