"""Claiming files: each by one process only, and none forgotten after a crash."""

import os
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from importer.drop import former
from importer.drop.archiving import FileGone, PutAway, finish, unheard
from importer.drop.arrivals import look_at
from importer.drop.claim_notes import Beside, Claim, Claimed
from importer.drop.claims import Claims
from importer.drop.moving import bring, free_names, move
from importer.drop.open_files import open_for_writing
from importer.drop.os_errors import reported
from importer.drop.places import PROCESSING, make_closed
from importer.drop.seen import Arrival, Waiting
from importer.files import sync_folder


@dataclass(frozen=True)
class Inbox:
    """A folder that files arrive in; what is remembered about them is in `notes`, beside the journal."""

    folder: Path
    notes: Path

    @property
    def processing(self) -> Path:
        """Where files are while they are worked on."""
        return self.folder / PROCESSING

    @cached_property
    def claims(self) -> Claims:
        """What is remembered about the claimed files."""
        return Claims(self.notes, self.folder)

    def prepare(self) -> None:
        """Make the folder for files at work, and convert what an earlier version left there.

        The caller must hold the lock. Raises WrongSettings, which says how to fix it, if nothing can be claimed here.
        """
        with reported(self.notes):
            self.claims.prepare()
        with reported(self.folder):
            make_closed(self.processing)
            former.take_up(self.processing, self.claims)
            for folder in (self.folder, self.processing):
                with tempfile.TemporaryFile(dir=folder):
                    pass

    def claim(self, arrival: Arrival, now: datetime, place: int = 0) -> Claimed | Waiting | None:
        """Claim a file: move it to `processing/` in one step, and remove its trigger.

        Returns None if another process was faster, or if the file has changed since it was seen: then it stays, or
        is put back; returns why it waits if this file cannot be moved. `now` is noted, and `place`, that of the last
        run in the journal. Raises WrongSettings if the folder is not writable.
        """
        with reported(self.folder):
            make_closed(self.processing)
            claim = self._take(arrival, now, place)
            if not isinstance(claim, Claim):
                return claim
            target = self.processing / claim.file
            if look_at(target) != arrival.look or open_for_writing([target]) or not self._has_list(claim):
                self._put_back(claim, arrival.path)
                return None
            sync_folder(self.processing)
            sync_folder(self.folder)
            _remove_triggers(claim)
            return self.claims.claimed(claim)

    def put_away_begun(self, heard: PutAway = unheard) -> tuple[Path, ...]:
        """Finish archiving the files whose archiving had begun when a process ended; return where they are now.

        `heard` is called with each, including one that had reached its place unreported. The caller must
        hold the lock. Raises WrongSettings if the folder is not writable.
        """
        with reported(self.folder):
            found = []
            for claim in self.claims.begun():
                # If somebody has moved one since, they know about it.
                with suppress(FileGone):
                    found.append(finish(self.claims, claim, heard))
            return tuple(found)

    def left_over(self) -> tuple[Claimed, ...]:
        """Return the files that were claimed and not archived, oldest first, after a process that ended too early.

        `put_away_begun` comes first. The caller must hold the lock: notes without a file are removed. Raises
        WrongSettings if the folder is not writable.
        """
        with reported(self.folder):
            found = []
            for claim in self._claims():
                if claim.filing is None and not self._has_list(claim):
                    self._put_back(claim, self.folder / claim.name)
                    continue
                _remove_triggers(claim)
                if claim.filing is None:
                    found.append(self.claims.claimed(claim))
            self._remove_loose_notes()
            return tuple(sorted(found, key=lambda one: (one.path.lstat().st_mtime_ns, os.fsencode(one.path))))

    def strays(self) -> tuple[Path, ...]:
        """Return what is in `processing/` and does not belong to a claimed file: put there by hand, or unfinished.

        These are never touched; a person should look at them.
        """
        with reported(self.folder):
            taken = frozenset(claim.file for claim in self._claims())
            ours = tuple(f"{Path(name).stem}." for name in taken)
            return tuple(
                self.processing / name
                for name in sorted(self._names())
                if name not in taken and not name.startswith((".", *ours))
            )

    def holds_any(self) -> bool:
        """Return whether there is anything in `processing/`, or half archived, that a pass should look at."""
        with reported(self.folder):
            return bool(self._names() or self.claims.begun())

    def _take(self, arrival: Arrival, now: datetime, place: int) -> Claim | Waiting | None:
        """Move a file to the first free name; its note, made before, keeps others from using the same one."""
        for free in free_names(self.processing, arrival.path.name):
            beside = _beside(arrival, free)
            claim = Claim(
                file=free, name=arrival.path.name, since=now, trigger=arrival.trigger, beside=beside, place=place
            )
            try:
                self.claims.make(claim)
            except FileExistsError:
                # Another process is claiming a file under this name right now, or died doing so.
                continue
            try:
                move(arrival.path, self.processing / free)
            except OSError as error:
                self.claims.remove(claim)
                match error:
                    case FileExistsError():
                        continue
                    case FileNotFoundError():
                        return None
                    case PermissionError():
                        return Waiting(arrival.path, f"it cannot be moved ({error.strerror})", needs_person=True)
                raise
            return claim
        raise AssertionError("names do not end")  # pragma: no cover

    def _has_list(self, claim: Claim) -> bool:
        """Bring the list that belongs to a claimed file, if there is one; return whether all is there and complete.

        Repeated after a crash: the note says which list it was.
        """
        beside = claim.beside
        if beside is None:
            return True
        target = self.processing / beside.file
        if look_at(target) is None:
            if look_at(self.folder / beside.name) != beside.look:
                return False
            try:
                move(self.folder / beside.name, target)
            except (FileNotFoundError, PermissionError):
                return False
        return look_at(target) == beside.look and not open_for_writing([target])

    def _put_back(self, claim: Claim, place: Path) -> None:
        moves = [(self.processing / claim.file, place)]
        if claim.beside is not None:
            moves.insert(0, (self.processing / claim.beside.file, self.folder / claim.beside.name))
        for target, before in moves:
            if look_at(target) is None:
                continue
            try:
                move(target, before)
            except FileExistsError:
                bring(target, self.folder, before.name)
        self.claims.remove(claim)

    def _claims(self) -> list[Claim]:
        """Return what is remembered about the files in `processing/`, and separately those that were not claimed."""
        files = (self.processing / name for name in sorted(self._names()) if not name.startswith("."))
        found = (self.claims.find(path) for path in files if stat.S_ISREG(path.lstat().st_mode))
        return [claim for claim in found if claim is not None]

    def _names(self) -> list[str]:
        try:
            return os.listdir(self.processing)  # noqa: PTH208 -- only names are needed
        except FileNotFoundError:
            return []

    def _remove_loose_notes(self) -> None:
        known = frozenset(claim.file for claim in self._claims())
        self.claims.remove_others(known)
        if self.processing.is_dir():
            former.remove_loose(self.processing, known)


def _beside(arrival: Arrival, free: str) -> Beside | None:
    """Return the list of an arrival as it is noted; in `processing/` its name begins as that of the campaigns does."""
    found = arrival.beside
    if found is None:
        return None
    name = f"{Path(free).stem}{found.path.name[len(arrival.path.stem) :]}"
    return Beside(found.path.name, name, found.look, found.trigger)


def _remove_triggers(claim: Claim) -> None:
    """Remove the triggers that a note names, unless one is new, which is for another file."""
    for trigger in (claim.trigger, claim.beside.trigger if claim.beside else None):
        if trigger is not None and look_at(trigger.path) == trigger.look:
            trigger.path.unlink(missing_ok=True)
