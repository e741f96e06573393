"""What was seen of the files of a folder: frozen dataclasses."""

from dataclasses import dataclass
from pathlib import Path

from importer.errors import WrongSettings


@dataclass(frozen=True)
class FileStat:
    """What shows whether a file has changed: size, time of the last change in nanoseconds, device and inode."""

    size: int
    modified: int
    device: int
    inode: int


@dataclass(frozen=True)
class Trigger:
    """A file whose presence means that another one is complete."""

    path: Path
    look: FileStat


@dataclass(frozen=True)
class Arrival:
    """A file that is ready; `trigger` is removed when it is claimed. `beside` has the numbers for its campaigns."""

    path: Path
    look: FileStat
    trigger: Trigger | None = None
    beside: "Arrival | None" = None


@dataclass(frozen=True)
class Waiting:
    """A file that is not ready yet, and why; `seconds` until it is, if it does not change (None: unknown).

    With `needs_person` it stays where it is until a person acts.
    """

    path: Path
    reason: str
    seconds: float | None = None
    needs_person: bool = False


@dataclass(frozen=True)
class SeenFiles:
    """What was found in a folder: what is ready, oldest first, and what is not; or why it could not be read."""

    ready: tuple[Arrival, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    trouble: WrongSettings | None = None
