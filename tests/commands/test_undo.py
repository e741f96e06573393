"""`undo`: what a run created is deleted, what it updated is changed back, and what somebody has touched is kept."""

import csv
import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from importer.model import Status
from importer.results.parts import WORST_FIRST
from importer.sandbox import Dialling, Faults, Modes, Sandbox, SeenRequest
from tests.support.numbers import british, write_list
from tests.support.processes import wait_for
from tests.support.program import Finished, Program
from tests.support.tables import write_table
from tests.support.undo import HEADINGS, imported, names, newest_undo, rows_of, sheet, undone

ROWS = 30
FORMATS = (".csv", ".xlsx", ".xls", ".ods")
FORM = ("--country", "GB", "--number-format", "digits")


def statuses(program: Program, run: str) -> list[str]:
    """Return the status of each row of a run, in the sheet's order."""
    return [one["status"] for one in rows_of(program, run).values()]


def touched(told: Finished) -> str:
    """Return what is said of the one row that is not as the run left it."""
    (problem,) = told.problems
    return str(problem["message"])


@pytest.mark.parametrize("ending", FORMATS)
def test_what_a_run_created_is_deleted_and_can_be_imported_again(
    program: Program, sandbox: Sandbox, here: Path, ending: str
) -> None:
    """The campaigns of a run are deleted, its rows say so, and the same file creates each of them once more."""
    path = sheet(here, ROWS, name=f"campaigns{ending}")
    run = imported(program, path)
    told = undone(program, run)
    assert (told.exit_code, told.counts) == (0, {"deleted": ROWS})
    assert told.document["undone"] == run
    assert sandbox.campaigns() == []
    assert set(statuses(program, run)) == {"deleted"}
    again = program("import", path, "--yes", "--json")
    assert again.counts == {"created": ROWS}
    assert len(set(names(sandbox))) == ROWS


@pytest.mark.parametrize("ending", FORMATS)
def test_the_results_are_the_table_with_what_has_become_of_each_row(
    program: Program, sandbox: Sandbox, here: Path, ending: str
) -> None:
    """The results of an undo, of any format, say of each row whether its campaign is deleted; they can be imported."""
    path = sheet(here, ROWS, name=f"campaigns{ending}")
    run = imported(program, path)
    sandbox.change_campaign(sandbox.campaigns()[4]["id"], maximum=77)
    kept = names(sandbox)[4]
    told = undone(program, run)
    results = Path(told.document["results"])
    assert not any("not a copy of yours" in note for note in told.document["notes"])
    lines = program("show", results, "--raw").stdout
    assert lines.count("deleted") >= ROWS - 1
    assert lines.count("touched") >= 1
    again = program("import", results, "--yes", "--json")
    assert again.counts == {"created": ROWS - 1, "exists": 1}
    assert sorted(names(sandbox)).count(kept) == 1


def test_an_undo_is_a_run_in_the_list(program: Program, here: Path) -> None:
    """`runs` lists an undo with what it did, and its rows."""
    run = imported(program, sheet(here, 3))
    told = undone(program, run)
    listed = program("runs", "--json").document[0]
    assert (listed["command"], listed["counts"]["deleted"]) == (f"undo {run}", 3)
    assert statuses(program, told.document["run"]) == ["deleted"] * 3
    copy = here / "again.csv"
    assert program("runs", told.document["run"], "--results", copy).exit_code == 0
    assert copy.read_text(encoding="utf-8").count("deleted") == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"maximum": 9}, "maximum is 9, and 1 was sent"),
        ({"retry": 60}, "retry is 60, and 3600 was sent"),
        ({"description": "Wave 1!"}, "description is 'Wave 1!', and 'Wave 0' was sent"),
        ({"name": "Mine"}, "name is 'Mine', and 'Spring 000' was sent"),
        ({"enabled": 1}, "enabled is 1, and 0 was sent"),
        ({"owner": 5, "success": "key", "timegroup": 7, "attempts": 3}, "and 1 more"),
    ],
)
def test_what_was_edited_is_kept_and_shown(
    program: Program, sandbox: Sandbox, here: Path, change: dict[str, object], words: str
) -> None:
    """A campaign with another value than was sent, or than the default, is kept, and the values are shown."""
    run = imported(program, sheet(here, 3))
    campaign = next(one["id"] for one in sandbox.campaigns() if one["name"] == "Spring 000")
    sandbox.change_campaign(campaign, **change)
    told = undone(program, run)
    assert (told.exit_code, told.counts) == (4, {"deleted": 2, "touched": 1})
    assert told.problems[0]["code"] == "W311"
    assert words in touched(told).replace("; 1 more", " and 1 more")
    assert [one["id"] for one in sandbox.campaigns()] == [campaign]


def test_force_touched_deletes_what_was_edited(program: Program, sandbox: Sandbox, here: Path) -> None:
    """With --force-touched an edited campaign is deleted, and the backup has the values that it had."""
    run = imported(program, sheet(here, 3))
    sandbox.change_campaign(sandbox.campaigns()[0]["id"], maximum=9, description="Mine, do not touch")
    told = undone(program, run, "--force-touched")
    assert (told.exit_code, told.counts) == (0, {"deleted": 3})
    assert sandbox.campaigns() == []
    assert "Mine, do not touch" in program("show", told.document["backup"], "--raw").stdout


def test_what_may_be_another_campaign_is_never_deleted(program: Program, sandbox: Sandbox, here: Path) -> None:
    """An ID whose name and values are another's is kept, also with --force-touched: a server may use IDs again."""
    run = imported(program, sheet(here, 2))
    first = sandbox.campaigns()[0]["id"]
    sandbox.change_campaign(first, name="Quite another", dnumber="99")
    told = undone(program, run, "--force-touched")
    assert told.counts == {"deleted": 1, "touched": 1}
    assert "may be another" in touched(told)
    assert names(sandbox) == ["Quite another"]


