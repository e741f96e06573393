"""Telephone numbers are loaded exactly once: no part of a list is dialled, and nobody is called a second time."""

import sqlite3
import stat
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from importer.enswitch.transport import RawAnswer, Transport
from importer.errors import WrongSettings, WrongUsage
from importer.journal import Journal
from importer.model import ExitCode, LoadStatus
from importer.numbers.loading import WhenOn, WireFormat
from importer.numbers.loading import load as load_numbers
from importer.numbers.storage import JudgedNumber, NumbersFile, NumberStatus, Prints
from importer.sandbox import FAULT_NAMES, Dialling, Faults, Modes, Sandbox, SeenRequest
from schemas.problem_codes import ProblemCode
from tests.support.in_process import SETTLE_WAIT, QuickStop, Quiet, is_settle_wait
from tests.support.number_lists import FIRST, Loader, loader, numbers, statuses

BATCH = 50


@pytest.fixture
def load(sandbox: Sandbox, journal: Path, here: Path) -> Loader:
    """A loader with one worker, so that requests come in a known order."""
    return loader(sandbox, journal, here)


def texts(some: list[int]) -> set[str]:
    """Return numbers as the server has them."""
    return set(map(str, some))


def let_late_requests_arrive(load: Loader) -> None:
    """Give up waiting for an answer soon, and let the wait before another look be one, for a request that is late."""
    load.importer.timeout = 0.3
    load.importer.stop.meanwhile = lambda seconds: time.sleep(0.3 if is_settle_wait(seconds) else 0)


def creates(sandbox: Sandbox) -> int:
    """Return how many requests for numbers the server has seen."""
    return sum(one.action == "destinations/create" for one in sandbox.requests)


def lists(sandbox: Sandbox) -> int:
    """Return how often the server was asked for its numbers, or how many there are."""
    return sum(one.action == "destinations/list" for one in sandbox.requests)


def assert_nobody_was_called_wrongly(sandbox: Sandbox) -> None:
    """Nobody who was called became pending again, or was called twice; nothing was added while a campaign was on."""
    history = sandbox.history
    assert [one for one in history if one.kind == "again" and one.status == "success"] == []
    assert [one for one in history if one.kind == "added" and one.enabled] == []
    calls = Counter((one.campaign, one.dnumber) for one in history if one.kind == "call")
    assert [place for place, count in calls.items() if count > 1] == []


def test_all_numbers_are_there_before_a_campaign_is_on(sandbox: Sandbox, load: Loader) -> None:
    """Each campaign is switched on once, when it has its whole list, and not before."""
    sandbox.dialling = Dialling(per_request=3)
    lists = [numbers(0, 234), numbers(500, 120)]
    run = load.prepare(lists)
    report = load.load(run)
    assert (report.exit_code, statuses(report)) == (ExitCode.DONE, [LoadStatus.LOADED] * 2)
    assert [set(one) for one in load.held(run)] == list(map(texts, lists))
    assert load.are_on(run) == [1, 1]
    assert [one.destinations for one in sandbox.history if one.kind == "on"] == [234, 120]
    assert_nobody_was_called_wrongly(sandbox)


def test_a_campaign_whose_row_says_off_stays_off(load: Loader) -> None:
    """The numbers of a row with enabled 0 are loaded, and its campaign is not switched on."""
    run = load.prepare([numbers(0, 60)], enabled="0")
    assert load.load(run).exit_code is ExitCode.DONE
    assert load.are_on(run) == [0]
    assert len(load.held(run)[0]) == 60


def test_numbers_have_the_wanted_status(load: Loader) -> None:
    """A list has the status that is asked for, on the server too."""
    run = load.prepare([numbers(0, 60)], status=NumberStatus.CANCELLED)
    load.load(run)
    assert set(load.held(run)[0].values()) == {"cancelled"}


def test_a_loaded_list_is_not_touched_again(sandbox: Sandbox, load: Loader) -> None:
    """A second load of the same run sends nothing, although the campaign is dialling."""
    run = load.prepare([numbers(0, 60)])
    load.load(run)
    sandbox.dial(30)
    sandbox.clear_requests()
    assert load.load(run).exit_code is ExitCode.DONE
    assert creates(sandbox) == 0
    assert_nobody_was_called_wrongly(sandbox)


@pytest.mark.parametrize("when_on", WhenOn)
@pytest.mark.parametrize("fault", FAULT_NAMES)
def test_a_fault_of_a_batch(sandbox: Sandbox, load: Loader, fault: str, when_on: WhenOn) -> None:
    """Whatever happens to the third batch, each number is there once, and nobody is called twice."""
    let_late_requests_arrive(load)
    sandbox.faults = Faults(late_by=0.4, retry_after=0)
    sandbox.dialling = Dialling(per_request=5)
    run = load.prepare([numbers(0, 240)])
    sandbox.script("destinations/create", [None, None, fault])
    report = load.load(run, when_on=when_on)
    assert report.exit_code is ExitCode.DONE
    assert set(load.held(run)[0]) == texts(numbers(0, 240))
    assert_nobody_was_called_wrongly(sandbox)


@pytest.mark.parametrize("fault", ["cut", "dropped_before"])
def test_a_lost_answer_costs_one_question(sandbox: Sandbox, load: Loader, fault: str) -> None:
    """Whether a batch has arrived is seen from a count; the list is read only where that does not decide."""
    first, run = (load.prepare([numbers(0, 240)]) for _ in range(2))
    sandbox.clear_requests()
    load.load(first)
    without = lists(sandbox)
    sandbox.clear_requests()
    sandbox.script("destinations/create", [None, None, fault])
    load.load(run)
    assert lists(sandbox) == without + 1


