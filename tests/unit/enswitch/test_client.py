"""The client: what it sends, what it repeats, how long it waits, and what its answers become."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from importer.enswitch import Client, RetryPolicy, Server
from importer.enswitch.rate_limiter import RateLimiter
from importer.errors import AccessRefused, NotReached, OutcomeUnknown, RowRefused, Throttled, WrongSettings
from importer.model import Attempt, Secret
from importer.sandbox import Modes, Sandbox
from tests.support.http_server import HangUpError, Page
from tests.support.servers import Asked, StubServer, envelope

ROW = {"name": "A", "dtype": "queue", "dnumber": "1"}


@pytest.fixture
def slept() -> list[float]:
    """How long the client waited between tries."""
    return []


def server_at(url: str, **changes: Any) -> Server:
    """Return where and as whom."""
    return Server(url, "admin", Secret("secret"), **{"timeout": 5.0, **changes})


@pytest.fixture
def client(stub_server: StubServer, slept: list[float]) -> Iterator[Client]:
    """A client of that server whose clock moves only when it waits."""

    def sleep(seconds: float) -> None:
        slept.append(seconds)

    one = Client(server_at(stub_server.url), RateLimiter(clock=lambda: sum(slept), sleep=sleep), sleep=sleep)
    yield one
    one.close()


# Addresses


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("https://pbx.example.com/api/json/", "https://pbx.example.com/api/json/"),
        ("https://pbx.example.com/local/api/json", "https://pbx.example.com/local/api/json/"),
        ("https://pbx.example.com//", "https://pbx.example.com/"),
        ("http://127.0.0.1:8080/api/json", "http://127.0.0.1:8080/api/json/"),
        ("http://[::1]:8080/api/json", "http://[::1]:8080/api/json/"),
    ],
)
def test_the_base_address_is_as_given(given: str, base: str) -> None:
    """The address is taken as it is, with one slash at its end."""
    assert server_at(given).base_url == base


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("pbx.example.com/api/json/", "is not an address"),
        ("ftp://pbx.example.com/", "is not an address"),
        ("https:///api/json/", "is not an address"),
        ("https://admin:secret@pbx.example.com/", "must be the address only"),
        ("https://pbx.example.com/?a=1", "must be the address only"),
        ("https://pbx.example.com/#a", "must be the address only"),
        ("http://pbx.example.com/api/json/", "unencrypted"),
    ],
)
def test_an_address_that_cannot_be_used(given: str, words: str) -> None:
    """What is wrong with an address is said, and the password never goes over an open line unasked."""
    with pytest.raises(WrongSettings, match=words) as caught:
        _ = server_at(given).base_url
    assert "secret" not in caught.value.message


def test_an_open_line_may_be_allowed() -> None:
    """--allow-http sends the password unencrypted on the user's own word."""
    assert server_at("http://pbx.example.com/", allow_http=True).base_url == "http://pbx.example.com/"


# What is sent


@pytest.mark.parametrize(
    "text", ["0123", "+442071234567", "1234567890123456789", "NA", "Ünïcödé & ;=%+?#\u20ac\U0001f600", ""]
)
def test_values_arrive_as_they_are(stub_server: StubServer, client: Client, text: str) -> None:
    """Whatever a cell holds arrives unchanged."""
    client.create(ROW | {"description": text})
    assert stub_server.requests[0].parameters == ROW | {"description": text}


@pytest.mark.parametrize(
    "modes", [Modes(strict=True), Modes(strict=True, ids="string", codes="number"), Modes(responses="object")], ids=str
)
def test_every_function_in_every_form(modes: Modes) -> None:
    """Validate, create, list, get and update work on a strict server, regardless of the form of its answers."""
    with Sandbox(modes=modes) as sandbox:
        client = Client(server_at(sandbox.url), RateLimiter())
        client.validate(ROW)
        made = client.create(ROW).campaign_id
        assert made == "1"
        client.update(made, {"enabled": "0", "keep_agents_available": "4"})
        held = client.get(made)
        assert [held] == client.list_campaigns(None) == client.list_campaigns("1")
        assert (held["id"], held["name"], held["enabled"], held["keep_agents_available"]) == ("1", "A", "0", "4")
        assert client.list_campaigns("2") == []
        assert {seen.method for seen in sandbox.requests} == {"POST"}
        client.close()


