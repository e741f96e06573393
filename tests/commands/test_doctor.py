"""`doctor`: what is set, and whether the server, the login and the journal work; nothing is ever created."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from importer.cli.server import diagnosis
from importer.cli.values import settings
from importer.enswitch import Server
from importer.model import Health, Secret
from importer.sandbox import Account, Modes, Sandbox
from tests.support.certificates import certificate_until
from tests.support.http_server import Page, web_server
from tests.support.program import Finished, Program
from tests.support.servers import Listener, StubServer, envelope, free_port

Table = Callable[..., Path]

OK, WARNING, PROBLEM, NOT_CHECKED = Health
UNASKED = ("connection", "login", "list", "create", "version")


def found(told: Finished) -> dict[str, tuple[str, str | None]]:
    """Return how each check of a document stands, and its code in the catalogue."""
    return {one["name"]: (one["status"], one["code"]) for one in told.document["checks"]}


def words(told: Finished, check: str) -> str:
    """Return the sentence of a check."""
    (message,) = [one["message"] for one in told.document["checks"] if one["name"] == check]
    return str(message)


def sources(told: Finished) -> dict[str, str]:
    """Return where each setting comes from."""
    return {one["name"]: one["source"] for one in told.document["settings"]}


def test_all_is_well(program: Program, sandbox: Sandbox, journal: Path) -> None:
    """Where an import could work, everything is ok, the command ends with 0, and the server holds nothing new."""
    told = program("doctor", "--json")
    assert told.exit_code == 0
    checked = ("settings", "address", "connection", "login", "list", "create", "journal")
    assert [found(told)[check] for check in checked] == [(OK, None)] * len(checked)
    assert sandbox.campaigns() == []
    assert not journal.exists()


def test_what_is_sent(program: Program, sandbox: Sandbox) -> None:
    """One list and one dry run are sent, and the dry run is of a campaign that is off."""
    program("doctor")
    asked = [one for one in sandbox.requests if one.action]
    assert [one.action for one in asked] == ["list", "validate"]
    assert asked[1].parameters["enabled"] == "0"
    assert [one.method for one in sandbox.requests if not one.action] == ["GET"]


def test_with_no_settings_at_all(bare: Program, here: Path) -> None:
    """A newcomer learns what is missing, where it is set, and where the journal will be; the exit code is 6."""
    told = bare("doctor", "--json", password=None)
    assert told.exit_code == 6
    assert found(told)["address"] == (PROBLEM, "E505")
    assert "--url" in words(told, "address")
    assert [found(told)[check] for check in UNASKED] == [(NOT_CHECKED, None)] * len(UNASKED)
    assert str(settings.of_the_user()) in words(told, "settings")
    assert found(told)["journal"][0] == OK
    assert sources(told)["password"] == "nowhere"


def test_a_user_name_that_is_missing(program: Program, sandbox: Sandbox) -> None:
    """The connection is checked all the same."""
    told = Program({"url": sandbox.url})("doctor", "--json")
    assert found(told)["connection"] == (OK, None)
    assert found(told)["login"] == (PROBLEM, "E505")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("pbx.example.com", "E507"),
        ("http://pbx.example.com/api/json/", "E508"),
        ("https://admin:secret@pbx.example.com/", "E507"),
    ],
)
def test_an_address_that_cannot_be_used(program: Program, url: str, code: str) -> None:
    """Nothing is sent there, the journal is checked all the same, and no password is shown."""
    told = program("doctor", "--json", "--url", url)
    assert told.exit_code == 6
    assert found(told)["address"] == (PROBLEM, code)
    assert found(told)["login"] == (NOT_CHECKED, None)
    assert found(told)["journal"] == (OK, None)
    assert "secret" not in words(told, "address")


def test_nobody_listens(program: Program) -> None:
    """A wrong port is named."""
    port = free_port()
    told = program("doctor", "--json", "--url", f"http://127.0.0.1:{port}/api/json/")
    assert (told.exit_code, found(told)["connection"]) == (6, (PROBLEM, "E405"))
    assert f"port {port}" in words(told, "connection")


def test_a_server_that_says_nothing(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent server is given up after --timeout, and soon where that is long; it is asked once."""
    monkeypatch.setattr(diagnosis, "SOON", 0.2)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        told = program("doctor", "--json", "--url", f"http://127.0.0.1:{silent.getsockname()[1]}/", "--timeout", "600")
    assert found(told)["connection"] == (PROBLEM, "E405")
    assert "within 0.2 seconds" in words(told, "connection")
    assert found(told)["login"] == (NOT_CHECKED, None)


