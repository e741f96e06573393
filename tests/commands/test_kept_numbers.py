"""`numbers status`, `numbers forget` and `prune`: what is kept of numbers, for whom and how long."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from importer.sandbox import Faults, Sandbox
from tests.support.numbers import british, write_list
from tests.support.program import Program

FORM = ("--country", "GB", "--number-format", "digits", "--yes", "--json")


@pytest.fixture
def run(program: Program, sandbox: Sandbox, here: Path) -> str:
    """A run that has loaded five of six numbers."""
    campaign = sandbox.add_campaign(name="Spring offers", enabled=0)
    write_list("tps.txt", "02083660005", heading="number")
    path = write_list("leads.csv", *british(6))
    told = program("numbers", "load", path, "--campaign", campaign, "--dnc", "tps.txt", *FORM)
    assert told.exit_code == 0
    return str(told.document["run"])


def folder(program: Program) -> Path:
    """Return where numbers are kept."""
    return Path(program.settings["journal"]).parent / "numbers"


def made_older(program: Program, run: str, days: int) -> None:
    """Let a run have been made some days earlier."""
    started = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    with closing(sqlite3.connect(program.settings["journal"])) as db, db:
        db.execute("UPDATE runs SET started = ? WHERE id = ?", (started, run))


def everything_in(path: Path) -> bytes:
    """Return all that the files below a folder hold."""
    return b"".join(one.read_bytes() for one in sorted(path.rglob("*")) if one.is_file())


def test_the_status_is_evidence_of_the_lists_that_were_used(program: Program, run: str) -> None:
    """It has the campaigns, the counts by verdict, and name, digest, lines, date and hits of each do-not-call list."""
    document = program("numbers", "status", run, "--json").document
    assert document["counts"]["to load"] == 5
    assert document["counts"]["on a do-not-call list"] == 1
    (dnc,) = document["dnc"]
    assert (Path(dnc["file"]).name, dnc["lines"], dnc["hits"], len(dnc["digest"])) == ("tps.txt", 1, 1, 64)
    assert [(one["loaded"], one["status"]) for one in document["campaigns"]] == [(5, "loaded")]
    shown = program("numbers", "status", run)
    assert shown.exit_code == 0
    assert "5 of 5 numbers loaded." in shown.stdout
    assert "tps.txt" in shown.stdout
    assert "20836600" not in shown.stdout + str(document)


def test_runs_without_numbers_have_no_status(program: Program, run: str) -> None:
    """An unknown run, and several runs, are refused."""
    assert program("numbers", "status", "20000101-000000").exit_code == 2
    assert program("numbers", "status", run, run).exit_code == 2


def test_files_are_for_their_owner_alone(program: Program, run: str) -> None:
    """Nobody else can read the numbers, the prints, their key or the record of the run."""
    found = list(folder(program).iterdir())
    assert found
    assert all(one.stat().st_mode & 0o077 == 0 for one in (*found, folder(program)))


def test_a_person_is_forgotten(program: Program, run: str) -> None:
    """A number is removed from all that is kept, in any spelling, and it is said who may still have it."""
    told = program("numbers", "forget", "020 8366 0003", "--country", "GB", "--json")
    assert told.exit_code == 0
    assert told.document["places"] == 2
    (left,) = told.document["campaigns"]
    assert left["campaign"] == "1"
    assert "2083660003" not in told.stderr
    assert b"2083660003" not in everything_in(folder(program))
    assert program("numbers", "forget", "+442083660003", "--json").document["places"] == 0
    assert program("numbers", "forget", "not a number").exit_code == 2


def test_a_number_of_a_list_is_forgotten_too(program: Program, run: str) -> None:
    """What was not loaded is kept as well, until it is forgotten."""
    assert program("numbers", "forget", "+442083660005", "--json").document == {
        "places": 1,
        "campaigns": [],
        "exit_code": 0,
    }


def test_pruning_removes_numbers_and_leaves_the_record(program: Program, run: str) -> None:
    """After `prune` no number is left, and the status still has counts and lists."""
    made_older(program, run, 40)
    told = program("prune", "--older-than", "30d", "--yes", "--json")
    assert told.document["numbers"] == [run]
    assert not list(folder(program).glob("*.sqlite3*"))
    for number in british(6):
        assert number[1:].encode() not in everything_in(folder(program).parent)
    document = program("numbers", "status", run, "--json").document
    assert document["counts"]["to load"] == 5
    assert [one["loaded"] for one in document["campaigns"]] == [5]
    assert program("apply", run).exit_code == 2


def test_numbers_of_unfinished_loads_are_not_pruned(program: Program, sandbox: Sandbox, here: Path) -> None:
    """What was sent in part is needed to finish it."""
    campaign = sandbox.add_campaign(name="Spring offers", enabled=0)
    sandbox.script("destinations/create", [None])
    sandbox.faults = Faults(error_500=1.0, actions=frozenset(["destinations/create"]))
    path = write_list("leads.csv", *british(60))
    told = program("numbers", "load", path, "--campaign", campaign, *FORM, "--max-errors", "2")
    assert told.exit_code != 0
    sandbox.faults = Faults()
    run = told.document["run"]
    made_older(program, run, 40)
    assert program("prune", "--older-than", "30d", "--yes", "--json").document["numbers"] == []
    assert program("apply", run).exit_code == 0


def test_numbers_are_removed_a_week_after_they_are_loaded(program: Program, sandbox: Sandbox, run: str) -> None:
    """The next load removes the numbers of loads that ended more than a week ago."""
    made_older(program, run, 8)
    campaign = sandbox.add_campaign(name="Other", enabled=0)
    program("numbers", "load", write_list("more.csv", *british(3, 50)), "--campaign", campaign, *FORM)
    kept = {one.name.split(".")[0] for one in folder(program).glob("*.sqlite3")}
    assert run not in kept
    assert os.path.exists(folder(program) / f"{run}.json")  # noqa: PTH110 -- a plain question


@pytest.mark.parametrize("arguments", [("--campaign", "1"), ("--country", "GB"), ("--dnc", "x"), ("--yes",)])
def test_a_status_takes_no_other_options(program: Program, run: str, arguments: tuple[str, ...]) -> None:
    """Options about lists and loading are refused where nothing is read or loaded."""
    assert program("numbers", "status", run, *arguments).exit_code == 2
