"""What the tests share: a world of their own, a stand-in server, the command line, and files of every kind."""

import csv
import json
import os
import random
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner
from coverage import Coverage
from crash_support import Double, Office
from hypothesis import settings
from process_support import usual_signals

from importer.cli import cli
from importer.sandbox import Sandbox
from importer.shutdown import Stop

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
GOLDEN = Path(__file__).parent / "golden"

PASSWORD = "secret"
HEADINGS = ("name", "dtype", "dnumber")
ROW = ("Spring", "queue", "0123")

Lines = Sequence[Sequence[str]]


settings.register_profile("same", derandomize=True)
settings.register_profile("other", derandomize=False)
settings.load_profile("same")
"""`make test` tries the same examples each time, so that a change is judged by itself; `make soak` tries others."""

SOAKING_SINCE = pytest.StashKey[float]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that bounds what `-m soak` starts."""
    parser.addoption("--soak-minutes", type=float, default=60.0, help="How long the tests of `-m soak` take in all.")


@dataclass(frozen=True)
class Soak:
    """How long a test may go on: until `end` on the monotonic clock."""

    end: float

    def goes_on(self, *_: object) -> bool:
        """Say whether there is time left."""
        return time.monotonic() < self.end

    def seeds(self) -> Iterator[int]:
        """Yield a seed for each round that there is time for, at least one."""
        yield random.randrange(2**32)
        while self.goes_on():
            yield random.randrange(2**32)


@pytest.fixture
def soak(request: pytest.FixtureRequest) -> Soak:
    """How long a test of `make soak` may go on: it has its share of what is left of --soak-minutes."""
    if "soak" not in (request.config.getoption("markexpr") or ""):
        pytest.skip("takes long; `make soak` starts it")
    tests = [item for item in request.session.items if item.get_closest_marker("soak")]
    now = time.monotonic()
    since = request.session.stash.setdefault(SOAKING_SINCE, now)
    left = since + request.config.getoption("soak_minutes") * 60 - now
    return Soak(now + left / (len(tests) - tests.index(request.node)))


@dataclass(frozen=True)
class Finished:
    """What a command left: its exit code and all that it wrote to standard output and standard error."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output; anything beside it is an error."""
        return json.loads(self.stdout)

    @property
    def counts(self) -> dict[str, int]:
        """The rows by status, of a document, without those of which there are none."""
        return {status: rows for status, rows in self.document["counts"].items() if rows}