def test_the_environment_does_not_change_a_request(
    stub_server: StubServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Neither ~/.netrc nor a proxy variable has a say in what goes to this machine itself."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    client = Client(server_at(stub_server.url), RateLimiter())
    assert client.create(ROW).campaign_id == "1"
    client.close()


# What is repeated


def answers(stub_server: StubServer, action: str, *given: "Page | dict[str, Any] | type[Exception]") -> None:
    """Have an action be answered so, one after the other, and then as it should be."""
    waiting = list(given)
    plain_answer = getattr(stub_server, f"_{action}")

    def answer(asked: dict[str, str]) -> Page | dict[str, Any]:
        if not waiting:
            return plain_answer(asked)
        one = waiting.pop(0)
        if isinstance(one, type):
            raise one
        return one

    stub_server.answers[action] = answer


TRANSIENT = [Page(502), Page(500), Page(503), Page(200, b""), Page(200, b"{"), envelope("500"), HangUpError]
NOT_TAKEN = [
    Page(429),
    Page(429, headers={"Retry-After": "2"}),
    Page(503, headers={"Retry-After": "2"}),
    envelope("429"),
]


@pytest.mark.parametrize("failure", [*TRANSIENT, *NOT_TAKEN], ids=str)
def test_what_changes_nothing_is_repeated(stub_server: StubServer, client: Client, failure: Any) -> None:
    """A dry run, a list, a get and an update are repeated on every failure that may pass."""
    stub_server.store(ROW)
    for action in ("validate", "list", "get", "update"):
        answers(stub_server, action, failure, failure)
    client.validate(ROW)
    client.list_campaigns(None)
    client.get("1")
    client.update("1", {"enabled": "0"})
    assert stub_server.actions() == ["validate"] * 3 + ["list"] * 3 + ["get"] * 3 + ["update"] * 3


@pytest.mark.parametrize("failure", NOT_TAKEN, ids=str)
def test_a_create_that_was_not_taken_is_repeated(stub_server: StubServer, client: Client, failure: Any) -> None:
    """429, and 503 with Retry-After: sent again."""
    answers(stub_server, "create", failure, failure)
    assert client.create(ROW).campaign_id == "1"
    assert stub_server.actions() == ["create"] * 3


@pytest.mark.parametrize("failure", [*TRANSIENT, Page(404), Page(302), envelope("201"), envelope("999")], ids=str)
def test_a_create_that_may_have_been_taken_is_not(
    stub_server: StubServer, client: Client, slept: list[float], failure: Any
) -> None:
    """Anything that proves nothing: one request, and the outcome is unknown."""
    answers(stub_server, "create", failure)
    with pytest.raises(OutcomeUnknown):
        client.create(ROW)
    assert (stub_server.actions(), slept) == (["create"], [])


def test_a_proof_followed_by_none(stub_server: StubServer, client: Client) -> None:
    """A create that was not taken at first, and perhaps at the second try, is unknown and not sent a third time."""
    answers(stub_server, "create", Page(429), HangUpError)
    with pytest.raises(OutcomeUnknown):
        client.create(ROW)
    assert stub_server.actions() == ["create"] * 2


def failures(attempts: Sequence[Attempt]) -> list[str]:
    """Return how each request failed; "" for one that did not."""
    return [attempt.failure for attempt in attempts]


def test_what_succeeds_returns_its_requests(stub_server: StubServer, client: Client) -> None:
    """A create, a dry run and an update say how often each was sent, and how it failed before."""
    answers(stub_server, "create", Page(429), Page(503, headers={"Retry-After": "0"}))
    answers(stub_server, "validate", Page(500))
    assert failures(client.create(ROW).attempts) == ["Throttled", "Throttled", ""]
    assert failures(client.validate(ROW)) == ["OutcomeUnknown", ""]
    assert failures(client.update("1", {"enabled": "0"})) == [""]


def test_an_error_carries_its_requests(stub_server: StubServer, client: Client) -> None:
    """What fails at last says how often it was sent; what another call has sent does not count."""
    answers(stub_server, "create", Page(429), HangUpError, envelope("201"), envelope("400"))
    for expected in (["Throttled", "OutcomeUnknown"], [""], ["RowRefused"]):
        with pytest.raises((OutcomeUnknown, RowRefused)) as caught:
            client.create(ROW)
        assert failures(caught.value.attempts) == expected


@pytest.mark.parametrize("code", ["400", "403", "404"])
def test_a_refusal_is_not_repeated(stub_server: StubServer, client: Client, code: str) -> None:
    """The server's no about a row is final."""
    answers(stub_server, "create", envelope(code, key="dnumber"))
    with pytest.raises(RowRefused):
        client.create(ROW)
    assert stub_server.actions() == ["create"]


@pytest.mark.parametrize("call", ["validate", "create", "list_campaigns", "get"])
@pytest.mark.parametrize("answer", [envelope("401"), envelope("402"), Page(401), Page(407)], ids=str)
def test_refused_access_is_not_repeated(stub_server: StubServer, client: Client, call: str, answer: Any) -> None:
    """A locked-out account helps nobody: one request."""
    stub_server.answers = dict.fromkeys(("validate", "create", "list", "get"), lambda _: answer)
    with pytest.raises(AccessRefused):
        getattr(client, call)(ROW if call in ("validate", "create") else "1")
    assert len(stub_server.requests) == 1


@pytest.mark.parametrize("page", [Page(404), Page(302), Page(405)], ids=str)
def test_an_address_without_an_api_is_not_repeated(stub_server: StubServer, client: Client, page: Page) -> None:
    """A web server's own page means a wrong --url, and the message says so."""
    stub_server.answers["validate"] = lambda _: page
    with pytest.raises(WrongSettings, match="check --url"):
        client.validate(ROW)
    assert len(stub_server.requests) == 1


@pytest.mark.parametrize("answer", [envelope("200", {"id": 9}), envelope("204")], ids=str)
def test_a_server_that_does_not_know_dry_runs(stub_server: StubServer, client: Client, answer: Any) -> None:
    """A dry run that is answered with success may have created something: the run stops after one request."""
    stub_server.answers["validate"] = lambda _: answer
    with pytest.raises(WrongSettings, match="seems not to support validation=1"):
        client.validate(ROW)
    assert len(stub_server.requests) == 1


def test_tries_end(stub_server: StubServer, client: Client, slept: list[float]) -> None:
    """After six tries the failure is reported."""
    stub_server.answers["create"] = lambda _: Page(429)
    with pytest.raises(Throttled):
        client.create(ROW)
    assert (len(stub_server.requests), len(slept)) == (6, 5)


def test_waits_grow_up_to_a_limit(stub_server: StubServer, slept: list[float]) -> None:
    """Back-off is random, exponential and capped."""
    retry_policy = RetryPolicy(tries=12, first=1, longest=4, seconds=1000)
    client = Client(
        server_at(stub_server.url, retry_policy=retry_policy), RateLimiter(sleep=lambda _: None), sleep=slept.append
    )
    stub_server.answers["list"] = lambda _: Page(500)
    with pytest.raises(OutcomeUnknown):
        client.list_campaigns(None)
    client.close()
    assert len(slept) == 11
    assert all(0 <= wait <= min(4, 2**tries) for tries, wait in enumerate(slept))
    assert len(set(slept)) > 8


def test_the_servers_time_counts(stub_server: StubServer, client: Client, slept: list[float]) -> None:
    """Retry-After is waited for as it is, no more and no less."""
    answers(stub_server, "create", Page(429, headers={"Retry-After": "17"}), Page(503, headers={"Retry-After": "0"}))
    client.create(ROW)
    assert slept == [17.0, 0.0]


def test_total_time_ends_too(stub_server: StubServer, client: Client, slept: list[float]) -> None:
    """A server that asks for more time than a request is given is not waited for."""
    stub_server.answers["create"] = lambda _: Page(429, headers={"Retry-After": "50"})
    with pytest.raises(Throttled):
        client.create(ROW)
    assert slept == [50.0, 50.0]


def test_a_pause_is_everybodys(stub_server: StubServer) -> None:
    """What the server asks of one client holds for all that share its pace."""
    waits: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    rate_limiter = RateLimiter(clock=lambda: now[0], sleep=sleep)
    first = Client(server_at(stub_server.url), rate_limiter, sleep=lambda _: None)
    second = Client(server_at(stub_server.url), rate_limiter, sleep=lambda _: None)
    answers(stub_server, "create", Page(429, headers={"Retry-After": "9"}))
    first.create(ROW)
    assert waits == [9.0]
    answers(stub_server, "create", Page(429, headers={"Retry-After": "8"}))
    first.create(ROW)
    second.create(ROW)
    assert waits == [9.0, 8.0]
    first.close()
    second.close()


def test_a_server_that_is_not_there(slept: list[float]) -> None:
    """Where no connection is made, a create is tried again, and proven not created."""
    client = Client(server_at("http://127.0.0.1:9/"), RateLimiter(sleep=lambda _: None), sleep=slept.append)
    with pytest.raises(NotReached, match="refuses connections on port 9"):
        client.create(ROW)
    client.close()
    assert len(slept) == 5


# What answers become


@pytest.mark.parametrize(
    ("answer", "held"),
    [
        (
            envelope("200", {"id": 1, "name": "A", "on": True, "none": None, "list": [1]}),
            {"id": "1", "name": "A", "on": "1"},
        ),
        (envelope("200", [{"id": "1"}]), {"id": "1"}),
        (envelope("200", []), {}),
        (envelope("200"), {}),
    ],
    ids=str,
)
def test_get(stub_server: StubServer, client: Client, answer: Any, held: dict[str, str]) -> None:
    """A campaign is its plain fields as text, in an object or in a list of one."""
    stub_server.answers["get"] = lambda _: answer
    assert client.get("1") == held


@pytest.mark.parametrize("data", [{}, "", 5, ["1"], [{"name": "A"}], {"1": {"id": 1}}, None], ids=str)
def test_a_list_that_is_none(stub_server: StubServer, client: Client, data: object) -> None:
    """What is not a list of campaigns with IDs must not pass for an empty one."""
    stub_server.answers["list"] = lambda _: envelope("200", data)
    with pytest.raises(OutcomeUnknown, match="not a list of campaigns"):
        client.list_campaigns(None)


def test_what_is_asked(stub_server: StubServer, client: Client) -> None:
    """Customers, IDs and changes go where they belong."""
    stub_server.store(ROW)
    client.list_campaigns(None)
    client.list_campaigns("2")
    client.get("1")
    client.update("1", {"enabled": "0"})
    assert [(asked.action, asked.parameters) for asked in stub_server.requests] == [
        ("list", {}),
        ("list", {"customer": "2"}),
        ("get", {"id": "1"}),
        ("update", {"id": "1", "enabled": "0"}),
    ]
    assert all(isinstance(asked, Asked) for asked in stub_server.requests)
