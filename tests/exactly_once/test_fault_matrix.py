"""The fault matrix: every fault of the stand-in server, in every action, with one worker and with eight, and lies."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from importer import pipeline, switching
from importer.delivery.switching import Switch
from importer.enswitch import RetryPolicy
from importer.errors import ServerUnusable
from importer.model import ExitCode
from importer.run_options import SendOptions
from importer.sandbox import FAULT_NAMES, Faults, Modes, Sandbox
from tests.support.in_process import SETTLE_WAIT, InProcessImporter, Quiet
from tests.support.processes import wait_for

Table = Callable[..., Path]

TIMEOUT = 0.2
LATE_BY = 0.4
TRIES = 3
ROWS = 9

PASSING = {"throttled", "unavailable"}
"""The server says that it did not take the request, and that it will later."""

STORED = {"error_500_stored", "bad_gateway_stored", "dropped_after", "cut", "late", "late_store", "foreign", "empty"}
"""The server carries the request out, and the client does not get to know."""

WORDS = {
    "throttled": "The server asked us to wait (HTTP 429).",
    "unavailable": "The server asked us to wait (HTTP 503).",
    "unavailable_bare": "The response did not come from the Enswitch API (HTTP 503, no envelope).",
    "error_500": "The server reported an internal failure (500",
    "error_500_stored": "The server reported an internal failure (500",
    "bad_gateway": "The response did not come from the Enswitch API (HTTP 502, no envelope).",
    "bad_gateway_stored": "The response did not come from the Enswitch API (HTTP 502, no envelope).",
    "dropped_before": "The connection to 127.0.0.1 broke before the response was complete.",
    "dropped_after": "The connection to 127.0.0.1 broke before the response was complete.",
    "cut": "The connection to 127.0.0.1 broke before the response was complete.",
    "late": "No response from 127.0.0.1 within 0.2 seconds.",
    "late_store": "No response from 127.0.0.1 within 0.2 seconds.",
    "foreign": "The response did not come from the Enswitch API (HTTP 200, no envelope).",
    "empty": "The response did not come from the Enswitch API (HTTP 200, no envelope).",
}

every_fault = pytest.mark.parametrize("fault", FAULT_NAMES)
both_crews = pytest.mark.parametrize("workers", [1, 8])


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A server that asks for no time when it asks to wait, and is late by more than the time-out."""
    with Sandbox(faults=Faults(late_by=LATE_BY, retry_after=0)) as running:
        yield running


@pytest.fixture
def sandbox_importer(sandbox: Sandbox, journal: Path, workers: int, fault: str) -> InProcessImporter:
    """A journal and the sandbox, few tries, and a time-out that is short where the fault is to be late."""
    return InProcessImporter(
        journal,
        sandbox.url,
        SendOptions(workers=workers, settle_wait=SETTLE_WAIT),
        timeout=TIMEOUT if fault.startswith("late") else 10,
        retry_policy=RetryPolicy(tries=TRIES, first=0.001, longest=0.001),
    )


@pytest.fixture
def path(table: Table) -> Path:
    """A file of nine different rows."""
    return table("a.csv", ("name", "dtype", "dnumber"), *((f"N{number}", "queue", "1") for number in range(ROWS)))


def asked(sandbox: Sandbox, expected: int) -> Counter[str]:
    """Return how often each action was asked for, once N requests have come to their end."""
    wait_for(lambda: len(sandbox.requests) >= expected)
    return Counter(seen.action for seen in sandbox.requests)


def let_late_ones_arrive(sandbox_importer: InProcessImporter, sandbox: Sandbox, fault: str) -> None:
    """Have the wait between two looks end when what is late has been stored."""
    if fault == "late_store":
        before = len(sandbox.campaigns())
        sandbox_importer.stop.meanwhile = lambda seconds: (
            wait_for(lambda: len(sandbox.campaigns()) > before) if seconds == SETTLE_WAIT else None
        )


# Validation


@every_fault
@both_crews
def test_a_fault_in_the_check_is_tried_again(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path, fault: str
) -> None:
    """A dry run may be repeated on any fault: one more request, every row created, nothing in doubt."""
    sandbox.script("validate", [None, fault])
    report = sandbox_importer.load(path)
    assert report.exit_code == ExitCode.DONE
    assert report.stopped is None
    assert len(sandbox.campaigns()) == ROWS
    assert asked(sandbox, 2 * ROWS + 2) == {"validate": ROWS + 1, "list": 1, "create": ROWS}


