"""The waiting messages as files: one of JSON for each, its attachments beside it, and a small one once delivered.

    waiting/ID.json         the message, and its state on each channel
    waiting/ID.attachment   a copy of its attachment, because files are moved and pruned meanwhile; ID.attachment2 …
    waiting/ID.place        where the attachment itself is now (from earlier versions)
    told/ID.json            a stub of a delivered message; it keeps the same message from being delivered again

Every change is one atomic rename. Any process may put a message; one that changes it holds the lock of the outbox.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from importer.files import UNFINISHED, copy_whole, sync_folder, write_whole
from importer.notify.message import MEBIBYTE, Delivery, Message, delivery_id
from importer.notify.record import message_of, message_record

FORMAT = 2
LARGEST_COPY = 50 * MEBIBYTE
"""The size in bytes of the largest attachment that is copied; of a larger one only the path is stored."""

REMEMBERED = timedelta(days=30)
"""How long a delivery is remembered; an interrupted run is continued long before that."""

LEFTOVER = timedelta(days=1)
"""The age at which files left by a crash are removed."""


@dataclass(frozen=True)
class Damaged:
    """A file of the spool that does not contain a message; `words` say which."""

    words: str


@dataclass(frozen=True)
class State:
    """The state of a message on one channel: how often it was tried, why it failed last, when it was settled.

    The times are strings in ISO 8601, "" while it waits. `batch` is the digest that it was sent with: once composed, a
    digest stays the same.
    """

    tries: int = 0
    reason: str = ""
    delivered: str = ""
    given_up: str = ""
    batch: str = ""

    @property
    def settled(self) -> bool:
        """Whether it is delivered, or given up."""
        return bool(self.delivered or self.given_up)


@dataclass(frozen=True)
class Entry:
    """A waiting message, since when, and its state on each channel that was tried, by the channel's name."""

    message: Message
    put: datetime
    states: Mapping[str, State]

    def state(self, channel: str) -> State:
        """Return its state on a channel."""
        return self.states.get(channel, State())

    def having(self, channel: str, **changes: Any) -> "Entry":
        """Return the same with another state on one channel."""
        return replace(self, states={**self.states, channel: replace(self.state(channel), **changes)})


class Spool:
    """The files of an outbox. Every method may raise OSError."""

    def __init__(self, folder: Path) -> None:
        self._waiting = folder / "waiting"
        self._told = folder / "told"

    def open(self) -> None:
        """Make the folders if they are missing."""
        for folder in (self._waiting, self._told):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, message: Message, now: datetime) -> None:
        """Remember a message; one whose key is known already changes nothing."""
        name = _name(message.key)
        if any((folder / f"{name}.json").exists() for folder in (self._waiting, self._told)):
            return
        message = replace(message, attachments=tuple(path.absolute() for path in message.attachments))
        for path, copy in zip(message.attachments, self._copies(name, message), strict=True):
            # A message is worth sending even without its attachments.
            with contextlib.suppress(OSError):
                if path.stat().st_size <= LARGEST_COPY:
                    copy_whole(path, copy)
        self.keep(Entry(message, now, {}))

    def entries(self) -> Iterator[Entry | Damaged]:
        """Yield all waiting messages, and Damaged for each file that cannot be read as one."""
        for path in sorted(self._waiting.glob("*.json")):
            if (self._told / path.name).exists():
                self._clear(path.stem)
                continue
            try:
                yield self._read(path)
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                yield Damaged(f"{path} cannot be read as a message, so it is not delivered. Fix it or remove it.")

    def keep(self, entry: Entry) -> None:
        """Write the state of a message."""
        _write(self._waiting / f"{_name(entry.message.key)}.json", entry, message_record(entry.message))

    def finish(self, entry: Entry) -> None:
        """Remember only that a message was delivered or given up."""
        name = _name(entry.message.key)
        _write(self._told / f"{name}.json", entry, {"key": entry.message.key})
        self._clear(name)

    def parcel(self, entries: Sequence[Entry], batch: str, channel: str) -> Delivery:
        """Return messages as they are sent to a channel together; `batch` identifies this delivery."""
        copies = {
            path: copy
            for entry in entries
            for path, copy in zip(
                entry.message.attachments, self._copies(_name(entry.message.key), entry.message), strict=True
            )
            if copy.exists()
        }
        messages = tuple(entry.message for entry in entries)
        return Delivery(id=delivery_id(batch, channel), messages=messages, put=entries[0].put, copies=copies)

    def tidy(self, now: datetime) -> None:
        """Remove what is no longer needed: messages delivered long ago, and files left by a crash."""
        for path in self._told.iterdir():
            if _age(path, now) > REMEMBERED:
                path.unlink()
        for path in self._waiting.iterdir():
            alone = path.suffix.startswith(_BESIDE) and not path.with_suffix(".json").exists()
            if (alone or path.suffix == UNFINISHED) and _age(path, now) > LEFTOVER:
                path.unlink(missing_ok=True)

    def _copies(self, name: str, message: Message) -> list[Path]:
        """Return where the copies of a message's attachments are."""
        return [
            self._waiting / f"{name}.attachment{number if number > 1 else ''}"
            for number, _ in enumerate(message.attachments, start=1)
        ]

    def _read(self, path: Path) -> Entry:
        known = json.loads(path.read_bytes())
        message = message_of(known)
        # From an earlier version, which put messages before their files had reached their final place.
        with contextlib.suppress(FileNotFoundError):
            place = json.loads(path.with_suffix(".place").read_bytes())
            message = message.moved({str(attachment): place for attachment in message.attachments})
        states = {name: State(**state) for name, state in known["channels"].items()}
        return Entry(message, datetime.fromisoformat(known["put"]).astimezone(UTC), states)

    def _clear(self, name: str) -> None:
        # The message goes last: while it exists, the rest is found and removed in the next pass.
        for path in sorted(self._waiting.glob(f"{name}.*"), key=lambda one: one.suffix == ".json"):
            path.unlink(missing_ok=True)
        sync_folder(self._waiting)


_BESIDE = (".attachment", ".place")
"""How the endings of files beside a message begin."""


def _name(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _write(path: Path, entry: Entry, document: Mapping[str, Any]) -> None:
    states = {name: asdict(state) for name, state in entry.states.items()}
    known = {"format": FORMAT, **document, "put": entry.put.isoformat(), "channels": states}
    write_whole(path, json.dumps(known).encode())


def _age(path: Path, now: datetime) -> timedelta:
    try:
        return timedelta(seconds=now.timestamp() - path.stat().st_mtime)
    except FileNotFoundError:  # renamed to its final name in the meantime
        return timedelta(0)
