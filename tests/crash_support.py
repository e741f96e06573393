"""What the tests of "exactly once" share: commands run in this process without waiting, and servers made to order."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from process_support import usual_signals

from importer import history, pipeline
from importer.enswitch.client import RetryPolicy, Server
from importer.model import Event, RowResult, Secret
from importer.report import Report
from importer.run_options import ImportOptions, SendOptions
from importer.session import Session, open_session
from importer.shutdown import Stop

ROOT = Path(__file__).parent.parent

SETTLE_WAIT = 77.0
"""Told apart from every other wait by its length."""


class QuickStop(Stop):
    """Never waits: notes for how long it was asked to, and does what the test wants done meanwhile."""

    def __init__(self, meanwhile: Callable[[float], None] | None = None) -> None:
        super().__init__()
        self.slept: list[float] = []
        self.meanwhile = meanwhile

    def sleep(self, seconds: float) -> None:
        """Return at once."""
        self.slept.append(seconds)
        if self.meanwhile is not None:
            self.meanwhile(seconds)
        self.check()


class Quiet:
    """Hears how the work goes on and keeps it to itself."""

    def __init__(self) -> None:
        self.stages: list[str] = []

    def stage(self, words: str, rows: int | None) -> None:
        """A stage begins."""
        self.stages.append(words)

    def row(self, event: Event) -> None:
        """Something has happened to a row."""

    def note(self, words: str) -> None:
        """There is something that the user should know."""


@dataclass
class Office:
    """A journal, a server, and the commands run on them in this process; no wait takes any time."""

    journal: Path
    url: str
    send_options: SendOptions = field(default_factory=lambda: SendOptions(workers=1, settle_wait=SETTLE_WAIT))
    timeout: float = 5.0
    username: str = "admin"
    retry_policy: RetryPolicy = field(default_factory=lambda: RetryPolicy(tries=3, first=0.001, longest=0.001))
    stop: QuickStop = field(default_factory=QuickStop)
    observer: Quiet = field(default_factory=Quiet)

    @property
    def server(self) -> Server:
        """Where and as whom."""
        return Server(
            self.url,
            self.username,
            Secret("secret"),
            timeout=self.timeout,
            connect_timeout=self.timeout,
            retry_policy=self.retry_policy,
        )

    @contextmanager
    def session(self, command: str = "import", **changes: Any) -> Iterator[Session]:
        """Open the journal and hold the lock; `changes` are those of the manner."""
        send_options = replace(self.send_options, **changes)
        with open_session(self.server, self.journal, send_options, self.observer, command, self.stop) as session:
            yield session

    def plan(self, path: Path, **import_options: Any) -> Report:
        """Run the command `plan`."""
        with self.session("plan") as session:
            return pipeline.plan(session, path, ImportOptions(**import_options))

    def apply(self, run: str, **changes: Any) -> Report:
        """Run the command `apply`."""
        with self.session("apply", **changes) as session:
            return pipeline.apply(session, run)

    def load(self, path: Path, import_options: ImportOptions | None = None, **changes: Any) -> Report:
        """Run the command `import`, whose question is answered with yes."""
        with self.session(**changes) as session:
            planned = pipeline.plan(session, path, import_options or ImportOptions())
            return planned if planned.stopped else pipeline.apply(session, planned.run)

    def rows(self, run: str) -> list[RowResult]:
        """Return what the results of a run say."""
        return list(history.rows_of(self.journal, run))

    def statuses(self, run: str) -> list[str]:
        """Return the status of every row of a run."""
        return [row.outcome.status.value for row in self.rows(run)]

    def ids(self, run: str) -> list[str | None]:
        """Return the campaign's ID of every row of a run."""
        return [row.outcome.campaign_id for row in self.rows(run)]


class HangUpError(Exception):
    """Raised by an answer of a Double: the connection ends without a word."""


@dataclass(frozen=True)
class Page:
    """What a Double sends instead of an envelope."""

    status: int
    body: bytes = b"<html><body>Not what you asked for</body></html>"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """One request to a Double; times are monotonic, `finished` that just before the answer leaves."""

    action: str
    parameters: dict[str, str]
    arrived: float
    finished: float = 0.0


Answer = Callable[[dict[str, str]], "Page | dict[str, Any]"]


def envelope(code: str, data: object = None, *, key: str = "", message: str = "", **more: object) -> dict[str, Any]:
    """Return an answer of the API."""
    answer: dict[str, Any] = {"responses": [{"code": code, "key": key, "message": message}], **more}
    return answer if data is None else {**answer, "data": data}


