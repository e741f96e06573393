"""Imports split by time zone that are killed: each campaign of a row is there once, on with its whole list or off."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importer.journal.splits import SplitTable
from importer.sandbox import Dialling, Faults, Sandbox
from tests.support.kills import continued, faulty, killed_at_request
from tests.support.numbers import british, on_the_wire, write_list
from tests.support.program import Program
from tests.support.tables import rested

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a command is killed in a forked process"),
    pytest.mark.usefixtures("unmeasured"),
    pytest.mark.slow,
]

HEADINGS = ("name", "dtype", "dnumber", "enabled")
ZONES = {"Europe/London": 12, "Europe/Paris": 13}
FORM = ("--country", "GB", "--number-format", "digits", "--batch", "40", "--workers", "1", "--yes", "--json")
SPLIT = ("--split", "timezone", *(word for zone, group in ZONES.items() for word in ("--timezone", f"{zone}={group}")))
SIZES = {"North": 95, "South": 30}
MOST_REQUESTS = 120


def command_for(table: Callable[..., Path], mark: int) -> tuple[tuple[object, ...], dict[str, set[str]]]:
    """Return the import of rows that are marked, and the numbers that each of their campaigns is to have."""
    sheet = table(f"campaigns-{mark}.csv", HEADINGS, *((f"{name} {mark}", "queue", "1", "1") for name in SIZES))
    zones = tuple(ZONES)
    lines = [
        (f"{name} {mark}", number, zones[at % 2])
        for which, (name, size) in enumerate(SIZES.items())
        for at, number in enumerate(british(size, 1_000 * which))
    ]
    leads = write_list(f"leads-{mark}.csv", *map(",".join, lines), heading="campaign,phone,timezone")
    expected: dict[str, set[str]] = {}
    for name, number, zone in lines:
        expected.setdefault(f"{name} ({zone})", set()).update(on_the_wire([number]))
    return ("import", sheet, "--numbers", leads, *SPLIT, *FORM), expected


def assert_each_once(sandbox: Sandbox, mark: int, expected: dict[str, set[str]]) -> None:
    """Each campaign of the marked rows is there once, with its time group and numbers, and on."""
    found = [one for one in sandbox.campaigns() if f" {mark} (" in one["name"]]
    assert sorted(one["name"] for one in found) == sorted(expected)
    assert not [one for one in sandbox.campaigns() if one["name"] in {f"{name} {mark}" for name in SIZES}]
    for one in found:
        assert set(sandbox.destinations(one["id"])) == expected[one["name"]]
        assert one["enabled"] == 1
        assert one["timegroup"] == ZONES[one["name"].rpartition("(")[2][:-1]]


@pytest.mark.parametrize("answered", [False, True], ids=["before it leaves", "once answered"])
def test_a_split_import_is_killed_at_each_request(
    program: Program, sandbox: Sandbox, table: Callable[..., Path], here: Path, answered: bool
) -> None:
    """Killed at any request and continued, or imported again, nobody is called twice and nothing is created twice."""
    sandbox.dialling = Dialling(per_request=3)
    killed = True
    for request in range(1, MOST_REQUESTS):
        command, expected = command_for(table, request)
        program.settings["journal"] = str(here / f"journal-{request}" / "journal.sqlite3")
        killed = killed_at_request(lambda command=command: program(*command), request, answered=answered)
        if not killed:
            break
        assert continued(program, command) == 0
        assert_each_once(sandbox, request, expected)
    assert not killed
    assert request > 25
    assert faulty(sandbox.history) == {"called again": [], "called twice": [], "added while on": []}
    switched_on = [one for one in sandbox.history if one.kind == "on"]
    assert {one.destinations for one in switched_on} == {48, 47, 15}


def test_a_split_import_is_typed_again_after_each_kill(
    program: Program, sandbox: Sandbox, table: Callable[..., Path], here: Path
) -> None:
    """Whoever types the whole import again after a kill, instead of continuing it, gets no campaign a second time."""
    killed = True
    for request in range(1, MOST_REQUESTS, 3):
        command, expected = command_for(table, request)
        program.settings["journal"] = str(here / f"journal-{request}" / "journal.sqlite3")
        killed = killed_at_request(lambda command=command: program(*command), request, answered=True)
        if not killed:
            break
        program(*command)
        found = {one["name"]: one for one in sandbox.campaigns() if f" {request} (" in one["name"]}
        assert sorted(found) == sorted(expected)
        assert len([one for one in sandbox.campaigns() if f" {request} (" in one["name"]]) == len(expected)
        for name, some in expected.items():
            assert set(sandbox.destinations(found[name]["id"])) == some
    assert not killed
    assert request > 20
    assert {one.destinations for one in sandbox.history if one.kind == "on"} <= {48, 47, 15}


@pytest.mark.parametrize("fault", ["dropped_after", "late_store", "error_500_stored", "bad_gateway_stored", "cut"])
def test_answers_of_split_campaigns_that_get_lost(
    program: Program, sandbox: Sandbox, table: Callable[..., Path], fault: str
) -> None:
    """Whatever happens to the answers, each campaign of a row ends up there once, with its own numbers alone."""
    sandbox.faults = Faults(
        **{fault: 0.3}, seed=7, actions=frozenset(["create", "destinations/create", "update"]), late_by=0.3
    )
    command, expected = command_for(table, 1)
    told = program(
        *command, "--max-errors", "1000", "--max-error-share", "1", "--timeout", "0.2", "--settle-wait", "0.4"
    )
    sandbox.faults = Faults()
    for _ in range(3):
        if told.exit_code == 0:
            break
        told = program("apply", told.document["run"], "--json", "--settle-wait", "0.4")
    assert told.exit_code == 0, told.stderr
    assert_each_once(sandbox, 1, expected)


def passed(program: Program, folder: Path) -> None:
    """Run a pass over a drop folder to its end."""
    program("drop", folder, "--json", "--workers", "1", "--batch", "40")


@pytest.mark.parametrize("answered", [False, True], ids=["before it leaves", "once answered"])
def test_a_pass_that_splits_is_killed_at_each_request(
    program: Program, sandbox: Sandbox, table: Callable[..., Path], here: Path, answered: bool
) -> None:
    """Killed at any request, the next pass goes on with the same split: nothing is created or called twice."""
    sandbox.dialling = Dialling(per_request=3)
    killed = True
    zones = ", ".join(f'"{zone}" = {group}' for zone, group in ZONES.items())
    for request in range(1 + answered, MOST_REQUESTS, 5):
        (_, sheet, _, leads, *_), expected = command_for(table, request)
        folder = here / f"in-{request}"
        folder.mkdir()
        (folder / "drop.toml").write_text(
            'country = "GB"\nnumber_format = "digits"\nnumbers_beside = "{stem}.numbers.*"\n'
            f'split = "timezone"\ntimezones = {{ {zones} }}\n'
        )
        for path, name in ((sheet, "night.csv"), (leads, "night.numbers.csv")):
            rested(Path(str(path)).rename(folder / name))
        program.settings["journal"] = str(here / f"journal-{request}" / "journal.sqlite3")
        killed = killed_at_request(lambda folder=folder: passed(program, folder), request, answered=answered)
        if not killed:
            break
        passed(program, folder)
        assert_each_once(sandbox, request, expected)
        for name in ("night.csv", "night.numbers.csv"):
            assert [path.parent.parent.name for path in folder.rglob(name)] == ["done"], request
    assert not killed
    assert request > 25
    assert not any(faulty(sandbox.history).values())


@pytest.mark.parametrize("after", [True, False], ids=["once it is on record", "before it is on record"])
def test_a_pass_is_killed_while_rows_are_split(
    program: Program, sandbox: Sandbox, table: Callable[..., Path], here: Path, after: bool
) -> None:
    """The campaigns of all rows are on record at once, with their numbers, or not at all: none is created unsplit."""
    (_, sheet, _, leads, *_), expected = command_for(table, 1)
    folder = here / "in"
    folder.mkdir()
    zones = ", ".join(f'"{zone}" = {group}' for zone, group in ZONES.items())
    (folder / "drop.toml").write_text(
        'country = "GB"\nnumber_format = "digits"\nnumbers_beside = "{stem}.numbers.*"\n'
        f'split = "timezone"\ntimezones = {{ {zones} }}\n'
    )
    for path, name in ((sheet, "night.csv"), (leads, "night.numbers.csv")):
        rested(Path(str(path)).rename(folder / name))
    right = SplitTable.record

    def splitting() -> None:
        def record(*given: Any) -> None:
            if after:
                right(*given)
            os.kill(os.getpid(), signal.SIGKILL)

        SplitTable.record = record  # type: ignore[method-assign]
        passed(program, folder)

    assert killed_at_request(splitting, 0, answered=False)
    assert not sandbox.campaigns()
    passed(program, folder)
    assert_each_once(sandbox, 1, expected)
