"""The functions of the stand-in server: parameters, defaults and codes, asked over real HTTP."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest

from importer.sandbox import Account, Modes, Sandbox
from tests.support.processes import PATIENCE

CREATE = {"name": "Spring", "dtype": "mailbox", "dnumber": "1234"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(accounts=[*ACCOUNTS]) as running:
        yield running


ACCOUNTS = (
    Account("admin", "secret", "administrator", 1, (1, 2, 3)),
    Account("user", "secret", "user", 1, (1,)),
    Account("guest", "secret", "other", 1, (1,)),
)


def ask(sandbox: Sandbox, function: str, given: dict[str, str] | None = None, who: str = "admin") -> Any:
    """Post a form to a function under bulk/ and return the whole envelope."""
    form = {"auth_username": who, "auth_password": "secret", **(given or {})}
    connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=PATIENCE)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"/api/json/bulk/{function}/", urlencode(form), headers)
    with connection.getresponse() as response:
        envelope = json.loads(response.read())
    connection.close()
    return envelope


def refusals(envelope: Any) -> list[tuple[str, str]]:
    """Return code and key of every response."""
    return [(each["code"], each["key"]) for each in envelope["responses"]]


def code(envelope: Any) -> str:
    """Return the code of an envelope with one response."""
    (response,) = envelope["responses"]
    return str(response["code"])


def test_create_stores_and_answers_the_id(sandbox: Sandbox) -> None:
    """A good create answers 200 with the new ID as a number, in the documented envelope."""
    envelope = ask(sandbox, "campaigns/create", CREATE)
    assert envelope == {"responses": [{"code": "200", "key": "", "message": "OK"}], "data": {"id": 1}}
    assert [row["id"] for row in sandbox.campaigns()] == [1]


def test_create_applies_documented_defaults(sandbox: Sandbox) -> None:
    """Parameters left out of a create take the defaults of the create page."""
    ask(sandbox, "campaigns/create", CREATE)
    assert sandbox.campaigns() == [
        {
            "id": 1,
            "customer": 1,
            "name": "Spring",
            "description": "",
            "enabled": 1,
            "dtype": "mailbox",
            "dnumber": "1234",
            "callerid": "",
            "attempts": 1,
            "retry": 3600,
            "maximum": 1,
            "machine": "failed",
            "success": "answer",
            "owner": 0,
            "recordgroup": 0,
            "timegroup": 0,
            "keep_agents_available": 0,
        }
    ]


def test_create_stores_every_parameter(sandbox: Sandbox) -> None:
    """Every documented parameter of a create reaches its column, integers as integers."""
    given: dict[str, Any] = {
        "name": "All",
        "dtype": "queue",
        "dnumber": "007",
        "attempts": 3,
        "callerid": "+44 1",
        "customer": 2,
        "description": "words",
        "enabled": 0,
        "machine": "retry",
        "maximum": 9,
        "keep_agents_available": -2,
        "owner": 4,
        "recordgroup": 5,
        "retry": 0,
        "success": "key",
        "timegroup": 6,
    }
    ask(sandbox, "campaigns/create", given)
    assert sandbox.campaigns() == [{"id": 1, **given}]


def test_names_are_not_unique(sandbox: Sandbox) -> None:
    """Two identical creates make two campaigns."""
    ids = [ask(sandbox, "campaigns/create", CREATE)["data"]["id"] for _ in range(2)]
    assert ids == [1, 2]
    assert len(sandbox.campaigns()) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("dtype", ""),
        ("dnumber", ""),
        ("attempts", ""),
        ("attempts", "0"),
        ("attempts", "1.5"),
        ("attempts", "²"),
        ("attempts", "99999999999"),
        ("customer", "-1"),
        ("customer", "99"),
        ("customer", ""),
        ("enabled", "2"),
        ("enabled", ""),
        ("machine", "off"),
        ("maximum", "0"),
        ("keep_agents_available", "some"),
        ("keep_agents_available", "9999999999"),
        ("owner", "-1"),
        ("recordgroup", "x"),
        ("retry", "-1"),
        ("retry", " 5"),
        ("success", ""),
        ("timegroup", "-5"),
        ("validation", "2"),
    ],
)
def test_create_refuses_a_bad_value(sandbox: Sandbox, name: str, value: str) -> None:
    """A bad value is a 400 whose key names the parameter, and nothing is stored."""
    envelope = ask(sandbox, "campaigns/create", {**CREATE, name: value})
    assert refusals(envelope) == [("400", name)]
    assert envelope["responses"][0]["message"]
    assert "data" not in envelope
    assert sandbox.campaigns() == []


@pytest.mark.parametrize("missing", ["name", "dtype", "dnumber"])
def test_create_needs_three_parameters(sandbox: Sandbox, missing: str) -> None:
    """A required parameter left out is a 400 that names it."""
    given = {name: value for name, value in CREATE.items() if name != missing}
    assert refusals(ask(sandbox, "campaigns/create", given)) == [("400", missing)]


def test_create_reports_all_problems(sandbox: Sandbox) -> None:
    """Several bad parameters are several entries of one answer."""
    envelope = ask(sandbox, "campaigns/create", {"name": "", "attempts": "0", "customer": "77"})
    assert refusals(envelope) == [
        ("400", "name"),
        ("400", "dtype"),
        ("400", "attempts"),
        ("400", "dnumber"),
        ("400", "customer"),
    ]


@pytest.mark.parametrize("machine", ["", "failed", "retry", "success"])
def test_create_takes_every_machine_word(sandbox: Sandbox, machine: str) -> None:
    """The four documented words for answering machines are taken, the empty one included."""
    assert code(ask(sandbox, "campaigns/create", {**CREATE, "machine": machine})) == "200"
    assert sandbox.campaigns()[0]["machine"] == machine


def test_hangup_needs_no_number(sandbox: Sandbox) -> None:
    """A campaign that hangs up needs no dnumber."""
    assert code(ask(sandbox, "campaigns/create", {"name": "x", "dtype": "hangup"})) == "200"


def test_validation_of_create(sandbox: Sandbox) -> None:
    """validation=1 answers 201 without data for a good create, 400 for a bad one, and stores nothing."""
    envelope = ask(sandbox, "campaigns/create", {**CREATE, "validation": "1"})
    assert envelope == {"responses": [{"code": "201", "key": "", "message": "OK"}]}
    bad = ask(sandbox, "campaigns/create", {**CREATE, "validation": "1", "retry": "soon"})
    assert refusals(bad) == [("400", "retry")]
    assert sandbox.campaigns() == []


ALL_FUNCTIONS = [
    f"{category}/{action}"
    for category, actions in {
        "campaigns": ("create", "update", "list", "get", "delete"),
        "destinations": ("create", "list", "update", "delete"),
    }.items()
    for action in actions
]


@pytest.mark.parametrize("function", ALL_FUNCTIONS)
def test_wrong_credentials(sandbox: Sandbox, function: str) -> None:
    """A wrong or missing password or user is a 401 for every function."""
    assert code(ask(sandbox, function, {"auth_password": "wrong"})) == "401"
    assert code(ask(sandbox, function, {"auth_password": ""})) == "401"
    assert code(ask(sandbox, function, who="nobody")) == "401"


@pytest.mark.parametrize("function", ALL_FUNCTIONS)
def test_role_that_may_do_nothing(sandbox: Sandbox, function: str) -> None:
    """An account with neither of the two roles gets 402 from every function."""
    assert code(ask(sandbox, function, {**CREATE, "id": "1", "campaign": "1"}, who="guest")) == "402"


def test_user_may_do_all_but_create(sandbox: Sandbox) -> None:
    """A user gets 402 for a create and may call the other functions."""
    campaign = str(sandbox.add_campaign(name="by hand"))
    assert code(ask(sandbox, "campaigns/create", CREATE, who="user")) == "402"
    assert code(ask(sandbox, "campaigns/list", who="user")) == "200"
    assert code(ask(sandbox, "campaigns/get", {"id": campaign}, who="user")) == "200"
    assert code(ask(sandbox, "campaigns/update", {"id": campaign, "name": "b"}, who="user")) == "204"
    assert code(ask(sandbox, "campaigns/delete", {"id": campaign}, who="user")) == "204"


def test_rate_plan_forbids(sandbox: Sandbox) -> None:
    """Create and update answer 403 for a customer whose rate plan has no campaigns."""
    campaign = sandbox.add_campaign(name="old", customer=3)
    assert code(ask(sandbox, "campaigns/create", {**CREATE, "customer": "3"})) == "403"
    assert code(ask(sandbox, "campaigns/create", {**CREATE, "customer": "3", "validation": "1"})) == "403"
    assert code(ask(sandbox, "campaigns/update", {"id": str(campaign), "name": "new"})) == "403"
    assert [row["name"] for row in sandbox.campaigns()] == ["old"]


def test_update_changes_only_what_is_given(sandbox: Sandbox) -> None:
    """An update answers 204 without data and leaves the parameters it does not name alone."""
    campaign = sandbox.add_campaign(name="a", dtype="queue", dnumber="1", attempts=5, machine="retry")
    before = sandbox.campaigns()[0]
    envelope = ask(sandbox, "campaigns/update", {"id": str(campaign), "name": "b", "machine": ""})
    assert envelope == {"responses": [{"code": "204", "key": "", "message": "OK"}]}
    assert sandbox.campaigns() == [{**before, "name": "b", "machine": ""}]


def test_update_resets_the_agents_kept_free(sandbox: Sandbox) -> None:
    """An update that leaves keep_agents_available out sets it to 0; one that gives it keeps it."""
    campaign = str(sandbox.add_campaign(name="a", keep_agents_available=4))
    ask(sandbox, "campaigns/update", {"id": campaign, "keep_agents_available": "4"})
    assert sandbox.campaigns()[0]["keep_agents_available"] == 4
    ask(sandbox, "campaigns/update", {"id": campaign})
    assert sandbox.campaigns()[0]["keep_agents_available"] == 0


def test_update_cannot_move_a_campaign(sandbox: Sandbox) -> None:
    """Update knows no customer: the parameter is ignored."""
    campaign = str(sandbox.add_campaign(name="a", customer=1))
    assert code(ask(sandbox, "campaigns/update", {"id": campaign, "customer": "2"})) == "204"
    assert sandbox.campaigns()[0]["customer"] == 1


def test_update_of_an_old_server_leaves_the_agents_alone(sandbox: Sandbox) -> None:
    """In version 3.14 an update without any parameter but the ID changes nothing."""
    campaign = str(sandbox.add_campaign(name="a", keep_agents_available=4))
    sandbox.modes = Modes(version="3.14")
    assert code(ask(sandbox, "campaigns/update", {"id": campaign})) == "204"
    assert sandbox.campaigns()[0]["keep_agents_available"] == 4


def test_validation_of_update(sandbox: Sandbox) -> None:
    """validation=1 makes update answer 201 and change nothing."""
    campaign = str(sandbox.add_campaign(name="a"))
    assert code(ask(sandbox, "campaigns/update", {"id": campaign, "name": "b", "validation": "1"})) == "201"
    assert sandbox.campaigns()[0]["name"] == "a"


def test_update_refuses_bad_values(sandbox: Sandbox) -> None:
    """Update answers 400 for bad values, a bad or missing ID among them, and for a type without a number."""
    campaign = str(sandbox.add_campaign(name="a"))
    envelope = ask(sandbox, "campaigns/update", {"id": campaign, "name": "", "maximum": ""})
    assert refusals(envelope) == [("400", "name"), ("400", "maximum")]
    assert refusals(ask(sandbox, "campaigns/update", {"name": "b"})) == [("400", "id")]
    assert refusals(ask(sandbox, "campaigns/update", {"id": "x"})) == [("400", "id")]
    envelope = ask(sandbox, "campaigns/update", {"id": campaign, "dtype": "queue"})
    assert refusals(envelope) == [("400", "dnumber")]


def test_list_is_of_one_customer(sandbox: Sandbox) -> None:
    """List returns whole rows of the given customer, or of the caller's own."""
    sandbox.add_campaign(name="mine")
    sandbox.add_campaign(name="theirs", customer=2)
    assert [row["name"] for row in ask(sandbox, "campaigns/list")["data"]] == ["mine"]
    envelope = ask(sandbox, "campaigns/list", {"customer": "2"})
    assert envelope["data"] == [row for row in sandbox.campaigns() if row["customer"] == 2]