class Program:
    """The command line in this process: call it with arguments, get what it left.

    `settings` are options that every call gets as variables, named as on the command line (`{"settle-wait": "0"}`).
    Pass `password=None` for a world without one.
    """

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self.settings = dict(settings or {})

    def environment(self, password: str | None = PASSWORD) -> dict[str, str]:
        """Return the variables that a call gets on top of the process's own."""
        given = {**self.settings, **({} if password is None else {"password": password})}
        return {f"CAMPAIGN_IMPORTER_{name.upper().replace('-', '_')}": value for name, value in given.items()}

    def __call__(
        self,
        *arguments: object,
        password: str | None = PASSWORD,
        env: Mapping[str, str | None] | None = None,
    ) -> Finished:
        """Run a command to its end. An exception that leaves the command line is raised."""
        variables = {**self.environment(password), **(env or {})}
        result = CliRunner().invoke(cli, [str(argument) for argument in arguments], env=variables)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Finished(result.exit_code, result.stdout, result.stderr)

    @contextmanager
    def start(
        self, *arguments: object, password: str | None = PASSWORD, env: Mapping[str, str] | None = None
    ) -> Iterator[subprocess.Popen[str]]:
        """Start a command as a process of its own, with pipes; whatever happens, it does not outlive the block."""
        with usual_signals():
            process = subprocess.Popen(
                [sys.executable, "-m", "importer", *map(str, arguments)],
                env={**os.environ, "PYTHONPATH": str(ROOT), **self.environment(password), **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        with process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()

    def process(
        self, *arguments: object, password: str | None = PASSWORD, env: Mapping[str, str] | None = None
    ) -> Finished:
        """Run a command as a process of its own, to its end."""
        with self.start(*arguments, password=password, env=env) as process:
            stdout, stderr = process.communicate(timeout=30)
        return Finished(int(process.returncode), stdout, stderr)

    def terminal(
        self, *arguments: object, answers: Mapping[str, str], password: str | None = PASSWORD
    ) -> tuple[int, str]:
        """Run a command on a terminal and answer its questions; return its exit code and all that was shown.

        `answers` maps a part of a question to what is typed once it has been shown.
        """
        return _on_terminal(
            [sys.executable, "-m", "importer", *map(str, arguments)], self.environment(password), answers
        )


def _on_terminal(arguments: list[str], variables: Mapping[str, str], answers: Mapping[str, str]) -> tuple[int, str]:
    ours, theirs = os.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", **variables}
    with usual_signals():
        process = subprocess.Popen(
            arguments,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            pass_fds=[theirs],
            preexec_fn=lambda: os.login_tty(theirs),  # so that what is typed can be Ctrl-C
        )
    os.close(theirs)
    shown, left, until = "", dict(answers), time.monotonic() + 30
    try:
        while time.monotonic() < until:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    more = os.read(ours, 65536)
                except OSError:  # the other end is closed: the process has ended
                    break
                if not more:
                    break
                shown += more.decode("utf-8", "replace")
            for question in [question for question in left if question in shown]:
                os.write(ours, f"{left.pop(question)}\n".encode())
        return process.wait(timeout=10), shown
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)


def own_profile(more: str = "") -> str:
    """Return a small profile of an old dialler, with what `more` adds to it."""
    return f"""
system = "ours"
title = "Ours"
[recognise]
needed = ["camp_id"]
[tables]
main = ["camps"]
id = "camp_id"
label = "camp_name"
[columns]
camp_name = "name"
active = "enabled"
{more}
[[destination]]
kind = "queue"
names = ["dest"]
"""


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(autouse=True)
def own_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test an empty folder to work in and a home of its own; nothing of the real ones counts."""
    for name in list(os.environ):
        if name.startswith("CAMPAIGN_IMPORTER_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "NETRC", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    here = tmp_path / "here"
    temporary = tmp_path / "tmp"
    for folder in (home, here, temporary):
        folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("HOME", str(home))
    for name in ("STATE", "CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def here(own_world: Path) -> Path:
    """The folder that the test works in."""
    return own_world


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A stand-in server as the documentation has it."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where the test's journal is."""
    return tmp_path / "journal" / "journal.sqlite3"


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let long work run at full speed: coverage is not measured meanwhile, in no process."""
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
        monkeypatch.delenv(name)
    measuring = Coverage.current()
    if measuring is not None:
        measuring.stop()
    yield
    if measuring is not None:
        measuring.start()


@pytest.fixture
def bare() -> Program:
    """The command line with no settings at all."""
    return Program()


@pytest.fixture
def program(sandbox: Sandbox, journal: Path) -> Program:
    """The command line, set up for the sandbox and a journal of the test's own, and never waiting for long."""
    return Program(
        {"url": sandbox.url, "username": "admin", "journal": str(journal), "settle-wait": "0", "timeout": "5"}
    )


def write_table(path: Path, headings: Sequence[str], rows: Lines, sheet: str = "Campaigns") -> Path:
    """Write a clean table of text in the kind of file that the name's ending tells, and return its path."""
    lines = [list(headings), *map(list, rows)]
    writers: Mapping[str, Callable[[Path, Lines, str], None]] = {
        ".csv": lambda *given: _write_text(*given, delimiter=","),
        ".txt": lambda *given: _write_text(*given, delimiter=";"),
        ".tsv": lambda *given: _write_text(*given, delimiter="\t"),
        ".xlsx": _write_xlsx,
        ".xlsm": _write_xlsx,
        ".xls": _write_xls,
        ".ods": _write_ods,
    }
    writers[path.suffix](path, lines, sheet)
    return rested(path)


def rested(path: Path) -> Path:
    """Make a file look as if nobody had written to it for a minute: one that is fresh is watched for a second."""
    then = time.time() - 60
    os.utime(path, (then, then))
    return path


def _write_text(path: Path, lines: Lines, _sheet: str, *, delimiter: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(lines)


def _write_xlsx(path: Path, lines: Lines, sheet: str) -> None:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        for number, line in enumerate(lines):
            for column, text in enumerate(line):
                if text:
                    page.write_string(number, column, text)


def _write_xls(path: Path, lines: Lines, sheet: str) -> None:
    import xlwt

    book = xlwt.Workbook()
    page = book.add_sheet(sheet)
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            if text:
                page.write(number, column, text)
    book.save(str(path))


def _write_ods(path: Path, lines: Lines, sheet: str) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P, S

    book = OpenDocumentSpreadsheet()
    table = Table(name=sheet)
    for line in lines:
        row = TableRow()
        for text in line:
            cell = TableCell(valuetype="string") if text else TableCell()
            if text:
                # In this format white space at the ends of a paragraph counts only as an element of its own.
                bare = text.strip(" ")
                paragraph = P()
                before = len(text) - len(text.lstrip(" ")) if bare else len(text)
                if before:
                    paragraph.addElement(S(c=before))
                if bare:
                    paragraph.addText(bare)
                if bare and (after := len(text) - len(text.rstrip(" "))):
                    paragraph.addElement(S(c=after))
                cell.addElement(paragraph)
            row.addElement(cell)
        table.addElement(row)
    book.spreadsheet.addElement(table)
    book.save(str(path))


@pytest.fixture
def table(here: Path) -> Callable[..., Path]:
    """Write a table into the test's folder: `table(name, headings, *rows)`, or `table()` for one good row."""

    def write(name: str = "campaigns.csv", headings: Sequence[str] = HEADINGS, *rows: Sequence[str]) -> Path:
        return write_table(here / name, headings, rows or [ROW])

    return write


@dataclass
class Listener:
    """A web server that is no phone system: it answers the same to everything and keeps what it was asked.

    `answer` makes the body of an answer from the body of a request; `requests` are (first line, headers, body).
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: Callable[[bytes], bytes] = lambda _: b"<html><body>Welcome</body></html>"
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """The base address of an API that is not there."""
        return f"http://127.0.0.1:{self.port}/api/json/"

    @contextmanager
    def listening(self) -> Iterator["Listener"]:
        """Listen on a free port of this machine while the block runs."""
        listener = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                listener.requests.append((self.requestline, dict(self.headers), body))
                answer = listener.answer(body)
                self.send_response(listener.status)
                for name, value in {"Content-Length": str(len(answer)), **listener.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_CONNECT = do_POST  # noqa: N815 -- the library's names

            def log_message(self, *_: object) -> None:
                """Write nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

        with Server(("127.0.0.1", 0), Handler) as server:
            self.port = server.server_address[1]
            thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
            thread.start()
            yield self
            server.shutdown()
            thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A web server that is no phone system."""
    with Listener().listening() as running:
        yield running


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the program's waits take no time; return how long each was to be."""
    waits: list[float] = []

    def sleep(stop: Stop, seconds: float) -> None:
        waits.append(seconds)
        stop.check()

    monkeypatch.setattr(Stop, "sleep", sleep)
    return waits


@pytest.fixture
def double() -> Iterator[Double]:
    """A server made to order."""
    with Double() as running:
        yield running


@pytest.fixture
def office(sandbox: Sandbox, journal: Path) -> Office:
    """A journal and the sandbox."""
    return Office(journal, sandbox.url)


@pytest.fixture
def bureau(double: Double, journal: Path) -> Office:
    """A journal and the server made to order."""
    return Office(journal, double.url)


@pytest.fixture
def project(here: Path) -> Path:
    """The file of settings in the folder that the test works in."""
    return here / "campaign-importer.toml"


@pytest.fixture
def user(own_world: Path, tmp_path: Path) -> Path:
    """The file of settings in the user's config directory."""
    folder = tmp_path / "home" / "config" / "campaign-importer"
    folder.mkdir(parents=True)
    return folder / "campaign-importer.toml"
