"""What drop.toml says, as frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from importer.model import OnChange, OnExisting


class When(StrEnum):
    """After which files somebody is told."""

    FAILURE = "failure"
    ALWAYS = "always"


class OnPartial(StrEnum):
    """What is done with the good rows of a file that has wrong ones."""

    CREATE = "create"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Handling:
    """How the files of a folder are handled. What is None is as on the command line without the option.

    `default` maps parameters to texts, `column` the letters of columns to parameters. `settle` is in seconds. With
    `triggers`, suffixes such as .done, a file is taken when its trigger file is there, and only then.
    """

    patterns: tuple[str, ...]
    sheet: str | None
    default: Mapping[str, str]
    column: Mapping[str, str]
    encoding: str | None
    delimiter: str | None
    header_row: int | None
    no_header: bool | None
    skip_hidden: bool | None
    server: str | None
    workers: int | None
    rate: float | None
    disabled: bool | None
    marker: bool | None
    canary: int | None
    on_change: OnChange | None
    on_existing: OnExisting | None
    on_partial: OnPartial
    report: bool
    settle: float
    triggers: tuple[str, ...]


@dataclass(frozen=True)
class DropFolder:
    """A folder that files arrive in: its path, and its name in drop.toml ("" for the top)."""

    path: Path
    name: str
    handling: Handling


@dataclass(frozen=True)
class MailSettings:
    """The table [notify.mail]; `largest_attachment` is in MiB."""

    when: When
    host: str
    port: int
    security: str
    username: str | None
    password_file: Path | None
    sender: str
    recipients: tuple[str, ...]
    attach: bool
    largest_attachment: float


@dataclass(frozen=True)
class WebhookSettings:
    """The table [notify.webhook]; `timeout` is in seconds."""

    when: When
    url: str
    secret_file: Path | None
    timeout: float
    allow_http: bool


@dataclass(frozen=True)
class CommandSettings:
    """The table [notify.command]; `timeout` is in seconds."""

    when: When
    run: tuple[str, ...]
    timeout: float


@dataclass(frozen=True)
class Retention:
    """How long the journal's payloads and the files are kept; None: for ever."""

    payloads: timedelta | None
    files: timedelta | None


@dataclass(frozen=True)
class Drop:
    """All that drop.toml says. `folders` begins with the top one; `poll` is in seconds."""

    folders: tuple[DropFolder, ...]
    poll: float
    mail: MailSettings | None
    webhook: WebhookSettings | None
    command: CommandSettings | None
    heartbeat_file: Path | None
    heartbeat_url: str | None
    retention: Retention
