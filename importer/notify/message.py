"""What is told of a file, and the ways to tell it: frozen dataclasses, no input or output."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from importer.model import Secret

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Message:
    """What happened to one file in one run.

    `key` is unique for the run and the file: a channel takes one message of a key. `body` is plain text, `summary` the
    JSON document of the run. `failed` says that something went wrong. `attachment` is the results workbook, if any.
    """

    key: str
    subject: str
    body: str
    summary: Mapping[str, Any]
    failed: bool
    attachment: Path | None = None


def message_record(message: Message) -> dict[str, Any]:
    """Return a message as JSON knows it, for a file; `message_of` reads it again."""
    return {
        "key": message.key,
        "subject": message.subject,
        "body": message.body,
        "summary": message.summary,
        "failed": message.failed,
        "attachment": str(message.attachment) if message.attachment else None,
    }


def message_of(record: Any) -> Message:
    """Return the message of a record. Raises KeyError and TypeError for what is none."""
    return Message(
        key=record["key"],
        subject=record["subject"],
        body=record["body"],
        summary=record["summary"],
        failed=record["failed"],
        attachment=Path(record["attachment"]) if record["attachment"] else None,
    )


@dataclass(frozen=True)
class Mail:
    """A mail server, and from whom to whom.

    `security` "starttls" encrypts after the greeting, "tls" from the first byte, "none" never: that is for this
    machine, and for others with `allow_plain`. `timeout` is in seconds, for each step. `ca_bundle` names a file with
    the certificates to trust instead of the system's. A file larger than `largest_attachment` MiB is not attached; the
    mail says where it is (0: nothing is ever attached).
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


@dataclass(frozen=True)
class Webhook:
    """An address that takes the summary as JSON, signed with `secret` where there is one.

    The address itself may be secret and is never shown. `timeout` is in seconds; http is for this machine, and for
    others with `allow_http`. `ca_bundle` is as in Mail.
    """

    url: str = field(repr=False)
    secret: Secret | None = None
    timeout: float = 10.0
    allow_http: bool = False
    ca_bundle: str | None = None


@dataclass(frozen=True)
class Command:
    """A program and its arguments, started without a shell; it may take `timeout` seconds.

    It finds the summary as JSON on its standard input. What it writes to standard output is thrown away.
    """

    arguments: tuple[str, ...]
    timeout: float = 60.0


@dataclass(frozen=True)
class Channel:
    """A way, the name by which it is known (and under which its deliveries are remembered), and when it is used."""

    name: str
    way: Mail | Webhook | Command
    when: Literal["failure", "always"] = "failure"

    def wants(self, message: Message) -> bool:
        """Whether the message is for this channel."""
        return message.failed or self.when == "always"


@dataclass(frozen=True)
class Delivery:
    """A message on its way to one channel: what stays the same however often it is sent.

    `id` tells this delivery from every other; `put` is when the message came into the outbox. `file` is where the
    bytes of the attachment should be, None where it has none.
    """

    id: str
    message: Message
    put: datetime
    file: Path | None


def delivery_id(key: str, channel: str) -> str:
    """Return the name of a delivery, the same at every attempt."""
    return hashlib.sha256(f"{key}\0{channel}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