def test_a_late_request_arrives_before_the_campaign_is_on(sandbox: Sandbox, load: Loader) -> None:
    """A server that still carries out a request after we gave up waiting does so before anybody is called."""
    let_late_requests_arrive(load)
    sandbox.faults = Faults(late_by=0.5)
    run = load.prepare([numbers(0, 60)])
    sandbox.script("destinations/create", [None, "late_store"])
    assert load.load(run).exit_code is ExitCode.DONE
    sandbox.dial()
    time.sleep(0.3)
    assert_nobody_was_called_wrongly(sandbox)


def test_a_wait_that_was_ended_is_waited_for_again(sandbox: Sandbox, load: Loader) -> None:
    """A load that ends while it waits for a late request leaves the wait to the next, though nothing else is left."""
    let_late_requests_arrive(load)
    sandbox.faults = Faults(late_by=0.6)
    run = load.prepare([numbers(0, 60)])
    sandbox.script("destinations/create", [None, "late_store"])
    let_arrive, load.importer.stop = load.importer.stop.meanwhile, QuickStop()
    load.importer.stop.meanwhile = lambda seconds: load.importer.stop.request() if is_settle_wait(seconds) else None
    report = load.load(run)
    assert (report.exit_code, report.loaded, load.are_on(run)) == (ExitCode.INTERRUPTED, 60, [0])
    load.importer.stop = QuickStop(let_arrive)
    assert load.load(run).exit_code is ExitCode.DONE
    sandbox.dial()
    time.sleep(0.3)
    assert_nobody_was_called_wrongly(sandbox)


def test_lists_in_doubt_wait_together(sandbox: Sandbox, load: Loader) -> None:
    """What a killed process has sent has left before the next one begins: one wait is enough for all of its lists."""
    lists = [numbers(1000 * at, 30) for at in range(4)]
    run = load.prepare(lists)
    with NumbersFile(load.importer.journal, run) as file:
        file.database.change(lambda db: db.execute("UPDATE lists SET doubted = 1"))
    stop = load.importer.stop
    with load.importer.session("load") as session:
        report = load_numbers(session, run, load.options, clock=lambda: sum(stop.slept))
    assert report.exit_code is ExitCode.DONE
    assert [one for one in stop.slept if one] == [SETTLE_WAIT]
    assert load.are_on(run) == [1] * 4


@pytest.mark.parametrize("fault", FAULT_NAMES)
@pytest.mark.parametrize("action", ["destinations/list", "get", "update"])
def test_a_fault_of_a_question(sandbox: Sandbox, load: Loader, fault: str, action: str) -> None:
    """What only asks, or switches, is repeated: a single fault changes nothing."""
    sandbox.faults = Faults(late_by=0.1, retry_after=0)
    run = load.prepare([numbers(0, 120)])
    sandbox.script(action, [fault])
    assert load.load(run).exit_code is ExitCode.DONE
    assert load.are_on(run) == [1]
    assert_nobody_was_called_wrongly(sandbox)


def on_campaign(sandbox: Sandbox, *held: int, status: str = "success") -> int:
    """Make a campaign by hand that is on and has some numbers; return its ID."""
    campaign = sandbox.add_campaign(name="By hand", enabled=0, dtype="queue", dnumber="1")
    if held:
        sandbox.put_destinations(campaign, *map(str, held), status=status)
    sandbox.change_campaign(campaign, enabled=1)
    return campaign


def test_a_campaign_that_is_on_is_refused(sandbox: Sandbox, load: Loader) -> None:
    """Nothing is sent to a campaign that is on unless the user has said what to do."""
    campaign = on_campaign(sandbox)
    report = load.load(load.prepare_existing(campaign, numbers(0, 60)))
    assert (report.exit_code, statuses(report)) == (ExitCode.SOME_WRONG, [LoadStatus.PAUSED])
    assert "--switch-off" in report.lists[0].message
    assert creates(sandbox) == 0


def test_a_campaign_is_switched_off_and_on_again(sandbox: Sandbox, load: Loader) -> None:
    """With --switch-off a campaign is off during the load, and on again once all numbers are there."""
    campaign = on_campaign(sandbox, *numbers(0, 10))
    sandbox.dialling = Dialling(per_request=5)
    report = load.load(load.prepare_existing(campaign, numbers(0, 130)), when_on=WhenOn.SWITCH_OFF)
    assert statuses(report) == [LoadStatus.LOADED]
    switches = [(one.kind, one.destinations) for one in sandbox.history if one.kind in ("on", "off")]
    assert switches[-2:] == [("off", 10), ("on", 130)]
    assert set(sandbox.destinations(campaign)) == texts(numbers(0, 130))
    assert_nobody_was_called_wrongly(sandbox)


def test_numbers_that_a_campaign_has_are_not_sent_again(sandbox: Sandbox, load: Loader) -> None:
    """A number that is there already keeps its status, and has a verdict of its own."""
    campaign = on_campaign(sandbox, *numbers(0, 30))
    sandbox.change_campaign(campaign, enabled=0)
    run = load.prepare_existing(campaign, numbers(0, 100))
    report = load.load(run)
    assert (report.exit_code, report.loaded) == (ExitCode.DONE, 70)
    assert Counter(sandbox.destinations(campaign).values()) == {"success": 30, "pending": 70}
    with NumbersFile(load.importer.journal, run) as file:
        assert file.counts() == {None: 70, ProblemCode.THERE_ALREADY: 30}


