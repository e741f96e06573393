"""The faults of the stand-in server: what the client sees, and what is in the database afterwards."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPResponse, IncompleteRead, RemoteDisconnected
from pathlib import Path
from urllib.parse import urlencode

import pytest

from importer.sandbox import ACTIONS, FAULT_NAMES, Faults, Modes, Sandbox
from importer.sandbox.faults import FAULTS
from tests.support.processes import PATIENCE, wait_for

FORM = {"auth_username": "admin", "auth_password": "secret", "name": "a", "dtype": "hangup"}
SHORT = 0.2


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(faults=Faults(late_by=SHORT, retry_after=7)) as running:
        yield running


@pytest.fixture
def connect(sandbox: Sandbox) -> Iterator[Callable[[], HTTPConnection]]:
    opened: list[HTTPConnection] = []

    def open_one(timeout: float = 5) -> HTTPConnection:
        opened.append(HTTPConnection("127.0.0.1", sandbox.port, timeout=timeout))
        return opened[-1]

    yield open_one
    for connection in opened:
        connection.close()


def send(connection: HTTPConnection, function: str = "campaigns/create", **given: str) -> HTTPResponse:
    """Post a form and return the response with its body still unread."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    folder = "bulk/" if function.startswith(("campaigns/", "destinations/")) else ""
    connection.request("POST", f"/api/json/{folder}{function}", urlencode({**FORM, **given}), headers)
    return connection.getresponse()


def code_of(response: HTTPResponse) -> str:
    """Return the code in the body."""
    return str(json.loads(response.read())["responses"][0]["code"])


Connect = Callable[..., HTTPConnection]


@pytest.mark.parametrize(
    ("fault", "status", "retry_after"),
    [
        ("throttled", 429, "7"),
        ("unavailable", 503, "7"),
        ("unavailable_bare", 503, None),
        ("bad_gateway", 502, None),
    ],
)
def test_refusals_of_the_web_server(
    sandbox: Sandbox, connect: Connect, fault: str, status: int, retry_after: str | None
) -> None:
    """429, 503 and 502 come as HTML with the right Retry-After, store nothing, and keep the connection."""
    sandbox.script("create", [fault])
    connection = connect()
    response = send(connection)
    assert (response.status, response.headers["Retry-After"]) == (status, retry_after)
    assert response.headers["Content-Type"] == "text/html"
    assert response.read().startswith(b"<html>")
    assert sandbox.campaigns() == []
    assert code_of(send(connection)) == "200"


def test_retry_after_as_a_date(sandbox: Sandbox, connect: Connect) -> None:
    """Retry-After can be an HTTP date that lies the given seconds ahead."""
    sandbox.faults = replace(sandbox.faults, retry_after=100, retry_after_as_date=True)
    sandbox.script("create", ["throttled"])
    response = send(connect())
    response.read()
    ahead = parsedate_to_datetime(response.headers["Retry-After"]).timestamp() - time.time()
    assert 90 < ahead <= 100


@pytest.mark.parametrize(("fault", "stored"), [("error_500", 0), ("error_500_stored", 1)])
@pytest.mark.parametrize(("http_status", "status"), [("ok", 200), ("mirrored", 500)])
def test_internal_error(
    sandbox: Sandbox, connect: Connect, fault: str, stored: int, http_status: str, status: int
) -> None:
    """An internal error is an envelope with code 500, whether or not the campaign was stored."""
    sandbox.modes = Modes(http_status=http_status)
    sandbox.script("create", [fault])
    response = send(connect())
    assert response.status == status
    assert code_of(response) == "500"
    assert len(sandbox.campaigns()) == stored
    assert sandbox.requests[-1].code == "500"


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [("bad_gateway_stored", 502, b"<html>"), ("foreign", 200, b"<html>"), ("empty", 200, b"")],
)
def test_answer_lost_behind_something_else(
    sandbox: Sandbox, connect: Connect, fault: str, status: int, body: bytes
) -> None:
    """A page, or nothing, instead of the answer hides that the campaign was stored."""
    sandbox.script("create", [fault])
    response = send(connect())
    assert response.status == status
    assert response.read()[: len(body) or None] == body
    assert len(sandbox.campaigns()) == 1
    assert (sandbox.requests[-1].fault, sandbox.requests[-1].code) == (fault, None)


@pytest.mark.parametrize(("fault", "stored"), [("dropped_before", 0), ("dropped_after", 1)])
def test_dropped_connection(sandbox: Sandbox, connect: Connect, fault: str, stored: int) -> None:
    """A dropped connection is a reset, and only the database tells whether the campaign was stored."""
    sandbox.script("create", [fault])
    with pytest.raises(ConnectionResetError) as caught:
        send(connect())
    assert not isinstance(caught.value, RemoteDisconnected)
    assert len(sandbox.campaigns()) == stored
    assert (sandbox.requests[-1].fault, sandbox.requests[-1].code) == (fault, None)