def test_list_of_nothing(sandbox: Sandbox) -> None:
    """A customer without campaigns has an empty list, not a missing one."""
    assert ask(sandbox, "campaigns/list")["data"] == []


@pytest.mark.parametrize("customer", ["99", "x", ""])
def test_list_refuses_an_unknown_customer(sandbox: Sandbox, customer: str) -> None:
    """List answers 400 with the key customer for a customer that is unknown or no number."""
    assert refusals(ask(sandbox, "campaigns/list", {"customer": customer})) == [("400", "customer")]


def test_list_hides_other_customers_from_a_user(sandbox: Sandbox) -> None:
    """A customer the account does not see is as unknown as one that does not exist."""
    assert refusals(ask(sandbox, "campaigns/list", {"customer": "2"}, who="user")) == [("400", "customer")]


def test_get_returns_the_row(sandbox: Sandbox) -> None:
    """Get answers 200 with the one row."""
    campaign = sandbox.add_campaign(name="a")
    assert ask(sandbox, "campaigns/get", {"id": str(campaign)})["data"] == sandbox.campaigns()[0]


@pytest.mark.parametrize("function", ["get", "update", "delete"])
def test_unknown_or_hidden_campaign(sandbox: Sandbox, function: str) -> None:
    """An ID that does not exist, or that the account may not see, is a 404."""
    hidden = str(sandbox.add_campaign(name="theirs", customer=2))
    assert code(ask(sandbox, f"campaigns/{function}", {"id": "99"})) == "404"
    assert code(ask(sandbox, f"campaigns/{function}", {"id": hidden}, who="user")) == "404"
    assert len(sandbox.campaigns()) == 1


