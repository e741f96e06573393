"""Commands for a person to type, in messages that are kept and shown later, wherever that is."""

import os
import shlex
import sys
from pathlib import Path

import platformdirs

from importer.model import PROGRAM

if sys.platform == "win32":
    import subprocess


def default_path() -> Path:
    """Return the default path of the journal: in the user's state directory."""
    return Path(platformdirs.user_state_dir(PROGRAM, appauthor=False)) / "journal.sqlite3"


def command_line(words: list[str]) -> str:
    """Return words as one line that can be copied into a shell of this system."""
    if sys.platform == "win32":
        return subprocess.list2cmdline(words)
    return shlex.join(words)


def command_with(journal: Path, command: str, *words: object) -> str:
    """Return the line that starts a command on a journal, which is named unless it is the default one."""
    usual = journal == Path(os.path.realpath(default_path()))
    return command_line([PROGRAM, command, *map(str, words), *([] if usual else ["--journal", str(journal)])])
