"""Where numbers are kept: in a folder beside the journal that only its owner can enter."""

import os
from collections.abc import Iterator
from pathlib import Path

from importer.numbers.kept import FOLDER

ENDING = ".sqlite3"
COMPANIONS = ("", "-wal", "-shm")

PRINTS = "loaded.prints"
KEY = "loaded.key"


def numbers_folder(journal: Path) -> Path:
    """Return the folder of the numbers of a journal's runs. Raises OSError if it cannot be made."""
    folder = Path(os.path.realpath(journal)).with_name(FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def numbers_path(journal: Path, run_id: str) -> Path:
    """Return where the numbers of a run are."""
    return numbers_folder(journal) / f"{run_id}{ENDING}"


def record_path(journal: Path, run_id: str) -> Path:
    """Return where the record of the numbers of a run is."""
    return numbers_folder(journal) / f"{run_id}.json"


def runs_with_numbers(journal: Path) -> Iterator[str]:
    """Yield the runs that have a file of numbers."""
    for path in sorted(numbers_folder(journal).glob(f"*{ENDING}")):
        yield path.name.removesuffix(ENDING)


def remove_file(path: Path) -> None:
    """Remove a file of a database with its companions."""
    for ending in COMPANIONS:
        path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)
