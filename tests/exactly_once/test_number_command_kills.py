"""Commands with numbers that are killed: each campaign is there once, on with its whole list or off."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from importer.sandbox import Dialling, Sandbox
from tests.support.kills import continued, faulty, killed_at_request
from tests.support.numbers import british, on_the_wire, write_list
from tests.support.program import Program

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a command is killed in a forked process"),
    pytest.mark.usefixtures("unmeasured"),
]

HEADINGS = ("name", "dtype", "dnumber", "enabled")
FORM = ("--country", "GB", "--number-format", "digits", "--batch", "40", "--workers", "1", "--yes", "--json")
SIZES = {"North": 95, "South": 30}
MOST_REQUESTS = 80


@pytest.mark.parametrize(
    ("answered", "in_cells"),
    [(False, False), (True, False), (True, True)],
    ids=["before it leaves", "once answered", "numbers in cells"],
)
def test_an_import_with_numbers_is_killed_at_each_request(
    program: Program, sandbox: Sandbox, table: Callable[..., Path], here: Path, answered: bool, in_cells: bool
) -> None:
    """Killed at any request and continued, each campaign is there once, and was never on with a part of its list."""
    sandbox.dialling = Dialling(per_request=3)
    killed = True
    for request in range(1, MOST_REQUESTS):
        names = {name: f"{name} {request}" for name in SIZES}
        lists = {name: british(size, 1_000 * at) for at, (name, size) in enumerate(SIZES.items())}
        cells = {name: "; ".join(some) if in_cells else "" for name, some in lists.items()}
        rows = [(names[name], "queue", "1", "1", cells[name]) for name in SIZES]
        sheet = table(f"campaigns-{request}.csv", (*HEADINGS, "numbers"), *rows)
        lines = [f"{names[name]},{number}" for name, some in lists.items() for number in some]
        leads = write_list(f"leads-{request}.csv", *lines, heading="campaign,phone")
        given = () if in_cells else ("--numbers", leads)
        program.settings["journal"] = str(here / f"journal-{request}" / "journal.sqlite3")
        command = ("import", sheet, *given, *FORM)
        killed = killed_at_request(lambda command=command: program(*command), request, answered=answered)
        if not killed:
            break
        assert continued(program, command) == 0
        for name, some in lists.items():
            (campaign,) = [one for one in sandbox.campaigns() if one["name"] == names[name]]
            assert set(sandbox.destinations(campaign["id"])) == on_the_wire(some)
            assert campaign["enabled"] == 1
    assert not killed
    assert request > 15
    assert faulty(sandbox.history) == {"called again": [], "called twice": [], "added while on": []}
    switched_on = [one for one in sandbox.history if one.kind == "on"]
    assert {one.destinations for one in switched_on} == set(SIZES.values())


@pytest.mark.parametrize("answered", [False, True], ids=["before it leaves", "once answered"])
def test_a_load_of_numbers_is_killed_at_each_request(
    program: Program, sandbox: Sandbox, here: Path, answered: bool
) -> None:
    """Killed at any request and continued, a campaign that was switched off for the load is on again with its list."""
    sandbox.dialling = Dialling(per_request=3, answered=1.0)
    killed = True
    for request in range(1, MOST_REQUESTS):
        campaign = sandbox.add_campaign(name=f"Spring {request}", enabled=0)
        sandbox.put_destinations(campaign, "442083669999", status="success")
        sandbox.change_campaign(campaign, enabled=1)
        some = british(95)
        leads = write_list(f"leads-{request}.csv", *some)
        program.settings["journal"] = str(here / f"journal-{request}" / "journal.sqlite3")
        command = ("numbers", "load", leads, "--campaign", campaign, "--switch-off", *FORM)
        killed = killed_at_request(lambda command=command: program(*command), request, answered=answered)
        if not killed:
            break
        assert continued(program, command) == 0
        assert set(sandbox.destinations(campaign)) == on_the_wire(some) | {"442083669999"}
        assert next(one["enabled"] for one in sandbox.campaigns() if one["id"] == campaign) == 1
    assert not killed
    assert request > 8
    assert faulty(sandbox.history) == {"called again": [], "called twice": [], "added while on": []}
