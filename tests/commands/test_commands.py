"""Every command through the front door: what it does, what it says, and its exit code."""

import getpass
import json
import platform
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from importer.model import ExitCode
from importer.sandbox import Faults, Modes, Sandbox
from tests.support.paths import SAMPLES
from tests.support.program import Program
from tests.support.servers import Listener, StubServer, envelope
from tests.support.tables import HEADINGS, ROW

GOOD_AND_BAD = ("c.csv", (*HEADINGS, "attempts"), (*ROW, "1"), ("b", "queue", "1", "0"))
STATUSES = ["invalid", "valid", "rejected", "ready", "sending", "created", "exists"]
STATUSES += ["changed", "updated", "failed", "in_doubt"]
STATUSES += ["untouched", "deleting", "deleted", "switched_off", "restored", "cancelled"]
STATUSES += ["gone", "not_ours", "touched", "dialled", "unprovable"]

Table = Callable[..., Path]


def actions(sandbox: Sandbox) -> list[str]:
    """Return what was asked of the server, in order."""
    return [seen.action for seen in sandbox.requests]


class TestValidate:
    """`validate` checks and nothing more."""

    def test_good_files(self, bare: Program, table: Table) -> None:
        """Without a server, an account or a journal, a good file ends with 0 and a table of counts."""
        told = bare("validate", path := table(), password=None)
        assert (told.exit_code, told.stdout) == (0, "")
        assert f"{path}: 1 row\n" in told.stderr
        assert "  valid  1\n" in told.stderr

    def test_bad_rows_end_with_3(self, bare: Program, table: Table) -> None:
        """Any invalid row ends with 3, for nothing is ever sent."""
        assert bare("validate", table(*GOOD_AND_BAD)).exit_code == 3

    def test_nothing_is_kept(self, program: Program, sandbox: Sandbox, table: Table, journal: Path, here: Path) -> None:
        """No journal, no request, no file."""
        path = table()
        program("validate", path)
        assert (journal.exists(), sandbox.requests, list(here.iterdir())) == (False, [], [path])

    def test_several_files(self, bare: Program, table: Table) -> None:
        """Every file is checked and reported, the good and the bad, even one that cannot be read."""
        files = [table("a.csv"), "missing.csv", table(*GOOD_AND_BAD)]
        told = bare("validate", *files, "--json")
        assert told.exit_code == 2
        documents = told.document["runs"]
        assert told.document["exit_code"] == 2
        assert sorted((Path(one["file"]).name, one["exit_code"]) for one in documents) == [
            ("a.csv", 0),
            ("c.csv", 3),
            ("missing.csv", 2),
        ]


class TestPlan:
    """`plan` has the server check every row and creates nothing."""

    def test_nothing_is_created(self, program: Program, sandbox: Sandbox, table: Table) -> None:
        """Every valid row goes through the dry run; no create is sent."""
        told = program("plan", table("c.csv", HEADINGS, ROW, ("b", "queue", "1")))
        assert told.exit_code == 0
        assert actions(sandbox) == ["validate", "validate", "list"]
        assert sandbox.campaigns() == []

    def test_its_run_is_on_standard_output(self, program: Program, table: Table) -> None:
        """Standard output holds the run's ID and nothing else, so that a script can hand it to apply."""
        told = program("plan", table())
        run = told.stdout.strip()
        assert program("apply", run).exit_code == 0
        told_first = "1 of these campaigns will start dialling immediately (up to 1 call at a time)."
        assert told_first in told.stderr
        assert told.stderr.endswith(f"Next: to create the ready campaign: campaign-importer apply {run}\n")

    def test_several_files(self, program: Program, table: Table) -> None:
        """Each file is a run of its own."""
        told = program("plan", table("a.csv"), table("b.csv", HEADINGS, ("b", "queue", "1")))
        assert len(set(told.stdout.split())) == 2

    def test_how_much_dialling_begins(self, program: Program, table: Table) -> None:
        """Only campaigns that are enabled dial; their concurrent calls are added up."""
        rows = [("a", "queue", "1", "5", ""), ("b", "queue", "1", "", "yes"), ("c", "queue", "1", "9", "no")]
        path = table("c.csv", (*HEADINGS, "maximum", "enabled"), *rows)
        assert "2 of these campaigns will start dialling immediately (up to 6 calls at a time)." in (
            program("plan", path).stderr
        )
        assert "None of these campaigns will start dialling." in program("plan", path, "--disabled").stderr

    def test_what_the_server_refuses(self, program: Program, table: Table) -> None:
        """A row that the dry run refuses is rejected with the server's words, and the others are ready."""
        told = program("plan", table("c.csv", (*HEADINGS, "customer"), (*ROW, ""), ("b", "queue", "1", "3")), "--json")
        assert (told.exit_code, told.counts) == (4, {"ready": 1, "rejected": 1})
        rows = program("runs", told.document["run"], "--json").document
        assert [(row["status"], row["code"]) for row in rows] == [("ready", "201"), ("rejected", "403")]
        assert "rate plan" in rows[1]["message"] or "403" in rows[1]["message"]

    def test_invalid_rows_are_not_sent_and_the_others_are_checked(
        self, program: Program, sandbox: Sandbox, table: Table
    ) -> None:
        """What our own check refuses costs the server nothing."""
        told = program("plan", table(*GOOD_AND_BAD), "--json")
        assert (told.exit_code, told.counts) == (4, {"ready": 1, "invalid": 1})
        assert actions(sandbox) == ["validate", "list"]

    def test_only_invalid_rows_end_with_3(self, program: Program, sandbox: Sandbox, table: Table) -> None:
        """Where no row is good, nothing is sent and the exit code says so."""
        told = program("plan", table("c.csv", HEADINGS, ("", "queue", "1")), "--json")
        assert (told.exit_code, sandbox.requests) == (3, [])


