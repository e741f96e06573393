"""What the tests of drop folders share: a clock that is set by hand, folders, files, and deaths at a chosen moment."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from importer.drop.arrivals import Arrivals, look_at
from importer.drop.config import DropFolder, load
from importer.drop.inbox import Inbox
from importer.drop.seen import Arrival
from tests.support.clocks import Clock

DAY = date(2026, 11, 23)


def drop_folder(path: Path, **handling: Any) -> DropFolder:
    """Return a folder that is handled as without a drop.toml, except for what is given."""
    path.mkdir(parents=True, exist_ok=True)
    folder = load(path / "nowhere").folders[0]
    return DropFolder(path, "", folder.handling.model_copy(update=handling))


def arrivals(path: Path, clock: Clock | None = None, **handling: Any) -> Arrivals:
    """Return the arrivals of a folder, on a clock that stands still at noon."""
    clock = clock or Clock()
    return Arrivals(drop_folder(path, **handling), now=clock, clock=clock)


def inbox_of(folder: Path) -> Inbox:
    """Return an inbox whose notes lie beside the folder."""
    return Inbox(folder, folder.with_name(f"{folder.name}-claims"))


def put(path: Path, content: str = "name\n", *, age: float = 60, clock: Clock | None = None) -> Path:
    """Write a file that was last changed N seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return aged(path, age, clock)


def aged(path: Path, age: float, clock: Clock | None = None) -> Path:
    """Give a file the time of its last change."""
    then = (clock or Clock())() - age
    os.utime(path, (then, then))
    return path


def arrival(path: Path) -> Arrival:
    """Return a file as one that may be taken now."""
    look = look_at(path)
    assert look is not None
    return Arrival(path, look)


def tree(folder: Path) -> dict[str, str]:
    """Return all files below a folder by their paths from it, with what they hold."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_text(errors="replace") for path in files}


class KilledError(BaseException):
    """The process is gone."""


@dataclass
class _Death:
    """After how many more requests to the system the process dies (None: it lives); once dead, every one is refused."""

    calls: int | None = None


_death = _Death()
_FATAL = ("open", "os.", "shutil.", "tempfile.", "pathlib.")


def _hook(event: str, _arguments: tuple[Any, ...]) -> None:
    if _death.calls is None or not event.startswith(_FATAL):
        return
    _death.calls -= 1
    if _death.calls < 0:
        raise KilledError(event)


_hooked: list[bool] = []


@contextmanager
def dying(calls: int) -> Iterator[None]:
    """Have this process die, as far as its files are concerned, at its request to the system of this number.

    The requests are those that Python's auditing tells of. After the death nothing reaches the disk any more, whatever
    cleans up. The block ends without an error, whether it died or not.
    """
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked.append(True)
    _death.calls = calls
    try:
        yield
    except KilledError:
        pass
    finally:
        _death.calls = None
