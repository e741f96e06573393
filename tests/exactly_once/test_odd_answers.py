"""A server that speaks of another campaign, finds no numbers, or shows some twice: it is told, and nobody is called."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from requests.structures import CaseInsensitiveDict

from importer.enswitch.transport import RawAnswer, Transport
from importer.sandbox import Sandbox
from tests.support.numbers import british, on_the_wire, pending, write_list
from tests.support.program import Finished, Program
from tests.support.servers import envelope

LIST, GET = "bulk/destinations/list", "bulk/campaigns/get"
FORM = ("--country", "GB", "--yes", "--json")

Change = Callable[[dict[str, str], Any], Any]


@pytest.fixture
def changing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Change], None]:
    """Have the answers to an action changed from now on, by the parameters and what the server says."""
    right = Transport.post

    def change(action: str, make: Change) -> None:
        def post(transport: Transport, asked: str, form: bytes, **limits: int) -> RawAnswer:
            answer = right(transport, asked, form, **limits)
            if asked != action:
                return answer
            made = make(dict(parse_qsl(form.decode())), json.loads(answer.body))
            return RawAnswer(200, CaseInsensitiveDict(), json.dumps(made).encode())

        monkeypatch.setattr(Transport, "post", post)

    return change


def load(program: Program, campaign: int, count: int, *options: str) -> Finished:
    """Load numbers into a campaign."""
    path = write_list("leads.csv", *british(count))
    return program("numbers", "load", path, "--campaign", campaign, "--number-format", "digits", *FORM, *options)


@pytest.mark.usefixtures("here")
def test_a_number_that_is_listed_twice(
    program: Program, sandbox: Sandbox, changing: Callable[[str, Change], None]
) -> None:
    """Nothing is sent to a campaign that shows a number twice; the message names it, masked, and what to do."""
    campaign = sandbox.add_campaign(name="Spring", enabled=0)
    sandbox.put_destinations(campaign, *sorted(on_the_wire(british(30))))

    def twice(asked: dict[str, str], answer: Any) -> Any:
        data = answer["data"]
        return {**answer, "data": {"count": 31} if "count" in asked else [*data, *data[-1:]]}

    changing(LIST, twice)
    told = load(program, campaign, 60)
    assert told.exit_code == 7, told.stderr
    (left,) = told.document["campaigns"]
    assert "30 different ones: 442•••••••29 twice," in left["message"]
    assert "remove it there" in left["message"]
    assert len(sandbox.destinations(campaign)) == 30


@pytest.mark.usefixtures("here")
def test_a_scrub_of_numbers_that_are_not_found(
    program: Program, sandbox: Sandbox, changing: Callable[[str, Change], None]
) -> None:
    """If a campaign is there and its numbers are not found, it counts as not compared, and nothing is cancelled."""
    campaign = sandbox.add_campaign(name="Spring", enabled=0)
    run = load(program, campaign, 30).document["run"]
    write_list("tps.txt", *british(3), heading="number")
    changing(LIST, lambda _asked, _answer: envelope("404", message="Campaign does not exist."))
    told = program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM)
    assert told.exit_code == 4
    assert told.document["campaigns"][0]["message"].startswith("Not compared: ")
    assert pending(sandbox, campaign) == on_the_wire(british(30))
    changing(LIST, lambda _asked, answer: answer)
    assert program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM).document["campaigns"][0]["cancelled"] == 3


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("on", [0, 1])
def test_an_answer_about_another_campaign(
    program: Program, sandbox: Sandbox, changing: Callable[[str, Change], None], on: int
) -> None:
    """What the server says of another campaign says nothing of this one: nothing is sent, and none is switched."""
    other = sandbox.add_campaign(name="Other", enabled=1 - on)
    campaign = sandbox.add_campaign(name="Spring", enabled=on)

    def about_the_other(_asked: dict[str, str], answer: Any) -> Any:
        data = answer["data"]
        row = {**(data[0] if isinstance(data, list) else data), "id": other, "name": "Other", "enabled": 1 - on}
        return {**answer, "data": [row] if isinstance(data, list) else row}

    changing(GET, about_the_other)
    told = load(program, campaign, 30)
    assert told.exit_code != 0, told.stderr
    assert sandbox.destinations(campaign) == {}
    assert sandbox.destinations(other) == {}
    assert {one["id"]: one["enabled"] for one in sandbox.campaigns()} == {other: 1 - on, campaign: on}