@pytest.mark.parametrize("fault", ["dropped_after", "cut", "late", "late_store", "error_500_stored", "dropped_before"])
def test_what_is_in_doubt_while_dialling_is_looked_up(sandbox: Sandbox, load: Loader, fault: str) -> None:
    """While a campaign dials, a batch in doubt is sent again only as far as the server does not have it."""
    campaign = on_campaign(sandbox, *numbers(1000, 5))
    let_late_requests_arrive(load)
    sandbox.faults = Faults(late_by=0.4)
    sandbox.dialling = Dialling(per_request=20)
    sandbox.script("destinations/create", [None, fault, fault, None])
    report = load.load(load.prepare_existing(campaign, numbers(0, 230)), when_on=WhenOn.WHILE_DIALLING)
    assert report.exit_code is ExitCode.DONE
    assert set(sandbox.destinations(campaign)) == texts([*numbers(0, 230), *numbers(1000, 5)])
    history = sandbox.history
    assert [one for one in history if one.kind == "again"] == []
    assert max(Counter(one.dnumber for one in history if one.kind == "call").values()) == 1


def meanwhile(sandbox: Sandbox, at: int, do: Callable[[], None]) -> Callable[[], None]:
    """Return an observer's reaction that does something when the server has seen some batches."""

    def react() -> None:
        if creates(sandbox) == at:
            do()

    return react


class Watching:
    """An observer that lets something happen after each batch."""

    def __init__(self, react: Callable[[], None]) -> None:
        self.react = react
        self.events: list[str] = []
        self.counted = 0

    def stage(self, words: str, rows: int | None, what: str = "row") -> None:
        """A stage begins."""
        self.events.append(words)

    def row(self, event: object) -> None:
        """Something has happened."""
        self.events.append(repr(event))

    def note(self, words: str) -> None:
        """There is something to know."""
        self.events.append(words)

    def count_rows(self, rows: int, wrong: int) -> None:
        """A batch is loaded."""
        self.counted += rows
        self.react()


def test_a_campaign_that_a_person_switches_on_is_noticed(sandbox: Sandbox, load: Loader) -> None:
    """At most ten batches after a person has switched the campaign on nothing more is sent to it, and it is left on."""
    run = load.prepare([numbers(0, 2000)])
    campaign = int(load.importer.ids(run)[0] or 0)
    load.importer.observer = Watching(  # type: ignore[assignment]
        meanwhile(sandbox, 14, lambda: sandbox.change_campaign(campaign, enabled=1))
    )
    report = load.load(run)
    assert statuses(report) == [LoadStatus.PAUSED]
    assert 14 < creates(sandbox) <= 24
    assert load.are_on(run) == [1]
    sandbox.dial(500)
    sandbox.change_campaign(campaign, enabled=0)
    assert load.load(run).exit_code is ExitCode.DONE
    assert set(load.held(run)[0]) == texts(numbers(0, 2000))
    assert [one for one in sandbox.history if one.kind == "again"] == []


def test_with_consent_it_is_switched_off_again(sandbox: Sandbox, load: Loader) -> None:
    """With --switch-off a campaign that a person switches on during the load is switched off, and the load goes on."""
    run = load.prepare([numbers(0, 1500)])
    campaign = int(load.importer.ids(run)[0] or 0)
    load.importer.observer = Watching(  # type: ignore[assignment]
        meanwhile(sandbox, 14, lambda: sandbox.change_campaign(campaign, enabled=1))
    )
    assert load.load(run, when_on=WhenOn.SWITCH_OFF).exit_code is ExitCode.DONE
    assert [one.destinations for one in sandbox.history if one.kind == "on"][-1] == 1500


def test_a_campaign_that_is_deleted_meanwhile(sandbox: Sandbox, load: Loader) -> None:
    """The numbers of a campaign that is deleted are not loaded, its list says so, and the other lists are."""
    run = load.prepare([numbers(0, 900), numbers(1000, 100)])
    campaign = int(load.importer.ids(run)[0] or 0)
    load.importer.observer = Watching(  # type: ignore[assignment]
        meanwhile(sandbox, 5, lambda: sandbox.delete_campaign(campaign))
    )
    report = load.load(run)
    assert statuses(report) == [LoadStatus.GONE, LoadStatus.LOADED]
    assert report.exit_code is ExitCode.SOME_WRONG
    assert creates(sandbox) <= 5 + 1 + 2 + 1


NO_NUMBERS = Modes(absent=frozenset({"destinations/list"}), absent_as="unknown")
"""A server that answers a question for numbers with 404, though the campaign is there."""


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_campaign_is_gone_only_if_the_server_says_so_of_it(sandbox: Sandbox, load: Loader, after: int) -> None:
    """A 404 about numbers does not prove that their campaign is gone: it stays off, and is loaded once that is over."""
    run = load.prepare([numbers(0, 240)])
    load.importer.observer = Watching(  # type: ignore[assignment]
        meanwhile(sandbox, after, lambda: setattr(sandbox, "modes", NO_NUMBERS))
    )
    if not after:
        sandbox.modes = NO_NUMBERS
    report = load.load(run)
    assert LoadStatus.GONE not in statuses(report)
    assert (report.exit_code is ExitCode.DONE, load.are_on(run)) == (False, [0])
    assert after > 1 or creates(sandbox) <= 1
    sandbox.modes = Modes()
    assert load.load(run).exit_code is ExitCode.DONE
    assert set(load.held(run)[0]) == texts(numbers(0, 240))