@pytest.mark.parametrize("status", [200, 404])
def test_a_server_that_is_no_phone_system(program: Program, listener: Listener, status: int) -> None:
    """A web server that answers otherwise is reached, and is not an Enswitch; it gets no dry run."""
    listener.status = status
    told = program("doctor", "--json", "--url", listener.url)
    assert found(told)["connection"] == (OK, None)
    assert found(told)["login"] == (PROBLEM, "E403")
    assert [one.path for one in listener.requests] == ["/api/json/", "/api/json/bulk/campaigns/list/"]


def test_a_wrong_password_is_tried_once(program: Program, sandbox: Sandbox, table: Table) -> None:
    """It is sent once, by whichever command; where the journal has no folder yet, that is remembered too."""
    for number in (1, 2):
        told = program("doctor", "--json", password="nonsense")
        assert (told.exit_code, found(told)["login"]) == (6, (PROBLEM, "E401")), number
        assert found(told)["create"] == (NOT_CHECKED, None)
    assert "are not tried again before" in words(told, "login")
    program("import", table(), "--yes", password="nonsense")
    assert len([one for one in sandbox.requests if one.action]) == 1
    assert "nonsense" not in told.stdout
    assert found(program("doctor", "--json"))["login"] == (OK, None)


def test_no_password_at_all(program: Program) -> None:
    """Where nobody can be asked, that there is no password is a problem that says how to give one."""
    told = program("doctor", "--json", password=None)
    assert found(told)["login"] == (PROBLEM, "E506")
    assert "campaign-importer login" in words(told, "login")


def test_a_role_that_may_not_create(program: Program, sandbox: Sandbox) -> None:
    """The role is examined apart from the login: who may list may not always create."""
    told = program("doctor", "--json", "--username", "user")
    assert told.exit_code == 6
    assert {check: found(told)[check] for check in ("login", "list", "create")} == {
        "login": (OK, None),
        "list": (OK, None),
        "create": (PROBLEM, "E402"),
    }


def test_a_role_that_may_do_nothing(program: Program) -> None:
    """A login that is accepted, and may neither list nor create."""
    with Sandbox(accounts=[Account("admin", "secret", "other")]) as server:
        told = program("doctor", "--json", "--url", server.url)
    assert [found(told)[check] for check in ("login", "list", "create")] == [(OK, None), *[(PROBLEM, "E402")] * 2]


def test_a_rate_plan_without_campaigns(program: Program) -> None:
    """What the rate plan forbids is a problem."""
    with Sandbox(forbidden_customers={1}) as server:
        told = program("doctor", "--json", "--url", server.url)
    assert found(told)["create"] == (PROBLEM, "E301")


def test_made_up_values_that_are_refused(program: Program, stub_server: StubServer) -> None:
    """A server that has judged the values of the dry run would create: its no is about them alone."""
    stub_server.answers["validate"] = lambda _: envelope("400", key="dnumber", message="no such mailbox")
    told = program("doctor", "--json", "--url", stub_server.url)
    assert found(told)["create"] == (OK, None)
    assert "no such mailbox" in words(told, "create")


def test_a_server_that_does_not_know_the_dry_run(program: Program, stub_server: StubServer) -> None:
    """It is named as a problem."""
    stub_server.answers["validate"] = lambda _: envelope("200", {"id": 5})
    told = program("doctor", "--json", "--url", stub_server.url)
    assert (told.exit_code, found(told)["create"]) == (6, (PROBLEM, "E407"))


@pytest.mark.parametrize(
    ("modes", "status", "says"),
    [
        (Modes(), OK, "4.2 or later"),
        (Modes(version="3.14"), OK, "before Enswitch 4.2"),
        (Modes(list_fields="few"), NOT_CHECKED, "does not report its version"),
    ],
)
def test_the_version_as_far_as_campaigns_show_it(program: Program, modes: Modes, status: Health, says: str) -> None:
    """The API has no function for it; the fields of a campaign show on which side of 4.2 the server is."""
    with Sandbox(modes=modes) as server:
        server.add_campaign(name="there")
        told = program("doctor", "--json", "--url", server.url)
    assert found(told)["version"] == (status, None)
    assert says in words(told, "version")


