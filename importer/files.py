"""Files: whole or not there, whenever the power fails; whether two hold the same; TOML as people save it."""

import hashlib
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

UNFINISHED = ".unfinished"
"""The ending of a file that is being written."""


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file so that nobody ever sees half of it; `mode` says who may read it.

    Raises OSError; what was there before then stays.
    """
    _write(path, lambda file: file.write(content), mode)


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file so that nobody ever sees half of it. Raises OSError."""
    with source.open("rb") as given:
        _write(target, lambda file: shutil.copyfileobj(given, file), 0o600)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk; where a system cannot do that for folders, it does it by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, fill: Callable[[IO[bytes]], object], mode: int) -> None:
    handle, name = tempfile.mkstemp(suffix=UNFINISHED, prefix=".", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(mode)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class NotToml(ValueError):
    """A file is not TOML in UTF-8: "is not ...", and what to do; `line` is where, None if that is not known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def toml_text(content: bytes) -> str:
    """Return the text of a TOML file. Raises NotToml for another encoding than UTF-8."""
    try:
        # Editors on Windows put a mark in front, which is no TOML.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotToml("is not UTF-8 text. Save it as UTF-8 in an editor.") from None


def toml_values(text: str, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """Return the values in the text of a TOML file. Raises NotToml."""
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"\(at line (\d+)", str(error))
        raise NotToml(f"is not TOML: {error}. Correct it there.", int(line[1]) if line else None) from None
    except (ValueError, ArithmeticError):
        raise NotToml("is not TOML: a number has too many digits. Correct it there.") from None
    except RecursionError:
        raise NotToml("is not TOML: its brackets are nested too deep. Correct it there.") from None
