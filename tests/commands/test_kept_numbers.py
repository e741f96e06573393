"""`numbers status`, `numbers forget` and `prune`: what is kept of numbers, for whom and how long."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from importer.sandbox import Faults, Sandbox
from tests.support.kills import killed_while_reading
from tests.support.numbers import british, write_list
from tests.support.program import Program
from tests.support.tables import write_table

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
    assert "\n5 loaded, 1 on a do-not-call list\n" in program("numbers", "status", run).stdout
    again = program("numbers", "forget", "+442083660003", "--json")
    assert again.document["places"] == 0
    assert "it is not kept here" in again.stderr
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


def kept(program: Program) -> list[str]:
    """Return the files with numbers that are kept."""
    return [one.name for one in folder(program).glob("*.sqlite3*")]


def test_numbers_may_be_removed_once_they_are_loaded(program: Program, sandbox: Sandbox, here: Path) -> None:
    """With --keep-numbers 0 nothing is left after a load, import or apply, and what was refused is handed back."""
    campaign = sandbox.add_campaign(name="Spring offers", enabled=0)
    path = write_list("leads.csv", *british(30), "999")
    told = program("numbers", "load", path, "--campaign", campaign, *FORM, "--keep-numbers", "0")
    assert (told.exit_code, kept(program), len(list(here.glob("leads.numbers.*.csv")))) == (4, [], 1)
    sheet = write_table(here / "campaigns.csv", ("name", "dtype", "dnumber"), [("North", "queue", "1")])
    told = program("import", sheet, "--numbers", path, *FORM, "--keep-numbers", "0")
    assert (told.exit_code, kept(program), len(list(here.glob("campaigns.numbers.*.csv")))) == (4, [], 1)
    assert [one["loaded"] for one in told.document["numbers"]] == [30]
    sheet = write_table(here / "more.csv", ("name", "dtype", "dnumber"), [("South", "queue", "1")])
    planned = program("plan", sheet, "--numbers", path, *FORM[:-2], "--json")
    assert len(kept(program)) == 1
    assert program("apply", planned.document["run"], "--keep-numbers", "0").exit_code == 4
    assert kept(program) == []
    assert program("apply", planned.document["run"]).exit_code in (0, 4)
    (south,) = [one for one in sandbox.campaigns() if one["name"] == "South"]
    assert (len(sandbox.destinations(int(south["id"]))), south["enabled"]) == (30, 1)


def test_settings_say_how_long_numbers_are_kept(program: Program, sandbox: Sandbox, run: str) -> None:
    """`keep_numbers` is a setting; a length of time that means nothing is refused with what is allowed."""
    campaign = sandbox.add_campaign(name="Other", enabled=0)
    more = write_list("more.csv", *british(3, 50))
    made_older(program, run, 8)
    wrong = write_settings("keep_numbers = 'soon'\n")
    told = program("numbers", "load", more, "--campaign", campaign, *FORM, "--config", wrong)
    assert told.exit_code == 6
    assert "12h, 7d or 6w" in told.stderr
    long = write_settings("keep_numbers = '9d'\n")
    assert program("numbers", "load", more, "--campaign", campaign, *FORM, "--config", long).exit_code == 0
    assert len([one for one in kept(program) if one.endswith(".sqlite3")]) == 2
    none = write_settings("keep_numbers = '0'\n")
    other = sandbox.add_campaign(name="Third", enabled=0)
    assert program("numbers", "load", more, "--campaign", other, *FORM, "--config", none).exit_code == 0
    assert kept(program) == []


def write_settings(text: str) -> Path:
    """Write a settings file that is the user's own."""
    path = Path("settings.toml")
    path.write_text(text)
    path.chmod(0o600)
    return path


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a command is killed in a forked process")
@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("again", [True, False], ids=["another command", "prune alone"])
def test_what_a_killed_load_leaves_is_removed(program: Program, sandbox: Sandbox, here: Path, again: bool) -> None:
    """Numbers of a load that was killed while they were read are found by `prune`, whatever came after it."""
    campaign = sandbox.add_campaign(name="Spring offers", enabled=0)
    path = write_list("leads.csv", *british(60))
    command = ("numbers", "load", path, "--campaign", campaign, *FORM)
    assert killed_while_reading(lambda: program(*command))
    (left,) = [one for one in kept(program) if one.endswith(".sqlite3")]
    if again:
        assert program(*command).exit_code == 0
        assert left not in kept(program)
    else:
        with closing(sqlite3.connect(program.settings["journal"])) as db, db:
            db.execute("UPDATE runs SET started = '2026-01-01T00:00:00+00:00'")
        assert program("prune", "--older-than", "30d", "--yes", "--json").document["numbers"] == [left[:-8]]
        assert kept(program) == []


def test_removing_numbers_that_were_never_loaded_frees_their_campaign(
    program: Program, sandbox: Sandbox, here: Path
) -> None:
    """Once `prune` has removed them, `enable` of another run switches the campaign on; without, it stays off."""
    sandbox.faults = Faults(error_500=1.0, actions=frozenset(["destinations/list"]))
    sheet = write_table(here / "campaigns.csv", ("name", "dtype", "dnumber"), [("North", "queue", "1")])
    told = program("import", sheet, "--numbers", write_list("leads.csv", *british(30)), *FORM, "--max-errors", "2")
    run = told.document["run"]
    assert [(one["loaded"], one["status"]) for one in told.document["numbers"]] == [(0, "waiting")]
    sandbox.faults = Faults()
    other = program("import", sheet, "--yes", "--json").document["run"]
    assert program("enable", other, "--all", "--yes").exit_code == 4
    made_older(program, run, 40)
    assert program("prune", "--older-than", "30d", "--yes", "--json").document["numbers"] == [run]
    assert program("apply", run).exit_code == 2
    assert program("numbers", "status", run).exit_code == 0
    assert program("enable", other, "--all", "--yes").exit_code == 0
    assert sandbox.campaigns()[0]["enabled"] == 1


@pytest.mark.parametrize("arguments", [("--campaign", "1"), ("--country", "GB"), ("--dnc", "x"), ("--yes",)])
def test_a_status_takes_no_other_options(program: Program, run: str, arguments: tuple[str, ...]) -> None:
    """Options about lists and loading are refused where nothing is read or loaded."""
    assert program("numbers", "status", run, *arguments).exit_code == 2
