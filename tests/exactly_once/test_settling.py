"""Rows in doubt, rule by rule: what is looked up, what is adopted, what is sent again, what waits for a person."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from importer.delivery.sending import mark
from importer.journal.journal import Journal
from importer.model import ExitCode, OnExisting
from importer.run_options import ImportOptions, SendOptions
from importer.sandbox import Faults, Modes, Sandbox
from tests.support.http_server import HangUpError, Page
from tests.support.in_doubt import actions, leave_sending, lose_answer
from tests.support.in_process import SETTLE_WAIT, InProcessImporter
from tests.support.processes import wait_for
from tests.support.servers import StubServer, envelope

HEADINGS = ("name", "dtype", "dnumber", "maximum", "description")

Table = Callable[..., Path]

STORED = ("dropped_after", "cut", "foreign", "empty", "error_500_stored", "bad_gateway_stored")
NOT_STORED = ("dropped_before", "bad_gateway", "error_500", "unavailable_bare")


def refuse_list(stub_server: StubServer, page: Page | dict[str, Any]) -> None:
    """Have every list be answered with something else."""
    stub_server.answers["list"] = lambda _: page


def rows_of(*names: str, maximum: str = "2", description: str = "") -> list[tuple[str, ...]]:
    """Return rows of a table, one a name."""
    return [(name, "queue", "1", maximum, description) for name in names]


# The list before the first create


def test_every_customer_is_listed_once_before_the_first_create(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """Each customer of a run is listed once, after the server's check and before anything is created."""
    rows = [(f"N{number}", "queue", "1", customer) for number, customer in enumerate(("", "2", "", "2", "1"))]
    report = sandbox_importer.load(table("a.csv", ("name", "dtype", "dnumber", "customer"), *rows))
    assert report.exit_code == ExitCode.DONE
    assert actions(sandbox) == ["validate"] * 5 + ["list"] * 3 + ["create"] * 5
    listed = [seen.parameters.get("customer") for seen in sandbox.requests if seen.action == "list"]
    assert sorted(listed, key=str) == ["1", "2", None]


def test_a_run_that_goes_on_keeps_its_first_list(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """The list from before the first create is the one that counts when a run is continued, whatever it shows now."""
    run = sandbox_importer.plan(table("a.csv", HEADINGS, *rows_of("A", "B"))).run
    sandbox.script("create", [None, *["throttled"] * 3])
    sandbox.faults = Faults(retry_after=0)
    assert sandbox_importer.apply(run).exit_code == ExitCode.SOME_WRONG
    sandbox.clear_requests()
    sandbox.add_campaign(name="By hand")
    assert sandbox_importer.apply(run).exit_code == ExitCode.DONE
    assert actions(sandbox) == ["list", "create"]
    with Journal(sandbox_importer.journal) as open_journal:
        before = open_journal.listings.get(run, "")
    assert before is not None
    assert before.campaign_ids == frozenset()


def test_a_campaign_from_before_the_run_is_never_adopted(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """A campaign that was listed before the first create is not the lost row's, even if it looks the same."""
    sandbox.add_campaign(name="A", dtype="queue", dnumber="1", maximum=2)
    sandbox.script("create", ["dropped_before"])
    report = sandbox_importer.load(
        table("a.csv", HEADINGS, *rows_of("A")), ImportOptions(on_existing=OnExisting.CREATE)
    )
    assert report.exit_code == ExitCode.DONE
    assert sandbox_importer.ids(report.run) == ["2"]
    assert len(sandbox.campaigns()) == 2


@pytest.mark.parametrize(
    "page",
    [envelope("402", message="no such role"), Page(404), envelope("404", message="unknown function")],
    ids=["402", "404 page", "404"],
)
def test_a_run_goes_on_without_a_list(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table, page: Page | dict[str, Any]
) -> None:
    """Where the campaigns cannot be listed, rows are created all the same, and the user is told what it means."""
    refuse_list(stub_server, page)
    report = stub_importer.load(table("a.csv", HEADINGS, *rows_of("A", "B")))
    assert report.exit_code == ExitCode.DONE
    assert "could not be listed" in report.notes[0]
    assert "settled by hand" in report.notes[0]


@pytest.mark.parametrize("fault", ["bad_gateway", "empty", "error_500", "dropped_before", "throttled"])
def test_a_list_that_fails_for_the_moment_stops_the_run(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, fault: str
) -> None:
    """Without the first list every lost row would wait for a person, so a passing failure of it is waited out."""
    sandbox.script("list", [fault] * 3)
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of("A", "B")))
    assert report.exit_code == ExitCode.UNREACHABLE
    assert sandbox.campaigns() == []
    assert sandbox_importer.apply(report.run).exit_code == ExitCode.DONE
    assert len(sandbox.campaigns()) == 2


