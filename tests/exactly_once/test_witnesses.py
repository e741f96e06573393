"""Lists that are not whole: cut, late, empty. What they lack proves nothing, and nothing is made twice for it."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importer.model import ExitCode
from importer.run_options import SendOptions
from importer.sandbox import Account, Modes, Sandbox
from tests.support.http_server import HangUpError
from tests.support.in_doubt import actions, leave_sending, lose_answer
from tests.support.in_process import SETTLE_WAIT, InProcessImporter
from tests.support.servers import StubServer, envelope

Table = Callable[..., Path]

HEADINGS = ("name", "dtype", "dnumber")
BY_HAND = 25
"""How many campaigns people have made before."""

LIES = {
    "the first 20": Modes(list_first=20),
    "the first": Modes(list_first=1),
    "the last 5": Modes(list_last=5),
    "the last": Modes(list_last=1),
    "late": Modes(list_late=3600),
    "nothing": Modes(list_none=True),
}
LOSSES = ("dropped_after", "dropped_before", "error_500_stored", "bad_gateway")
every_lie = pytest.mark.parametrize("lie", LIES.values(), ids=LIES)


def rows_of(number: int) -> list[tuple[str, ...]]:
    """Return N rows of a table."""
    return [(f"N{one}", "queue", "1") for one in range(number)]


def at(sandbox_importer: InProcessImporter, words: str, act: Callable[[], object]) -> None:
    """Do something when a stage begins for the first time."""
    done: list[object] = []

    def stage(said: str, _rows: int | None, _what: str = "row") -> None:
        if said.startswith(words) and not done:
            done.append(act())

    sandbox_importer.observer.stage = stage  # type: ignore[method-assign]


def show(sandbox: Sandbox, modes: Modes) -> None:
    """Have the server answer in another way from now on."""
    sandbox.modes = modes


def made(sandbox: Sandbox) -> Counter[str]:
    """Return how many campaigns of each of our names there are."""
    return Counter(one["name"] for one in sandbox.campaigns() if one["name"].startswith("N"))


def messages(sandbox_importer: InProcessImporter, run: str) -> list[str]:
    """Return the messages of the rows in doubt."""
    return [row.message for row in sandbox_importer.rows(run) if row.outcome.status == "in_doubt"]


# What a list lacks


@every_lie
@pytest.mark.parametrize("from_the_first", [True, False], ids=["always", "after the first create"])
@pytest.mark.parametrize("by_hand", [0, BY_HAND], ids=["new customer", "old customer"])
def test_a_list_that_is_not_whole_makes_nothing_twice(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, lie: Modes, from_the_first: bool, by_hand: int
) -> None:
    """A quarter of 40 answers is lost: rows that such a list lacks stay in doubt; with a whole one all end well."""
    for number in range(by_hand):
        sandbox.add_campaign(name=f"By hand {number}", dtype="queue", dnumber="1")
    sandbox_importer.send_options = SendOptions(workers=4, settle_wait=SETTLE_WAIT, max_errors=100, max_error_share=1)
    sandbox.script("create", [fault for loss in LOSSES * 3 for fault in (None, None, None, loss)][:40])
    if from_the_first:
        show(sandbox, lie)
    else:
        at(sandbox_importer, "Creating", lambda: show(sandbox, lie))
    run = sandbox_importer.plan(table("a.csv", HEADINGS, *rows_of(40))).run
    for _ in range(2):
        report = sandbox_importer.apply(run)
        assert set(made(sandbox).values()) == {1}
        assert set(report.counts) <= {"created", "in_doubt"}
    assert report.exit_code == ExitCode.IN_DOUBT
    assert all("The server's list does not show campaigns " in message for message in messages(sandbox_importer, run))
    show(sandbox, Modes())
    assert sandbox_importer.apply(run).exit_code == ExitCode.DONE
    assert made(sandbox) == Counter({f"N{number}": 1 for number in range(40)})


def test_a_row_says_what_the_list_lacks(sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table) -> None:
    """The message names the campaigns that the list lacks, says that they are there, and how to settle by hand."""
    sandbox.script("create", [None, "dropped_before"])
    at(sandbox_importer, "Creating", lambda: show(sandbox, Modes(list_none=True)))
    run = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(3))).run
    (message,) = messages(sandbox_importer, run)
    assert message == (
        "Sent, but the server did not respond. The server's list does not show campaigns 2, 1, which certainly exist, "
        "so it proves nothing. Check the server, then record the answer: "
        f"campaign-importer settle {run} --row 3 --journal {sandbox_importer.journal} --id ID, or --not-created."
    )
    assert actions(sandbox).count("create") == 3


def test_a_list_that_is_late_is_waited_for(sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table) -> None:
    """Where the first look shows a list that is not whole, the row has two more looks before a person is asked."""
    sandbox.script("create", [None, "dropped_before"])
    at(sandbox_importer, "Creating", lambda: show(sandbox, Modes(list_late=3600)))
    sandbox_importer.stop.meanwhile = lambda seconds: show(sandbox, Modes()) if seconds == SETTLE_WAIT else None
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(3)))
    assert report.exit_code == ExitCode.DONE
    assert sandbox_importer.ids(report.run) == ["1", "3", "2"]
    assert sandbox_importer.stop.slept.count(SETTLE_WAIT) == 2
    assert actions(sandbox).count("list") == 4


def test_campaigns_of_earlier_runs_are_witnesses(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """What the journal knows from earlier runs counts, even where the run has nothing else to go by."""
    sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(5)))
    show(sandbox, Modes(list_first=3))
    sandbox.script("create", ["dropped_after"])
    report = sandbox_importer.load(table("b.csv", HEADINGS, ("B", "queue", "1")))
    assert report.exit_code == ExitCode.IN_DOUBT
    assert "does not show campaigns 5, 4, which certainly exist" in messages(sandbox_importer, report.run)[0]
    assert len(sandbox.campaigns()) == 6


def test_campaigns_of_other_accounts_are_witnesses_in_a_customer_that_is_named(journal: Path, table: Table) -> None:
    """What another account has created in the same customer must be listed, too."""
    accounts = [Account(name, "secret", "administrator", 1, (1,)) for name in ("ann", "bob")]
    headings = (*HEADINGS, "customer")
    with Sandbox(accounts=accounts) as sandbox:
        ann, bob = (InProcessImporter(journal, sandbox.url, username=name) for name in ("ann", "bob"))
        ann.load(table("a.csv", headings, *((*row, "1") for row in rows_of(3))))
        show(sandbox, Modes(list_last=1))
        sandbox.script("create", ["dropped_before"])
        report = bob.load(table("b.csv", headings, ("B", "queue", "1", "1")))
        assert report.exit_code == ExitCode.IN_DOUBT
        assert "does not show campaigns 2, 1, which certainly exist" in messages(bob, report.run)[0]


def test_campaigns_of_other_customers_are_no_witnesses(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """The list of a customer need not show what was created in another one."""
    headings = (*HEADINGS, "customer")
    sandbox_importer.load(table("a.csv", headings, *((*row, "2") for row in rows_of(3))))
    sandbox.script("create", [None, "dropped_before"])
    report = sandbox_importer.load(
        table("b.csv", headings, *((f"B{number}", "queue", "1", "1") for number in range(3)))
    )
    assert report.exit_code == ExitCode.DONE
    assert "get" not in actions(sandbox)


def test_what_was_listed_before_the_run_is_a_witness(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """A campaign of whomever that the list from before the run showed, and that is there, must be shown again."""
    for name in "ab":
        sandbox.add_campaign(name=name)
    sandbox.script("create", ["dropped_after", None])
    at(sandbox_importer, "Creating", lambda: show(sandbox, Modes(list_last=1)))
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(2)))
    assert report.exit_code == ExitCode.IN_DOUBT
    assert "does not show campaigns 2, 1, which certainly exist" in messages(sandbox_importer, report.run)[0]


def test_an_empty_answer_is_an_empty_list_where_nothing_is_known(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """A server may say 204 where a customer has no campaigns: a row that is not there is sent again."""
    sandbox.script("create", ["dropped_before"])
    show(sandbox, Modes(list_none=True))
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(1)))
    assert report.exit_code == ExitCode.DONE
    assert made(sandbox) == {"N0": 1}


def test_a_list_from_before_that_was_cut_makes_no_candidate_certain(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """A campaign that looks new is not adopted if the list from before the run lacked what was known to be there."""
    sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(3)))
    sandbox.add_campaign(name="B", dtype="queue", dnumber="1")
    show(sandbox, Modes(list_first=2))
    sandbox.script("create", ["dropped_before"])
    at(sandbox_importer, "Settling", lambda: show(sandbox, Modes()))
    report = sandbox_importer.load(table("b.csv", HEADINGS, ("B", "queue", "1")))
    assert report.exit_code == ExitCode.IN_DOUBT
    assert "campaign 4, which may have existed before, could be this row's" in messages(sandbox_importer, report.run)[0]


# Witnesses that people have deleted


def test_a_deleted_witness_holds_nothing_up(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """A campaign that the server no longer knows is not a witness: the row is settled, and it is asked for once."""
    sandbox.add_campaign(name="By hand")
    sandbox.script("create", [None, "dropped_before", None, "dropped_before"])
    at(sandbox_importer, "Settling", lambda: [sandbox.delete_campaign(campaign) for campaign in (1, 2)])
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(4)))
    assert report.exit_code == ExitCode.DONE
    assert set(made(sandbox)) == {"N1", "N2", "N3"}
    asked = [seen.parameters["id"] for seen in sandbox.requests if seen.action == "get"]
    assert asked == ["2", "1"], "the two that are gone, each once"
    sandbox.clear_requests()
    sandbox.script("create", ["dropped_before"])
    assert sandbox_importer.load(table("b.csv", HEADINGS, ("B", "queue", "1"))).exit_code == ExitCode.DONE
    assert "get" not in actions(sandbox)


def test_the_newest_witness_deleted_leaves_one_row_to_go_ahead(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """Where all that is newer than a row was deleted, it is sent again all the same."""
    sandbox.script("create", [None, "dropped_before"])
    at(sandbox_importer, "Settling", lambda: sandbox.delete_campaign(2))
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(3)))
    assert report.exit_code == ExitCode.DONE
    assert made(sandbox) == {"N0": 1, "N1": 1}


def test_more_deleted_witnesses_than_are_asked_for_at_a_time(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look asks for the next few; the row says so meanwhile, and ends well once all are known to be gone."""
    monkeypatch.setattr("importer.delivery.witnesses.MOST_ASKED", 3)
    sandbox.script("create", [None] * 10 + ["dropped_before"])
    at(sandbox_importer, "Settling", lambda: [sandbox.delete_campaign(campaign) for campaign in range(2, 11)])
    run = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(12))).run
    assert sandbox_importer.statuses(run).count("in_doubt") == 1
    assert "3 others were deleted, and the next `apply` checks more." in messages(sandbox_importer, run)[0]
    assert sandbox_importer.apply(run).exit_code == ExitCode.DONE
    asked = Counter(seen.parameters["id"] for seen in sandbox.requests if seen.action == "get")
    assert [asked[str(campaign)] for campaign in range(2, 11)] == [1] * 9


