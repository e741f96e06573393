"""Dialling safety: what starts to dial, creating switched off, and switching a run's campaigns on and off."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importer import switching
from importer.cli.screen.wording import prospect
from importer.delivery.switching import Switch, Switched
from importer.model import ExitCode
from importer.run_options import ImportOptions, SendOptions
from importer.sandbox import Modes, Sandbox
from tests.support.http_server import Page
from tests.support.in_process import InProcessImporter
from tests.support.program import Program
from tests.support.servers import StubServer, envelope

Table = Callable[..., Path]

HEADINGS = ("name", "dtype", "dnumber", "enabled", "maximum", "keep_agents_available")
ROWS = (
    ("A", "queue", "1", "", "", "3"),
    ("B", "queue", "1", "yes", "5", "-2"),
    ("C", "queue", "1", "no", "7", ""),
)


@pytest.fixture
def sandbox_importer(sandbox: Sandbox, journal: Path) -> InProcessImporter:
    """A journal and the sandbox, with several workers."""
    return InProcessImporter(journal, sandbox.url, SendOptions(workers=3, settle_wait=0))


@pytest.fixture
def path(table: Table) -> Path:
    """A file of three rows, one of them switched off."""
    return table("a.csv", HEADINGS, *ROWS)


def switch(sandbox_importer: InProcessImporter, run: str, *, enabled: bool, every: bool = False) -> Switched:
    """Run `enable` or `disable`."""
    with sandbox_importer.session("enable" if enabled else "disable") as session:
        return switching.switch(session, run, Switch(enabled, every))


def column(sandbox: Sandbox, name: str) -> list[Any]:
    """Return a column of all campaigns, by name of the campaign."""
    return [one[name] for one in sorted(sandbox.campaigns(), key=lambda one: str(one["name"]))]


def test_the_plan_tells_what_will_dial(sandbox_importer: InProcessImporter, path: Path) -> None:
    """The plan counts the rows that dial at once, blank included, and the calls that these make at most."""
    report = sandbox_importer.plan(path)
    assert (report.dialling, report.calls) == (2, 6)
    assert prospect(report) == "2 of these campaigns will start dialling immediately (up to 6 calls at a time)."


def test_what_exists_already_does_not_dial_again(sandbox_importer: InProcessImporter, path: Path) -> None:
    """Rows that are not going to be created are not counted, and of a plan without others nothing is said to start."""
    sandbox_importer.load(path)
    report = sandbox_importer.plan(path)
    assert prospect(report) == "There is nothing to create."


def test_disabled_creates_all_switched_off(sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path) -> None:
    """With --disabled every campaign is created with enabled 0, and the plan says that none dials."""
    report = sandbox_importer.load(path, ImportOptions(disabled=True))
    assert (report.dialling, column(sandbox, "enabled")) == (0, [0, 0, 0])
    assert all(seen.parameters["enabled"] == "0" for seen in sandbox.requests if seen.action in ("create", "validate"))


@pytest.mark.parametrize("first", [True, False])
def test_the_same_rows_with_and_without_disabled_are_the_same(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path, first: bool
) -> None:
    """An import after one with --disabled, or before it, creates nothing twice."""
    sandbox_importer.load(path, ImportOptions(disabled=first))
    report = sandbox_importer.load(path, ImportOptions(disabled=not first))
    assert sandbox_importer.statuses(report.run) == ["exists"] * 3
    assert len(sandbox.campaigns()) == 3


def test_enable_and_disable(sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path) -> None:
    """A run's campaigns are switched on, except the one whose row says off, and all of them off again."""
    run = sandbox_importer.load(path, ImportOptions(disabled=True)).run
    assert switch(sandbox_importer, run, enabled=True) == Switched(2)
    assert column(sandbox, "enabled") == [1, 1, 0]
    assert switch(sandbox_importer, run, enabled=False) == Switched(3)
    assert column(sandbox, "enabled") == [0, 0, 0]
    assert switch(sandbox_importer, run, enabled=True, every=True) == Switched(3)
    assert column(sandbox, "enabled") == [1, 1, 1]


def test_agents_that_are_kept_stay_kept(sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path) -> None:
    """keep_agents_available is sent with every switch, since an update without it resets it to 0."""
    run = sandbox_importer.load(path).run
    switch(sandbox_importer, run, enabled=False)
    assert column(sandbox, "keep_agents_available") == [3, -2, 0]
    sent = [seen.parameters for seen in sandbox.requests if seen.action == "update"]
    assert sorted(one["keep_agents_available"] for one in sent) == ["-2", "0", "3"]
    assert all(one.keys() == {"auth_username", "id", "enabled", "keep_agents_available"} for one in sent)


def test_what_a_person_has_set_since_is_kept(stub_server: StubServer, journal: Path, path: Path) -> None:
    """The server's present value is sent, not the sheet's."""
    sandbox_importer = InProcessImporter(journal, stub_server.url)
    run = sandbox_importer.load(path).run
    stub_server.campaigns[0]["keep_agents_available"] = 8
    switch(sandbox_importer, run, enabled=False)
    assert [one.get("keep_agents_available") for one in stub_server.campaigns] == ["8", "-2", None]


