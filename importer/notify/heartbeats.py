"""A heartbeat after each pass, so that silence is noticed: a file, or a request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from importer.files import write_whole
from importer.notify.checks import wrong_address
from importer.notify.errors import NotTaken
from importer.notify.http import ask

READABLE = 0o644
"""Others may read the file: monitoring usually runs as another user."""


@dataclass(frozen=True)
class Address:
    """An address that is requested once after each pass; it may be secret and is never shown.

    POST sends the heartbeat as JSON, GET sends nothing. `timeout` is in seconds; http is for this machine, and for
    others with `allow_http`. `ca_bundle` names a file with the certificates to trust instead of the system's.
    """

    url: str = field(repr=False)
    method: Literal["GET", "POST"] = "GET"
    timeout: float = 10.0
    allow_http: bool = False
    ca_bundle: str | None = None


@dataclass(frozen=True)
class Heartbeat:
    """The state after a pass: when it ended, its exit code, and how many files went to which place."""

    time: datetime
    exit_code: int
    counts: Mapping[str, int]


def heartbeat(target: Path | Address, beat: Heartbeat) -> str | None:
    """Send a heartbeat: write a file, or request an address. Returns a sentence if that fails."""
    known = {"time": beat.time.isoformat(), "exit_code": int(beat.exit_code), "counts": dict(beat.counts)}
    content = json.dumps(known).encode() + b"\n"
    return _write(target, content) if isinstance(target, Path) else _ask(target, content)


def _write(path: Path, content: bytes) -> str | None:
    try:
        write_whole(path, content, READABLE)
    except OSError as error:
        return (
            f"The heartbeat {path} cannot be written ({error.strerror}). Check that its folder exists and is writable."
        )
    return None


def _ask(address: Address, content: bytes) -> str | None:
    if found := wrong_address(address.url, allow_http=address.allow_http):
        return f"The heartbeat was not sent: {' '.join(found)}"
    body = content if address.method == "POST" else None
    headers = {"Content-Type": "application/json"} if body else {}
    try:
        ask(address.method, address.url, body, headers, timeout=address.timeout, ca_bundle=address.ca_bundle)
    except NotTaken as failure:
        return f"The heartbeat was not sent: {failure.reason}"
    return None
