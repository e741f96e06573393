"""The password is nowhere but in the request: whatever a command writes is searched for it."""

import base64
import html
import json
import re
import traceback
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.cli.screen.screen import Screen
from importer.enswitch import Client, Server
from importer.enswitch.rate_limiter import RateLimiter
from importer.errors import ImporterError
from importer.model import Secret
from importer.run_options import SendOptions
from importer.sandbox import Account, Faults, Sandbox
from importer.security.redacting import redaction
from importer.session import open_session
from importer.shutdown import Stop
from tests.support.http_server import Page
from tests.support.program import Finished, Program
from tests.support.secrets import SECRET, leaks
from tests.support.servers import Listener, StubServer, envelope
from tests.support.tables import HEADINGS, ROW

Table = Callable[..., Path]


def written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the bytes of every file below a folder; of workbooks also what is packed in them."""
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "password":
            yield str(path), path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as packed:
                    for name in packed.namelist():
                        yield f"{path}/{name}", packed.read(name)


@pytest.fixture
def secretive(journal: Path) -> Iterator[tuple[Program, Sandbox]]:
    """The program and a server whose password cannot be mistaken for anything else."""
    with Sandbox(accounts=[Account("admin", SECRET, "administrator", 1, (1, 2, 3))]) as sandbox:
        settings = {
            "url": sandbox.url,
            "username": "admin",
            "journal": str(journal),
            "settle-wait": "0",
            "verbose": "1",
        }
        yield Program(settings), sandbox


def check(tmp_path: Path, *told: Finished) -> None:
    """Search everything that was said and written."""
    for one in told:
        assert leaks((one.stdout + one.stderr).encode()) == []
    assert [(name, leaks(content)) for name, content in written(tmp_path) if leaks(content)] == []


def test_no_command_writes_it(
    secretive: tuple[Program, Sandbox], table: Table, tmp_path: Path, no_waiting: list[float]
) -> None:
    """Every command, in all that it says and leaves behind: journal, results, locks, temporary files."""
    program, sandbox = secretive
    path = table(
        "c.csv",
        (*HEADINGS, "customer", "attempts"),
        (*ROW, "", ""),
        ("b", "queue", "1", "3", ""),
        ("c", "q", "1", "", "0"),
    )

    def call(*arguments: object) -> Finished:
        return program(*arguments, password=SECRET)

    told = [call("validate", path), call("plan", path), call("import", path, "--yes", "--json", "--canary", "1")]
    run = told[-1].document["run"]
    sandbox.script("create", ["dropped_after", "cut", "foreign", "empty", "bad_gateway", "error_500", "throttled"])
    more = table("d.csv", HEADINGS, *((f"n{number}", "queue", "1") for number in range(12)))
    told.append(call("import", more, "--yes", "--results", "out.csv", "--marker"))
    told += [call("apply", run), call("disable", run), call("enable", run, "--json"), call("runs"), call("runs", run)]
    told += [call("settle", run, "--row", "2", "--not-created"), call("template", "t.xlsx"), call("demo")]
    assert len(sandbox.campaigns()) >= 2
    assert {seen.password_ok for seen in sandbox.requests} == {True}
    check(tmp_path, *told)


def test_no_failure_writes_it(
    secretive: tuple[Program, Sandbox], table: Table, tmp_path: Path, no_waiting: list[float], listener: Listener
) -> None:
    """Nor does any way to fail: wrong address, refused connection, foreign answers, circuit breaker, bad files."""
    program, sandbox = secretive
    path = table()
    addresses = ["nonsense", "http://127.0.0.1:9/api/json/", listener.url, "https://127.0.0.1:9/", sandbox.host_url]
    told = [program("import", path, "--yes", "--url", url, "--json", password=SECRET) for url in addresses]
    for faults in (Faults(error_500=1.0), Faults(foreign=1.0), Faults(dropped_after=1.0), Faults(unavailable_bare=1.0)):
        sandbox.faults = faults
        told.append(program("import", path, "--yes", password=SECRET))
    sandbox.faults = Faults()
    told += [
        program("import", path, "--yes", "--username", "other", password=SECRET),
        program("apply", "x", password=SECRET),
    ]
    assert {one.exit_code for one in told} >= {2, 6, 7}
    check(tmp_path, *told)


def test_a_password_file_is_named_and_not_read_out(
    secretive: tuple[Program, Sandbox], table: Table, tmp_path: Path
) -> None:
    """The journal and the screen know nothing of what the password file holds."""
    program, sandbox = secretive
    (tmp_path / "password").write_text(f"{SECRET}\n", encoding="utf-8")
    told = program("import", table(), "--yes", "--password-file", tmp_path / "password", password=None)
    assert told.exit_code == 0
    assert sandbox.requests[0].password_ok
    check(tmp_path, told)


def test_a_server_that_repeats_the_request_gives_nothing_away(
    program: Program, table: Table, listener: Listener, tmp_path: Path
) -> None:
    """Where a server's message quotes the whole request, the password in it is not passed on."""
    listener.answer = lambda body: json.dumps(
        {"responses": [{"code": "400", "key": "name", "message": f"bad request: {body.decode()}"}]}
    ).encode()
    told = program("import", table(), "--yes", "--url", listener.url, password=SECRET)
    assert told.exit_code == 3
    check(tmp_path, told)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "address": quote,
    "small digits": lambda text: re.sub("%..", lambda found: found[0].lower(), quote(text, safe="")),
    "form": quote_plus,
    "old address": lambda text: quote(text, safe="", encoding="latin-1"),
    "html": html.escape,
    "html and apostrophes as they are": lambda text: html.escape(text, quote=False),
    "html numbers": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "html hexadecimal": lambda text: "".join(f"&#x{ord(one):X};" for one in text),
    "html in ascii": lambda text: html.escape(text).encode("ascii", "xmlcharrefreplace").decode(),
    "json": lambda text: json.dumps(text)[1:-1],
    "json in capitals": lambda text: "".join(f"\\u{ord(one):04X}" for one in text),
    "quoted for a database": lambda text: re.sub("(['\"%])", r"\\\1", text),
    "mixed": lambda text: "".join(f"%{ord(one):02x}" if one in "&;" else html.escape(one) for one in text),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
}
"""The ways in which web servers repeat what they were sent."""


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("place", ["message", "key", "code", "id", "list"])
def test_whatever_the_spelling_it_is_hidden(
    program: Program,
    table: Table,
    stub_server: StubServer,
    tmp_path: Path,
    no_waiting: list[float],
    spelling: str,
    place: str,
) -> None:
    """No spelling of it that a server sends back is kept: on the screen, in results, page, log or journal."""
    spelt = f"before {SPELLINGS[spelling](SECRET)} after"
    assert hides(spelt)
    if place == "id":
        stub_server.answers["create"] = lambda _: envelope("200", {"id": spelt})
    elif place == "list":
        stub_server.answers["list"] = lambda _: envelope("200", [{"id": spelt, "name": ROW[0]}])
        stub_server.answers["create"] = lambda _: Page(500)
    else:
        said = {"code": "400", "key": "name", "message": "no", place: spelt}
        stub_server.answers["create"] = lambda _: {"responses": [said]}
    arguments = (
        "--url",
        stub_server.url,
        "--verbose",
        "--log",
        tmp_path / "log.jsonl",
        "--report",
        tmp_path / "page.html",
    )
    told = program("import", table(), "--yes", *arguments, password=SECRET)
    run = program("runs", "--json").document[0]["run"]
    everything = [told, program("runs", run, "--json"), program("runs", run)]
    said_in_all = "".join(one.stdout + one.stderr for one in everything)
    content = [said_in_all.encode(), *(content for _, content in written(tmp_path))]
    assert [form for form in (spelt, SPELLINGS[spelling](SECRET)) for one in content if form.encode() in one] == []


