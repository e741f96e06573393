"""A server whose answers about numbers make no sense: nobody is called twice, and no part of a list is dialled."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from requests.structures import CaseInsensitiveDict

from importer.enswitch.transport import RawAnswer, Transport
from importer.model import ExitCode
from importer.numbers.loading import WhenOn
from importer.sandbox import Dialling, Sandbox
from tests.support.in_process import QuickStop
from tests.support.kills import faulty
from tests.support.number_lists import Loader, loader, numbers
from tests.support.servers import envelope
from tests.support.soak import Soak

PUT, LIST, GET = "bulk/destinations/create", "bulk/destinations/list", "bulk/campaigns/get"
ROUNDS = 40
MOST_LOADS = 5
CHANCE = 0.25

Odd = Callable[[random.Random, Any], Any]


def says(code: str, key: str = "") -> Odd:
    """Return an answer with a code, whatever the server has done."""
    return lambda _chance, _answer: envelope(code, key=key, message="no")


def with_data(change: Callable[[random.Random, Any], Any]) -> Odd:
    """Return the answer with other data."""
    return lambda chance, answer: {**answer, "data": change(chance, answer.get("data"))}


def rows(change: Callable[[random.Random, list[Any]], list[Any]]) -> Odd:
    """Return the answer with other rows, if it has any."""
    return with_data(lambda chance, data: change(chance, data) if isinstance(data, list) and data else data)


def wrong_count(chance: random.Random, data: Any) -> Any:
    """Return another count, or the rows as they are."""
    known = int(data["count"]) if isinstance(data, dict) and "count" in data else None
    return data if known is None else {"count": max(0, known + chance.choice((-10, -1, 1, 7, 10)))}


def page(text: str) -> Odd:
    """Return a page in the place of an answer."""
    return lambda _chance, _answer: text


ODD_WORDS: tuple[Odd, ...] = (
    *(says(code) for code in ("400", "403", "404", "429", "500", "999")),
    *(page(text) for text in ("", "<html><body>Sign in</body></html>", "{", "[]", '"OK"', '{"responses": []}')),
    lambda _chance, answer: [answer],
    lambda _chance, answer: {**answer, "responses": answer["responses"] * 2},
)
ODD_DATA: tuple[Odd, ...] = (
    with_data(wrong_count),
    says("204"),
    *(with_data(lambda _chance, _data, one=one: one) for one in ([], {}, None, "", [None], [{}], {"count": True})),
    *(with_data(lambda _chance, _data, one=one: {"count": one}) for one in (-1, "many", "1e3", 1.5, "9" * 40, [3])),
    rows(lambda chance, found: chance.sample(found, len(found) // 2)),
    rows(lambda chance, found: [chance.choice(found) for _ in found]),
    rows(lambda _chance, found: [*found, found[0]]),
    rows(lambda _chance, found: [{**one, "dnumber": str(int(one["dnumber"]) + 5_000_000)} for one in found]),
    rows(lambda _chance, found: [{**one, "dnumber": ["x"]} for one in found]),
)
"""What is said of numbers that is not so."""

ODD_TAKEN: tuple[Odd, ...] = (*ODD_WORDS[1:], with_data(lambda _chance, _data: {"count": 0}))
"""What is said of numbers that were taken; a refusal of one number, which is a 400, is believed."""


class HostileServer:
    """Has some answers of a stand-in server changed; with `lies`, also what it says of numbers that it was sent."""

    def __init__(self, chance: random.Random, *, lies: bool) -> None:
        self.chance = chance
        self.odd = {LIST: (*ODD_WORDS, *ODD_DATA), GET: ODD_WORDS, PUT: ODD_TAKEN if lies else ()}
        self.is_honest = False

    def changed(self, action: str, parameters: dict[str, str], answer: RawAnswer) -> RawAnswer:
        """Return an answer, or another one in its place."""
        choices = self.odd.get(action, ())
        if self.is_honest or not choices or "validation" in parameters or self.chance.random() > CHANCE:
            return answer
        made = self.chance.choice(choices)(self.chance, json.loads(answer.body))
        body = made if isinstance(made, str) else json.dumps(made)
        return RawAnswer(self.chance.choice((200, 200, 404, 500)), CaseInsensitiveDict(), body.encode())


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> Callable[[HostileServer], None]:
    """Have a hostile server answer from now on."""
    right = Transport.post

    def answer(server: HostileServer) -> None:
        def post(transport: Transport, action: str, form: bytes, **limits: int) -> RawAnswer:
            answered = right(transport, action, form, **limits)
            return server.changed(action, dict(parse_qsl(form.decode())), answered)

        monkeypatch.setattr(Transport, "post", post)

    return answer


@pytest.fixture
def load(sandbox: Sandbox, journal: Path, here: Path) -> Loader:
    """A loader on a server that calls three people at each request."""
    sandbox.dialling = Dialling(per_request=3)
    return loader(sandbox, journal, here)


def one_round(load: Loader, server: HostileServer) -> None:
    """Load lists several times from a hostile server, then from an honest one."""
    chance = server.chance
    lists = [numbers(1000 * at, chance.randrange(1, 150)) for at in range(chance.randrange(1, 4))]
    server.is_honest = True
    run = load.prepare(lists)
    server.is_honest = False
    for _ in range(chance.randrange(1, 4)):
        load.load(run, batch=chance.choice([7, 50]))
        load.importer.stop = QuickStop()
    server.is_honest = True
    reports = [load.load(run) for _ in range(MOST_LOADS)]
    assert reports[-1].exit_code is ExitCode.DONE, reports[-1]
    assert [set(one) for one in load.held(run)] == [set(map(str, some)) for some in lists]
    assert load.are_on(run) == [1] * len(lists)
    sizes = dict(zip((int(one or 0) for one in load.importer.ids(run)), map(len, lists), strict=True))
    switched_on = [one for one in load.sandbox.history if one.kind == "on" and one.campaign in sizes]
    assert [one for one in switched_on if one.destinations != sizes[one.campaign]] == []


def one_round_while_dialling(load: Loader, server: HostileServer) -> None:
    """Load a list into a campaign that is dialling, several times from a hostile server, then from an honest one."""
    chance = server.chance
    server.is_honest = True
    campaign = load.sandbox.add_campaign(name="By hand", enabled=1)
    there = chance.randrange(0, 60)
    load.sandbox.put_destinations(campaign, *map(str, numbers(0, there)), status="success") if there else None
    wanted = numbers(chance.randrange(0, 60), chance.randrange(1, 150))
    run = load.prepare_existing(campaign, wanted)
    server.is_honest = False
    for _ in range(chance.randrange(1, 4)):
        load.load(run, batch=chance.choice([7, 50]), when_on=WhenOn.WHILE_DIALLING)
    server.is_honest = True
    reports = [load.load(run, when_on=WhenOn.WHILE_DIALLING) for _ in range(MOST_LOADS)]
    assert reports[-1].exit_code is ExitCode.DONE, reports[-1]
    assert set(load.sandbox.destinations(campaign)) == set(map(str, {*wanted, *numbers(0, there)}))


@pytest.mark.slow
def test_answers_that_make_no_sense(load: Loader, hostile: Callable[[HostileServer], None]) -> None:
    """Whatever a server says about numbers, those of each campaign are there before it is on, and called once."""
    for seed in range(ROUNDS):
        server = HostileServer(random.Random(seed), lies=True)
        hostile(server)
        one_round(load, server)
        assert faulty(load.sandbox.history) == {"called again": [], "called twice": [], "added while on": []}, seed


@pytest.mark.slow
def test_answers_that_make_no_sense_while_dialling(load: Loader, hostile: Callable[[HostileServer], None]) -> None:
    """While a campaign dials, nobody who was called is pending again, whatever the server says about its numbers."""
    for seed in range(ROUNDS):
        server = HostileServer(random.Random(seed), lies=False)
        hostile(server)
        one_round_while_dialling(load, server)
        assert [one for one in load.sandbox.history if one.kind == "again" and one.status == "success"] == [], seed
        assert faulty(load.sandbox.history)["called twice"] == [], seed


@pytest.mark.soak
def test_answers_that_make_no_sense_for_long(
    load: Loader, hostile: Callable[[HostileServer], None], soak: Soak
) -> None:
    """The same, for as long as there is time."""
    for seed in soak.seeds():
        hostile(server := HostileServer(random.Random(seed), lies=True))
        one_round(load, server)
        hostile(server := HostileServer(random.Random(seed), lies=False))
        one_round_while_dialling(load, server)
        history = load.sandbox.history
        assert [one for one in history if one.kind == "again" and one.status == "success"] == [], seed
        assert faulty(history)["called twice"] == [], seed
