"""What the server's list shows before anything is sent: rows that are there already, and campaigns that are gone."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from importer import pipeline
from importer.delivery import existing
from importer.model import ExitCode
from importer.run_options import ImportOptions
from importer.sandbox import Account, Faults, Modes, Sandbox
from tests.support.in_process import InProcessImporter
from tests.support.processes import wait_for
from tests.support.program import Program
from tests.support.servers import StubServer, envelope
from tests.support.sql_steps import Counted, steps_of
from tests.support.tables import HEADINGS, write_table

Table = Callable[..., Path]

COLUMNS = (*HEADINGS, "maximum")
ROWS = [(f"N{number}", "queue", str(number), "2") for number in range(5)]
KNOWN = (
    "A2: On the server, campaign 1 has this name and these values, but the journal has no row of admin that created it."
)


def creates(sandbox: Sandbox) -> int:
    """Return how many creates have arrived."""
    return sum(seen.action == "create" for seen in sandbox.requests)


def codes(document: Any) -> list[str]:
    """Return the codes of the problems of a document, without the warning about rows without a time group."""
    return [problem["code"] for problem in document["problems"] if problem["code"] != "W104"]


@pytest.fixture
def path(table: Table) -> Path:
    """A file of five rows."""
    return table("a.csv", COLUMNS, *ROWS)


@pytest.fixture
def afresh(program: Program, sandbox: Sandbox, path: Path, journal: Path) -> Program:
    """The program with a new journal, after three of the five rows were created with another one."""
    three = write_table(path.with_name("three.csv"), COLUMNS, ROWS[:3])
    assert program("import", three, "--yes", "--json").counts == {"created": 3}
    sandbox.clear_requests()
    journal.rename(journal.with_name("lost.sqlite3"))
    for end in ("-wal", "-shm"):
        journal.with_name(f"{journal.name}{end}").unlink(missing_ok=True)
    return program


# Nobody to be asked


def test_what_is_there_already_is_not_sent(afresh: Program, sandbox: Sandbox, path: Path, journal: Path) -> None:
    """With a new journal and --yes, rows that the list shows stay ready, the others are created, the exit code is 4."""
    told = afresh("import", path, "--yes", "--json")
    assert told.exit_code == ExitCode.SOME_WRONG
    assert told.counts == {"ready": 3, "created": 2}
    assert told.document["existing"] == 3
    assert codes(told.document) == ["W302"] * 3
    assert len(sandbox.campaigns()) == 5
    run = told.document["run"]
    first, *_ = afresh("runs", run, "--json").document
    again = f"campaign-importer apply {run} --on-existing create --journal {journal}"
    assert first["message"] == f"{KNOWN} Not sent. To create it anyway: {again}."
    assert f"campaign-importer apply {run} --on-existing create" in told.stderr


def test_on_existing_create_sends_all(afresh: Program, sandbox: Sandbox, path: Path) -> None:
    """With --on-existing create, what is there already is created once more, and reported all the same."""
    told = afresh("import", path, "--yes", "--json", "--on-existing", "create")
    assert (told.exit_code, told.counts) == (ExitCode.DONE, {"created": 5})
    assert codes(told.document) == ["W302"] * 3
    assert len(sandbox.campaigns()) == 8


@pytest.mark.parametrize("how", ["variable", "settings"])
def test_on_existing_is_a_setting(afresh: Program, sandbox: Sandbox, path: Path, here: Path, how: str) -> None:
    """The option comes from a variable and from a settings file, too."""
    if how == "settings":
        (here / "campaign-importer.toml").write_text('on-existing = "create"\n', encoding="utf-8")
    env = {"CAMPAIGN_IMPORTER_ON_EXISTING": "create"} if how == "variable" else {}
    assert afresh("import", path, "--yes", "--json", env=env).counts == {"created": 5}


def test_apply_sends_what_was_left(afresh: Program, sandbox: Sandbox, path: Path) -> None:
    """`apply RUN` leaves such rows again; with --on-existing create it sends them, and only them."""
    run = afresh("import", path, "--yes", "--json").document["run"]
    again = afresh("apply", run, "--json")
    assert (again.exit_code, again.counts) == (ExitCode.SOME_WRONG, {"ready": 3, "created": 2})
    done = afresh("apply", run, "--json", "--on-existing", "create")
    assert (done.exit_code, done.counts, done.document["existing"]) == (ExitCode.DONE, {"created": 5}, 0)
    assert creates(sandbox) == 5
    assert [row["message"] for row in afresh("runs", run, "--json").document if row["row"] == 2] == [KNOWN]


def test_all_are_there(afresh: Program, sandbox: Sandbox, path: Path) -> None:
    """Where the server has every row of a file, nothing is sent at all, and the exit code is 4."""
    told = afresh("import", path.with_name("three.csv"), "--yes", "--json")
    assert (told.exit_code, told.counts) == (ExitCode.SOME_WRONG, {"ready": 3})
    assert creates(sandbox) == 0


def test_the_server_by_another_name(program: Program, sandbox: Sandbox, path: Path) -> None:
    """To the journal localhost is another server than 127.0.0.1; the list knows better."""
    assert program("import", path, "--yes", "--json").counts == {"created": 5}
    told = program("import", path, "--yes", "--json", "--url", sandbox.url.replace("127.0.0.1", "localhost"))
    assert (told.exit_code, told.counts) == (ExitCode.SOME_WRONG, {"ready": 5})
    assert len(sandbox.campaigns()) == 5


def test_an_old_copy_of_the_journal(program: Program, sandbox: Sandbox, path: Path, journal: Path) -> None:
    """A backup that was made before the last import does not make that import happen again."""
    first = write_table(path.with_name("first.csv"), COLUMNS, ROWS[:2])
    program("import", first, "--yes")
    backup = journal.with_name("backup.sqlite3")
    shutil.copy(journal, backup)
    assert program("import", path, "--yes", "--json").counts == {"created": 3, "exists": 2}
    told = program("import", path, "--yes", "--json", "--journal", backup)
    assert (told.exit_code, told.counts) == (ExitCode.SOME_WRONG, {"ready": 3, "exists": 2})
    assert len(sandbox.campaigns()) == 5


def test_an_old_copy_of_the_journal_in_the_middle_of_a_run(
    sandbox_importer: InProcessImporter, sandbox: Sandbox, path: Path, journal: Path
) -> None:
    """A run that was interrupted, copied and finished does not make the rest again when the copy is continued."""
    run = sandbox_importer.plan(path).run
    sandbox.faults = Faults(retry_after=0)
    sandbox.script("create", [None, *["throttled"] * 3])
    assert sandbox_importer.apply(run, max_errors=1).exit_code == ExitCode.UNREACHABLE
    backup = journal.with_name("backup.sqlite3")
    shutil.copy(journal, backup)
    assert sandbox_importer.apply(run).exit_code == ExitCode.DONE
    older = replace(sandbox_importer, journal=backup)
    report = older.apply(run)
    assert report.exit_code == ExitCode.SOME_WRONG
    assert older.statuses(run) == ["created", "ready", "ready", "ready", "ready"]
    assert len(sandbox.campaigns()) == 5


def test_another_account_of_the_same_journal(program: Program, path: Path, journal: Path) -> None:
    """What another account has created in the same customer is there already, too."""
    accounts = (
        Account("admin", "secret", "administrator", 1, (1,)),
        Account("ann", "secret", "administrator", 1, (1,)),
    )
    with Sandbox(accounts=accounts) as sandbox:
        assert program("import", path, "--yes", "--json", "--url", sandbox.url).counts == {"created": 5}
        told = program("import", path, "--yes", "--json", "--url", sandbox.url, "--username", "ann")
        assert (told.exit_code, told.counts) == (ExitCode.SOME_WRONG, {"ready": 5})


def test_it_is_looked_at_by_people_first(afresh: Program, path: Path) -> None:
    """`runs --failed` shows such runs, and their rows, but none whose rows are only ready."""
    assert afresh("runs", "--failed", "--json").document == []
    afresh("plan", write_table(path.with_name("new.csv"), COLUMNS, [("new", "queue", "1", "")]))
    assert afresh("runs", "--failed", "--json").document == []
    run = afresh("import", path, "--yes", "--json").document["run"]
    assert [one["run"] for one in afresh("runs", "--failed", "--json").document] == [run]
    assert [row["row"] for row in afresh("runs", run, "--failed", "--json").document] == [2, 3, 4]


def test_the_results_tell_it(afresh: Program, here: Path, path: Path) -> None:
    """The results have the status ready and the message, and are a valid input in which the rest exists."""
    told = afresh("import", path, "--yes", "--json", "--results", here / "results.csv")
    text = (here / "results.csv").read_text(encoding="utf-8-sig")
    assert text.count(",ready,") == 3
    assert "campaign 1 has this name and these values" in text
    again = afresh("import", here / "results.csv", "--yes", "--json")
    assert (again.exit_code, again.counts) == (ExitCode.SOME_WRONG, {"ready": 3, "exists": 2}), told


# Plans


def test_a_plan_tells_what_is_there(afresh: Program, sandbox: Sandbox, path: Path) -> None:
    """`plan` lists, counts what is there already, and ends with 4; `apply` then leaves these rows."""
    told = afresh("plan", path, "--json")
    assert (told.exit_code, told.counts, told.document["existing"]) == (ExitCode.SOME_WRONG, {"ready": 5}, 3)
    assert "3 of these campaigns are already on the server." in told.stderr
    applied = afresh("apply", told.document["run"], "--json")
    assert (applied.exit_code, applied.counts) == (ExitCode.SOME_WRONG, {"ready": 3, "created": 2})
    assert codes(applied.document) == ["W302"] * 3


def test_what_is_held_back_is_not_counted_as_dialling(afresh: Program, path: Path) -> None:
    """A plan counts the campaigns that an apply of it would have dial, and no row that it would not send."""
    told = afresh("plan", path, "--json")
    assert (told.document["dialling"], told.document["calls"]) == (2, 4)
    assert "2 of these campaigns will start dialling immediately" in told.stderr
    again = "3 of those already on the server will start dialling if they are created again."
    assert again in " ".join(told.stderr.split())
    told = afresh("plan", path.with_name("three.csv"))
    assert again in " ".join(told.stderr.split())
    assert "None of these campaigns will start dialling." not in told.stderr
    told = afresh("plan", path, "--json", "--on-existing", "create")
    assert (told.document["dialling"], told.document["calls"]) == (5, 10)


def test_an_import_without_a_question_counts_them_neither(afresh: Program, path: Path) -> None:
    """With --yes, what is said before the first create is about the rows that are sent."""
    told = afresh("import", path, "--yes")
    assert "2 of these campaigns will start dialling immediately (up to 4 calls at a time)." in told.stderr


def test_a_plan_to_create_them_is_applied_so(afresh: Program, sandbox: Sandbox, path: Path) -> None:
    """What was wanted when it was planned holds when it is applied, unless that says otherwise."""
    told = afresh("plan", path, "--json", "--on-existing", "create")
    assert (told.exit_code, told.document["existing"]) == (ExitCode.DONE, 3)
    run = told.document["run"]
    assert afresh("apply", run, "--json", "--on-existing", "report").counts == {"ready": 3, "created": 2}
    assert afresh("apply", run, "--json").counts == {"created": 5}


def test_a_plan_where_nothing_is_there_is_as_ever(program: Program, sandbox: Sandbox, path: Path) -> None:
    """A plan of new rows ends with 0 and tells of nothing."""
    told = program("plan", path, "--json")
    assert (told.exit_code, told.document["existing"], told.warnings) == (0, 0, 0)
    assert "on the server already" not in told.stderr


def test_what_has_gone_since_the_plan_is_sent(afresh: Program, sandbox: Sandbox, path: Path) -> None:
    """The list before the first create counts: a campaign that was deleted since the plan is in nobody's way."""
    run = afresh("plan", path, "--json").document["run"]
    sandbox.delete_campaign(1)
    told = afresh("apply", run, "--json")
    assert told.counts == {"ready": 2, "created": 3}
    assert codes(told.document) == ["W302"] * 2