@pytest.mark.parametrize("function", ["get", "delete"])
def test_functions_without_400(sandbox: Sandbox, function: str) -> None:
    """Get and delete have no 400, so a bad or missing ID is simply not found."""
    assert code(ask(sandbox, f"campaigns/{function}")) == "404"
    assert code(ask(sandbox, f"campaigns/{function}", {"id": "x"})) == "404"


def test_delete_takes_destinations_along(sandbox: Sandbox) -> None:
    """Delete answers 204 and removes the campaign together with its destinations."""
    campaign = str(sandbox.add_campaign(name="a"))
    ask(sandbox, "destinations/create", {"campaign": campaign, "dnumbers": "1,2"})
    envelope = ask(sandbox, "campaigns/delete", {"id": campaign})
    assert envelope == {"responses": [{"code": "204", "key": "", "message": "OK"}]}
    assert sandbox.campaigns() == []
    assert code(ask(sandbox, "destinations/list", {"campaign": campaign})) == "404"


@pytest.fixture
def dialled(sandbox: Sandbox) -> str:
    """Make a campaign with three destinations and return its ID."""
    campaign = str(sandbox.add_campaign(name="a"))
    ask(sandbox, "destinations/create", {"campaign": campaign, "dnumbers": "30,10,20"})
    return campaign


