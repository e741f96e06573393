"""`numbers scrub`: the numbers that the server has are compared with do-not-call lists again."""

import re
from pathlib import Path

import pytest

from importer.sandbox import Faults, Modes, Sandbox, SeenRequest
from schemas.problem_codes import ProblemCode
from tests.support.numbers import british, on_the_wire, write_list
from tests.support.program import Program

FORM = ("--country", "GB", "--yes", "--json")
QUESTION = "[y/N]"
LIST = "destinations/list"


@pytest.fixture
def campaign(sandbox: Sandbox) -> int:
    """The ID of a campaign on the server that is off."""
    return sandbox.add_campaign(name="Spring offers", enabled=0)


def loaded(program: Program, campaign: int, count: int, wire: str = "digits") -> str:
    """Load numbers and return the run."""
    path = write_list("leads.csv", *british(count))
    told = program("numbers", "load", path, "--campaign", campaign, "--number-format", wire, *FORM)
    assert told.exit_code == 0
    return str(told.document["run"])


def statuses(sandbox: Sandbox, campaign: int, numbers: list[str]) -> list[str]:
    """Return the statuses of numbers that a campaign has as digits."""
    return [sandbox.destinations(campaign)[one] for one in sorted(on_the_wire(numbers))]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("wire", ["digits", "plus", "international", "national", "significant"])
def test_numbers_on_a_list_are_cancelled(program: Program, sandbox: Sandbox, campaign: int, wire: str) -> None:
    """However the server writes them, all pending numbers that are on a list now are not called, and no others."""
    run = loaded(program, campaign, 2_600, wire)
    before = list(sandbox.destinations(campaign))
    write_list("tps.txt", *british(3), "0208366259*", "01214960000", heading="number")
    told = program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM)
    assert told.exit_code == 0, told.stderr
    cancelled = [one for one, status in sandbox.destinations(campaign).items() if status == "cancelled"]
    ends = {one[-7:] for one in cancelled}
    assert ends == {f"366{at:04}" for at in (0, 1, 2, *range(2_590, 2_600))}
    assert list(sandbox.destinations(campaign)) == before
    (document,) = told.document["campaigns"]
    assert (document["listed"], document["found"], document["cancelled"]) == (2_600, 13, 13)
    assert told.document["dnc"][0]["hits"] == 13
    assert "2083660" not in told.stderr + told.stdout
    assert "Comparing the numbers of campaigns: 1 campaign" in told.stderr
    assert "Cancelling numbers on do-not-call lists: 13 numbers" in told.stderr
    assert "tps.txt lists 13 numbers still to be called." in told.stderr
    again = program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM)
    assert again.document["campaigns"][0]["found"] == 0
    scrubs = program("numbers", "status", run, "--json").document["scrubs"]
    assert [(one["cancelled"], one["dnc"][0]["hits"]) for one in scrubs] == [(13, 13), (0, 0)]
    assert "13 numbers cancelled." in program("numbers", "status", run).stdout


@pytest.mark.usefixtures("here")
def test_who_was_called_is_left_alone(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """Only numbers that are still to be called get another status; a server that shows none has all cancelled."""
    run = loaded(program, campaign, 4)
    sandbox.put_destinations(campaign, *sorted(on_the_wire(british(2))), status="success")
    write_list("tps.txt", *british(3), heading="number")
    assert program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM).exit_code == 0
    assert statuses(sandbox, campaign, british(4)) == ["success", "success", "cancelled", "pending"]
    sandbox.modes = Modes(list_fields="few")
    assert program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM).exit_code == 0
    assert statuses(sandbox, campaign, british(4)) == ["cancelled", "cancelled", "cancelled", "pending"]


