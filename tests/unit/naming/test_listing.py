"""A list that is read from a server: what it may answer, and what becomes of that."""

from collections.abc import Iterator
from typing import Any

import pytest

from importer.enswitch import Client, RateLimiter, Server
from importer.enswitch.lists import PAGE
from importer.errors import AccessRefused, ServerUnusable, WrongSettings
from importer.model import Secret
from importer.naming.listing import ListRequest, read_list
from schemas.name_lists import CUSTOMERS, PEOPLE, QUEUES
from tests.support.http_server import Page
from tests.support.servers import StubServer, envelope


@pytest.fixture
def client(stub_server: StubServer) -> Iterator[Client]:
    """A client of that server, which never waits."""
    server = Server(stub_server.url, "admin", Secret("secret"), timeout=5.0)
    one = Client(server, RateLimiter(), sleep=lambda _: None)
    yield one
    one.close()


def names_of(client: Client, request: ListRequest, *names: str) -> list[str]:
    """Return the names in a list."""
    return [entry.called for entry in read_list(client, request, names).index.entries]


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ([{"id": 1, "name": "a"}, "b", None, {"id": 2}, {"name": "c"}, {"id": 3, "name": None}], ["a"]),
        ([{"id": "1", "name": ["a"]}, {"id": 2.0, "name": 7}], ["7"]),
        (None, []),
        ([], []),
    ],
)
def test_what_is_no_entry_is_passed_over(stub_server: StubServer, client: Client, data: Any, names: list[str]) -> None:
    """Entries are objects with an ID and a name, as text or number; anything else in a list does no harm."""
    stub_server.answers["list"] = lambda _: envelope("200", data=data)
    assert names_of(client, ListRequest(QUEUES)) == names


@pytest.mark.parametrize("data", [{"a": 1}, "text", 7])
def test_data_without_a_list(stub_server: StubServer, client: Client, data: Any) -> None:
    """A response that has no list is not an empty list."""

    def answer(asked: dict[str, str]) -> Any:
        return envelope("200", data=data if "limit" in asked else [])

    stub_server.answers["list"] = answer
    assert "does not have the function people/list" in read_list(client, ListRequest(PEOPLE)).unlisted


def test_a_list_without_end_ends(stub_server: StubServer, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that shows ever new entries, or the same ones without IDs, is not asked for ever."""
    monkeypatch.setattr("importer.naming.listing.MOST_ENTRIES", 3 * PAGE)

    def endless(asked: dict[str, str]) -> Any:
        begin = int(asked["offset"])
        return envelope("200", data=[{"id": at + 1, "username": None} for at in range(begin, begin + PAGE)])

    stub_server.answers["list"] = endless
    assert "more than" in read_list(client, ListRequest(PEOPLE), ["a"]).unlisted
    stub_server.answers["list"] = lambda _: envelope("200", data=[{"username": "a"}] * PAGE)
    assert names_of(client, ListRequest(PEOPLE), "b") == []
    assert len(stub_server.requests) == 5


def test_deleted_customers_are_not_found(stub_server: StubServer, client: Client) -> None:
    """Deleted entries that a server shows all the same are known as such."""
    rows = [{"id": 1, "name": "Old", "deleted": 1}, {"id": 2, "name": "New", "deleted": "0"}]
    stub_server.answers["list"] = lambda _: envelope("200", data=rows)
    listed = read_list(client, ListRequest(CUSTOMERS), ["New"])
    assert [entry.called for entry in listed.index.entries] == ["New"]
    assert listed.deleted["Old"].id == "1"
    assert stub_server.requests[0].parameters["deleted"] == "0"


def test_the_password_is_not_shown(stub_server: StubServer, client: Client) -> None:
    """A server that answers with the password does not have it shown."""
    rows = [{"id": 1, "name": "a", "description": "the secret word"}]
    stub_server.answers["list"] = lambda _: envelope("200", data=rows)
    (entry,) = read_list(client, ListRequest(QUEUES)).index.entries
    assert "secret" not in entry.description


@pytest.mark.parametrize("code", ["401", "500"])
def test_what_stops_a_run(stub_server: StubServer, client: Client, code: str) -> None:
    """A refused login, or a server that fails, is not a problem of a column."""
    stub_server.answers["list"] = lambda _: envelope(code)
    with pytest.raises((AccessRefused, ServerUnusable)):
        read_list(client, ListRequest(QUEUES))


def test_a_server_that_is_none(stub_server: StubServer, client: Client) -> None:
    """Where nothing of the API is there, the address is wrong, or the server fails for now."""
    stub_server.answers["list"] = lambda _: Page(404)
    with pytest.raises(WrongSettings):
        read_list(client, ListRequest(QUEUES))
    stub_server.answers["list"] = lambda asked: Page(404) if "customer" in asked else Page(500)
    with pytest.raises(ServerUnusable):
        read_list(client, ListRequest(QUEUES, "2"))