@pytest.mark.parametrize("absent_as", ["page", "unknown"])
def test_without_get_a_person_decides(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, absent_as: str
) -> None:
    """Where single campaigns cannot be asked for, what the list lacks keeps the row in doubt, and the cure is named."""
    sandbox.script("create", [None, "dropped_before"])
    show(sandbox, Modes(absent=frozenset({"get"}), absent_as=absent_as))
    at(sandbox_importer, "Settling", lambda: sandbox.delete_campaign(1))
    run = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(3))).run
    for _ in range(2):
        assert sandbox_importer.statuses(run) == ["created", "in_doubt", "created"]
        (message,) = messages(sandbox_importer, run)
        assert (
            "The server's list does not show campaign 1, which existed before and may be deleted or hidden" in message
        )
        assert (
            f"campaign-importer settle {run} --row 3 --journal {sandbox_importer.journal} --id ID, or --not-created"
            in message
        )
        sandbox_importer.apply(run)
    show(sandbox, Modes())
    assert sandbox_importer.apply(run).exit_code == ExitCode.DONE
    assert made(sandbox) == {"N1": 1, "N2": 1}


def test_a_person_who_deletes_everything_holds_nothing_up(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """An empty list is believed where the server says of every witness that there is none of its ID."""
    sandbox.script("create", [None, "dropped_before"])
    at(sandbox_importer, "Settling", lambda: [sandbox.delete_campaign(campaign) for campaign in (1, 2)])
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(3)))
    assert report.exit_code == ExitCode.DONE
    assert made(sandbox) == {"N1": 1}


