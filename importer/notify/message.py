"""What is reported about a file, and the channels that send it: frozen dataclasses, no input or output."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from importer.model import Secret, counted

MEBIBYTE = 1024 * 1024


class Tally(StrEnum):
    """What became of a row, in the words that follow a number in a subject line, in this order."""

    CREATED = "created"
    UPDATED = "updated"
    EARLIER = "created earlier"
    NEED_FIXING = "need fixing"
    FAILED = "failed"
    EDITED = "edited"
    IN_DOUBT = "in doubt"
    NOT_SENT = "not sent"


def tallied(tallies: Mapping[Tally, int]) -> str:
    """Return rows by what became of them in words: 1,952 created, 1 needs fixing."""
    words = (f"{tallies[tally]:,} {_fitting(tally, tallies[tally])}" for tally in Tally if tallies.get(tally))
    return ", ".join(words) or "no rows"


def _fitting(tally: Tally, number: int) -> str:
    return "needs fixing" if tally is Tally.NEED_FIXING and number == 1 else tally.value


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of problem as an e-mail lists it: its code, its column ("" for none), its first cells, and its message.

    `more` is how many cells follow those named. The message is an `example` if the messages of the kind differ.
    """

    severity: str
    code: str
    column: str
    cells: tuple[str, ...]
    more: int
    message: str
    example: bool = False


@dataclass(frozen=True)
class Content:
    """What an e-mail says about one file, in reading order.

    `title` names the file, or the folder where no file is meant; `outcome` is the first sentence. `tallies` are the
    rows by what became of them; `brief` is used instead if the file has none. `in_results` is what to do in
    the results once they are open ("" for nothing), `to_do` are further sentences. `more_kinds` is how many kinds
    of problems are not listed, or how many at least. `places` are files by what they are called, as paths, and `facts`
    are what comes last, by name.
    """

    title: str
    outcome: str
    tallies: Mapping[Tally, int] = field(default_factory=dict)
    brief: str = ""
    in_results: str = ""
    to_do: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    more_kinds: int = 0
    at_least: bool = False
    notes: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def subject(self) -> str:
        """The outcome in a few words: night.xlsx: 1,952 created, 48 need fixing."""
        return f"{self.title}: {self.brief or tallied(self.tallies)}"


@dataclass(frozen=True, kw_only=True)
class Message:
    """What happened to one file in one run.

    `key` is unique for the run and the file: a channel sends one message per key. `content` is for people, `summary`
    the JSON document of the run, for programs. `failed` says that something went wrong. `attachments` are the results,
    and the report page if there is one.
    """

    key: str
    content: Content
    summary: Mapping[str, Any]
    failed: bool
    attachments: tuple[Path, ...] = ()

    @property
    def subject(self) -> str:
        """What the message is about, in a few words."""
        return self.content.subject

    def moved(self, moves: Mapping[str, str]) -> "Message":
        """Return the same message with current paths: `moves` maps old paths to new ones."""
        places = tuple((name, moves.get(path, path)) for name, path in self.content.places)
        attachments = tuple(Path(moves.get(str(path), path)) for path in self.attachments)
        return replace(self, content=replace(self.content, places=places), attachments=attachments)


def subject(messages: Sequence[Message]) -> str:
    """Return what a delivery is about, in a few words; rows of several files are added up."""
    if len(messages) == 1:
        return messages[0].subject
    sums: Counter[Tally] = Counter()
    for message in messages:
        sums.update(message.content.tallies)
    others = sum(not message.content.tallies and message.failed for message in messages)
    parts = [*([tallied(sums)] if sums else []), *([f"{counted(others, 'file')} not imported"] if others else [])]
    return f"{counted(len(messages), 'file')}: {', '.join(parts) or 'nothing to do'}"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail server, a sender and recipients.

    `security` "starttls" encrypts after the greeting, "tls" from the first byte, "none" never: that is for this
    machine, and for others with `allow_plain`. `timeout` is in seconds, per step. `ca_bundle` names a file with
    the certificates to trust instead of the system's. At most `largest_attachment` MiB are attached to one e-mail; it
    says where the other files are (0: nothing is ever attached). With `digest`, one e-mail has all messages of a pass.
    """

    host: str
    sender: str
    recipients: tuple[str, ...]
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: Secret | None = None
    timeout: float = 30.0
    ca_bundle: str | None = None
    largest_attachment: float = 10.0
    allow_plain: bool = False
    digest: bool = False


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """An address that receives the summary as JSON, signed with `secret` if there is one.

    The address itself may be secret and is never shown. `timeout` is in seconds; http is for this machine, and for
    others with `allow_http`. `ca_bundle` is as in Mail.
    """

    url: str = field(repr=False)
    secret: Secret | None = None
    timeout: float = 10.0
    allow_http: bool = False
    ca_bundle: str | None = None


@dataclass(frozen=True, kw_only=True)
class Command:
    """A program and its arguments, started without a shell; it may take `timeout` seconds.

    It reads the summary as JSON on its standard input. What it writes to standard output is discarded.
    """

    arguments: tuple[str, ...]
    timeout: float = 60.0


@dataclass(frozen=True)
class Channel:
    """A way to notify people, its name (under which its deliveries are remembered), and when it is used."""

    name: str
    way: Mail | Webhook | Command
    when: Literal["failure", "always"] = "failure"

    @property
    def digest(self) -> bool:
        """Whether all messages of a pass are sent together."""
        return isinstance(self.way, Mail) and self.way.digest

    def wants(self, message: Message) -> bool:
        """Whether the message is for this channel."""
        return message.failed or self.when == "always"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One message, or several in a digest, on the way to one channel: the same at every attempt.

    `id` identifies this delivery; `put` is when the (first) message came into the outbox. `copies` maps attachments to
    where copies of them should be.
    """

    id: str
    messages: tuple[Message, ...]
    put: datetime
    copies: Mapping[Path, Path] = field(default_factory=dict)

    @property
    def summary(self) -> Mapping[str, Any]:
        """The document of the only message, for channels without a digest."""
        (message,) = self.messages
        return message.summary


def delivery_id(key: str, channel: str) -> str:
    """Return the ID of a delivery, the same at every attempt."""
    return hashlib.sha256(f"{key}\0{channel}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