class TestApply:
    """`apply` creates what a plan says."""

    def test_it_says_again_what_will_dial(self, program: Program, sandbox: Sandbox, table: Table) -> None:
        """Before anything is created it says how many campaigns start dialling, and how many calls that is at most."""
        rows = [("a", "queue", "1", "1", "3"), ("b", "queue", "2", "0", "9"), ("c", "queue", "3", "", "4")]
        run = program("plan", table("c.csv", (*HEADINGS, "enabled", "maximum"), *rows), "--json").document["run"]
        before, _, after = program("apply", run).stderr.partition("Creating: 3 rows")
        said = "2 of these campaigns will start dialling immediately (up to 7 calls at a time)."
        assert (said in before, said in after, len(sandbox.campaigns())) == (True, False, 3)
        assert "dialling" not in program("apply", run).stderr

    @pytest.mark.usefixtures("no_waiting")
    def test_rows_that_are_tried_again_are_counted(
        self, program: Program, stub_server: StubServer, table: Table
    ) -> None:
        """A row that could not be sent before is among those that will dial now."""
        stub_server.answers["create"] = lambda _: envelope("429", message="slowly")
        run = program("import", table(), "--yes", "--json", "--url", stub_server.url).document["run"]
        told = program("apply", run, "--url", stub_server.url)
        assert "1 of these campaigns will start dialling immediately (up to 1 call at a time)." in told.stderr

    def test_what_was_planned(self, program: Program, sandbox: Sandbox, table: Table) -> None:
        """The rows that were ready are created, even if the file has changed or gone since."""
        path = table("c.csv", HEADINGS, ROW, ("b", "queue", "1"))
        run = program("plan", path, "--json").document["run"]
        path.unlink()
        told = program("apply", run, "--json")
        assert (told.exit_code, told.counts) == (0, {"created": 2})
        assert (told.document["run"], told.document["file"]) == (run, str(path))
        assert sorted(campaign["name"] for campaign in sandbox.campaigns()) == ["Spring", "b"]

    def test_nothing_twice(self, program: Program, sandbox: Sandbox, table: Table) -> None:
        """Applied again, a run creates nothing more."""
        run = program("plan", table(), "--json").document["run"]
        for _ in range(2):
            assert program("apply", run, "--json").counts == {"created": 1}
        assert actions(sandbox).count("create") == 1

    def test_needs_neither_address_nor_account(self, sandbox: Sandbox, program: Program, table: Table) -> None:
        """A run knows the address and the account that it was planned with."""
        run = program("plan", table(), "--json").document["run"]
        for name in ("url", "username"):
            del program.settings[name]
        assert program("apply", run, "--json").counts == {"created": 1}

    def test_an_unknown_run(self, program: Program, sandbox: Sandbox) -> None:
        """A run that the journal does not know is a sentence and exit code 2."""
        told = program("apply", "20200101-abcdef")
        assert told.exit_code == 2
        assert "has no run '20200101-abcdef'. To list its runs: campaign-importer runs" in told.stderr
        assert sandbox.requests == []

    @pytest.mark.parametrize("option", [("--username", "user"), ("--url", "http://127.0.0.1:9/api/json/")])
    def test_a_run_of_another_server_or_account(
        self, program: Program, sandbox: Sandbox, table: Table, option: tuple[str, str]
    ) -> None:
        """A plan is not carried out anywhere else than where it was made."""
        run = program("plan", table(), "--json").document["run"]
        told = program("apply", run, *option)
        assert told.exit_code == 2
        assert "was planned for admin on" in told.stderr
        assert sandbox.campaigns() == []

    def test_rejected_by_the_create(self, program: Program, table: Table) -> None:
        """A row that passed the dry run and is refused by the create is rejected; the exit code is 4."""
        path = table("c.csv", (*HEADINGS, "customer"), (*ROW, "2"), ("b", "queue", "1", ""))
        with Sandbox() as before:
            run = program("plan", path, "--json", "--url", before.url).document["run"]
        with Sandbox(port=before.port, forbidden_customers=[2]):
            told = program("apply", run, "--json", "--url", before.url)
        assert (told.exit_code, told.counts) == (4, {"created": 1, "rejected": 1})

    def test_a_plan_that_stopped_half_way_is_finished_first(
        self, program: Program, sandbox: Sandbox, table: Table, no_waiting: list[float]
    ) -> None:
        """Rows that the server failed to check are checked before anything is created."""
        sandbox.faults = Faults(unavailable_bare=1.0)
        told = program("plan", table(), "--json")
        assert (told.exit_code, told.counts) == (7, {"valid": 1})
        sandbox.faults = Faults()
        sandbox.clear_requests()
        assert program("apply", told.document["run"], "--json").counts == {"created": 1}
        assert actions(sandbox) == ["validate", "list", "create"]


