"""What keeps a folder from being used, in words: which folder it is, and how to fix it."""

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
def told(folder: Path) -> Iterator[None]:
    """Raise WrongSettings, which names the folder and how to fix it, where the system refuses something within."""
    try:
        yield
    except OSError as error:
        raise WrongSettings(f"{shown(folder)}: {_words(error)}", ProblemCode.OUTPUT) from error


def shown(path: Path | str | bytes) -> str:
    """Return a path as it can be printed everywhere, also where its names are not text."""
    return visible(os.fsdecode(path))


def _words(error: OSError) -> str:
    where = f" ({shown(error.filename)})" if error.filename else ""
    if error.errno in _NO_RIGHT:
        return f"permission to read, write or rename is missing{where}. Grant it to the user that the importer runs as."
    if error.errno == errno.EROFS:
        return "its file system is read-only. Mount it for writing, or name another folder."
    if error.errno in _NO_ROOM:
        return "its disk is full. Free some space; nothing is lost meanwhile."
    if error.errno == errno.EXDEV:
        return f"a folder within is on another file system{where}. Put it on the same one."
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return f"something else is where a folder is needed{where}. Move it away."
    if error.errno == errno.ENOENT:
        return f"there is no such file or folder{where}. Create it, or correct its name."
    return f"{error.strerror or error}{where}. Fix this and run the command again."
