"""Taking files: each by one of all who try, and none forgotten after a crash."""

import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from importer.dropping import claims
from importer.dropping.arriving import Arrival, Look, look_at
from importer.dropping.claims import Claimed
from importer.dropping.filing import PROCESSING, PutAway, finish, is_begun
from importer.dropping.moving import bring, free_names, keep_names, move
from importer.dropping.trouble import told
from importer.dropping.writers import open_for_writing


@dataclass(frozen=True)
class Inbox:
    """A folder that files arrive in."""

    folder: Path

    @property
    def processing(self) -> Path:
        """Where files are while they are worked on."""
        return self.folder / PROCESSING

    def prepare(self) -> None:
        """Make the folder for files at work; raise WrongSettings, with the cure, where nothing can be taken here."""
        with told(self.folder):
            self.processing.mkdir(exist_ok=True)
            for folder in (self.folder, self.processing):
                with tempfile.TemporaryFile(dir=folder):
                    pass

    def claim(self, arrival: Arrival, now: datetime) -> Claimed | None:
        """Take a file: move it to `processing/` in one step, and remove its trigger.

        Returns None where another was faster, or where the file has changed since it was looked at: then it stays, or
        is put back. `now` is noted. Raises WrongSettings where the folder does not let us.
        """
        with told(self.folder):
            target = self._reserve(arrival, now)
            try:
                move(arrival.path, target)
            except FileNotFoundError:
                claims.remove(target)
                return None
            except OSError:
                claims.remove(target)
                raise
            if look_at(target) != arrival.look or open_for_writing([target]):
                self._put_back(target, arrival.path)
                return None
            keep_names(self.processing)
            keep_names(self.folder)
            _remove_trigger(claims.read(target), self.folder)
            return claims.claimed(target, self.folder)

    def put_away_begun(self, heard: PutAway) -> tuple[Path, ...]:
        """Put away the files whose putting away had begun when a process ended; return where they are now.

        Only for one who holds the lock. Raises WrongSettings where the folder does not let us.
        """
        with told(self.folder):
            if not self.processing.is_dir():
                return ()
            taken = (claims.claimed(path, self.folder) for path in self._claimed_paths())
            return tuple(finish(one, heard) for one in taken if is_begun(one))

    def left_over(self) -> tuple[Claimed, ...]:
        """Return the files that were taken and not put away, oldest first, after a process that ended too early.

        Those whose putting away had begun are put away. Only for one who holds the lock: notes that belong to no file
        are removed. Raises WrongSettings where the folder does not let us.
        """
        with told(self.folder):
            if not self.processing.is_dir():
                return ()
            found = []
            for path in self._claimed_paths():
                one = claims.claimed(path, self.folder)
                _remove_trigger(claims.read(path), self.folder)
                if is_begun(one):
                    finish(one)
                else:
                    found.append(one)
            self._remove_loose_notes()
            return tuple(sorted(found, key=lambda one: (one.path.lstat().st_mtime_ns, os.fsencode(one.path))))

    def strays(self) -> tuple[Path, ...]:
        """Return what is in `processing/` and belongs to no file that was taken: put there by hand, or unfinished.

        Nothing is ever done with these; a person should look at them.
        """
        with told(self.folder):
            if not self.processing.is_dir():
                return ()
            taken = self._claimed_paths()
            ours = tuple(f"{path.stem}." for path in taken)
            names = sorted(os.listdir(self.processing))  # noqa: PTH208 -- only names are needed
            return tuple(
                self.processing / name
                for name in names
                if self.processing / name not in taken and not name.startswith((".", *ours))
            )

    def _put_back(self, target: Path, place: Path) -> None:
        try:
            move(target, place)
        except FileExistsError:
            bring(target, self.folder, place.name)
        claims.remove(target)

    def _reserve(self, arrival: Arrival, now: datetime) -> Path:
        """Find a free name in `processing/` and make its note, which keeps others from taking the same one."""
        name = arrival.path.name
        values: dict[str, Any] = {"name": name, "since": now.isoformat(timespec="seconds")}
        if arrival.trigger is not None:
            values["trigger"] = {"name": arrival.trigger.path.name, "look": asdict(arrival.trigger.look)}
        for free in free_names(self.processing, name):
            target = self.processing / free
            try:
                claims.make(target, {**values, "file": target.name})
            except FileExistsError:
                # Another one is taking a file under this name just now, or died doing so.
                continue
            return target
        raise AssertionError("names do not end")  # pragma: no cover

    def _claimed_paths(self) -> list[Path]:
        """Return the files in `processing/` that have a note of their own."""
        return [
            path
            for path in sorted(self.processing.iterdir())
            if not path.name.startswith(".")
            and stat.S_ISREG(path.lstat().st_mode)
            and claims.note_of(path).exists()
            and claims.read(path).get("file", path.name) == path.name
        ]

    def _remove_loose_notes(self) -> None:
        kept = {claims.note_of(path) for path in self._claimed_paths()}
        for path in _hidden(self.processing):
            if claims.is_ours(path.name) and path not in kept:
                path.unlink()


def _hidden(folder: Path) -> Iterator[Path]:
    return (path for path in list(folder.iterdir()) if path.name.startswith("."))


def _remove_trigger(values: dict[str, Any], folder: Path) -> None:
    """Remove the trigger that a note tells of, unless it is a new one, which is for another file."""
    trigger = values.get("trigger")
    if trigger is None:
        return
    path = folder / trigger["name"]
    if look_at(path) == Look(**trigger["look"]):
        path.unlink(missing_ok=True)
