"""`login` and `logout`: a password in the system's key store, which goes to one server and account alone."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import keyring
import pytest
from click.testing import CliRunner
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyStore

from importer.cli import cli
from importer.cli.help.examples import EXAMPLES
from importer.cli.server import kept_passwords
from importer.sandbox import Account, Sandbox
from importer.security import key_store as key_stores
from tests.support.paths import ROOT
from tests.support.program import Finished, Program

Table = Callable[..., Path]


def passwords(key_store: Path) -> dict[str, str]:
    """Return what the key store holds."""
    return dict(json.loads(key_store.read_text())) if key_store.exists() else {}


def login(program: Program, *more: object, piped: str = "secret\n") -> Finished:
    """Log in with a password on standard input."""
    arguments = ["login", "--json", *map(str, more)]
    result = CliRunner().invoke(cli, arguments, input=piped, env=program.environment(None))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Finished(result.exit_code, result.stdout, result.stderr)


def test_it_is_kept_and_used(program: Program, sandbox: Sandbox, table: Table, key_store: Path) -> None:
    """What `login` keeps, an import finds; after `logout` there is no password."""
    told = login(program)
    address = f"127.0.0.1:{sandbox.port}"
    assert (told.exit_code, told.document["server"], told.document["kept"]) == (0, address, True)
    assert passwords(key_store) == {f"campaign-importer {address} admin": "secret"}
    assert program("import", table(), "--yes", password=None).exit_code == 0
    assert program("logout", "--json", password=None).document["removed"] is True
    assert passwords(key_store) == {}
    assert program("plan", table(), password=None).exit_code == 6
    assert program("logout", "--json", password=None).document["removed"] is False


def test_it_is_tried_once_before_it_is_kept(program: Program, sandbox: Sandbox, key_store: Path) -> None:
    """A wrong one is sent once, is not kept, and is not tried again; the account stays usable."""
    for _ in range(2):
        told = login(program, piped="nonsense\n")
        assert (told.exit_code, told.document["code"]) == (6, "E401")
    assert [one.action for one in sandbox.requests] == ["list"]
    assert passwords(key_store) == {}
    assert login(program).exit_code == 0


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/api/json/", "http://pbx.example.com/", "pbx"])
def test_nothing_is_kept_for_a_server_that_did_not_accept_it(program: Program, key_store: Path, url: str) -> None:
    """Where nobody answers, or the address cannot be used, the password is not kept."""
    assert login(program, "--url", url).exit_code in (6, 7)
    assert passwords(key_store) == {}


def test_a_role_is_no_reason_not_to_keep_it(program: Program, key_store: Path) -> None:
    """A password that is accepted is kept, no matter what the account may do with it."""
    with Sandbox(accounts=[Account("admin", "secret", "other")]) as server:
        assert login(program, "--url", server.url).exit_code == 0
    assert len(passwords(key_store)) == 1


def test_it_goes_to_no_other_server_and_no_other_account(
    program: Program, sandbox: Sandbox, table: Table, key_store: Path
) -> None:
    """Another port or another user name is another entry: neither gets the password."""
    login(program)
    with Sandbox() as other:
        assert program("plan", table(), "--url", other.url, password=None).exit_code == 6
        assert other.requests == []
    before = len(sandbox.requests)
    assert program("plan", table(), "--username", "user", password=None).exit_code == 6
    assert len(sandbox.requests) == before


def test_another_spelling_is_the_same_server(program: Program, sandbox: Sandbox, table: Table, key_store: Path) -> None:
    """What counts is the host and the port that requests go to, not the path."""
    login(program)
    url = f"{sandbox.host_url}/local/api/json"
    assert program("plan", table(), "--url", url, password=None).exit_code == 0


@pytest.mark.parametrize("way", ["variable", "file"])
def test_what_is_given_comes_first(program: Program, table: Table, here: Path, key_store: Path, way: str) -> None:
    """A variable and a file come before the key store."""
    login(program)
    (here / "pw").write_text("nonsense\n")
    file = ("--password-file", here / "pw") if way == "file" else ()
    told = program("plan", table(), *file, password="nonsense" if way == "variable" else None)
    assert told.exit_code == 6
    assert "refused the user name or the password" in told.stderr


def test_a_file_at_hand_gets_no_password_of_another_server(
    program: Program, sandbox: Sandbox, project: Path, table: Table, key_store: Path
) -> None:
    """A settings file that came with a spreadsheet leads to its own server, for which nothing is kept."""
    login(program)
    with Sandbox() as evil:
        project.write_text(f'url = "{evil.url}"\nusername = "admin"\n')
        told = Program()("plan", table(), password=None)
        assert (told.exit_code, evil.requests) == (6, [])


def test_a_piped_password_does_not_go_to_an_address_at_hand(sandbox: Sandbox, project: Path, key_store: Path) -> None:
    """The address is from the folder at hand and the password from elsewhere: that is refused, and nothing is sent."""
    project.write_text(f'url = "{sandbox.url}"\nusername = "admin"\n')
    told = login(Program())
    assert (told.exit_code, told.document["code"]) == (6, "E510")
    assert "standard input" in told.stderr
    assert (sandbox.requests, passwords(key_store)) == ([], {})


def test_on_a_terminal_it_is_asked_for_and_not_shown(program: Program, sandbox: Sandbox, key_store: Path) -> None:
    """The question names the account and the address; what is typed does not appear."""
    code, shown = program.terminal("login", answers={"Password of admin for": "secret"}, password=None)
    assert code == 0, shown
    assert sandbox.url in shown
    assert "secret" not in shown
    assert list(passwords(key_store).values()) == ["secret"]


@pytest.mark.parametrize("piped", ["", "\n"])
def test_without_a_password(program: Program, sandbox: Sandbox, key_store: Path, piped: str) -> None:
    """Nothing on standard input is a sentence, and nothing is sent."""
    told = login(program, piped=piped)
    assert (told.exit_code, told.document["code"], sandbox.requests) == (6, "E506", [])


def test_a_key_store_that_is_locked(program: Program, table: Table, key_store: Path) -> None:
    """`login` and `logout` say so; other commands take the password from elsewhere, or say why there is none."""
    login(program)
    key_store.with_name("locked").touch()
    told = login(program)
    assert (told.exit_code, told.document["code"]) == (6, "E531")
    assert "it is locked" in told.stderr
    assert program("logout", password=None).exit_code == 6
    said = "No password. The system's key store cannot be used: it is locked. Set CAMPAIGN_IMPORTER_PASSWORD, name"
    assert said in program("plan", table(), password=None).stderr
    assert program("plan", table()).exit_code == 0


def test_a_key_store_that_asks_nobody(
    program: Program, sandbox: Sandbox, table: Table, key_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that waits for its own password, in a window that nobody sees, is given up, by every command."""
    monkeypatch.setattr(kept_passwords, "ALONE", 0.01)
    key_store.with_name("asking").touch()
    said = "it has not answered for 0.01 seconds, and may be waiting for somebody to unlock it."
    for told in (login(program), program("logout", password=None), program("plan", table(), password=None)):
        assert (told.exit_code, said in told.stderr) == (6, True), told.stderr
    assert sandbox.requests == []
    assert program("plan", table()).exit_code == 0


