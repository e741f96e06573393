"""Destinations as real servers may treat them: spelling, bad numbers, long requests, pages, lists that lie, sizes."""

import json
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from importer.sandbox import Modes, Sandbox
from tests.support.processes import PATIENCE

LOGIN = {"auth_username": "admin", "auth_password": "secret"}
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}
DONE = {"responses": [{"code": "204", "key": "", "message": "OK"}]}

Ask = Callable[..., Any]


@pytest.fixture
def connection(sandbox: Sandbox) -> Iterator[HTTPConnection]:
    opened = HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def campaign(sandbox: Sandbox) -> int:
    return sandbox.add_campaign(name="a", enabled=0)


@pytest.fixture
def ask(connection: HTTPConnection, campaign: int) -> Ask:
    """Post a form to a function of the campaign's destinations and return the envelope."""

    def post(function: str, **given: object) -> Any:
        form = urlencode({**LOGIN, "campaign": campaign, **given})
        connection.request("POST", f"/api/json/bulk/destinations/{function}", form, FORM_TYPE)
        return json.loads(connection.getresponse().read())

    return post


def listed(ask: Ask, **given: object) -> list[str]:
    """Return the numbers of a list in its order."""
    return [row["dnumber"] for row in ask("list", **given)["data"]]


def refusals(envelope: Any) -> list[tuple[str, str, str]]:
    """Return code, key and message of every response."""
    return [(each["code"], each["key"], each["message"]) for each in envelope["responses"]]


@pytest.mark.parametrize(
    ("spelling", "local", "foreign"),
    [
        ("given", "020 7123 4567", "+49 30 123456"),
        ("digits", "442071234567", "4930123456"),
        ("plus", "+442071234567", "+4930123456"),
        ("international", "00442071234567", "004930123456"),
        ("national", "02071234567", "004930123456"),
        ("significant", "2071234567", "004930123456"),
    ],
)
def test_spelling(sandbox: Sandbox, ask: Ask, campaign: int, spelling: str, local: str, foreign: str) -> None:
    """Numbers are stored and listed as the server writes them, however they were given."""
    sandbox.modes = Modes(spelling=spelling)
    ask("create", dnumbers="020 7123 4567,+49 30 123456")
    assert sandbox.destinations(campaign) == {local: "pending", foreign: "pending"}
    assert sorted(listed(ask)) == sorted([local, foreign])


@pytest.mark.parametrize("given", ["+442071234567", "00442071234567", "442071234567", "02071234567", "(020) 7123-4567"])
def test_spellings_of_one_number_are_one_destination(sandbox: Sandbox, ask: Ask, campaign: int, given: str) -> None:
    """A number in another spelling replaces, changes and removes the same destination."""
    sandbox.modes = Modes(spelling="digits")
    ask("create", dnumbers="020 7123 4567")
    assert ask("create", dnumbers=f"{given},020 7123 4567")["data"] == {"count": 1}
    assert ask("update", dnumbers=given, status="failed")["data"] == {"count": 1}
    assert sandbox.destinations(campaign) == {"442071234567": "failed"}
    assert ask("delete", dnumber=given) == DONE
    assert sandbox.destinations(campaign) == {}


@pytest.mark.parametrize("spelling", ["given", "digits", "plus", "international", "national", "significant"])
@pytest.mark.parametrize("given", ["02071234567", "+4930123456", "+49301234567890", "4444"])
def test_what_is_listed_is_understood(sandbox: Sandbox, ask: Ask, campaign: int, spelling: str, given: str) -> None:
    """A number that is given as the server lists it is the number that it lists."""
    sandbox.modes = Modes(spelling=spelling)
    ask("create", dnumbers=given)
    (listed_as,) = listed(ask)
    ask("create", dnumbers=listed_as)
    ask("update", dnumbers=listed_as, status="failed")
    assert sandbox.destinations(campaign) == {listed_as: "failed"}
    assert ask("delete", dnumber=listed_as) == DONE


def test_numbers_of_other_countries_without_a_plus(sandbox: Sandbox, ask: Ask, campaign: int) -> None:
    """More digits than a number of the country has are a number with its country."""
    sandbox.modes = Modes(spelling="plus")
    ask("create", dnumbers="49301234567,442071234567,2071234567")
    assert list(sandbox.destinations(campaign)) == ["+49301234567", "+442071234567"]