def test_nothing_follows_first_numbers_that_were_not_read_back(sandbox: Sandbox, load: Loader) -> None:
    """As long as the server fails for the first few numbers, no others are sent, in whatever form it wants them."""
    run = load.prepare([numbers(0, 240)])
    sandbox.script("destinations/create", ["error_500"] * 6)
    assert load.load(run).exit_code is ExitCode.IN_DOUBT
    sent = [one for one in sandbox.requests if one.action == "destinations/create"]
    assert len(sent) > 1
    assert max(len(one.parameters["dnumbers"].split(",")) for one in sent) == 10
    sandbox.script("destinations/create", [])
    assert load.load(run).exit_code is ExitCode.DONE


def test_numbers_that_the_server_refuses_are_left_out(sandbox: Sandbox, load: Loader) -> None:
    """Numbers that the server refuses are found one by one, with its words; all others are loaded."""
    bad = [FIRST + at for at in (3, 4, 77, 149)]
    sandbox.modes = Modes(bad_numbers="|".join(map(str, bad)), bad_named="none")
    run = load.prepare([numbers(0, 200)])
    report = load.load(run)
    assert (report.exit_code, report.rejected, statuses(report)) == (ExitCode.SOME_WRONG, 4, [LoadStatus.LOADED])
    assert set(load.held(run)[0]) == texts(numbers(0, 200)) - texts(bad)
    assert load.are_on(run) == [1]
    with NumbersFile(load.importer.journal, run) as file:
        refused = list(file.not_loaded())
    assert [one.e164 for one in refused] == bad
    assert {one.problem_code for one in refused} == {ProblemCode.NUMBER_REJECTED}
    assert "dnumbers" in refused[0].message


def test_no_more_refused_numbers_are_sought_than_may_be(sandbox: Sandbox, load: Loader) -> None:
    """A server that refuses all numbers of a large batch is not asked about each of them."""
    sandbox.modes = Modes(bad_numbers=".*")
    report = load.load(load.prepare([numbers(0, 1000)]), batch=1000, canary=0)
    assert report.exit_code is ExitCode.UNREACHABLE
    assert len(sandbox.requests) < 100


def test_a_list_that_was_left_is_compared_before_it_goes_on(sandbox: Sandbox, load: Loader) -> None:
    """If the campaign cannot be counted after a lost answer, that is done before anything else is sent to it."""
    run = load.prepare([numbers(0, 240)])
    sandbox.script("destinations/create", ["cut"])
    sandbox.script("destinations/list", [None, "error_500", "error_500", "error_500"])
    assert (load.load(run).exit_code, creates(sandbox)) == (ExitCode.IN_DOUBT, 1)
    report = load.load(run)
    assert (report.exit_code, report.loaded) == (ExitCode.DONE, 240)


@pytest.mark.parametrize("when_on", [WhenOn.REFUSE, WhenOn.WHILE_DIALLING])
def test_a_server_may_take_part_of_a_batch_that_it_refuses(sandbox: Sandbox, load: Loader, when_on: WhenOn) -> None:
    """Numbers that stood before a refused one may be there, and called: they are not sent again."""
    campaign = sandbox.add_campaign(name="By hand", enabled=int(when_on is WhenOn.WHILE_DIALLING))
    sandbox.dialling = Dialling(per_request=30)
    sandbox.modes = Modes(bad_numbers="|".join(str(FIRST + at) for at in (40, 41, 130)), bad_number="stop")
    report = load.load(load.prepare_existing(campaign, numbers(0, 200)), when_on=when_on)
    assert (report.rejected, statuses(report)) == (3, [LoadStatus.LOADED])
    assert len(sandbox.destinations(campaign)) == 197
    assert [one for one in sandbox.history if one.kind == "again"] == []


def test_a_server_that_refuses_most_numbers_stops_the_load(sandbox: Sandbox, load: Loader) -> None:
    """After twenty refused numbers the load stops: the form of numbers is probably wrong."""
    sandbox.modes = Modes(bad_numbers=".*")
    report = load.load(load.prepare([numbers(0, 2000)]))
    assert report.exit_code is ExitCode.UNREACHABLE
    assert "--number-format" in str(report.stopped)
    assert len(sandbox.requests) < 120


def test_a_server_that_leaves_numbers_out_is_noticed(sandbox: Sandbox, load: Loader) -> None:
    """Numbers that the server silently leaves out keep the campaign off, in doubt."""
    sandbox.modes = Modes(bad_numbers=str(FIRST + 60), bad_number="skip")
    run = load.prepare([numbers(0, 120)])
    report = load.load(run)
    assert (report.exit_code, statuses(report)) == (ExitCode.IN_DOUBT, [LoadStatus.IN_DOUBT])
    assert "1 telephone number" in report.lists[0].message
    assert load.are_on(run) == [0]