def test_a_name_that_is_listed_is_told_without_the_password(
    stub_server: StubServer, program: Program, table: Table
) -> None:
    """A name on the server that looks like a row's is reported, and a password in it is not."""
    stub_server.store({"name": "Secret N", "dtype": "ivr", "dnumber": "9"})
    path = table("s.csv", HEADINGS, ("secret  N", "queue", "1"))
    told = program("plan", path, "--json", "--url", stub_server.url)
    assert "a name that differs only in case or spaces, '<hidden> N'" in told.stderr
    assert "Secret" not in told.stderr


def test_a_plan_goes_on_where_nothing_can_be_listed(stub_server: StubServer, program: Program, path: Path) -> None:
    """Where a plan cannot list, it says so and is a plan all the same."""
    stub_server.answers["list"] = lambda _: envelope("402", message="not you")
    told = program("plan", path, "--json", "--url", stub_server.url)
    assert (told.exit_code, told.counts) == (0, {"ready": 5})
    assert "could not be listed, so it is not known which already exist" in told.document["notes"][0]


def test_wrong_credentials_stop_a_plan(stub_server: StubServer, program: Program, path: Path) -> None:
    """401 to the list of a plan ends it with exit code 6."""
    stub_server.answers["list"] = lambda _: envelope("401")
    told = program("plan", path, "--json", "--url", stub_server.url)
    assert (told.exit_code, told.counts) == (ExitCode.CONFIGURATION, {"ready": 5})