def test_an_empty_list_leaves_nothing_to_try_get_by(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """Where nothing is listed, a 404 that does not name the ID may also be that of an unknown function."""
    sandbox.script("create", [None, "dropped_before"])
    show(sandbox, Modes(absent=frozenset({"get"}), absent_as="unknown"))
    at(sandbox_importer, "Settling", lambda: [sandbox.delete_campaign(campaign) for campaign in (1, 2)])
    run = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(3))).run
    assert (
        "does not show campaigns 2, 1, which existed before and may be deleted or hidden, so it proves nothing."
        in messages(sandbox_importer, run)[0]
    )


@pytest.mark.parametrize(
    "answer",
    [envelope("200"), envelope("200", {"id": 77}), envelope("403"), envelope("500"), envelope("402")],
    ids=["no data", "another one", "403", "500", "402"],
)
def test_an_answer_that_says_nothing_of_a_witness(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table, answer: dict[str, Any]
) -> None:
    """Only 404 says that a campaign is gone; whatever else comes instead of it leaves the row in doubt."""
    lose_answer(stub_server, copies=0)
    stub_server.answers["get"] = lambda _: answer
    at(
        stub_importer,
        "Settling",
        lambda: stub_server.answers.update(list=lambda _: envelope("200", stub_server.campaigns[1:])),
    )
    run = stub_importer.load(table("a.csv", HEADINGS, *rows_of(3))).run
    assert stub_importer.statuses(run) == ["in_doubt", "created", "created"]
    assert "does not show campaign 1" in messages(stub_importer, run)[0]