def listed(sandbox: Sandbox, campaign: str, **given: str) -> list[tuple[str, str]]:
    """Return number and status of the destinations in the order of the list."""
    rows = ask(sandbox, "destinations/list", {"campaign": campaign, **given})["data"]
    return [(row["dnumber"], row["status"]) for row in rows]


def test_destinations_replace_one_another(sandbox: Sandbox, dialled: str) -> None:
    """Adding a number again replaces it; the count covers added and replaced ones, each once."""
    given = {"campaign": dialled, "dnumbers": "10, 40,,40", "status": "success"}
    assert ask(sandbox, "destinations/create", given)["data"] == {"count": 2}
    assert listed(sandbox, dialled) == [
        ("10", "success"),
        ("20", "pending"),
        ("30", "pending"),
        ("40", "success"),
    ]


def test_destinations_list_options(sandbox: Sandbox, dialled: str) -> None:
    """The list can be counted, cut, turned round and sorted as documented."""
    ask(sandbox, "destinations/update", {"campaign": dialled, "dnumbers": "20", "status": "cancelled"})
    assert ask(sandbox, "destinations/list", {"campaign": dialled, "count": "1"})["data"] == {"count": 3}
    assert [number for number, _ in listed(sandbox, dialled, limit="1", offset="1")] == ["20"]
    assert [number for number, _ in listed(sandbox, dialled, descending="1")] == ["30", "20", "10"]
    assert [number for number, _ in listed(sandbox, dialled, sort="status")] == ["20", "10", "30"]
    assert [number for number, _ in listed(sandbox, dialled, offset="2", pages="1")] == ["30"]


