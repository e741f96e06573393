"""The lists in which names are found: roles, customers, filters, pages, and lists that are not whole."""

import json
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest

from importer.sandbox import Account, Modes, Sandbox
from importer.sandbox.directory import COLUMNS
from tests.support.processes import PATIENCE

FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}
DONE = {"responses": [{"code": "204", "key": "", "message": "OK"}]}
OF_A_CUSTOMER = [kind for kind in COLUMNS if kind != "customers"]
ACCOUNTS = (
    Account("admin", "secret", "administrator", 1, (1, 2, 3, 4)),
    Account("user", "secret", "user", 1, (1,)),
    Account("reseller", "secret", "commerce", 1, (1, 2, 3, 4)),
    Account("owner", "secret", "commerce", 1, tuple(range(1, 100))),
    Account("guest", "secret", "other", 1, (1,)),
)

Ask = Callable[..., Any]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(accounts=ACCOUNTS) as running:
        yield running


@pytest.fixture
def ask(sandbox: Sandbox) -> Iterator[Ask]:
    """Ask for a list as the reseller, or as another account, and return the envelope."""
    connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE)

    def post(kind: str, who: str = "reseller", **given: object) -> Any:
        form = urlencode({"auth_username": who, "auth_password": "secret", **given})
        connection.request("POST", f"/api/json/{kind}/list", form, FORM_TYPE)
        return json.loads(connection.getresponse().read())

    yield post
    connection.close()


def refusals(envelope: Any) -> list[tuple[str, str]]:
    """Return code and key of every response."""
    return [(each["code"], each["key"]) for each in envelope["responses"]]


def names(ask: Ask, kind: str, **given: object) -> list[str]:
    """Return what people call the listed entries, in the order of the list."""
    return [row[next(iter(COLUMNS[kind]))] for row in ask(kind, **given)["data"]]


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize(
    ("who", "allowed"), [("guest", False), ("user", True), ("admin", True), ("reseller", True), ("nobody", False)]
)
def test_roles(ask: Ask, kind: str, who: str, allowed: bool) -> None:
    """Every list is for users, except the one of customers, which not even an administrator may see."""
    allowed = allowed and (kind != "customers" or who == "reseller")
    refusal = "401" if who == "nobody" else "402"
    assert refusals(ask(kind, who)) == [("200" if allowed else refusal, "")]


@pytest.mark.parametrize("kind", OF_A_CUSTOMER)
def test_a_list_is_of_one_customer(sandbox: Sandbox, ask: Ask, kind: str) -> None:
    """The same name may be in several customers; a list has those of one, the caller's own unless another is named."""
    key = next(iter(COLUMNS[kind]))
    mine, theirs = (sandbox.add_entry(kind, customer, **{key: "Same"}) for customer in (1, 3))
    assert [row["id"] for row in ask(kind)["data"] if row[key] == "Same"] == [mine]
    assert ask(kind, customer=3)["data"] == [{"id": theirs, "customer": 3, **COLUMNS[kind], key: "Same"}]
    assert ask(kind, customer=4)["data"] == []


@pytest.mark.parametrize("kind", OF_A_CUSTOMER)
@pytest.mark.parametrize(("who", "customer"), [("admin", "99"), ("user", "2"), ("admin", "x")])
def test_an_unknown_customer(ask: Ask, kind: str, who: str, customer: str) -> None:
    """A customer that is not there, or hidden from the caller, is a 400 that names the parameter."""
    assert refusals(ask(kind, who, customer=customer)) == [("400", "customer")]


def test_customers_below_one(sandbox: Sandbox, ask: Ask) -> None:
    """Customers are listed below their parent, one level or all, without itself and without those out of sight."""
    sandbox.add_entry("customers", 2, name="North Shop")
    sandbox.add_entry("customers", 1, name="Unseen")
    assert names(ask, "customers") == ["North Branch", "South Branch"]
    assert names(ask, "customers", parent=2) == ["North Shop"]
    assert names(ask, "customers", recursive=1) == ["North Branch", "North Shop", "South Branch"]
    assert refusals(ask("customers", parent=99)) == [("400", "parent")]


def test_the_name_of_a_customer_is_a_part_of_it(ask: Ask) -> None:
    """The filter finds every customer whose name holds the text, in either case."""
    assert names(ask, "customers", name="branch") == ["North Branch", "South Branch"]
    assert names(ask, "customers", name="h B", sort="account") == ["North Branch", "South Branch"]
    assert names(ask, "customers", name="north") == ["North Branch"]
    assert names(ask, "customers", name="North Branches") == []


def test_deleted_customers(sandbox: Sandbox, ask: Ask) -> None:
    """Deleted customers are left out, asked for alone, or shown with the others."""
    sandbox.change_entry("customers", 2, deleted=1)
    assert names(ask, "customers") == ["South Branch"]
    assert names(ask, "customers", deleted=1) == ["North Branch"]
    assert names(ask, "customers", deleted=-1) == ["North Branch", "South Branch"]


def test_shared_time_groups(ask: Ask) -> None:
    """available=1 adds what other customers share."""
    assert names(ask, "timegroups", customer=2) == ["Office hours"]
    assert names(ask, "timegroups", customer=2, available=1) == ["Evenings", "Office hours"]


def test_people_are_sorted(sandbox: Sandbox, ask: Ask) -> None:
    """People come in the order of user name, forename, surname or full name, in either direction."""
    sandbox.add_entry("people", username="Kim", forename="Jane", surname="Adams")
    assert names(ask, "people") == ["jane", "john", "Kim"]
    assert names(ask, "people", descending=1) == ["Kim", "john", "jane"]
    assert names(ask, "people", sort="surname") == ["Kim", "jane", "john"]
    assert names(ask, "people", sort="fullname") == ["Kim", "jane", "john"]
    assert names(ask, "people", sort="forename") == ["jane", "Kim", "john"]
    assert refusals(ask("people", sort="age")) == [("400", "sort")]
    assert all("password" not in row for row in ask("people")["data"])


