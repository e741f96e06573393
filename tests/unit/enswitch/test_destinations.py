"""The functions of bulk/destinations: what a server answers is read with care, or not believed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from importer.enswitch import Client, Destinations, RateLimiter, RetryPolicy, Server
from importer.errors import ImporterError, NoApiHere, OutcomeUnknown, RowRefused, TooLarge, TryAgain, WrongSettings
from importer.model import Secret
from importer.sandbox import Faults, Modes, Sandbox
from tests.support.http_server import Page
from tests.support.servers import StubServer, envelope

Reply = dict[str, Any] | Page


def mask(text: str) -> str:
    """Hide a number."""
    return text.replace("442083661177", "…")


@pytest.fixture
def to() -> Iterator[Callable[[str], Destinations]]:
    """Return the numbers of campaign 1 on a server, through a client that never waits."""
    clients: list[Client] = []

    def make(url: str) -> Destinations:
        policy = RetryPolicy(tries=3, first=0.001, longest=0.001)
        server = Server(url, "admin", Secret("secret"), timeout=2, retry_policy=policy)
        clients.append(Client(server, RateLimiter(), sleep=lambda _: None))
        return Destinations(clients[-1], "1", mask)

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def stub(stub_server: StubServer, to: Callable[[str], Destinations]) -> Callable[..., Destinations]:
    """Return the numbers of a campaign on a server that gives one answer to everything."""

    def make(answer: Reply) -> Destinations:
        stub_server.answers |= dict.fromkeys(("create", "validate", "list"), lambda _: answer)
        return to(stub_server.url)

    return make


@pytest.mark.parametrize(
    ("data", "count"),
    [({"count": 7}, 7), ({"count": "7"}, 7), ({"count": 7.0}, 7), ({"count": 0}, 0), ({"count": " 12 "}, 12)],
)
def test_a_count_may_be_a_number_or_a_text(stub: Callable[..., Destinations], data: object, count: int) -> None:
    """Counts come as numbers, or as texts on some servers."""
    found = stub(envelope("200", data))
    assert found.count() == count
    assert found.put(["1"], "pending").count == count


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        [{"dnumber": "1"}],
        {"count": None},
        {"count": True},
        {"count": -1},
        {"count": 1.5},
        {"count": "many"},
        {"count": "٣"},
        {"count": [1]},
        {"count": "9" * 5000},
        {"count": 10**40},
        "7",
    ],
    ids=lambda data: repr(data)[:30],
)
def test_what_is_no_count_is_not_believed(stub: Callable[..., Destinations], data: object) -> None:
    """Without a count that can be read it is not known how many numbers there are; a put still succeeds."""
    found = stub(envelope("200", data))
    with pytest.raises(OutcomeUnknown):
        found.count()
    assert found.put(["1"], "pending").count is None


def test_no_content_is_an_empty_campaign(stub: Callable[..., Destinations]) -> None:
    """A server may say 204 for a campaign without numbers."""
    found = stub(envelope("204"))
    assert (found.count(), found.page(0, 5)) == (0, [])


def test_numbers_are_texts(stub: Callable[..., Destinations]) -> None:
    """Numbers come as texts or as numbers of JSON, and are bounded."""
    rows = [{"dnumber": " 0208 "}, {"dnumber": 442083661177}, {"dnumber": "9" * 1000, "status": "success"}]
    assert stub(envelope("200", rows)).page(0, 5) == ["0208", "442083661177", "9" * 64]


@pytest.mark.parametrize(
    "data", [None, {}, "no", [1], [{}], [{"dnumber": None}], [{"dnumber": ["1"]}], {"count": 3}], ids=repr
)
def test_what_is_no_list_is_not_an_empty_one(stub: Callable[..., Destinations], data: object) -> None:
    """A response without a list proves nothing, least of all that there are no numbers."""
    with pytest.raises(NoApiHere):
        stub(envelope("200", data)).page(0, 5)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Page(413, b"<html>"), TooLarge),
        (envelope("413"), TooLarge),
        (envelope("400", key="dnumbers", message="442083661177"), RowRefused),
        (envelope("404", key="campaign"), RowRefused),
        (envelope("201"), OutcomeUnknown),
        (envelope("500"), OutcomeUnknown),
        (Page(429), TryAgain),
    ],
    ids=repr,
)
def test_what_an_answer_to_numbers_means(
    stub: Callable[..., Destinations], stub_server: StubServer, answer: Reply, error: type[ImporterError]
) -> None:
    """Each answer is an error of its kind; only what the server certainly did not take is sent again."""
    with pytest.raises(error) as raised:
        stub(answer).put(["442083661177"], "pending")
    assert len(stub_server.requests) == (3 if error is TryAgain else 1)
    assert "442083661177" not in raised.value.message


def test_a_check_adds_nothing(sandbox: Sandbox, to: Callable[[str], Destinations]) -> None:
    """A dry run of numbers adds none, and finds what the server refuses."""
    sandbox.add_campaign(name="A", enabled=0)
    found = to(sandbox.url)
    found.check(["442083661177"], "pending")
    assert found.count() == 0
    sandbox.modes = Modes(bad_numbers=".*77")
    with pytest.raises(RowRefused, match="dnumbers"):
        found.check(["442083661177"], "pending")


def test_a_server_without_dry_run_stops_the_load(stub: Callable[..., Destinations]) -> None:
    """If a dry run is answered as if it had added numbers, no further one is tried."""
    with pytest.raises(WrongSettings, match="validation=1"):
        stub(envelope("200", {"count": 1})).check(["1"], "pending")


@pytest.mark.parametrize(
    "fault", ["dropped_after", "dropped_before", "cut", "empty", "foreign", "error_500", "bad_gateway"]
)
def test_numbers_are_sent_once_if_the_answer_is_lost(
    sandbox: Sandbox, to: Callable[[str], Destinations], fault: str
) -> None:
    """A request whose answer is lost is not repeated by itself, unlike a question."""
    sandbox.add_campaign(name="A", enabled=0)
    sandbox.faults = Faults(retry_after=0)
    found = to(sandbox.url)
    sandbox.script("destinations/create", [fault])
    with pytest.raises(OutcomeUnknown):
        found.put(["442083661177"], "pending")
    assert [one.action for one in sandbox.requests] == ["destinations/create"]
    sandbox.script("destinations/list", [fault])
    assert found.count() in (0, 1)
