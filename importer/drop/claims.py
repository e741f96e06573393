"""What is remembered about claimed files: notes beside the journal, where nobody else may write.

A note has the name under which a file arrived, its trigger, how it is being archived, and how many passes have ended
over it. What it says is acted on, so it is kept apart from the files, and read into a frozen dataclass or not at all.
"""

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from importer.drop.claim_notes import NONSENSE, Claim, Claimed, claim_of, document_of
from importer.drop.places import PROCESSING, make_closed
from importer.files import sync_file, sync_folder, write_whole

_ENDING = ".json"
_REASON = ".reason"
_INTERRUPTED = ".interrupted"


class Claims:
    """The notes about the files of one inbox, in a separate folder below `folder`."""

    def __init__(self, folder: Path, inbox: Path) -> None:
        self._inbox = inbox
        # A folder has the same notes under all its names.
        name = hashlib.sha256(os.fsencode(inbox.resolve())).hexdigest()[:16]
        self._all, self._folder = folder, folder / name

    def prepare(self) -> None:
        """Make the folder for notes. Raises OSError, and WrongSettings if it belongs to somebody else."""
        self._all.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self._all, self._folder):
            # File names are private.
            folder.mkdir(mode=0o700, exist_ok=True)
            make_closed(folder)
        sync_folder(self._all)

    def make(self, claim: Claim) -> None:
        """Write the note of a file that is to be claimed; raise FileExistsError if there is one of the same stem."""
        note = self._note(claim.file)
        with note.open("x", encoding="ascii") as file:
            json.dump(document_of(claim), file)
        sync_file(note)
        sync_folder(self._folder)

    def change(self, claim: Claim) -> None:
        """Replace a note: afterwards, even after a crash, there is either the old one or the new one."""
        write_whole(self._note(claim.file), json.dumps(document_of(claim)).encode("ascii"))

    def find(self, path: Path) -> Claim | None:
        """Return what is remembered about a file in `processing/`; None if it was not claimed.

        If the note can no longer be read, what the file itself shows is returned.
        """
        try:
            content = self._note(path.name).read_bytes()
        except FileNotFoundError:
            return None
        try:
            claim = claim_of(json.loads(content), self._inbox)
        except NONSENSE:
            return Claim(file=path.name, name=path.name, since=datetime.fromtimestamp(path.lstat().st_mtime, UTC))
        return claim if claim.file == path.name else None

    def begun(self) -> list[Claim]:
        """Return what is remembered about the files whose archiving had begun, including those archived by now."""
        found = []
        for note in sorted(path for path in self._paths() if path.suffix == _ENDING):
            with suppress(*NONSENSE):  # then no filing is recorded in it
                found.append(claim_of(json.loads(note.read_bytes()), self._inbox))
        return [claim for claim in found if claim.filing is not None]

    def is_noted(self, path: Path) -> bool:
        """Return whether a file in `processing/`, or another one of its stem, was claimed."""
        return self._note(path.name).exists()

    def get(self, claimed: Claimed) -> Claim:
        """Return what is remembered about a claimed file, even if its note is gone."""
        return self.find(claimed.path) or Claim(
            file=claimed.path.name, name=claimed.name, since=claimed.since, place=claimed.place
        )

    def claimed(self, claim: Claim) -> Claimed:
        """Return a claimed file, as its note has it."""
        processing = self._inbox / PROCESSING
        return Claimed(
            path=processing / claim.file,
            name=claim.name,
            inbox=self._inbox,
            since=claim.since,
            beside=processing / claim.beside.file if claim.beside else None,
            place=claim.place,
        )

    def remove(self, claim: Claim) -> None:
        """Forget a file."""
        self._interrupted(claim.file).unlink(missing_ok=True)
        self._note(claim.file).unlink(missing_ok=True)

    def remove_others(self, known: frozenset[str]) -> None:
        """Forget all files except those of these names in `processing/`."""
        kept = {of(name) for name in known for of in (self._note, self._interrupted)}
        for path in self._paths():
            if path not in kept:
                path.unlink()

    def reason_of(self, file: str) -> Path:
        """Return where the reason for archiving a file is kept until it is archived itself."""
        return self._folder / f"{Path(file).stem}{_REASON}"

    def begin(self, claimed: Claimed, progress: str) -> int:
        """Note that a pass begins work on a file at this progress; return how many have not got further."""
        claim, interrupted = self.get(claimed), self._interrupted(claimed.path.name)
        before = claim.passes if claim.progress == progress and not interrupted.exists() else 0
        self.change(replace(claim, passes=before + 1, progress=progress))
        interrupted.unlink(missing_ok=True)
        return before

    def interrupt(self, claimed: Claimed) -> None:
        """Note that somebody asked the pass at work on a file to end, so that its end is not blamed on the file.

        Safe in a signal handler: written beside the note, which may be in the middle of being written.
        """
        with suppress(OSError):
            os.close(os.open(self._interrupted(claimed.path.name), os.O_CREAT | os.O_WRONLY, 0o600))

    def end(self, claimed: Claimed) -> None:
        """Note that the work on a file ended properly: this pass was not ended by the file."""
        claim = self.find(claimed.path)
        if claim is not None:
            self.change(replace(claim, passes=0))

    def _note(self, file: str) -> Path:
        """Return where the note of a file is. It is named after the stem: no two files share one, so results differ."""
        return self._folder / f"{Path(file).stem}{_ENDING}"

    def _interrupted(self, file: str) -> Path:
        return self._folder / f"{Path(file).stem}{_INTERRUPTED}"

    def _paths(self) -> list[Path]:
        return list(self._folder.iterdir()) if self._folder.is_dir() else []
