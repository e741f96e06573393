"""Rows that were edited since their campaign was created: reported, updated or created anew, and never by a guess."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importer.sandbox import Modes, Sandbox
from schemas.parameters import PARAMETERS
from tests.support.program import Program
from tests.support.servers import Listener
from tests.support.tables import HEADINGS

HEAD = (*HEADINGS, "maximum", "callerid", "keep_agents_available", "customer")
A = ("A", "queue", "1", "3", "+44123", "2", "")
B = ("B", "queue", "1", "1", "", "", "")

Table = Callable[..., Path]


def load(program: Program, table: Table, *rows: tuple[str, ...], mode: str = "report") -> dict[str, int]:
    """Import rows and return the counts."""
    return program("import", table("c.csv", HEAD, *rows), "--yes", "--json", "--on-change", mode).counts


def last_row(program: Program) -> dict[str, Any]:
    """Return the last row of the newest run."""
    run = program("runs", "--json").document[0]["run"]
    row: dict[str, Any] = program("runs", run, "--json").document[-1]
    return row


def edited(row: tuple[str, ...], **changes: str) -> tuple[str, ...]:
    """Return a row with other values."""
    return tuple(changes.get(name, cell) for name, cell in zip(HEAD, row, strict=True))


def test_an_edited_row_is_told_and_not_sent(program: Program, table: Table, sandbox: Sandbox) -> None:
    """With report, a row of the same name and other values names the campaign and each difference; nothing is sent."""
    load(program, table, A, B)
    sandbox.clear_requests()
    assert load(program, table, edited(A, maximum="5", callerid=""), B) == {"changed": 1, "exists": 1}
    run = program("runs", "--json").document[0]["run"]
    row = program("runs", run, "--json").document[0]
    assert (row["status"], row["id"]) == ("changed", "1")
    assert "created campaign 1: callerid was '+44123', now ''; maximum was '3', now '5'." in row["message"]
    assert not [one for one in sandbox.requests if one.action in ("create", "update")]
    assert sandbox.campaigns()[0]["maximum"] == 3


def test_by_default_an_edited_row_is_told(program: Program, table: Table, sandbox: Sandbox) -> None:
    """Without --on-change a row that was edited makes no second campaign; only who asks for it gets one."""
    load(program, table, A)
    path = table("c.csv", HEAD, edited(A, maximum="5"))
    told = program("import", path, "--yes", "--json")
    assert (told.exit_code, told.counts) == (4, {"changed": 1})
    assert len(sandbox.campaigns()) == 1
    assert load(program, table, edited(A, maximum="5"), mode="create") == {"created": 1}
    assert len(sandbox.campaigns()) == 2


def test_an_update_sends_every_field(program: Program, table: Table, sandbox: Sandbox) -> None:
    """With update the campaign gets all values of the row; what the row leaves blank goes back to its default."""
    load(program, table, A)
    sandbox.clear_requests()
    assert load(program, table, edited(A, maximum="5", callerid=""), mode="update") == {"updated": 1}
    (sent,) = [one.parameters for one in sandbox.requests if one.action == "update"]
    fields = {parameter.name for parameter in PARAMETERS} - {"customer", "enabled"}
    assert set(sent) - {"auth_username", "auth_password"} == {"id", *fields}
    (held,) = sandbox.campaigns()
    assert (held["maximum"], held["callerid"], held["keep_agents_available"], held["dnumber"]) == (5, "", 2, "1")


def test_an_update_leaves_what_only_the_server_knows(program: Program, table: Table, sandbox: Sandbox) -> None:
    """keep_agents_available stays as the server has it where the row says nothing: left out, it would become 0."""
    load(program, table, A)
    load(program, table, edited(A, maximum="4", keep_agents_available=""), mode="update")
    assert sandbox.campaigns()[0]["keep_agents_available"] == 2


def test_an_old_server_is_not_asked_for_what_it_lacks(program: Program, table: Table, sandbox: Sandbox) -> None:
    """A server without keep_agents_available gets updates without it."""
    sandbox.modes = Modes(version="3.14", strict=True)
    load(program, table, B)
    assert load(program, table, edited(B, maximum="5"), mode="update") == {"updated": 1}


def test_an_updated_row_exists_from_then_on(program: Program, table: Table, sandbox: Sandbox) -> None:
    """The new values are the row's own; the old ones are an edit again, also after several rounds."""
    load(program, table, A)
    new = edited(A, maximum="5")
    assert load(program, table, new, mode="update") == {"updated": 1}
    assert load(program, table, new, mode="update") == {"exists": 1}
    assert load(program, table, A, mode="report") == {"changed": 1}
    assert load(program, table, A, mode="update") == {"updated": 1}
    assert load(program, table, A, mode="update") == {"exists": 1}
    assert load(program, table, new, mode="report") == {"changed": 1}
    assert (len(sandbox.campaigns()), sandbox.campaigns()[0]["maximum"]) == (1, 3)