def test_a_right_count_of_wrong_numbers_is_noticed(sandbox: Sandbox, load: Loader) -> None:
    """If the server says that it took fewer numbers than were sent, its list is read, even if the count is right."""
    sandbox.modes = Modes(bad_numbers=str(FIRST + 60), bad_number="skip")
    run = load.prepare([numbers(0, 120)])
    campaign = int(load.importer.ids(run)[0] or 0)
    load.importer.observer = Watching(  # type: ignore[assignment]
        meanwhile(sandbox, 2, lambda: sandbox.put_destinations(campaign, "442099999999"))
    )
    report = load.load(run)
    assert (statuses(report), load.are_on(run)) == ([LoadStatus.IN_DOUBT], [0])


@pytest.mark.parametrize("most", [400, 700, 5000])
def test_requests_become_smaller_where_the_server_takes_no_large_ones(
    sandbox: Sandbox, load: Loader, most: int
) -> None:
    """A request that is too large is sent in parts; those that follow are small enough at once."""
    sandbox.modes = Modes(max_body=most)
    run = load.prepare([numbers(0, 400)])
    assert load.load(run, batch=200).exit_code is ExitCode.DONE
    assert set(load.held(run)[0]) == texts(numbers(0, 400))
    refused = sum(one.status == 413 for one in sandbox.requests)
    assert refused == {400: 4, 700: 3, 5000: 0}[most]


def test_the_first_numbers_are_read_back(sandbox: Sandbox, load: Loader) -> None:
    """A server that does not show the first numbers gets no others, also from a second load; the campaign stays off."""
    run = load.prepare([numbers(0, 300)])
    sandbox.modes = Modes(list_none=True, lists=frozenset({"destinations/list"}))
    for _ in range(2):
        report = load.load(run)
        assert (report.exit_code, load.are_on(run)) == (ExitCode.UNREACHABLE, [0])
        assert report.stopped is not None
        assert report.stopped.problem_code is ProblemCode.NUMBERS_NOT_SHOWN
    assert creates(sandbox) == 1
    assert len(load.held(run)[0]) == 10


def test_a_server_that_skips_one_of_the_first_numbers(sandbox: Sandbox, load: Loader) -> None:
    """If the server lists the others of the first numbers, their form is right, and the message says so."""
    sandbox.modes = Modes(bad_numbers=f".*{FIRST + 3}", bad_number="skip")
    report = load.load(load.prepare([numbers(0, 300)]))
    assert report.stopped is not None
    assert report.stopped.problem_code is ProblemCode.NUMBERS_NOT_SHOWN
    assert "It lists 9 of the 10 that were sent, so their form is right." in report.stopped.message
    assert "--number-format" not in report.stopped.message


@pytest.mark.parametrize("spelling", ["digits", "plus", "international", "national", "significant"])
@pytest.mark.parametrize("number_format", [one for one in WireFormat if one is not WireFormat.AS_IS])
def test_a_server_may_have_numbers_in_another_form(
    sandbox: Sandbox, load: Loader, number_format: WireFormat, spelling: str
) -> None:
    """Numbers are compared as numbers, in whatever form the server stores them; what is in doubt is found, too."""
    sandbox.modes = Modes(spelling=spelling, country_code=44)
    run = load.prepare([numbers(0, 150)])
    sandbox.put_destinations(int(load.importer.ids(run)[0] or 0), *map(str, numbers(20, 5)), status="failed")
    sandbox.script("destinations/create", [None, "cut"])
    report = load.load(run, number_format=number_format)
    assert (report.exit_code, report.loaded) == (ExitCode.DONE, 145)
    assert Counter(load.held(run)[0].values()) == {"pending": 145, "failed": 5}


def test_numbers_may_be_sent_as_they_are_written(sandbox: Sandbox, load: Loader) -> None:
    """With as-is the server gets the texts of the list, and they are compared as numbers."""
    campaign = sandbox.add_campaign(name="Other", enabled=0)
    run = load.prepare_existing(campaign, numbers(0, 130), as_written=True)
    sandbox.script("destinations/create", [None, "cut", "dropped_before"])
    report = load.load(run, number_format=WireFormat.AS_IS)
    assert (report.exit_code, report.loaded) == (ExitCode.DONE, 130)
    assert set(sandbox.destinations(campaign)) == {f"0208 {at:07}" for at in range(130)}


def test_no_form_of_numbers_is_assumed(sandbox: Sandbox, load: Loader) -> None:
    """Without a number format nothing is sent; the message shows the first number in every form, and the server's."""
    other = sandbox.add_campaign(name="Other")
    sandbox.put_destinations(other, *(f"0208000{at:04}" for at in range(9)))
    report = load.load(load.prepare([numbers(0, 60)]), number_format=None)
    assert report.exit_code is ExitCode.CONFIGURATION
    message = str(report.stopped)
    assert "digits         442•••••••00" in message
    assert "national       020••••••00" in message
    assert f"in campaign {other}: 020••••••00, " in message
    assert "080000" not in message
    assert creates(sandbox) == 0


def test_the_form_of_a_run_is_chosen_once(load: Loader) -> None:
    """Numbers in a second form would be other numbers to the server, so a run keeps its form."""
    run = load.prepare([numbers(0, 60)])
    load.load(run)
    report = load.load(run, number_format=WireFormat.PLUS)
    assert report.exit_code is ExitCode.CONFIGURATION
    assert isinstance(report.stopped, WrongSettings)
    assert "digits" in report.stopped.message