def test_cut_answer(sandbox: Sandbox, connect: Connect) -> None:
    """A cut answer promises its whole length, holds half of it, and the campaign is stored."""
    sandbox.script("create", ["cut"])
    response = send(connect())
    with pytest.raises(IncompleteRead) as caught:
        response.read()
    promised = int(response.headers["Content-Length"])
    assert len(caught.value.partial) == promised // 2
    assert len(sandbox.campaigns()) == 1


def test_late_answer(sandbox: Sandbox, connect: Connect) -> None:
    """A late answer arrives late, but the campaign is there long before."""
    sandbox.script("create", ["late"])
    connection, began = connect(), time.monotonic()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/api/json/bulk/campaigns/create", urlencode(FORM), headers)
    wait_for(lambda: len(sandbox.campaigns()) == 1)
    assert time.monotonic() - began < SHORT
    assert code_of(connection.getresponse()) == "200"
    assert time.monotonic() - began >= SHORT * 0.95


def test_late_store_answers_after_storing(sandbox: Sandbox, connect: Connect) -> None:
    """A late store leaves the database empty for a while, then stores and answers."""
    sandbox.script("create", ["late_store"])
    connection, began = connect(), time.monotonic()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/api/json/bulk/campaigns/create", urlencode(FORM), headers)
    time.sleep(SHORT / 10)
    assert sandbox.campaigns() == []
    assert code_of(connection.getresponse()) == "200"
    assert time.monotonic() - began >= SHORT * 0.95
    assert len(sandbox.campaigns()) == 1


@pytest.mark.parametrize(("fault", "stored_at_once"), [("late", 1), ("late_store", 0)])
def test_client_that_does_not_wait(sandbox: Sandbox, connect: Connect, fault: str, stored_at_once: int) -> None:
    """A client that gives up is served all the same; the log has no code for it."""
    sandbox.script("create", [fault])
    connection = connect(timeout=SHORT / 4)
    with pytest.raises(TimeoutError):
        send(connection)
    connection.close()
    wait_for(lambda: len(sandbox.campaigns()) == stored_at_once)
    assert sandbox.requests == []
    wait_for(lambda: len(sandbox.requests) == 1)
    assert len(sandbox.campaigns()) == 1
    assert sandbox.requests[0].code is None


def test_late_store_survives_the_end_of_the_server(tmp_path: Path) -> None:
    """A store still outstanding when the server stops is carried out before it stops."""
    database = tmp_path / "sandbox.sqlite"
    with Sandbox(database=database, faults=Faults(late_store=1, late_by=60)) as sandbox:
        connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=0.1)
        with pytest.raises(TimeoutError):
            send(connection)
        connection.close()
        assert sandbox.campaigns() == []
    with Sandbox(database=database) as sandbox:
        assert [row["name"] for row in sandbox.campaigns()] == ["a"]


def test_latency_delays_every_answer_side_by_side(sandbox: Sandbox) -> None:
    """Latency is added to each answer, and many connections wait at the same time."""
    sandbox.faults = Faults(latency=SHORT)
    began = time.monotonic()
    codes: list[str] = []

    def one() -> None:
        connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE)
        codes.append(code_of(send(connection)))
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["200"] * 10
    assert SHORT * 0.95 <= time.monotonic() - began < SHORT * 9
    assert all(seen.finished - seen.arrived >= SHORT * 0.9 for seen in sandbox.requests)


def test_pipelined_requests_keep_their_order_under_faults(sandbox: Sandbox) -> None:
    """An answer that is late holds back the answers after it on the same connection."""
    sandbox.faults = Faults(late_by=0.05)
    sandbox.script("create", ["late", None, "late_store", None])
    body = urlencode(FORM).encode()
    request = b"POST /api/json/bulk/campaigns/create HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=PATIENCE) as client:
        client.sendall(request * 4)
        received = b""
        while received.count(b'"id"') < 4:
            received += client.recv(65536)
    assert [received.index(b'"id":%d}' % number) for number in (1, 2, 3, 4)] == sorted(
        received.index(b'"id":%d}' % number) for number in (1, 2, 3, 4)
    )


def test_script_is_followed_in_order_and_then_ends(sandbox: Sandbox, connect: Connect) -> None:
    """Scripted faults meet the next requests of their action one by one, and no other action."""
    sandbox.script("create", ["throttled", None])
    sandbox.script("create", ["bad_gateway"])
    sandbox.script("list", ["foreign"])
    connection = connect()
    statuses = []
    for _ in range(4):
        response = send(connection)
        response.read()
        statuses.append(response.status)
    assert statuses == [429, 200, 502, 200]
    assert [seen.fault for seen in sandbox.requests] == ["throttled", None, "bad_gateway", None]