def test_wrong_credentials_at_the_first_list_stop_the_run(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """401 to the list ends the run with exit code 6 before anything is created."""
    refuse_list(stub_server, envelope("401"))
    report = stub_importer.load(table("a.csv", HEADINGS, *rows_of("A", "B")))
    assert report.exit_code == ExitCode.CONFIGURATION
    assert stub_server.actions() == ["validate", "validate", "list"]
    assert stub_importer.statuses(report.run) == ["ready", "ready"]


def test_a_list_taken_too_late_does_not_hide_a_lost_row(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """A run whose first list failed has no list from before: a later one, which may hold its own rows, is none."""
    run = stub_importer.plan(table("a.csv", HEADINGS, *rows_of("A", "B"))).run
    refuse_list(stub_server, envelope("402"))

    def create(asked: dict[str, str]) -> dict[str, Any]:
        if asked["name"] == "B":
            return envelope("402")
        stub_server.store(asked)
        raise HangUpError

    stub_server.answers["create"] = create
    assert stub_importer.apply(run).exit_code == ExitCode.CONFIGURATION
    assert stub_importer.statuses(run) == ["in_doubt", "ready"]
    del stub_server.answers["list"], stub_server.answers["create"]
    for _ in range(3):
        stub_importer.apply(run)
    assert [one["name"] for one in stub_server.campaigns] == ["A", "B"]


# One candidate


@pytest.mark.parametrize("fault", STORED)
def test_exactly_one_candidate_is_adopted(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, fault: str
) -> None:
    """A row whose answer was lost becomes created with the ID that the list shows; it is sent once."""
    sandbox.script("create", [fault])
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of("A", "B")))
    assert report.exit_code == ExitCode.DONE
    assert sandbox_importer.statuses(report.run) == ["created", "created"]
    assert sandbox_importer.ids(report.run) == ["1", "2"]
    (message, _) = (row.message for row in sandbox_importer.rows(report.run))
    assert message == "The server's response was lost; the campaign was found on the server."
    assert actions(sandbox).count("create") == 2
    assert SETTLE_WAIT not in sandbox_importer.stop.slept


@pytest.mark.parametrize("modes", [Modes(list_fields="few"), Modes(ids="string"), Modes(version="3.14")], ids=str)
def test_a_server_that_lists_otherwise(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, modes: Modes
) -> None:
    """Few fields, IDs as text, an old version: what the server does not return contradicts nothing."""
    sandbox.modes = modes
    sandbox.script("create", ["dropped_after"])
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of("A", "B", description="Some words")))
    assert sandbox_importer.ids(report.run) == ["1", "2"]
    assert len(sandbox.campaigns()) == 2


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ({"name": "Two  words"}, {"name": "two words "}),
        ({"name": "A campaign with a name that is rather long"}, {"name": "A campaign with a name that"}),
        ({"name": "Zürich"}, {"name": "Zu\u0308rich"}),
        ({"callerid": "+44 20 7123"}, {"callerid": "44207123"}),
        ({"description": "A long description of what it is for"}, {"description": "A long description of what"}),
        ({"enabled": "yes"}, {"enabled": True}),
        ({"maximum": "7"}, {"maximum": "7"}),
    ],
    ids=lambda given: str(next(iter(given))),
)
def test_what_a_server_tidies_is_no_contradiction(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table, sent: dict[str, str], held: dict[str, Any]
) -> None:
    """White space, case, composition, punctuation of a number and a cut end do not make a campaign a stranger's."""

    def create(asked: dict[str, str]) -> dict[str, Any]:
        stub_server.store(asked | held)
        raise HangUpError

    stub_server.answers["create"] = create
    row = {"name": "A", "dtype": "queue", "dnumber": "1"} | sent
    report = stub_importer.load(table("a.csv", tuple(row), tuple(row.values())))
    assert stub_importer.ids(report.run) == ["1"]
    assert len(stub_server.campaigns) == 1


EVERYTHING = {"name": "A", "dtype": "queue", "dnumber": "1", "maximum": "2", "description": "About"}
EVERYTHING |= {"enabled": "1", "machine": "failed", "retry": "3600"}


def store_otherwise(stub_server: StubServer, change: dict[str, str]) -> None:
    """Have the next create be stored with other values, and its answer be lost."""

    def create(asked: dict[str, str]) -> dict[str, Any]:
        del stub_server.answers["create"]
        stub_server.store(asked | change)
        raise HangUpError

    stub_server.answers["create"] = create


def test_another_name_makes_a_stranger(stub_server: StubServer, stub_importer: InProcessImporter, table: Table) -> None:
    """A campaign that a person makes during the run, and that has another name, is not taken for the row's."""
    store_otherwise(stub_server, {"name": "A2"})
    report = stub_importer.load(table("a.csv", tuple(EVERYTHING), tuple(EVERYTHING.values())))
    assert stub_importer.ids(report.run) == ["2"]
    assert stub_importer.stop.slept.count(SETTLE_WAIT) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dtype": "ivr"}, "dtype 'ivr', sent 'queue'"),
        ({"dnumber": "2"}, "dnumber 2, sent 1"),
        ({"maximum": "9"}, "maximum 9, sent 2"),
        ({"description": "Other"}, "description 'Other', sent 'About'"),
        ({"enabled": "0"}, "enabled 0, sent 1"),
        ({"machine": "retry"}, "machine 'retry', sent 'failed'"),
        ({"retry": "60", "maximum": "9"}, "maximum 9, sent 2; retry 60, sent 3600"),
    ],
    ids=lambda given: str(next(iter(given))) if isinstance(given, dict) else "",
)
def test_a_campaign_that_was_edited_meanwhile_is_not_made_again(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table, change: dict[str, str], words: str
) -> None:
    """A new campaign of a lost row's name, with other values in any field, may be its own: a person decides."""
    store_otherwise(stub_server, change)
    report = stub_importer.load(table("a.csv", tuple(EVERYTHING), tuple(EVERYTHING.values())))
    for _ in range(2):
        assert report.exit_code == ExitCode.IN_DOUBT
        message = stub_importer.rows(report.run)[0].message
        assert f"campaign 1, whose settings differ ({words}), could be this row's." in message
        assert (
            f"campaign-importer settle {report.run} --row 2 --journal {stub_importer.journal} --id ID, or --not-created"
            in message
        )
        report = stub_importer.apply(report.run)
    assert stub_server.actions().count("create") == 1


