"""The folders that are ours within a folder that files arrive in: real folders of ours, and no links to others."""

import errno
import os
from enum import StrEnum
from pathlib import Path

from importer.drop.os_errors import shown
from importer.errors import WrongSettings
from importer.security import close_to_others, is_open_to_others, is_own_folder
from schemas.problem_codes import ProblemCode

PROCESSING = "processing"
"""Where files are while they are being worked on."""


class Disposition(StrEnum):
    """Where a file is archived, by what became of it."""

    DONE = "done"
    FAILED = "failed"
    CHANGED = "changed"
    EXISTING = "existing"
    IN_DOUBT = "in-doubt"
    QUARANTINE = "quarantine"
    DUPLICATE = "duplicate"


FOLDERS = frozenset((PROCESSING, *Disposition))
"""The names of folders that are ours within a folder that files arrive in."""


def make_own(*folders: Path) -> None:
    """Make folders, each within the one before, if they are missing.

    Raises WrongSettings for one that belongs to somebody else, and OSError for anything that is not a folder: what
    is written there could end up anywhere.
    """
    for folder in folders:
        folder.mkdir(exist_ok=True)
        refuse_link(folder)
        if not is_own_folder(folder):
            raise WrongSettings(
                f"{shown(folder)} belongs to another user, who could redirect files. "
                "Give it to the importer's user, or move it away; a new one is then created.",
                ProblemCode.OPEN_TO_OTHERS,
            )


def make_closed(folder: Path) -> None:
    """Make a folder as `make_own` does, and make sure that nobody else may write to it."""
    make_own(folder)
    close_to_others(folder)
    if is_open_to_others(folder):
        message = f"Other users can write to {shown(folder)}, which only the importer may use. Remove that permission."
        raise WrongSettings(message, ProblemCode.OPEN_TO_OTHERS)


def refuse_link(folder: Path) -> None:
    """Raise NotADirectoryError for a link in the place of a folder, no matter where it leads."""
    if folder.is_symlink():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
