"""The keys of drop.toml, one line a key: the checker and the documentation are made from this table."""

# ruff: noqa: E501 -- one line a key

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from importer.drop.config.value_types import (
    ADDRESS,
    AGE,
    ANY_TEXT,
    DELIMITER,
    ENCODING,
    FLAG,
    LETTERS,
    MAIL_ADDRESS,
    MAIL_ADDRESSES,
    PATTERNS,
    POSITIVE_SECONDS,
    RATE,
    SECONDS,
    SHEET,
    SIZE,
    SUFFIXES,
    TEXT,
    TEXTS,
    InvalidValue,
    ValueType,
    one_of,
    whole,
)
from schemas.headings import OWN_COLUMN, misspelt
from schemas.parameters import BY_NAME

EACH = "*"
"""The last part of the name of a key whose table holds entries with names of the user's choice."""


@dataclass(frozen=True)
class Key:
    """A key: its dotted name, the kind of its value, its default, and what it means.

    A `default` of None is told in the words `otherwise`. `named` is the kind of the names of the entries, for a key
    that ends in a star. A `needed` key must be there where its table is.
    """

    name: str
    kind: ValueType
    default: Any
    meaning: str
    otherwise: str = ""
    named: ValueType | None = None
    needed: bool = False

    @property
    def usage(self) -> str:
        """How the key is written, with an example of a value."""
        entry = f"{self.named.example}" if self.named else ""
        return f"{self.name.removesuffix(EACH)}{entry} = {self.kind.example}"


def _parameter(value: Any) -> str:
    if value in BY_NAME:
        return str(value)
    likely = misspelt(value) if isinstance(value, str) else None
    raise InvalidValue(f"is no column of a campaign. Did you mean {likely}?" if likely else "")


def _parameter_or_own(value: Any) -> str:
    return OWN_COLUMN if value == OWN_COLUMN else _parameter(value)


PARAMETER = ValueType('a column of a campaign, or "-"', '"dnumber"', _parameter_or_own)
PARAMETER_NAME = ValueType("a column of a campaign", "dtype", _parameter)
WHEN = one_of("failure", "always")

_AS_EVER = "as `campaign-importer.toml` says"
_FOUND_OUT = "found out"
_NONE = "none"

# fmt: off
PER_FILE: tuple[Key, ...] = (
    Key("patterns", PATTERNS, ("*.xlsx", "*.xlsm", "*.xlsb", "*.xls", "*.ods", "*.csv", "*.tsv", "*.txt"), "Which names are taken; capitals and small letters are the same."),
    Key("sheet", SHEET, None, "The sheet to read.", _FOUND_OUT),
    Key("default.*", ANY_TEXT, None, "The text of a column that the sheet lacks, for every row.", _NONE, PARAMETER_NAME),
    Key("column.*", PARAMETER, None, "What a column holds, whatever its heading; \"-\" for one of your own.", _NONE, LETTERS),
    Key("encoding", ENCODING, None, "Of text files. Set it where a sender's files are refused because their words do not tell.", _FOUND_OUT),
    Key("delimiter", DELIMITER, None, "Between the fields of text files.", _FOUND_OUT),
    Key("header_row", whole(1), None, "The row that holds the headings.", _FOUND_OUT),
    Key("no_header", FLAG, None, "The files have no headings; say what the columns hold with `column`.", _AS_EVER),
    Key("skip_hidden", FLAG, None, "Leave out rows that are hidden or filtered out.", _AS_EVER),
    Key("server", TEXT, None, "The name of a section `[servers.NAME]` in `campaign-importer.toml`.", _AS_EVER),
    Key("workers", whole(1, 256), None, "How many requests are sent at once.", _AS_EVER),
    Key("rate", RATE, None, "At most so many requests a second.", _AS_EVER),
    Key("disabled", FLAG, None, "Create all campaigns with enabled 0.", _AS_EVER),
    Key("marker", FLAG, None, "Append a token to descriptions, so that lost rows are found for certain.", _AS_EVER),
    Key("canary", whole(0), None, "Create so many campaigns first, read them back, and go on only if they are right.", _AS_EVER),
    Key("on_change", one_of("report", "create", "update"), None, "What is done with a row whose campaign was created earlier with other values.", _AS_EVER),
    Key("on_existing", one_of("report", "create"), None, "What is done with a row whose campaign the server has already, though the journal does not know of it.", _AS_EVER),
    Key("on_partial", one_of("create", "nothing"), "create", "What is done with the good rows of a file that has wrong ones."),
    Key("report", FLAG, False, "Write a page to look at, too."),
    Key("settle.seconds", SECONDS, 10.0, "A file is taken when it has not changed for so long."),
    Key("trigger.suffixes", SUFFIXES, (), "With `[trigger]`, a file is taken when `file.xlsx.done` or `file.done` is there, and only then.", "no `[trigger]`: none; else `[\".done\", \".ok\"]`"),
)
"""What may also stand in a table [folder."NAME"]."""

