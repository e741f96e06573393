"""The stand-in server as a web server: paths, separators, encodings, connections, modes, its request log."""

import json
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from importer.sandbox import Modes, Sandbox, wire
from tests.support.processes import PATIENCE

LOGIN = {"auth_username": "admin", "auth_password": "secret"}
CREATE = {**LOGIN, "name": "a", "dtype": "mailbox", "dnumber": "1"}
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def connection(sandbox: Sandbox) -> Iterator[HTTPConnection]:
    opened = HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE)
    yield opened
    opened.close()


def post(connection: HTTPConnection, function: str, given: dict[str, str]) -> Any:
    """Post a form and return the envelope."""
    connection.request("POST", f"/api/json/bulk/{function}/", urlencode(given), FORM_TYPE)
    return json.loads(connection.getresponse().read())


def raw(sandbox: Sandbox, request: bytes, *, pieces: int = 1) -> bytes:
    """Send bytes as they are, in one piece or several, and read until the server hangs up."""
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=PATIENCE) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        size = -(-len(request) // pieces)
        for start in range(0, len(request), size):
            client.sendall(request[start : start + size])
        received = b""
        while more := client.recv(65536):
            received += more
    return received


@pytest.mark.parametrize("base", ["/api/json/", "/local/api/json/"])
@pytest.mark.parametrize("end", ["", "/"])
@pytest.mark.parametrize("separator", [";", "&"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_way_to_ask(
    sandbox: Sandbox, connection: HTTPConnection, base: str, end: str, separator: str, method: str
) -> None:
    """Both bases, with and without slash, both separators, query or form: all reach the same function."""
    text = separator.join(f"{name}={quote(value)}" for name, value in CREATE.items())
    path = f"{base}bulk/campaigns/create{end}"
    if method == "GET":
        connection.request("GET", f"{path}?{text}")
    else:
        connection.request("POST", path, text, FORM_TYPE)
    assert json.loads(connection.getresponse().read())["data"] == {"id": 1}
    assert sandbox.campaigns()[0]["name"] == "a"


def test_parameters_from_query_and_form_together(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """Parameters may come in the query and the form at once; the form wins where both have one."""
    connection.request(
        "POST",
        "/api/json/bulk/campaigns/create?name=query;dtype=hangup",
        urlencode({**LOGIN, "name": "form"}),
        FORM_TYPE,
    )
    connection.getresponse().read()
    assert [(row["name"], row["dtype"]) for row in sandbox.campaigns()] == [("form", "hangup")]


def test_bodies_that_are_no_form_do_not_count(connection: HTTPConnection) -> None:
    """A JSON body is not read, so the credentials in it are missing."""
    connection.request(
        "POST", "/api/json/bulk/campaigns/create", json.dumps(CREATE), {"Content-Type": "application/json"}
    )
    assert json.loads(connection.getresponse().read())["responses"][0]["code"] == "401"


@pytest.mark.parametrize("name", ["Frühling", "חורף", "夏 😀", "a;b&c=d", "50% + 1", "+44", "'; DROP TABLE campaigns"])
def test_values_travel_unchanged(connection: HTTPConnection, sandbox: Sandbox, name: str) -> None:
    """Any UTF-8 text, separators percent-encoded, comes back from the list as it was sent."""
    post(connection, "campaigns/create", {**CREATE, "name": name})
    assert sandbox.campaigns()[0]["name"] == name
    assert post(connection, "campaigns/list", LOGIN)["data"][0]["name"] == name


def test_plus_is_a_space_and_an_escaped_semicolon_no_separator(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """In a query `+` is a space, %2B a plus, and %3B a semicolon that separates nothing."""
    query = "auth_username=admin;auth_password=secret;name=a+b%2B%3Bdtype=x;dtype=hangup;;"
    connection.request("GET", f"/api/json/bulk/campaigns/create?{query}")
    connection.getresponse().read()
    assert sandbox.campaigns()[0]["name"] == "a b+;dtype=x"


def test_bytes_that_are_not_utf8_are_refused(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """A value in another encoding, escaped or not, is a 400 that names its parameter."""
    form = urlencode({**LOGIN, "dtype": "hangup"}).encode()
    for name in (b"Fr%FChling", b"Fr\xfchling"):
        connection.request("POST", "/api/json/bulk/campaigns/create", form + b"&name=" + name, FORM_TYPE)
        (response,) = json.loads(connection.getresponse().read())["responses"]
        assert (response["code"], response["key"]) == ("400", "name")
    assert sandbox.campaigns() == []


@pytest.mark.parametrize("path", ["/", "/api/json/", "/api/json/faxes/list", "/api/json/bulk/campaigns/create//"])
def test_foreign_paths(connection: HTTPConnection, sandbox: Sandbox, path: str) -> None:
    """A path outside the API is an HTML 404, as from any web server."""
    connection.request("GET", path)
    response = connection.getresponse()
    assert (response.status, response.headers["Content-Type"]) == (404, "text/html")
    assert b"404 Not Found" in response.read()
    assert (sandbox.requests[-1].action, sandbox.requests[-1].code) == ("", None)


def test_other_methods(connection: HTTPConnection) -> None:
    """Only GET and POST are accepted."""
    connection.request("PUT", "/api/json/bulk/campaigns/create")
    response = connection.getresponse()
    response.read()
    assert response.status == 405


def test_keep_alive(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """One connection serves any number of requests."""
    connection.connect()
    used = connection.sock
    for _ in range(20):
        post(connection, "campaigns/create", CREATE)
    assert connection.sock is used
    assert len(sandbox.campaigns()) == 20


def create_request(*headers: str, version: str = "HTTP/1.1", body: bytes | None = None) -> bytes:
    """Write a create as bytes."""
    body = urlencode(CREATE).encode() if body is None else body
    lines = ["POST /api/json/bulk/campaigns/create " + version, f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def test_connection_close_is_obeyed(sandbox: Sandbox) -> None:
    """A client that asks for it, or speaks HTTP/1.0, is hung up on after the answer."""
    assert b'"id":1}' in raw(sandbox, create_request("Connection: close"))
    assert b'"id":2}' in raw(sandbox, create_request(version="HTTP/1.0"))


@pytest.mark.parametrize("pieces", [1, 7, 100])
def test_pipelined_requests(sandbox: Sandbox, pieces: int) -> None:
    """Requests sent without waiting are answered in their order, however the bytes are split."""
    received = raw(sandbox, create_request() * 4 + create_request("Connection: close"), pieces=pieces)
    assert received.count(b"HTTP/1.1 200 OK") == 5
    places = [received.index(b'"id":%d}' % number) for number in range(1, 6)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n", b"413"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / SIP/2.0\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * wire.MAX_HEAD, b"431"),
    ],
)
def test_unreadable_requests(sandbox: Sandbox, request_bytes: bytes, status: bytes) -> None:
    """What is not a readable request gets its HTTP status and the end of the connection."""
    assert raw(sandbox, request_bytes).startswith(b"HTTP/1.1 " + status + b" ")


def test_two_hundred_connections_at_once(sandbox: Sandbox) -> None:
    """Two hundred clients connected at the same time are all served, each campaign once."""
    clients = [socket.create_connection(("127.0.0.1", sandbox.port), timeout=PATIENCE) for _ in range(200)]
    for client in clients:
        client.sendall(create_request())
    assert all(b'"code":"200"' in client.recv(65536) for client in clients)
    for client in clients:
        client.close()
    assert len(sandbox.campaigns()) == 200


def test_stored_before_answered(tmp_path: Path) -> None:
    """Another reader of the database file finds a campaign as soon as its answer is out."""
    database = tmp_path / "sandbox.sqlite"
    with Sandbox(database=database) as sandbox, closing(sqlite3.connect(database)) as reader:
        connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE)
        for number in range(1, 21):
            post(connection, "campaigns/create", CREATE)
            assert reader.execute("SELECT count(*) FROM campaigns").fetchone() == (number,)
        connection.close()


def test_ids_as_strings(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """ids=string turns every number inside data into text, in rows too."""
    sandbox.modes = Modes(ids="string")
    assert post(connection, "campaigns/create", CREATE)["data"] == {"id": "1"}
    row = post(connection, "campaigns/list", LOGIN)["data"][0]
    assert (row["id"], row["retry"]) == ("1", "3600")


def test_codes_as_numbers(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """codes=number makes the codes JSON numbers."""
    sandbox.modes = Modes(codes="number")
    assert post(connection, "campaigns/create", CREATE)["responses"][0]["code"] == 200


def test_responses_as_an_object(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """responses=object sends one bare object, the first where there are several."""
    sandbox.modes = Modes(responses="object")
    envelope = post(connection, "campaigns/create", CREATE)
    assert envelope == {"responses": {"code": "200", "key": "", "message": "OK"}, "data": {"id": 1}}
    refused = post(connection, "campaigns/create", LOGIN)["responses"]
    assert (refused["code"], refused["key"]) == ("400", "name")


@pytest.mark.parametrize(
    ("function", "given", "status"),
    [
        ("create", {}, 200),
        ("create", {"validation": "1"}, 201),
        ("create", {"name": ""}, 400),
        ("create", {"auth_password": "x"}, 401),
        ("create", {"auth_username": "user"}, 402),
        ("create", {"customer": "3"}, 403),
        ("get", {"id": "99"}, 404),
    ],
)
@pytest.mark.parametrize("mirrored", [False, True])
def test_http_status(
    connection: HTTPConnection, sandbox: Sandbox, function: str, given: dict[str, str], status: int, mirrored: bool
) -> None:
    """The HTTP status is 200 whatever the body says, or, mirrored, the code of the body."""
    sandbox.modes = Modes(http_status="mirrored" if mirrored else "ok")
    connection.request("POST", f"/api/json/bulk/campaigns/{function}", urlencode({**CREATE, **given}), FORM_TYPE)
    response = connection.getresponse()
    assert json.loads(response.read())["responses"][0]["code"] == str(status)
    assert response.status == (status if mirrored else 200)


def test_mirrored_204_has_no_body(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """A mirrored 204 is bare, as HTTP demands, and the connection stays usable."""
    sandbox.modes = Modes(http_status="mirrored")
    form = urlencode({**LOGIN, "id": str(sandbox.add_campaign(name="a"))})
    connection.request("POST", "/api/json/bulk/campaigns/delete", form, FORM_TYPE)
    response = connection.getresponse()
    assert (response.status, response.read()) == (204, b"")
    assert response.headers["Content-Length"] is None
    assert post(connection, "campaigns/list", LOGIN)["data"] == []


def test_few_fields_in_rows(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """list_fields=few leaves ID and name in the rows of list and get."""
    sandbox.modes = Modes(list_fields="few")
    sandbox.add_campaign(name="a")
    assert post(connection, "campaigns/list", LOGIN)["data"] == [{"id": 1, "name": "a"}]
    assert post(connection, "campaigns/get", {**LOGIN, "id": "1"})["data"] == {"id": 1, "name": "a"}


def test_no_data_on_create(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """data_on_create=missing answers 200 without data, though the campaign is stored."""
    sandbox.modes = Modes(data_on_create="missing")
    assert post(connection, "campaigns/create", CREATE) == {"responses": [{"code": "200", "key": "", "message": "OK"}]}
    assert len(sandbox.campaigns()) == 1


@pytest.mark.parametrize(
    ("modes", "shown"),
    [
        (Modes(list_first=2), [1, 2]),
        (Modes(list_last=2), [4, 5]),
        (Modes(list_first=4, list_last=1), [4]),
        (Modes(list_first=9), [1, 2, 3, 4, 5]),
        (Modes(list_late=3600), []),
    ],
    ids=["first", "last", "both", "more than there are", "late"],
)
def test_lists_that_are_not_whole(connection: HTTPConnection, sandbox: Sandbox, modes: Modes, shown: list[int]) -> None:
    """A list shows the first or the last N campaigns, or lacks the newest; get knows them all the same."""
    for name in "abcde":
        sandbox.add_campaign(name=name)
    sandbox.modes = modes
    assert [row["id"] for row in post(connection, "campaigns/list", LOGIN)["data"]] == shown
    assert post(connection, "campaigns/get", {**LOGIN, "id": "3"})["data"]["name"] == "c"
    sandbox.modes = Modes()
    assert len(post(connection, "campaigns/list", LOGIN)["data"]) == 5


def test_a_late_list_shows_what_is_old_enough(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """What was made before the seconds of list_late is shown."""
    sandbox.add_campaign(name="a")
    sandbox.modes = Modes(list_late=1e-9)
    assert [row["name"] for row in post(connection, "campaigns/list", LOGIN)["data"]] == ["a"]


def test_a_list_of_nothing(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """list_none answers a list with 204 and no data, whatever there is."""
    sandbox.add_campaign(name="a")
    sandbox.modes = Modes(list_none=True)
    assert post(connection, "campaigns/list", LOGIN) == {"responses": [{"code": "204", "key": "", "message": "OK"}]}


@pytest.mark.parametrize("function", ["campaigns/get", "campaigns/delete", "destinations/list"])
def test_a_server_without_a_function(connection: HTTPConnection, sandbox: Sandbox, function: str) -> None:
    """A function that is absent is a page that is not there, or says 404 without a key; the others are as ever."""
    sandbox.add_campaign(name="a")
    asked = {**LOGIN, "id": "1", "campaign": "1"}
    absent = frozenset({function.removeprefix("campaigns/")})
    sandbox.modes = Modes(absent=absent, absent_as="unknown")
    (response,) = post(connection, function, asked)["responses"]
    assert (response["code"], response["key"]) == ("404", "")
    sandbox.modes = Modes(absent=absent)
    connection.request("POST", f"/api/json/bulk/{function}", urlencode(asked), FORM_TYPE)
    page = connection.getresponse()
    assert (page.status, page.read()[:6]) == (404, b"<html>")
    assert post(connection, "campaigns/update", {**asked, "name": "b"})["responses"][0]["code"] == "204"


def test_one_id_for_every_create(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """create_id answers every create with one ID; the campaigns have their own."""
    sandbox.modes = Modes(create_id=1000)
    assert [post(connection, "campaigns/create", CREATE)["data"] for _ in range(2)] == [{"id": 1000}] * 2
    assert [row["id"] for row in sandbox.campaigns()] == [1, 2]


def test_a_person_changes_and_deletes(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """What a person does by hand is what the API shows then."""
    first, second = sandbox.add_campaign(name="a"), sandbox.add_campaign(name="b")
    sandbox.change_campaign(first, name="c", maximum=9)
    sandbox.delete_campaign(second)
    (row,) = post(connection, "campaigns/list", LOGIN)["data"]
    assert (row["id"], row["name"], row["maximum"]) == (first, "c", 9)


def test_unknown_parameters(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """Unknown parameters are ignored, or in strict mode each a 400, even where 400 is not documented."""
    given = {**CREATE, "colour": "red", "size": "2"}
    assert post(connection, "campaigns/create", given)["data"] == {"id": 1}
    sandbox.modes = Modes(strict=True)
    for function in ("create", "get", "delete", "list"):
        sent = given if function == "create" else {**LOGIN, "id": "1", "colour": "red", "size": "2"}
        keys = [each["key"] for each in post(connection, f"campaigns/{function}", sent)["responses"]]
        assert keys[-2:] == ["colour", "size"]
    assert len(sandbox.campaigns()) == 1


def test_password_in_the_query(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """In strict mode a password in the URL is a 400."""
    sandbox.modes = Modes(strict=True)
    connection.request("GET", f"/api/json/bulk/campaigns/list?{urlencode(LOGIN)}")
    (response,) = json.loads(connection.getresponse().read())["responses"]
    assert (response["code"], response["key"]) == ("400", "auth_password")


def test_old_version(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """Version 3.14 does not know keep_agents_available: ignored, not in rows, and a 400 in strict mode."""
    sandbox.modes = Modes(version="3.14")
    given = {**CREATE, "keep_agents_available": "5"}
    post(connection, "campaigns/create", given)
    assert sandbox.campaigns()[0]["keep_agents_available"] == 0
    assert "keep_agents_available" not in post(connection, "campaigns/list", LOGIN)["data"][0]
    sandbox.modes = Modes(version="3.14", strict=True)
    (response,) = post(connection, "campaigns/create", given)["responses"]
    assert (response["code"], response["key"]) == ("400", "keep_agents_available")


def test_request_log(connection: HTTPConnection, sandbox: Sandbox) -> None:
    """The log knows what was asked and answered, and whether the password was right, but not the password."""
    post(connection, "campaigns/create", CREATE)
    post(connection, "campaigns/list", {**LOGIN, "auth_password": "guess"})
    first, second = sandbox.requests
    assert (first.action, first.method, first.path) == ("create", "POST", "/api/json/bulk/campaigns/create/")
    assert first.parameters == {name: value for name, value in CREATE.items() if name != "auth_password"}
    assert (first.password_ok, first.fault, first.code) == (True, None, "200")
    assert first.arrived <= first.finished <= second.arrived
    assert (second.password_ok, second.code) == (False, "401")
    assert "guess" not in repr(sandbox.requests)
    sandbox.clear_requests()
    assert sandbox.requests == []


def test_request_log_switched_off() -> None:
    """Without a log nothing is noted."""
    with Sandbox(log_requests=False) as sandbox:
        connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE)
        post(connection, "campaigns/create", CREATE)
        connection.close()
        assert sandbox.requests == []
        assert len(sandbox.campaigns()) == 1


def test_made_by_hand_while_creates_arrive(sandbox: Sandbox) -> None:
    """Campaigns added by hand and by request at the same time each get an ID of their own."""
    by_hand: list[int] = []
    adding = threading.Thread(target=lambda: by_hand.extend(sandbox.add_campaign() for _ in range(200)))
    adding.start()
    connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE)
    by_request = [post(connection, "campaigns/create", CREATE)["data"]["id"] for _ in range(100)]
    connection.close()
    adding.join()
    names = {row["id"]: row["name"] for row in sandbox.campaigns()}
    assert [names[number] for number in by_hand] == [""] * 200
    assert [names[number] for number in by_request] == ["a"] * 100
