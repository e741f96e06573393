"""Which files of a drop folder have been kept long enough: whole days of archived files."""

from datetime import date, datetime
from pathlib import Path

from importer.drop.places import Disposition

KEPT = frozenset((Disposition.IN_DOUBT,))
"""Places that are never cleared: a person has not decided yet."""


def old_files(folder: Path, before: datetime) -> list[Path]:
    """Return the files that were archived before a time, in a drop folder and in the folders directly below it."""
    inboxes = (folder, *(path for path in sorted(folder.iterdir()) if path.is_dir() and not path.is_symlink()))
    days = [
        day
        for inbox in inboxes
        for place in Disposition
        if place not in KEPT and not (inbox / place).is_symlink()
        for day in sorted((inbox / place).glob("[0-9]*-[0-9][0-9]-[0-9][0-9]"))
        if day.is_dir() and not day.is_symlink() and _is_before(day.name, before.date())
    ]
    return [file for day in days for file in sorted(day.iterdir()) if file.is_file() or file.is_symlink()]


def remove_files(files: list[Path]) -> None:
    """Remove files, and day folders that are empty afterwards; never through a link made in the meantime."""
    days = {day for day in {file.parent for file in files} if not (day.is_symlink() or day.parent.is_symlink())}
    for file in files:
        if file.parent in days:
            file.unlink(missing_ok=True)
    for day in days:
        if day.is_dir() and not any(day.iterdir()):
            day.rmdir()


def _is_before(name: str, day: date) -> bool:
    try:
        return date.fromisoformat(name) < day
    except ValueError:
        return False