def test_wrong_credentials_while_witnesses_are_asked_for_stop_the_run(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """401 to a single campaign ends the run with exit code 6."""
    lose_answer(stub_server, copies=0)
    stub_server.answers["get"] = lambda _: envelope("401")
    at(
        stub_importer,
        "Settling",
        lambda: stub_server.answers.update(list=lambda _: envelope("200", stub_server.campaigns[1:])),
    )
    assert stub_importer.load(table("a.csv", HEADINGS, *rows_of(3))).exit_code == ExitCode.CONFIGURATION


def test_a_witness_in_another_customer_is_none(
    program: Any, sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """An ID that a person has mistyped, and that belongs elsewhere, does not make every later list look cut."""
    elsewhere = sandbox.add_campaign(name="Elsewhere", customer=2)
    sandbox.script("create", [None, "dropped_before"])
    at(sandbox_importer, "Creating", lambda: show(sandbox, Modes(list_none=True)))
    run = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(3))).run
    assert program("settle", run, "--row", "3", "--id", str(elsewhere)).exit_code == ExitCode.DONE
    show(sandbox, Modes())
    sandbox.script("create", [None, "dropped_before"])
    later = sandbox_importer.load(table("b.csv", HEADINGS, *((f"B{number}", "queue", "1") for number in range(3))))
    assert later.exit_code == ExitCode.DONE


# Nothing newer to try a list by


@pytest.mark.parametrize("stored", [True, False])
@every_lie
def test_what_is_ready_goes_before_a_row_that_nothing_newer_speaks_for(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, lie: Modes, stored: bool
) -> None:
    """Killed at its first create, a run creates the other rows first, so that there is something to try the list by."""
    run = sandbox_importer.plan(table("a.csv", HEADINGS, *rows_of(9))).run
    with sandbox_importer.session("apply") as session:
        session.journal.listings.keep(run, "", [])
    leave_sending(sandbox_importer.journal, run, 2)
    if stored:
        sandbox.add_campaign(name="N0", dtype="queue", dnumber="1")
    show(sandbox, lie)
    for _ in range(2):
        sandbox_importer.apply(run)
        assert set(made(sandbox).values()) == {1}
    show(sandbox, Modes())
    assert sandbox_importer.apply(run).exit_code == ExitCode.DONE
    assert made(sandbox) == {f"N{number}": 1 for number in range(9)}


def test_of_rows_that_nothing_newer_speaks_for_one_goes_ahead(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """All answers lost and a list that is always late: one row is sent again, and the list is known by that."""
    show(sandbox, Modes(list_late=3600))
    sandbox.script("create", ["dropped_after"] * 5)
    run = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(5)), max_errors=100).run
    for _ in range(3):
        assert sorted(made(sandbox).values()) == [1, 1, 1, 1, 2]
        assert sandbox_importer.apply(run).exit_code == ExitCode.IN_DOUBT
    assert "does not show campaign 6, which certainly exists" in messages(sandbox_importer, run)[0]


