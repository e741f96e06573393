"""The pages of a campaign's numbers: read to the end, or not believed."""

from collections.abc import Callable

import pytest

from importer.enswitch import Client, Destinations, RateLimiter, Server
from importer.errors import OutcomeUnknown
from importer.model import Secret
from importer.numbers.loading.pages import read_pages
from tests.support.servers import StubServer, envelope

ALL = [str(442080000000 + at) for at in range(2_500)]


def read(server: StubServer, count: int, pages: Callable[[int, int], list[str]]) -> set[str]:
    """Read the numbers of a server that answers an offset and a limit with some of them."""

    def answer(asked: dict[str, str]) -> dict[str, object]:
        return envelope("200", [{"dnumber": one} for one in pages(int(asked["offset"]), int(asked["limit"]))])

    server.answers["list"] = answer
    found: set[str] = set()

    def add(texts: list[str]) -> int:
        before = len(found)
        found.update(texts)
        return len(found) - before

    client = Client(Server(server.url, "admin", Secret("secret")), RateLimiter())
    try:
        read_pages(Destinations(client, "1", str).page, count, add)
    finally:
        client.close()
    return found


@pytest.mark.parametrize(
    "pages",
    [
        lambda offset, limit: ALL[offset : offset + limit],
        lambda offset, limit: ALL[offset : offset + min(limit, 7)],
        lambda offset, limit: ALL,
        lambda offset, limit: ALL[offset:],
    ],
    ids=["as asked", "short pages", "everything each time", "no limit"],
)
def test_all_numbers_are_read(stub_server: StubServer, pages: Callable[[int, int], list[str]]) -> None:
    """Whatever pages a server sends, all numbers are read."""
    assert read(stub_server, len(ALL), pages) == set(ALL)


@pytest.mark.parametrize(
    "pages",
    [
        lambda offset, limit: ALL[:limit],
        lambda offset, limit: [],
        lambda offset, limit: ALL[offset : offset + limit] if offset < 2_000 else [],
        lambda offset, limit: ["442080000000"] * limit,
    ],
    ids=["the first page each time", "nothing", "not to the end", "one number"],
)
def test_a_list_that_is_not_whole_is_not_believed(
    stub_server: StubServer, pages: Callable[[int, int], list[str]]
) -> None:
    """A server that shows the same page again, or fewer numbers than it counts, proves nothing, and is soon left."""
    with pytest.raises(OutcomeUnknown):
        read(stub_server, len(ALL), pages)
    assert len(stub_server.requests) <= 3


def test_an_empty_campaign_takes_one_question(stub_server: StubServer) -> None:
    """A campaign without numbers has one page without numbers."""
    assert read(stub_server, 0, lambda offset, limit: []) == set()
    assert len(stub_server.requests) == 1
