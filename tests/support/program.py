"""The command line as tests use it: in this process, as a separate process, and on a terminal."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner

from importer.cli import cli
from tests.support.forked import take_terminal
from tests.support.paths import ROOT
from tests.support.processes import PATIENCE
from tests.support.signals import usual_signals

PASSWORD = "secret"
AT_ONCE = ""
"""The question that is answered before the command begins."""


@dataclass(frozen=True)
class Finished:
    """What a command left: its exit code and all that it wrote to standard output and standard error."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output; anything beside it is an error."""
        return json.loads(self.stdout)

    @property
    def counts(self) -> dict[str, int]:
        """The rows by status, of a document, without those of which there are none."""
        return {status: rows for status, rows in self.document["counts"].items() if rows}

    @property
    def problems(self) -> list[dict[str, Any]]:
        """The problems of a document, without the warning about rows without a time group: few tables have one."""
        return [one for one in self.document["problems"] if one["code"] != "W104"]

    @property
    def warnings(self) -> int:
        """How many warnings a document counts, without the one about rows without a time group."""
        return int(self.document["warnings"]) - any(one["code"] == "W104" for one in self.document["problems"])


class Program:
    """The command line in this process: call it with arguments, get what it left.

    `settings` are options that every call gets as variables, named as on the command line (`{"settle-wait": "0"}`).
    Pass `password=None` for a world without one.
    """

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self.settings = dict(settings or {})

    def environment(self, password: str | None = PASSWORD) -> dict[str, str]:
        """Return the variables that a call gets on top of the process's own."""
        given = {**self.settings, **({} if password is None else {"password": password})}
        return {f"CAMPAIGN_IMPORTER_{name.upper().replace('-', '_')}": value for name, value in given.items()}

    def __call__(
        self,
        *arguments: object,
        password: str | None = PASSWORD,
        env: Mapping[str, str | None] | None = None,
    ) -> Finished:
        """Run a command to its end. An exception that leaves the command line is raised."""
        variables = {**self.environment(password), **(env or {})}
        result = CliRunner().invoke(cli, [str(argument) for argument in arguments], env=variables)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Finished(result.exit_code, result.stdout, result.stderr)

    @contextmanager
    def start(
        self, *arguments: object, password: str | None = PASSWORD, env: Mapping[str, str] | None = None
    ) -> Iterator[subprocess.Popen[str]]:
        """Start a command as a separate process, with pipes; whatever happens, it does not outlive the block."""
        with usual_signals():
            process = subprocess.Popen(
                [sys.executable, "-m", "importer", *map(str, arguments)],
                env={**os.environ, "PYTHONPATH": str(ROOT), **self.environment(password), **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        with process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()

    def process(
        self, *arguments: object, password: str | None = PASSWORD, env: Mapping[str, str] | None = None
    ) -> Finished:
        """Run a command as a separate process, to its end."""
        with self.start(*arguments, password=password, env=env) as process:
            stdout, stderr = process.communicate(timeout=PATIENCE)
        return Finished(int(process.returncode), stdout, stderr)

    def terminal(
        self,
        *arguments: object,
        answers: Mapping[str, str],
        password: str | None = PASSWORD,
        env: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        """Run a command on a terminal and answer its questions; return its exit code and all that was shown.

        `answers` maps a part of a question to what is typed once it has been shown.
        """
        return on_terminal(
            [sys.executable, "-m", "importer", *map(str, arguments)],
            {**self.environment(password), **(env or {})},
            answers,
        )


def on_terminal(arguments: list[str], variables: Mapping[str, str], answers: Mapping[str, str]) -> tuple[int, str]:
    """Run any command on a terminal, as `Program.terminal` does one of ours."""
    ours, theirs = os.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", **variables}
    left = dict(answers)
    if AT_ONCE in left:
        os.write(ours, f"{left.pop(AT_ONCE)}\n".encode())
    with usual_signals():
        process = subprocess.Popen(
            arguments,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            preexec_fn=take_terminal,  # so that what is typed can be Ctrl-C
        )
    os.close(theirs)
    shown, until = "", time.monotonic() + PATIENCE
    try:
        while time.monotonic() < until:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    more = os.read(ours, 65536)
                except OSError:  # the other end is closed: the process has ended
                    break
                if not more:
                    break
                shown += more.decode("utf-8", "replace")
            for question in [question for question in left if question in shown]:
                os.write(ours, f"{left.pop(question)}\n".encode())
        return process.wait(timeout=PATIENCE), shown
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)
