"""`numbers scrub` of a load that is not finished: who is on a list is sent no more, whatever is killed, and when."""

import os
from pathlib import Path

import pytest

from importer.sandbox import Faults, Sandbox
from tests.support.kills import killed_at_request
from tests.support.numbers import british, on_the_wire, pending, write_list
from tests.support.program import Program

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a command is killed in a forked process"),
    pytest.mark.usefixtures("unmeasured"),
]

FORM = ("--country", "GB", "--yes", "--json")
LOAD = ("--number-format", "digits", "--batch", "20", "--workers", "1", *FORM)
MOST_REQUESTS = 40
MANY = 75
LISTED = [5, 12, 25, 38, 49, 52, 60, 74]
"""The places of numbers that get onto a list: in the canary, and in each batch."""

VERDICT = "on a do-not-call list"


def run_of(program: Program) -> str:
    """Return the only run of the journal."""
    (run,) = program("runs", "--json").document
    return str(run["run"])


def assert_adds_up(program: Program, run: str, loaded: int) -> None:
    """Check that each number has one verdict, and is counted once."""
    status = program("numbers", "status", run, "--json").document
    counts = {verdict: count for verdict, count in status["counts"].items() if count}
    assert counts == {"to load": loaded, VERDICT: MANY - loaded}
    (campaign,) = status["campaigns"]
    assert (campaign["status"], campaign["loaded"], campaign["to_load"]) == ("loaded", loaded, loaded)


@pytest.mark.parametrize(
    ("answered", "scrub_answered"), [(False, True), (True, False)], ids=["before it leaves", "once answered"]
)
def test_a_load_and_its_scrub_are_killed_at_each_request(
    program: Program, sandbox: Sandbox, here: Path, answered: bool, scrub_answered: bool
) -> None:
    """Killed anywhere, scrubbed, and continued, nobody on the list is still to be called, and all others are."""
    listed = [british(MANY)[at] for at in LISTED]
    write_list("tps.txt", *listed, heading="number")
    leads = write_list("leads.csv", *british(MANY))
    rounds = 0
    for request in range(3, MOST_REQUESTS):
        campaign = sandbox.add_campaign(name=f"Spring {request}", enabled=0)
        program.settings["journal"] = str(here / f"journal-{request}" / "journal.sqlite3")
        command = ("numbers", "load", leads, "--campaign", campaign, *LOAD)
        if not killed_at_request(lambda command=command: program(*command), request, answered=answered):
            break
        run = run_of(program)
        scrub = ("numbers", "scrub", run, "--dnc", "tps.txt", *FORM)
        killed_at_request(lambda scrub=scrub: program(*scrub), 1 + request % 4, answered=scrub_answered)
        told = program(*scrub)
        assert told.exit_code == 0, told.stderr
        applied = program("apply", run, "--json")
        assert applied.exit_code == 0, applied.stderr
        wanted = on_the_wire(british(MANY)) - on_the_wire(listed)
        assert pending(sandbox, campaign) == wanted
        assert set(sandbox.destinations(campaign).values()) <= {"pending", "cancelled"}
        status = program("numbers", "status", run, "--json").document
        assert sum(status["counts"].values()) == MANY, status["counts"]
        (load,) = status["campaigns"]
        assert load["status"] == "loaded"
        assert load["loaded"] == load["to_load"]
        rounds += 1
    assert rounds > 4


def test_who_is_on_the_list_is_sent_no_more(program: Program, sandbox: Sandbox) -> None:
    """What was loaded is cancelled, what was not is left out, and counts, evidence and status add up."""
    campaign = sandbox.add_campaign(name="Spring", enabled=0)
    leads = write_list("leads.csv", *british(MANY))
    listed = [british(MANY)[at] for at in LISTED]
    write_list("tps.txt", *listed, heading="number")
    command = ("numbers", "load", leads, "--campaign", campaign, *LOAD)
    assert killed_at_request(lambda: program(*command), 6, answered=False)
    run = run_of(program)
    sent = set(sandbox.destinations(campaign))
    already = len(on_the_wire(listed) & sent)
    assert already == 1
    told = program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM)
    assert told.exit_code == 0, told.stderr
    (one,) = told.document["campaigns"]
    assert (one["found"], one["cancelled"]) == (already, already)
    assert (one["to_leave_out"], one["left_out"]) == (len(LISTED) - already,) * 2
    assert told.document["dnc"][0]["hits"] == len(LISTED)
    status = program("numbers", "status", run, "--json").document
    assert status["counts"][VERDICT] == len(LISTED)
    assert sum(status["counts"].values()) == MANY
    (scrub,) = status["scrubs"]
    assert (scrub["cancelled"], scrub["left_out"], scrub["dnc"][0]["hits"]) == (already, 8 - already, 8)
    assert "1 number cancelled, 7 left out." in program("numbers", "status", run).stdout
    again = program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM).document["campaigns"][0]
    assert (again["found"], again["to_leave_out"]) == (0, 0)
    assert program("apply", run, "--json").exit_code == 0
    assert pending(sandbox, campaign) == on_the_wire(british(MANY)) - on_the_wire(listed)
    assert_adds_up(program, run, MANY - len(LISTED))
    assert "2083660" not in told.stderr + told.stdout


