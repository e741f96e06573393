"""Whether a file may be obeyed: only if the user, or root, wrote it, in a folder that nobody else can write.

As for ssh and sudo, the owner and the mode count; a group whose only member is the user counts as the user.
On Windows, which works differently, nothing is checked.
"""

import os
import shlex
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

CHECKED = os.name == "posix"

if CHECKED:
    import grp
    import pwd

ROOT = 0

_ACCESS_LIST = "system.posix_acl_access"
"""Where Linux keeps access lists; the mode then shows as the group's rights what anybody on the list may do."""

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_PATH", 0)
_PLAIN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class OpenToOthers(Exception):
    """Somebody else may have written a file: `reason` says who and where, `cure` is a command that fixes it."""

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(f"{reason} ({cure})")
        self.reason = reason
        self.cure = cure


def read_ours(path: Path) -> bytes:
    """Return the contents of a file that nobody else can have written.

    A link is followed, and both folders must be ours. Raises OpenToOthers, and OSError if it cannot be read.
    """
    if not CHECKED:
        return path.read_bytes()
    real = path.resolve(strict=True)
    _refuse(path.parent.stat(), path.parent)
    # The file that is checked is the file that is read, even if it is moved in between.
    folder = os.open(real.parent, _FOLDER)
    try:
        _refuse(os.fstat(folder), real.parent)
        file = os.open(real.name, _PLAIN, dir_fd=folder)
    finally:
        os.close(folder)
    with open(file, "rb") as opened:  # noqa: PTH123 -- a descriptor, not a path
        _refuse(os.fstat(file), real)
        return opened.read()


def is_own_folder(path: Path) -> bool:
    """Return whether this is a real folder, not a link, that belongs to us or root. Raises OSError."""
    found = path.lstat()
    return stat.S_ISDIR(found.st_mode) and (not CHECKED or found.st_uid in (os.geteuid(), ROOT))


def is_open_to_others(path: Path) -> bool:
    """Return whether somebody else owns a file or folder, or can write it. Raises OSError."""
    return CHECKED and next(_objections(path.lstat(), path), None) is not None


def is_readable_by_others(path: Path) -> bool:
    """Return whether anybody except us and root can read an ordinary file; False if it does not exist."""
    try:
        found = path.stat()
    except OSError:
        return False
    if not CHECKED or not stat.S_ISREG(found.st_mode):
        return False
    by_group = found.st_mode & stat.S_IRGRP and not _is_ours_alone(found.st_gid, path)
    return bool(found.st_mode & stat.S_IROTH or by_group)


def close_to_others(folder: Path) -> None:
    """Remove everybody else's permission to write a folder of ours. Raises OSError, also for a link."""
    if CHECKED and folder.lstat().st_uid == os.geteuid() and is_open_to_others(folder):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            os.fchmod(opened, stat.S_IMODE(os.fstat(opened).st_mode) & ~(stat.S_IWGRP | stat.S_IWOTH))
        finally:
            os.close(opened)


def _refuse(found: os.stat_result, path: Path) -> None:
    for objection in _objections(found, path):
        raise objection


def _objections(found: os.stat_result, path: Path) -> Iterator[OpenToOthers]:
    named = shlex.quote(str(path))
    if found.st_uid not in (os.geteuid(), ROOT):
        yield OpenToOthers(f"{path} belongs to {_user(found.st_uid)}", f"chown {_user(os.geteuid())} {named}")
    if found.st_mode & stat.S_IWOTH:
        yield OpenToOthers(f"anybody can write to {path}", f"chmod go-w {named}")
    if found.st_mode & stat.S_IWGRP and not _is_ours_alone(found.st_gid, path):
        yield OpenToOthers(f"the group {_group(found.st_gid)} can write to {path}", f"chmod g-w {named}")


def _is_ours_alone(group: int, path: Path) -> bool:
    """Return whether only we and root have the rights that the mode gives to a group."""
    if sys.platform == "linux" and _ACCESS_LIST in _attributes(path):
        return False
    ours = {_user(os.geteuid()), _user(ROOT)}
    try:
        members = {*grp.getgrgid(group).gr_mem, *(one.pw_name for one in pwd.getpwall() if one.pw_gid == group)}
    except KeyError:
        return False
    # A group without members is one for programs; who uses it is unknown.
    return bool(members) and members <= ours


def _attributes(path: Path) -> list[str]:
    try:
        return os.listxattr(path)
    except OSError:
        return []


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
