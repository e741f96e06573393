"""The log: a JSON line for all that happens to a row, in a stable format, and without names where that is wanted."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importer.sandbox import Faults, Sandbox
from tests.support.program import PASSWORD, Program
from tests.support.tables import HEADINGS

KEYS = ["format", "time", "run", "row", "stage", "attempt", "status", "seconds", "answer", "id", "key", "message"]

Table = Callable[..., Path]


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a log."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def story(path: Path, row: int) -> list[tuple[str, int, str | None]]:
    """Return what happened to a row: stage, attempt and status."""
    return [(line["stage"], line["attempt"], line["status"]) for line in lines(path) if line["row"] == row]


def test_every_event_of_a_row_has_a_line(program: Program, table: Table, here: Path) -> None:
    """A row that is created passes the check, the dry run and the create; one that is wrong ends with its check."""
    path = table("c.csv", (*HEADINGS, "attempts"), ("a", "queue", "1", ""), ("b", "queue", "2", "0"))
    told = program("import", path, "--yes", "--json", "--log", here / "log.jsonl")
    assert story(here / "log.jsonl", 2) == [
        ("check", 0, "valid"),
        ("dry run", 1, "ready"),
        ("create", 1, "created"),
    ]
    assert story(here / "log.jsonl", 3) == [("check", 0, "invalid")]
    created = lines(here / "log.jsonl")[-1]
    assert list(created) == KEYS
    assert (created["run"], created["id"], created["answer"]) == (told.document["run"], "1", "200")
    assert created["seconds"] > 0


def test_each_attempt_has_a_line(here: Path, table: Table, journal: Path, no_waiting: list[float]) -> None:
    """An attempt that fails and is repeated is reported with its number, its duration and the reason."""
    with Sandbox(faults=Faults.parse("throttled=0.4,seed=2,retry_after=0")) as sandbox:
        program = Program({"url": sandbox.url, "username": "admin", "journal": str(journal), "settle-wait": "0"})
        rows = [(f"n{number}", "queue", str(number)) for number in range(10)]
        program("import", table("c.csv", HEADINGS, *rows), "--yes", "--workers", "1", "--log", here / "log.jsonl")
    told = lines(here / "log.jsonl")
    failed = [line for line in told if line["status"] is None]
    assert failed
    assert all(line["answer"] and line["message"] and line["attempt"] > 0 for line in failed)
    same = [line for line in told if (line["row"], line["stage"]) == (failed[0]["row"], failed[0]["stage"])]
    by_row = [line["attempt"] for line in same]
    assert by_row == list(range(1, len(by_row) + 1))


def test_the_servers_no_is_told_with_its_key(program: Program, table: Table, here: Path) -> None:
    """A rejected row has the server's code, the key that it objects to, and its words."""
    path = table("c.csv", (*HEADINGS, "owner"), ("a", "queue", "1", "99999999999"))
    program("plan", path, "--log", here / "log.jsonl")
    last = lines(here / "log.jsonl")[-1]
    assert (last["status"], last["answer"], last["key"]) == ("rejected", "400", "owner")
    assert "owner" in last["message"]


def test_an_anonymous_log_holds_nothing_of_anybody(program: Program, table: Table, here: Path) -> None:
    """With --anonymise no name, number, ID or message is written, no matter what the user or the server said."""
    rows = [("Doctor Mabuse", "queue", "0987654321", "4711471147"), ("Nosferatu", "queue", "4242424242", "")]
    program("import", table("c.csv", (*HEADINGS, "owner"), *rows), "--yes", "--log", here / "log.jsonl", "--anonymise")
    text = (here / "log.jsonl").read_text(encoding="utf-8")
    for secret in ("Mabuse", "Nosferatu", "0987654321", "4242424242", "4711471147", PASSWORD, "admin", "127.0.0.1"):
        assert secret not in text
    assert {line["status"] for line in lines(here / "log.jsonl")} == {"valid", "rejected", "ready", "created"}
    assert all(line["id"] is line["key"] is line["message"] is None for line in lines(here / "log.jsonl"))


def test_a_log_is_added_to(program: Program, table: Table, here: Path) -> None:
    """Several commands may share one log; nothing that stands in it is lost."""
    path = table()
    program("validate", path, "--log", here / "log.jsonl")
    program("validate", path, "--log", here / "log.jsonl")
    assert len(lines(here / "log.jsonl")) == 2


def test_a_log_that_cannot_be_written_stops_everything(
    program: Program, table: Table, here: Path, sandbox: Sandbox
) -> None:
    """A folder that is not there is reported before anything is sent."""
    told = program("import", table(), "--yes", "--log", here / "nowhere" / "log.jsonl")
    assert told.exit_code == 2
    assert "--log" in told.stderr
    assert "Name another file." in told.stderr
    assert not sandbox.requests


def test_a_full_disk_stops_no_row(program: Program, table: Table, here: Path, sandbox: Sandbox) -> None:
    """The rows come first: where the log cannot be written any more, they are created, and the gap is reported."""
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    told = program("import", table(), "--yes", "--log", "/dev/full")
    assert told.exit_code == 0
    assert len(sandbox.campaigns()) == 1
    assert "The log /dev/full is not complete" in told.stderr


def test_anonymise_needs_a_log(program: Program, table: Table) -> None:
    """An option that could do nothing is a mistake."""
    told = program("validate", table(), "--anonymise")
    assert told.exit_code == 2
    assert "--log FILE" in told.stderr
