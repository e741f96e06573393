"""What bad input gets: one sentence, the right exit code, no traceback, and nothing lost."""

import multiprocessing
import os
import re
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from importer.journal import database
from importer.sandbox import Account, Faults, Sandbox
from tests.support.processes import PATIENCE
from tests.support.program import Finished, Program
from tests.support.servers import Listener, free_port
from tests.support.tables import HEADINGS

Table = Callable[..., Path]


def sentence(told: Finished) -> str:
    """Return the error that a command ended with; there is exactly one, and no traceback anywhere."""
    errors = [line for line in told.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1, told.stderr
    assert "Traceback" not in told.stderr + told.stdout
    return re.sub(r" \[E\d+\]$", "", errors[0].removeprefix("Error: "))


class TestAddress:
    """A wrong address."""

    @pytest.mark.parametrize(
        "url",
        [
            "pbx.example.com",
            "pbx.example.com/api/json/",
            "ftp://pbx.example.com/api/json/",
            "https:///api/json/",
            "https://",
            "file:///etc/passwd",
            "nonsense",
            pytest.param(
                "https://[::1/api/json/",
            ),
        ],
    )
    def test_that_is_none(self, program: Program, table: Table, url: str) -> None:
        """What is not an http address is refused with an example of one."""
        told = program("plan", table(), "--url", url)
        assert told.exit_code == 6
        assert sentence(told) == f"--url {url!r} is not an address. Use one such as https://pbx.example.com/api/json/."

    @pytest.mark.parametrize(
        "url",
        [
            "https://me:hunter2@pbx.example.com/api/json/",
            "https://pbx.example.com/api/json/?auth_password=hunter2",
            "https://pbx.example.com/api/json/#x",
        ],
    )
    def test_that_holds_more_than_the_address(self, program: Program, table: Table, url: str) -> None:
        """Credentials or parameters in the address are refused, and not repeated."""
        told = program("plan", table(), "--url", url)
        assert told.exit_code == 6
        assert "must be the address only" in sentence(told)
        assert "hunter2" not in told.stderr

    @pytest.mark.parametrize("status", [301, 302, 403, 404, 405, 410])
    def test_of_a_web_server(self, program: Program, table: Table, listener: Listener, status: int) -> None:
        """A web page instead of an answer stops the run after one request and says what the address must be."""
        listener.status = status
        listener.headers = {"Location": "https://127.0.0.1/elsewhere"} if status < 400 else {}
        told = program(
            "plan", table("c.csv", HEADINGS, *((f"n{n}", "queue", "1") for n in range(9))), "--url", listener.url
        )
        assert told.exit_code == 6
        assert f"(HTTP {status}, no envelope)" in sentence(told)
        assert "check --url: it must be the full base address, such as https://pbx.example.com/api/json/." in sentence(
            told
        )
        assert len(listener.requests) == 1

    def test_of_a_page_that_is_fine(
        self, program: Program, table: Table, listener: Listener, no_waiting: list[float]
    ) -> None:
        """A web page with status 200 creates nothing, and the sentence names --url."""
        told = program("import", table(), "--yes", "--url", listener.url)
        assert told.exit_code == 7
        assert "check --url" in program("runs", program("runs", "--json").document[0]["run"]).stdout
        assert sentence(told).startswith("The server failed to check 1 row, so none was created.")

    def test_without_the_path_of_the_api(self, program: Program, table: Table, sandbox: Sandbox) -> None:
        """The host alone is not the base address; nothing is guessed."""
        told = program("plan", table(), "--url", sandbox.host_url)
        assert told.exit_code == 6
        assert "check --url" in sentence(told)

    def test_where_nobody_listens(self, program: Program, table: Table, no_waiting: list[float]) -> None:
        """A refused connection ends with 7 after a few tries and says to check the address and the network."""
        port = free_port()
        told = program("import", table(), "--yes", "--url", f"http://127.0.0.1:{port}/api/json/")
        assert told.exit_code == 7
        assert sentence(told) == f"127.0.0.1 refuses connections on port {port}. Check --url and the network."
        assert 1 <= len(no_waiting) <= 20

    def test_whose_name_is_unknown(
        self, program: Program, table: Table, no_waiting: list[float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A name that cannot be resolved ends with 7 and says so."""

        def unknown(*_: object, **__: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        told = program("import", table(), "--yes", "--url", "https://pbx.example.com/api/json/")
        assert told.exit_code == 7
        assert sentence(told) == "The host name pbx.example.com cannot be resolved. Check --url and the network."

    @pytest.mark.parametrize("greeting", [b"220 mail ready\r\n", b"SSH-2.0-OpenSSH_9\r\n", b""])
    def test_that_does_not_speak_http(
        self, program: Program, table: Table, no_waiting: list[float], greeting: bytes
    ) -> None:
        """A server of another kind ends with 7; nothing counts as created."""
        with another_server(greeting) as port:
            told = program("import", table(), "--yes", "--json", "--url", f"http://127.0.0.1:{port}/api/json/")
        assert (told.exit_code, told.counts) == (7, {"valid": 1})
        assert sentence(told)

    def test_of_plain_http_spoken_to_as_https(self, program: Program, table: Table, no_waiting: list[float]) -> None:
        """https to a port that speaks http ends with 7 and names TLS."""
        with another_server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
            told = program("plan", table(), "--url", f"https://127.0.0.1:{port}/api/json/")
        assert told.exit_code == 7
        assert "TLS connection to 127.0.0.1 failed." in sentence(told)

    def test_of_a_port_that_cannot_be(self, program: Program, table: Table, no_waiting: list[float]) -> None:
        """A port out of range is a sentence."""
        told = program("plan", table(), "--url", "https://pbx.example.com:99999/api/json/")
        assert told.exit_code == 6
        assert sentence(told)


@contextmanager
def another_server(greeting: bytes) -> Iterator[int]:
    """A server that says its greeting to whoever connects, and hangs up once it has heard something."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            while True:
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                with closing(client):
                    client.sendall(greeting)
                    client.settimeout(1)
                    client.recv(4096)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


class TestAccess:
    """Credentials and roles."""

    @pytest.mark.parametrize("workers", ["1", "8"])
    def test_wrong_credentials(self, program: Program, sandbox: Sandbox, table: Table, workers: str) -> None:
        """401 stops at the first request, however many workers: a locked-out account helps nobody."""
        path = table("c.csv", HEADINGS, *((f"n{number}", "queue", "1") for number in range(50)))
        told = program("import", path, "--yes", "--json", "--workers", workers, password="wrong")
        assert (told.exit_code, told.counts) == (6, {"valid": 50})
        assert "The server refused the user name or the password" in sentence(told)
        assert "check --username and the password, and that the account is not locked" in sentence(told)
        assert len(sandbox.requests) == 1

    def test_wrong_role(self, program: Program, table: Table) -> None:
        """402 stops at the first request and says which role is needed."""
        with Sandbox(accounts=[Account("admin", "secret", "user")]) as sandbox:
            told = program(
                "import",
                table("c.csv", HEADINGS, *(("n", "queue", f"{n}") for n in range(9))),
                "--yes",
                "--url",
                sandbox.url,
            )
            assert told.exit_code == 6
            assert "The role of this account does not allow the call" in sentence(told)
            assert "Creating campaigns needs an administrator account." in sentence(told)
            assert len(sandbox.requests) == 1

    def test_the_run_can_be_continued_once_the_password_is_right(
        self, program: Program, sandbox: Sandbox, table: Table
    ) -> None:
        """Nothing is lost: the run goes on where it ended, and the screen says how."""
        told = program("import", table(), "--yes", "--json", password="wrong")
        run = told.document["run"]
        assert f"Next: to continue where this run stopped: campaign-importer apply {run}" in told.stderr
        assert program("apply", run, "--json").counts == {"created": 1}
        assert len(sandbox.campaigns()) == 1

    def test_credentials_that_go_wrong_in_the_middle(self, program: Program, table: Table) -> None:
        """A 401 to a create leaves every row that was not created ready, and the run can be continued."""
        with Sandbox() as sandbox:
            run = program("plan", table(), "--json", "--url", sandbox.url).document["run"]
        with Sandbox(port=sandbox.port, accounts=[Account("admin", "new", "administrator")]):
            told = program("apply", run, "--json", "--url", sandbox.url)
            assert (told.exit_code, told.counts) == (6, {"ready": 1})
            told = program("apply", run, "--json", "--url", sandbox.url, password="new")
            assert (told.exit_code, told.counts) == (0, {"created": 1})


class TestJournal:
    """A journal that cannot be used."""

    def test_of_a_newer_format(self, program: Program, sandbox: Sandbox, table: Table, journal: Path) -> None:
        """A newer journal is refused with both versions and both cures, and left as it is."""
        journal.parent.mkdir()
        with closing(sqlite3.connect(journal)) as db:
            db.execute("PRAGMA user_version = 99")
        before = journal.read_bytes()
        told = program("import", table(), "--yes")
        assert told.exit_code == 6
        assert "was written by a newer campaign-importer (format 99; this one reads up to" in sentence(told)
        assert "Update campaign-importer, or use another journal with --journal." in sentence(told)
        assert journal.read_bytes() == before
        assert sandbox.requests == []

    def test_that_is_no_database(self, program: Program, sandbox: Sandbox, table: Table, journal: Path) -> None:
        """Any other file is refused, and left as it is."""
        journal.parent.mkdir()
        journal.write_text("name,dtype,dnumber\n" * 100)
        told = program("import", table(), "--yes")
        assert told.exit_code == 6
        assert sentence(told) == f"{journal} is not a campaign-importer journal. Use another journal with --journal."
        assert journal.read_text() == "name,dtype,dnumber\n" * 100
        assert sandbox.requests == []

    def test_of_another_program(self, program: Program, sandbox: Sandbox, table: Table, journal: Path) -> None:
        """A database of another program is refused, and gets no tables of ours."""
        journal.parent.mkdir()
        with closing(sqlite3.connect(journal)) as db:
            db.execute("CREATE TABLE runs (mine TEXT)")
        told = program("import", table(), "--yes")
        assert told.exit_code == 6
        assert sentence(told)
        with closing(sqlite3.connect(journal)) as db:
            assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("runs",)]
        assert sandbox.requests == []

    def test_of_another_program_without_our_names(self, program: Program, table: Table, journal: Path) -> None:
        """That holds whatever the other program's tables are called."""
        journal.parent.mkdir()
        with closing(sqlite3.connect(journal)) as db:
            db.execute("CREATE TABLE bookmarks (url TEXT)")
        assert program("plan", table()).exit_code == 6

    @pytest.mark.skipif(sys.platform != "linux", reason="the folders in which nobody can write are Linux's")
    @pytest.mark.parametrize("path", ["/proc/journal", "/dev/null/journal"])
    def test_where_none_can_be(self, program: Program, sandbox: Sandbox, table: Table, path: str) -> None:
        """A place where no file can be made is a sentence, and nothing is sent."""
        told = program("import", table(), "--yes", "--journal", path)
        assert told.exit_code == 6
        assert sentence(told).startswith(f"The journal {path} cannot be used: ")
        assert "Nothing is sent without it." in sentence(told)
        assert sandbox.requests == []

    def test_that_is_damaged(self, program: Program, table: Table, journal: Path) -> None:
        """A damaged journal is not to be replaced by a new one, which would not know what was created."""
        assert program("plan", table()).exit_code == 0
        with closing(sqlite3.connect(journal)) as db:
            db.execute("PRAGMA writable_schema = ON")
            db.execute("UPDATE sqlite_master SET sql = 'CREATE TABLE rows (' WHERE name = 'rows'")
            db.commit()
        told = program("plan", table())
        assert told.exit_code == 6
        assert "it is damaged. Nothing is sent without it. Restore a copy made with" in sentence(told)
        assert "another with --journal" not in sentence(told)

    def test_that_is_a_folder(self, program: Program, table: Table, here: Path) -> None:
        """A folder is not a journal."""
        told = program("plan", table(), "--journal", here)
        assert told.exit_code == 6
        assert sentence(told).startswith(f"The journal {here} cannot be used: ")

    @pytest.mark.parametrize("fresh", [True, False])
    def test_that_another_process_writes(
        self,
        program: Program,
        sandbox: Sandbox,
        table: Table,
        journal: Path,
        monkeypatch: pytest.MonkeyPatch,
        fresh: bool,
    ) -> None:
        """A journal that another process holds ends with 8, and nothing is sent."""
        if fresh:
            journal.parent.mkdir()
        else:
            program("plan", table())
            sandbox.clear_requests()
        monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
        with held(journal):
            told = program("import", table(), "--yes")
        assert told.exit_code == 8
        words = (
            f"Another program is writing to the journal {journal}. Wait until it finishes or stop it, then try again."
        )
        assert sentence(told) == words
        assert sandbox.requests == []

    def test_that_another_run_works_with(self, program: Program, sandbox: Sandbox, table: Table, journal: Path) -> None:
        """While another run is at work on the server with the journal, a second one ends with 8."""
        program("plan", table())
        sandbox.clear_requests()
        (lock,) = journal.parent.glob("*.lock")
        with FileLock(lock):
            told = program("import", table(), "--yes")
        assert told.exit_code == 8
        assert "is using 127.0.0.1:" in sentence(told)
        assert "Wait until it finishes." in sentence(told)
        assert sandbox.requests == []

    def test_another_servers_run_is_not_in_the_way(self, program: Program, table: Table, journal: Path) -> None:
        """Two servers can be worked on at once."""
        program("plan", table())
        (lock,) = journal.parent.glob("*.lock")
        with FileLock(lock), Sandbox() as other:
            assert program("import", table(), "--yes", "--url", other.url).exit_code == 0


def _hold(path: Path, ready: "multiprocessing.synchronize.Event", done: "multiprocessing.synchronize.Event") -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        ready.set()
        done.wait(PATIENCE)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Let another process hold a database."""
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(path, ready, done))
    process.start()
    assert ready.wait(PATIENCE)
    try:
        yield
    finally:
        done.set()
        process.join()


class TestFailingServer:
    """A server that fails."""

    def test_the_circuit_opens(self, program: Program, sandbox: Sandbox, table: Table, no_waiting: list[float]) -> None:
        """After N failures of one kind in a row the run stops with 7; no row is lost."""
        sandbox.faults = Faults(error_500=1.0)
        path = table("c.csv", HEADINGS, *((f"n{number}", "queue", "1") for number in range(40)))
        told = program("import", path, "--yes", "--json", "--max-errors", "3", "--workers", "1")
        assert (told.exit_code, told.counts) == (7, {"valid": 40})
        assert "Stopped after 3 consecutive failures of the same kind" in sentence(told)
        sandbox.faults = Faults()
        assert program("apply", told.document["run"], "--json").counts == {"created": 40}

    def test_a_server_that_ignores_the_dry_run(self, program: Program, table: Table, listener: Listener) -> None:
        """A server that answers a dry run with 200 may have created something: the run stops at once and says so."""
        listener.answer = lambda _: b'{"responses":[{"code":"200","key":"","message":"OK"}],"data":{"id":7}}'
        told = program(
            "import",
            table("c.csv", HEADINGS, *((f"n{n}", "queue", "1") for n in range(5))),
            "--yes",
            "--url",
            listener.url,
        )
        assert told.exit_code == 6
        assert "200 instead of 201 and created campaign 7" in sentence(told)
        assert len(listener.requests) == 1

    def test_answers_that_are_no_envelope(
        self, program: Program, table: Table, listener: Listener, no_waiting: list[float]
    ) -> None:
        """Answers of any other form count as no answer at all."""
        for body in (
            b"",
            b"[]",
            b'{"responses":[]}',
            b'{"responses":[{}]}',
            b'{"responses":"x"}',
            b'{"responses":[{"co',
        ):
            listener.answer = lambda _, body=body: body  # type: ignore[misc]
            told = program("import", table(), "--yes", "--json", "--url", listener.url)
            assert (told.exit_code, told.counts) == (7, {"valid": 1})

    @pytest.mark.parametrize(("status", "code"), [(401, 6), (402, 6), (407, 6), (429, 7), (500, 7)])
    def test_a_status_without_an_envelope(
        self, program: Program, table: Table, listener: Listener, no_waiting: list[float], status: int, code: int
    ) -> None:
        """Where no envelope can be read the HTTP status counts."""
        listener.status = status
        listener.headers = {"Retry-After": "0"}
        assert program("import", table(), "--yes", "--url", listener.url).exit_code == code


@pytest.mark.parametrize("command", ["apply", "disable", "runs"])
def test_the_name_of_a_run_that_is_no_text(program: Program, command: str) -> None:
    """Bytes of another encoding where a run is to be named are refused in a sentence."""
    told = program(command, "r\udceb")
    assert told.exit_code == 2
    assert "The name of the run contains bytes that are not text" in told.stderr


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_journal_that_is_a_link_to_itself(program: Program, here: Path) -> None:
    """A link that leads nowhere is a journal that cannot be used."""
    (here / "loop").symlink_to("loop")
    told = program("runs", "--journal", here / "loop")
    assert told.exit_code == 6
    assert "cannot be used" in told.stderr
