"""`reconcile`: campaigns that are gone from the server or were edited there, and rows that may be imported again."""

from pathlib import Path

import pytest

from importer.sandbox import Faults, Modes, Sandbox
from tests.support.program import Program
from tests.support.tables import write_table
from tests.support.undo import imported, names, rows_of, sheet, undone

ROWS = 30


def test_nothing_differs(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Campaigns that are as they were sent are compared in one request a customer, and nothing is said of them."""
    rows = [(f"N{at}", "queue", "1", str(1 + at % 2)) for at in range(ROWS)]
    run = imported(program, write_table(here / "campaigns.csv", ("name", "dtype", "dnumber", "customer"), rows))
    program("enable", run, "--yes")
    sandbox.clear_requests()
    told = program("reconcile", "--json")
    assert (told.exit_code, told.document["compared"]) == (0, ROWS)
    assert (told.document["gone"], told.document["edited"], told.document["unknown"]) == ([], [], [])
    assert [one.action for one in sandbox.requests] == ["list", "list"]


def test_what_is_gone_is_told_and_forgotten_only_if_asked_to(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A campaign deleted on the server stays `exists` until a person says --forget; then its row is created again."""
    path = sheet(here, ROWS)
    run = imported(program, path)
    gone = sandbox.campaigns()[3]
    sandbox.delete_campaign(gone["id"])
    for _ in range(2):
        told = program("reconcile", run, "--json")
        assert told.exit_code == 4
        assert [one["campaign"] for one in told.document["gone"]] == [str(gone["id"])]
        assert not told.document["forgotten"]
        assert f"campaign-importer reconcile {run}" in told.stderr
        assert program("import", path, "--yes", "--json").counts == {"exists": ROWS}
    forgotten = program("reconcile", run, "--forget", "--json")
    assert (forgotten.exit_code, forgotten.document["forgotten"]) == (0, True)
    assert [one["status"] for one in rows_of(program, run).values()].count("gone") == 1
    assert program("import", path, "--yes", "--json").counts == {"created": 1, "exists": ROWS - 1}
    assert names(sandbox).count(gone["name"]) == 1
    assert program("reconcile", "--json").exit_code == 0


def test_what_was_edited_is_listed(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Each field with another value is named, with both values, and the exit code is 4; --forget changes nothing."""
    run = imported(program, sheet(here, 3))
    sandbox.change_campaign(sandbox.campaigns()[0]["id"], maximum=9, retry=60)
    told = program("reconcile", run, "--forget", "--json")
    assert told.exit_code == 4
    (one,) = told.document["edited"]
    assert one["fields"] == ["maximum", "retry"]
    assert "maximum is 9" in one["message"]
    assert {one["status"] for one in rows_of(program, run).values()} == {"created"}
    text = program("reconcile", run)
    assert "1 campaign edited on the server: [W311]" in text.stderr


def test_what_the_server_does_not_show_is_not_as_it_was_sent(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Where the server shows id and name alone, campaigns are not told to be the same."""
    imported(program, sheet(here, 3))
    sandbox.modes = Modes(list_fields="few")
    told = program("reconcile", "--json")
    assert (told.exit_code, len(told.document["unknown"])) == (4, 3)
    assert "does not show dtype, dnumber" in told.document["unknown"][0]["message"]


def test_a_campaign_is_compared_with_what_was_sent_last(program: Program, here: Path) -> None:
    """A campaign that a later run has updated is compared with that, and told once."""
    path = sheet(here, 3)
    imported(program, path)
    path.write_text(path.read_text(encoding="utf-8").replace("Wave", "Tide"), encoding="utf-8")
    imported(program, path, "--on-change", "update")
    told = program("reconcile", "--json")
    assert (told.exit_code, told.document["compared"]) == (0, 3)


def test_since(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Only runs since a time are compared."""
    imported(program, sheet(here, 3))
    assert program("reconcile", "--since", "2100-01-01", "--json").document["compared"] == 0
    assert program("reconcile", "--since", "1d", "--json").document["compared"] == 3


def test_a_page_of_the_list_forgets_nothing(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A campaign that only the list lacks is not gone: it is asked for by its ID."""
    path = sheet(here, ROWS)
    imported(program, path)
    sandbox.modes = Modes(list_first=5)
    told = program("reconcile", "--forget", "--json")
    assert (told.exit_code, told.document["gone"]) == (0, [])
    sandbox.modes = Modes(list_first=5, absent=frozenset(["get"]))
    told = program("reconcile", "--forget", "--json")
    assert (told.exit_code, len(told.document["unknown"])) == (4, ROWS - 5)
    sandbox.modes = Modes()
    assert program("import", path, "--yes", "--json").counts == {"exists": ROWS}


@pytest.mark.parametrize("action", ["list", "get"])
@pytest.mark.usefixtures("no_waiting")
def test_a_server_that_fails_forgets_nothing(program: Program, sandbox: Sandbox, here: Path, action: str) -> None:
    """If the server fails, nothing is forgotten, and the exit code is 7."""
    path = sheet(here, 3)
    imported(program, path)
    sandbox.delete_campaign(sandbox.campaigns()[0]["id"])
    sandbox.faults = Faults(error_500=1.0, actions=frozenset([action]))
    told = program("reconcile", "--forget", "--json")
    assert (told.exit_code, told.document["forgotten"]) == (7, False)
    sandbox.faults = Faults()
    assert program("import", path, "--yes", "--json").counts == {"exists": 3}


def test_pruned_runs_are_compared_as_far_as_they_are_known(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Of a run whose contents were removed it can still be said which campaigns are gone."""
    imported(program, sheet(here, 3))
    program("prune", "--older-than", "2100-01-01", "--yes")
    sandbox.change_campaign(sandbox.campaigns()[0]["id"], maximum=9)
    sandbox.delete_campaign(sandbox.campaigns()[1]["id"])
    told = program("reconcile", "--json")
    assert (len(told.document["gone"]), told.document["edited"]) == (1, [])


def test_import_checks_existing_campaigns_first(program: Program, sandbox: Sandbox, here: Path) -> None:
    """With --check-existing an import says first what is gone or was edited; nothing is created anew by that."""
    path = sheet(here, 3)
    imported(program, path)
    sandbox.delete_campaign(sandbox.campaigns()[0]["id"])
    told = program("import", path, "--yes", "--check-existing", "--json")
    assert (told.exit_code, told.counts) == (4, {"exists": 3})
    assert "1 campaign gone: [W314]" in told.stderr
    assert "reconcile --forget" in told.stderr
    assert told.document["exit_code"] == 4
    assert [one["row"] for one in told.document["check_existing"]["gone"]] == [2]
    several = program("import", path, path, "--yes", "--check-existing", "--json")
    assert (several.exit_code, several.document["exit_code"]) == (4, 4)
    program("reconcile", "--forget")
    assert program("import", path, "--yes", "--check-existing", "--json").counts == {"created": 1, "exists": 2}


@pytest.mark.usefixtures("no_waiting")
def test_import_ends_if_existing_campaigns_cannot_be_checked(program: Program, sandbox: Sandbox, here: Path) -> None:
    """If the check fails because of the server, nothing is created."""
    imported(program, sheet(here, 3))
    sandbox.script("list", ["error_500"] * 50)
    told = program("import", sheet(here, 3, label="Other"), "--yes", "--check-existing", "--json")
    assert told.exit_code == 7
    assert told.document["code"] == "E406"
    assert len(sandbox.campaigns()) == 3


def test_what_an_import_ends_with_counts_before_what_it_found(program: Program, sandbox: Sandbox, here: Path) -> None:
    """The exit code of an import of which all rows are wrong stays 3, with --check-existing too."""
    imported(program, sheet(here, 3))
    sandbox.delete_campaign(sandbox.campaigns()[0]["id"])
    wrong = write_table(here / "wrong.csv", ("name", "dtype", "dnumber"), [("", "queue", "1")])
    assert program("import", wrong, "--yes", "--check-existing").exit_code == 3


def test_undone_runs_are_left_alone(program: Program, here: Path) -> None:
    """Campaigns that an undo has deleted are not missed."""
    undone(program, imported(program, sheet(here, 3)))
    assert program("reconcile", "--json").document["compared"] == 0
