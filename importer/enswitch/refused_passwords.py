"""Refused passwords: one that a server has refused is not tried again for an hour, to avoid a locked account."""

import hashlib
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from importer.errors import AccessRefused
from importer.files import write_whole

KEPT = timedelta(hours=1)
"""How long a password is not tried again."""

Hash = Callable[[bytes], str]
"""Returns a salted hash of a password: it distinguishes the password from others without revealing it."""

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class _Refusal:
    salt: bytes
    hashed: str
    time: datetime


class Refusals:
    """The last refusal for one account on one server, in a file beside the journal; shared by all connections."""

    def __init__(self, journal: Path, server: str, account: str, now: Clock = _now) -> None:
        name = hashlib.sha256(f"{server}\0{account}".encode()).hexdigest()[:12]
        self._path = journal.with_name(f"{journal.name}.{name}.refused")
        self._now = now

    def check(self, hashed: Hash) -> None:
        """Raise AccessRefused if the same password was refused within the hour; a different one may be tried."""
        known = self._read()
        if known is None or not timedelta() <= self._now() - known.time < KEPT:
            return
        if hashed(known.salt) != known.hashed:
            return
        since, until = (f"{time.astimezone():%H:%M}" for time in (known.time, known.time + KEPT))
        raise AccessRefused(
            f"The server refused this user name and password at {since}. They are not tried again before {until}, so "
            "that the account does not get locked. Correct the password: a different one is tried at once. If it is "
            f"right and the account was locked, have it unlocked and remove {self._path}.",
            "401",
        )

    def remember(self, hashed: Hash) -> None:
        """Remember that a password was refused just now."""
        salt = secrets.token_bytes(16)
        known = {"salt": salt.hex(), "hash": hashed(salt), "time": self._now().isoformat()}
        # If nothing can be written, the refusal itself is still reported.
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, json.dumps(known).encode())

    def _read(self) -> _Refusal | None:
        try:
            known = json.loads(self._path.read_bytes())
            time = datetime.fromisoformat(known["time"]).astimezone(UTC)
            return _Refusal(bytes.fromhex(known["salt"]), str(known["hash"]), time)
        except (OSError, ValueError, TypeError, LookupError, OverflowError, RecursionError):
            return None