def test_values_of_the_list_are_cleaned_and_redacted_where_they_are_told(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """What the server lists reaches journal and results without the password and without a character that commands."""
    store_otherwise(stub_server, {"description": "it is secret \x1b[2J", "id": "7\x1b]0;secret\x07"})
    report = stub_importer.load(table("a.csv", tuple(EVERYTHING), tuple(EVERYTHING.values())))
    message = stub_importer.rows(report.run)[0].message
    assert "whose settings differ (description 'it is <hidden>" in message
    assert message.isprintable()
    assert "secret" not in message


def test_what_differs_in_much_or_at_length_is_told_in_short(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """Of many fields the first three are reported, and of a long text its beginning."""
    store_otherwise(
        stub_server, {"dnumber": "9", "maximum": "9", "description": "x" * 500, "machine": "", "retry": "1"}
    )
    report = stub_importer.load(table("a.csv", tuple(EVERYTHING), tuple(EVERYTHING.values())))
    message = stub_importer.rows(report.run)[0].message
    assert (
        f"(dnumber 9, sent 1; description '{'x' * 40}…', sent 'About'; machine '', sent 'failed' and 2 more)" in message
    )


def test_several_campaigns_of_a_name_are_all_named(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """Where several campaigns have the row's name and other values, each of them could be it; ten are named."""

    def create(asked: dict[str, str]) -> dict[str, Any]:
        for _ in range(12):
            stub_server.store(asked | {"maximum": "9"})
        raise HangUpError

    stub_server.answers["create"] = create
    report = stub_importer.load(table("a.csv", HEADINGS, *rows_of("A")))
    assert (
        "campaigns 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more, whose settings differ,"
        in stub_importer.rows(report.run)[0].message
    )


def test_what_is_another_rows_for_certain_was_not_edited(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """A campaign that fits one row exactly is not taken for another row's of the same name that was edited."""
    sandbox.script("create", ["dropped_after", "dropped_before"])
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of("A", maximum="1"), *rows_of("A", maximum="2")))
    assert report.exit_code == ExitCode.DONE
    assert [one["maximum"] for one in sandbox.campaigns()] == [1, 2]
    assert sandbox_importer.ids(report.run) == ["1", "2"]


def test_an_edited_campaign_that_now_fits_another_row_is_nobodys_for_certain(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """Where a person has given one lost campaign the values of another, no row of that name is sent again."""
    sandbox.script("create", ["dropped_after", "dropped_after"])
    path = table("a.csv", HEADINGS, *rows_of("A", maximum="2"), *rows_of("A", maximum="3"))
    run = sandbox_importer.plan(path).run
    sandbox_importer.observer.stage = lambda words, rows, *_: (  # type: ignore[method-assign]
        sandbox.change_campaign(1, maximum=3) if words.startswith("Settling") else None
    )
    assert sandbox_importer.apply(run).exit_code == ExitCode.IN_DOUBT
    assert sandbox_importer.apply(run).exit_code == ExitCode.IN_DOUBT
    assert len(sandbox.campaigns()) == 2


def test_ids_of_other_rows_are_no_candidates(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """What the journal knows as another row's is not adopted, even where only names can be compared."""
    sandbox.modes = Modes(list_fields="few")
    sandbox.script("create", [None, "dropped_before", None])
    path = table("a.csv", HEADINGS, *rows_of("A", maximum="1"), *rows_of("A", maximum="2"))
    report = sandbox_importer.load(path)
    assert sandbox_importer.ids(report.run) == ["1", "2"]
    assert [one["maximum"] for one in sandbox.campaigns()] == [1, 2]


def test_a_campaign_of_unknown_id_is_not_adopted_by_another_row(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """Of two rows with one name, the lost one must not take the campaign of the one whose answer held no ID."""
    sandbox.modes = Modes(list_fields="few", data_on_create="missing")
    sandbox.script("create", [None, "dropped_before", None])
    path = table("a.csv", HEADINGS, *rows_of("A", maximum="1"), *rows_of("A", maximum="2"))
    report = sandbox_importer.load(path)
    held = [one["maximum"] for one in sandbox.campaigns()]
    assert held == [1, 2] or sandbox_importer.statuses(report.run) == ["created", "in_doubt"]


# No candidate


@pytest.mark.parametrize("fault", NOT_STORED)
def test_nothing_found_twice_means_send_again(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, fault: str
) -> None:
    """A row that two looks, a wait apart, do not find is sent again, and only then."""
    sandbox.script("create", [fault])
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of("A")))
    assert sandbox_importer.ids(report.run) == ["1"]
    assert len(sandbox.campaigns()) == 1
    assert actions(sandbox) == ["validate", "list", "create", "list", "list", "create"]
    assert sandbox_importer.stop.slept.count(SETTLE_WAIT) == 1


def test_the_wait_is_the_time_out_unless_told_otherwise(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """By default the second look comes after as long as an answer is waited for."""
    sandbox_importer.send_options, sandbox_importer.timeout = SendOptions(workers=1), 3.25
    sandbox.script("create", ["dropped_before"])
    sandbox_importer.load(table("a.csv", HEADINGS, *rows_of("A")))
    assert sandbox_importer.stop.slept.count(3.25) == 1


def test_a_campaign_that_appears_during_the_wait_is_adopted(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """A server that was still at work when the first look came is not sent the row again."""
    sandbox.faults = Faults(late_by=0.4)
    sandbox.script("create", ["late_store"])
    sandbox_importer.timeout = 0.1
    sandbox_importer.stop.meanwhile = lambda seconds: wait_for(sandbox.campaigns) if seconds == SETTLE_WAIT else None
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of("A")))
    assert sandbox_importer.ids(report.run) == ["1"]
    assert len(sandbox.campaigns()) == 1
    assert actions(sandbox).count("create") == 1


def test_each_row_is_looked_for_twice(stub_server: StubServer, stub_importer: InProcessImporter, table: Table) -> None:
    """A row whose customer could not be listed at the first look is not sent again after the second alone."""
    lists: list[str] = []
    sent: list[str] = []
    looks: list[int] = []

    def list_(asked: dict[str, str]) -> dict[str, Any]:
        lists.append(asked.get("customer", ""))
        return envelope("402") if lists.count("2") == 2 and lists[-1] == "2" else stub_server._list(asked)

    def create(asked: dict[str, str]) -> dict[str, Any]:
        sent.append(asked["name"])
        if sent.count(asked["name"]) == 1:
            raise HangUpError
        if asked["name"] == "B":
            looks.append(lists.count("2"))
        return envelope("200", {"id": stub_server.store(asked)})

    stub_server.answers |= {"list": list_, "create": create}
    path = table("a.csv", ("name", "dtype", "dnumber", "customer"), ("A", "queue", "1", ""), ("B", "queue", "1", "2"))
    assert stub_importer.load(path).exit_code == ExitCode.DONE
    assert [one["name"] for one in stub_server.campaigns] == ["A", "B"]
    # At least: the list before the run, the one that was refused, and two that did not show the row.
    assert looks[0] >= 4


def test_a_row_that_is_lost_again_and_again_fails_in_the_end(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """A row that nothing newer proves to be lost is sent again once a command, however often it does not arrive."""
    sandbox.script("create", ["dropped_before"] * 5)
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of("A")))
    assert report.exit_code == ExitCode.IN_DOUBT
    assert actions(sandbox).count("create") == 2
    for sent in (3, 4, 5):
        assert sandbox_importer.apply(report.run).exit_code == ExitCode.IN_DOUBT
        assert actions(sandbox).count("create") == sent
    assert sandbox_importer.apply(report.run).exit_code == ExitCode.DONE
    assert len(sandbox.campaigns()) == 1


@pytest.mark.parametrize("lie", [{"list_first": 20}, {"list_late": 60.0}, {"list_none": True}])
def test_a_list_that_never_shows_anything_new(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, lie: dict[str, Any]
) -> None:
    """Where a server's list is too old for ever and each answer is lost, a command sends no row more than twice."""
    for number in range(25):
        sandbox.add_campaign(name=f"Other {number}", dtype="queue", dnumber="1")
    sandbox.modes = Modes(**lie)
    sandbox.script("create", ["dropped_after"] * 20)
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of("A")), max_errors=100)
    assert report.exit_code == ExitCode.IN_DOUBT
    assert actions(sandbox).count("create") <= 2


