"""Which files another process has open for writing, where the system reports that."""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

if sys.platform == "linux":
    import fcntl
    import signal

Identity = tuple[int, int]
"""Device and inode."""


def open_for_writing(paths: Sequence[Path]) -> frozenset[Path]:
    """Return those of the files that are known to be open for writing by any process.

    On systems and file systems that do not report this, the result is empty.
    """
    if sys.platform != "linux":
        return frozenset()
    leased = {path: _leased(path) for path in paths}
    found = {path for path, writers in leased.items() if writers and _leases_tell(path.parent)}
    unknown = [path for path, writers in leased.items() if writers is None]
    if unknown:
        written = frozenset(_written_here())
        found |= {path for path in unknown if _identity(path) in written}
    return frozenset(found)


if sys.platform == "linux":

    def _leased(path: Path) -> bool | None:
        """Return whether a file has writers: then a lease for reading is refused. None: the system does not say."""
        try:
            file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            # A process that opens the file for writing during the lease has us signalled: by default, killed.
            fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except BlockingIOError:
            return True
        except OSError:
            return None
        finally:
            os.close(file)
        return False

    def _leases_tell(folder: Path) -> bool:
        """Return whether a refused lease means a writer there; some network file systems refuse all leases."""
        return _leases_tell_on(folder.stat().st_dev, folder)

    @cache
    def _leases_tell_on(_device: int, folder: Path) -> bool:
        try:
            file, name = tempfile.mkstemp(prefix=".lease-", dir=folder)
        except OSError:
            return True
        os.close(file)
        try:
            return _leased(Path(name)) is False
        finally:
            Path(name).unlink()

    def _written_here() -> Iterator[Identity]:
        """Yield the files that processes of this machine have open for writing, as far as we are allowed to see."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                numbers = os.listdir(process / "fd")  # noqa: PTH208 -- only names are needed
            except OSError:
                continue
            for number in numbers:
                if (found := _written(process, number)) is not None:
                    yield found

    def _written(process: Path, number: str) -> Identity | None:
        try:
            lines = (process / "fdinfo" / number).read_text().splitlines()
            flags = next(int(line.split()[1], 8) for line in lines if line.startswith("flags:"))
            return _identity(process / "fd" / number) if flags & os.O_ACCMODE != os.O_RDONLY else None
        except (OSError, StopIteration):
            return None

    def _identity(path: Path) -> Identity | None:
        try:
            found = path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino
