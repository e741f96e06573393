"""What the program does, line by line, for troubleshooting: `--debug FILE`. It contains no secrets."""

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import gmtime
from typing import TYPE_CHECKING

from importer.errors import WrongUsage
from importer.model import __version__
from importer.security import visible, without_halves
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    from importer.security import Redact

OURS = "importer"
"""The logger of all our modules: what the libraries log may hold whole requests, and is left out."""

LINE = "%(asctime)s.%(msecs)03dZ %(process)d %(threadName)s %(name)s: %(message)s"
MOMENT = "%Y-%m-%dT%H:%M:%S"
# 2026-11-25T21:03:04.123Z 4711 MainThread importer.cli.debug_log: ...
_OUR_LINE = re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z \d+ [^:]+ {OURS}[.\w]*: ".encode())
LONGEST_START = 500
"""Bytes at the start of a file by which a log of ours is recognised."""

log = logging.getLogger(__name__)


class _DebugLog(logging.StreamHandler):  # type: ignore[type-arg] # it has no parameter when the program runs
    """Writes a line for each record, without the secrets that it knows by then."""

    def __init__(self, path: Path) -> None:
        # The log contains names and numbers of campaigns, so others must not read it.
        # A pipe would be waited for until somebody reads it.
        waiting = getattr(os, "O_NONBLOCK", 0)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | waiting, 0o600)
        super().__init__(os.fdopen(handle, "a", encoding="utf-8"))
        formatter = logging.Formatter(LINE, MOMENT)
        formatter.converter = gmtime
        self.setFormatter(formatter)
        self._redactions: list[Redact] = []

    def hide(self, redact: "Redact") -> None:
        """From here on, hide a secret in every line."""
        self._redactions.append(redact)

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line."""
        line = super().format(record)
        for redact in self._redactions:
            line = redact(line)
        return without_halves(visible(line))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- the name is logging's
        """Ignore the error: rows matter more than the log."""

    def close(self) -> None:
        """Close the file."""
        super().close()
        try:
            self.stream.close()
        except OSError:
            # If the disk is full, only the end of the log is lost.
            return


@contextmanager
def debug_log(path: Path | None) -> Iterator[None]:
    """Append what the program does to a file, which is private if it is new; without a file, do nothing.

    Raises WrongUsage if the file cannot be written, or holds anything but such a log: lines added to it would damage an
    input or a journal. A later write error does not stop the work.
    """
    if path is None:
        yield
        return
    try:
        _refuse_other_file(path)
        handler = _DebugLog(path)
    except OSError as error:
        message = f"--debug {path}: the file cannot be written ({error.strerror}). Name another file."
        raise WrongUsage(message, ProblemCode.OUTPUT) from None
    logger = logging.getLogger(OURS)
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        log.debug("campaign-importer %s, Python %s, %s", __version__, sys.version.split()[0], sys.platform)
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)
        handler.close()


def _refuse_other_file(path: Path) -> None:
    """Raise WrongUsage for a file with contents that are not a debug log; pipes and terminals have none."""
    if not path.is_file() or not path.stat().st_size:
        return
    with path.open("rb") as file:
        start = file.read(LONGEST_START)
    if not _OUR_LINE.match(start):
        message = f"--debug {path}: the file exists and is not a debug log, so nothing was added. Name another file."
        raise WrongUsage(message, ProblemCode.OUTPUT)


def hide(redact: "Redact") -> None:
    """Hide a secret that has become known in every further line of the log, if there is a log."""
    for handler in logging.getLogger(OURS).handlers:
        if isinstance(handler, _DebugLog):
            handler.hide(redact)