def test_what_has_numbers_of_others_or_has_dialled_is_never_deleted(
    program: Program, sandbox: Sandbox, here: Path
) -> None:
    """A campaign with numbers that the run has not loaded is kept, also with --force-touched."""
    run = imported(program, sheet(here, 2))
    first = sandbox.campaigns()[0]["id"]
    sandbox.put_destinations(first, "442079460000")
    sandbox.change_campaign(first, maximum=9)
    told = undone(program, run, "--force-touched")
    assert (told.exit_code, told.counts) == (4, {"deleted": 1, "dialled": 1})
    assert told.problems[0]["code"] == "W312"
    assert "1 telephone number, and the run loaded 0" in touched(told)


def with_numbers(program: Program, here: Path, some: list[str]) -> str:
    """Import one campaign that is on, with its numbers; return the run."""
    path = write_table(here / "one.csv", ("name", "dtype", "dnumber"), [("Spring", "queue", "1")])
    leads = write_list("leads.csv", *(f"Spring,{one}" for one in some), heading="campaign,phone")
    return imported(program, path, "--numbers", leads, *FORM)


@pytest.mark.parametrize(
    "modes",
    [Modes(), Modes(version="3.14"), Modes(version="3.14", strict=True), Modes(paging="ignored"), Modes(page_most=7)],
    ids=["sorted", "unsorted", "refuses to sort", "no pages", "short pages"],
)
@pytest.mark.parametrize("dialled", [False, True], ids=["pending", "one called"])
def test_numbers_that_are_not_pending_are_seen_wherever_they_stand(
    program: Program, sandbox: Sandbox, here: Path, modes: Modes, dialled: bool
) -> None:
    """A campaign with its numbers is deleted if all are pending, and kept if one of them in the middle is not."""
    run = with_numbers(program, here, british(60))
    campaign = sandbox.campaigns()[0]["id"]
    if dialled:
        sandbox.put_destinations(campaign, sorted(sandbox.destinations(campaign))[30], status="failed")
    sandbox.modes = modes
    told = undone(program, run)
    assert told.counts == ({"dialled": 1} if dialled else {"deleted": 1})
    assert len(sandbox.campaigns()) == int(dialled)


def test_dialled_is_found_in_two_requests_besides_the_count(program: Program, sandbox: Sandbox, here: Path) -> None:
    """However many numbers a campaign has, three requests say that none of them was called."""
    run = with_numbers(program, here, british(60))
    sandbox.clear_requests()
    program("undo", run, password="secret")  # no terminal: nothing is asked of the server
    assert sandbox.requests == []
    undone(program, run)
    before = [one.action for one in sandbox.requests]
    assert before[: before.index("get")].count("destinations/list") == 6  # three at the plan, three before the deletion


def test_one_that_dials_between_the_plan_and_the_deletion_is_kept(program: Program, here: Path) -> None:
    """Somebody who is called between the plan and the deletion is seen before it, and the campaign is kept."""
    with Sandbox(dialling=Dialling(per_request=0)) as sandbox:
        program.settings["url"] = sandbox.url
        run = with_numbers(program, here, british(30))
        sandbox.dialling = Dialling(per_request=1)
        told = undone(program, run)
        assert told.counts == {"dialled": 1}
        assert len(sandbox.campaigns()) == 1


