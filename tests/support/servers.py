"""Servers on this machine that answer what a test wants them to answer."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from tests.support.http_server import Page, Request, web_server
from tests.support.paths import ROOT
from tests.support.processes import wait_for
from tests.support.signals import usual_signals


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Listener:
    """A web server that is not a phone system: it gives the same response to everything and keeps what it was sent.

    `answer` makes the body of a response from the body of a request.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: Callable[[bytes], bytes] = lambda _: b"<html><body>Welcome</body></html>"
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """The base address of an API that is not there."""
        return f"http://127.0.0.1:{self.port}/api/json/"

    @contextmanager
    def listening(self) -> Iterator["Listener"]:
        """Listen on a free port of this machine while the block runs."""
        with web_server(self._respond) as self.port:
            yield self

    def _respond(self, request: Request) -> Page:
        self.requests.append(request)
        return Page(self.status, self.answer(request.body), self.headers)


@dataclass
class Asked:
    """One request to a StubServer; times are monotonic, `finished` that just before the answer leaves."""

    action: str
    parameters: dict[str, str]
    arrived: float
    finished: float = 0.0


Answer = Callable[[dict[str, str]], "Page | dict[str, Any]"]


def envelope(code: str, data: object = None, *, key: str = "", message: str = "", **more: object) -> dict[str, Any]:
    """Return an answer of the API."""
    answer: dict[str, Any] = {"responses": [{"code": code, "key": key, "message": message}], **more}
    return answer if data is None else {**answer, "data": data}


class StubServer:
    """A server in a thread, whose every answer the test may replace: `double.answers["list"] = lambda asked: …`.

    Without that it keeps campaigns as they are sent and lists all their fields. Actions are those of the sandbox.
    """

    def __init__(self) -> None:
        self.campaigns: list[dict[str, Any]] = []
        self.requests: list[Asked] = []
        self.answers: dict[str, Answer] = {}
        self._lock = threading.Lock()

    @contextmanager
    def running(self) -> Iterator["StubServer"]:
        """Listen on a free port of this machine while the block runs."""
        with web_server(self._respond) as port:
            self.url = f"http://127.0.0.1:{port}/api/json/"
            yield self

    def _respond(self, request: Request) -> Page:
        if request.method == "GET":
            return Page(404)
        asked = dict(parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True))
        for name in ("auth_username", "auth_password"):
            asked.pop(name)
        action = request.path.strip("/").rpartition("/")[2]
        if action == "create" and asked.pop("validation", None):
            action = "validate"
        answer = self.answer(action, asked)
        return answer if isinstance(answer, Page) else Page(200, json.dumps(answer).encode())

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


@contextmanager
def sandbox_process(folder: Path, *arguments: str) -> Iterator[str]:
    """Run a sandbox in a separate process, with its database in `folder`, and yield its URL."""
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
