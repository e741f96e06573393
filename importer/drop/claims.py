"""What is remembered about claimed files: notes beside the journal, where nobody else may write.

A note has the name under which a file arrived, its trigger, how it is being archived, and how many passes have ended
over it. What it says is acted on, so it is kept apart from the files, and read into a frozen dataclass or not at all.
"""

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from importer.drop.places import PROCESSING, Disposition, make_closed
from importer.drop.seen import FileStat, Trigger
from importer.files import sync_file, sync_folder, write_whole
from importer.notify import Message, message_of, message_record

_ENDING = ".json"
_REASON = ".reason"
_INTERRUPTED = ".interrupted"

NONSENSE = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)
"""What reading an invalid note raises."""


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A claimed file: where it is now, the name it arrived under, the folder it arrived in, and when.

    Runs that were made of it are behind `place` in the journal. `beside` is where the list with the telephone numbers
    for its campaigns is, if that was claimed with it. What is written beside it, such as its results, has a name that
    begins with `path.stem` and a dot.
    """

    path: Path
    name: str
    inbox: Path
    since: datetime
    beside: Path | None = None
    place: int = 0


@dataclass(frozen=True)
class Beside:
    """A list that was claimed with a file: the name it arrived under, its name in `processing/`, and its trigger."""

    name: str
    file: str
    look: FileStat
    trigger: Trigger | None = None


@dataclass(frozen=True)
class Move:
    """What is archived with a file: where it is, and the name that it gets."""

    source: Path
    name: str


@dataclass(frozen=True, kw_only=True)
class Filing:
    """How a file is being archived: under which place and day, under which name, and what goes with it.

    `message` is the notification about it, sent once the file is there and not before; `runs` are those that
    were made from it: one, or one of each sheet.
    """

    place: Disposition
    day: date
    name: str
    moves: tuple[Move, ...] = ()
    message: Message | None = None
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is remembered about a claimed file: `file` is its name in `processing/`, `name` the one it arrived under.

    `passes` is how many began work on it since it reached `progress`, and did not end properly. `place` is that of the
    last run in the journal when it was claimed: the time says less, for clocks are set.
    """

    file: str
    name: str
    since: datetime
    trigger: Trigger | None = None
    filing: Filing | None = None
    passes: int = 0
    progress: str = ""
    beside: Beside | None = None
    place: int = 0


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
            json.dump(_document(claim), file)
        sync_file(note)
        sync_folder(self._folder)

    def change(self, claim: Claim) -> None:
        """Replace a note: afterwards, even after a crash, there is either the old one or the new one."""
        write_whole(self._note(claim.file), json.dumps(_document(claim)).encode("ascii"))

    def find(self, path: Path) -> Claim | None:
        """Return what is remembered about a file in `processing/`; None if it was not claimed.

        If the note can no longer be read, what the file itself shows is returned.
        """
        try:
            content = self._note(path.name).read_bytes()
        except FileNotFoundError:
            return None
        try:
            claim = _claim(json.loads(content), self._inbox)
        except NONSENSE:
            return Claim(file=path.name, name=path.name, since=datetime.fromtimestamp(path.lstat().st_mtime, UTC))
        return claim if claim.file == path.name else None

    def begun(self) -> list[Claim]:
        """Return what is remembered about the files whose archiving had begun, including those archived by now."""
        found = []
        for note in sorted(path for path in self._paths() if path.suffix == _ENDING):
            with suppress(*NONSENSE):  # then no filing is recorded in it
                found.append(_claim(json.loads(note.read_bytes()), self._inbox))
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


def plain(name: object) -> str:
    """Return the name of a file in a folder. Raises ValueError for anything that leads out of it."""
    if not isinstance(name, str) or name in ("", ".", "..") or {"/", "\0", os.sep, os.altsep or "/"} & set(name):
        raise ValueError("not a plain name")
    return name


def trigger(known: Any, inbox: Path) -> Trigger | None:
    """Return the trigger in an inbox that a note names. Raises one of NONSENSE."""
    if known is None:
        return None
    return Trigger(inbox / plain(known["name"]), _file_stat(known["look"]))


def _file_stat(known: Any) -> FileStat:
    size, modified, device, inode = (int(known[name]) for name in ("size", "modified", "device", "inode"))
    return FileStat(size, modified, device, inode)


def _document(claim: Claim) -> dict[str, Any]:
    filing = claim.filing
    return {
        "file": claim.file,
        "name": claim.name,
        "since": claim.since.isoformat(),
        "place": claim.place,
        "trigger": _trigger_document(claim.trigger),
        "beside": claim.beside and asdict(claim.beside) | {"trigger": _trigger_document(claim.beside.trigger)},
        "filing": filing
        and {
            "place": filing.place,
            "day": filing.day.isoformat(),
            "name": filing.name,
            "moves": [[str(move.source), move.name] for move in filing.moves],
            "message": filing.message and message_record(filing.message),
            "runs": filing.runs,
        },
        "passes": claim.passes,
        "progress": claim.progress,
    }


def _trigger_document(found: Trigger | None) -> dict[str, Any] | None:
    return {"name": found.path.name, "look": asdict(found.look)} if found else None


def _claim(known: Any, inbox: Path) -> Claim:
    return Claim(
        file=plain(known["file"]),
        name=plain(known["name"]),
        since=datetime.fromisoformat(known["since"]),
        trigger=trigger(known["trigger"], inbox),
        filing=_filing(known["filing"]),
        passes=int(known["passes"]),
        progress=str(known["progress"]),
        # Earlier versions claimed one file at a time.
        beside=_beside(known.get("beside"), inbox),
        place=int(known.get("place", 0)),
    )


def _beside(known: Any, inbox: Path) -> Beside | None:
    if known is None:
        return None
    return Beside(
        name=plain(known["name"]),
        file=plain(known["file"]),
        look=_file_stat(known["look"]),
        trigger=trigger(known["trigger"], inbox),
    )


def _filing(known: Any) -> Filing | None:
    if known is None:
        return None
    moves = tuple(Move(Path(source), plain(name)) for source, name in known["moves"])
    message = known.get("message")
    return Filing(
        place=Disposition(known["place"]),
        day=date.fromisoformat(known["day"]),
        name=plain(known["name"]),
        moves=moves,
        message=message and message_of(message),
        # Earlier versions made one run of a file.
        runs=tuple(map(str, known["runs"] if "runs" in known else filter(None, [known.get("run")]))),
    )
