"""The note beside a file that was taken: under which name it arrived, its trigger, and how it is being put away."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from importer.dropping.moving import keep, keep_names

_ENDING = ".claim.json"
_REASON = ".reason.new"


@dataclass(frozen=True)
class Claimed:
    """A file that was taken: where it is now, the name it arrived under, the folder it arrived in, and when.

    What is written beside it, such as its results, has a name that begins with `path.stem` and a dot.
    """

    path: Path
    name: str
    inbox: Path
    since: datetime


def note_of(path: Path) -> Path:
    """Return where the note of a file is. Its stem counts: no two files have the same, so that results differ."""
    return path.with_name(f".{path.stem}{_ENDING}")


def reason_of(path: Path) -> Path:
    """Return where the reason for putting a file away stands until it is put away itself."""
    return path.with_name(f".{path.stem}{_REASON}")


def is_ours(name: str) -> bool:
    """Say whether a name is that of a note, or of something that is being written beside it."""
    return name.startswith(".") and name.endswith((_ENDING, f"{_ENDING}.new", _REASON))


def make(path: Path, values: dict[str, Any]) -> None:
    """Write the note of a file that is to be taken; raise FileExistsError where there is one already."""
    note = note_of(path)
    with note.open("x", encoding="ascii") as file:
        json.dump(values, file)
    keep(note)
    keep_names(note.parent)


def change(path: Path, values: dict[str, Any]) -> None:
    """Write the note anew: afterwards, and after a crash, there is the old one or the new one."""
    note = note_of(path)
    new = note.with_name(f"{note.name}.new")
    new.write_text(json.dumps(values), encoding="ascii")
    keep(new)
    new.replace(note)
    keep_names(note.parent)


def read(path: Path) -> dict[str, Any]:
    """Return what the note of a file says; nothing where there is none that can be read."""
    try:
        values = json.loads(note_of(path).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def remove(path: Path) -> None:
    """Remove the note of a file."""
    note_of(path).unlink(missing_ok=True)


def claimed(path: Path, inbox: Path) -> Claimed:
    """Return a file that was taken, as its note has it."""
    values = read(path)
    since = values.get("since")
    when = datetime.fromisoformat(since) if since else datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    return Claimed(path, values.get("name", path.name), inbox, when)
