"""A refused password: tried once for a server and account, and not again for an hour, by whatever command."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from importer.enswitch.refused_passwords import Refusals
from importer.errors import AccessRefused
from importer.model import ExitCode
from importer.sandbox import Account, Sandbox
from tests.support.drop_site import DropSite, rows
from tests.support.http_server import Page
from tests.support.processes import ProcessPool
from tests.support.program import PASSWORD, Program
from tests.support.servers import Listener, StubServer, envelope

Table = Callable[..., Path]

WRONG = {"CAMPAIGN_IMPORTER_PASSWORD": "nonsense"}
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def drop_site(here: Path, journal: Path, sandbox: Sandbox, process_pool: ProcessPool) -> DropSite:
    """A drop folder with three folders of customers, and a file in each."""
    found = DropSite(here / "in", journal, sandbox.url, process_pool)
    found.say("".join(f"[folder.{name}]\n" for name in ("acme", "bell", "cord")))
    for name in ("acme", "bell", "cord"):
        (found.folder / name).mkdir()
        found.put(f"{name}.csv", *rows(name, 2), under=name)
    return found


def test_one_try_for_all_folders_of_a_pass(drop_site: DropSite, sandbox: Sandbox) -> None:
    """However many folders go to a server with an account, a refused password is sent there once a pass."""
    finished = drop_site.drop("--json", env=WRONG)
    assert finished.exit_code == ExitCode.CONFIGURATION
    assert len(sandbox.requests) == 1
    assert [one["code"] for one in finished.document["troubles"]] == ["E401", "E401"]


def test_no_try_in_later_passes(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Later passes end with 6 too, without asking; the sentence says since when, until when, and what to do."""
    drop_site.drop(env=WRONG)
    before = len(sandbox.requests)
    for _ in range(2):
        finished = drop_site.drop(env=WRONG)
        assert finished.exit_code == ExitCode.CONFIGURATION
        assert "They are not tried again before" in finished.stderr
        assert "Correct the password: a different one is tried at once." in finished.stderr
    assert len(sandbox.requests) == before
    assert drop_site.drop().exit_code == ExitCode.DONE
    assert len(sandbox.campaigns()) == 6


@pytest.mark.parametrize("command", ["import", "plan"])
def test_other_commands_do_not_try_it_either(program: Program, table: Table, sandbox: Sandbox, command: str) -> None:
    """What one command was refused, no other tries; another password is tried at once."""
    more = ("--yes",) if command == "import" else ()
    first = program("import", table(), "--yes", password="nonsense")
    before = len(sandbox.requests)
    second = program(command, table(), *more, password="nonsense")
    assert (first.exit_code, second.exit_code) == (ExitCode.CONFIGURATION,) * 2
    assert len(sandbox.requests) == before
    assert program(command, table(), *more, password="rubbish").exit_code == ExitCode.CONFIGURATION
    assert len(sandbox.requests) == before + 1
    assert program(command, table(), *more).exit_code == ExitCode.DONE


def test_a_password_that_is_right_for_another_account(program: Program, table: Table) -> None:
    """A password is refused for one account; another account may have the same."""
    accounts = (Account("admin", "other", "administrator"), Account("night", PASSWORD, "administrator"))
    with Sandbox(accounts=accounts) as server:
        arguments = ("import", table(), "--yes", "--url", server.url)
        assert program(*arguments).exit_code == ExitCode.CONFIGURATION
        assert program(*arguments, "--username", "night").exit_code == ExitCode.DONE


def test_a_password_that_is_right_on_another_server(program: Program, table: Table, sandbox: Sandbox) -> None:
    """A password is refused by one server; another one is asked."""
    with Sandbox(accounts=()) as other:
        assert program("import", table(), "--yes", "--url", other.url).exit_code == ExitCode.CONFIGURATION
    assert program("import", table(), "--yes").exit_code == ExitCode.DONE


def test_a_role_is_no_password(program: Program, table: Table, stub_server: StubServer) -> None:
    """A role that is missing locks no account: the server is asked each time."""
    stub_server.answers["validate"] = lambda _: envelope("402")
    for number in (1, 2):
        assert program("import", table(), "--yes", "--url", stub_server.url).exit_code == ExitCode.CONFIGURATION
        assert len(stub_server.requests) == number


def test_a_web_server_that_refuses(program: Program, table: Table, stub_server: StubServer) -> None:
    """A 401 without an envelope is a refusal of the password, too."""
    stub_server.answers["validate"] = lambda _: Page(401)
    for _ in range(2):
        assert program("import", table(), "--yes", "--url", stub_server.url).exit_code == ExitCode.CONFIGURATION
    assert len(stub_server.requests) == 1


def test_a_proxy_refuses_its_own_password(program: Program, table: Table, listener: Listener) -> None:
    """What a proxy refuses is not a password of the server: it is asked each time."""
    listener.status = 407
    for _ in range(2):
        assert program("import", table(), "--yes", "--url", listener.url).exit_code == ExitCode.CONFIGURATION
    assert len(listener.requests) == 2


# What is remembered


@dataclass
class Time:
    """A clock that is set by hand."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


def hashed(password: str) -> Callable[[bytes], str]:
    """Return a hash that is quick."""
    return lambda salt: f"{salt.hex()} {password}"


@pytest.fixture
def time() -> Time:
    """A clock at noon."""
    return Time()


@pytest.fixture
def refusals(tmp_path: Path, time: Time) -> Refusals:
    """What is remembered of an account that was refused at noon."""
    found = Refusals(tmp_path / "journal", "pbx", "admin", time)
    found.remember(hashed("a"))
    return found


@pytest.mark.parametrize(("minutes", "is_kept"), [(0, True), (59, True), (60, False), (-1, False)])
def test_it_is_kept_for_an_hour(refusals: Refusals, time: Time, minutes: int, is_kept: bool) -> None:
    """After an hour, or where the clock was put back, the password is tried again."""
    time.now += timedelta(minutes=minutes)
    refusals.check(hashed("b"))
    if is_kept:
        with pytest.raises(AccessRefused):
            refusals.check(hashed("a"))
    else:
        refusals.check(hashed("a"))


NOTES = ["", "[]", "5", "{", '{"salt": 1}', '{"salt": "zz", "hash": "", "time": "2026"}', "[" * 100_000, "\udcff"]


@pytest.mark.parametrize("note", NOTES, ids=range(len(NOTES)))
def test_a_note_that_says_nothing_keeps_nobody(refusals: Refusals, tmp_path: Path, note: str) -> None:
    """A note that is damaged forbids nothing."""
    (path,) = tmp_path.glob("journal.*.refused")
    path.write_bytes(note.encode(errors="surrogateescape"))
    refusals.check(hashed("a"))


def test_the_note_does_not_tell_the_password(program: Program, table: Table, journal: Path) -> None:
    """The note is the user's alone, and holds neither the password nor a hash without salt, which can be looked up."""
    for _ in range(2):
        program("import", table(), "--yes", password="nonsense")
    (note,) = journal.parent.glob("*.refused")
    assert note.stat().st_mode & 0o077 == 0
    assert "nonsense" not in note.read_text()
    first = json.loads(note.read_text())
    note.unlink()
    program("import", table(), "--yes", password="nonsense")
    second = json.loads(note.read_text())
    assert first["salt"] != second["salt"]
    assert first["hash"] != second["hash"]
