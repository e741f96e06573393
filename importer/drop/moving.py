"""Moving files safely: never over another one, and still moved after a power cut."""

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from importer.files import sync_file, sync_folder

LONGEST_STEM = 190
LONGEST_SUFFIX = 20
"""Bytes of a name that are kept: file systems allow 255, and results and notes add to it."""

_HERE = -100
_NEVER_OVER = 1
"""Of Linux: AT_FDCWD, so that paths are as everywhere else, and RENAME_NOREPLACE."""

_rename_of_linux = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None


def move(source: Path, target: Path) -> None:
    """Move a file within a file system, in one step; raise FileExistsError if the target exists."""
    if _rename_of_linux is not None:
        result = _rename_of_linux(_HERE, os.fsencode(source), _HERE, os.fsencode(target), _NEVER_OVER)
        if result == 0:
            return
        code = ctypes.get_errno()
        # Some file systems, and old kernels, support only the plain way.
        if code not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise OSError(code, os.strerror(code), str(source), None, str(target))
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    source.rename(target)


def move_anywhere(source: Path, target: Path) -> None:
    """Move a file as `move` does, also to another file system, where it appears complete or not at all."""
    try:
        move(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy = target.with_name(f".{target.name}.moving")
        copy.unlink(missing_ok=True)  # an incomplete copy by a process that died
        with source.open("rb") as given, copy.open("xb") as made:
            shutil.copyfileobj(given, made)
        shutil.copystat(source, copy)
        sync_file(copy)
        try:
            move(copy, target)
        except FileExistsError:
            copy.unlink()
            raise
        sync_folder(target.parent)
        source.unlink()


def bring(source: Path, folder: Path, name: str) -> Path:
    """Move a file into a folder, under the name or, if that is in use, the next free one; return its path.

    A file that no longer exists is assumed to have been moved already.
    """
    for number in count(1):
        target = folder / numbered(name, number)
        try:
            move_anywhere(source, target)
        except FileNotFoundError:
            return folder / name
        except FileExistsError:
            if _copied_before(source, target):
                source.unlink()
                return target
            continue
        return target
    raise AssertionError("numbers do not end")  # pragma: no cover


def numbered(name: str, number: int) -> str:
    """Return the name with a number before its ending, `name-2.xlsx`; 1 adds none. A name that is too long is cut."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 -- a name, not a path: it may hold anything
    if len(os.fsencode(suffix)) > LONGEST_SUFFIX:
        stem, suffix = name, ""
    while len(os.fsencode(stem)) > LONGEST_STEM:
        stem = stem[:-1]
    return f"{stem}-{number}{suffix}" if number > 1 else f"{stem}{suffix}"


def free_names(folder: Path, name: str) -> Iterator[str]:
    """Yield the name, then the name with numbers, where no file in the folder has that stem, ignoring case.

    The stem matters, because results are named after it.
    """
    taken = {Path(one).stem.casefold() for one in os.listdir(folder)}  # noqa: PTH208 -- only names are needed
    for number in count(1):
        free = numbered(name, number)
        if Path(free).stem.casefold() not in taken:
            yield free


def _copied_before(source: Path, target: Path) -> bool:
    """Return whether the target is the source's copy on another file system, made by a process that died."""
    ours, theirs = source.lstat(), target.lstat()
    if ours.st_dev == theirs.st_dev or ours.st_size != theirs.st_size:
        return False
    return source.read_bytes() == target.read_bytes()