class Double:
    """A server in a thread, whose every answer the test may replace: `double.answers["list"] = lambda asked: …`.

    Without that it keeps campaigns as they are sent and lists all their fields. Actions are those of the sandbox.
    """

    def __init__(self) -> None:
        self.campaigns: list[dict[str, Any]] = []
        self.requests: list[Asked] = []
        self.answers: dict[str, Answer] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> "Double":
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.double = self
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/api/json/"
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def actions(self) -> list[str]:
        """Return what was asked, in order."""
        return [asked.action for asked in self.requests]

    def store(self, parameters: Mapping[str, str]) -> int:
        """Keep a campaign and return its ID."""
        with self._lock:
            number = len(self.campaigns) + 1
            self.campaigns.append({"id": number, **parameters})
        return number

    def answer(self, action: str, parameters: dict[str, str]) -> "Page | dict[str, Any]":
        """Answer as the test says, else as a server should."""
        with self._lock:
            asked = Asked(action, parameters, time.monotonic())
            self.requests.append(asked)
        try:
            return (self.answers.get(action) or getattr(self, f"_{action}"))(parameters)
        finally:
            asked.finished = time.monotonic()

    def _validate(self, _asked: dict[str, str]) -> dict[str, Any]:
        return envelope("201")

    def _create(self, asked: dict[str, str]) -> dict[str, Any]:
        return envelope("200", {"id": self.store(asked)})

    def _list(self, asked: dict[str, str]) -> dict[str, Any]:
        customer = asked.get("customer", "")
        return envelope("200", [one for one in self.campaigns if one.get("customer", "") == customer])

    def _get(self, asked: dict[str, str]) -> dict[str, Any]:
        return envelope("200", self.campaigns[int(asked["id"]) - 1])

    def _update(self, asked: dict[str, str]) -> dict[str, Any]:
        self.campaigns[int(asked["id"]) - 1].update(asked)
        return envelope("204")


class _Http(ThreadingHTTPServer):
    double: Double
    request_queue_size = 64


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Http

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
        for name in ("auth_username", "auth_password"):
            asked.pop(name)
        action = self.path.strip("/").rpartition("/")[2]
        if action == "create" and asked.pop("validation", None):
            action = "validate"
        try:
            answer = self.server.double.answer(action, asked)
        except HangUpError:
            self.close_connection = True
            return
        page = answer if isinstance(answer, Page) else Page(200, json.dumps(answer).encode())
        head = [f"HTTP/1.1 {page.status} Whatever", f"Content-Length: {len(page.body)}"]
        head += [f"{name}: {value}" for name, value in page.headers.items()]
        self.wfile.write("\r\n".join([*head, "", ""]).encode() + page.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def sandbox_process(folder: Path, *arguments: str) -> Iterator[str]:
    """Run a sandbox in a process of its own, with its database in `folder`, and yield its URL."""
    ready = folder / "sandbox.url"
    with usual_signals():
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "importer.sandbox", "--database", str(folder / "sandbox.sqlite3")),
                *("--ready-file", str(ready), *arguments),
            ],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")},
            stdout=subprocess.DEVNULL,
        )
    try:
        wait_for(ready.exists)
        yield ready.read_text(encoding="utf-8").strip()
    finally:
        process.terminate()
        process.wait()
        ready.unlink(missing_ok=True)


class Nursery:
    """Starts commands as processes that need no time to import anything: one process has, and forks for each.

    `within` is a command that starts that process.
    """

    def __init__(self, within: Sequence[str] = ()) -> None:
        self._within = within

    def __enter__(self) -> "Nursery":
        self._running: int | None = None
        with usual_signals():
            self._process = subprocess.Popen(
                [*self._within, sys.executable, str(Path(__file__))],
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def start(self, arguments: list[str], log: Path, variables: Mapping[str, str]) -> int:
        """Start `campaign-importer` with arguments; what it says goes to `log`. Return the process's ID."""
        assert self._process.stdin is not None
        if self._running is not None:
            # A test that failed has left it; its end must not be taken for that of the next one.
            os.kill(self._running, signal.SIGKILL)
            self.ended(60)
        order = {"arguments": arguments, "log": str(log), "variables": dict(variables), "folder": str(Path.cwd())}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        self._running = int(self._line())
        return self._running

    def ended(self, seconds: float) -> int | None:
        """Wait for so long at most; return the exit code of the command that runs, or None if it still does."""
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            return None
        self._running = None
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def _fork_on_demand() -> None:
    """Be the process that a Nursery forks its commands from."""
    from importer import results  # noqa: F401 -- whatever a command would import late
    from importer.cli import connecting, entry

    def patient(*given: Any) -> Server:
        return replace(make_server(*given), retry_policy=RetryPolicy(tries=10, first=0.01, longest=0.05))

    # The command line has no option for the waits between tries, and these would take most of the time.
    make_server = connecting.server
    connecting.server = patient
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            for number, source in enumerate((os.open(os.devnull, os.O_RDONLY), log, log)):
                os.dup2(source, number)
            os.environ.update(order["variables"])
            os.chdir(order["folder"])
            sys.argv = ["campaign-importer", *order["arguments"]]
            try:
                entry.main()
            except SystemExit as end:
                sys.stdout.flush()
                os._exit(int(end.code or 0))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        status = os.waitpid(pid, 0)[1]
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def wait_for(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for something that should happen soon."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.002)


if __name__ == "__main__":
    _fork_on_demand()
