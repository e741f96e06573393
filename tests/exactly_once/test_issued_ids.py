"""IDs that a server answers more than once: no row keeps one that may be another row's."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importer.model import Event, ExitCode
from importer.run_options import SendOptions
from importer.sandbox import Modes, Sandbox
from tests.support.in_process import InProcessImporter
from tests.support.program import Program
from tests.support.servers import StubServer, envelope

Table = Callable[..., Path]

HEADINGS = ("name", "dtype", "dnumber")
ROWS = [(f"N{number}", "queue", "1") for number in range(9)]


@pytest.mark.parametrize("workers", [1, 8])
def test_one_id_for_all_is_nobodys(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, workers: int
) -> None:
    """All creates are answered with one ID: no row keeps it, each is looked up and gets its own."""
    sandbox.modes = Modes(create_id=1000)
    sandbox_importer.send_options = SendOptions(workers=workers, settle_wait=0)
    report = sandbox_importer.load(table("a.csv", HEADINGS, *ROWS))
    assert report.exit_code == ExitCode.DONE
    held = {one["name"]: str(one["id"]) for one in sandbox.campaigns()}
    assert len(sandbox.campaigns()) == 9
    assert sandbox_importer.ids(report.run) == [held[name] for name, *_ in ROWS]


def test_what_cannot_be_looked_up_has_no_id(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """Where the campaigns cannot be listed, the rows are created with an unknown ID, and say why."""
    stub_server.answers["create"] = lambda asked: envelope("200", {"id": stub_server.store(asked) and 1000})
    stub_server.answers["list"] = lambda _: envelope("402")
    run = stub_importer.load(table("a.csv", HEADINGS, *ROWS[:3])).run
    assert (stub_importer.statuses(run), stub_importer.ids(run)) == (["created"] * 3, [None] * 3)
    words = "Created, but the server responded with the ID 1000 for another row too, so the real ID is not known."
    assert [row.message for row in stub_importer.rows(run)] == [words] * 3


def test_the_id_of_an_earlier_run_stays_there(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """An ID that a row of an earlier run has stays that row's; the new row is looked up."""
    first = stub_importer.load(table("a.csv", HEADINGS, ROWS[0])).run
    stub_server.answers["create"] = lambda asked: envelope("200", {"id": stub_server.store(asked) and 1})
    second = stub_importer.load(table("b.csv", HEADINGS, ROWS[1])).run
    assert (stub_importer.ids(first), stub_importer.ids(second)) == (["1"], ["2"])


def test_the_id_of_what_was_there_before_is_no_rows(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """An ID that the list before the run showed is another campaign's, whoever made it; the row is looked up."""
    stub_server.store({"name": "By hand", "dtype": "queue", "dnumber": "1"})
    stub_server.answers["create"] = lambda asked: envelope("200", {"id": stub_server.store(asked) and 1})
    run = stub_importer.plan(table("a.csv", HEADINGS, ROWS[0])).run
    told: list[Event] = []
    stub_importer.observer.row = told.append  # type: ignore[method-assign]
    assert stub_importer.apply(run).exit_code == ExitCode.DONE
    assert stub_importer.ids(run) == ["2"]
    words = "Created, but the server responded with the ID 1, which existed before, so the real ID is not known."
    assert [(event.campaign_id, event.message) for event in told if event.stage == "create"] == [(None, words)]


def test_the_id_of_a_row_that_was_looked_up_stays(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """A row that was found in the list keeps the ID that is answered for another one afterwards."""
    answers: list[Any] = [envelope("500"), envelope("200", {"id": 1}), envelope("200", {"id": 3})]

    def create(asked: dict[str, str]) -> Any:
        stub_server.store(asked)
        return answers.pop(0)

    stub_server.answers["create"] = create
    run = stub_importer.plan(table("a.csv", HEADINGS, *ROWS[:3])).run
    stub_importer.apply(run, max_errors=1)
    assert stub_importer.apply(run).exit_code == ExitCode.DONE
    assert stub_importer.ids(run) == ["1", "2", "3"]


def test_the_same_number_in_another_form_is_the_same_id(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """Whether an ID comes as a number or as a text, it is one ID."""
    answers: list[object] = [1000, "1000", 1000.0]
    stub_server.answers["create"] = lambda asked: envelope("200", {"id": stub_server.store(asked) and answers.pop()})
    run = stub_importer.load(table("a.csv", HEADINGS, *ROWS[:3])).run
    assert stub_importer.ids(run) == ["1", "2", "3"]


def test_nothing_is_switched_by_an_id_that_is_not_believed(
    program: Program, stub_server: StubServer, stub_importer: InProcessImporter, table: Table
) -> None:
    """`disable` says of such rows that their ID is not known, and touches no campaign for them."""
    stub_server.answers["create"] = lambda asked: envelope("200", {"id": stub_server.store(asked) and 1})
    stub_server.answers["list"] = lambda _: envelope("402")
    run = stub_importer.load(table("a.csv", HEADINGS, *ROWS[:2])).run
    told = program("disable", run, "--url", stub_server.url, "--json")
    assert (told.exit_code, told.document["disabled"]) == (ExitCode.SOME_WRONG, 0)
    assert "update" not in stub_server.actions()


def test_memory_of_ids_has_a_bound(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not remembered any more is in the journal: an ID of long ago is recognised all the same."""
    monkeypatch.setattr("importer.delivery.issued.RECENT", 2)
    run = sandbox_importer.plan(table("a.csv", HEADINGS, *ROWS)).run
    told: list[str | None] = []

    def row(event: Event) -> None:
        told.append(event.campaign_id)
        if len(told) == 8:
            sandbox.modes = Modes(create_id=1)

    sandbox_importer.observer.row = row  # type: ignore[method-assign]
    assert sandbox_importer.apply(run).exit_code == ExitCode.DONE
    assert sandbox_importer.ids(run) == [str(number) for number in range(1, 10)]