def test_destinations_update(sandbox: Sandbox, dialled: str) -> None:
    """Update changes the numbers that are there, or all, and counts them; it adds none."""
    given = {"campaign": dialled, "status": "failed", "dnumbers": "10,99"}
    assert ask(sandbox, "destinations/update", given)["data"] == {"count": 1}
    assert listed(sandbox, dialled)[0] == ("10", "failed")
    given = {"campaign": dialled, "status": "success", "all": "1"}
    assert ask(sandbox, "destinations/update", given)["data"] == {"count": 3}
    assert {status for _, status in listed(sandbox, dialled)} == {"success"}


def test_destinations_delete(sandbox: Sandbox, dialled: str) -> None:
    """Delete removes one number or all and answers 204 without data; an absent number is a 404."""
    assert ask(sandbox, "destinations/delete", {"campaign": dialled, "dnumber": "10"}) == {
        "responses": [{"code": "204", "key": "", "message": "OK"}]
    }
    assert [number for number, _ in listed(sandbox, dialled)] == ["20", "30"]
    assert code(ask(sandbox, "destinations/delete", {"campaign": dialled, "dnumber": "10"})) == "404"
    assert code(ask(sandbox, "destinations/delete", {"campaign": dialled})) == "404"
    assert code(ask(sandbox, "destinations/delete", {"campaign": dialled, "all": "1"})) == "204"
    assert listed(sandbox, dialled) == []


def test_validation_of_destinations(sandbox: Sandbox, dialled: str) -> None:
    """validation=1 makes the two writing functions of destinations answer 201 and change nothing."""
    before = listed(sandbox, dialled)
    given = {"campaign": dialled, "dnumbers": "10,50", "status": "failed", "validation": "1"}
    for function in ("create", "update"):
        assert ask(sandbox, f"destinations/{function}", given) == {
            "responses": [{"code": "201", "key": "", "message": "OK"}]
        }
    assert listed(sandbox, dialled) == before


@pytest.mark.parametrize(
    ("function", "given", "keys"),
    [
        ("create", {"campaign": "", "dnumbers": "1"}, ["campaign"]),
        ("create", {"dnumbers": "1"}, ["campaign"]),
        ("create", {"campaign": "1"}, ["dnumbers"]),
        ("create", {"campaign": "1", "dnumbers": " , "}, ["dnumbers"]),
        ("create", {"campaign": "1", "dnumbers": "", "status": "odd"}, ["dnumbers", "status"]),
        ("list", {"campaign": "x"}, ["campaign"]),
        ("list", {"campaign": "1", "sort": "colour", "limit": "-1"}, ["limit", "sort"]),
        ("update", {"campaign": "1", "dnumbers": "10"}, ["status"]),
        ("update", {"campaign": "1", "status": "failed"}, ["dnumbers"]),
        ("update", {"campaign": "1", "status": "failed", "all": "0"}, ["dnumbers"]),
    ],
)
def test_destinations_refuse_bad_values(
    sandbox: Sandbox, dialled: str, function: str, given: dict[str, str], keys: list[str]
) -> None:
    """The functions of destinations that have a 400 name each bad or missing parameter once."""
    found = [key for _, key in refusals(ask(sandbox, f"destinations/{function}", given))]
    assert found == keys
    assert len(listed(sandbox, dialled)) == 3


@pytest.mark.parametrize("function", ["create", "list", "update", "delete"])
def test_destinations_of_an_unknown_campaign(sandbox: Sandbox, function: str) -> None:
    """Every function of destinations answers 404 for a campaign that is not there."""
    given = {"campaign": "99", "dnumbers": "1", "dnumber": "1", "status": "failed"}
    assert code(ask(sandbox, f"destinations/{function}", given)) == "404"


def test_delete_of_destinations_has_no_400(sandbox: Sandbox, dialled: str) -> None:
    """Delete has no 400, so an unreadable `all` counts as not given."""
    assert code(ask(sandbox, "destinations/delete", {"campaign": dialled, "all": "x"})) == "404"
    assert code(ask(sandbox, "destinations/delete", {"campaign": "x", "all": "1"})) == "404"


def test_add_campaign_refuses_unknown_columns(sandbox: Sandbox) -> None:
    """A campaign made by hand can only have the columns that exist."""
    with pytest.raises(ValueError, match="no column colour"):
        sandbox.add_campaign(name="a", colour="red")