class TestImport:
    """`import` is plan, ask, apply."""

    def test_everything_is_checked_before_anything_is_created(
        self, program: Program, sandbox: Sandbox, table: Table
    ) -> None:
        """All dry runs of all files come before the first create."""
        files = [table("a.csv", HEADINGS, ROW, ("b", "queue", "1")), table("b.csv", HEADINGS, ("c", "queue", "1"))]
        told = program("import", *files, "--yes", "--json")
        assert told.exit_code == 0
        asked = actions(sandbox)
        assert asked.index("create") > max(n for n, action in enumerate(asked) if action == "validate")
        assert (asked.count("validate"), asked.count("create")) == (3, 3)

    def test_good_rows_are_created_though_others_are_bad(
        self, program: Program, sandbox: Sandbox, table: Table
    ) -> None:
        """Wrong rows keep no other row from being created; the exit code is 4, and how to fix them is shown."""
        told = program("import", table(*GOOD_AND_BAD), "--yes")
        assert told.exit_code == 4
        assert [campaign["name"] for campaign in sandbox.campaigns()] == ["Spring"]
        assert "Next: fix these rows in the results or in your file, and import the file again." in told.stderr

    def test_nobody_to_ask(self, program: Program, sandbox: Sandbox, table: Table) -> None:
        """Without --yes and without a terminal nothing is sent, and the user learns both ways out."""
        told = program("import", table())
        assert told.exit_code == 2
        assert "this is not an interactive terminal. Add --yes to create without asking, or use plan" in told.stderr
        assert sandbox.requests == []

    @pytest.mark.parametrize(("answer", "created"), [("y", 1), ("n", 0), ("", 0)])
    def test_asking_on_a_terminal(
        self, program: Program, sandbox: Sandbox, table: Table, answer: str, created: int
    ) -> None:
        """The question says how many campaigns go where and how much dialling begins; no is the default."""
        code, shown = program.terminal("import", table(), answers={"[y/N]": answer})
        server = sandbox.host_url.removeprefix("http://")
        question = f"Create 1 campaign on {server}? 1 will start dialling immediately, up to 1 call at a time. [y/N]:"
        assert question in " ".join(shown.split())
        assert len(sandbox.campaigns()) == created
        assert code == 0
        assert ("campaign-importer apply" in shown.rpartition("[y/N]")[2]) is (not created)

    def test_nothing_to_create_asks_nothing(self, program: Program, table: Table) -> None:
        """Where nothing is ready there is no question."""
        program("import", table(), "--yes")
        code, shown = program.terminal("import", table(), answers={})
        assert code == 0
        assert "[y/N]" not in shown
        assert "exists" in shown

    def test_a_file_that_cannot_be_read_keeps_all_from_being_created(
        self, program: Program, sandbox: Sandbox, table: Table
    ) -> None:
        """With one file unreadable, the others are checked and reported, and nothing is created."""
        told = program("import", table(), "missing.csv", "--yes", "--json")
        assert told.exit_code == 2
        good, bad = told.document["runs"]
        assert (good["counts"]["ready"], bad["exit_code"], bad["file"]) == (1, 2, str(Path("missing.csv").absolute()))
        assert "Nothing was created, because not all files can be read." in told.stderr
        assert "create" not in actions(sandbox)

    def test_dialling_is_told_with_yes(self, program: Program, table: Table) -> None:
        """Even where nobody is asked, how much dialling begins is said."""
        told = program("import", table(), "--yes")
        assert "1 of these campaigns will start dialling immediately (up to 1 call at a time)." in told.stderr

    def test_disabled(self, program: Program, sandbox: Sandbox, table: Table) -> None:
        """--disabled creates with enabled 0, no matter what the sheet says; enable and disable switch them."""
        path = table("c.csv", (*HEADINGS, "enabled"), (*ROW, "1"), ("b", "queue", "1", ""))
        run = program("import", path, "--yes", "--disabled", "--json").document["run"]
        assert [campaign["enabled"] for campaign in sandbox.campaigns()] == [0, 0]
        told = program("enable", run, "--yes", "--json")
        assert (told.exit_code, told.document["enabled"], told.document["failures"]) == (0, 2, [])
        assert [campaign["enabled"] for campaign in sandbox.campaigns()] == [1, 1]
        told = program("disable", run)
        assert (told.exit_code, "2 campaigns disabled." in told.stderr) == (0, True)
        assert [campaign["enabled"] for campaign in sandbox.campaigns()] == [0, 0]

    def test_switching_keeps_what_an_update_would_reset(self, program: Program, sandbox: Sandbox, table: Table) -> None:
        """keep_agents_available survives enable and disable."""
        path = table("c.csv", (*HEADINGS, "keep_agents_available"), (*ROW, "3"))
        run = program("import", path, "--yes", "--json").document["run"]
        program("disable", run)
        assert sandbox.campaigns()[0]["keep_agents_available"] == 3

    def test_switching_what_is_not_known(
        self, program: Program, sandbox: Sandbox, table: Table, no_waiting: list[float]
    ) -> None:
        """A campaign whose ID never became known is named by its row, and the exit code is 4."""
        sandbox.modes = Modes(data_on_create="missing")
        sandbox.script("list", [None, *["foreign"] * 50])
        run = program("import", table(), "--yes", "--json").document["run"]
        told = program("disable", run, "--json")
        assert (told.exit_code, told.document["disabled"]) == (4, 0)
        assert told.document["failures"] == ["Row 2, campaign None: Its ID is not known."]

    def test_canary(self, program: Program, sandbox: Sandbox, table: Table) -> None:
        """--canary creates the first, reads it back, and goes on."""
        told = program("import", SAMPLES / "campaigns.csv", "--yes", "--canary", "1", "--json", "--results", "o.csv")
        assert (told.exit_code, told.counts) == (0, {"created": 8})
        asked = [action for action in actions(sandbox) if action in ("create", "get")]
        assert asked[:3] == ["create", "get", "create"]

    def test_marker(self, program: Program, sandbox: Sandbox, table: Table) -> None:
        """--marker appends the run and the row to descriptions."""
        path = table("c.csv", (*HEADINGS, "description"), (*ROW, "First"), ("b", "queue", "1", ""))
        run = program("import", path, "--yes", "--marker", "--json", "--workers", "1").document["run"]
        assert [one["description"] for one in sandbox.campaigns()] == [f"First [{run}/2]", f"[{run}/3]"]

    def test_what_stops_one_file_stops_the_next(
        self, program: Program, sandbox: Sandbox, table: Table, no_waiting: list[float]
    ) -> None:
        """After the circuit has opened over one file, no create of the next one leaves."""
        files = [table("a.csv"), table("b.csv", HEADINGS, ("b", "queue", "1"))]
        sandbox.script("create", ["error_500", "error_500", "error_500"])
        told = program("import", *files, "--yes", "--json", "--max-errors", "1")
        assert told.exit_code == 7
        assert actions(sandbox).count("create") == 1

    @pytest.mark.parametrize("words", [("import", "--yes"), ("plan",), ("validate",)])
    @pytest.mark.parametrize("names", [("a.csv",), ("a.csv", "b.csv"), ("b.csv", "a.csv", "b.csv")])
    @pytest.mark.parametrize(
        "stopped", [("--password-file", "nope"), ("--log", "nope/x"), ("--default", "x"), ("--config", "nope")]
    )
    def test_each_file_has_its_document(
        self, program: Program, table: Table, words: tuple[str, ...], names: tuple[str, ...], stopped: tuple[str, ...]
    ) -> None:
        """Whatever stops a command before its first file, each of several files has its document."""
        if words[0] == "validate" and stopped[0] == "--password-file":
            return
        for name in set(names):
            table(name)
        told = program(words[0], *names, *words[1:], *stopped, "--json")
        assert told.exit_code in (2, 6)
        if len(names) == 1:
            documents = [told.document]
        else:
            assert told.document.keys() == {"runs", "exit_code"}
            assert told.document["exit_code"] == told.exit_code
            documents = told.document["runs"]
        assert [one["file"] for one in documents] == [str(Path(name).absolute()) for name in names]
        assert {one["exit_code"] for one in documents} == {told.exit_code}
        assert all(one["message"] and one["code"] for one in documents)

    @pytest.mark.parametrize("words", [("import", "--yes"), ("plan",), ("validate",)])
    def test_documents_are_in_the_order_of_the_command_line(
        self, program: Program, table: Table, words: tuple[str, ...]
    ) -> None:
        """Refused files stand where they were named, with paths like those of the others."""
        names = ["gone.csv", table("a.csv"), "gone.csv", table("b.csv", HEADINGS, ("B", "queue", "2")), "lost.csv"]
        told = program(words[0], *names, *words[1:], "--json").document
        assert [one["file"] for one in told["runs"]] == [str(Path(name).absolute()) for name in names]
        assert [one["code"] for one in told["runs"]] == ["E201", None, "E201", None, "E201"]

    @pytest.mark.parametrize("words", [("apply",), ("enable", "--yes"), ("disable",)])
    def test_the_run_that_is_named(self, program: Program, table: Table, words: tuple[str, ...]) -> None:
        """A command that is stopped before it comes to its run names it all the same."""
        run = program("plan", table(), "--json").document["run"]
        told = program(words[0], run, *words[1:], "--json", "--password-file", "nope")
        assert (told.exit_code, told.document["run"]) == (6, run)

    def test_every_file_is_accounted_for(self, program: Program, listener: Listener, table: Table) -> None:
        """Where the first file stops the command, the documents of the others say that nothing was done."""
        files = [table("a.csv"), table("b.csv", HEADINGS, ("b", "queue", "1"))]
        listener.status = 404
        told = program("import", *files, "--yes", "--json", "--url", listener.url)
        assert [Path(one["file"]).name for one in told.document["runs"]] == ["a.csv", "b.csv"]