# Somebody to be asked


def test_the_question_tells_it_and_covers_it(afresh: Program, sandbox: Sandbox, path: Path) -> None:
    """On a terminal the question says how many are there already; yes creates all of them."""
    code, shown = afresh.terminal("import", path, answers={"[y/N]": "y"})
    assert code == ExitCode.DONE, shown
    assert "Create 5 campaigns on" in shown
    assert "3 are on the server already and would exist twice." in shown.replace("\r\n", " ")
    assert len(sandbox.campaigns()) == 8


def test_no_to_the_question_creates_nothing(afresh: Program, sandbox: Sandbox, path: Path) -> None:
    """On a terminal no leaves everything as it is; `apply` then still leaves what is there already."""
    code, shown = afresh.terminal("import", path, answers={"[y/N]": "n"})
    assert code == ExitCode.SOME_WRONG, shown
    assert len(sandbox.campaigns()) == 3
    run = afresh("runs", "--json").document[0]["run"]
    assert afresh("apply", run, "--json").counts == {"ready": 3, "created": 2}


def test_what_came_after_the_question_is_not_covered_by_it(
    sandbox_importer: InProcessImporter, sandbox: Sandbox, path: Path
) -> None:
    """Somebody else imports the same file while the question stands: what the answer did not know of is not sent."""
    with sandbox_importer.session() as session:
        planned = pipeline.compare(session, pipeline.plan(session, path, ImportOptions()))
        assert planned.existing == 0
        for name, dtype, dnumber, maximum in ROWS[:2]:
            sandbox.add_campaign(name=name, dtype=dtype, dnumber=dnumber, maximum=int(maximum))
        pipeline.agree(session, planned.run)
        report = pipeline.apply(session, planned.run)
    assert (report.exit_code, report.held) == (ExitCode.SOME_WRONG, 2)
    assert sandbox_importer.statuses(report.run) == ["ready", "ready", "created", "created", "created"]


