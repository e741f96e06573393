"""The values of options that say which server is spoken to, and how."""

from dataclasses import dataclass
from pathlib import Path

from importer.cli.values.common import CommonValues, JournalValues
from importer.cli.values.output import LogValues


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
class DiallingLimitValues(CommonValues):
    """How much may start dialling."""

    max_dialling: int | None
    max_calls: int | None


@dataclass(frozen=True, kw_only=True)
class LimitValues(DiallingLimitValues):
    """How much may be created, and start dialling."""

    max_new: int | None


@dataclass(frozen=True, kw_only=True)
class ServerValues(CredentialValues, LogValues):
    """The server, and how requests are sent to it."""

    workers: int
    rate: float | None
    max_errors: int
    max_error_share: float
    settle_wait: float | None
