"""Passes over files of telephone numbers that are killed: the next one goes on, and no number is sent twice."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from importer.sandbox import Dialling, Sandbox
from tests.support.kills import faulty, killed_at_request, killed_while_reading
from tests.support.numbers import british, on_the_wire, write_list
from tests.support.program import Program
from tests.support.tables import rested, write_table

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a command is killed in a forked process"),
    pytest.mark.usefixtures("unmeasured"),
]

HEADINGS = ("name", "dtype", "dnumber", "enabled")
SIZE = 95
MOST_REQUESTS = 60


def folder_for(here: Path, number: int, campaign: int, when_on: str) -> Path:
    """Make a drop folder with a list of numbers for a campaign, and messages beside it."""
    folder = here / f"in-{number}"
    told = here / f"told-{number}"
    for path in (folder, told):
        path.mkdir()
    script = 'cat > "$0/$CAMPAIGN_IMPORTER_DELIVERY"'
    (folder / "drop.toml").write_text(
        f'country = "GB"\nnumber_format = "digits"\non_dialling = "{when_on}"\n'
        f'[numbers_for]\n"leads-*" = "{campaign}"\n'
        f'[notify.command]\nwhen = "always"\nrun = {json.dumps(["sh", "-c", script, str(told)])}\n'
    )
    rested(write_list(folder / "leads-1.csv", *british(SIZE, 1_000 * number), "999"))
    return folder


def passed(program: Program, folder: Path) -> list[Any]:
    """Run a pass to its end; return the documents of its files."""
    told = program("drop", folder, "--json", "--workers", "1", "--batch", "40")
    return list(told.document["files"])


@pytest.mark.parametrize("answered", [False, True], ids=["before it leaves", "once answered"])
@pytest.mark.parametrize(("when_on", "enabled"), [("refuse", 0), ("switch-off", 1), ("while-dialling", 1)])
def test_a_pass_is_killed_at_each_request(
    program: Program, sandbox: Sandbox, here: Path, when_on: str, enabled: int, answered: bool
) -> None:
    """Killed at any request and started again, the campaign has each number once, and one message tells of it."""
    sandbox.dialling = Dialling(per_request=3)
    killed = True
    for request in range(1, MOST_REQUESTS):
        campaign = sandbox.add_campaign(name=f"Campaign {request}", enabled=enabled)
        folder = folder_for(here, request, campaign, when_on)
        program.settings["journal"] = str(here / f"journal-{request}" / "journal.sqlite3")
        killed = killed_at_request(lambda folder=folder: passed(program, folder), request, answered=answered)
        if not killed:
            break
        passed(program, folder)
        assert set(sandbox.destinations(campaign)) == on_the_wire(british(SIZE, 1_000 * request)), request
        assert next(one["enabled"] for one in sandbox.campaigns() if one["id"] == campaign) == enabled
        assert [path.parent.parent.name for path in folder.rglob("leads-1.csv")] == ["failed"]
        assert len(list(folder.rglob("leads-1.numbers.*.csv"))) == 1
        (message,) = (here / f"told-{request}").iterdir()
        assert json.loads(message.read_bytes())["campaigns"][0]["loaded"] == SIZE
    assert not killed
    assert request > 6
    found = faulty(sandbox.history)
    if when_on == "while-dialling":
        found.pop("added while on")
    assert not any(found.values()), found


def test_a_pass_goes_on_whatever_the_clock_says(program: Program, sandbox: Sandbox, here: Path) -> None:
    """If the clock was set back between the arrival of a list and its run, the next pass goes on with that run."""
    campaign = sandbox.add_campaign(name="Spring", enabled=0)
    folder = folder_for(here, 1, campaign, "refuse")
    assert killed_at_request(lambda: passed(program, folder), 7, answered=True)
    with closing(sqlite3.connect(program.settings["journal"])) as journal, journal:
        journal.execute("UPDATE runs SET started = '2001-01-01T00:00:00+00:00'")
    (told,) = passed(program, folder)
    assert [one["run"] for one in program("runs", "--json").document] == [told["run"]]
    assert set(sandbox.destinations(campaign)) == on_the_wire(british(SIZE, 1_000))


SIZES = {"North": 95, "South": 30}


def put_pair(folder: Path, number: int) -> dict[str, list[str]]:
    """Put campaigns and the list beside them into a folder; return the numbers of each campaign."""
    lists = {f"{name} {number}": british(size, 1_000 * at) for at, (name, size) in enumerate(SIZES.items())}
    write_table(folder / "night.csv", HEADINGS, [(name, "queue", "1", "1") for name in lists])
    lines = [f"{name},{one}" for name, some in lists.items() for one in some]
    rested(write_list(folder / "night.numbers.csv", *lines, heading="campaign,phone"))
    return lists


@pytest.mark.parametrize("answered", [False, True], ids=["before it leaves", "once answered"])
def test_a_pass_over_a_pair_is_killed_at_each_request(
    program: Program, sandbox: Sandbox, here: Path, answered: bool
) -> None:
    """Killed at any request, each campaign is there once, was never on with part of its list, and has all of it."""
    sandbox.dialling = Dialling(per_request=3)
    killed = True
    for request in range(1, MOST_REQUESTS):
        folder = here / f"in-{request}"
        folder.mkdir()
        (folder / "drop.toml").write_text(
            'country = "GB"\nnumber_format = "digits"\nnumbers_beside = "{stem}.numbers.*"\n'
        )
        lists = put_pair(folder, request)
        program.settings["journal"] = str(here / f"journal-{request}" / "journal.sqlite3")
        killed = killed_at_request(lambda folder=folder: passed(program, folder), request, answered=answered)
        if not killed:
            break
        passed(program, folder)
        for name, some in lists.items():
            (campaign,) = [one for one in sandbox.campaigns() if one["name"] == name]
            assert set(sandbox.destinations(campaign["id"])) == on_the_wire(some), request
            assert campaign["enabled"] == 1
        for name in ("night.csv", "night.numbers.csv"):
            assert [path.parent.parent.name for path in folder.rglob(name)] == ["done"], request
    assert not killed
    assert request > 15
    assert not any(faulty(sandbox.history).values())
    switched_on = [one for one in sandbox.history if one.kind == "on"]
    assert {one.destinations for one in switched_on} == set(SIZES.values())


@pytest.mark.parametrize("beside", [False, True], ids=["a rule", "a list beside"])
def test_a_pass_is_killed_while_it_reads_numbers(program: Program, sandbox: Sandbox, here: Path, beside: bool) -> None:
    """What a pass had read when it was killed does not count: the next one reads all numbers anew, each once."""
    campaign = sandbox.add_campaign(name="There", enabled=0)
    folder = folder_for(here, 1, campaign, "refuse")
    if beside:
        (folder / "leads-1.csv").unlink()
        (folder / "drop.toml").write_text(
            'country = "GB"\nnumber_format = "digits"\nnumbers_beside = "{stem}.numbers.*"\n'
        )
        lists = put_pair(folder, 1)
    else:
        lists = {"There": british(SIZE, 1_000)}
    assert killed_while_reading(lambda: passed(program, folder))
    (told,) = passed(program, folder)
    assert told["place"] == ("done" if beside else "failed"), told
    assert sum(one["to_load"] for one in told["numbers" if beside else "campaigns"]) == sum(map(len, lists.values()))
    for name, some in lists.items():
        (found,) = [one for one in sandbox.campaigns() if one["name"] == name]
        assert set(sandbox.destinations(found["id"])) == on_the_wire(some)
    assert len(list(folder.rglob("*.numbers.2*.csv"))) == (0 if beside else 1)
    assert beside or told["counts"]["duplicate"] == 0
