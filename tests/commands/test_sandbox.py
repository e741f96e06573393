"""`sandbox`: what to type in the other terminal, a line for each request, and help that names all faults and modes."""

import json
import re
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import IO, Any
from urllib.parse import urlencode

import pytest

from importer.cli import cli
from importer.sandbox import FAULT_NAMES, Dialling, Faults, Modes
from importer.sandbox.dialler import SETTINGS
from importer.sandbox.faults import SHARED
from importer.sandbox.modes import MEANINGS
from tests.support.processes import PATIENCE
from tests.support.program import Program


@contextmanager
def running(bare: Program, *more: str) -> Iterator[tuple[str, IO[str], subprocess.Popen[str]]]:
    """Run the command on a free port; yield its address, its standard error and its process."""
    with bare.start("sandbox", "--port", "0", *more) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        yield process.stdout.readline().strip(), process.stderr, process


def ended(process: subprocess.Popen[str]) -> str:
    """End a sandbox; return what it wrote since."""
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=PATIENCE)[1]


def test_it_says_what_to_type(bare: Program) -> None:
    """User, password and the lines for both kinds of shells follow the address, none wider than a terminal."""
    with running(bare) as (url, _, process):
        told = ended(process)
    assert "User admin, password secret" in told
    exported = dict(re.findall(r"^  export CAMPAIGN_IMPORTER_(\w+)=(\S+)$", told, re.MULTILINE))
    assert exported == {"URL": url, "USERNAME": "admin", "PASSWORD": "secret"}
    assert dict(re.findall(r'^  \$env:CAMPAIGN_IMPORTER_(\w+) = "(\S+)"$', told, re.MULTILINE)) == exported
    assert max(map(len, told.splitlines())) <= 80


@pytest.mark.parametrize("verbose", [True, False])
def test_a_line_for_each_request(bare: Program, verbose: bool) -> None:
    """With --verbose each request is a line: what, as whom, the answer, the fault; without it there is none."""
    more = ("--verbose",) if verbose else ()
    with running(bare, *more, "--faults", "error_500=1,actions=validate") as (url, _, process):
        asking = Program({"url": url, "username": "admin", "settle-wait": "0"})
        asking("doctor")
        asking("doctor", password="hunter2")
        told = ended(process)
    lines = [line.rpartition(", ")[0] for line in told.splitlines() if " by " in line]
    expected = [
        "list by admin: answer 200",
        "validate by admin: answer 500, fault error_500",
        "list by admin: answer 401, wrong password",
    ]
    assert lines == (expected if verbose else [])
    assert ("GET /api/json/: no such page" in told) is verbose
    assert "hunter2" not in told


def test_names_of_strangers_are_shown_and_not_obeyed(bare: Program) -> None:
    """What a client sends as its user name cannot write on the terminal."""
    with running(bare, "--verbose") as (url, _, process):
        urllib.request.urlopen(f"{url}bulk/campaigns/list?auth_username=%1b%5b2J%0aroot").read()
        told = ended(process)
    assert "\x1b" not in told
    assert "\nroot" not in told


def test_latency(bare: Program) -> None:
    """--latency delays every answer, no matter what the list of faults says of it."""
    with running(bare, "--verbose", "--latency", "0.2", "--faults", "latency=0,seed=1") as (url, _, process):
        Program({"url": url, "username": "admin"})("doctor")
        told = ended(process)
    taken = [int(found) for found in re.findall(r"answer 20\d, (\d+) ms", told)]
    assert len(taken) == 2
    assert min(taken) >= 200


def test_campaigns_that_are_on_are_dialled(bare: Program) -> None:
    """--dial has the destinations of a campaign called between two requests."""
    with running(bare, "--dial", "per_request=1,answered=1") as (url, _, process):
        posted(url, "campaigns/create", name="a", dtype="hangup")
        posted(url, "destinations/create", campaign=1, dnumbers="10")
        rows = posted(url, "destinations/list", campaign=1)["data"]
        ended(process)
    assert rows == [{"dtype": "", "dnumber": "10", "status": "success"}]


def posted(url: str, function: str, **given: object) -> Any:
    """Call a function under bulk/ and return the envelope."""
    form = urlencode({"auth_username": "admin", "auth_password": "secret", **given}).encode()
    with urllib.request.urlopen(f"{url}bulk/{function}", form, PATIENCE) as answer:
        return json.load(answer)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--dial", "speed=1", "'speed' is not a known setting of the dialler"),
        ("--modes", "bad_numbers=(", "is not a regular expression"),
        ("--modes", "lists=update", "'update' is not a known list"),
    ],
)
def test_bad_settings(bare: Program, option: str, value: str, message: str) -> None:
    """A setting that the sandbox does not have, or a value it cannot take, is wrong usage."""
    result = bare("sandbox", "--port", "0", option, value)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_help_names_all_faults_and_modes() -> None:
    """Nothing that the lists may hold is left out, or made up."""
    words = {one.name: str(getattr(one, "help", "")) for one in cli.commands["sandbox"].params}
    faults = words["faults"].partition("The faults: ")[2]
    assert faults.partition(". Their settings: ")[0].split(", ") == list(FAULT_NAMES)
    assert faults.partition("settings: ")[2].partition(". ")[0].split(", ") == list(SHARED)
    assert words["modes"].partition("The modes: ")[2].partition(". ")[0].split(", ") == list(MEANINGS)
    assert words["dial"].partition("The settings: ")[2].partition(". ")[0].split(", ") == list(SETTINGS)


def test_every_setting_has_a_meaning() -> None:
    """The tables of docs/sandbox.md have a line for each."""
    assert {field.name for field in fields(Faults)} == {*FAULT_NAMES, *SHARED}
    assert {field.name for field in fields(Modes)} == set(MEANINGS)
    assert {field.name for field in fields(Dialling)} == set(SETTINGS)