@pytest.mark.parametrize(
    ("codes", "whole"),
    [
        ([0, 0], 0),
        ([3, 3], 3),
        ([0, 3], 4),
        ([3, 4], 4),
        ([4, 0], 4),
        ([4, 5], 5),
        ([3, 5], 5),
        ([5, 2], 2),
        ([5, 7], 7),
        ([7, 6], 6),
        ([6, 130], 130),
        ([], 0),
    ],
)
def test_one_exit_code_for_several_files(codes: list[int], whole: int) -> None:
    """What stopped the work comes before doubt, doubt before what is wrong; 3 means that no file had a good row."""
    assert ExitCode.worst(map(ExitCode, codes)) == whole


def test_validate_sends_nothing_however_many_files_there_are(bare: Program, table: Table) -> None:
    """One wrong row in one of several files is exit code 3, as for a single file; for `plan` it is 4."""
    good, bad = table("good.csv", HEADINGS, ROW), table("bad.csv", HEADINGS, ("b", "queue", ""))
    for files in ([good, bad], [bad, good]):
        told = bare("validate", *files, "--json")
        assert (told.exit_code, told.document["exit_code"]) == (3, 3)
    assert bare("validate", good, good).exit_code == 0
    assert bare("validate", good, bad, "missing.csv").exit_code == 2


