"""Which files of a folder are ready to be read: those that are complete, as far as can be known."""

import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from importer.drop.config import NAME, DropFolder
from importer.drop.open_files import open_for_writing
from importer.drop.os_errors import reported
from importer.drop.pairs import Pairs
from importer.drop.places import refuse_link
from importer.drop.seen import Arrival, FileStat, SeenFiles, Trigger, Waiting
from importer.errors import WrongSettings

Clock = Callable[[], float]
Sleep = Callable[[float], None]

EMPTY_FILES_WAIT = 6
"""How many times longer to wait for an empty file: its writer may only just have created it."""

MARGIN = 0.05
"""Extra seconds of every wait, so that a rounded clock does not make it too short."""

OWNER_FILES = (("~$", ""), (".~lock.", "#"))
"""What Excel and LibreOffice put before and after a file's name to mark the file as open."""
OWNED_SECONDS = 24 * 3600
"""An owner file older than this was left behind by a program that crashed."""

_BEGINNINGS = (".", "~$")
_ENDINGS = ("~", ".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", ".swx", ".lock")


@dataclass(frozen=True)
class _Known:
    """A file as it was last seen, and since when on our clock; `restless` if it changed between two looks."""

    look: FileStat
    since: float
    restless: bool


def look_at(path: Path) -> FileStat | None:
    """Return what shows whether a file has changed; None if it is not an ordinary file."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return _look(found) if stat.S_ISREG(found.st_mode) else None


def look_twice(arrivals: "Sequence[Arrivals]", sleep: Sleep) -> list[SeenFiles]:
    """Look at folders, wait once for what may still be growing in any of them, and look again.

    Empty files are not waited for longer than others: a later pass reads them. Returns what was seen, per folder.
    """
    first = [one.look() for one in arrivals]
    waits = [
        file.seconds
        for one, seen in zip(arrivals, first, strict=True)
        for file in seen.waiting
        if file.seconds is not None and file.seconds <= one.settle
    ]
    if not waits:
        return first
    sleep(max(waits) + MARGIN)
    return [one.look() for one in arrivals]


class Arrivals:
    """The files of one folder, observed over time.

    `now` returns the time as files have it, `clock` seconds that never run backwards.
    """

    def __init__(self, folder: DropFolder, *, now: Clock = time.time, clock: Clock = time.monotonic) -> None:
        self._drop_folder = folder
        self.folder = folder.path
        self.settle = folder.handling.settle.seconds
        handling = folder.handling
        self._numbers_for = tuple(pattern.lower() for pattern in handling.numbers_for)
        self._patterns = (*(pattern.lower() for pattern in handling.patterns), *self._numbers_for)
        self._pairs = Pairs(handling.numbers_beside, self._is_alone) if handling.numbers_beside else None
        self._triggers = folder.handling.triggers
        self._now = now
        self._clock = clock
        self._known: dict[Path, _Known] = {}

    def look(self) -> SeenFiles:
        """Look at the folder and return what was seen; changes nothing, and raises nothing about the folder."""
        try:
            with reported(self.folder):
                refuse_foreign(self._drop_folder)
                return self._sorted_out(self._entries())
        except WrongSettings as trouble:
            return SeenFiles(trouble=trouble)

    def _entries(self) -> dict[str, os.stat_result]:
        entries = {}
        with os.scandir(self.folder) as found:
            for entry in found:
                try:
                    # The entry's own data may be stale, and lack the inode on Windows.
                    entries[entry.name] = os.lstat(entry.path)
                except FileNotFoundError:
                    continue
        return entries

    def _sorted_out(self, entries: Mapping[str, os.stat_result]) -> SeenFiles:
        wanted = {self.folder / name: found for name, found in entries.items() if self._wants(name)}
        files = {path: _look(found) for path, found in wanted.items() if stat.S_ISREG(found.st_mode)}
        waiting = [_no_file(path, found) for path, found in wanted.items() if path not in files]
        self._remember(files)
        ready = []
        triggers = dict(self._trigger_files(entries))
        owners = {name.lower(): name for name, found in entries.items() if self._is_owner_file(name, found)}
        for path in sorted(files, key=lambda path: (files[path].modified, os.fsencode(path.name))):
            reason = self._without_trigger(path, triggers) if self._triggers else self._unsettled(path)
            if reason := reason or self._owned(path, owners):
                waiting.append(reason)
            else:
                ready.append(path)
        busy = open_for_writing(ready)
        waiting += [Waiting(path, "another program has it open for writing") for path in ready if path in busy]
        kept_back = {path: reason for path in ready if (reason := _kept_back(path))}
        waiting += kept_back.values()
        free = [path for path in ready if path not in busy and path not in kept_back]
        arrivals = list(self._arrivals(free, files, triggers))
        if self._pairs is None:
            return SeenFiles(tuple(arrivals), tuple(waiting))
        arrived = {path: wanted[path].st_ctime for path in files}
        found = list(self._pairs.of(arrivals, arrived, self._now()))
        waiting += [one for one in found if isinstance(one, Waiting)]
        return SeenFiles(tuple(one for one in found if isinstance(one, Arrival)), tuple(waiting))

    def _wants(self, name: str) -> bool:
        lower = name.lower()
        if lower == NAME or self._is_dnc_list(name) or lower.startswith(_BEGINNINGS) or lower.endswith(_ENDINGS):
            return False
        if lower.endswith(tuple(suffix.lower() for suffix in self._triggers)) and self._triggers:
            return False
        is_list = self._pairs is not None and self._pairs.is_list(Path(name))
        return is_list or any(fnmatchcase(lower, pattern) for pattern in self._patterns)

    def _is_alone(self, name: str) -> bool:
        """Return whether a file has the telephone numbers for a campaign that a rule names."""
        return any(fnmatchcase(name.lower(), pattern) for pattern in self._numbers_for)

    def _is_dnc_list(self, name: str) -> bool:
        """Return whether a file is a do-not-call list that drop.toml names, with or without a country."""
        path = str(self.folder / name)
        return any(one == path or one.startswith(f"{path}:") for one in self._drop_folder.handling.dnc or ())

    def _remember(self, files: Mapping[Path, FileStat]) -> None:
        """Keep what was seen, and since when; forget what is gone."""
        known = {}
        for path, look in files.items():
            before = self._known.get(path)
            if before is not None and before.look == look:
                known[path] = before
            else:
                known[path] = _Known(look, self._clock(), restless=before is not None)
        self._known = known

    def _unsettled(self, path: Path) -> Waiting | None:
        """Return how much longer to wait for a file; None if it has been unchanged for long enough."""
        known = self._known[path]
        needed = self.settle * (1 if known.look.size else EMPTY_FILES_WAIT)
        quiet = self._clock() - known.since
        age = self._now() - known.look.modified / 1e9
        if not known.restless and age > 0:
            # A file that changed between two looks may have been given an old time; a future time proves nothing.
            quiet = max(quiet, age)
        if quiet >= needed:
            return None
        what = "it may still be growing" if known.look.size else "it is empty"
        return Waiting(path, what, needed - quiet)

    def _is_owner_file(self, name: str, found: os.stat_result) -> bool:
        is_one = any(name.startswith(before) and name.endswith(after) for before, after in OWNER_FILES)
        return is_one and self._now() - found.st_mtime < OWNED_SECONDS

    def _owned(self, path: Path, owners: Mapping[str, str]) -> Waiting | None:
        """Return that a file is open in a spreadsheet program, on any machine; None if it is not."""
        names = (f"{before}{path.name}{after}".lower() for before, after in OWNER_FILES)
        owner = next((owners[name] for name in names if name in owners), None)
        return Waiting(path, f"it is open in a spreadsheet program: {owner} exists") if owner else None

    def _without_trigger(self, path: Path, triggers: Mapping[str, Trigger]) -> Waiting | None:
        if self._triggers_of(path, triggers):
            return None
        return Waiting(path, f"its trigger {path.name}{self._triggers[0]} does not exist yet")

    def _trigger_files(self, entries: Mapping[str, os.stat_result]) -> Iterator[tuple[str, Trigger]]:
        suffixes = tuple(suffix.lower() for suffix in self._triggers)
        for name, found in entries.items():
            if suffixes and name.lower().endswith(suffixes) and not stat.S_ISDIR(found.st_mode):
                yield name.lower(), Trigger(self.folder / name, _look(found))

    def _triggers_of(self, path: Path, triggers: Mapping[str, Trigger]) -> list[Trigger]:
        names = [f"{name}{suffix}".lower() for name in (path.name, path.stem) for suffix in self._triggers]
        return [triggers[name] for name in names if name in triggers]

    def _arrivals(
        self, ready: Sequence[Path], files: Mapping[Path, FileStat], triggers: Mapping[str, Trigger]
    ) -> Iterator[Arrival]:
        """Yield the files that are ready; a trigger goes with the last of the files that it is for."""
        last: dict[Path, Path] = {}
        for path in (*ready, *(path for path in files if path not in ready)):
            last |= {trigger.path: path for trigger in self._triggers_of(path, triggers)}
        for path in ready:
            going = [one for one in self._triggers_of(path, triggers) if last[one.path] == path]
            yield Arrival(path, files[path], going[0] if going else None)


def refuse_foreign(folder: DropFolder) -> None:
    """Raise NotADirectoryError for a folder below the named one that is a link: whoever drops files can make one."""
    if folder.name:
        refuse_link(folder.path)


def _look(found: os.stat_result) -> FileStat:
    return FileStat(found.st_size, found.st_mtime_ns, found.st_dev, found.st_ino)


def _kept_back(path: Path) -> Waiting | None:
    """Return what a person has to do before a complete file can be read; None if nothing."""
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    except PermissionError as error:
        reason = f"it cannot be read ({error.strerror}). Allow the importer's user to read it"
        return Waiting(path, reason, needs_person=True)
    except OSError:
        return None  # other errors show when it is claimed
    try:
        if os.fstat(file).st_nlink > 1:
            # It may be somebody else's file, even one of the importer's own user.
            reason = "it is a hard link to a file that may be anywhere. Drop a copy of it"
            return Waiting(path, reason, needs_person=True)
    finally:
        os.close(file)
    return None


def _no_file(path: Path, found: os.stat_result) -> Waiting:
    if stat.S_ISLNK(found.st_mode):
        return Waiting(path, "it is a link, and links are not followed")
    what = "a folder" if stat.S_ISDIR(found.st_mode) else "not an ordinary file"
    return Waiting(path, f"it is {what}")
