"""The lines of a text file with their ends as they are, within limits."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from importer.errors import FileRefused
from importer.reading import LONGEST_FIELD, EncodingUnclear, find_encoding
from schemas.problem_codes import ProblemCode


def encoding_of(path: Path, wanted: str | None) -> str:
    """Return the encoding of a text file; `wanted` is what the user says it is. No message quotes the file.

    Raises FileRefused where it is not clear.
    """
    try:
        return find_encoding(path, wanted).name
    except EncodingUnclear as unclear:
        message = unclear.bare
    # Not in the handler: that error holds a text of the file.
    raise FileRefused(message, ProblemCode.ENCODING)


def lines_of(path: Path, encoding: str, newline: str = "") -> Iterator[str]:
    """Yield the lines of a text file; `newline` is the end of a line, "" for any of the three that are in use.

    Raises FileRefused, with the line, for NUL characters, bytes that do not fit the encoding, and endless lines. No
    message quotes the file.
    """
    number = 0
    try:
        with path.open(encoding=encoding, newline=newline) as file:
            for number, line in enumerate(iter(partial(file.readline, LONGEST_FIELD), ""), start=1):
                if "\0" in line or len(line) >= LONGEST_FIELD:
                    raise _unusable(path, number, "\0" in line)
                yield line.removeprefix("\ufeff") if number == 1 else line
        return
    except UnicodeError:
        pass
    raise FileRefused(
        f"{path}, line {number + 1} or near it: the bytes are not text in {encoding}. Set the right encoding with "
        "--encoding.",
        ProblemCode.ENCODING,
    )


def _unusable(path: Path, number: int, has_nul: bool) -> FileRefused:
    if has_nul:
        message = "there is a NUL character, so the file is damaged or not a text file"
    else:
        message = f"the line is longer than {LONGEST_FIELD:,} characters"
    return FileRefused(f"{path}, line {number}: {message}. Export it again.", ProblemCode.DAMAGED)