FOR_ALL: tuple[Key, ...] = (
    Key("poll", POSITIVE_SECONDS, 10.0, "With `--watch`: how often the folders are looked at, whatever the system tells."),
    Key("notify.mail.when", WHEN, "failure", "Send an e-mail about each file, or only where something went wrong."),
    Key("notify.mail.host", TEXT, None, "The mail server.", needed=True),
    Key("notify.mail.port", whole(1, 65535), None, "Its port.", "`587`; with tls `465`, with none `25`"),
    Key("notify.mail.security", one_of("starttls", "tls", "none"), "starttls", "How the connection is encrypted."),
    Key("notify.mail.username", TEXT, None, "The user name there.", _NONE),
    Key("notify.mail.password_file", TEXT, None, "A file whose first line is the password.", "the variable `CAMPAIGN_IMPORTER_MAIL_PASSWORD`"),
    Key("notify.mail.from", MAIL_ADDRESS, None, "The sender's address.", needed=True),
    Key("notify.mail.to", MAIL_ADDRESSES, None, "The addresses of those who are told.", needed=True),
    Key("notify.mail.attach", FLAG, True, "Attach the results."),
    Key("notify.mail.largest_attachment", SIZE, 10.0, "MiB; of larger results the e-mail says where they are."),
    Key("notify.webhook.when", WHEN, "failure", "Send a JSON document about each file, or only where something went wrong."),
    Key("notify.webhook.url", ADDRESS, None, "Where it is sent.", needed=True),
    Key("notify.webhook.secret_file", TEXT, None, "A file whose first line is the secret that signs it.", "the variable `CAMPAIGN_IMPORTER_WEBHOOK_SECRET`"),
    Key("notify.webhook.timeout", POSITIVE_SECONDS, 30.0, "How long an answer is waited for, in seconds."),
    Key("notify.webhook.allow_http", FLAG, False, "Send it unencrypted to another machine."),
    Key("notify.command.when", WHEN, "failure", "Run a command about each file, or only where something went wrong."),
    Key("notify.command.run", TEXTS, None, "The program and its arguments; it gets the JSON document on standard input.", needed=True),
    Key("notify.command.timeout", POSITIVE_SECONDS, 60.0, "After so many seconds it is ended."),
    Key("heartbeat.file", TEXT, None, "A file that is written after each pass.", _NONE),
    Key("heartbeat.url", ADDRESS, None, "An address that is asked for after each pass.", _NONE),
    Key("retention.payloads", AGE, None, "How long the journal keeps what was sent.", "for ever"),
    Key("retention.files", AGE, None, "How long files that were put away are kept.", "for ever"),
)
"""What stands once, at the top."""
# fmt: on


def by_name(keys: Iterable[Key]) -> Mapping[str, Key]:
    """Return keys by their names."""
    return {key.name: key for key in keys}