def test_another_customer_is_another_campaign(program: Program, table: Table, sandbox: Sandbox) -> None:
    """The same name in another customer is not an edit."""
    load(program, table, A)
    other = edited(A, customer="0")
    assert set(load(program, table, other)) <= {"created", "rejected"}


def test_which_of_two_is_meant_is_not_guessed(program: Program, table: Table, sandbox: Sandbox) -> None:
    """Where two campaigns have the name and none the values, the row is reported with both IDs, and none is changed."""
    load(program, table, A, edited(A, maximum="4"))
    again = table("c.csv", HEAD, edited(A, maximum="9"))
    told = program("import", again, "--yes", "--json", "--on-change", "update")
    assert (told.exit_code, told.counts) == (4, {"changed": 1})
    assert "campaigns 1, 2 have this name" in last_row(program)["message"]
    assert [one["maximum"] for one in sandbox.campaigns()] == [3, 4]


def test_a_campaign_that_another_row_stands_for_is_not_meant(program: Program, table: Table, sandbox: Sandbox) -> None:
    """Of two campaigns of a name, the one whose row is unchanged is left alone, and the edit goes to the other."""
    load(program, table, A, edited(A, maximum="4"))
    assert load(program, table, A, edited(A, maximum="9"), mode="update") == {"exists": 1, "updated": 1}
    assert [one["maximum"] for one in sandbox.campaigns()] == [3, 9]


def test_new_rows_are_created_all_the_same(program: Program, table: Table, sandbox: Sandbox) -> None:
    """A name that nobody had is a new campaign, whatever is to happen to edits."""
    load(program, table, A)
    assert load(program, table, B, mode="report") == {"created": 1}


def test_a_refused_update_is_told_with_its_cell(program: Program, table: Table, sandbox: Sandbox) -> None:
    """The server's no to an update is the row's, and the campaign stays as it was."""
    headings = (*HEADINGS, "owner")
    program("import", table("c.csv", headings, ("A", "queue", "1", "")), "--yes")
    path = table("c.csv", headings, ("A", "queue", "1", "99999999999"))
    told = program("import", path, "--yes", "--json", "--on-change", "update")
    assert told.counts == {"rejected": 1}
    assert told.problems[0]["cell"] == "D2"


def test_an_update_that_fails_is_tried_again_by_apply(
    program: Program, table: Table, sandbox: Sandbox, listener: Listener, no_waiting: list[float]
) -> None:
    """A row whose update failed is updated by the next apply, never created."""
    load(program, table, A)
    run = program("plan", table("c.csv", HEAD, edited(A, maximum="5")), "--json", "--on-change", "update")
    assert run.counts == {"changed": 1}
    listener.status = 503
    told = program("apply", run.document["run"], "--json", "--url", sandbox.url)
    assert told.counts == {"updated": 1}
    assert len(sandbox.campaigns()) == 1


def test_a_plan_changes_nothing(program: Program, table: Table, sandbox: Sandbox) -> None:
    """A plan with update tells what it would do, and the campaign is as it was."""
    load(program, table, A)
    path = table("c.csv", HEAD, edited(A, maximum="5"))
    told = program("plan", path, "--json", "--on-change", "update")
    assert told.counts == {"changed": 1}
    may_dial = [told.document[key] for key in ("dialling", "calls", "updating", "updates_dialling", "update_calls")]
    assert may_dial == [0, 0, 1, 1, 5]
    assert "maximum was '3', now '5'. Not sent." in last_row(program)["message"]
    assert sandbox.campaigns()[0]["maximum"] == 3


@pytest.mark.parametrize("mode", ["report", "update"])
def test_disabled_campaigns_stay_disabled(program: Program, table: Table, sandbox: Sandbox, mode: str) -> None:
    """With --disabled an update leaves the campaign switched off."""
    path = table("c.csv", HEAD, A)
    program("import", path, "--yes", "--disabled")
    again = table("c.csv", HEAD, edited(A, maximum="5"))
    program("import", again, "--yes", "--disabled", "--on-change", mode)
    assert sandbox.campaigns()[0]["enabled"] == 0
