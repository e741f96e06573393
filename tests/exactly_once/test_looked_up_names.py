"""Names that are looked up: killed at any request, nothing is lost, and no campaign is created twice."""

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from importer.sandbox import Faults, Sandbox
from tests.support.in_process import InProcessImporter
from tests.support.kills import killed_at_request
from tests.support.program import Program

Table = Callable[..., Path]

NAMED = ("name", "dtype", "dnumber", "customer", "owner", "timegroup")
ROWS = [(f"A{at}", "queue", "Support", "" if at % 2 else "2", "jane" if at % 2 else "north", "0") for at in range(28)]
RIGHT = {f"A{at}": ((1, "1", 1) if at % 2 else (2, "2", 3)) for at in range(28)}


def created(sandbox: Sandbox) -> dict[str, tuple[int, str, int]]:
    """Return customer, destination and owner of each campaign, by its name; none may be there twice."""
    campaigns = sandbox.campaigns()
    found = {one["name"]: (one["customer"], one["dnumber"], one["owner"]) for one in campaigns}
    assert len(found) == len(campaigns)
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("request_number", range(1, 8))
def test_killed_while_names_are_looked_up(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, request_number: int, answered: bool
) -> None:
    """Killed at each request for names and at the first that follow, the run goes on where it was."""
    path = table("c.csv", NAMED, *ROWS)
    assert killed_at_request(lambda: sandbox_importer.load(path), request_number, answered=answered)
    (run,) = runs_of(sandbox_importer.journal)
    sandbox_importer.apply(run)
    assert created(sandbox) == RIGHT
    sandbox_importer.load(path)
    assert created(sandbox) == RIGHT


def runs_of(journal: Path) -> list[str]:
    """Return the runs of a journal."""
    with closing(sqlite3.connect(journal)) as database:
        return [run for (run,) in database.execute("SELECT id FROM runs ORDER BY id")]


@pytest.mark.parametrize("fault", ["late", "cut", "error_500", "bad_gateway", "dropped_after", "empty", "throttled"])
def test_a_fault_in_every_list(
    sandbox: Sandbox, program: Program, table: Table, fault: str, no_waiting: list[float]
) -> None:
    """A list that fails once is asked for again; the right IDs are sent."""
    sandbox.faults = Faults(late_by=6.0)
    program.settings["timeout"] = "1"
    for action in ("people/list", "queues/list"):
        sandbox.script(action, [fault])
    told = program("import", table("c.csv", NAMED, *ROWS), "--yes", "--json")
    assert told.counts == {"created": 28}, told.stderr
    assert created(sandbox) == RIGHT


def test_killed_between_writing_and_planning(sandbox: Sandbox, program: Program, journal: Path, table: Table) -> None:
    """A run of which half of the names are written when it ends goes on with the other half."""
    sandbox.faults = Faults(error_500=1.0, actions=frozenset({"people/list"}))
    told = program("plan", table("c.csv", NAMED, *ROWS), "--json")
    assert told.exit_code == 7
    sandbox.faults = Faults()
    with closing(sqlite3.connect(journal)) as database, database:
        database.execute("UPDATE rows SET customer = '2' WHERE row = 2")
        database.execute(
            'UPDATE contents SET to_look_up = 0, looked_up = \'{"owner": "3 (north)"}\', campaign = '
            '\'{"name": "A0", "dtype": "queue", "dnumber": "2", "customer": "2", "owner": "3", '
            '"timegroup": "0"}\' WHERE row = 2'
        )
    assert program("apply", told.document["run"], "--json").counts == {"created": 28}
    assert created(sandbox) == RIGHT


def test_a_destination_that_earlier_versions_sent_by_its_name(
    sandbox: Sandbox, program: Program, journal: Path, table: Table
) -> None:
    """A row that was created with the name of a queue as it is written is known again: it is not created anew."""
    path = table("c.csv", NAMED, *(row for row in ROWS if not row[3]))
    as_sent = [(name, "queue", "id:Support", customer, "1", "0") for name, _, _, customer, *_ in ROWS if not customer]
    assert program("import", table("before.csv", NAMED, *as_sent), "--yes", "--json").counts == {"created": 14}
    for change in ("report", "create"):
        told = program("import", path, "--yes", "--json", "--on-change", change)
        assert told.counts == {"changed": 14}, told.stderr
    assert len(sandbox.campaigns()) == 14