# Certificates


@pytest.fixture
def encrypted(tmp_path: Path) -> Callable[[datetime], Any]:
    """A server with a certificate that ends at some time: `with encrypted(end) as (url, certificate)`."""

    @contextmanager
    def serve(end: datetime) -> Iterator[tuple[str, Path]]:
        both = certificate_until(end, tmp_path / "certificate")
        with web_server(lambda _: Page(404), both) as port:
            yield f"https://127.0.0.1:{port}/api/json/", both.with_name("certificate.pem")

    return serve


def test_an_expired_certificate(program: Program, encrypted: Callable[[datetime], Any]) -> None:
    """It is called expired, not one of an unknown authority, and no password is sent."""
    with encrypted(datetime(2021, 1, 1, tzinfo=UTC)) as (url, certificate):
        told = program("doctor", "--json", "--url", url, "--ca-bundle", certificate)
    assert found(told)["connection"] == (PROBLEM, "E404")
    assert "has expired" in words(told, "connection")
    assert found(told)["login"] == (NOT_CHECKED, None)


def test_a_certificate_of_an_unknown_authority(program: Program, encrypted: Callable[[datetime], Any]) -> None:
    """It says why it cannot be verified, and which option helps."""
    with encrypted(datetime(2040, 1, 1, tzinfo=UTC)) as (url, _):
        told = program("doctor", "--json", "--url", url)
    assert found(told)["connection"] == (PROBLEM, "E404")
    assert "(self-signed certificate)" in words(told, "connection")
    assert "--ca-bundle" in words(told, "connection")


@pytest.mark.parametrize(("days", "health"), [(20, WARNING), (22, OK)])
def test_a_certificate_that_ends_soon(
    tmp_path: Path, encrypted: Callable[[datetime], Any], days: int, health: Health
) -> None:
    """Three weeks before its end a certificate is worth a warning, with the day."""
    end = datetime(2040, 6, 15, 12, tzinfo=UTC)
    with encrypted(end) as (url, certificate):
        server = Server(url, "admin", Secret(""), ca_bundle=str(certificate))
        one = diagnosis.examine_connection(server, now=lambda: end - timedelta(days=days))
    assert one.health is health
    assert "2040-06-15" in one.message


def test_http_on_request_is_warned_of() -> None:
    """What --allow-http permits is a warning, where the host is another machine."""
    server = Server("http://pbx.example.com/api/json/", "admin", Secret(""), allow_http=True)
    assert diagnosis.examine_address(server).health is WARNING


# The journal


def test_the_journal_of_earlier_runs(program: Program, sandbox: Sandbox, table: Table, journal: Path) -> None:
    """Its path, its size, its runs and those that are not finished are reported."""
    program("import", table(), "--yes")
    program("plan", table("b.csv", ("name", "dtype", "dnumber"), ("B", "queue", "1")))
    told = program("doctor", "--json")
    assert found(told)["journal"] == (OK, None)
    assert words(told, "journal").startswith(f"{journal}: 0.")
    assert words(told, "journal").endswith("MiB, 2 runs, 1 of them not finished.")


def test_rows_in_doubt_are_a_warning(program: Program, sandbox: Sandbox, table: Table, no_waiting: list[float]) -> None:
    """They are for a person, and the warning says which command lists them; the command ends with 0."""
    sandbox.script("create", ["dropped_after"])
    sandbox.script("list", [None, *["foreign"] * 20])
    program("import", table(), "--yes")
    sandbox.script("list", [])
    for _ in range(20):
        told = program("doctor", "--json")
        if found(told)["list"][0] == OK:
            break
    assert found(told)["journal"] == (WARNING, "E303")
    assert "runs --failed" in words(told, "journal")
    assert told.exit_code == 0


@pytest.mark.parametrize("content", [b"", b"not a journal, but a text\n" * 100])
def test_a_journal_that_is_none(program: Program, here: Path, content: bytes) -> None:
    """Another file is a problem and stays as it is; the server is checked all the same."""
    other = here / "other.txt"
    other.write_bytes(content)
    told = program("doctor", "--json", "--journal", other)
    assert (told.exit_code, found(told)["journal"][0], found(told)["login"]) == (6, PROBLEM, (OK, None))
    assert other.read_bytes() == content


