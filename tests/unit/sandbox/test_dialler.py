"""The dialler of the stand-in server, and the history that proves who was called and when."""

from collections import Counter

import pytest

from importer.sandbox import Dialling, Faults, HistoryEvent, Modes, Sandbox, SeenRequest
from importer.sandbox.dialler import Dialler
from importer.sandbox.store import CampaignStore
from tests.unit.sandbox.test_destinations import call

NUMBERS = [str(number) for number in range(1000, 1040)]


def kinds(sandbox: Sandbox) -> Counter[str]:
    """Count the events of each kind."""
    return Counter(event.kind for event in sandbox.history)


def called(sandbox: Sandbox) -> list[str]:
    """Return who was called, in order."""
    return [event.dnumber for event in sandbox.history if event.kind == "call"]


def test_only_campaigns_that_are_on_are_dialled(sandbox: Sandbox) -> None:
    """Pending destinations of campaigns that are on are called, each once; those of others and other statuses not."""
    on, off = sandbox.add_campaign(name="a"), sandbox.add_campaign(name="b", enabled=0)
    for campaign in (on, off):
        sandbox.put_destinations(campaign, *NUMBERS)
        sandbox.put_destinations(campaign, "1000", status="cancelled")
    assert sandbox.dial(10) == 10
    assert sandbox.dial() == 29
    assert sandbox.dial() == 0
    assert sorted(called(sandbox)) == NUMBERS[1:]
    assert Counter(sandbox.destinations(off).values()) == {"pending": 39, "cancelled": 1}
    results = {event.dnumber: event.status for event in sandbox.history if event.kind == "call"}
    assert sandbox.destinations(on) == {"1000": "cancelled", **results}
    assert set(results.values()) == {"success", "failed"}
    sandbox.change_campaign(off, enabled=1)
    assert sandbox.dial() == 39


def test_the_seed_decides_who_is_called(sandbox: Sandbox) -> None:
    """The same seed calls the same destinations with the same results, another seed others, neither in their order."""
    histories = []
    for seed in (1, 1, 2):
        campaign = sandbox.add_campaign(name="a")
        sandbox.put_destinations(campaign, *NUMBERS)
        sandbox.dialling = Dialling(seed=seed)
        sandbox.dial(20)
        sandbox.change_campaign(campaign, enabled=0)
        events = [event for event in sandbox.history if event.kind == "call" and event.campaign == campaign]
        histories.append([(event.dnumber, event.status) for event in events])
    assert histories[0] == histories[1]
    assert histories[0] != histories[2]
    assert histories[0] != sorted(histories[0])


@pytest.mark.parametrize(("answered", "status"), [(1.0, "success"), (0.0, "failed")])
def test_luck(sandbox: Sandbox, answered: float, status: str) -> None:
    """With a probability of 1 every call is a success, with 0 every call fails."""
    campaign = sandbox.add_campaign(name="a")
    sandbox.put_destinations(campaign, *NUMBERS)
    sandbox.dialling = Dialling(answered=answered)
    sandbox.dial()
    assert set(sandbox.destinations(campaign).values()) == {status}


def test_calls_before_each_request(sandbox: Sandbox) -> None:
    """per_request calls come before every request, before one that meets a fault too."""
    campaign = sandbox.add_campaign(name="a")
    sandbox.put_destinations(campaign, *NUMBERS)
    sandbox.dialling = Dialling(per_request=3, answered=1)
    rows = call(sandbox, "list", campaign=campaign, sort="status")["data"]
    assert Counter(row["status"] for row in rows) == {"success": 3, "pending": 37}
    sandbox.faults = Faults(error_500=1)
    call(sandbox, "list", campaign=campaign)
    assert len(called(sandbox)) == 6


def test_calls_in_a_second() -> None:
    """per_second calls follow the clock, fractions of a call add up, and time without a campaign is not made up for."""
    store, now = CampaignStore(":memory:"), [100.0]
    dialler = Dialler(store, Dialling(per_second=2), clock=lambda: now[0])
    campaign = store.add_campaign({"name": "a", "enabled": 0})
    store.destinations.put(campaign, NUMBERS, "pending")
    made = []
    for enabled, moment in ((0, 104.0), (1, 104.0), (1, 104.75), (1, 105.0), (1, 107.0)):
        store.change_campaign(campaign, {"enabled": enabled})
        now[0] = moment
        dialler.catch_up()
        made.append(sum(event.kind == "call" for event in store.history.all()))
    store.close()
    assert made == [0, 0, 1, 2, 6]


def test_who_is_given_again_is_called_again(sandbox: Sandbox) -> None:
    """A destination that was called and is put again is pending again: noted with what it was, and called again."""
    campaign = sandbox.add_campaign(name="a")
    sandbox.put_destinations(campaign, "1", "2")
    sandbox.dialling = Dialling(answered=1)
    sandbox.dial()
    call(sandbox, "create", campaign=campaign, dnumbers="2,3")
    assert sandbox.destinations(campaign) == {"1": "success", "2": "pending", "3": "pending"}
    call(sandbox, "update", campaign=campaign, status="pending", all=1)
    again = [(event.dnumber, event.status) for event in sandbox.history if event.kind == "again"]
    assert again == [("2", "success"), ("1", "success")]
    sandbox.dial()
    assert Counter(called(sandbox)) == {"1": 2, "2": 2, "3": 1}


