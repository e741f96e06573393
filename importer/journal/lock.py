"""One run at a time: an operating system lock for a journal and a server, with a note of who holds it."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from importer.errors import Locked, WrongSettings
from importer.files import write_whole
from importer.security import visible
from schemas.problem_codes import ProblemCode


@contextmanager
def only_run(journal: Path, server: str, command: str) -> Iterator[None]:
    """Hold the lock of a journal and a server; raise Locked, naming the holder, if another process has it.

    The system always releases the lock of a process that died. A link to a journal counts as that journal.
    """
    message = f"using {server} with this journal"
    with _held(_beside(journal, server), command, message):
        yield


@contextmanager
def only_pass(journal: Path, folder: Path) -> Iterator[None]:
    """Hold the lock of a drop folder, regardless of the path used for it; raise Locked as `only_run` does.

    It is kept beside the journal: in the folder itself others could redirect it with a link.
    """
    found = folder.stat()
    with _held(_beside(journal, f"drop {found.st_dev} {found.st_ino}"), "drop", f"using {folder}"):
        yield


def _beside(journal: Path, held: str) -> Path:
    journal = Path(os.path.realpath(journal))
    return journal.with_name(f"{journal.name}.{hashlib.sha256(held.encode()).hexdigest()[:12]}.lock")


@contextmanager
def _held(lock: Path, command: str, message: str) -> Iterator[None]:
    # Who only reads a journal does not wait for it.
    from filelock import FileLock, Timeout

    holder = lock.with_suffix(".holder")
    # A lock of another kind, where the file system has none, would be taken from whoever holds it.
    held = FileLock(lock, blocking=False, fallback_to_soft=False)
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        held.acquire()
        known = {"pid": os.getpid(), "command": command, "since": datetime.now(UTC).isoformat(timespec="seconds")}
        write_whole(holder, json.dumps(known).encode())
    except Timeout:
        raise Locked(f"{_words(holder)} is {message}. Wait until it finishes.") from None
    except OSError as error:
        held.release()
        trouble = f"The lock {lock} cannot be used: {error.strerror}. Free some disk space or grant write access."
        raise WrongSettings(trouble, ProblemCode.JOURNAL_UNUSABLE) from None
    try:
        yield
    finally:
        held.release()


def _words(holder: Path) -> str:
    """Return who holds a lock, from a note that is not trusted: it is only shown to people."""
    try:
        known = json.loads(holder.read_bytes())
        process, command, since = int(known["pid"]), str(known["command"]), str(known["since"])
    except (OSError, ValueError, TypeError, LookupError, OverflowError, RecursionError):
        return "Another campaign-importer"
    return f"Another campaign-importer (process {process}, {visible(command)}, since {visible(since)})"