def test_validation_has_a_script_of_its_own(sandbox: Sandbox, connect: Connect) -> None:
    """A create with validation=1 is the action validate, not create."""
    sandbox.script("validate", ["throttled"])
    connection = connect()
    assert code_of(send(connection)) == "200"
    assert send(connection, validation="1").status == 429
    assert [seen.action for seen in sandbox.requests] == ["create", "validate"]


def test_every_action_can_be_scripted(sandbox: Sandbox, connect: Connect) -> None:
    """Every action name stands for requests that can meet a fault."""
    for action in ACTIONS:
        sandbox.script(action, ["throttled"])
        name = action.replace("validate", "create")
        given = {"validation": "1"} if name != action else {}
        assert send(connect(), name if "/" in name else f"campaigns/{name}", **given).status == 429
        assert sandbox.requests[-1].action == action


@pytest.mark.parametrize("fault", FAULT_NAMES)
def test_every_fault_can_be_made_certain(fault: str) -> None:
    """A probability of 1 makes the fault meet every request."""
    with Sandbox(faults=Faults.parse(f"{fault}=1,late_by=0.01")) as sandbox:
        connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE)
        try:
            send(connection).read()
        except (ConnectionResetError, IncompleteRead):
            pass
        finally:
            connection.close()
        assert [seen.fault for seen in sandbox.requests] == [fault]


def given_to(function: str) -> dict[str, str]:
    """Return parameters with which a function of destinations changes what there is."""
    return {
        "campaign": "1",
        "dnumbers": "1,2",
        "dnumber": "1",
        **({"status": "failed"} if function == "update" else {}),
    }


@pytest.mark.parametrize("function", ["create", "update", "delete"])
@pytest.mark.parametrize("fault", FAULT_NAMES)
def test_destinations_under_every_fault(fault: str, function: str) -> None:
    """A fault of a change of destinations has it carried out or not, as its line says, and once at most."""
    with Sandbox(faults=Faults(late_by=0.01)) as sandbox:
        campaign = sandbox.add_campaign(name="a", enabled=0)
        if function != "create":
            sandbox.put_destinations(campaign, "1", "2")
        before, events = sandbox.destinations(campaign), len(sandbox.history)
        sandbox.script(f"destinations/{function}", [fault])
        connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE)
        try:
            send(connection, f"destinations/{function}", **given_to(function)).read()
        except (ConnectionResetError, IncompleteRead):
            pass
        finally:
            connection.close()
        carried_out = FAULTS[fault][0] != "no"
        assert (sandbox.destinations(campaign) != before) is carried_out
        assert len(sandbox.history) - events == (carried_out and function != "update")


def test_dry_runs_of_destinations_have_a_script_of_their_own(sandbox: Sandbox, connect: Connect) -> None:
    """validation=1 for destinations is the action destinations/validate; what stores nothing is spared otherwise."""
    campaign = sandbox.add_campaign(name="a", enabled=0)
    sandbox.script("destinations/create", ["throttled"])
    given = {"campaign": str(campaign), "dnumbers": "1"}
    assert code_of(send(connect(), "destinations/create", validation="1", **given)) == "201"
    assert send(connect(), "destinations/create", **given).status == 429
    assert [seen.action for seen in sandbox.requests] == ["destinations/validate", "destinations/create"]


def faults_met(sandbox: Sandbox, count: int) -> list[str | None]:
    """Send some creates over fresh connections and return the faults that met them."""
    sandbox.clear_requests()
    for _ in range(count):
        connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE)
        send(connection).read()
        connection.close()
    return [seen.fault for seen in sandbox.requests]


def test_same_seed_same_faults(sandbox: Sandbox) -> None:
    """The same seed gives the same faults to the same requests, another seed gives others."""
    likely = Faults(throttled=0.3, empty=0.3, seed=11)
    sandbox.faults = likely
    first = faults_met(sandbox, 40)
    sandbox.faults = likely
    assert faults_met(sandbox, 40) == first
    assert {"throttled", "empty", None} == set(first)
    sandbox.faults = replace(likely, seed=12)
    assert faults_met(sandbox, 40) != first


def test_probabilities_can_be_confined_to_actions(sandbox: Sandbox, connect: Connect) -> None:
    """With a set of actions, the probabilities spare all others."""
    sandbox.faults = Faults(throttled=1, actions=frozenset({"list"}))
    assert code_of(send(connect())) == "200"
    assert send(connect(), "campaigns/list").status == 429
