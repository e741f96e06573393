"""Commands that run beside a test, to be watched, waited for and killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.signals import usual_signals

PATIENCE = 120.0
"""Seconds that something may take which takes one on an idle machine: tests must pass beside other work, too."""


class ProcessPool:
    """Starts commands one after the other, with short waits between tries, and unmeasured: they are to be fast.

    `within` is a command that starts them.
    """

    def __init__(self, within: Sequence[str] = ()) -> None:
        self._within = within
        self._running: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "ProcessPool":
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def start(self, arguments: list[str], log: Path, variables: Mapping[str, str]) -> int:
        """Start `campaign-importer` with arguments; what it says goes to `log`. Return the process's ID."""
        self._end()
        unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
        with log.open("wb") as output, usual_signals():
            self._running = subprocess.Popen(
                [*self._within, sys.executable, "-m", "tests.support.patient", *arguments],
                env={**unmeasured, "PYTHONPATH": str(ROOT), **variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return self._running.pid

    def ended(self, seconds: float) -> int | None:
        """Wait for so long at most; return the exit code of the command that runs, or None if none came to its end."""
        if self._running is None:
            return None
        try:
            code = self._running.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        self._running = None
        return code

    def _end(self) -> None:
        """End what a test has left that failed."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something that should happen soon."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.002)