@pytest.mark.parametrize("kind", ["customers", "people"])
def test_pages(sandbox: Sandbox, ask: Ask, kind: str) -> None:
    """Customers and people come in pages and can be counted."""
    for number in range(30):
        sandbox.add_entry(kind, 4, **{next(iter(COLUMNS[kind])): f"N{number:02}"})
    whose = {"who": "owner", "parent" if kind == "customers" else "customer": 4}
    assert names(ask, kind, limit=10, offset=25, **whose) == ["N25", "N26", "N27", "N28", "N29"]
    assert ask(kind, count=1, **whose)["data"] == {"count": 30}
    sandbox.modes = Modes(page_most=7)
    assert names(ask, kind, limit=10, offset=7, **whose) == [f"N{number:02}" for number in range(7, 14)]
    sandbox.modes = Modes(paging="ignored")
    assert len(names(ask, kind, limit=10, offset=25, **whose)) == 30


@pytest.mark.parametrize("kind", OF_A_CUSTOMER)
def test_lists_without_pages(sandbox: Sandbox, ask: Ask, kind: str) -> None:
    """Every other list is whole, however many rows are asked for."""
    for number in range(30):
        sandbox.add_entry(kind, 3, **{next(iter(COLUMNS[kind])): f"N{number:02}"})
    assert len(names(ask, kind, customer=3, limit=10, offset=25)) == (5 if kind == "people" else 30)
    sandbox.modes = Modes(page_most=2)
    assert len(names(ask, kind, customer=3)) == (2 if kind == "people" else 30)


@pytest.mark.parametrize("kind", COLUMNS)
def test_lists_that_are_not_whole(sandbox: Sandbox, ask: Ask, kind: str) -> None:
    """What lists of campaigns leave out, these leave out too; a mode of other lists spares them."""
    whose = {"who": "owner", "parent" if kind == "customers" else "customer": 4}
    for name in "abc":
        sandbox.add_entry(kind, 4, **{next(iter(COLUMNS[kind])): name})
    sandbox.modes = Modes(list_first=2)
    assert names(ask, kind, **whose) == ["a", "b"]
    sandbox.modes = Modes(list_last=2)
    assert names(ask, kind, **whose) == ["b", "c"]
    sandbox.modes = Modes(list_late=3600)
    assert names(ask, kind, **whose) == []
    assert names(ask, kind, who="reseller") != []
    sandbox.modes = Modes(list_none=True)
    assert ask(kind, **whose) == DONE
    sandbox.modes = Modes(list_none=True, list_first=1, list_late=3600, lists=frozenset({"list"}))
    assert names(ask, kind, **whose) == ["a", "b", "c"]


@pytest.mark.parametrize("kind", OF_A_CUSTOMER)
def test_more_than_was_asked_for(sandbox: Sandbox, ask: Ask, kind: str) -> None:
    """list_more has a list of one customer show what all have."""
    for customer in (2, 4):
        sandbox.add_entry(kind, customer, **{next(iter(COLUMNS[kind])): f"of {customer}"})
    assert "of 2" not in names(ask, kind, customer=4)
    sandbox.modes = Modes(list_more=True)
    assert {"of 2", "of 4"} <= set(names(ask, kind, customer=4))
    sandbox.modes = Modes(list_more=True, lists=frozenset({"list"}))
    assert "of 2" not in names(ask, kind, customer=4)


@pytest.mark.parametrize("kind", COLUMNS)
def test_rows_with_few_fields(sandbox: Sandbox, ask: Ask, kind: str) -> None:
    """list_fields=few shows the two members that the guide names, and a name that is null stays null as text too."""
    sandbox.modes = Modes(list_fields="few", ids="string")
    (first, *_) = ask(kind)["data"]
    assert set(first) == {"customer" if kind == "mailboxes" else "id", next(iter(COLUMNS[kind]))}
    assert all(isinstance(value, str) for value in first.values())
    sandbox.add_entry(kind, 4, **{next(iter(COLUMNS[kind])): None})
    whose = {"parent" if kind == "customers" else "customer": 4}
    assert names(ask, kind, who="owner", **whose) == [None]


def test_a_list_that_is_absent(sandbox: Sandbox, ask: Ask) -> None:
    """A server may lack any of the lists; the others are as ever."""
    sandbox.modes = Modes(absent=frozenset({"recording/groups/list"}), absent_as="unknown")
    assert refusals(ask("recording/groups")) == [("404", "")]
    assert names(ask, "queues") == ["Support"]


def test_a_person_changes_entries(sandbox: Sandbox, ask: Ask) -> None:
    """What a person changes or removes is listed so; an ID is not used again."""
    first = sandbox.add_entry("queues", 3, name="a")
    second = sandbox.add_entry("queues", 3, name="b")
    sandbox.change_entry("queues", first, name="c")
    sandbox.remove_entry("queues", second)
    assert names(ask, "queues", customer=3) == ["c"]
    assert sandbox.add_entry("queues", 3, name="d") == second + 1


def test_only_what_there_is_can_be_added(sandbox: Sandbox) -> None:
    """An unknown kind or column is refused with the known ones."""
    with pytest.raises(ValueError, match="'trunks' is not a known kind of entry; the known kinds are customers,"):
        sandbox.add_entry("trunks", name="a")
    with pytest.raises(ValueError, match="queues have no column colour"):
        sandbox.add_entry("queues", colour="red")
