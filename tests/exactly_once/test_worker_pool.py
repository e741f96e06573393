"""Many workers on one run: order, pauses for all, the first row alone, and who stops when."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from importer import pipeline
from importer.enswitch import RetryPolicy
from importer.errors import AccessRefused, Interrupted, ServerUnusable
from importer.model import ExitCode
from importer.run_options import ImportOptions, SendOptions
from importer.sandbox import Faults, Sandbox
from importer.shutdown import Stop
from tests.support.http_server import Page
from tests.support.in_process import InProcessImporter
from tests.support.processes import wait_for
from tests.support.servers import StubServer, envelope

Table = Callable[..., Path]

WORKERS = 8

HEADINGS = ("name", "dtype", "dnumber")


@pytest.fixture
def stub_importer(stub_server: StubServer, journal: Path) -> InProcessImporter:
    """A journal and the server made to order, with eight workers."""
    return InProcessImporter(journal, stub_server.url, SendOptions(workers=WORKERS, settle_wait=0))


@pytest.fixture
def path(table: Table) -> Path:
    """A file of sixty rows."""
    return table("a.csv", HEADINGS, *((f"N{number:02}", "queue", "1") for number in range(60)))


class SlowStop(Stop):
    """Waits as it should."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []
        self.meanwhile = None


@pytest.mark.parametrize("workers", [1, 2, 8, 32])
def test_results_keep_the_order_of_the_sheet(sandbox: Sandbox, journal: Path, path: Path, workers: int) -> None:
    """However many workers there are, the results come in the sheet's order, each with its own campaign's ID."""
    sandbox_importer = InProcessImporter(journal, sandbox.url, SendOptions(workers=workers))
    report = sandbox_importer.load(path)
    assert report.exit_code == ExitCode.DONE
    rows = sandbox_importer.rows(report.run)
    assert [row.number for row in rows] == list(range(2, 62))
    held = {one["name"]: str(one["id"]) for one in sandbox.campaigns()}
    assert [row.outcome.campaign_id for row in rows] == [held[row.cells[0]] for row in rows]
    assert Counter(seen.action for seen in sandbox.requests) == {"validate": 60, "list": 1, "create": 60}


def test_workers_send_side_by_side(sandbox: Sandbox, journal: Path, path: Path) -> None:
    """With latency, eight workers have eight requests under way."""
    sandbox.faults = Faults(latency=0.02)
    InProcessImporter(journal, sandbox.url, SendOptions(workers=8)).load(path)
    creates = [seen for seen in sandbox.requests if seen.action == "create"]
    most = max(sum(one.arrived <= moment.arrived < one.finished for one in creates) for moment in creates)
    assert 6 <= most <= 8


@pytest.mark.parametrize("page", [Page(429, headers={"Retry-After": "1"}), Page(503, headers={"Retry-After": "1"})])
def test_a_request_to_wait_pauses_every_worker(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path, page: Page
) -> None:
    """After a 429, or a 503 with Retry-After, nobody asks for anything until the time is up."""
    lock, answered, told = threading.Lock(), [], []

    def create(asked: dict[str, str]) -> Page | dict[str, Any]:
        with lock:
            first = asked["name"] == "N20" and not answered
            answered.extend(["N20"] * first)
        time.sleep(0.01)
        told.extend([time.monotonic()] * first)
        return page if first else envelope("200", {"id": stub_server.store(asked)})

    stub_server.answers["create"] = create
    stub_importer.stop = SlowStop()  # type: ignore[assignment]
    report = stub_importer.load(path)
    assert report.exit_code == ExitCode.DONE
    arrived = [asked.arrived - told[0] for asked in stub_server.requests]
    # What the other workers had on its way before the answer came back may arrive.
    assert len([seconds for seconds in arrived if 0 < seconds < 0.95]) < WORKERS
    assert [seconds for seconds in arrived if seconds > 0.95]
    assert len(stub_server.campaigns) == 60


def test_the_rate_holds_over_all_workers(sandbox: Sandbox, journal: Path, table: Table) -> None:
    """--rate caps what all workers send together."""
    sandbox_importer = InProcessImporter(journal, sandbox.url, SendOptions(workers=8, rate=100))
    sandbox_importer.stop = SlowStop()  # type: ignore[assignment]
    sandbox_importer.load(table("a.csv", HEADINGS, *((f"N{number}", "queue", "1") for number in range(25))))
    arrived = sorted(seen.arrived for seen in sandbox.requests)
    assert len(arrived) == 51
    assert arrived[-1] - arrived[0] >= 49 / 100 * 0.95


# Who stops when