def test_a_journal_that_cannot_be_made(program: Program, here: Path) -> None:
    """Where a file is in the place of its folder, the sentence says what to do."""
    (here / "file").touch()
    told = program("doctor", "--json", "--journal", here / "file" / "deep" / "journal.sqlite3")
    assert found(told)["journal"] == (PROBLEM, "E412")
    assert "--journal" in words(told, "journal")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="who may do everything may write everywhere")
def test_a_journal_without_the_right_to_write(program: Program, here: Path) -> None:
    """A folder that may not be written to is a problem."""
    (here / "locked").mkdir(mode=0o500)
    told = program("doctor", "--json", "--journal", here / "locked" / "journal.sqlite3")
    assert found(told)["journal"] == (PROBLEM, "E412")


# The settings


def test_where_each_value_comes_from(sandbox: Sandbox, user: Path, journal: Path, here: Path) -> None:
    """Flag, variable, file and default are distinguished, also of options that only other commands have."""
    (here / "pw").write_text("secret\n")
    user.write_text(f'username = "admin"\nworkers = 2\npassword-file = "{here / "pw"}"\n')
    given = Program({"rate": "50", "journal": str(journal)})
    told = given("doctor", "--json", "--url", sandbox.url, password=None)
    assert told.exit_code == 0
    assert sources(told) == {
        "server": "default",
        "url": "--url",
        "username": str(user),
        "password": f"{here / 'pw'} (named by {user})",
        "ca-bundle": "default",
        "allow-http": "default",
        "timeout": "default",
        "journal": "the variable CAMPAIGN_IMPORTER_JOURNAL",
        "json": "--json",
        "password-file": str(user),
        "workers": str(user),
        "rate": "the variable CAMPAIGN_IMPORTER_RATE",
    }
    assert str(user) in words(told, "settings")


def test_a_server_of_the_settings(sandbox: Sandbox, user: Path) -> None:
    """--server takes its section, and the values are those that other commands would have."""
    user.write_text(f'[servers.test]\nurl = "{sandbox.url}"\nusername = "admin"\nworkers = 3\n')
    told = Program()("doctor", "--server", "test", "--json")
    assert told.exit_code == 0
    values = {one["name"]: one["value"] for one in told.document["settings"]}
    assert (values["url"], values["workers"]) == (sandbox.url, "3")


def test_the_password_is_never_shown(program: Program, here: Path) -> None:
    """Neither on the screen nor in the document, wherever it comes from."""
    (here / "pw").write_text("hunter2-a\n")
    for more in ((), ("--password-file", here / "pw")):
        for form in ((), ("--json",)):
            told = program("doctor", *form, *more, password="hunter2-b")
            assert "hunter2" not in told.stdout + told.stderr


def test_for_a_person(program: Program) -> None:
    """Each check is a line with how it stands; checks that were left out for one reason are one line."""
    told = program("doctor", "--url", "nonsense")
    lines = [" ".join(line.split()) for line in told.stdout.splitlines()]
    assert "not checked connection, login, list, create, version: The address cannot be used." in lines
    assert any(line.startswith("problem address --url 'nonsense' is not an address.") for line in lines)
    assert told.stderr == "1 problem.\n"


@pytest.mark.parametrize(
    "url",
    [
        "http://admin:hunter2@127.0.0.1:9/api/json/?auth_password=hunter2",
        "htp//a:hunter2@x#hunter2",
        "http://admin:a?hunter2@127.0.0.1:9/",
        "http://admin:hunter2/b@127.0.0.1:9/",
        "http://admin:hunter2@127.0.0.1:9//api",
        "http://127.0.0.1:9/?auth_password=hunter2@b",
    ],
)
def test_a_password_in_the_address_is_not_shown(bare: Program, journal: Path, url: str) -> None:
    """What stands before @, or behind ? or #, in an address is not shown, as text or as JSON."""
    for more in ((), ("--json",)):
        told = bare("doctor", "--username", "admin", "--journal", journal, *more, env={"CAMPAIGN_IMPORTER_URL": url})
        assert told.exit_code == 6
        assert "hunter2" not in told.stdout + told.stderr
