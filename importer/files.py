"""Writing files completely or not at all, even in a power failure; file hashes; suggestions for misspelt names."""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path
from typing import IO

from schemas.likeness import closest

UNFINISHED = ".unfinished"
"""The suffix of a file that is being written."""

MOST_NAMES = 10_000
"""Maximum number of names in a folder that are compared with a misspelt one."""


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file so that it is never seen incomplete; `mode` says who may read it.

    Raises OSError; an existing file is then unchanged.
    """
    _write(path, lambda file: file.write(content), mode)


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file so that it is never seen incomplete. Raises OSError."""
    with source.open("rb") as given:
        _write(target, lambda file: shutil.copyfileobj(given, file), 0o600)


def similar_name(path: Path) -> str:
    """Return a question whether another file of the folder was meant, with a leading space.

    Return "" if no name is similar, or if the file exists. Only the names in the folder itself are compared, and these
    without their endings, which make any two files of a kind look alike.
    """
    if os.path.lexists(path):
        return ""
    try:
        with os.scandir(path.parent) as entries:
            names = sorted(entry.name for entry in islice(entries, MOST_NAMES))
    except (OSError, ValueError):
        return ""
    stem = closest(path.stem, [Path(name).stem for name in names])
    alike = [name for name in names if Path(name).stem == stem]
    meant = max(alike, key=lambda name: SequenceMatcher(None, name.lower(), path.name.lower()).ratio(), default=None)
    return f" Did you mean {meant!r}?" if meant else ""


def sync_file(path: Path) -> None:
    """Flush the content of a file to disk. Raises OSError."""
    with path.open("rb" if os.name == "posix" else "r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to disk; systems that cannot do that for folders do it by themselves.

    Raises OSError.
    """
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Network file systems do it by themselves, and refuse the request.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def _write(path: Path, fill: Callable[[IO[bytes]], object], mode: int) -> None:
    handle, name = tempfile.mkstemp(suffix=UNFINISHED, prefix=".", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(mode)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal. Raises OSError if it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