def test_an_unloaded_list_counts_as_it_may_be(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Numbers of a later run into a campaign are not those of the run that created it: the later one comes first."""
    run = imported(program, sheet(here, 1))
    campaign = sandbox.campaigns()[0]["id"]
    leads = write_list("leads.csv", *british(30))
    loaded = program("numbers", "load", leads, "--campaign", campaign, *FORM, "--yes", "--json")
    assert loaded.exit_code == 0, loaded.stderr
    assert undone(program, run).counts == {"dialled": 1}
    told = undone(program, loaded.document["run"])
    assert (told.exit_code, told.counts) == (0, {"cancelled": 1})
    assert set(sandbox.destinations(campaign).values()) == {"cancelled"}


def test_numbers_loaded_into_campaigns_of_others_are_cancelled_where_they_are_pending(
    program: Program, sandbox: Sandbox
) -> None:
    """Only numbers that the run has loaded and that are still to be called get another status; the campaign stays."""
    campaign = sandbox.add_campaign(name="By hand", dtype="queue", dnumber="1", enabled=0)
    sandbox.put_destinations(campaign, "442079460000", "442079460001")
    leads = write_list("leads.csv", *british(2500))
    loaded = program("numbers", "load", leads, "--campaign", campaign, *FORM, "--yes", "--json")
    ours = sorted(set(sandbox.destinations(campaign)) - {"442079460000", "442079460001"})
    sandbox.put_destinations(campaign, ours[0], status="success")
    told = undone(program, loaded.document["run"])
    assert (told.exit_code, told.counts) == (0, {"cancelled": 1})
    after = sandbox.destinations(campaign)
    assert after["442079460000"] == after["442079460001"] == "pending"
    assert after[ours[0]] == "success"
    assert {after[one] for one in ours[1:]} == {"cancelled"}
    assert [one["id"] for one in sandbox.campaigns()] == [campaign]
    assert told.document["results"] is None


def test_a_campaign_that_was_updated_gets_its_former_values_back(
    program: Program, sandbox: Sandbox, here: Path
) -> None:
    """What a run updated is as before, also what somebody had edited before the update; its row does not count."""
    path = sheet(here, ROWS)
    first = imported(program, path)
    sandbox.change_campaign(sandbox.campaigns()[0]["id"], retry=77, keep_agents_available=3)
    before = sandbox.campaigns()
    path.write_text(path.read_text(encoding="utf-8").replace("Wave", "Tide"), encoding="utf-8")
    second = imported(program, path, "--on-change", "update")
    assert sandbox.campaigns()[0]["description"].startswith("Tide")
    told = undone(program, second)
    assert (told.exit_code, told.counts) == (0, {"restored": ROWS})
    assert sandbox.campaigns() == before
    assert set(statuses(program, second)) == {"restored"}
    assert program("plan", path, "--json").counts == {"changed": ROWS}
    assert undone(program, first).counts == {"deleted": ROWS - 1, "touched": 1}


def test_an_update_that_was_edited_since_is_kept(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A campaign that somebody has edited since the update does not get its former values back."""
    path = sheet(here, 2)
    imported(program, path)
    path.write_text(path.read_text(encoding="utf-8").replace("Wave", "Tide"), encoding="utf-8")
    second = imported(program, path, "--on-change", "update")
    first = sandbox.campaigns()[0]["id"]
    sandbox.change_campaign(first, maximum=50)
    told = undone(program, second, "--force-touched")
    assert told.counts == {"restored": 1, "touched": 1}
    assert next(one["maximum"] for one in sandbox.campaigns() if one["id"] == first) == 50


def test_a_later_update_is_undone_first(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A run whose campaigns a later one has updated is not undone, and the message names that run.

    They can be switched off, and stay so when the later one is undone.
    """
    path = sheet(here, 2)
    first = imported(program, path)
    path.write_text(path.read_text(encoding="utf-8").replace("Wave", "Tide"), encoding="utf-8")
    second = imported(program, path, "--on-change", "update")
    told = undone(program, first)
    assert (told.exit_code, told.document["code"]) == (2, "E528")
    assert f"campaign-importer undo {second}" in told.document["message"]
    assert undone(program, first, "--off-only").exit_code == 0
    assert undone(program, second).counts == {"restored": 2}
    assert [one["enabled"] for one in sandbox.campaigns()] == [0, 0]


def test_a_campaign_that_is_gone_can_be_imported_again(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A campaign that somebody has deleted counts as deleted once the run is undone."""
    path = sheet(here, 3)
    run = imported(program, path)
    sandbox.delete_campaign(sandbox.campaigns()[0]["id"])
    told = undone(program, run)
    assert (told.exit_code, told.counts) == (0, {"deleted": 2, "gone": 1})
    assert set(statuses(program, run)) == {"deleted"}
    assert program("import", path, "--yes", "--json").counts == {"created": 3}


def test_rows_of_other_runs_do_not_count_either(program: Program, here: Path) -> None:
    """A second import of the file finds every row there; after the undo of the first, a third creates them."""
    path = sheet(here, 3)
    first = imported(program, path)
    second = imported(program, path)
    assert undone(program, second).counts == {"not_ours": 3}
    assert undone(program, first).counts == {"deleted": 3}
    assert program("import", path, "--yes", "--json").counts == {"created": 3}


def test_a_switch_that_we_sent_is_not_an_edit(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Campaigns that `enable` or `disable` has switched are as we left them."""
    run = imported(program, sheet(here, 4))
    assert program("disable", run).exit_code == 0
    assert program("enable", run, "--all", "--yes").exit_code == 0
    assert all(one["enabled"] for one in sandbox.campaigns())
    assert undone(program, run).counts == {"deleted": 4}


def test_one_switched_on_again_right_after_it_was_switched_off_is_kept(program: Program, here: Path) -> None:
    """Somebody who switches a campaign on while it is being undone is not overruled."""

    def hear(request: SeenRequest) -> None:
        if request.action == "update":
            sandbox.change_campaign(int(request.parameters["id"]), enabled=1)

    with Sandbox(heard=hear) as sandbox:
        program.settings["url"] = sandbox.url
        run = imported(program, sheet(here, 2))
        told = undone(program, run)
        assert told.counts == {"deleted": 1, "touched": 1}
        assert "Changed since you looked: enabled. It is switched off now." in touched(told)
        assert [one["enabled"] for one in sandbox.campaigns()] == [1]


@pytest.mark.parametrize("absent_as", ["page", "unknown"])
def test_a_server_without_delete(program: Program, sandbox: Sandbox, here: Path, absent_as: str) -> None:
    """Where the server has no delete, campaigns are switched off, the results say so, and the file finds them there."""
    path = sheet(here, 6)
    run = imported(program, path)
    sandbox.modes = Modes(absent=frozenset(["delete"]), absent_as=absent_as)
    told = undone(program, run)
    assert (told.exit_code, told.counts) == (0, {"switched_off": 6})
    assert [one["enabled"] for one in sandbox.campaigns()] == [0] * 6
    assert "this server has no delete" in Path(told.document["results"]).read_text(encoding="utf-8")
    assert not any("deleted" in note for note in told.document["notes"])
    assert program("import", path, "--yes", "--json").counts == {"exists": 6}


@pytest.mark.parametrize("absent_as", ["page", "unknown"])
def test_a_server_that_cannot_be_asked_by_id(program: Program, sandbox: Sandbox, here: Path, absent_as: str) -> None:
    """Where there is only the list, it is read again before each deletion; what it does not show is not proven gone."""
    run = imported(program, sheet(here, 3))
    sandbox.delete_campaign(sandbox.campaigns()[0]["id"])
    sandbox.modes = Modes(absent=frozenset(["get"]), absent_as=absent_as)
    told = undone(program, run)
    assert (told.exit_code, told.counts) == (4, {"deleted": 2, "unprovable": 1})
    assert "may be gone or not" in touched(told)
    assert sandbox.campaigns() == []


def test_a_list_that_shows_too_little(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Where the server shows id and name alone, nothing is proven, and nothing is deleted; --off-only is possible."""
    run = imported(program, sheet(here, 3))
    sandbox.modes = Modes(list_fields="few")
    told = undone(program, run)
    assert (told.exit_code, told.counts) == (4, {"unprovable": 3})
    assert "does not show dtype, dnumber" in told.problems[0]["message"]
    assert told.problems[0]["code"] == "W313"
    assert undone(program, run, "--off-only").counts == {"switched_off": 3}
    sandbox.modes = Modes()
    assert [one["enabled"] for one in sandbox.campaigns()] == [0] * 3


def test_a_page_of_the_list_is_not_all_of_it(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A list that shows only the first campaigns proves nothing about the others: they are asked for by their IDs."""
    run = imported(program, sheet(here, ROWS))
    sandbox.modes = Modes(list_first=5)
    told = undone(program, run)
    assert (told.exit_code, told.counts) == (0, {"deleted": ROWS})
    assert sandbox.campaigns() == []


def test_a_404_for_another_reason_is_no_success(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A 404 that a deletion gets while the list shows the campaign means that there is no such function here."""
    run = imported(program, sheet(here, 1))
    sandbox.modes = Modes(absent=frozenset(["delete", "get"]), absent_as="unknown")
    assert undone(program, run).counts == {"switched_off": 1}
    assert len(sandbox.campaigns()) == 1


@pytest.mark.parametrize("fault", ["dropped_after", "cut", "foreign", "empty", "error_500", "error_500_stored", "late"])
def test_a_deletion_that_nobody_answers_is_looked_up(
    program: Program, sandbox: Sandbox, here: Path, fault: str
) -> None:
    """If no answer says whether a campaign is deleted, it is looked up, and deleted again if it is there."""
    program.settings["timeout"] = "0.3"
    run = imported(program, sheet(here, 2))
    sandbox.faults = Faults(late_by=0.6)
    sandbox.script("delete", [fault])
    told = undone(program, run, "--workers", "1")
    assert (told.exit_code, told.counts) == (0, {"deleted": 2})
    assert sandbox.campaigns() == []


def test_a_deletion_that_is_never_answered_is_left_in_doubt(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A row whose deletion nobody answers, and whose campaign is there, is left with exit code 5; `apply` goes on."""
    run = imported(program, sheet(here, 2))
    sandbox.script("delete", ["error_500"] * 3)
    told = undone(program, run, "--workers", "1")
    assert (told.exit_code, told.counts) == (5, {"deleting": 1, "deleted": 1})
    assert (told.problems[0]["code"], told.problems[0]["severity"]) == ("E304", "error")
    again = program("apply", told.document["run"], "--json")
    assert (again.exit_code, again.counts, again.problems) == (0, {"deleted": 2}, [])


@pytest.mark.usefixtures("no_waiting")
def test_a_server_that_fails_leaves_the_rest_to_apply(program: Program, sandbox: Sandbox, here: Path) -> None:
    """What fails before a deletion leaves the row as it is; `apply` undoes it once the server works."""
    run = imported(program, sheet(here, 8))
    sandbox.faults = Faults(error_500=1.0, actions=frozenset(["get"]))
    told = undone(program, run, "--workers", "1", "--max-errors", "3")
    assert told.exit_code == 7
    assert len(sandbox.campaigns()) == 8
    sandbox.faults = Faults()
    again = program("apply", told.document["run"], "--json")
    assert (again.exit_code, again.counts, again.problems) == (0, {"deleted": 8}, [])


def test_a_role_that_may_not_delete(program: Program, sandbox: Sandbox, here: Path) -> None:
    """An account that may not list campaigns cannot prove anything, and nothing is changed."""
    run = imported(program, sheet(here, 2))
    sandbox.modes = Modes(absent=frozenset(["list"]))
    sandbox.delete_campaign(sandbox.campaigns()[0]["id"])
    told = undone(program, run)
    assert told.counts == {"deleted": 1, "unprovable": 1}
    assert "cannot be listed" in touched(told)


def test_rows_in_doubt_are_settled_first(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A row of which it is not known what it has created is left alone, with exit code 5; the others are undone."""
    path = sheet(here, 3)
    sandbox.script("create", [None, "dropped_after"])
    sandbox.modes = Modes(absent=frozenset(["list"]))
    told = program("import", path, "--yes", "--json", "--workers", "1")
    assert told.counts == {"created": 2, "in_doubt": 1}
    sandbox.modes = Modes()
    run = told.document["run"]
    undo = undone(program, run)
    assert (undo.exit_code, undo.counts) == (5, {"deleted": 2, "in_doubt": 1})
    assert f"to look up 1 row in doubt first: campaign-importer apply {run}" in undo.stderr


def test_the_contents_were_pruned(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Of a run whose contents were removed nothing is proven; its campaigns can be switched off by their names."""
    run = imported(program, sheet(here, 3))
    assert program("prune", "--older-than", "2100-01-01", "--yes").exit_code == 0
    told = undone(program, run)
    assert (told.exit_code, told.counts) == (4, {"unprovable": 3})
    assert "removed by `prune`" in told.problems[0]["message"]
    sandbox.change_campaign(sandbox.campaigns()[0]["id"], name="Of somebody else")
    off = undone(program, run, "--off-only")
    assert (off.exit_code, off.counts) == (4, {"switched_off": 2, "touched": 1})
    assert [one["enabled"] for one in sandbox.campaigns()[1:]] == [0, 0]


def test_before_images_are_pruned_with_the_contents(program: Program, journal: Path, here: Path) -> None:
    """`prune` removes what campaigns were before updates, and what an undo saw of them."""
    path = sheet(here, 2)
    run = imported(program, path)
    path.write_text(path.read_text(encoding="utf-8").replace("Wave", "Tide"), encoding="utf-8")
    imported(program, path, "--on-change", "update")
    undone(program, run, "--off-only")
    asked = "SELECT count(*) FROM images UNION ALL SELECT count(*) FROM undo_rows WHERE seen <> '{}'"
    with closing(sqlite3.connect(journal)) as opened:
        assert opened.execute(asked).fetchall() == [(2,), (2,)]
    program("prune", "--older-than", "2100-01-01", "--yes")
    with closing(sqlite3.connect(journal)) as opened:
        assert opened.execute(asked).fetchall() == [(0,), (0,)]


BAD: list[tuple[str, list[str], int, str]] = [
    ("an unknown run", ["undo", "20200101-abcdef", "--yes"], 2, "E521"),
    ("a clash", ["undo", "RUN", "--yes", "--off-only", "--force-touched"], 2, "E502"),
    ("nobody to ask", ["undo", "RUN"], 2, "E525"),
    ("a backup of another kind", ["undo", "RUN", "--yes", "--backup", "backup.csv"], 2, "E511"),
    ("a backup in no folder", ["undo", "RUN", "--yes", "--backup", "none/backup.xlsx"], 2, "E511"),
    ("another server", ["undo", "RUN", "--yes", "--username", "reseller"], 2, "E522"),
    ("two ways to choose", ["reconcile", "RUN", "--since", "7d"], 2, "E502"),
    ("reconcile an unknown run", ["reconcile", "20200101-abcdef"], 2, "E521"),
]


@pytest.mark.parametrize(("arguments", "code", "problem"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_bad_input(
    program: Program, sandbox: Sandbox, here: Path, arguments: list[str], code: int, problem: str
) -> None:
    """Every mistake is a sentence with its code, and nothing is changed."""
    run = imported(program, sheet(here, 2))
    before = sandbox.campaigns()
    told = program(*(run if one == "RUN" else one for one in arguments), "--json")
    assert told.exit_code == code
    assert told.document["code"] == problem
    assert f"[{problem}]" in told.stderr
    assert "Traceback" not in told.stderr
    assert sandbox.campaigns() == before


@pytest.mark.usefixtures("no_waiting")
def test_an_undo_is_not_continued_on_another_server(program: Program, sandbox: Sandbox, here: Path) -> None:
    """`apply` for an undo is refused for another server, whose campaigns with these IDs are others."""
    run = imported(program, sheet(here, 3))
    sandbox.script("delete", ["error_500"] * 99)
    undo = undone(program, run, "--workers", "1").document["run"]
    with Sandbox() as other:
        for _ in range(3):
            other.add_campaign(name="Of others", dtype="queue", dnumber="1")
        told = program("apply", undo, "--url", other.url, "--json")
        assert (told.exit_code, told.document["code"]) == (2, "E522")
        assert len(other.campaigns()) == 3


@pytest.mark.usefixtures("no_waiting")
def test_an_undo_is_not_continued_once_it_was_pruned(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Once it is no longer known what an undo saw, nothing is deleted by it; the run can be looked at again."""
    run = imported(program, sheet(here, 3))
    undo = failed_before_the_first(program, sandbox, run)
    assert program("prune", "--older-than", "2100-01-01", "--yes").exit_code == 0
    sandbox.change_campaign(sandbox.campaigns()[0]["id"], maximum=9)
    told = program("apply", undo, "--json")
    assert (told.exit_code, told.document["code"]) == (2, "E528")
    assert len(sandbox.campaigns()) == 3


def failed_before_the_first(program: Program, sandbox: Sandbox, run: str, *more: str) -> str:
    """Undo a run on a server that fails right after the plan; return the undo, which has not changed anything."""
    sandbox.faults = Faults(error_500=1.0, actions=frozenset(["get"]))
    undo = undone(program, run, "--workers", "1", *more).document["run"]
    sandbox.faults = Faults()
    return str(undo)


@pytest.mark.usefixtures("no_waiting")
def test_what_was_kept_is_not_tried_again(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A campaign that was changed after the plan is kept by `apply` too, and said once, even if it is changed back."""
    run = imported(program, sheet(here, 3))
    first = sandbox.campaigns()[0]
    undo = failed_before_the_first(program, sandbox, run)
    sandbox.change_campaign(first["id"], maximum=99)
    told = program("apply", undo, "--json")
    assert told.counts == {"deleted": 2, "touched": 1}
    assert "Changed since you looked: maximum." in touched(told)
    sandbox.change_campaign(first["id"], maximum=first["maximum"])
    again = program("apply", undo, "--json")
    assert again.counts == {"deleted": 2, "touched": 1}
    assert len(again.problems) == 1
    assert len(sandbox.campaigns()) == 1


@pytest.mark.usefixtures("no_waiting")
def test_what_changes_after_the_plan_is_not_switched_off(program: Program, sandbox: Sandbox, here: Path) -> None:
    """With --off-only, too, a campaign that has another name by now is left as it is, and one that is gone is said."""
    run = imported(program, sheet(here, 4))
    undo = failed_before_the_first(program, sandbox, run, "--off-only")
    first, second, *_ = sandbox.campaigns()
    sandbox.change_campaign(first["id"], name="Mine", enabled=1)
    sandbox.delete_campaign(second["id"])
    told = program("apply", undo, "--json")
    assert (told.exit_code, told.counts) == (4, {"switched_off": 2, "gone": 1, "touched": 1})
    assert [one["enabled"] for one in sandbox.campaigns()] == [1, 0, 0]
    assert undone(program, run, "--off-only").counts == {"switched_off": 2, "gone": 1, "touched": 1}


@pytest.mark.usefixtures("no_waiting")
def test_what_changes_after_the_plan_is_not_restored(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A campaign that is edited after the plan does not get its former values back, and one that is gone is said."""
    path = sheet(here, 4)
    imported(program, path)
    path.write_text(path.read_text(encoding="utf-8").replace("Wave", "Tide"), encoding="utf-8")
    run = imported(program, path, "--on-change", "update")
    undo = failed_before_the_first(program, sandbox, run)
    first, second, *_ = sandbox.campaigns()
    sandbox.change_campaign(first["id"], retry=5)
    sandbox.delete_campaign(second["id"])
    told = program("apply", undo, "--json")
    assert (told.exit_code, told.counts) == (4, {"restored": 2, "gone": 1, "touched": 1})
    assert [one["description"][:4] for one in sandbox.campaigns()] == ["Tide", "Wave", "Wave"]


@pytest.mark.usefixtures("no_waiting")
def test_a_server_that_says_nothing_of_its_updates(program: Program, sandbox: Sandbox, here: Path) -> None:
    """If no answer says that former values are back, the campaign is looked at."""
    path = sheet(here, 2)
    imported(program, path)
    path.write_text(path.read_text(encoding="utf-8").replace("Wave", "Tide"), encoding="utf-8")
    run = imported(program, path, "--on-change", "update")
    sandbox.modes = Modes(http_status="mirrored")
    told = undone(program, run)
    assert (told.exit_code, told.counts) == (0, {"restored": 2})


def test_numbers_that_are_not_kept_cannot_be_cancelled(program: Program, sandbox: Sandbox, journal: Path) -> None:
    """If the numbers of a run were removed, it is not known which to cancel, and none are."""
    campaign = sandbox.add_campaign(name="By hand", dtype="queue", dnumber="1", enabled=0)
    loaded = program(
        *("numbers", "load", write_list("leads.csv", *british(30)), "--campaign", campaign), *FORM, "--yes", "--json"
    )
    for one in (journal.parent / "numbers").glob(f"*{loaded.document['run']}*"):
        one.unlink()
    told = undone(program, loaded.document["run"])
    assert (told.exit_code, told.counts) == (4, {"unprovable": 1})
    assert "not known which they are" in touched(told)
    assert set(sandbox.destinations(campaign).values()) == {"pending"}


@pytest.mark.slow
def test_what_a_killed_load_has_on_its_way_is_waited_for(program: Program, sandbox: Sandbox) -> None:
    """A request that arrives after its load was killed arrives before the undo: its numbers are not called."""
    campaign = sandbox.add_campaign(name="By hand", dtype="queue", dnumber="1", enabled=0)
    leads = write_list("leads.csv", *british(200))
    sandbox.faults = Faults(late_by=1.5)
    sandbox.script("destinations/create", [None, "late_store"])
    program.settings["settle-wait"] = "2"
    with program.start("numbers", "load", leads, "--campaign", campaign, *FORM, "--yes") as process:
        wait_for(lambda: len(sandbox.destinations(campaign)) == 10)
        time.sleep(0.3)
        process.kill()
    (run,) = json.loads(program("runs", "--json").stdout)
    told = undone(program, run["run"])
    assert (told.exit_code, told.counts) == (0, {"cancelled": 1})
    wait_for(lambda: len(sandbox.destinations(campaign)) == 200)
    assert set(sandbox.destinations(campaign).values()) == {"cancelled"}


def test_nothing_more_is_loaded_after_an_undo(program: Program, sandbox: Sandbox) -> None:
    """An undo of a load that was not finished ends it: `apply` sends nothing to the campaign any more, and says why."""
    campaign = sandbox.add_campaign(name="By hand", dtype="queue", dnumber="1", enabled=0)
    leads = write_list("leads.csv", *british(200))
    sandbox.script("destinations/create", [None, *["error_500"] * 40])
    loaded = program("numbers", "load", leads, "--campaign", campaign, *FORM, "--batch", 20, "--yes", "--json")
    assert loaded.exit_code not in (0, 4), loaded.stderr
    sandbox.script("destinations/create", [])
    run = loaded.document["run"]
    assert undone(program, run).counts == {"cancelled": 1}
    told = program("apply", run)
    assert told.exit_code in (4, 5)
    assert "An undo of this run has cancelled its telephone numbers" in told.stderr
    assert set(sandbox.destinations(campaign).values()) == {"cancelled"}


def test_a_sheet_whose_numbers_went_into_campaigns_that_existed(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Of a run that found its campaign there and loaded more numbers into it, only these numbers are undone."""
    first = with_numbers(program, here, british(30))
    campaign = sandbox.campaigns()[0]["id"]
    program("disable", first)
    leads = write_list("more.csv", *(f"Spring,{one}" for one in british(30, 500)), heading="campaign,phone")
    second = imported(program, here / "one.csv", "--numbers", leads, *FORM)
    assert len(sandbox.destinations(campaign)) == 60
    told = undone(program, second)
    assert (told.exit_code, told.counts) == (0, {"cancelled": 1})
    assert sorted(sandbox.destinations(campaign).values()) == ["cancelled"] * 30 + ["pending"] * 30


def test_numbers_of_deleted_campaigns_may_be_loaded_again(program: Program, sandbox: Sandbox, here: Path) -> None:
    """`--not-again` knows nothing of campaigns that were deleted uncalled, but still of those that stay."""
    rows = [(f"Spring {row}", "queue", "1", "0") for row in range(3)]
    path = write_table(here / "three.csv", ("name", "dtype", "dnumber", "enabled"), rows)
    # One person is on two lists, and the campaign of the second stays.
    lines = [f"Spring {row},{one}" for row in range(3) for one in [*british(30, 100 * row), british(1, 900)[0]]]
    leads = write_list("leads.csv", *lines, heading="campaign,phone")
    run = imported(program, path, "--numbers", leads, "--duplicates", "list", *FORM)
    sandbox.change_campaign(sandbox.campaigns()[2]["id"], maximum=77)
    assert undone(program, run).counts == {"deleted": 2, "touched": 1}
    again = write_table(here / "again.csv", ("name", "dtype", "dnumber", "enabled"), [("Tide", "queue", "1", "0")])
    leads = write_list("tide.csv", *(f"Tide,{line.split(',')[1]}" for line in lines), heading="campaign,phone")
    imported(program, again, "--numbers", leads, "--not-again", "30d", *FORM)
    assert len(sandbox.destinations(sandbox.campaigns()[-1]["id"])) == 60


def test_a_row_that_was_split_is_undone_with_all_its_campaigns(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Each campaign that one row was split into is deleted, and its row in the results says so once."""
    path = write_table(here / "one.csv", ("name", "dtype", "dnumber", "enabled"), [("Spring", "queue", "1", "0")])
    lines = ("Spring,+442083661177,Europe/London", "Spring,+493023125000,Europe/Berlin")
    leads = write_list("leads.csv", *lines, heading="campaign,phone,timezone")
    zones = ("--split", "timezone", "--timezone", "Europe/London=1", "--timezone", "Europe/Berlin=2")
    run = imported(program, path, "--numbers", leads, *zones, *FORM)
    assert len(sandbox.campaigns()) == 2
    told = undone(program, run)
    assert (told.exit_code, told.counts) == (0, {"deleted": 2})
    with Path(told.document["results"]).open(encoding="utf-8-sig", newline="") as file:
        assert [one["import_row"] for one in csv.DictReader(file)] == ["2"]
    assert set(WORST_FIRST) == set(Status)


def test_a_person_who_removes_numbers_has_touched_the_campaign(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A campaign with fewer numbers than the run has loaded is kept: a list that shows none is not believed either."""
    run = with_numbers(program, here, british(30))
    campaign = sandbox.campaigns()[0]["id"]
    sandbox.remove_destinations(campaign, next(iter(sandbox.destinations(campaign))))
    assert undone(program, run).counts == {"touched": 1}
    sandbox.modes = Modes(list_none=True, lists=frozenset(["destinations/list"]))
    assert undone(program, run).counts == {"touched": 1}


def test_the_password_is_not_kept_with_what_an_undo_saw(
    program: Program, sandbox: Sandbox, journal: Path, here: Path
) -> None:
    """A value that holds the password is not in the journal, as an image or as what was seen, and is not given back."""
    headings = (*HEADINGS, "callerid")
    path = write_table(here / "c.csv", headings, [(f"N{at}", "queue", "1", "1", "0", "Wave", "5") for at in range(2)])
    imported(program, path)
    sandbox.change_campaign(sandbox.campaigns()[0]["id"], callerid="my secret word")
    path.write_text(path.read_text(encoding="utf-8").replace("Wave", "Tide"), encoding="utf-8")
    second = imported(program, path, "--on-change", "update")
    sandbox.change_campaign(sandbox.campaigns()[1]["id"], callerid="secret")
    told = undone(program, second)
    assert told.counts == {"unprovable": 1, "touched": 1}
    assert b"secret" not in b"".join(one.read_bytes() for one in journal.parent.iterdir() if one.is_file())


def test_an_undo_cannot_be_undone(program: Program, here: Path) -> None:
    """The undo of an undo is refused; the message says to import the file again."""
    undo = undone(program, imported(program, sheet(here, 2))).document["run"]
    told = undone(program, undo)
    assert (told.exit_code, told.document["code"]) == (2, "E528")
    assert "import" in told.document["message"]


def test_a_run_that_is_undone_already(program: Program, here: Path) -> None:
    """A second undo finds nothing to do."""
    run = imported(program, sheet(here, 2))
    undone(program, run)
    told = undone(program, run)
    assert (told.exit_code, told.counts) == (0, {"gone": 2})


def test_nothing_is_done_before_a_person_agrees(program: Program, sandbox: Sandbox, here: Path) -> None:
    """The plan is shown, and with the answer no, nothing is deleted, and it cannot be applied later."""
    run = imported(program, sheet(here, 3))
    code, shown = program.terminal("undo", run, answers={"delete 3 campaigns? [y/N]": "n"})
    assert code == 0
    assert "untouched" in shown
    assert "Nothing was undone." in shown
    assert len(sandbox.campaigns()) == 3
    told = program("apply", str(newest_undo(program)), "--json")
    assert (told.exit_code, told.document["code"]) == (2, "E528")


@pytest.mark.parametrize(("typed", "left"), [("y", 21), ("20", 21), ("21", 0)])
def test_above_twenty_the_number_is_typed(
    program: Program, sandbox: Sandbox, here: Path, typed: str, left: int
) -> None:
    """To delete more than 20 campaigns their number has to be typed; up to 20, a key is enough."""
    run = imported(program, sheet(here, 21))
    program.terminal("undo", run, answers={"Type 21 to continue": typed})
    assert len(sandbox.campaigns()) == left


def test_up_to_twenty_a_key_is_enough(program: Program, sandbox: Sandbox, here: Path) -> None:
    """The 20 campaigns of a run are deleted after y."""
    run = imported(program, sheet(here, 20))
    code, _ = program.terminal("undo", run, answers={"[y/N]": "y"})
    assert code == 0
    assert sandbox.campaigns() == []


def test_the_question_says_what_is_switched_on_again(program: Program, sandbox: Sandbox, here: Path) -> None:
    """If former values switch a campaign on, the question says how many may dial."""
    path = write_table(here / "one.csv", HEADINGS, [("Spring", "queue", "1", "1", "1", "")])
    imported(program, path)
    write_table(path, HEADINGS, [("Spring", "queue", "1", "1", "0", "")])
    run = imported(program, path, "--on-change", "update")
    assert [one["enabled"] for one in sandbox.campaigns()] == [0]
    question = "1 of them is switched on again"
    code, shown = program.terminal("undo", run, answers={"[y/N]": "y"})
    assert code == 0
    assert question in " ".join(shown.split())
    assert [one["enabled"] for one in sandbox.campaigns()] == [1]


def test_the_backup_can_be_imported(program: Program, sandbox: Sandbox, here: Path) -> None:
    """The backup has the headings of the template and `id`; imported, it makes the same campaigns again."""
    headings = ("name", "dtype", "dnumber", "callerid", "machine", "customer", "description")
    rows = [
        (f"Zürich {at}", "queue", f"00{at}", "+442071234567", "off" if at % 2 else "retry", "2" if at % 3 else "", "=1")
        for at in range(ROWS)
    ]
    rows = [(*row[:-1], "1-2") for row in rows]
    run = imported(program, write_table(here / "campaigns.csv", headings, rows))
    before = [{**one, "id": None} for one in sandbox.campaigns()]
    told = undone(program, run, "--backup", here / "kept.xlsx")
    assert told.document["backup"] == str(here / "kept.xlsx")
    again = program("import", here / "kept.xlsx", "--yes", "--json")
    assert again.counts == {"created": ROWS}
    after = [{**one, "id": None} for one in sandbox.campaigns()]
    assert sorted(before, key=lambda one: one["name"]) == sorted(after, key=lambda one: one["name"])


def test_the_backup_has_whatever_the_server_shows(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Control characters, formulas, and characters that no workbook can have do not prevent a backup."""
    run = imported(program, sheet(here, 3))
    odd = ("bell \x07 and \x0b", "=1+1", "half \ufffe of it _x0041_")
    for one, text in zip(sandbox.campaigns(), odd, strict=True):
        sandbox.change_campaign(one["id"], description=text)
    told = undone(program, run, "--force-touched")
    assert (told.exit_code, told.counts) == (0, {"deleted": 3})
    shown = program("show", told.document["backup"], "--raw").stdout
    assert "=1+1" in shown
    assert "_x0041_" in shown


def test_without_a_backup_nothing_is_deleted(
    program: Program, sandbox: Sandbox, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the backup cannot be written anywhere, the undo ends before the first deletion."""
    run = imported(program, sheet(here, 2))
    monkeypatch.setattr("importer.results.targets._folders", lambda _: iter([here / "none"]))
    told = undone(program, run)
    assert told.exit_code == 6
    assert len(sandbox.campaigns()) == 2


def test_campaigns_of_several_customers(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Each customer is listed once for the plan, however many campaigns it has."""
    rows = [(f"N{at}", "queue", "1", str(1 + at % 2)) for at in range(ROWS)]
    path = write_table(here / "campaigns.csv", ("name", "dtype", "dnumber", "customer"), rows)
    run = imported(program, path)
    sandbox.clear_requests()
    assert undone(program, run).counts == {"deleted": ROWS}
    assert [one.action for one in sandbox.requests].count("list") == 2


def test_options_of_the_run_are_not_edits(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Campaigns that were created with --disabled and --marker are as they were sent."""
    run = imported(program, sheet(here, 4), "--disabled", "--marker")
    assert undone(program, run).counts == {"deleted": 4}
    assert sandbox.campaigns() == []


@pytest.mark.parametrize(
    "modes",
    [
        Modes(ids="string", codes="number", responses="object"),
        Modes(http_status="mirrored"),
        Modes(version="3.14", strict=True),
    ],
    ids=["strings", "mirrored", "3.14"],
)
@pytest.mark.usefixtures("no_waiting")
def test_servers_of_every_kind(program: Program, sandbox: Sandbox, here: Path, modes: Modes) -> None:
    """However a server writes its answers, the undo comes to its end."""
    sandbox.modes = modes
    run = imported(program, sheet(here, 4))
    assert undone(program, run).counts == {"deleted": 4}


def test_another_run_at_work(program: Program, sandbox: Sandbox, here: Path) -> None:
    """While another command holds the lock, an undo ends with exit code 8."""
    run = imported(program, sheet(here, 2))
    sandbox.faults = Faults(latency=0.5)
    other = write_table(here / "other.csv", HEADINGS, [(f"O{at}", "queue", "1", "1", "0", "") for at in range(9)])
    with program.start("import", other, "--yes", "--workers", "1"):
        wait_for(lambda: sandbox.requests[-1].parameters.get("name", "").startswith("O"))
        told = undone(program, run)
        assert (told.exit_code, told.document["code"]) == (8, "E411")


def test_what_is_written_to_the_log(program: Program, here: Path) -> None:
    """The log has a line for each row that is undone."""
    run = imported(program, sheet(here, 3))
    undone(program, run, "--log", here / "log.jsonl")
    lines = (here / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert sum('"stage": "undo"' in line and '"status": "deleted"' in line for line in lines) == 3


def test_rejects_are_what_a_person_has_to_look_at(program: Program, sandbox: Sandbox, here: Path) -> None:
    """--rejects writes the rows whose campaigns were kept."""
    run = imported(program, sheet(here, 3))
    sandbox.change_campaign(sandbox.campaigns()[0]["id"], maximum=9)
    undone(program, run, "--rejects", here / "left.csv")
    with (here / "left.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 1