def test_a_system_without_a_key_store(program: Program, sandbox: Sandbox, key_store: Path) -> None:
    """A server without a desktop has none: the sentence names the other ways, and no password is sent."""
    keyring.set_keyring(NoKeyStore())
    told = login(program)
    assert sandbox.requests == []
    assert (told.exit_code, told.document["code"]) == (6, "E531")
    assert "this system does not have one. Use CAMPAIGN_IMPORTER_PASSWORD or --password-file instead." in told.stderr


def test_a_key_store_that_keeps_nothing(program: Program) -> None:
    """One that takes a password and does not give it back is found out at once."""
    told = login(program)
    assert (told.exit_code, told.document["code"]) == (6, "E531")


@pytest.mark.parametrize("command", ["login", "logout"])
def test_without_the_extra(program: Program, monkeypatch: pytest.MonkeyPatch, table: Table, command: str) -> None:
    """The command says how to install it, before it asks for anything; all others work without."""
    monkeypatch.setattr(key_stores, "find_spec", lambda _: None)
    told = login(program) if command == "login" else program("logout", password=None)
    assert told.exit_code == 6
    assert "pipx inject campaign-importer keyring" in told.stderr
    assert 'pip install "campaign-importer[keyring]"' in told.stderr
    assert program("plan", table()).exit_code == 0
    assert "No password." in program("plan", table(), password=None).stderr


def test_the_library_is_imported_only_where_it_is_needed(program: Program, sandbox: Sandbox, table: Table) -> None:
    """With a password from a variable, an import does not wait for the library of key stores."""
    code = "import sys; from importer.cli import cli; cli(standalone_mode=False); sys.exit('keyring' in sys.modules)"
    path = table()
    environment = {"PYTHONPATH": str(ROOT), **program.environment()}
    done = subprocess.run(
        [sys.executable, "-c", code, "plan", str(path)], env={**os.environ, **environment}, capture_output=True
    )
    assert done.returncode == 0


def test_the_examples_work(sandbox: Sandbox, user: Path, key_store: Path) -> None:
    """With a server of that name in the settings, the first examples of both commands end with 0."""
    user.write_text(f'[servers.test]\nurl = "{sandbox.url}"\nusername = "admin"\n')
    assert login(Program(), *EXAMPLES["login"][0].arguments[1:]).exit_code == 0
    assert len(passwords(key_store)) == 1
    assert Program()(*EXAMPLES["logout"][0].arguments, password=None).exit_code == 0
    assert passwords(key_store) == {}


def test_doctor_names_it(program: Program, key_store: Path) -> None:
    """`doctor` says that the password is from the key store."""
    login(program)
    told = program("doctor", "--json", password=None)
    assert told.exit_code == 0
    assert {one["name"]: one["source"] for one in told.document["settings"]}["password"] == "the system's key store"


class LeakingStore(KeyringBackend):
    """A key store that fails with the password in its words."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> None:
        """Hold nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Fail, as a backend that starts a program does."""
        raise ValueError(f"cannot store {password!r}")


def test_what_a_key_store_says_may_hold_the_password(program: Program, tmp_path: Path) -> None:
    """A backend may raise anything: its kind is reported, never its words, and it is not a bug of ours."""
    keyring.set_keyring(LeakingStore())
    told = login(program)
    assert (told.exit_code, told.document["code"]) == (6, "E531")
    assert "ValueError" in told.stderr + told.stdout
    assert "secret" not in told.stderr + told.stdout
    assert list(tmp_path.rglob("campaign-importer-bug-*")) == []