def test_what_was_agreed_holds_for_the_run(sandbox_importer: InProcessImporter, sandbox: Sandbox, path: Path) -> None:
    """A run that is interrupted after the question goes on as it was agreed."""
    sandbox.add_campaign(name="N3", dtype="queue", dnumber="3", maximum=2)
    with sandbox_importer.session() as session:
        planned = pipeline.compare(session, pipeline.plan(session, path, ImportOptions()))
        pipeline.agree(session, planned.run)
    assert sandbox_importer.apply(planned.run).exit_code == ExitCode.DONE
    assert len(sandbox.campaigns()) == 6


def test_what_was_agreed_and_has_gone_is_created(
    sandbox_importer: InProcessImporter, sandbox: Sandbox, path: Path
) -> None:
    """A campaign that a person agreed to double, and deleted before the first create, is made like any other."""
    there = sandbox.add_campaign(name="N3", dtype="queue", dnumber="3", maximum=2)
    with sandbox_importer.session() as session:
        planned = pipeline.compare(session, pipeline.plan(session, path, ImportOptions()))
        pipeline.agree(session, planned.run)
    sandbox.delete_campaign(there)
    report = sandbox_importer.apply(planned.run)
    assert (report.exit_code, sandbox_importer.statuses(planned.run)) == (ExitCode.DONE, ["created"] * 5)
    assert len(sandbox.campaigns()) == 5