def test_an_old_server_is_not_sent_what_it_does_not_know(sandbox: Sandbox, journal: Path, table: Table) -> None:
    """Before 4.2 there is no keep_agents_available, and a strict server would refuse it."""
    sandbox.modes = Modes(version="3.14", strict=True)
    sandbox_importer = InProcessImporter(journal, sandbox.url)
    run = sandbox_importer.load(table("a.csv", ("name", "dtype", "dnumber"), ("A", "queue", "1"))).run
    assert switch(sandbox_importer, run, enabled=False) == Switched(1, ())


def test_a_server_without_get_gets_the_sheets_value(stub_server: StubServer, journal: Path, path: Path) -> None:
    """Where the present value cannot be read because there is no such function, the sheet's is sent."""
    stub_server.answers["get"] = lambda _: Page(404)
    sandbox_importer = InProcessImporter(journal, stub_server.url)
    run = sandbox_importer.load(path).run
    assert switch(sandbox_importer, run, enabled=False) == Switched(3, ())
    assert [one.get("keep_agents_available") for one in stub_server.campaigns] == ["3", "-2", None]


def test_a_campaign_that_is_gone_is_told(
    sandbox: Sandbox, journal: Path, path: Path, program: Any, stub_server: StubServer
) -> None:
    """A campaign that a person has deleted is named; the others are switched; exit code 4."""
    sandbox_importer = InProcessImporter(journal, stub_server.url)
    run = sandbox_importer.load(path).run
    plain = stub_server._get
    stub_server.answers["get"] = lambda asked: envelope("404", key="id") if asked["id"] == "2" else plain(asked)
    done = program("disable", run, "--json", "--url", stub_server.url)
    assert done.exit_code == ExitCode.SOME_WRONG
    assert done.document["disabled"] == 2
    assert done.document["failures"][0].startswith("Row 3, campaign 2: 404")


def test_a_failed_switch_is_logged_with_what_the_row_still_is(
    program: Program, path: Path, here: Path, stub_server: StubServer
) -> None:
    """A switch that the server refuses leaves the row created, with its ID, and so does the log."""
    run = program("import", path, "--yes", "--json", "--workers", "1", "--url", stub_server.url).document["run"]
    plain = stub_server._get
    stub_server.answers["get"] = lambda asked: envelope("404", key="id") if asked["id"] == "2" else plain(asked)
    program("disable", run, "--log", here / "log.jsonl", "--url", stub_server.url)
    lines = map(json.loads, (here / "log.jsonl").read_text().splitlines())
    assert sorted((line["row"], line["status"], line["id"], line["answer"]) for line in lines) == [
        (2, "created", "1", "204"),
        (3, "created", "2", "404"),
        (4, "created", "3", "204"),
    ]


def test_a_row_without_an_id_is_told(stub_server: StubServer, journal: Path, path: Path) -> None:
    """A campaign whose ID is not known cannot be switched, and that is said."""
    stub_server.answers["create"] = lambda asked: envelope("200") if stub_server.store(asked) else envelope("500")
    stub_server.answers["list"] = lambda _: envelope("402")
    sandbox_importer = InProcessImporter(journal, stub_server.url)
    run = sandbox_importer.load(path).run
    switched = switch(sandbox_importer, run, enabled=False)
    assert switched.done == 0
    assert len(switched.failures) == 3
    assert "update" not in stub_server.actions()


def test_the_campaigns_of_an_earlier_run(sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path) -> None:
    """Rows that were there before the run are switched off with it, and on again only where that is asked for."""
    sandbox_importer.load(path)
    again = sandbox_importer.load(path).run
    assert switch(sandbox_importer, again, enabled=False) == Switched(3)
    assert column(sandbox, "enabled") == [0, 0, 0]
    assert switch(sandbox_importer, again, enabled=True) == Switched(0)
    assert column(sandbox, "enabled") == [0, 0, 0]
    assert switch(sandbox_importer, again, enabled=True, every=True) == Switched(3)


def test_wrong_credentials_stop_the_switching(stub_server: StubServer, journal: Path, path: Path, program: Any) -> None:
    """401 ends it at once, with exit code 6 and one request."""
    run = InProcessImporter(journal, stub_server.url).load(path).run
    before = len(stub_server.requests)
    stub_server.answers["get"] = lambda _: envelope("401")
    assert program("disable", run, "--workers", "8", "--url", stub_server.url).exit_code == ExitCode.CONFIGURATION
    assert len(stub_server.requests) == before + 1


def test_nothing_to_switch_takes_no_time(program: Program, table: Callable[..., Path], sandbox: Sandbox) -> None:
    """Where no campaign is to be switched, no stage is shown; the campaigns that are left are named, with a command."""
    path = table("off.csv", HEADINGS[:4], ("a", "queue", "1", "0"))
    run = program("import", path, "--yes", "--json").document["run"]
    told = program("enable", run, "--yes").stderr
    assert told == (
        "1 campaign is left as before: its row has enabled = 0, or it existed before the run.\n"
        f"Next: to switch on every campaign of the run: campaign-importer enable {run} --all\n"
    )
    assert "Switching on: 1 row" in program("enable", run, "--yes", "--all").stderr
    assert "Switching off: 1 row" in program("disable", run).stderr
    code, shown = program.terminal("enable", run, "--all", answers={"[y/N]": "n"})
    assert (code, "Nothing was enabled." in shown, "Switching" in shown) == (0, True, False)