@pytest.mark.parametrize("action", ["validate", "create"])
@pytest.mark.parametrize("code", ["401", "402"])
def test_the_first_row_alone_meets_wrong_credentials(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path, action: str, code: str
) -> None:
    """Refused credentials, or a refused role, cost one request for any number of workers; no row is used up."""
    stub_server.answers[action] = lambda _: envelope(code)
    report = stub_importer.load(path)
    assert report.exit_code == ExitCode.CONFIGURATION
    assert isinstance(report.stopped, AccessRefused)
    assert stub_server.actions().count(action) == 1
    assert set(stub_importer.statuses(report.run)) == {"valid" if action == "validate" else "ready"}


@pytest.mark.parametrize("rate", [None, 40.0])
@pytest.mark.parametrize("action", ["validate", "create"])
@pytest.mark.parametrize("code", ["401", "402"])
def test_no_request_after_refused_credentials_are_known(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path, action: str, code: str, rate: float | None
) -> None:
    """401 or 402 in the middle: what is on its way may arrive, and nothing leaves after; rows not tried stay ready."""
    refused: list[float] = []

    def answer(asked: dict[str, str]) -> dict[str, Any]:
        time.sleep(0.01)
        if asked["name"] == "N20" or refused:
            refused.append(time.monotonic())
            return envelope(code)
        return envelope("200", {"id": stub_server.store(asked)}) if action == "create" else envelope("201")

    stub_server.answers[action] = answer
    stub_importer.stop = SlowStop()  # type: ignore[assignment]
    report = stub_importer.load(path, rate=rate)
    assert report.exit_code == ExitCode.CONFIGURATION
    late = [asked for asked in stub_server.requests if asked.arrived > refused[0]]
    # What the other workers had on its way before the answer came back may arrive.
    assert len(late) < WORKERS
    left = "ready" if action == "create" else "valid"
    counts = Counter(stub_importer.statuses(report.run))
    assert counts.keys() == {left, "created" if action == "create" else "ready"}
    assert counts[left]


def test_after_401_the_next_file_is_not_tried(
    stub_server: StubServer, stub_importer: InProcessImporter, table: Table, program: Any
) -> None:
    """An import of two files ends with the first refusal of the credentials."""
    paths = [table(f"{name}.csv", HEADINGS, (name, "queue", "1")) for name in "ab"]
    stub_server.answers["create"] = lambda _: envelope("401")
    done = program("import", *paths, "--yes", "--url", stub_server.url)
    assert done.exit_code == ExitCode.CONFIGURATION
    assert stub_server.actions() == ["validate", "validate", "list", "create"]


def test_failures_in_a_row_stop_all_workers(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path
) -> None:
    """After ten failures of a kind the run stops with exit code 7, and the rows not tried stay ready."""
    stub_server.answers["create"] = lambda _: envelope("500")
    report = stub_importer.load(path)
    assert report.exit_code == ExitCode.UNREACHABLE
    assert isinstance(report.stopped, ServerUnusable)
    assert "consecutive failures of the same kind" in report.stopped.message
    assert 10 <= stub_server.actions().count("create") <= 17
    counts = Counter(stub_importer.statuses(report.run))
    assert counts == {
        "in_doubt": stub_server.actions().count("create"),
        "ready": 60 - stub_server.actions().count("create"),
    }


def test_a_share_of_failures_stops_all_workers(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path
) -> None:
    """More than the share of the last fifty rows, and the run stops with exit code 7."""
    numbers = iter(range(1000))
    stub_server.answers["create"] = lambda asked: (
        envelope("500")
        if (number := next(numbers)) % 3
        else envelope("200", {"id": stub_server.store(asked) + 0 * number})
    )
    report = stub_importer.load(path, workers=1)
    assert report.exit_code == ExitCode.UNREACHABLE
    assert report.stopped is not None
    assert "of the last 50 rows failed" in report.stopped.message
    # The fifty rows that the server has checked before count as successes.
    assert Counter(stub_importer.statuses(report.run)) == {"created": 13, "in_doubt": 26, "ready": 21}


def test_what_a_row_is_refused_for_does_not_count(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path
) -> None:
    """400, 403 and 404 are about rows: sixty of them stop nothing, and each row has its code, key and message."""
    stub_server.answers["create"] = lambda _: envelope("400", key="dnumber", message="no such queue")
    report = stub_importer.load(path)
    assert report.stopped is None
    assert report.exit_code == ExitCode.NOTHING_SENT
    outcome = stub_importer.rows(report.run)[0].outcome
    assert (outcome.status, outcome.code, outcome.key) == ("rejected", "400", "dnumber")


def test_an_unreachable_server_stops_the_check(journal: Path, path: Path) -> None:
    """Where no connection is made, the run stops with exit code 7 at its first row; nothing is lost."""
    sandbox_importer = InProcessImporter(journal, "http://127.0.0.1:9/api/json/", SendOptions(workers=8))
    report = sandbox_importer.load(path)
    assert report.exit_code == ExitCode.UNREACHABLE
    assert report.stopped is not None
    assert "refuses connections on port" in report.stopped.message
    assert set(sandbox_importer.statuses(report.run)) == {"valid"}


