"""Loads that are killed: whatever the instant, each number is there once in the end, and nobody is called twice."""

import os
import random
import time
from pathlib import Path
from typing import Any

import pytest

from importer.model import LoadStatus
from importer.numbers.loading import WhenOn
from importer.sandbox import FAULT_NAMES, Dialling, Faults, Sandbox
from tests.support.in_process import is_settle_wait
from tests.support.kills import faulty, killed_after, killed_at_request
from tests.support.number_lists import Loader, loader, numbers, statuses
from tests.support.soak import Soak

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a load is killed in a forked process"),
    pytest.mark.usefixtures("unmeasured"),
]

LISTS = [numbers(0, 130), numbers(500, 60)]
MOST_REQUESTS = 60
CHANCE = 0.3 / len(FAULT_NAMES)
KILLS = 20
LONGEST_LIFE = 0.5
"""How many seconds a load lives at most that is killed at a random instant."""
TIMEOUT, LATE_BY = 0.15, 0.2
LONG_TIMEOUT = 30.0


@pytest.fixture
def load(sandbox: Sandbox, journal: Path, here: Path) -> Loader:
    """A loader on a server that calls three people at each request."""
    sandbox.dialling = Dialling(per_request=3)
    return loader(sandbox, journal, here)


def killed_at(load: Loader, run: str, request: int, *, answered: bool, **options: Any) -> bool:
    """Load numbers in another process, and kill it at a request; return False if it came to its end before."""
    return killed_at_request(lambda: load.load(run, **options), request, answered=answered)


def assert_right(load: Loader, run: str, lists: list[list[int]]) -> None:
    """Each campaign has exactly its list, was on with nothing less, and nobody was called twice."""
    assert [set(one) for one in load.held(run)] == [set(map(str, some)) for some in lists]
    assert faulty(load.sandbox.history) == {"called again": [], "called twice": [], "added while on": []}
    sizes = dict(zip((int(one or 0) for one in load.importer.ids(run)), map(len, lists), strict=True))
    switched_on = [one for one in load.sandbox.history if one.kind == "on" and one.campaign in sizes]
    assert [one for one in switched_on if one.destinations != sizes[one.campaign]] == []


@pytest.mark.parametrize("answered", [False, True], ids=["before it leaves", "once answered"])
def test_a_kill_at_each_request(load: Loader, answered: bool) -> None:
    """A load that is killed at any of its requests, and at the same one again, is finished by the next."""
    for request in range(1, MOST_REQUESTS):
        run = load.prepare(LISTS)
        if not killed_at(load, run, request, answered=answered):
            break
        killed_at(load, run, request, answered=answered)
        assert statuses(load.load(run)) == [LoadStatus.LOADED] * 2
        assert_right(load, run, LISTS)
        assert load.are_on(run) == [1, 1]
    assert 15 < request < MOST_REQUESTS


@pytest.mark.parametrize("answered", [False, True], ids=["before it leaves", "once answered"])
def test_a_kill_at_each_request_while_a_campaign_dials(load: Loader, sandbox: Sandbox, answered: bool) -> None:
    """While the campaign is dialling, nobody who was called is pending again after a kill at any request."""
    for request in range(1, MOST_REQUESTS):
        campaign = sandbox.add_campaign(name="By hand", enabled=1)
        run = load.prepare_existing(campaign, LISTS[0])
        killed = killed_at(load, run, request, answered=answered, when_on=WhenOn.WHILE_DIALLING)
        assert statuses(load.load(run, when_on=WhenOn.WHILE_DIALLING)) == [LoadStatus.LOADED]
        assert set(sandbox.destinations(campaign)) == set(map(str, LISTS[0]))
        if not killed:
            break
    assert 5 < request < MOST_REQUESTS
    assert [one for one in sandbox.history if one.kind == "again"] == []
    assert faulty(sandbox.history)["called twice"] == []


@pytest.mark.parametrize("answered", [False, True], ids=["before it leaves", "once answered"])
def test_a_kill_at_each_request_of_a_switched_off_campaign(load: Loader, sandbox: Sandbox, answered: bool) -> None:
    """A campaign that was switched off for the load is on again at the end, whenever the load was killed."""
    for request in range(1, MOST_REQUESTS):
        campaign = sandbox.add_campaign(name="By hand", enabled=0)
        sandbox.put_destinations(campaign, "442011111111", status="success")
        sandbox.change_campaign(campaign, enabled=1)
        run = load.prepare_existing(campaign, LISTS[0])
        killed = killed_at(load, run, request, answered=answered, when_on=WhenOn.SWITCH_OFF)
        assert statuses(load.load(run, when_on=WhenOn.SWITCH_OFF)) == [LoadStatus.LOADED]
        assert next(one["enabled"] for one in sandbox.campaigns() if one["id"] == campaign) == 1
        assert len(sandbox.destinations(campaign)) == 1 + len(LISTS[0])
        if not killed:
            break
    assert 5 < request < MOST_REQUESTS
    assert faulty(sandbox.history) == {"called again": [], "called twice": [], "added while on": []}


def one_round(load: Loader, chance: random.Random) -> int:
    """Kill a load at random requests and instants among faults of every kind, then finish it; return the kills."""
    sizes = [chance.randrange(1, 200) for _ in range(chance.randrange(1, 4))]
    lists = [numbers(10_000 * at, size) for at, size in enumerate(sizes)]
    run = load.prepare(lists)
    load.sandbox.faults = Faults(
        **dict.fromkeys(FAULT_NAMES, CHANCE), seed=chance.randrange(1 << 30), late_by=LATE_BY, retry_after=0
    )
    batch = chance.choice([7, 50, 500])
    kills = 0
    for _ in range(chance.randrange(1, 5)):
        if chance.random() < 0.5:
            kills += killed_after(lambda: load.load(run, batch=batch), chance.uniform(0, LONGEST_LIFE))
        else:
            kills += killed_at(load, run, chance.randrange(1, 40), answered=chance.random() < 0.5, batch=batch)
    load.sandbox.faults = Faults()
    # A machine that is busy must not look like a server that fails.
    load.importer.timeout = LONG_TIMEOUT
    report = load.load(run, batch=batch)
    assert statuses(report) == [LoadStatus.LOADED] * len(lists), report
    assert_right(load, run, lists)
    assert load.are_on(run) == [1] * len(lists)
    return kills


def patient(load: Loader) -> Loader:
    """Let late requests arrive during the wait that is for them."""
    load.importer.timeout = TIMEOUT
    load.importer.stop.meanwhile = lambda seconds: time.sleep(LATE_BY if is_settle_wait(seconds) else 0)
    return load


@pytest.mark.slow
def test_kills_among_faults(load: Loader) -> None:
    """Killed at random requests and instants, with 30 percent faults of every kind, loads come to the same end."""
    chance = random.Random(7)
    kills = 0
    while kills < KILLS:
        kills += one_round(patient(load), chance)


@pytest.mark.soak
def test_kills_among_faults_for_long(load: Loader, soak: Soak) -> None:
    """The same, for as long as there is time."""
    kills = rounds = 0
    for seed in soak.seeds():
        kills += one_round(patient(load), random.Random(seed))
        rounds += 1
    print(f"{kills:,} kills in {rounds:,} rounds")
