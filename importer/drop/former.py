"""What an earlier version was working on: its notes are beside the files, in a folder that others may have written to.

A note is trusted only if nobody else can have written it, and then only as far as it names files of the inbox: it
is read into the same dataclass as ours. A file whose note says anything else was put there by
somebody.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from importer.drop.claim_notes import NONSENSE, Claim, Filing, Move, plain, trigger
from importer.drop.claims import Claims
from importer.drop.places import Disposition
from importer.security import OpenToOthers, read_ours

_ENDING = ".claim.json"
_ENDINGS = (_ENDING, f"{_ENDING}.new", ".reason.new")


def take_up(processing: Path, claims: Claims) -> None:
    """Convert the notes of an earlier version into ours. The caller must hold the lock. Raises OSError.

    The folder is closed to others by now; before that, they may have put notes there, which then belong to them.
    """
    for note in list(_hidden(processing, _ENDING)):
        claim = _claim_of(note)
        if claim is None:
            continue
        with suppress(FileExistsError):  # converted by a process that died afterwards
            claims.make(claim)
        note.unlink()


def remove_loose(processing: Path, known: frozenset[str]) -> None:
    """Remove the notes of an earlier version whose files no longer exist."""
    kept = {Path(name).stem for name in known}
    for path in list(_hidden(processing, _ENDINGS)):
        if not any(path.name == f".{stem}{ending}" for stem in kept for ending in _ENDINGS):
            path.unlink()


def _hidden(processing: Path, endings: str | tuple[str, ...]) -> Iterator[Path]:
    names = (path for path in processing.iterdir() if path.name.startswith(".") and path.name.endswith(endings))
    return (path for path in names if path.is_symlink() or not path.is_dir())


def _claim_of(note: Path) -> Claim | None:
    """Return what a note says about a file beside it; None if it cannot be trusted."""
    try:
        known = json.loads(read_ours(note))
        stem = note.name.removeprefix(".").removesuffix(_ENDING)
        file = plain(known["file"]) if "file" in known else _file_of(stem, note.parent)
        if Path(file).stem != stem or note.is_symlink():
            return None
        since = known.get("since")
        when = datetime.fromisoformat(since) if since is not None else _changed(note.parent / file)
        if when.tzinfo is None:
            return None
        filing = _filing(known.get("filing"), note.parent)
        return Claim(
            file=file,
            name=plain(known["name"]),
            since=when,
            trigger=trigger(known.get("trigger"), note.parent.parent),
            filing=filing,
        )
    except (OSError, OpenToOthers, *NONSENSE):
        return None


def _file_of(stem: str, processing: Path) -> str:
    (file,) = (path.name for path in processing.iterdir() if path.stem == stem and not path.name.startswith("."))
    return file


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.lstat().st_mtime, UTC)


def _filing(known: Any, processing: Path) -> Filing | None:
    if known is None:
        return None
    place, _, day = known["folder"].partition("/")
    moves = tuple(_move(Path(source), name, processing) for source, name in known["moves"])
    return Filing(place=Disposition(place), day=date.fromisoformat(day), name=plain(known["name"]), moves=moves)


def _move(source: Path, name: object, processing: Path) -> Move:
    """Return what was to be archived with the file, if it is beside it. Raises ValueError."""
    if source.parent.resolve() != processing.resolve():
        raise ValueError("not in the folder for files at work")
    return Move(processing / plain(source.name), plain(name))
