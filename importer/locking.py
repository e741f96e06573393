"""One run at a time: an operating system's lock for a journal and a server, which tells who holds it."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from importer.errors import Locked, WrongSettings
from schemas.faults import Fault


@contextmanager
def only_run(journal: Path, server: str, command: str) -> Iterator[None]:
    """Hold the lock of a journal and a server; raise Locked, naming the holder, where another process has it.

    The system frees the lock of a process that died, however it did. A link to a journal is that journal.
    """
    journal = journal.resolve()
    lock = journal.with_name(f"{journal.name}.{hashlib.sha256(server.encode()).hexdigest()[:12]}.lock")
    holder = lock.with_suffix(".holder")
    held = FileLock(lock, blocking=False)
    try:
        held.acquire()
        holder.write_text(
            json.dumps(
                {"pid": os.getpid(), "command": command, "since": datetime.now(UTC).isoformat(timespec="seconds")}
            ),
            encoding="utf-8",
        )
    except Timeout:
        raise Locked(f"{_words(holder)} is at work on {server} with this journal. Wait until it has ended.") from None
    except OSError as error:
        held.release()
        words = f"The lock {lock} cannot be used: {error.strerror}. Make room, or give the right to write there."
        raise WrongSettings(words, Fault.JOURNAL_UNUSABLE) from None
    try:
        yield
    finally:
        held.release()


def _words(holder: Path) -> str:
    try:
        known = json.loads(holder.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "Another campaign-importer"
    return f"Another campaign-importer (process {known['pid']}, {known['command']}, since {known['since']})"
