"""Why a folder cannot be used, in words: which folder it is, and how to fix it."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from importer.errors import WrongSettings
from importer.security import visible
from schemas.problem_codes import ProblemCode

_NO_RIGHT = (errno.EACCES, errno.EPERM)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def reported(folder: Path) -> Iterator[None]:
    """Raise WrongSettings, which names the folder and how to fix it, if the system refuses something within it."""
    try:
        yield
    except OSError as error:
        raise WrongSettings(f"{shown(folder)}: {_words(error)}", ProblemCode.OUTPUT) from error


def shown(path: Path | str | bytes) -> str:
    """Return a path as it can be printed everywhere, even if its names are not text."""
    return visible(os.fsdecode(path))


def _words(error: OSError) -> str:
    where = f" ({shown(error.filename)})" if error.filename else ""
    if error.errno in _NO_RIGHT:
        return f"permission to read, write or rename is missing{where}. Grant it to the importer's user."
    if error.errno == errno.EROFS:
        return "its file system is read-only. Mount it for writing, or use another folder."
    if error.errno in _NO_ROOM:
        return "its disk is full. Free some space; nothing has been lost."
    if error.errno == errno.EXDEV:
        return f"a folder inside it is on another file system{where}. Move it to the same one."
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return f"there is something other than a folder{where}. Move it away."
    if error.errno == errno.ENOENT:
        return f"there is no such file or folder{where}. Create it, or correct its name."
    return f"{error.strerror or error}{where}. Fix this and run the command again."