def hides(text: str) -> bool:
    """Say whether the password is taken out of a text."""
    return SECRET not in (shown := redaction(SECRET, "<hidden>")(text)) and "before <hidden> after" in shown


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), st.sampled_from(sorted(SPELLINGS)))
def test_every_password_is_hidden_in_every_spelling(secret: str, spelling: str) -> None:
    """Passwords of all characters there are, wherever they stand in a text."""
    try:
        spelt = SPELLINGS[spelling](secret)
    except UnicodeEncodeError:
        return
    if spelling == "json in capitals" and not secret.isascii():
        spelt = json.dumps(secret)[1:-1]
    hide = redaction(secret, "\0")
    assert hide(spelt) == "\0"
    if not set("<>") & set(secret):
        assert hide(f"<{spelt}>") == "<\0>"


def test_an_id_that_is_a_number_stays_one(stub_server: StubServer) -> None:
    """A password that is a number may stand in an ID by chance: the ID is what it is, in answers and in lists."""
    client = Client(Server(stub_server.url, "admin", Secret("12")), RateLimiter())
    stub_server.answers["create"] = lambda _: envelope("200", {"id": 4123})
    stub_server.answers["list"] = lambda _: envelope("200", [{"id": 4123, "name": "No 12"}])
    assert client.create({"name": "a"}).campaign_id == "4123"
    assert client.list_campaigns(None) == [{"id": "4123", "name": "No 12"}]
    client.close()


