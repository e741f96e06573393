"""The README is true: its commands are run and their output compared."""

import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from importer.sandbox import Sandbox
from tests.support.paths import ROOT
from tests.support.program import on_terminal

README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
REGENERATE = os.environ.get("REGENERATE") == "1"
RUNS = ("20261123-0f2678", "20261123-b41c9e", "20261123-7d0a35")
"""The IDs that the README's runs have, in the order in which they appear."""


def stable(text: str, folder: Path, port: int, runs: dict[str, str]) -> str:
    """Replace what differs from one run to the next by something as long, so that lines break alike.

    `runs` are the IDs that have appeared, and what stands for each.
    """
    text = text.replace("\r\n", "\n").replace(f"{folder}/", "").replace(f":{port}", ":8080")
    for run in re.findall(r"(?<!results\.)\b20\d{6}-[0-9a-f]{6}\b", text):
        if run not in runs:
            runs[run] = RUNS[len(runs)]
        text = text.replace(run, runs[run])
    text = re.sub(r"results\.\d{8}-\d{6}(-\d+)?", "results.20261123-091500", text)
    text = re.sub(r"\b\d\.\d s\b", "0.3 s", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "2026-11-23 09:15", text)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator["Terminal"]:
    with Sandbox() as sandbox:
        yield Terminal(tmp_path / "home", sandbox.port)


class Terminal:
    """Types commands one after another, in one environment, and answers questions with yes."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = self.folder = home
        self.port = port
        self.runs: dict[str, str] = {}
        tools = home.with_name("bin")
        tools.mkdir()
        script = tools / "campaign-importer"
        script.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m importer "$@"\n')
        script.chmod(0o755)
        self.environment = {
            "PATH": f"{tools}:/usr/bin:/bin",
            "HOME": str(home),
            "COLUMNS": "80",
            "LOGNAME": "anna",
            "TZ": "UTC",
        }

    def type(self, command: str) -> str:
        """Return what a command prints."""
        if exported := re.fullmatch(r"export (\w+)=(.*)", command):
            self.environment[exported[1]] = exported[2].replace(":8080", f":{self.port}")
            return ""
        if entered := re.fullmatch(r"cd (\w+)", command):
            self.folder /= entered[1]
            return ""
        line = f"cd {shlex.quote(str(self.folder))} && {command}"
        _, shown = on_terminal(["/bin/sh", "-c", line], self.environment, {"[y/N]": "y"})
        return stable(shown, self.folder, self.port, self.runs)


@pytest.mark.slow
def test_the_tour_is_what_happens(terminal: Terminal) -> None:
    """Every command of the README, typed in its order, prints what the README shows."""
    text = README.read_text(encoding="utf-8")

    def played(block: re.Match[str]) -> str:
        commands = [line[2:] for line in block[1].splitlines() if line.startswith("$ ")]
        return "```console\n" + "".join(f"$ {command}\n{terminal.type(command)}" for command in commands) + "```"

    now = BLOCK.sub(played, text)
    if REGENERATE:
        README.write_text(now, encoding="utf-8")

    assert now == README.read_text(encoding="utf-8")


@pytest.mark.parametrize("target", ["demo", "test"])
def test_the_two_commands_exist(target: str) -> None:
    """The README names the two commands, and the Makefile has them."""
    assert f"`make {target}`" in README.read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