def test_a_server_that_goes_away_fails_rows_and_stops(journal: Path, path: Path) -> None:
    """A create that cannot connect is proven not created: failed, never in doubt; apply goes on when it is back."""
    with ExitStack() as running:
        sandbox = running.enter_context(Sandbox())
        sandbox_importer = InProcessImporter(journal, sandbox.url, SendOptions(workers=8, settle_wait=0))
        run = sandbox_importer.plan(path).run
        sandbox_importer.observer.stage = (  # type: ignore[method-assign]
            lambda words, _rows, *_: running.close() if words == "Creating" else None
        )
        report = sandbox_importer.apply(run)
    assert report.exit_code == ExitCode.UNREACHABLE
    assert set(sandbox_importer.statuses(run)) == {"failed", "ready"}
    with Sandbox(port=sandbox.port) as sandbox:
        assert sandbox_importer.apply(run).exit_code == ExitCode.DONE
        assert len(sandbox.campaigns()) == 60


@pytest.mark.parametrize("workers", [1, 8])
def test_asked_to_stop_in_the_middle(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path, workers: int
) -> None:
    """What is in flight ends with its answer, nothing new leaves, and no row is left as sending."""

    def create(asked: dict[str, str]) -> dict[str, Any]:
        if asked["name"] == "N20":
            stub_importer.stop.request()
        time.sleep(0.01)
        return envelope("200", {"id": stub_server.store(asked)})

    stub_server.answers["create"] = create
    report = stub_importer.load(path, workers=workers)
    assert isinstance(report.stopped, Interrupted)
    assert report.exit_code == ExitCode.INTERRUPTED
    counts = Counter(stub_importer.statuses(report.run))
    assert counts == {"created": len(stub_server.campaigns), "ready": 60 - len(stub_server.campaigns)}
    assert len(stub_server.campaigns) <= 21 + workers


def test_asked_to_stop_before_the_first(stub_server: StubServer, stub_importer: InProcessImporter, path: Path) -> None:
    """Asked to end before anything has left, every row stays ready."""
    run = stub_importer.plan(path).run
    stub_importer.observer.stage = lambda words, rows, *_: stub_importer.stop.request() if words == "Creating" else None  # type: ignore[method-assign]
    assert stub_importer.apply(run).exit_code == ExitCode.INTERRUPTED
    assert set(stub_importer.statuses(run)) == {"ready"}
    assert "create" not in stub_server.actions()


def test_asked_to_stop_while_the_server_wants_time(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path
) -> None:
    """A wait that the server asked for ends at once when we are asked to end; the row was not taken and stays ready."""
    stub_server.answers["create"] = lambda _: Page(429, headers={"Retry-After": "60"})
    stub_importer.stop = SlowStop()  # type: ignore[assignment]
    stub_importer.retry_policy = RetryPolicy()
    began = time.monotonic()
    timer = threading.Timer(0.5, stub_importer.stop.request)
    timer.start()
    report = stub_importer.load(path)
    assert time.monotonic() - began < 20
    assert report.exit_code == ExitCode.INTERRUPTED
    assert set(stub_importer.statuses(report.run)) == {"ready"}


def test_an_unexpected_error_leaves_no_row_behind(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path
) -> None:
    """A bug in one worker ends the run; what was sent is found by the next one, and nothing is created twice."""
    run = stub_importer.plan(path).run
    calls = iter(range(1000))

    def told(status: object) -> None:
        if next(calls) == 20:
            raise ZeroDivisionError

    stub_importer.observer.row = told  # type: ignore[method-assign]
    with pytest.raises(ZeroDivisionError), stub_importer.session("apply") as session:
        pipeline.apply(session, run)
    stub_importer.observer = type(stub_importer.observer)()
    stub_importer.stop = type(stub_importer.stop)()
    wait_for(lambda: len(stub_server.requests) == len([one for one in stub_server.requests if one.finished]))
    assert stub_importer.apply(run).exit_code == ExitCode.DONE
    assert Counter(one["name"] for one in stub_server.campaigns).most_common(1)[0][1] == 1
    assert len(stub_server.campaigns) == 60


# The canary is one worker's errand


def test_a_canary_does_not_change_what_is_created(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path
) -> None:
    """The first few are created and read back once; all rows are created once."""
    report = stub_importer.load(path, ImportOptions(), canary=3)
    assert report.exit_code == ExitCode.DONE
    assert len(stub_server.campaigns) == 60
    assert stub_server.actions().count("get") == 3
    assert stub_server.actions().index("get") == stub_server.actions().index("create") + 3