def test_planning_several_files_says_that_some_can_be_sent(program: Program, sandbox: Sandbox, table: Table) -> None:
    """A plan of a good file and a wrong one ends with 4: there is something to apply."""
    files = table("good.csv", HEADINGS, ROW), table("bad.csv", HEADINGS, ("b", "queue", ""))
    assert program("plan", *files).exit_code == 4


class TestRuns:
    """`runs` tells what was done."""

    def test_the_list(self, program: Program, table: Table, sandbox: Sandbox) -> None:
        """Every run has a line with when, what, from which file, to where and with what outcome; the newest first."""
        first = program("plan", table("a.csv"), "--json").document["run"]
        second = program("import", table(*GOOD_AND_BAD), "--yes", "--json").document["run"]
        told = program("runs")
        assert told.exit_code == 0
        heading, *lines = told.stdout.splitlines()
        assert heading.split() == ["run", "started", "command", "file", "by", "rows"]
        assert [line.split()[0] for line in lines] == [second, first]
        assert "a.csv" in lines[1]
        assert "1 ready" in lines[1]
        assert "1 invalid, 1 created" in lines[0]
        assert all(getpass.getuser() in line for line in lines)

    def test_the_list_as_json(self, program: Program, table: Table) -> None:
        """The same as one document, with all counts."""
        run = program("import", table(), "--yes", "--json").document["run"]
        (one,) = program("runs", "--json").document
        assert (one["run"], one["command"], one["account"]) == (run, "import", "admin")
        assert (one["user"], one["host"]) == (getpass.getuser(), platform.node())
        assert datetime.fromisoformat(one["started"]).tzinfo is UTC
        assert list(one["counts"]) == STATUSES
        assert one["counts"]["created"] == 1

    def test_one_run(self, program: Program, table: Table) -> None:
        """One run's rows have a line each, as long as it takes, with number, status, ID and what there is to say."""
        run = program("import", table(*GOOD_AND_BAD), "--yes", "--json").document["run"]
        heading, *lines = program("runs", run).stdout.splitlines()
        assert heading.split() == ["row", "status", "id", "message"]
        assert lines[0].split() == ["2", "created", "1"]
        assert lines[1].split(maxsplit=2) == [
            "3",
            "invalid",
            "attempts must be a whole number of at least 1, or empty for the server's default (1).",
        ]

    def test_no_runs(self, program: Program) -> None:
        """An empty journal has no runs, and that is not an error."""
        assert program("runs", "--json").document == []
        assert program("runs").exit_code == 0

    def test_an_unknown_run(self, program: Program) -> None:
        """A run that is not there is a sentence and exit code 2."""
        told = program("runs", "nope")
        assert (told.exit_code, told.stdout) == (2, "")
        assert "has no run 'nope'" in told.stderr

    def test_no_server_is_needed(self, bare: Program, program: Program, table: Table, journal: Path) -> None:
        """The journal alone answers."""
        program("plan", table())
        assert len(bare("runs", "--json", "--journal", journal, password=None).document) == 1


class TestClashes:
    """Options of which one leaves no meaning to another are refused, not passed over."""

    @pytest.mark.parametrize(
        ("words", "named"),
        [
            (("validate", "F", "--column", "D=description", "--column", "d=callerid"), "--column D is given twice"),
            (("validate", "F", "--column", "D=-", "--column", "D=-"), "--column D is given twice"),
            (("validate", "F", "--default", "dtype=a", "--default", " dtype =b"), "--default dtype is given twice"),
            (("plan", "F", "--no-header", "--header-row", "2"), "--no-header and --header-row cannot be used together"),
            (("validate", "F", "--answers", "x.toml"), "--answers needs --profile"),
            (("validate", "F", "--quiet", "--verbose"), "--quiet and --verbose cannot be used together"),
            (("show", "F", "--all-sheets"), "--all-sheets needs --raw"),
            (
                ("show", "F", "--raw", "--all-sheets", "--sheet", "1"),
                "--sheet and --all-sheets cannot be used together",
            ),
            (("show", "F", "--raw", "--json"), "--raw and --json cannot be used together"),
            (("runs", "20260101-000000", "--since", "0h"), "--since is for the list of runs"),
            (("profiles", "list", "vicidial"), "profiles list shows all profiles"),
            (("profiles", "show", "vicidial", "--out", "x", "--profile", "y"), "--profile, --out has no effect on"),
            (("profiles", "check", "vicidial", "--sheet", "x"), "--sheet has no effect on profiles check"),
            (("profiles", "--encoding", "utf-8"), "--encoding has no effect on profiles list"),
        ],
    )
    def test_refused(self, bare: Program, table: Table, words: tuple[str, ...], named: str) -> None:
        """Each is named, with exit code 2 and E502."""
        path = table("f.csv", (*HEADINGS, "x"), (*ROW, "y"))
        told = bare(*(path if word == "F" else word for word in words))
        assert told.exit_code == 2
        assert told.stderr.startswith(f"Error: {named}")
        assert told.stderr.rstrip().endswith("[E502]")

    def test_settings_do_not_clash(self, bare: Program, table: Table, here: Path) -> None:
        """What a settings file says for every day is not a reason to refuse what is asked for now."""
        (here / "campaign-importer.toml").write_text("header-row = 1\nverbose = true\nsheet = 'x'\n", encoding="utf-8")
        path = table("f.xlsx")
        assert bare("show", path, "--raw", "--all-sheets", "--quiet").exit_code == 0
        placed = [word for one in ("A=name", "B=dtype", "C=dnumber") for word in ("--column", one)]
        assert bare("validate", path, "--no-header", "--sheet", "1", *placed).exit_code == 0


