"""Standard streams that are closed, full or abandoned: the work continues, and what cannot be written is lost.

A reader that went away does not want a run stopped half-way, and the exit code is about rows, not the screen.
"""

import io
import os
import sys
from contextlib import suppress
from typing import Any, TextIO

TERMINAL_VARIABLES = ("FORCE_COLOR", "TTY_COMPATIBLE")
"""Variables that say what a stream is, whatever the system says."""


class _Kept(io.FileIO):
    """A stream to which writing never fails."""

    def write(self, data: Any) -> int:
        """Write, or drop what cannot be written."""
        try:
            written: int | None = super().write(data)
        except OSError:
            written = None
        return len(memoryview(data).cast("B")) if written is None else written


def keep_going() -> None:
    """Make sure that there are three standard streams, and that writing to them never stops the work.

    To be called before any file is opened: it would take the place of a stream that is closed.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123, SIM115 -- it stays open
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        # A Windows console is not a file, and streams replaced by tests are left alone.
        if stream is getattr(sys, f"__{name}__") and not (os.name == "nt" and stream.isatty()):
            setattr(sys, name, _kept(stream))


def is_pipe(stream: TextIO) -> bool:
    """Return whether a stream gets plain lines of text: it is not a terminal, and no variable says that it is one.

    Where there is such a variable, the library that draws decides what it means.
    """
    if any(map(os.environ.get, TERMINAL_VARIABLES)):
        return False
    try:
        return not stream.isatty()
    except ValueError:  # it is closed
        return True


def say_at_once(message: str) -> None:
    """Write words to standard error without any lock, as a signal handler must; nowhere if the terminal is gone."""
    with suppress(OSError):
        os.write(sys.stderr.fileno(), message.encode())


def _kept(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    kept = io.BufferedWriter(_Kept(stream.fileno(), "wb", closefd=False))
    # A file name must not cause an error on a terminal or a log in an old encoding.
    return io.TextIOWrapper(
        kept, stream.encoding, "backslashreplace", line_buffering=stream.line_buffering or stream is sys.stderr
    )