@pytest.mark.parametrize("number_format", [WireFormat.NATIONAL, WireFormat.SIGNIFICANT])
def test_national_forms_leave_other_countries_out(load: Loader, number_format: WireFormat) -> None:
    """Without a calling code the server would dial a number of another country in the wrong one."""
    run = load.prepare([[*numbers(0, 20), 33142278186, 12125551234]])
    report = load.load(run, number_format=number_format)
    assert report.loaded == 20
    assert {len(one) for one in load.held(run)[0]} == {11 if number_format is WireFormat.NATIONAL else 10}
    with NumbersFile(load.importer.journal, run) as file:
        assert file.counts() == {None: 20, ProblemCode.OTHER_FORMAT: 2}


@pytest.mark.parametrize(
    "modes",
    [
        Modes(page_most=7),
        Modes(paging="ignored"),
        Modes(ids="string"),
        Modes(version="3.14"),
        Modes(list_fields="few"),
        Modes(codes="number", responses="object"),
        Modes(http_status="mirrored"),
        Modes(absent=frozenset({"get"})),
        Modes(absent=frozenset({"get"}), absent_as="unknown"),
        Modes(absent=frozenset({"get"}), list_fields="few"),
    ],
    ids=repr,
)
def test_servers_differ(sandbox: Sandbox, load: Loader, modes: Modes) -> None:
    """Numbers are loaded, and those in doubt found, whatever a server's answers look like."""
    sandbox.modes = modes
    run = load.prepare([numbers(0, 150)])
    sandbox.put_destinations(int(load.importer.ids(run)[0] or 0), *map(str, numbers(20, 15)), status="failed")
    sandbox.script("destinations/create", [None, "cut", None, "dropped_before"])
    report = load.load(run)
    assert (report.exit_code, report.loaded, load.are_on(run)) == (ExitCode.DONE, 135, [1])
    assert Counter(load.held(run)[0].values()) == {"pending": 135, "failed": 15}


@pytest.mark.parametrize("modes", [Modes(list_last=20), Modes(list_first=40)], ids=repr)
def test_a_list_that_is_not_whole_proves_nothing(sandbox: Sandbox, load: Loader, modes: Modes) -> None:
    """A server that lists only part of the numbers leaves the campaign off, in doubt."""
    run = load.prepare([numbers(0, 150)])
    load.importer.observer = Watching(  # type: ignore[assignment]
        meanwhile(sandbox, 2, lambda: setattr(sandbox, "modes", modes))
    )
    report = load.load(run)
    assert (report.exit_code, statuses(report), load.are_on(run)) == (ExitCode.IN_DOUBT, [LoadStatus.IN_DOUBT], [0])
    sandbox.modes = Modes()
    assert load.load(run).exit_code is ExitCode.DONE
    assert set(load.held(run)[0]) == texts(numbers(0, 150))


def test_numbers_of_others_keep_a_campaign_off(sandbox: Sandbox, load: Loader) -> None:
    """If the campaign has more numbers at the end than were loaded, it stays off until a person has looked at it."""
    run = load.prepare([numbers(0, 150)])
    campaign = int(load.importer.ids(run)[0] or 0)
    load.importer.observer = Watching(  # type: ignore[assignment]
        meanwhile(sandbox, 2, lambda: sandbox.put_destinations(campaign, "442099999999"))
    )
    report = load.load(run)
    assert (statuses(report), load.are_on(run)) == ([LoadStatus.IN_DOUBT], [0])
    assert "151 telephone numbers, and should have 150" in report.lists[0].message
    assert load.load(run).exit_code is ExitCode.DONE
    assert load.are_on(run) == [1]


def test_a_request_to_stop_is_obeyed_between_batches(sandbox: Sandbox, load: Loader) -> None:
    """A load that is asked to stop ends after the batch that is on its way, and goes on where it stopped."""
    run = load.prepare([numbers(0, 900)])
    watching = Watching(lambda: None)
    watching.react = lambda: load.importer.stop.request() if watching.counted > 200 else None
    load.importer.observer = watching  # type: ignore[assignment]
    report = load.load(run)
    assert report.exit_code is ExitCode.INTERRUPTED
    assert 200 < report.loaded < 350
    assert statuses(report) == [LoadStatus.LOADING]
    load.importer.stop, load.importer.observer = QuickStop(), Quiet()
    sandbox.clear_requests()
    assert load.load(run).exit_code is ExitCode.DONE
    assert set(load.held(run)[0]) == texts(numbers(0, 900))
    assert lists(sandbox) == 2, "it is counted before and after, and not read back again"


def test_a_load_goes_on_with_several_campaigns_at_a_time(sandbox: Sandbox, journal: Path, here: Path) -> None:
    """Going on, no campaign is loaded alone: the others would wait for it, and for what it waits for."""
    load = loader(sandbox, journal, here, workers=2)
    run = load.prepare([numbers(0, 900), numbers(1_000, 900)])
    watching = Watching(lambda: None)
    watching.react = lambda: load.importer.stop.request() if watching.counted > 200 else None
    load.importer.observer = watching  # type: ignore[assignment]
    assert load.load(run).exit_code is ExitCode.INTERRUPTED
    load.importer.stop, load.importer.observer = QuickStop(), Quiet()
    sandbox.clear_requests()
    assert load.load(run).exit_code is ExitCode.DONE
    assert [set(held) for held in load.held(run)] == [texts(numbers(0, 900)), texts(numbers(1_000, 900))]
    sent = [one for one in sandbox.requests if one.action == "destinations/create"]
    first, second = ([one for one in sent if one.parameters["campaign"] == each] for each in load.importer.ids(run))
    assert first[0].arrived < second[-1].arrived
    assert second[0].arrived < first[-1].arrived