class TestSettle:
    """`settle` takes a person's word."""

    @pytest.mark.parametrize("wrong", ["no number", "", " ", "-1", "4.0", "0x11", "٤٧", "1" * 19, "17, 18"])
    def test_an_id_is_a_number(
        self, program: Program, sandbox: Sandbox, table: Table, no_waiting: list[float], wrong: str
    ) -> None:
        """What no server gives as an ID is refused, and the row stays in doubt until a right one is given."""
        sandbox.script("create", ["dropped_after"])
        sandbox.script("list", [None, *["foreign"] * 20])
        run = program("import", table(), "--yes", "--json").document["run"]
        told = program("settle", run, "--row", "2", "--id", wrong)
        assert told.exit_code == 2
        assert told.stderr.rstrip().endswith("[E502]" if not wrong else "[E503]")
        assert program("settle", run, "--row", "2", "--id", " 0017 ").exit_code == 0
        (row,) = program("runs", run, "--json").document
        assert (row["status"], row["id"]) == ("created", "17")

    @pytest.mark.parametrize("options", [(), ("--id", "7", "--not-created")])
    def test_one_of_two_words(self, program: Program, table: Table, options: tuple[str, ...]) -> None:
        """Either an ID or --not-created; anything else is a sentence and exit code 2."""
        run = program("plan", table(), "--json").document["run"]
        told = program("settle", run, "--row", "2", *options)
        assert told.exit_code == 2
        assert "Use either --id ID or --not-created." in told.stderr

    def test_a_row_that_is_not_in_doubt(self, program: Program, table: Table) -> None:
        """Nothing else than doubt can be settled."""
        run = program("plan", table(), "--json").document["run"]
        told = program("settle", run, "--row", "2", "--not-created")
        assert told.exit_code == 2
        assert "is ready, not in doubt" in told.stderr
        assert program("settle", run, "--row", "9", "--not-created").exit_code == 2

    def test_doubt_ends_with_5_until_it_is_settled(
        self, program: Program, sandbox: Sandbox, table: Table, journal: Path, no_waiting: list[float]
    ) -> None:
        """A row whose outcome nobody can say ends with 5, stays unsent, and is settled by its ID on the server."""
        sandbox.script("create", ["dropped_after"])
        sandbox.script("list", [None, *["foreign"] * 20])
        told = program("import", table(), "--yes", "--json")
        assert (told.exit_code, told.counts) == (5, {"in_doubt": 1})
        run = told.document["run"]
        (row,) = program("runs", run, "--json").document
        by_hand = f"campaign-importer settle {run} --row 2 --journal {journal} --id ID, or --not-created."
        assert by_hand in row["message"]
        told = program("settle", run, "--row", "2", "--id", "1")
        assert told.exit_code == 0
        assert f"Row 2 of run {run} is now created." in told.stderr
        assert program("apply", run, "--json").counts == {"created": 1}
        assert len(sandbox.campaigns()) == 1

    def test_doubt_comes_before_what_is_wrong(
        self, program: Program, sandbox: Sandbox, table: Table, no_waiting: list[float]
    ) -> None:
        """5 wins over 4."""
        sandbox.script("create", ["dropped_after"])
        sandbox.script("list", [None, *["foreign"] * 20])
        told = program("import", table(*GOOD_AND_BAD), "--yes", "--json")
        assert (told.exit_code, told.counts) == (5, {"in_doubt": 1, "invalid": 1})

    def test_not_created_may_be_sent_again(
        self, program: Program, sandbox: Sandbox, table: Table, no_waiting: list[float]
    ) -> None:
        """What a person has found absent is created by the next apply."""
        sandbox.script("create", ["dropped_before"])
        sandbox.script("list", [None, *["foreign"] * 20])
        run = program("import", table(), "--yes", "--json").document["run"]
        assert program("settle", run, "--row", "2", "--not-created").exit_code == 0
        sandbox.script("list", [])
        assert program("apply", run, "--json").counts == {"created": 1}


class TestFailed:
    """Rows that are proven not created."""

    def test_tries_used_up(self, program: Program, sandbox: Sandbox, table: Table, no_waiting: list[float]) -> None:
        """A row that the server never took is failed, the exit code 4, and a later apply tries again."""
        sandbox.faults = Faults(throttled=1.0, retry_after=0, actions=frozenset(["create"]))
        told = program("import", table(), "--yes", "--json")
        assert (told.exit_code, told.counts) == (4, {"failed": 1})
        sandbox.faults = Faults()
        assert program("apply", told.document["run"], "--json").counts == {"created": 1}