@every_fault
@both_crews
def test_a_check_that_fails_for_good_creates_nothing(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Table, fault: str
) -> None:
    """Where the server cannot check a row, the row stays valid, nothing is created, and the exit code is 7."""
    # More than are needed: on a busy machine a request may be given up that the server takes all the same.
    sandbox.script("validate", [fault] * TRIES * 2 * 2 * 5)
    report = sandbox_importer.load(
        table("two.csv", ("name", "dtype", "dnumber"), ("A", "queue", "1"), ("B", "queue", "1"))
    )
    assert report.exit_code == ExitCode.UNREACHABLE
    assert isinstance(report.stopped, ServerUnusable)
    assert report.stopped.message.startswith("The server failed to check 2 rows, so none was created.")
    assert sandbox_importer.statuses(report.run) == ["valid"] * 2
    assert all(row.message.startswith(WORDS[fault]) for row in sandbox_importer.rows(report.run))
    assert sandbox.campaigns() == []
    assert asked(sandbox, TRIES * 2 * 2) == {"validate": TRIES * 2 * 2}


# Create


@every_fault
@both_crews
def test_a_fault_in_a_create(sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path, fault: str) -> None:
    """A create that was not taken is repeated at once; else it is looked up, and sent again only if absent twice."""
    sandbox.script("create", [None, fault])
    let_late_ones_arrive(sandbox_importer, sandbox, fault)
    report = sandbox_importer.load(path)
    assert report.exit_code == ExitCode.DONE
    assert sandbox_importer.statuses(report.run) == ["created"] * ROWS
    held = {one["name"]: str(one["id"]) for one in sandbox.campaigns()}
    assert len(sandbox.campaigns()) == len(held) == ROWS
    assert sandbox_importer.ids(report.run) == [held[f"N{number}"] for number in range(ROWS)]
    looks = 0 if fault in PASSING else 2 if fault not in STORED or fault == "late_store" else 1
    creates = ROWS if fault in STORED else ROWS + 1
    assert asked(sandbox, ROWS + 1 + looks + creates) == {"validate": ROWS, "list": 1 + looks, "create": creates}
    assert sandbox_importer.stop.slept.count(SETTLE_WAIT) == (1 if looks == 2 else 0)


@every_fault
@both_crews
def test_a_row_whose_create_met_a_fault_says_so(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path, fault: str
) -> None:
    """Until it is settled, a row is failed where the server did not take it and in doubt elsewhere, with the reason."""
    sandbox.script("create", [fault] * (TRIES if fault in PASSING else 1))
    run = sandbox_importer.plan(path).run
    sandbox.clear_requests()
    with sandbox_importer.session("apply", max_errors=1) as session:
        report = pipeline.apply(session, run)
    assert report.exit_code == ExitCode.UNREACHABLE
    assert report.stopped is not None
    assert report.stopped.message.startswith(f"Stopped after 1 consecutive failures of the same kind: {WORDS[fault]}")
    assert sandbox_importer.statuses(run) == ["failed" if fault in PASSING else "in_doubt", *["ready"] * (ROWS - 1)]
    assert sandbox_importer.rows(run)[0].message.startswith(
        ("Not created: " if fault in PASSING else "") + WORDS[fault]
    )
    creates = TRIES if fault in PASSING else 1
    assert asked(sandbox, 1 + creates) == {"list": 1, "create": creates}


@every_fault
@both_crews
@pytest.mark.parametrize("lie", ["list_first=4", "list_last=2", "list_late=3600", "list_none=yes"])
def test_a_fault_in_a_create_while_lists_are_not_whole(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path, fault: str, lie: str
) -> None:
    """A list that lacks what is known makes no row twice, however its create ended; a whole one ends the doubt."""
    sandbox.script("create", [None, fault])
    lying = Modes.parse(lie)
    sandbox_importer.observer.stage = (  # type: ignore[method-assign]
        lambda words, _rows, *_: setattr(sandbox, "modes", lying) if words == "Creating" else None
    )
    run = sandbox_importer.load(path).run
    if fault in STORED:
        wait_for(lambda: len(sandbox.campaigns()) == ROWS)
    assert set(Counter(one["name"] for one in sandbox.campaigns()).values()) == {1}
    sandbox_importer.observer = Quiet()
    sandbox.modes = Modes()
    assert sandbox_importer.apply(run).exit_code == ExitCode.DONE
    assert Counter(one["name"] for one in sandbox.campaigns()) == {f"N{number}": 1 for number in range(ROWS)}


@pytest.mark.parametrize("fault", sorted(PASSING))
@both_crews
def test_a_create_that_is_never_taken_fails(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path, fault: str
) -> None:
    """A row for which the server asked to wait until the end of its tries is failed, exit code 4; apply tries again."""
    sandbox.script("create", [fault] * TRIES)
    report = sandbox_importer.load(path)
    assert report.exit_code == ExitCode.SOME_WRONG
    assert sandbox_importer.statuses(report.run) == ["failed", *["created"] * (ROWS - 1)]
    assert sandbox_importer.apply(report.run).exit_code == ExitCode.DONE
    assert len(sandbox.campaigns()) == ROWS