# What counts as there


def shown_of(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table, row: dict[str, str], held: dict[str, Any]
) -> Any:
    """Import a row while the server has a campaign that differs from it in what is given; return its result."""
    stub_server.store({**row, **held})
    path = table("a.csv", tuple(row), tuple(row.values()))
    return stub_importer.rows(stub_importer.load(path).run)[0]


EVERYTHING = {"name": "A", "dtype": "queue", "dnumber": "+44 20 1", "maximum": "2", "description": "About"}
EVERYTHING |= {"enabled": "1", "machine": "off", "retry": "60"}


@pytest.mark.parametrize(
    "held",
    [
        {"machine": ""},
        {"machine": "", "dnumber": "44201", "maximum": 2},
        {"machine": "", "enabled": "0"},
        {"machine": "", "description": "Quite another [20261123-0f2678/17]"},
        {"machine": "", "dtype": "Queue"},
        {"machine": "", "name": " a"},
    ],
    ids=["the same", "tidied", "switched off", "described otherwise", "another case", "another case and a blank"],
)
def test_it_is_there(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table, held: dict[str, Any]
) -> None:
    """The same name except for case and spaces, and values that mean the same; description and enabled do not count."""
    result = shown_of(stub_server, stub_importer, table, EVERYTHING, held)
    assert (result.outcome.status, result.problems[-1].problem_code) == ("ready", "W302")


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ({"maximum": "3"}, "campaign 1 has this name but different settings"),
        ({"dnumber": "9"}, "campaign 1 has this name but different settings"),
        ({"dtype": "ivr"}, "campaign 1 has this name but different settings"),
        ({"name": " a", "maximum": "3"}, "campaign 1 has a name that differs only in case or spaces, ' a'"),
    ],
    ids=lambda given: str(next(iter(given))) if isinstance(given, dict) else "",
)
def test_it_is_only_like_it(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table, held: dict[str, Any], words: str
) -> None:
    """A campaign of the name, or of one that looks the same, with other values is reported, and the row is created."""
    result = shown_of(stub_server, stub_importer, table, EVERYTHING, {"machine": "", **held})
    assert (result.outcome.status, result.problems[-1].problem_code) == ("created", "W103")
    assert words in result.problems[-1].message


def test_another_name_is_not_told(stub_server: StubServer, stub_importer: InProcessImporter, table: Table) -> None:
    """A campaign of another name is nothing to speak of, regardless of its values."""
    result = shown_of(stub_server, stub_importer, table, EVERYTHING, {"name": "B"})
    assert (result.outcome.status, result.problems) == ("created", ())