class TestJson:
    """`--json`: exactly one document on standard output."""

    def test_of_an_import(self, program: Program, table: Table) -> None:
        """It has the run, the file, the rows, the counts by status, the results and the exit code."""
        document = program("import", path := table(*GOOD_AND_BAD), "--yes", "--json").document
        assert (document["file"], document["sheet"], document["rows"]) == (str(path), None, 2)
        assert list(document["counts"]) == STATUSES
        assert (document["errors"], document["warnings"], document["message"]) == (1, 1, None)
        assert Path(document["results"]).is_file()
        assert document["exit_code"] == 4
        assert document["run"]

    def test_of_several_files(self, program: Program, table: Table) -> None:
        """Several files are one document still, with the exit code of the whole."""
        told = program("import", table("a.csv"), table(*GOOD_AND_BAD), "--yes", "--json")
        assert (len(told.document["runs"]), told.document["exit_code"], told.exit_code) == (2, 4, 4)

    @pytest.mark.parametrize(
        "arguments",
        [
            ("validate", "missing.csv"),
            ("import", "missing.csv", "--yes"),
            ("import", "missing.csv"),
            ("plan", "c.csv", "--url", "nonsense"),
            ("plan", "c.csv", "--results", "x.pdf"),
            ("apply", "nope"),
            ("runs", "nope"),
            ("enable", "nope"),
        ],
    )
    def test_of_what_comes_to_nothing(self, program: Program, arguments: tuple[str, ...]) -> None:
        """A command that fails has its document too, with the sentence and the exit code."""
        told = program(*arguments, "--json")
        assert told.document["exit_code"] == told.exit_code != 0
        assert told.document["message"] in told.stderr
        assert set(told.document) >= {"run", "file", "rows", "counts", "results", "exit_code"}

    def test_of_what_comes_to_nothing_with_json_from_a_file(self, program: Program, here: Path) -> None:
        """It makes no difference where --json was said."""
        (here / "campaign-importer.toml").write_text("json = true\n")
        assert program("apply", "nope").document["exit_code"] == 2

    @pytest.mark.parametrize(
        "arguments",
        [
            pytest.param(("template", "t.xlsx")),
            pytest.param(("demo",)),
            ("runs",),
        ],
    )
    def test_of_the_other_commands(self, program: Program, arguments: tuple[str, ...]) -> None:
        """Every command that takes --json prints one document."""
        json.loads(program(*arguments, "--json").stdout)

    @pytest.mark.parametrize("arguments", [("import", "c.csv", "--workers", "0"), ("import",), ("apply",)])
    def test_of_a_wrong_command_line(self, program: Program, arguments: tuple[str, ...]) -> None:
        """Even a wrong option, with --json, is reported as a document."""
        told = program.process(*arguments, "--json")
        assert told.document["exit_code"] == told.exit_code == 2

    def test_text_of_any_language_is_readable(self, program: Program, table: Table) -> None:
        """The document holds text as it is, not as escapes."""
        assert "Frühling.csv" in program("import", table("Frühling.csv"), "--yes", "--json").stdout


class TestShowing:
    """What a person sees."""

    def test_quiet(self, program: Program, table: Table) -> None:
        """--quiet says nothing when all is well."""
        told = program("import", table(), "--yes", "--quiet")
        assert (told.exit_code, told.stdout, told.stderr) == (0, "", "")

    def test_quiet_still_says_errors(self, program: Program, table: Table, listener: Listener) -> None:
        """--quiet keeps no error back."""
        assert program("import", "missing.csv", "--yes", "--quiet").stderr.startswith("Error: There is no file")
        listener.status = 404
        told = program("import", table(), "--yes", "--quiet", "--url", listener.url)
        assert (told.exit_code, told.stderr.startswith("Error: ")) == (6, True)

    @pytest.mark.parametrize("words", [("validate",), ("plan",), ("import", "--yes"), ("show",)])
    @pytest.mark.parametrize("suffix", ["csv", "xlsx", "xls", "ods"])
    def test_quiet_says_what_is_wrong_with_rows(
        self, program: Program, table: Table, words: tuple[str, ...], suffix: str
    ) -> None:
        """--quiet says the errors of rows with their cells, and neither warnings, notes, stages nor advice."""
        lines = [(" Spaces", "queue", "#N/A", "x"), ("B", "queue", "1", "y")]
        path = table(f"bad.{suffix}", (*HEADINGS, "Remark"), *lines)
        told = program(words[0], path, *words[1:], "--quiet")
        place = "C2" if suffix == "csv" else "Campaigns!C2"
        assert re.search(rf"^1 error:\n  {place}  .*#N/A.* \[E114\]$", told.stderr, re.MULTILINE), told.stderr
        title = 1 - (words[0] == "show")
        assert len(told.stderr.splitlines()) == 2 + title
        assert ("bad." in told.stderr) is bool(title)

    def test_quiet_says_what_became_of_rows_at_the_server(
        self, program: Program, sandbox: Sandbox, table: Table, no_waiting: list[float]
    ) -> None:
        """--quiet says what the server has refused."""
        path = table("c.csv", (*HEADINGS, "customer"), (*ROW, "3"))
        told = program("import", path, "--yes", "--quiet")
        assert told.exit_code == 3
        assert "1 error:" in told.stderr
        assert "warning" not in told.stderr

    def test_quiet_with_json(self, program: Program, table: Table) -> None:
        """Both together leave the document alone."""
        told = program("import", table(), "--yes", "--quiet", "--json")
        assert (told.counts, told.stderr) == ({"created": 1}, "")

    def test_stages_are_lines_where_no_terminal_is(self, program: Program, table: Table) -> None:
        """In a log the stages are lines; there is no progress bar and no colour."""
        told = program("import", table(), "--yes")
        assert "Reading campaigns.csv …\nServer's check: 1 row …\n" in told.stderr
        assert "Creating: 1 row …" in told.stderr
        assert "\x1b" not in told.stderr + told.stdout
        assert "━" not in told.stderr

    @pytest.mark.parametrize(
        ("options", "variables", "colourful"),
        [
            ((), {}, True),
            (("--no-color",), {}, False),
            ((), {"NO_COLOR": "1"}, False),
            ((), {"CAMPAIGN_IMPORTER_NO_COLOR": "1"}, False),
            ((), {"NO_COLOR": ""}, True),
        ],
    )
    def test_colours_on_a_terminal(
        self,
        bare: Program,
        table: Table,
        monkeypatch: pytest.MonkeyPatch,
        options: tuple[str, ...],
        variables: dict[str, str],
        colourful: bool,
    ) -> None:
        """A terminal gets colours unless --no-color or NO_COLOR says otherwise."""
        for name, value in {"FORCE_COLOR": "1", "TERM": "xterm-256color", **variables}.items():
            monkeypatch.setenv(name, value)
        told = bare("validate", table(*GOOD_AND_BAD), *options)
        assert ("\x1b[31m" in told.stderr) is colourful

    def test_cells_are_shown_as_they_are(self, bare: Program, table: Table) -> None:
        """What looks like markup or an emoji code in a cell or a name is shown, not carried out."""
        told = bare("validate", table("[red]:smile:.csv", (*HEADINGS, "attempts"), (*ROW, "[bold]:smile:")))
        assert "[red]:smile:.csv: 1 row" in told.stderr
        assert "Found: '[bold]:smile:'." in told.stderr


