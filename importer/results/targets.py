"""Where results go: a new file, beside the input if possible; nothing is overwritten."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import BinaryIO

from importer.errors import ResultsLost, WrongUsage
from importer.model import Source
from schemas.problem_codes import ProblemCode

TEXTS = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm")

LONGEST_STEM = 200
"""The number of bytes of a file's name that are used in the name of its results."""


def default_target(source: Source, now: datetime) -> Path:
    """Return the default place of a file's results: beside it, with the time in the name.

    Those of a text file are a text file, all others a workbook.
    """
    return place_beside(source, "results", now, _suffix(source, Path(source.path).suffix))


def place_beside(source: Source, what: str, now: datetime, suffix: str) -> Path:
    """Return a place beside a file for something that is made of it, such as its results, with the time in the name."""
    path = Path(source.path)
    stem = re.sub(r"\.results\.[0-9-]+$", "", path.stem)
    while len(os.fsencode(stem)) > LONGEST_STEM:
        stem = stem[:-1]
    return path.with_name(f"{stem}.{what}.{now:%Y%m%d-%H%M%S}{suffix}")


def _suffix(source: Source, suffix: str) -> str:
    kinds = WORKBOOKS if source.text is None else TEXTS
    return suffix if suffix.lower() in kinds else kinds[0]


def check_target(option: str, target: Path) -> None:
    """Raise WrongUsage for a file of results or rejects that cannot be written, before anything is sent.

    If only its name is the reason, raises ResultsLost.
    """
    if target.suffix.lower() not in (*TEXTS, *WORKBOOKS):
        message = f"{option} {target}: the name must end in {', '.join((*WORKBOOKS, *TEXTS[:-1]))} or {TEXTS[-1]}."
        raise WrongUsage(message, ProblemCode.OUTPUT)
    check_folder(option, target)


def check_page(target: Path) -> None:
    """Raise WrongUsage for a page that cannot be written, before anything is sent; ResultsLost as `check_target`."""
    if target.suffix.lower() not in (".html", ".htm"):
        raise WrongUsage(f"--report {target}: the name must end in .html.", ProblemCode.OUTPUT)
    if os.path.lexists(target):
        message = f"--report {target}: this file already exists, and nothing is overwritten. Name another."
        raise WrongUsage(message, ProblemCode.OUTPUT)
    check_folder("--report", target)


def check_folder(option: str, target: Path) -> None:
    """Raise WrongUsage if no file can be made in the target's folder, ResultsLost if only its name is impossible."""
    if not os.path.isdir(target.parent):  # noqa: PTH112 -- Path.is_dir raises where a name is too long
        message = f"{option} {target}: there is no folder {target.parent}. Create it, or name another."
        raise WrongUsage(message, ProblemCode.OUTPUT)
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        message = f"{option} {target}: the folder is not writable ({error.strerror}). Name another."
        raise WrongUsage(message, ProblemCode.OUTPUT) from None
    try:
        with _first_free(target.parent, target) as file:
            pass
    except OSError as error:
        message = f"{option} {target}: this file name is not possible ({error.strerror}). Name another."
        raise ResultsLost(message) from None
    Path(file.name).unlink()


def _folders(target: Path) -> Iterator[Path]:
    """Yield the folders in which a file may be made, the requested one first; any of them may not exist."""
    yield target.parent
    for find in (Path.cwd, tempfile.gettempdir):
        with suppress(OSError):
            yield Path(find())


def new_file(target: Path) -> BinaryIO:
    """Open a new file as near to the target as possible; its `name` says where.

    Uses another name if the target exists, and another folder if it is not writable. Raises ResultsLost if
    it cannot be written anywhere.
    """
    for folder in _folders(target):
        with suppress(OSError):
            return _first_free(folder, target)
    raise ResultsLost(
        f"The results cannot be written to {target.parent} or anywhere else. Free some space and run it again: "
        "nothing is sent twice."
    )


def _first_free(folder: Path, target: Path) -> BinaryIO:
    """Open a file in a folder under a target's name or, if that exists, with a number. Raises OSError."""
    for number in count(1):
        name = target.name if number == 1 else f"{target.stem}-{number}{target.suffix}"
        with suppress(FileExistsError):
            return (folder / name).open("x+b")
    raise AssertionError("numbers do not end")  # pragma: no cover