# List


@every_fault
@both_crews
def test_a_fault_in_a_list_is_tried_again(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path, fault: str
) -> None:
    """A list may be repeated on any fault, the one before the run and the one that settles."""
    sandbox.script("list", [fault, None, fault])
    sandbox.script("create", ["dropped_after"])
    report = sandbox_importer.load(path)
    assert report.exit_code == ExitCode.DONE
    assert report.notes == ()
    assert len(sandbox.campaigns()) == ROWS
    assert asked(sandbox, 2 * ROWS + 4) == {"validate": ROWS, "list": 4, "create": ROWS}


@every_fault
@both_crews
def test_a_list_that_fails_for_good_leaves_rows_in_doubt(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path, fault: str
) -> None:
    """Where a lost row cannot be looked up it stays in doubt, exit code 5, and is not sent again; apply goes on."""
    sandbox.script("list", [None, *[fault] * TRIES])
    sandbox.script("create", ["dropped_before"])
    report = sandbox_importer.load(path)
    assert report.exit_code == ExitCode.IN_DOUBT
    assert sandbox_importer.statuses(report.run) == ["in_doubt", *["created"] * (ROWS - 1)]
    message = sandbox_importer.rows(report.run)[0].message
    list_words = f"Its list of campaigns could not be read: {WORDS[fault]}"
    assert message.startswith(f"Sent, but the server did not respond. {list_words}")
    assert asked(sandbox, 2 * ROWS + 1 + TRIES) == {"validate": ROWS, "list": 1 + TRIES, "create": ROWS}
    assert sandbox_importer.apply(report.run).exit_code == ExitCode.DONE
    assert len(sandbox.campaigns()) == ROWS


# Get


@every_fault
@both_crews
def test_a_fault_in_a_get_is_tried_again(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path, fault: str
) -> None:
    """Reading back may be repeated on any fault: the canary goes on when it has its answer."""
    sandbox.script("get", [fault])
    report = sandbox_importer.load(path, canary=2)
    assert report.exit_code == ExitCode.DONE
    assert asked(sandbox, 2 * ROWS + 4) == {"validate": ROWS, "list": 1, "create": ROWS, "get": 3}


@every_fault
@both_crews
def test_a_get_that_fails_for_good_stops_the_canary(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path, fault: str
) -> None:
    """A campaign that cannot be read back stops the run with exit code 7; the other rows stay ready."""
    sandbox.script("get", [fault] * TRIES)
    report = sandbox_importer.load(path, canary=2)
    assert report.exit_code == ExitCode.UNREACHABLE
    assert report.stopped is not None
    assert f"Row 2, campaign 1 could not be read from the server. {WORDS[fault]}" in report.stopped.message
    assert sandbox_importer.statuses(report.run) == ["created"] * 2 + ["ready"] * (ROWS - 2)
    assert asked(sandbox, ROWS + 1 + 2 + TRIES + 1)["create"] == 2


# Update


@every_fault
@both_crews
def test_a_fault_in_an_update_is_tried_again(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path, fault: str
) -> None:
    """Switching may be repeated on any fault: all campaigns of the run are switched."""
    run = sandbox_importer.load(path).run
    sandbox.clear_requests()
    sandbox.script("update", [None, fault])
    with sandbox_importer.session("disable") as session:
        switched = switching.switch(session, run, Switch(enabled=False))
    assert (switched.done, switched.failures) == (ROWS, ())
    assert asked(sandbox, 2 * ROWS + 1) == {"get": ROWS, "update": ROWS + 1}
    assert {one["enabled"] for one in sandbox.campaigns()} == {0}


@every_fault
@both_crews
def test_an_update_that_fails_for_good_is_told(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, path: Path, fault: str
) -> None:
    """A campaign that cannot be switched is named with the reason; the others are switched."""
    run = sandbox_importer.load(path).run
    sandbox.clear_requests()
    sandbox.script("update", [fault] * TRIES)
    with sandbox_importer.session("disable") as session:
        switched = switching.switch(session, run, Switch(enabled=False))
    assert switched.done == ROWS - 1
    assert len(switched.failures) == 1
    assert switched.failures[0].startswith(f"Row 2, campaign 1: {WORDS[fault]}")
    assert asked(sandbox, 2 * ROWS + TRIES - 1) == {"get": ROWS, "update": ROWS + TRIES - 1}
