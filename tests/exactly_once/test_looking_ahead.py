"""Campaigns are looked at before their turn only where what is seen is still true when it comes."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from requests.structures import CaseInsensitiveDict

from importer.enswitch.transport import RawAnswer, Transport
from importer.errors import AccessRefused, ServerUnusable
from importer.model import ExitCode, LoadStatus
from importer.numbers.loading import load
from importer.numbers.loading.loading import LONGEST_SEEN
from importer.sandbox import Modes, Sandbox
from tests.support.number_lists import FIRST, Loader, loader, numbers, statuses
from tests.support.servers import envelope

PUT, LIST, GET = "bulk/destinations/create", "bulk/destinations/list", "bulk/campaigns/get"


class Requests:
    """The requests of a load: before each leaves, `act` is called with its action and parameters; it may answer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.act: Callable[[str, dict[str, str]], RawAnswer | None] = lambda _action, _parameters: None
        self.left: Counter[str] = Counter()
        self._answered: Counter[str] = Counter()
        self._changed = threading.Condition()
        right = Transport.post

        def post(transport: Transport, action: str, form: bytes, **limits: int) -> RawAnswer:
            with self._changed:
                self.left[action] += 1
            answer = self.act(action, dict(parse_qsl(form.decode()))) or right(transport, action, form, **limits)
            with self._changed:
                self._answered[action] += 1
                self._changed.notify_all()
            return answer

        monkeypatch.setattr(Transport, "post", post)

    def wait_for(self, action: str, count: int) -> None:
        """Wait until so many requests of an action are answered."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._answered[action] >= count, timeout=10)

    def answer_for(self, campaign: int, code: str) -> None:
        """Answer with a code who looks at the second of two campaigns, before the first numbers are shown."""
        answer = RawAnswer(200, CaseInsensitiveDict(), json.dumps(envelope(code)).encode())

        def act(action: str, parameters: dict[str, str]) -> RawAnswer | None:
            if action == LIST and "limit" in parameters:
                self.wait_for(GET, 2)
            return answer if action == GET and parameters["id"] == str(campaign) else None

        self.act = act


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> Requests:
    """The requests that leave from now on."""
    return Requests(monkeypatch)


@pytest.fixture
def alone(sandbox: Sandbox, journal: Path, here: Path) -> Loader:
    """A loader with one worker."""
    return loader(sandbox, journal, here)


def prepare(loading: Loader, *sizes: int) -> tuple[str, list[int]]:
    """Create a campaign for each list, of so many numbers; return the run and the campaigns."""
    run = loading.prepare([numbers(1000 * at, size) for at, size in enumerate(sizes)])
    return run, [int(one or 0) for one in loading.importer.ids(run)]


def held(loading: Loader, run: str) -> list[int]:
    """Return how many numbers each campaign of a run has."""
    return list(map(len, loading.held(run)))


def test_lists_that_wait_are_looked_at_when_their_turn_comes(
    sandbox: Sandbox, alone: Loader, requests: Requests
) -> None:
    """While the first list is loaded, a person switches the others on: nothing is sent to those."""
    run, campaigns = prepare(alone, 260, 60, 60)

    def act(action: str, _: dict[str, str]) -> None:
        if (action, requests.left[PUT]) == (PUT, 4):
            for one in campaigns[1:]:
                sandbox.change_campaign(one, enabled=1)

    requests.act = act
    report = alone.load(run)
    assert held(alone, run) == [260, 0, 0]
    assert statuses(report) == [LoadStatus.LOADED, LoadStatus.PAUSED, LoadStatus.PAUSED]


def test_the_first_numbers_may_be_those_of_a_later_list(sandbox: Sandbox, alone: Loader, requests: Requests) -> None:
    """A list whose first numbers were read back waits for those before it, and is looked at again after them."""
    run, campaigns = prepare(alone, 260, 260)
    sandbox.change_campaign(campaigns[0], enabled=1)

    def act(action: str, _: dict[str, str]) -> None:
        if (action, requests.left[PUT]) == (PUT, 1):
            sandbox.change_campaign(campaigns[0], enabled=0)
        if (action, requests.left[PUT]) == (PUT, 4):
            sandbox.change_campaign(campaigns[1], enabled=1)

    requests.act = act
    report = alone.load(run)
    assert held(alone, run) == [260, 10]
    assert statuses(report) == [LoadStatus.LOADED, LoadStatus.PAUSED]


def test_what_was_seen_long_ago_is_looked_at_again(
    sandbox: Sandbox, journal: Path, here: Path, requests: Requests
) -> None:
    """While the server takes long to show the first numbers, a person switches campaigns on, and calls one by hand."""
    loading = loader(sandbox, journal, here, workers=3)
    run, campaigns = prepare(loading, 120, 120, 120)
    times = [0.0]

    def act(action: str, parameters: dict[str, str]) -> None:
        if action == LIST and "limit" in parameters and not times[-1]:
            requests.wait_for(GET, 3)
            times.append(LONGEST_SEEN + 1)
            for one in campaigns[:2]:
                sandbox.change_campaign(one, enabled=1)
            sandbox.put_destinations(campaigns[2], str(FIRST + 2000), status="success")

    requests.act = act
    with loading.importer.session("load") as session:
        report = load(session, run, loading.options, clock=lambda: times[-1])
    assert held(loading, run) == [10, 0, 120]
    assert statuses(report) == [LoadStatus.PAUSED, LoadStatus.PAUSED, LoadStatus.LOADED]
    assert [one for one in sandbox.history if one.kind == "again"] == []


def test_a_refused_password_is_named_wherever_it_is_seen(
    sandbox: Sandbox, journal: Path, here: Path, requests: Requests
) -> None:
    """The server refuses the password beside the work: that is what the load says, and not that it was asked to end."""
    loading = loader(sandbox, journal, here, workers=2)
    run, campaigns = prepare(loading, 120, 120)

    requests.answer_for(campaigns[1], "401")
    report = loading.load(run)
    assert isinstance(report.stopped, AccessRefused)
    assert report.exit_code is ExitCode.CONFIGURATION


def test_what_looks_beside_the_work_hangs_up_after_it(alone: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that loads one list after the other keeps no more connections than it has workers."""
    runs = [alone.prepare([numbers(1000 * at, 60)]) for at in range(2)]
    open_ones: set[int] = set()
    make, close = Transport.__init__, Transport.close

    def made(transport: Transport, base_url: str, **how: Any) -> None:
        make(transport, base_url, **how)
        open_ones.add(id(transport))

    def closed(transport: Transport) -> None:
        open_ones.discard(id(transport))
        close(transport)

    monkeypatch.setattr(Transport, "__init__", made)
    monkeypatch.setattr(Transport, "close", closed)
    with alone.importer.session("load") as session:
        for run in runs:
            load(session, run, alone.options)
            assert len(open_ones) == len(session.worker_pool.clients)


def test_a_load_that_has_failed_waits_for_nothing_beside_it(
    sandbox: Sandbox, journal: Path, here: Path, requests: Requests
) -> None:
    """The server does not show the first numbers, and another question is being repeated: it is not asked again."""
    loading = loader(sandbox, journal, here, workers=2)
    run, campaigns = prepare(loading, 120, 120)
    loading.importer.stop.meanwhile = lambda _: loading.importer.stop.rest(5)
    sandbox.modes = Modes(list_none=True)

    requests.answer_for(campaigns[1], "500")
    report = loading.load(run)
    assert isinstance(report.stopped, ServerUnusable)
    assert requests.left[GET] == 2