def test_what_an_earlier_run_has_loaded_can_be_left_out(load: Loader) -> None:
    """With --not-again, numbers that another run has loaded are not loaded again; those it was refused are."""
    load.load(load.prepare([numbers(0, 100)]))
    run = load.prepare([numbers(50, 100)])
    journal = load.importer.journal
    with Prints(journal, load.importer.server.identity) as prints, NumbersFile(journal, run) as file:
        assert file.not_again(prints, "2000-01-01") == 50
        assert file.not_again(prints, "2999-01-01") == 0
        assert file.not_again(prints, "2000-01-01") == 50
    load.load(run)
    assert set(load.held(run)[0]) == texts(numbers(100, 50))


def test_the_journal_knows_how_far_a_load_is(sandbox: Sandbox, load: Loader) -> None:
    """The journal has the counts of each list, which `enable` asks for."""
    run = load.prepare([numbers(0, 60), numbers(100, 70)])
    campaign = load.importer.ids(run)[1]
    sandbox.change_campaign(int(campaign or 0), enabled=1)
    load.load(run)
    with Journal(load.importer.journal) as book:
        loads = book.number_loads.of(run)
        assert [(one.to_load, one.loaded, one.status) for one in loads] == [
            (60, 60, LoadStatus.LOADED),
            (70, 0, LoadStatus.PAUSED),
        ]
        assert book.number_loads.into(run, 3, campaign or "") == [loads[1]]
        assert book.number_loads.into(run, 2, loads[0].campaign_id) == [loads[0]]


def test_a_campaign_that_an_undo_has_deleted_stays_deleted(sandbox: Sandbox, load: Loader) -> None:
    """What the journal knows of a loaded list from an undo of another run is not taken back by a further load."""
    run = load.prepare_existing(on_campaign(sandbox), numbers(0, 60))
    assert load.load(run, when_on=WhenOn.SWITCH_OFF).exit_code is ExitCode.DONE
    with closing(sqlite3.connect(load.importer.journal)) as journal, journal:
        journal.execute("UPDATE number_loads SET status = 'gone'")
    load.load(run)
    with Journal(load.importer.journal) as opened:
        assert [one.status for one in opened.number_loads.of(run)] == [LoadStatus.GONE]


def test_a_campaign_that_an_interrupted_run_left_off_is_switched_on_by_the_next(load: Loader) -> None:
    """The same import again after a kill finds the campaign, loads what is missing, and switches it on."""
    first = load.prepare([numbers(0, 300)])
    load.importer.observer = Watching(load.importer.stop.request)  # type: ignore[assignment]
    assert load.load(first).exit_code is ExitCode.INTERRUPTED
    load.importer.stop, load.importer.observer = QuickStop(), Quiet()
    load.runs.clear()
    again = load.prepare([numbers(0, 300)])
    assert load.importer.statuses(again) == ["exists"]
    assert load.load(again).exit_code is ExitCode.DONE
    assert load.are_on(again) == [1]
    assert set(load.held(again)[0]) == texts(numbers(0, 300))


def test_another_list_does_not_switch_on_what_an_interrupted_run_left_off(load: Loader) -> None:
    """A campaign with part of one run's list stays off when another run has loaded other numbers; the first goes on."""
    first = load.prepare([numbers(0, 300)])
    load.importer.observer = Watching(load.importer.stop.request)  # type: ignore[assignment]
    assert load.load(first).exit_code is ExitCode.INTERRUPTED
    load.importer.stop, load.importer.observer = QuickStop(), Quiet()
    load.runs.clear()
    again = load.prepare([numbers(0, 299)])
    assert load.load(again).exit_code is ExitCode.DONE
    assert load.are_on(again) == [0]
    assert load.load(first).exit_code is ExitCode.DONE
    assert load.are_on(again) == [1]
    assert set(load.held(again)[0]) == texts(numbers(0, 300))


def test_lists_that_were_not_read_to_the_end_are_refused(sandbox: Sandbox, load: Loader) -> None:
    """If the process ended while numbers were stored, nothing is sent: some would be missing, others there twice."""
    run = load.prepare([numbers(0, 60)])
    with NumbersFile(load.importer.journal, run) as file:
        file.add(1, [JudgedNumber(FIRST)])
    with pytest.raises(WrongUsage, match="not read to the end"):
        load.load(run)
    assert creates(sandbox) == 0


def test_two_lists_for_one_campaign_are_refused(sandbox: Sandbox, load: Loader) -> None:
    """A campaign that two lists of a run mean would be on with one of them, so nothing is sent to it."""
    run = load.prepare([numbers(0, 60), numbers(100, 60)])
    with NumbersFile(load.importer.journal, run) as file:
        file.add(file.list_for(campaign_id=load.importer.ids(run)[0] or ""), [JudgedNumber(FIRST + 999)])
        file.close_lists()
    report = load.load(run)
    assert [one.loaded for one in report.lists] == [0, 0, 60]
    assert report.exit_code is ExitCode.SOME_WRONG
    assert load.are_on(run) == [0, 1]