def test_the_country_of_numbers_without_one(sandbox: Sandbox, ask: Ask, campaign: int) -> None:
    """country_code says whose national numbers they are; what has no digit stays as it is."""
    sandbox.modes = Modes(spelling="plus", country_code=1)
    ask("create", dnumbers="2125551234,12125551235,reception")
    assert list(sandbox.destinations(campaign)) == ["+12125551234", "+12125551235", "reception"]


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("first", "dnumbers: not valid: 0900 1"),
        ("all", "dnumbers: not valid: 0900 1, 0901"),
        ("none", "dnumbers: not valid"),
    ],
)
@pytest.mark.parametrize("validation", [0, 1])
def test_one_bad_number_refuses_the_list(
    sandbox: Sandbox, ask: Ask, campaign: int, named: str, message: str, validation: int
) -> None:
    """A list with a bad number is a 400 that names it or does not, in a dry run too, and nothing of it is stored."""
    sandbox.modes = Modes(bad_numbers="090[01].*|666", bad_named=named)
    given = "020,0900 1,0901,0900 1,1666"
    assert refusals(ask("create", dnumbers=given, validation=validation)) == [("400", "dnumbers", message)]
    assert sandbox.destinations(campaign) == {}
    assert refusals(ask("create", dnumbers="020,1666", validation=validation))[0][0] == ("201" if validation else "200")


def test_bad_numbers_can_be_skipped(sandbox: Sandbox, ask: Ask, campaign: int) -> None:
    """A server that skips bad numbers stores and counts the others."""
    sandbox.modes = Modes(bad_numbers="09.*", bad_number="skip")
    assert ask("create", dnumbers="020,0900,021")["data"] == {"count": 2}
    assert ask("create", dnumbers="0900")["data"] == {"count": 0}
    assert list(sandbox.destinations(campaign)) == ["020", "021"]


def test_a_refusal_may_come_half_way(sandbox: Sandbox, ask: Ask, campaign: int) -> None:
    """A server that stops at a bad number has stored what stands before it, except in a dry run."""
    sandbox.modes = Modes(bad_numbers="09.*", bad_number="stop")
    refusal = [("400", "dnumbers", "dnumbers: not valid: 0900")]
    assert refusals(ask("create", dnumbers="020,021,0900,022", validation=1)) == refusal
    assert sandbox.destinations(campaign) == {}
    assert refusals(ask("create", dnumbers="020,021,0900,022")) == refusal
    assert list(sandbox.destinations(campaign)) == ["020", "021"]


@pytest.mark.parametrize(("count_twice", "count"), [(False, 2), (True, 4)])
def test_a_number_twice_in_one_list(sandbox: Sandbox, ask: Ask, campaign: int, count_twice: bool, count: int) -> None:
    """A number that is given twice is one destination; whether it counts twice is the server's affair."""
    sandbox.modes = Modes(count_twice=count_twice)
    assert ask("create", dnumbers="1,2,1,1")["data"] == {"count": count}
    assert list(sandbox.destinations(campaign)) == ["1", "2"]


def test_an_old_server_does_not_sort(sandbox: Sandbox, ask: Ask, connection: HTTPConnection) -> None:
    """Version 3.14 knows neither sort nor descending, has no 400 for a list, and counts in text if IDs are text."""
    ask("create", dnumbers="1,3,2")
    ask("update", dnumbers="3", status="cancelled")
    sandbox.modes = Modes(version="3.14", ids="string")
    assert listed(ask, sort="status", descending="1") == ["1", "2", "3"]
    assert listed(ask, sort="colour", limit="x", offset="1") == ["2", "3"]
    assert ask("list", count=1)["data"] == {"count": "3"}
    assert ask("create", dnumbers="4")["data"] == {"count": "1"}
    sandbox.modes = Modes(version="3.14", strict=True)
    assert [key for _, key, _ in refusals(ask("list", sort="status"))] == ["sort"]


def test_rows_with_few_fields(sandbox: Sandbox, ask: Ask) -> None:
    """list_fields=few shows the two members that the guide names."""
    ask("create", dnumbers="1")
    sandbox.modes = Modes(list_fields="few")
    assert ask("list")["data"] == [{"dtype": "", "dnumber": "1"}]


@pytest.mark.parametrize("longer", [False, True])
def test_a_body_that_is_too_long(sandbox: Sandbox, campaign: int, longer: bool) -> None:
    """A body above the limit is HTTP 413 with a page, nothing is stored, and the connection ends."""
    form = urlencode({**LOGIN, "campaign": campaign, "dnumbers": ",".join(map(str, range(100)))})
    sandbox.modes = Modes(max_body=len(form) - longer)
    connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE)
    connection.request("POST", "/api/json/bulk/destinations/create", form, FORM_TYPE)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    seen = sandbox.requests[-1]
    if longer:
        assert (response.status, response.headers["Content-Type"], body[:6]) == (413, "text/html", b"<html>")
        assert response.headers["Connection"] == "close"
        assert (seen.action, seen.status, seen.code) == ("destinations/create", 413, None)
        assert seen.line().startswith("destinations/create by admin: HTTP 413, ")
    else:
        assert (response.status, seen.status, seen.code) == (200, 200, "200")
    assert len(sandbox.destinations(campaign)) == (0 if longer else 100)