def test_template(bare: Program, here: Path) -> None:
    """`template` writes a workbook, says what to do with it, and overwrites nothing."""
    told = bare("template", "new.xlsx")
    assert told.exit_code == 0
    assert "Created new.xlsx." in told.stderr
    before = (here / "new.xlsx").read_bytes()
    told = bare("template", "new.xlsx")
    assert told.exit_code == 2
    assert "new.xlsx already exists and was not overwritten. Choose another name." in told.stderr
    assert (here / "new.xlsx").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "words"),
    [("new.csv", "its name must end in .xlsx"), ("missing/new.xlsx", "cannot be written: No such file")],
)
def test_a_template_that_cannot_be_written(bare: Program, name: str, words: str) -> None:
    """A name that does not work is a sentence and exit code 2."""
    told = bare("template", name)
    assert told.exit_code == 2
    assert words in told.stderr


def test_demo(bare: Program) -> None:
    """`demo` needs nothing at all: it imports the sample twice into a stand-in and shows eight campaigns, each once."""
    told = bare("demo", password=None)
    assert told.exit_code == 0
    assert "  created  8\n" in told.stderr
    assert "  exists  8\n" in told.stderr
    assert "Now on the server: 8 campaigns, each created once." in told.stderr
    assert len(told.stdout.splitlines()) == 9
    assert "Ünïcödé & ;=%" in told.stdout


def test_the_demo_says_what_to_do_next(bare: Program) -> None:
    """Its last lines are commands to type, and it names its results once: those of the first import."""
    told = bare("demo", password=None)
    assert told.stderr.count("Results: ") == 1
    assert "results.xlsx\n" in told.stderr
    last = told.stderr.rpartition("\n\n")[2].splitlines()
    assert [line.split()[1] for line in last if line.startswith("  campaign-importer ")] == [
        "sandbox",
        "template",
        "import",
    ]
    assert max(map(len, last)) <= 80


def test_the_demo_on_a_narrow_terminal(bare: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 80 columns each campaign is one line, and nothing of it is cut."""
    monkeypatch.setenv("COLUMNS", "80")
    code, shown = bare.terminal("demo", answers={}, password=None)
    assert code == 0
    lines = [line.rstrip() for line in shown.splitlines()]
    (first,) = [number for number, line in enumerate(lines) if line.startswith("id  name")]
    assert [line.split()[0] for line in lines[first + 1 : first + 9]] == list("12345678")
    assert all(len(line) <= 80 for line in lines[first : first + 9])
    assert "…" not in "".join(lines[first : first + 9])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--faults", "nonsense=1"), "nonsense"),
        (("--modes", "ids=roman"), "ids=roman is unknown"),
        (("--host", "0.0.0.0"), "0.0.0.0"),
    ],
)
def test_a_sandbox_that_cannot_be(bare: Program, options: tuple[str, ...], words: str) -> None:
    """A wrong fault or mode, or an address that others reach, is a sentence and exit code 2."""
    told = bare("sandbox", *options)
    assert told.exit_code == 2
    assert words in told.stderr


def test_a_sandbox_on_a_port_that_is_taken(bare: Program, sandbox: Sandbox) -> None:
    """A port that somebody has is a sentence and exit code 2."""
    told = bare("sandbox", "--port", sandbox.port)
    assert told.exit_code == 2
    assert f"The sandbox cannot start on 127.0.0.1:{sandbox.port}: " in told.stderr


@pytest.mark.parametrize("arguments", [("import",), ("apply",), ("plan", "--nonsense"), ("nonsense",)])
def test_a_wrong_command_line(bare: Program, arguments: tuple[str, ...]) -> None:
    """What click refuses ends with 2 and says how to get help."""
    told = bare(*arguments)
    assert told.exit_code == 2
    assert "--help" in told.stderr