def test_a_server_that_lists_names_alone(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Where the list shows no values, the name alone says that a row is there."""
    sandbox.add_campaign(name="N1", dtype="queue", dnumber="9")
    sandbox.modes = Modes(list_fields="few")
    told = program("import", table("a.csv", COLUMNS, *ROWS), "--yes", "--json")
    assert told.counts == {"ready": 1, "created": 4}


def test_what_the_journal_knows_is_not_told(program: Program, sandbox: Sandbox, path: Path, table: Table) -> None:
    """A campaign of an earlier run is known: another row of its name is created without a word about the list."""
    sandbox.modes = Modes(list_fields="few")
    program("import", path, "--yes")
    other = table("b.csv", COLUMNS, ("N1", "queue", "1", "9"))
    told = program("import", other, "--yes", "--json", "--on-change", "create")
    assert (told.counts, told.warnings) == ({"created": 1}, 0)


def test_each_customer_has_its_own(program: Program, sandbox: Sandbox, table: Table) -> None:
    """A campaign of another customer is not the row's."""
    sandbox.add_campaign(name="A", dtype="queue", dnumber="1", customer=2)
    path = table("a.csv", (*HEADINGS, "customer"), ("A", "queue", "1", "1"), ("A", "queue", "1", "2"))
    told = program("import", path, "--yes", "--json")
    assert told.counts == {"ready": 1, "created": 1}
    assert [problem["row"] for problem in told.problems if problem["code"] == "W302"] == [3]


def test_several_of_them(program: Program, sandbox: Sandbox, path: Path) -> None:
    """Of several campaigns that are like a row, ten are named."""
    for _ in range(12):
        sandbox.add_campaign(name="N0", dtype="queue", dnumber="0", maximum=2)
    told = program("import", path, "--yes", "--json")
    assert "campaigns 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more have this name" in told.problems[0]["message"]


def test_more_of_one_name_and_destination_than_are_compared(
    program: Program, sandbox: Sandbox, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where very many have the name and destination of a row, one of those that were not compared counts as like it."""
    monkeypatch.setattr(existing, "MOST_COMPARED", 3)
    for number in range(4):
        sandbox.add_campaign(name="N0", dtype="queue", dnumber="0", maximum=10 + number)
    told = program("import", path, "--yes", "--json")
    assert told.counts == {"ready": 1, "created": 4}


def test_a_row_whose_twin_is_in_doubt_waits_for_that(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """What an earlier row in doubt may have made is that row's affair, not one of the list."""
    path = table("a.csv", HEADINGS, ("A", "queue", "1"))
    run = stub_importer.plan(path).run
    stub_server.answers["create"] = lambda asked: envelope("500") if stub_server.store(asked) else envelope("200")
    stub_server.answers["list"] = lambda _: envelope("402") if stub_server.campaigns else envelope("200", [])
    assert stub_importer.apply(run).exit_code == ExitCode.IN_DOUBT
    report = stub_importer.load(path)
    assert (report.exit_code, stub_importer.statuses(report.run)) == (ExitCode.IN_DOUBT, ["in_doubt"])
    del stub_server.answers["list"], stub_server.answers["create"]
    assert stub_importer.apply(report.run).exit_code == ExitCode.DONE
    assert stub_importer.statuses(report.run) == ["exists"]
    assert len(stub_server.campaigns) == 1


# Drop folders


def test_a_dropped_file_goes_to_a_folder_of_its_own(afresh: Program, sandbox: Sandbox, here: Path) -> None:
    """In a drop folder the new rows are created, the file goes to existing/, and people are told which rows are not."""
    inbox = here / "inbox"
    inbox.mkdir()
    (inbox / "drop.toml").write_text(
        f"[notify.command]\nrun = {json.dumps(['tee', '-a', str(here / 'told.json')])}\n", encoding="utf-8"
    )
    write_table(inbox / "a.csv", COLUMNS, ROWS)
    told = afresh("drop", inbox, "--json")
    (filed,) = told.document["files"]
    assert (told.exit_code, filed["place"]) == (ExitCode.SOME_WRONG, "existing")
    assert (filed["existing"], filed["counts"]["created"], filed["counts"]["ready"]) == (3, 2, 3)
    heard = json.loads((here / "told.json").read_text(encoding="utf-8"))
    assert (heard["place"], heard["existing"], heard["exit_code"]) == ("existing", 3, 4)
    write_table(inbox / "a.csv", COLUMNS, ROWS)
    again = afresh("drop", inbox, "--json").document["files"][0]
    assert (again["place"], again["counts"]["exists"], again["counts"]["ready"]) == ("existing", 2, 3)
    assert len(sandbox.campaigns()) == 5


def test_a_drop_folder_may_create_them(afresh: Program, sandbox: Sandbox, here: Path) -> None:
    """With on_existing = "create" in drop.toml, all rows are created."""
    inbox = here / "inbox"
    inbox.mkdir()
    (inbox / "drop.toml").write_text('on_existing = "create"\n', encoding="utf-8")
    write_table(inbox / "a.csv", COLUMNS, ROWS)
    told = afresh("drop", inbox, "--json")
    assert (told.exit_code, told.document["files"][0]["place"]) == (ExitCode.DONE, "done")
    assert len(sandbox.campaigns()) == 8


# Campaigns that are gone


def test_what_is_gone_is_told(program: Program, sandbox: Sandbox, path: Path, table: Table) -> None:
    """A list that is read for new rows shows which old ones are gone: these are reported, and no request is made."""
    first = program("import", path, "--yes", "--json", "--workers", "1").document["run"]
    sandbox.delete_campaign(2)
    sandbox.clear_requests()
    told = program("import", table("b.csv", COLUMNS, *ROWS, ("new", "queue", "9", "2")), "--yes", "--json")
    assert (told.exit_code, told.counts) == (ExitCode.DONE, {"exists": 5, "created": 1})
    assert [(problem["code"], problem["cell"]) for problem in told.problems] == [("W303", "A3")]
    second, third, *_ = program("runs", told.document["run"], "--json").document
    assert second["message"] == f"Created by row 2 of run {first}, not checked on the server; not sent again."
    assert third["message"] == (
        "A3: Campaign 2 is no longer in the server's list: it was deleted, or the list is incomplete. "
        f"Created by row 3 of run {first}, no longer in the server's list; not sent again."
    )
    wait_for(lambda: len(sandbox.requests) >= 3)
    assert [seen.action for seen in sandbox.requests] == ["validate", "list", "create"]


def test_a_list_that_is_read_for_rows_in_doubt_tells_it_too(
    sandbox_importer: InProcessImporter, sandbox: Sandbox, table: Table
) -> None:
    """The list in which a lost row is looked up shows which older campaigns are gone."""
    sandbox_importer.load(table("a.csv", COLUMNS, *ROWS))
    run = sandbox_importer.plan(table("b.csv", COLUMNS, *ROWS, ("new", "queue", "9", "2"))).run
    sandbox.script("create", ["dropped_after"])
    sandbox_importer.apply(run, max_errors=1)
    sandbox.delete_campaign(2)
    assert sandbox_importer.apply(run).exit_code == ExitCode.DONE
    told = [(row.number, problem.problem_code) for row in sandbox_importer.rows(run) for problem in row.problems]
    assert told == [(3, "W303")]


def test_nothing_is_asked_where_all_rows_exist(program: Program, sandbox: Sandbox, path: Path) -> None:
    """Where nothing is to be created, no list is read, and nobody claims to know what the server has."""
    program("import", path, "--yes")
    sandbox.delete_campaign(2)
    sandbox.clear_requests()
    told = program("import", path, "--yes", "--json")
    assert (told.counts, told.warnings, sandbox.requests) == ({"exists": 5}, 0, [])


def test_a_plan_tells_what_is_gone_once(program: Program, sandbox: Sandbox, path: Path, table: Table) -> None:
    """What the plan has reported is not reported again when it is applied."""
    program("import", path, "--yes")
    sandbox.delete_campaign(2)
    run = program("plan", table("b.csv", COLUMNS, *ROWS, ("new", "queue", "9", "2")), "--json").document["run"]
    told = program("apply", run, "--json")
    assert codes(told.document) == ["W303"]


# Many


def test_ten_times_the_campaigns_are_ten_times_the_work(
    stub_server: StubServer, program: Program, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows and campaigns of one name and many destinations are not compared each with each, nor by the journal."""
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Counted))
    compared: list[int] = []
    contradicts = existing.contradicts

    def counted(*given: Any) -> bool:
        compared[-1] += 1
        return contradicts(*given)

    monkeypatch.setattr(existing, "contradicts", counted)

    def plan(number: int) -> int:
        stub_server.campaigns[:] = [
            {"id": at, "name": "A", "dtype": "queue", "dnumber": str(at), "maximum": "1"} for at in range(number)
        ]
        path = table("many.csv", COLUMNS, *(("A", "queue", str(at), "1") for at in range(number)))
        compared.append(0)
        return steps_of(lambda: program("plan", path, "--json", "--url", stub_server.url, "--workers", "8"))

    few, lots = plan(100), plan(1000)
    assert compared == [100, 1000]
    assert lots < 12 * few