@pytest.mark.usefixtures("here")
def test_a_person_is_asked_before_numbers_are_cancelled(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """The question says how many numbers in how many campaigns; no changes nothing."""
    run = loaded(program, campaign, 4)
    write_list("tps.txt", *british(2), heading="number")
    command = ("numbers", "scrub", run, "--dnc", "tps.txt", "--country", "GB")
    code, shown = program.terminal(*command, answers={QUESTION: "n"})
    assert "Cancel 2 numbers on do-not-call lists in 1 campaign?" in " ".join(shown.split())
    assert code == 4
    assert set(sandbox.destinations(campaign).values()) == {"pending"}
    assert program(*command).exit_code == 2
    assert program.terminal(*command, answers={QUESTION: "y"})[0] == 0
    assert statuses(sandbox, campaign, british(3)) == ["cancelled", "cancelled", "pending"]


@pytest.mark.usefixtures("here")
def test_a_scrub_that_fails_can_be_repeated(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """A server that fails, a campaign that is gone and a list that cannot be used are reported as such."""
    run = loaded(program, campaign, 4)
    write_list("tps.txt", *british(2), heading="number")
    sandbox.faults = Faults(error_500=1.0, actions=frozenset(["destinations/update"]))
    told = program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM)
    assert (told.exit_code, told.document["campaigns"][0]["cancelled"]) == (7, 0)
    assert ProblemCode.SERVER_FAILS in told.stderr + told.stdout, "not the code of a row"
    sandbox.faults = Faults(error_500=1.0)
    unread = program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM)
    assert unread.exit_code == 7
    assert "0 numbers" not in unread.stderr, "nothing was compared"
    sandbox.faults = Faults()
    assert program("numbers", "scrub", run, "--dnc", "missing.txt", *FORM).exit_code == 2
    assert program("numbers", "scrub", run, *FORM).exit_code == 2
    assert program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM).exit_code == 0
    sandbox.delete_campaign(campaign)
    gone = program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM)
    assert gone.exit_code == 4
    assert re.search("Not compared", gone.document["campaigns"][0]["message"])


@pytest.mark.usefixtures("here")
def test_campaigns_of_a_sheet_are_compared(program: Program, sandbox: Sandbox, here: Path) -> None:
    """All campaigns of a run that got numbers are compared, also after their numbers were removed here."""
    sheet = write_list("campaigns.csv", "North,queue,1,1", "South,queue,2,1", heading="name,dtype,dnumber,enabled")
    lines = [f"{name},{one}" for name, first in (("North", 0), ("South", 50)) for one in british(3, first)]
    path = write_list("leads.csv", *lines, heading="campaign,phone")
    told = program("import", sheet, "--numbers", path, "--number-format", "national", *FORM)
    assert told.exit_code == 0
    for one in (Path(program.settings["journal"]).parent / "numbers").glob("*.sqlite3*"):
        one.unlink()
    write_list("tps.txt", *british(2), *british(1, 50), heading="number")
    scrubbed = program("numbers", "scrub", told.document["run"], "--dnc", "tps.txt:GB", *FORM)
    assert [one["cancelled"] for one in scrubbed.document["campaigns"]] == [2, 1]


@pytest.mark.usefixtures("no_waiting", "here")
def test_a_comparison_that_stops_is_no_evidence(program: Program) -> None:
    """If the second of two campaigns cannot be read, what was found is cancelled, and no complete scrub is recorded."""
    sheet = write_list("campaigns.csv", "North,queue,1,1", "South,queue,2,1", heading="name,dtype,dnumber,enabled")
    lines = [f"{name},{one}" for name, first in (("North", 0), ("South", 50)) for one in british(3, first)]
    path = write_list("leads.csv", *lines, heading="campaign,phone")
    write_list("tps.txt", *british(2), *british(1, 50), heading="number")
    asked = [-100]  # the import is none of the test's

    def fail_after_two(request: SeenRequest) -> None:
        asked.append(request.action == LIST)
        if request.action == LIST and sum(asked) == 2:  # the count and the page of the first campaign
            server.faults = Faults(error_500=1.0, actions=frozenset(["destinations/list"]))

    with Sandbox(heard=fail_after_two) as server:
        form = (*FORM, "--url", server.url)
        run = program("import", sheet, "--numbers", path, "--number-format", "digits", *form).document["run"]
        asked[:] = [0]
        told = program("numbers", "scrub", run, "--dnc", "tps.txt", *form)
        assert told.exit_code == 7
        assert [one["cancelled"] for one in told.document["campaigns"]] == [2]
        assert program("numbers", "status", run, "--json").document["scrubs"] == []


@pytest.mark.usefixtures("here")
def test_pages_that_overlap_are_not_taken_for_all_numbers(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """A server whose pages show some numbers twice may not show others: this is told, and is no complete comparison."""
    run = loaded(program, campaign, 30)
    sandbox.modes = Modes(paging="overlapping", page_most=10)
    write_list("tps.txt", *british(30), heading="number")
    told = program("numbers", "scrub", run, "--dnc", "tps.txt", *FORM)
    assert told.exit_code not in {0, 4}
    assert "perhaps others not at all" in " ".join(told.stderr.split())
