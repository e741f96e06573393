"""Claimed files, and what a note about one says: read into a frozen dataclass, or not at all."""

import os
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from importer.drop.places import Disposition
from importer.drop.seen import FileStat, Trigger
from importer.notify import Message, message_of, message_record

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


def document_of(claim: Claim) -> dict[str, Any]:
    """Return a claim as its note has it, as JSON."""
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


def claim_of(known: Any, inbox: Path) -> Claim:
    """Return the claim in an inbox that a note describes. Raises one of NONSENSE."""
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