def test_one_list_serves_all_rows_in_doubt(sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table) -> None:
    """A look lists the customer once, however many rows are in doubt; a lost one goes ahead of the others."""
    sandbox.script("create", ["dropped_after", "dropped_before"] * 4)
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(*"ABCDEFGH")), max_errors=100)
    assert report.exit_code == ExitCode.DONE
    assert len(sandbox.campaigns()) == 8
    assert actions(sandbox).count("list") <= 6
    assert actions(sandbox).count("create") == 12
    assert sandbox_importer.stop.slept.count(SETTLE_WAIT) <= 2


def test_a_stop_during_the_wait_leaves_the_row_in_doubt(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """Asked to end between the two looks, nothing is sent again; a later apply looks twice anew."""
    sandbox.script("create", ["dropped_before"])
    sandbox_importer.stop.meanwhile = lambda seconds: (
        sandbox_importer.stop.request() if seconds == SETTLE_WAIT else None
    )
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of("A")))
    assert report.exit_code == ExitCode.INTERRUPTED
    assert sandbox_importer.statuses(report.run) == ["in_doubt"]
    sandbox_importer.stop = type(sandbox_importer.stop)()
    sandbox.clear_requests()
    assert sandbox_importer.apply(report.run).exit_code == ExitCode.DONE
    assert actions(sandbox) == ["list", "list", "create"]