def test_an_existing_campaign_that_a_person_switched_off_stays_off(sandbox: Sandbox, load: Loader) -> None:
    """A campaign of an earlier run that is off for another reason is loaded and left off."""
    first = load.prepare([numbers(0, 60)])
    load.load(first)
    sandbox.change_campaign(int(load.importer.ids(first)[0] or 0), enabled=0)
    load.runs.clear()
    again = load.prepare([numbers(0, 90)])
    assert load.load(again).exit_code is ExitCode.DONE
    assert load.are_on(again) == [0]
    assert len(load.held(again)[0]) == 90


def test_numbers_are_in_no_other_place(sandbox: Sandbox, load: Loader, caplog: pytest.LogCaptureFixture) -> None:
    """The journal, the log and what observers hear show no number, not even where the server's messages do."""
    caplog.set_level("DEBUG")
    bad = FIRST + 33
    sandbox.modes = Modes(bad_numbers=str(bad), bad_named="all", spelling="national", country_code=44)
    watching = Watching(lambda: None)
    load.importer.observer = watching  # type: ignore[assignment]
    run = load.prepare([numbers(0, 120)])
    sandbox.script("destinations/create", [None, "error_500_stored", "cut"])
    report = load.load(run)
    assert report.rejected == 1
    parts = [str(FIRST + at)[-8:] for at in range(120)]
    kept = [path for path in load.importer.journal.parent.iterdir() if path.is_file()]
    written = b"".join(path.read_bytes() for path in kept).decode("latin-1")
    heard = "\n".join((*watching.events, *map(str, caplog.messages), repr(report)))
    assert "Loading telephone numbers" in heard
    for part in parts:
        assert part not in written
        assert part not in heard


def test_the_files_are_private(load: Loader) -> None:
    """Only their owner can read the numbers, the prints and their key, or enter the folder."""
    load.load(load.prepare([numbers(0, 60)]))
    folder = load.importer.journal.parent / "numbers"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()} == {0o600}
    assert {one.name for one in folder.iterdir()} == {f"{load.runs[0]}.sqlite3", "loaded.prints", "loaded.key"}


def test_each_batch_is_on_disk_before_it_leaves(load: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a request for numbers leaves, another process finds its batch and its prints in the files."""
    run = load.prepare([numbers(0, 230)])
    folder = load.importer.journal.parent / "numbers"
    right = Transport.post
    left: list[int] = []

    def post(transport: Transport, action: str, form: bytes, **limits: int) -> RawAnswer:
        if action == "bulk/destinations/create":
            sent = dict(parse_qsl(form.decode()))["dnumbers"].split(",")
            with closing(sqlite3.connect(folder / f"{run}.sqlite3")) as file:
                found = file.execute(
                    "SELECT count(*) FROM batches JOIN numbers ON at BETWEEN first AND last "
                    "WHERE state = 'sending' AND e164 BETWEEN ? AND ?",
                    (int(sent[0]), int(sent[-1])),
                ).fetchone()
            assert found == (len(sent),)
            left.append(len(sent))
            with closing(sqlite3.connect(folder / "loaded.prints")) as prints:
                assert prints.execute("SELECT sum(length(prints)) / 8 FROM batches").fetchone()[0] >= sum(left)
        return right(transport, action, form, **limits)

    monkeypatch.setattr(Transport, "post", post)
    assert load.load(run).exit_code is ExitCode.DONE
    assert sum(left) == 230


@pytest.mark.parametrize("does", ["on and calls", "on and off again", "deletes", "adds"])
def test_a_person_acts_between_any_two_requests(journal: Path, here: Path, does: str) -> None:
    """Whatever a person does with a campaign during the load, nobody is called twice, and in the end all are there."""
    acts = {"at": 0, "seen": 0, "campaign": 0}

    def heard(_: SeenRequest) -> None:
        acts["seen"] += 1
        if acts["seen"] == acts["at"]:
            act(server, acts["campaign"], does)

    with Sandbox(heard=heard, dialling=Dialling(per_request=9)) as server:
        load = loader(server, journal, here)
        for at in range(1, 40):
            run = load.prepare([numbers(0, 130)])
            acts |= {"at": at, "seen": 0, "campaign": int(load.importer.ids(run)[0] or 0)}
            server.script("destinations/create", [None, "cut", None, "dropped_before"])
            report = load.load(run)
            if acts["seen"] < at:
                break
            if does == "deletes":
                assert statuses(report) == [LoadStatus.GONE]
                continue
            server.script("destinations/create", [])
            server.change_campaign(acts["campaign"], enabled=0)
            load.load(run)
            load.load(run)
            wanted = texts(numbers(0, 130)) | ({"442099999999"} if does == "adds" else set())
            assert set(load.held(run)[0]) == wanted
        assert 10 < at < 39
        assert [one for one in server.history if one.kind == "again" and one.status == "success"] == []
        calls = Counter((one.campaign, one.dnumber) for one in server.history if one.kind == "call")
        assert max(calls.values(), default=1) == 1


def act(server: Sandbox, campaign: int, does: str) -> None:
    """Do as a person something with a campaign."""
    match does:
        case "on and calls":
            server.change_campaign(campaign, enabled=1)
            server.dial(20)
        case "on and off again":
            server.change_campaign(campaign, enabled=1)
            server.dial(20)
            server.change_campaign(campaign, enabled=0)
        case "deletes":
            server.delete_campaign(campaign)
        case "adds":
            server.put_destinations(campaign, "442099999999")