def test_a_copy_that_lags_behind_in_all_it_answers_costs_one_row_a_command(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """Where neither the list nor single look-ups show what is new, one row is sent again in a command, and no other."""

    def create(asked: dict[str, str]) -> dict[str, Any]:
        number = stub_server.store(asked)
        if number <= 5:
            raise HangUpError
        return envelope("200", {"id": number})

    stub_server.answers["create"] = create
    stub_server.answers["list"] = lambda _: envelope("200", [])
    stub_server.answers["get"] = lambda _: envelope("404", key="id", message="not found")
    run = stub_importer.load(table("a.csv", HEADINGS, *rows_of(5)), max_errors=100).run
    assert len(stub_server.campaigns) == 6
    assert stub_importer.statuses(run).count("in_doubt") == 4
    del stub_server.answers["list"], stub_server.answers["get"]
    assert stub_importer.apply(run).exit_code == ExitCode.DONE
    assert len(stub_server.campaigns) == 6


def test_rows_that_were_all_lost_end_well_in_one_go(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """With a list that is whole, the others follow the one that went ahead in the same command."""
    sandbox.script("create", ["dropped_before"] * 5)
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(5)), max_errors=100)
    assert report.exit_code == ExitCode.DONE
    assert made(sandbox) == {f"N{number}": 1 for number in range(5)}
    assert sandbox_importer.stop.slept.count(SETTLE_WAIT) == 2


def test_rows_of_an_earlier_run_that_were_all_lost_end_well_in_one_go(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """The same file again settles the rows of the run before it, and its own follow, though they were held back."""
    path = table("a.csv", HEADINGS, *rows_of(5))
    sandbox.script("create", ["dropped_before"] * 5)
    sandbox.script("list", [None, *["bad_gateway"] * 3])
    assert sandbox_importer.load(path, max_errors=100).exit_code == ExitCode.IN_DOUBT
    assert sandbox_importer.load(path, max_errors=100).exit_code == ExitCode.DONE
    assert made(sandbox) == {f"N{number}": 1 for number in range(5)}


def test_without_a_list_from_before_something_newer_is_needed(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """A row that no list from before speaks for is sent again only once the list shows something newer."""
    stub_server.answers["list"] = lambda _: envelope("402")
    lose_answer(stub_server, copies=0)
    run = stub_importer.load(table("a.csv", HEADINGS, *rows_of(1))).run
    del stub_server.answers["list"]
    assert stub_importer.apply(run).exit_code == ExitCode.IN_DOUBT
    assert "its list was not read before the row was sent" in messages(stub_importer, run)[0]
    assert stub_importer.load(table("b.csv", HEADINGS, ("B", "queue", "1"))).exit_code == ExitCode.DONE
    assert stub_importer.apply(run).exit_code == ExitCode.DONE
    assert [one["name"] for one in stub_server.campaigns] == ["B", "N0"]


def test_a_campaign_that_is_found_is_something_newer(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """A lost row that the list shows proves of one that was sent before it that the list is new enough."""
    sandbox.script("create", ["dropped_before", "dropped_after"])
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(2)), max_errors=100)
    assert report.exit_code == ExitCode.DONE
    assert sandbox_importer.stop.slept.count(SETTLE_WAIT) == 1
    assert made(sandbox) == {"N0": 1, "N1": 1}


# People at work meanwhile


def test_a_person_who_renames_a_known_campaign_changes_nothing(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """A witness is known by its ID, regardless of the name."""
    sandbox.script("create", [None, "dropped_before"])
    at(sandbox_importer, "Settling", lambda: sandbox.change_campaign(2, name="N1", maximum=9))
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(3)))
    assert report.exit_code == ExitCode.DONE
    assert sandbox_importer.ids(report.run) == ["1", "3", "2"]


def test_a_person_who_deletes_a_lost_campaign_has_it_made_again(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table
) -> None:
    """What was created and deleted before anybody knew its ID is not there: the row is sent again."""
    sandbox.script("create", [None, "dropped_after"])
    at(sandbox_importer, "Settling", lambda: sandbox.delete_campaign(2))
    report = sandbox_importer.load(table("a.csv", HEADINGS, *rows_of(3)))
    assert report.exit_code == ExitCode.DONE
    assert sandbox_importer.ids(report.run) == ["1", "4", "3"]


def test_a_create_that_hangs_up_is_still_looked_up_among_many(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """A thousand campaigns of others around a lost row cost one list a look and no request for any of them."""
    for number in range(1000):
        stub_server.store({"name": f"Other {number}", "dtype": "queue", "dnumber": "1"})

    def create(asked: dict[str, str]) -> dict[str, Any]:
        stub_server.store(asked)
        raise HangUpError

    stub_server.answers["create"] = create
    report = stub_importer.load(table("a.csv", HEADINGS, *rows_of(1)))
    assert stub_importer.ids(report.run) == ["1001"]
    assert stub_server.actions() == ["validate", "list", "create", "list"]
