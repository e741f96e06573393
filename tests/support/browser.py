"""A real browser for the tests of the page, driven over a pipe, and reports to show in it."""

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from importer.model import Group, Outcome, Problem, RowResult, Severity, Source, Status, Timing
from importer.report import Report
from importer.results import html
from tests.support.processes import PATIENCE

CHROMIUM = shutil.which("chromium")

WAIT = 60.0
"""Seconds after which a browser that says nothing is taken for dead."""

HEADINGS = ("name", "dtype", "dnumber")

HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "{{7*7}}{% raw %}",
    "javascript:alert(3)",
    "<!--<script>",
    "]]>&amp;&lt;",
    "line\u2028and\u2029paragraph",
    "'\"`${alert(4)}\\u003c",
    "</title></style><svg onload=alert(5)>",
    "\u202eright to left",
)
"""Texts that would be markup or script where they are not kept from it."""


def row(
    number: int,
    *cells: str,
    status: Status = Status.CREATED,
    campaign_id: str | None = None,
    problems: Sequence[Problem] = (),
    message: str = "",
) -> RowResult:
    """Return a row of the results."""
    return RowResult(number, cells, Outcome(status, campaign_id, message=message), problems=tuple(problems))


def source(headings: Sequence[str] = HEADINGS, path: str = "campaigns.xlsx", sheet: str | None = "Campaigns") -> Source:
    """Return the table that a run was made from."""
    return Source(path=path, sheet=sheet, headings=tuple(headings))


def report(rows: Iterable[RowResult], **given: Any) -> Report:
    """Return the report of a run with these rows: their counts and the problems of their cells, by kind."""
    counts: dict[Status, int] = {}
    kinds: dict[tuple[Severity, str, str | None], list[Problem]] = {}
    for one in rows:
        counts[one.outcome.status] = counts.get(one.outcome.status, 0) + 1
        for problem in (*one.problems, *one.outcome.problems):
            kinds.setdefault((problem.severity, problem.problem_code, problem.column), []).append(problem)
    groups = tuple(
        Group(len(found), tuple(found[:5]), len({problem.message for problem in found}) == 1)
        for found in kinds.values()
    )
    numbers = {severity: sum(len(kinds[kind]) for kind in kinds if kind[0] is severity) for severity in Severity}
    settings: dict[str, Any] = {
        "source": source(),
        "counts": counts,
        "groups": groups,
        "error_count": numbers[Severity.ERROR],
        "warning_count": numbers[Severity.WARNING],
        "run": "20260301-101500-ab12",
        "server": "pbx.example:443",
        "account": "admin",
        "command": "import campaigns.xlsx",
        "started": datetime(2026, 3, 1, 10, 15, tzinfo=UTC),
        "timings": (
            Timing(stage="reading", rows=len(counts), began=0.0, seconds=0.5, rows_by_slice=(3, 5, 2)),
            Timing(stage="create", rows=10, began=0.5, seconds=20.0, rows_by_slice=(1, 4, 5)),
        ),
    }
    return Report(**{**settings, **given})


def write(path: Path, rows: Sequence[RowResult], **given: Any) -> Path:
    """Write the page of a run with these rows."""
    return html.write(path, report(rows, **given), rows)


class Browser:
    """A headless Chromium with one tab; `said` is what it reported of errors, dialogues and requests."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = answers
        self._read = b""
        self._number = 0
        self._session = ""
        self.said: list[dict[str, Any]] = []

    def attach(self) -> None:
        """Open a tab and listen to what happens in it."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and return its result; what the browser reports meanwhile is kept."""
        self._number += 1
        request: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            request["sessionId"] = self._session
        os.write(self._commands, json.dumps(request).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return dict(answer["result"])
            self.said.append(answer)

    def open(self, path: Path, width: int = 1400, height: int = 900) -> None:
        """Open a file and wait until it is loaded."""
        self.said.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Page.navigate", url=path.as_uri())
        while not any(one.get("method") == "Page.loadEventFired" for one in self.said):
            self.said.append(self._next())

    def run(self, expression: str) -> Any:
        """Evaluate JavaScript in the page, as if its user had done it, and return its value."""
        given = {"expression": expression, "returnByValue": True, "awaitPromise": True, "userGesture": True}
        answer = self.call("Runtime.evaluate", **given)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def key(self, name: str, text: str = "") -> None:
        """Press a key and let it go."""
        code = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowDown": 40, "End": 35, "Home": 36}[name]
        key = {"key": name, "code": name, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **key)
        self.call("Input.dispatchKeyEvent", type="keyUp", **key)

    def emulate(self, media: str = "", **features: str) -> None:
        """Show pages as on a kind of medium ("print"), with features such as prefers_color_scheme="dark"."""
        named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.call("Emulation.setEmulatedMedia", media=media, features=named)

    def picture(self) -> bytes:
        """Return what the window shows, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def paper(self) -> bytes:
        """Return what is printed, as PDF."""
        given = {"preferCSSPageSize": True, "printBackground": False}
        return base64.b64decode(self.call("Page.printToPDF", **given)["data"])

    @property
    def errors(self) -> list[dict[str, Any]]:
        """What went wrong in the page: exceptions, entries of the console, dialogues."""
        bad = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Page.javascriptDialogOpening")
        return [one for one in self.said if one.get("method") in bad]

    @property
    def requested(self) -> list[str]:
        """The addresses that the page asked for, itself among them."""
        return [one["params"]["request"]["url"] for one in self.said if one["method"] == "Network.requestWillBeSent"]

    def _next(self) -> dict[str, Any]:
        """Return the next message from the browser."""
        until = time.monotonic() + WAIT
        while b"\0" not in self._read:
            assert select.select([self._answers], [], [], max(0, until - time.monotonic()))[0], "the browser is silent"
            more = os.read(self._answers, 1 << 20)
            assert more, "the browser has ended"
            self._read += more
        message, _, self._read = self._read.partition(b"\0")
        return dict(json.loads(message))


@contextmanager
def browser() -> Iterator[Browser]:
    """Run a browser of its own, without a profile or a network, while the block runs."""
    assert CHROMIUM is not None
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [CHROMIUM, *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", HAND_OVER, str(theirs_in), str(theirs_out), *command],
            env={**os.environ, **_home(profile)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs_in, theirs_out],
        )
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            running = Browser(ours_out, ours_in)
            running.attach()
            yield running
        finally:
            os.close(ours_out)  # a browser whose pipe is closed ends
            os.close(ours_in)
            try:
                process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


HAND_OVER = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD_CLOEXEC, 10) for end in sys.argv[1:3]]
for place, end in enumerate(ends, start=3):
    os.dup2(end, place)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Puts the ends of two pipes where the browser looks for them, at 3 and 4, wherever they were, and becomes it."""

OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
)


def _home(folder: str) -> Mapping[str, str]:
    return {"HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_CACHE_HOME": folder}