def test_a_number_that_the_server_lost_is_not_sent_again(program: Program, sandbox: Sandbox) -> None:
    """If the server takes a batch and lacks some of it, what is sent again has nobody who is on a list since."""
    campaign = sandbox.add_campaign(name="Spring", enabled=0)
    leads = write_list("leads.csv", *british(MANY))
    command = ("numbers", "load", leads, "--campaign", campaign, *LOAD)
    assert killed_at_request(lambda: program(*command), 7, answered=True)
    run = run_of(program)
    listed = [british(MANY)[at] for at in LISTED]
    write_list("tps.txt", *listed, heading="number")
    assert program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM).exit_code == 0
    sandbox.remove_destinations(campaign, *on_the_wire(british(30)))
    for _ in range(3):
        program("apply", run, "--json")
    assert pending(sandbox, campaign) == on_the_wire(british(MANY)) - on_the_wire(listed)


def test_a_count_that_fits_by_chance(program: Program, sandbox: Sandbox) -> None:
    """A number that was cancelled is not taken for one in doubt, although the campaign has as many as if it were."""
    campaign = sandbox.add_campaign(name="Spring", enabled=0)
    leads = write_list("leads.csv", *british(11))
    command = ("numbers", "load", leads, "--campaign", campaign, *LOAD)
    assert killed_at_request(lambda: program(*command), 7, answered=False)
    assert len(sandbox.destinations(campaign)) == 10
    write_list("tps.txt", *british(1), heading="number")
    run = run_of(program)
    assert program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM).exit_code == 0
    assert program("apply", run, "--json").exit_code == 0
    assert pending(sandbox, campaign) == on_the_wire(british(11)[1:])


def test_everybody_left_is_on_the_list(program: Program, sandbox: Sandbox) -> None:
    """A list of which nobody may be called any more is not in doubt for ever, and says what became of it."""
    campaign = sandbox.add_campaign(name="Spring", enabled=0)
    leads = write_list("leads.csv", *british(MANY))
    sandbox.faults = Faults(bad_gateway_stored=1.0, actions=frozenset(["destinations/create"]))
    program("numbers", "load", leads, "--campaign", campaign, *LOAD)
    sandbox.faults = Faults()
    run = run_of(program)
    write_list("tps.txt", *british(MANY), heading="number")
    assert program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM).exit_code == 0
    assert pending(sandbox, campaign) == set()
    told = program("apply", run, "--json")
    assert pending(sandbox, campaign) == set()
    assert told.document["campaigns"][0]["status"] != "in_doubt"
    assert {verdict: count for verdict, count in told.document["counts"].items() if count} == {VERDICT: MANY}


def test_nothing_was_sent_yet(program: Program, sandbox: Sandbox) -> None:
    """A run that was planned alone is scrubbed without a campaign on the server: it sends nobody who is on the list."""
    sheet = write_list("campaigns.csv", "North,queue,1,0", heading="name,dtype,dnumber,enabled")
    leads = write_list("leads.csv", *(f"North,{one}" for one in british(MANY)), heading="campaign,phone")
    planned = program("plan", sheet, "--numbers", leads, "--number-format", "digits", *FORM[:2], "--json")
    assert planned.exit_code == 0, planned.stderr
    run = planned.document["run"]
    listed = [british(MANY)[at] for at in LISTED]
    write_list("tps.txt", *listed, heading="number")
    told = program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM)
    assert told.exit_code == 0, told.stderr
    assert "Row 2: 8 of 8 numbers not loaded yet left out." in told.stderr
    assert program("apply", run, "--json").exit_code == 0
    (campaign,) = sandbox.campaigns()
    assert set(sandbox.destinations(campaign["id"])) == on_the_wire(british(MANY)) - on_the_wire(listed)