@pytest.mark.parametrize(
    ("modes", "shown", "count"),
    [
        (Modes(list_first=2), "12", 2),
        (Modes(list_last=2), "45", 2),
        (Modes(list_late=3600), "", 0),
        (Modes(list_first=2, lists=frozenset({"list"})), "12345", 5),
        (Modes(list_first=2, lists=frozenset({"destinations/list"})), "12", 2),
        (Modes(page_most=3), "123", 5),
    ],
)
def test_lists_that_are_not_whole(sandbox: Sandbox, ask: Ask, modes: Modes, shown: str, count: int) -> None:
    """What lists of campaigns leave out, those of destinations leave out too, unless the mode is of other lists."""
    ask("create", dnumbers="1,2,3,4,5")
    sandbox.modes = modes
    assert listed(ask) == list(shown)
    assert ask("list", count=1)["data"] == {"count": count}


@pytest.mark.parametrize("count", [0, 1])
def test_a_list_of_nothing(sandbox: Sandbox, ask: Ask, count: int) -> None:
    """list_none answers 204 without data; confined to the campaigns, it spares the destinations."""
    ask("create", dnumbers="1")
    sandbox.modes = Modes(list_none=True)
    assert ask("list", count=count) == DONE
    sandbox.modes = Modes(list_none=True, lists=frozenset({"list"}))
    assert "data" in ask("list", count=count)


def test_pages(sandbox: Sandbox, ask: Ask) -> None:
    """page_most bounds a page and follows the offset; paging=ignored shows all, however often it is asked."""
    ask("create", dnumbers="1,2,3,4,5")
    sandbox.modes = Modes(page_most=2)
    assert [listed(ask, limit=3, offset=offset) for offset in (0, 2, 4, 6)] == [["1", "2"], ["3", "4"], ["5"], []]
    sandbox.modes = Modes(paging="ignored")
    assert listed(ask, limit=1, offset=4) == list("12345")


def test_orders_stay_right_through_changes(ask: Ask) -> None:
    """Each order shows what was added, changed and removed since it was last asked for."""
    ask("create", dnumbers="5,1,3")
    assert (listed(ask), listed(ask, sort="status")) == (["1", "3", "5"], ["1", "3", "5"])
    ask("create", dnumbers="4,2", status="cancelled")
    assert (listed(ask), listed(ask, sort="status")) == (list("12345"), list("24135"))
    ask("update", dnumbers="3", status="success")
    assert (listed(ask), listed(ask, sort="status")) == (list("12345"), list("24153"))
    ask("delete", dnumber="1")
    assert (listed(ask), listed(ask, sort="status")) == (list("2345"), list("2453"))
    assert listed(ask, sort="status", descending=1, limit=2, offset=1) == ["5", "4"]


def test_a_late_list_shows_what_is_old_enough(sandbox: Sandbox, ask: Ask) -> None:
    """What was put before the seconds of list_late is shown, changed since or not."""
    ask("create", dnumbers="1,2")
    sandbox.modes = Modes(list_late=1e-9)
    assert listed(ask) == ["1", "2"]


def test_destinations_outlive_the_server(tmp_path: Path) -> None:
    """A sandbox with a database file begins with the destinations that the last one ended with."""
    database = tmp_path / "sandbox.sqlite"
    with Sandbox(database=database) as sandbox:
        first, second, third = (sandbox.add_campaign(name=name, enabled=0) for name in "abc")
        for campaign in (first, second, third):
            sandbox.put_destinations(campaign, "1", "2", "3")
        sandbox.put_destinations(first, "2", "4", status="cancelled")
        call(sandbox, "delete", campaign=first, dnumber="1")
        call(sandbox, "update", campaign=second, all=1, status="success")
        call(sandbox, "delete", campaign=third, all=1)
        ended_with = [sandbox.destinations(campaign) for campaign in (first, second, third)]
    assert ended_with[0] == {"2": "cancelled", "3": "pending", "4": "cancelled"}
    assert ended_with[1:] == [dict.fromkeys("123", "success"), {}]
    with Sandbox(database=database, modes=Modes(list_late=3600)) as sandbox:
        assert [sandbox.destinations(campaign) for campaign in (first, second, third)] == ended_with
        sandbox.put_destinations(first, "8", "9")
        sandbox.remove_destinations(first, "9")
        assert call(sandbox, "list", campaign=first, count=1)["data"] == {"count": 3}
        sandbox.change_campaign(first, enabled=1)
        assert sandbox.dial() == 2


def call(sandbox: Sandbox, function: str, **given: object) -> Any:
    """Call a function of destinations over a connection that is its alone."""
    connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE)
    form = urlencode({**LOGIN, **given})
    connection.request("POST", f"/api/json/bulk/destinations/{function}", form, FORM_TYPE)
    envelope = json.loads(connection.getresponse().read())
    connection.close()
    return envelope