def test_the_canary_tells_no_password(program: Program, table: Table, stub_server: StubServer) -> None:
    """What the server holds instead of what was sent is reported without it."""
    stub_server.answers["get"] = lambda _: envelope("200", {"id": 1, "name": f"x{quote(SECRET).lower()}"})
    told = program("import", table(), "--yes", "--url", stub_server.url, "--canary", "1", password=SECRET)
    assert "and is 'x<hidden>'" in told.stderr


def test_a_bug_does_not_write_it(
    secretive: tuple[Program, Sandbox], table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug in the midst of sending, reported with all its frames, has no password in it."""
    program, _ = secretive

    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("importer.enswitch.transport.Transport._prepare", broken)
    with pytest.raises(RuntimeError, match="a bug") as caught:
        program("import", table(), "--yes", password=SECRET)
    assert leaks("".join(traceback.format_exception(caught.value)).encode()) == []
    assert [name for name, content in written(tmp_path) if leaks(content)] == []


def test_no_object_shows_it(secretive: tuple[Program, Sandbox], tmp_path: Path) -> None:
    """Whatever holds the password prints without it."""
    _, sandbox = secretive
    server = Server(sandbox.url, "admin", Secret(SECRET))
    client = Client(server, RateLimiter())
    screen = Screen(quiet=True, verbose=False, color=False, to_type=str)
    with open_session(server, tmp_path / "journal", SendOptions(), screen, "test", Stop()) as session:
        shown = [
            server,
            client,
            session,
            session.worker_pool,
            session.journal,
            session.worker_pool.clients[0],
            server.password,
            vars(server),
        ]
        assert [one for one in map(repr, shown) if leaks(one.encode())] == []
        assert [one for one in map(str, shown) if leaks(one.encode())] == []
    client.close()


@pytest.mark.parametrize("fault", ["dropped_after", "cut", "error_500", "foreign", "bad_gateway", "throttled"])
def test_no_traceback_shows_it(secretive: tuple[Program, Sandbox], fault: str) -> None:
    """The errors of the client, with all that led to them, have no password in their text."""
    _, sandbox = secretive
    sandbox.faults = Faults(**{fault: 1.0}, retry_after=0)  # type: ignore[arg-type]
    client = Client(Server(sandbox.url, "admin", Secret(SECRET)), RateLimiter(), sleep=lambda _: None)
    with pytest.raises(ImporterError) as caught:
        client.create({"name": "a", "dtype": "queue", "dnumber": "1"})
    client.close()
    assert leaks("".join(traceback.format_exception(caught.value)).encode()) == []
    error: BaseException | None = caught.value
    while error is not None:
        assert leaks(f"{error!r} {error.args!r}".encode()) == []
        error = error.__context__


def test_journals_are_for_their_owner_alone(program: Program, table: Table, journal: Path) -> None:
    """What is in the sheets is nobody else's business."""
    program("import", table(), "--yes")
    assert journal.stat().st_mode & 0o077 == 0
