"""Commands as processes that need no time to start."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from importer.enswitch import RetryPolicy, Server
from tests.support.paths import ROOT
from tests.support.signals import usual_signals

PATIENCE = 120.0
"""Seconds that something may take which takes one on an idle machine: tests must pass beside other work, too."""


class ProcessPool:
    """Starts commands as processes that need no time to import anything: one process has, and forks for each.

    `within` is a command that starts that process.
    """

    def __init__(self, within: Sequence[str] = ()) -> None:
        self._within = within

    def __enter__(self) -> "ProcessPool":
        self._running: int | None = None
        with usual_signals():
            self._process = subprocess.Popen(
                [*self._within, sys.executable, "-m", "tests.support.processes"],
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def start(self, arguments: list[str], log: Path, variables: Mapping[str, str]) -> int:
        """Start `campaign-importer` with arguments; what it says goes to `log`. Return the process's ID."""
        assert self._process.stdin is not None
        if self._running is not None:
            # A test that failed has left it; its end must not be taken for that of the next one.
            os.kill(self._running, signal.SIGKILL)
            self.ended(60)
        order = {"arguments": arguments, "log": str(log), "variables": dict(variables), "folder": str(Path.cwd())}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        self._running = int(self._line())
        return self._running

    def ended(self, seconds: float) -> int | None:
        """Wait for so long at most; return the exit code of the command that runs, or None if it still does."""
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            return None
        self._running = None
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def _fork_on_demand() -> None:
    """Be the process that a Nursery forks its commands from."""
    from importer import results  # noqa: F401 -- whatever a command would import late
    from importer.cli import connecting, entry

    def patient(*given: Any) -> Server:
        return replace(make_server(*given), retry_policy=RetryPolicy(tries=10, first=0.01, longest=0.05))

    # The command line has no option for the waits between tries, and these would take most of the time.
    make_server = connecting.server
    connecting.server = patient
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            for number, source in enumerate((os.open(os.devnull, os.O_RDONLY), log, log)):
                os.dup2(source, number)
            os.environ.update(order["variables"])
            os.chdir(order["folder"])
            sys.argv = ["campaign-importer", *order["arguments"]]
            try:
                entry.main()
            except SystemExit as end:
                sys.stdout.flush()
                os._exit(int(end.code or 0))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        status = os.waitpid(pid, 0)[1]
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something that should happen soon."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.002)


if __name__ == "__main__":
    _fork_on_demand()