def test_dry_runs_change_no_status(sandbox: Sandbox) -> None:
    """validation=1 puts nobody back to pending."""
    campaign = sandbox.add_campaign(name="a", enabled=0)
    sandbox.put_destinations(campaign, "1", status="success")
    call(sandbox, "create", campaign=campaign, dnumbers="1", validation=1)
    call(sandbox, "update", campaign=campaign, all=1, status="pending", validation=1)
    assert sandbox.destinations(campaign) == {"1": "success"}
    assert kinds(sandbox) == {"off": 1, "added": 1}


def test_history(sandbox: Sandbox) -> None:
    """The history shows when a campaign was on, and how many destinations it had at every moment."""
    campaign = sandbox.add_campaign(name="a", enabled=0)
    call(sandbox, "create", campaign=campaign, dnumbers="1,2")
    call(sandbox, "create", campaign=campaign, dnumbers="2")
    sandbox.change_campaign(campaign, enabled=1, name="b")
    sandbox.change_campaign(campaign, enabled=1)
    call(sandbox, "create", campaign=campaign, dnumbers="3")
    sandbox.dial(1)
    sandbox.change_campaign(campaign, enabled=0)
    call(sandbox, "delete", campaign=campaign, dnumber="3")
    sandbox.delete_campaign(campaign)
    seen = [(event.kind, event.enabled, event.destinations) for event in sandbox.history]
    assert seen == [
        ("off", False, 0),
        ("added", False, 2),
        ("on", True, 2),
        ("added", True, 3),
        ("call", True, 3),
        ("off", False, 3),
        ("removed", False, 2),
        ("removed", False, 0),
    ]
    assert sandbox.history[0] == HistoryEvent("off", campaign, enabled=False, destinations=0)


def test_a_list_that_was_dialled_while_it_was_loaded_shows_in_the_history(sandbox: Sandbox) -> None:
    """A loader that switches on first is found out: its campaign was on with part of its list."""
    sandbox.dialling = Dialling(per_request=1)
    campaign = sandbox.add_campaign(name="a")
    for start in range(0, 40, 10):
        call(sandbox, "create", campaign=campaign, dnumbers=",".join(NUMBERS[start : start + 10]))
    part = [event for event in sandbox.history if event.enabled and event.destinations < len(NUMBERS)]
    assert {event.kind for event in part} == {"on", "added", "call"}


def test_a_person_acts_between_two_requests() -> None:
    """`heard` is called before the client has its answer: what it changes is there for the next request, not this."""
    seen: list[str] = []

    def meddle(request: SeenRequest) -> None:
        seen.append(request.action)
        sandbox.remove_destinations(campaign, "1", "9")
        sandbox.put_destinations(campaign, "3", status="failed")

    with Sandbox(heard=meddle) as sandbox:
        campaign = sandbox.add_campaign(name="a", enabled=0)
        sandbox.put_destinations(campaign, "1", "2")
        lists = [call(sandbox, "list", campaign=campaign)["data"] for _ in range(2)]
    assert seen == ["destinations/list"] * 2
    assert [[row["dnumber"] for row in rows] for rows in lists] == [["1", "2"], ["2", "3"]]


def test_a_deleted_campaign_is_not_dialled(sandbox: Sandbox) -> None:
    """The destinations of a campaign go with it."""
    campaign = sandbox.add_campaign(name="a")
    sandbox.put_destinations(campaign, *NUMBERS)
    sandbox.delete_campaign(campaign)
    assert sandbox.dial() == 0


def test_dialling_from_text() -> None:
    """The settings of the dialler are read from a line of text."""
    read = Dialling.parse("per_request=5, per_second=0.5,answered=1,seed=3")
    assert read == Dialling(per_request=5, per_second=0.5, answered=1.0, seed=3)
    assert Dialling.parse("") == Dialling()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("speed=1", "'speed' is not a known setting of the dialler; the known names are per_request,"),
        ("per_request=1.5", "per_request=1.5 is not a number"),
        ("per_request=-1", "0 or more"),
        ("per_second=inf", "0 or more"),
        ("per_second=nan", "0 or more"),
        ("answered=2", "answered=2.0 is a probability"),
        ("answered=nan", "answered=nan is a probability"),
    ],
)
def test_bad_dialling(text: str, message: str) -> None:
    """Bad settings raise a ValueError whose sentence helps."""
    with pytest.raises(ValueError, match=message):
        Dialling.parse(text)


def test_settings_can_be_read_back() -> None:
    """The settings in force can be read and replaced while the sandbox runs."""
    with Sandbox(dialling=Dialling(per_request=2), modes=Modes()) as sandbox:
        assert sandbox.dialling.per_request == 2
        sandbox.dialling = Dialling()
        assert sandbox.dialling == Dialling()