# Several candidates


def test_several_candidates_wait_for_a_person(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """With more than one candidate the row stays in doubt: exit code 5, the IDs and the command in its message."""
    lose_answer(stub_server, copies=2)
    report = stub_importer.load(table("a.csv", HEADINGS, *rows_of("A", "B")))
    assert report.exit_code == ExitCode.IN_DOUBT
    assert stub_importer.statuses(report.run) == ["in_doubt", "created"]
    message = stub_importer.rows(report.run)[0].message
    assert "1, 2 could be this row's" in message
    assert (
        f"campaign-importer settle {report.run} --row 2 --journal {stub_importer.journal} --id ID, or --not-created"
        in message
    )
    assert stub_importer.apply(report.run).exit_code == ExitCode.IN_DOUBT
    assert stub_server.actions().count("create") == 2


def test_two_rows_and_one_candidate_are_both_in_doubt(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """A campaign that could be either of two lost rows' is given to neither, and neither is sent again."""
    sandbox.modes = Modes(list_fields="few")
    sandbox.script("create", ["dropped_after", "dropped_before"])
    path = table("a.csv", HEADINGS, *rows_of("A", maximum="1"), *rows_of("A", maximum="2"))
    report = sandbox_importer.load(path)
    assert report.exit_code == ExitCode.IN_DOUBT
    assert sandbox_importer.statuses(report.run) == ["in_doubt", "in_doubt"]
    assert "1 could be this row's (or that of another row in doubt)" in sandbox_importer.rows(report.run)[0].message
    assert actions(sandbox).count("create") == 2


def test_without_the_first_list_a_single_candidate_is_not_certain(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """Where it is not known what was there before the run, even one candidate waits for a person."""
    refuse_list(stub_server, envelope("402"))
    lose_answer(stub_server)
    run = stub_importer.plan(table("a.csv", HEADINGS, *rows_of("A"))).run
    assert stub_importer.apply(run).exit_code == ExitCode.IN_DOUBT
    del stub_server.answers["list"]
    assert stub_importer.apply(run).exit_code == ExitCode.IN_DOUBT
    assert "may have existed before" in stub_importer.rows(run)[0].message
    assert stub_server.actions().count("create") == 1


# A list that tells nothing


LISTS_THAT_ARE_NONE = {
    "402": envelope("402"),
    "403": envelope("403"),
    "404": envelope("404"),
    "500": envelope("500"),
    "a page of 404": Page(404),
    "a page of 200": Page(200),
    "a page of 502": Page(502),
    "empty": Page(200, b""),
    "throttled": Page(429, headers={"Retry-After": "0"}),
}


@pytest.mark.parametrize("answer", LISTS_THAT_ARE_NONE.values(), ids=LISTS_THAT_ARE_NONE)
def test_a_refused_list_leaves_rows_in_doubt(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table, answer: Page | dict[str, Any]
) -> None:
    """Where nothing can be looked up, a row stays in doubt with the reason, and is not sent again."""
    lose_answer(stub_server)
    run = stub_importer.plan(table("a.csv", HEADINGS, *rows_of("A"))).run
    stub_importer.observer.stage = lambda words, rows, *_: (
        refuse_list(stub_server, answer) if words == "Creating" else None
    )  # type: ignore[method-assign]
    for _ in range(2):
        assert stub_importer.apply(run).exit_code == ExitCode.IN_DOUBT
        assert stub_importer.statuses(run) == ["in_doubt"]
    message = stub_importer.rows(run)[0].message
    assert message.startswith("Sent, but the server did not respond. Its list of campaigns could not be read: ")
    assert (
        f"campaign-importer settle {run} --row 2 --journal {stub_importer.journal} --id ID, or --not-created" in message
    )
    assert stub_server.actions().count("create") == 1


SHAPES_THAT_PROVE_NOTHING = {
    "no data": lambda held: envelope("200"),
    "null": lambda held: envelope("200") | {"data": None},
    "one object": lambda held: envelope("200", held[0]) if held else envelope("200", []),
    "objects by ID": lambda held: envelope("200", {str(one["id"]): one for one in held}),
    "a list in an object": lambda held: envelope("200", {"campaigns": held}),
    "rows without names": lambda held: envelope("200", [{"id": one["id"]} for one in held]),
    "rows without IDs": lambda held: envelope("200", [{"name": one["name"]} for one in held]),
    "IDs alone": lambda held: envelope("200", [one["id"] for one in held]),
}


@pytest.mark.parametrize("shape", SHAPES_THAT_PROVE_NOTHING.values(), ids=SHAPES_THAT_PROVE_NOTHING)
def test_a_list_that_cannot_be_read_is_no_proof_of_absence(
    stub_server: StubServer,
    stub_importer: InProcessImporter,
    table: Table,
    shape: Callable[[list[dict[str, Any]]], dict[str, Any]],
) -> None:
    """An answer from which no names and IDs can be read must not count as "it is not there"."""
    stub_server.answers["list"] = lambda _: shape(stub_server.campaigns)
    lose_answer(stub_server)
    report = stub_importer.load(table("a.csv", HEADINGS, *rows_of("A")))
    assert len(stub_server.campaigns) == 1
    assert stub_importer.statuses(report.run)[0] in ("created", "in_doubt")


@pytest.mark.parametrize("mangled", ["Zürich &amp; Basel", "ZÃ¼rich & Basel", "Z?rich & Basel", "Zürich & B"])
def test_a_name_that_the_server_mangled_does_not_make_two(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table, mangled: str
) -> None:
    """A new campaign that nobody accounts for and that fits in all but its name keeps the row from being resent."""

    def create(asked: dict[str, str]) -> dict[str, Any]:
        stub_server.store(asked | {"name": mangled})
        raise HangUpError

    stub_server.answers["create"] = create
    stub_importer.load(table("a.csv", HEADINGS, *rows_of("Zürich & Basel", description="Some words")))
    assert len(stub_server.campaigns) == 1


# The marker


def test_a_marker_tells_a_row_from_its_double(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """With --marker the campaign that bears the row's token is adopted, whoever made others like it."""

    def create(asked: dict[str, str]) -> dict[str, Any]:
        stub_server.store(asked | {"description": "Some words"})
        stub_server.store(asked)
        raise HangUpError

    stub_server.answers["create"] = create
    path = table("a.csv", HEADINGS, *rows_of("A", description="Some words"))
    report = stub_importer.load(path, ImportOptions(marker=True))
    assert stub_server.campaigns[1]["description"] == f"Some words {mark(report.run, 2)}"
    assert stub_importer.ids(report.run) == ["2"]


def test_a_marker_tells_a_row_from_one_whose_description_is_shorter(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """A description that could be the row's, cut before its token, does not count beside one that has the token."""
    words = "A description that is long enough to have been cut"

    def create(asked: dict[str, str]) -> dict[str, Any]:
        stub_server.store(asked | {"description": words})
        stub_server.store(asked)
        raise HangUpError

    stub_server.answers["create"] = create
    report = stub_importer.load(table("a.csv", HEADINGS, *rows_of("A", description=words)), ImportOptions(marker=True))
    assert stub_importer.ids(report.run) == ["2"]


@pytest.mark.parametrize("change", [{"name": "Quite another"}, {"maximum": "9"}], ids=["renamed", "edited"])
def test_a_marker_tells_a_row_whatever_a_person_has_made_of_it(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table, change: dict[str, str]
) -> None:
    """A campaign that bears the row's token is its own under another name and with other values, too."""
    store_otherwise(stub_server, change)
    report = stub_importer.load(
        table("a.csv", HEADINGS, *rows_of("A", description="About")), ImportOptions(marker=True)
    )
    assert report.exit_code == ExitCode.DONE
    assert stub_importer.ids(report.run) == ["1"]
    assert stub_server.actions().count("create") == 1


def test_a_marker_is_certain_even_without_the_first_list(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """A campaign that bears the token is the row's, whatever was there before."""
    refuse_list(stub_server, envelope("402"))
    lose_answer(stub_server)
    run = stub_importer.plan(table("a.csv", HEADINGS, *rows_of("A")), marker=True).run
    assert stub_importer.apply(run).exit_code == ExitCode.IN_DOUBT
    del stub_server.answers["list"]
    assert stub_importer.apply(run).exit_code == ExitCode.DONE
    assert stub_importer.ids(run) == ["1"]


def test_a_marker_needs_descriptions_in_the_list(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """Where the server lists no descriptions, the marker changes nothing: two rows of a name stay in doubt."""
    sandbox.modes = Modes(list_fields="few")
    sandbox.script("create", ["dropped_after", "dropped_before"])
    path = table("a.csv", HEADINGS, *rows_of("A", maximum="1"), *rows_of("A", maximum="2"))
    assert sandbox_importer.load(path, ImportOptions(marker=True)).exit_code == ExitCode.IN_DOUBT


def test_without_a_marker_descriptions_are_sent_as_they_are(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """The marker is off unless it is asked for."""
    sandbox_importer.load(table("a.csv", HEADINGS, *rows_of("A"), *rows_of("B", description="Some words")))
    assert [one["description"] for one in sandbox.campaigns()] == ["", "Some words"]


# A person decides


@pytest.fixture
def undecided(stub_server: StubServer, stub_importer: InProcessImporter, table: Table) -> str:
    """A run whose row 2 is in doubt with the candidates 1 and 2, and whose row 3 is campaign 3."""
    lose_answer(stub_server, copies=2)
    return stub_importer.load(table("a.csv", HEADINGS, *rows_of("A", "B"))).run


def test_a_person_names_the_campaign(
    program: Any, stub_server: StubServer, stub_importer: InProcessImporter, undecided: str
) -> None:
    """`settle --id` makes the row created with that ID; nothing is sent."""
    before = len(stub_server.requests)
    done = program("settle", undecided, "--row", "2", "--id", "1", "--json")
    assert done.exit_code == ExitCode.DONE
    assert len(stub_server.requests) == before
    assert (stub_importer.statuses(undecided), stub_importer.ids(undecided)) == (["created", "created"], ["1", "3"])
    assert stub_importer.apply(undecided).exit_code == ExitCode.DONE
    assert stub_server.actions().count("create") == 2


def test_a_person_says_not_created(
    program: Any, stub_server: StubServer, stub_importer: InProcessImporter, undecided: str
) -> None:
    """`settle --not-created` makes the row ready, and the next apply sends it."""
    assert program("settle", undecided, "--row", "2", "--not-created").exit_code == ExitCode.DONE
    assert stub_importer.statuses(undecided) == ["ready", "created"]
    assert stub_importer.apply(undecided).exit_code == ExitCode.DONE
    assert stub_importer.ids(undecided) == ["4", "3"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--row", "2"), "either --id ID or --not-created"),
        (("--row", "2", "--id", "1", "--not-created"), "either --id ID or --not-created"),
        (("--row", "3", "--not-created"), "not in doubt"),
        (("--row", "9", "--not-created"), "no row 9"),
        (("--row", "2", "--id", "3"), "already belongs to another row"),
    ],
    ids=["neither", "both", "not in doubt", "no such row", "another's"],
)
def test_a_person_cannot_settle_what_is_wrong(
    program: Any, stub_importer: InProcessImporter, undecided: str, arguments: tuple[str, ...], words: str
) -> None:
    """A decision that cannot be true is refused with exit code 2, and nothing changes."""
    done = program("settle", undecided, *arguments)
    assert done.exit_code == ExitCode.USAGE
    assert words in done.stderr
    assert stub_importer.statuses(undecided) == ["in_doubt", "created"]


def test_an_unknown_run_cannot_be_settled(program: Any, undecided: str) -> None:
    """A run that the journal does not know is named in the refusal."""
    done = program("settle", "20200101-abcdef", "--row", "2", "--not-created")
    assert done.exit_code == ExitCode.USAGE
    assert "20200101-abcdef" in done.stderr


# What an earlier process left


def test_half_a_file_is_forgotten(sandbox_importer: InProcessImporter, table: Table) -> None:
    """What a process left that was killed while it read a file is cleared away by the next."""
    run = sandbox_importer.plan(table("a.csv", HEADINGS, *rows_of("A"))).run
    with closing(sqlite3.connect(sandbox_importer.journal)) as other, other:
        other.execute("UPDATE runs SET staged = 0")
    with sandbox_importer.session():
        pass
    with closing(sqlite3.connect(sandbox_importer.journal)) as other:
        assert other.execute("SELECT count(*) FROM rows WHERE run = ?", (run,)).fetchone() == (0,)


@pytest.mark.parametrize("stored", [True, False])
def test_a_row_found_sending_is_in_doubt(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, stored: bool
) -> None:
    """A row that a killed process was sending is looked up before anything is sent, and adopted or sent again."""
    run = sandbox_importer.plan(table("a.csv", HEADINGS, *rows_of("A", "B"))).run
    with sandbox_importer.session("apply") as session:
        session.journal.listings.keep(run, "", [])
    leave_sending(sandbox_importer.journal, run, 2)
    if stored:
        sandbox.add_campaign(name="A", dtype="queue", dnumber="1", maximum=2)
    sandbox.clear_requests()
    assert sandbox_importer.apply(run).exit_code == ExitCode.DONE
    assert sorted(one["name"] for one in sandbox.campaigns()) == ["A", "B"]
    # What is ready goes first: the list proves more once it shows something newer than the row. Before it is sent, it
    # is looked for in the list, too.
    after = [] if stored else ["list", "list", "create"]
    assert actions(sandbox) == ["list", "list", "create", *after]


def test_a_clock_that_is_set_back_changes_nothing(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """What is another row's is known whatever the clock said when it was written down."""
    sandbox.modes = Modes(list_fields="few")
    sandbox.script("create", [None, "dropped_before"])
    sandbox.script("list", [None, *["bad_gateway"] * 3])
    run = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of("A", maximum="1"), *rows_of("A", maximum="2"))).run
    assert sandbox_importer.statuses(run) == ["created", "in_doubt"]
    with closing(sqlite3.connect(sandbox_importer.journal)) as other, other:
        other.execute("UPDATE rows SET changed = '1970-01-01T00:00:00.000+00:00'")
    sandbox_importer.apply(run)
    assert [one["maximum"] for one in sandbox.campaigns()] == [1, 2]
    assert sandbox_importer.ids(run) == ["1", "2"]


@pytest.mark.parametrize("stored", [True, False])
def test_a_twin_in_another_run_is_settled_not_sent_beside(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, stored: bool
) -> None:
    """The same import again settles the earlier run's row in doubt first; then it exists, or is sent once."""
    path = table("a.csv", HEADINGS, *rows_of("A", "B"))
    sandbox.script("create", ["dropped_after" if stored else "dropped_before"])
    sandbox_importer.stop.meanwhile = lambda seconds: sandbox_importer.stop.request() if seconds < 1 else None
    sandbox.script("list", [None, *["bad_gateway"] * 3])
    first = sandbox_importer.load(path)
    assert "in_doubt" in sandbox_importer.statuses(first.run)
    sandbox_importer.stop = type(sandbox_importer.stop)()
    second = sandbox_importer.load(path)
    assert second.exit_code == ExitCode.DONE
    assert sorted(one["name"] for one in sandbox.campaigns()) == ["A", "B"]
    by_name = {one["name"]: str(one["id"]) for one in sandbox.campaigns()}
    assert sandbox_importer.ids(second.run) == [by_name["A"], by_name["B"]]


def test_a_row_whose_twin_stays_in_doubt_is_held_back(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """While an earlier run's row may have made the campaign, the same row of a later run is not sent."""
    path = table("a.csv", HEADINGS, *rows_of("A"))
    lose_answer(stub_server, copies=2)
    first = stub_importer.load(path)
    second = stub_importer.load(path)
    assert (first.exit_code, second.exit_code) == (ExitCode.IN_DOUBT, ExitCode.IN_DOUBT)
    assert stub_importer.statuses(second.run) == ["in_doubt"]
    message = stub_importer.rows(second.run)[0].message
    assert message.startswith(f"Not sent: row 2 of run {first.run} is for the same campaign")
    assert f"campaign-importer settle {first.run} --row 2" in message
    assert stub_server.actions().count("create") == 1


def test_a_row_held_back_follows_its_twin(
    program: Any, stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """Once a person has settled the earlier row, the later run's row exists with its ID, and nothing is sent."""
    path = table("a.csv", HEADINGS, *rows_of("A"))
    lose_answer(stub_server, copies=2)
    first, second = stub_importer.load(path), stub_importer.load(path)
    assert program("settle", first.run, "--row", "2", "--id", "2").exit_code == ExitCode.DONE
    assert stub_importer.apply(second.run).exit_code == ExitCode.DONE
    assert (stub_importer.statuses(second.run), stub_importer.ids(second.run)) == (["exists"], ["2"])
    assert stub_server.actions().count("create") == 1


@pytest.mark.parametrize("decision", [("--not-created",), ("--id", "2")])
def test_a_row_held_back_is_not_settled_by_itself(
    program: Any, stub_server: StubServer, stub_importer: InProcessImporter, table: Table, decision: tuple[str, ...]
) -> None:
    """What waits for another row is not settled: the refusal names the row to settle instead, and nothing changes."""
    path = table("a.csv", HEADINGS, *rows_of("A"))
    lose_answer(stub_server, copies=2)
    first, second = stub_importer.load(path), stub_importer.load(path)
    refused = program("settle", second.run, "--row", "2", *decision)
    assert refused.exit_code == ExitCode.USAGE
    assert f"campaign-importer settle {first.run} --row 2" in " ".join(refused.stderr.split())
    assert stub_importer.statuses(second.run) == ["in_doubt"]
    assert program("settle", first.run, "--row", "2", "--not-created").exit_code == ExitCode.DONE
    refused = program("settle", second.run, "--row", "2", *decision)
    assert refused.exit_code == ExitCode.USAGE
    assert f"campaign-importer apply {second.run}" in " ".join(refused.stderr.split())
    assert stub_importer.statuses(second.run) == ["in_doubt"]


def test_a_row_held_back_takes_no_part_in_settling(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """A row that was never sent competes for no campaign: the candidate of the row like it is adopted by that row."""
    path = table("a.csv", HEADINGS, *rows_of("A"))
    both = table("b.csv", HEADINGS, *rows_of("A", "B"))
    lose_answer(stub_server)
    run = stub_importer.plan(path).run
    stub_server.answers["list"] = lambda asked: envelope("402") if stub_server.campaigns else envelope("200", [])
    assert stub_importer.apply(run).exit_code == ExitCode.IN_DOUBT

    def create(asked: dict[str, str]) -> dict[str, Any]:
        del stub_server.answers["create"], stub_server.answers["list"]
        stub_server.store(asked)
        raise HangUpError

    stub_server.answers["create"] = create
    stub_importer.load(both)
    assert stub_importer.statuses(run) == ["created"]
    assert len(stub_server.campaigns) == 2


def test_half_a_password_of_a_listed_value_is_not_shown(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """A listed value is redacted before it is cut: half a password would not be found any more."""
    lose_answer(stub_server)
    stub_server.answers["list"] = lambda _: envelope(
        "200", [{**one, "description": "d" * 36 + "secret"} for one in stub_server.campaigns]
    )
    report = stub_importer.load(table("a.csv", HEADINGS, *rows_of("A", description="my text")))
    (row,) = stub_importer.rows(report.run)
    assert row.outcome.status.value == "in_doubt"
    assert "ddd" in row.outcome.message
    assert "secr" not in row.outcome.message
