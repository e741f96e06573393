"""`numbers load`: lists of telephone numbers go into a campaign that exists, each number once."""

import csv
import json
import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from importer.sandbox import Dialling, Faults, Modes, Sandbox, SeenRequest
from tests.support.kills import killed_at_request
from tests.support.numbers import british, on_the_wire, pending, write_list
from tests.support.program import Finished, Program

QUESTION = "[y/N]"
FORM = ("--country", "GB", "--number-format", "digits")


@pytest.fixture
def campaign(sandbox: Sandbox) -> int:
    """The ID of a campaign on the server that is off."""
    return sandbox.add_campaign(name="Spring offers", enabled=0)


def load(program: Program, campaign: int, *arguments: object) -> Finished:
    """Load numbers without a question, with a document."""
    return program("numbers", "load", *arguments, "--campaign", campaign, *FORM, "--yes", "--json")


def enabled(sandbox: Sandbox, campaign: int) -> int:
    """Return whether a campaign is on."""
    (found,) = [one for one in sandbox.campaigns() if one["id"] == campaign]
    return int(found["enabled"])


def lines_of(path: str | None) -> list[dict[str, str]]:
    """Return the lines of a file of numbers."""
    assert path is not None
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.usefixtures("here")
def test_numbers_are_loaded_and_counted(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """Every good number is pending on the server, the campaign stays off, and the document has the counts."""
    numbers = british(2_500)
    told = load(program, campaign, write_list("leads.csv", *numbers, numbers[7], "+44 20 8366 0008"))
    assert told.exit_code == 0
    assert pending(sandbox, campaign) == on_the_wire(numbers)
    assert enabled(sandbox, campaign) == 0
    document = told.document
    assert (document["numbers"], document["counts"]["to load"], document["counts"]["duplicate"]) == (2_502, 2_500, 2)
    (loaded,) = document["campaigns"]
    assert (loaded["campaign"], loaded["loaded"], loaded["to_load"]) == (str(campaign), 2_500, 2_500)
    assert loaded["status"] == "loaded"
    assert document["countries"] == {"GB": 2_500}


@pytest.mark.usefixtures("here")
def test_what_is_not_loaded_is_handed_back(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """The file beside the list has only numbers that are not loaded, each with its cell and what to do about it."""
    write_list("tps.txt", "020 8366 0001", heading="number")
    path = write_list("leads.csv", *british(4), "999", "09061234567", "02083660000")
    told = load(program, campaign, path, "--dnc", "tps.txt")
    assert told.exit_code == 4
    assert pending(sandbox, campaign) == on_the_wire(british(4)) - {"442083660001"}
    results = told.document["results"]
    assert re.fullmatch(r"leads\.numbers\.\d{8}-\d{6}\.csv", Path(results).name)
    found = [(line["place"], line["code"]) for line in lines_of(results)]
    assert found == [
        ("leads.csv A3", "W612"),
        ("leads.csv A6", "E605"),
        ("leads.csv A7", "W603"),
        ("leads.csv A8", "W611"),
    ]
    again = program("numbers", "check", results, "--country", "GB", "--json").document
    assert again["counts"]["to load"] == 0


@pytest.mark.usefixtures("here")
def test_a_person_is_asked_once(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """The question names the campaign, its state and how many numbers; no loads nothing, and `apply` does it later."""
    path = write_list("leads.csv", *british(3))
    words = ("numbers", "load", path, "--campaign", campaign, *FORM)
    _, shown = program.terminal(*words, answers={QUESTION: "n"})
    asked = " ".join(shown.split())
    assert f"Load 3 numbers into campaign {campaign}, 'Spring offers'," in asked
    assert "It is switched off, and stays off." in asked
    assert "Nothing was loaded." in asked
    assert not sandbox.destinations(campaign)
    run = re.search(r"apply (\S+)", asked)
    assert run is not None
    told = program("apply", run[1], "--json")
    assert told.exit_code == 0
    assert pending(sandbox, campaign) == on_the_wire(british(3))
    assert told.document["counts"]["to load"] == 3


@pytest.mark.usefixtures("here")
def test_a_script_must_agree(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """Without a terminal and without --yes nothing is read or sent."""
    told = program("numbers", "load", write_list("leads.csv", *british(3)), "--campaign", campaign, *FORM)
    assert told.exit_code == 2
    assert "--yes" in told.stderr
    assert not sandbox.destinations(campaign)


@pytest.mark.usefixtures("here")
def test_the_status_of_a_list_without_numbers(program: Program, campaign: int) -> None:
    """A run that has kept no number has a status in words, as after a kill while its lists were read."""
    told = load(program, campaign, write_list("leads.csv"))
    assert told.exit_code == 0, told.stderr
    (run,) = [one["run"] for one in json.loads(program("runs", "--json").stdout)]
    status = program("numbers", "status", run)
    assert status.stdout.splitlines()[-1].startswith("No telephone numbers: the lists had none")


@pytest.mark.usefixtures("here")
def test_a_campaign_that_is_on_is_refused(program: Program, sandbox: Sandbox) -> None:
    """Nothing is sent to a campaign that is on, unless it is switched off for the load, and on again afterwards."""
    campaign = sandbox.add_campaign(name="Running", enabled=1)
    path = write_list("leads.csv", *british(30))
    told = load(program, campaign, path)
    assert told.exit_code == 4
    assert not sandbox.destinations(campaign)
    assert "or load the list with `numbers load` and --switch-off or --while-dialling." in told.stderr
    told = load(program, campaign, path, "--switch-off")
    assert told.exit_code == 0
    assert set(sandbox.destinations(campaign)) == on_the_wire(british(30))
    assert enabled(sandbox, campaign) == 1


@pytest.mark.usefixtures("here")
def test_a_campaign_stays_off_after_a_load_that_was_killed(program: Program, sandbox: Sandbox) -> None:
    """If a killed load has switched a campaign off, another one says so, and what finishes it and switches it on."""
    campaign = sandbox.add_campaign(name="Running", enabled=1)
    path = write_list("leads.csv", *british(30))
    assert killed_at_request(
        lambda: load(program, campaign, path, "--switch-off", "--batch", "10"), 8, answered=True
    ), enabled(sandbox, campaign)
    (killed,) = json.loads(program("runs", "--json").stdout)
    for _ in range(2):
        told = load(program, campaign, path, "--switch-off")
        assert (told.exit_code, enabled(sandbox, campaign)) == (0, 0)
        assert f"stays off: run {killed['run']} switched it off" in told.stderr
    assert program("apply", killed["run"]).exit_code == 0
    assert enabled(sandbox, campaign) == 1
    assert set(sandbox.destinations(campaign)) == on_the_wire(british(30))


@pytest.mark.usefixtures("here")
def test_a_campaign_that_is_switched_off_unseen_stays_off(program: Program, sandbox: Sandbox) -> None:
    """Where the server does not show whether a campaign was on, --switch-off leaves it off, and says so."""
    campaign = sandbox.add_campaign(name="Running", enabled=1)
    sandbox.modes = Modes(list_fields="few")
    told = load(program, campaign, write_list("leads.csv", *british(30)), "--switch-off")
    assert (told.exit_code, enabled(sandbox, campaign)) == (0, 0)
    assert f"Campaign {campaign} was switched off, and stays off" in told.stderr


@pytest.mark.usefixtures("here")
def test_what_the_server_refused_is_not_loaded_before(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """--not-again leaves out who was loaded, and not whom the server refused, nor whom it then refused elsewhere."""
    sandbox.modes = Modes(bad_numbers=".*(0003|0017)")
    path = write_list("leads.csv", *british(30))
    assert load(program, campaign, path).document["counts"]["refused"] == 2
    sandbox.modes = Modes()
    other = sandbox.add_campaign(name="Other", enabled=0)
    told = load(program, other, path, "--not-again", "1d")
    assert told.document["counts"]["loaded before"] == 28
    assert len(sandbox.destinations(other)) == 2


@pytest.mark.usefixtures("here")
def test_nobody_is_called_twice_while_a_campaign_dials(program: Program, sandbox: Sandbox) -> None:
    """With --while-dialling, numbers that the campaign has are left as they are, also those that were reached."""
    campaign = sandbox.add_campaign(name="Running", enabled=1)
    sandbox.put_destinations(campaign, *sorted(on_the_wire(british(5))), status="success")
    sandbox.dialling = Dialling(per_request=3, answered=1.0)
    told = load(program, campaign, write_list("leads.csv", *british(30)), "--while-dialling")
    assert told.exit_code == 0
    sandbox.dial()
    assert set(sandbox.destinations(campaign).values()) == {"success"}
    assert set(sandbox.destinations(campaign)) == on_the_wire(british(30))
    again = [event for event in sandbox.history if "success" in str(event) and "pending" in str(event)]
    assert not again


@pytest.mark.usefixtures("here")
def test_without_a_number_format_nothing_is_sent(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """The first load says how the number would look in each form and ends with exit 6; settings may have the form."""
    path = write_list("leads.csv", *british(3))
    told = program("numbers", "load", path, "--campaign", campaign, "--country", "GB", "--yes")
    assert told.exit_code == 6
    assert "--number-format" in told.stderr
    assert re.search(r"digits +442", told.stderr)
    assert not sandbox.destinations(campaign)
    Path("campaign-importer.toml").write_text('number-format = "plus"\ncountry = "GB"\n', encoding="utf-8")
    assert program("numbers", "load", path, "--campaign", campaign, "--yes").exit_code == 0
    assert set(sandbox.destinations(campaign)) == {f"+{one}" for one in on_the_wire(british(3))}


@pytest.mark.usefixtures("here")
def test_many_refused_numbers_stop_the_load(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """If 30 percent or more are refused, nothing is sent, also with --yes, until that share is accepted."""
    path = write_list("leads.csv", *british(6), "1", "2", "3")
    told = load(program, campaign, path)
    assert told.exit_code == 3
    assert told.document["code"] == "E623"
    assert told.document["counts"]["refused"] == 3
    assert not sandbox.destinations(campaign)
    assert not list((Path(program.settings["journal"]).parent / "numbers").glob("*.sqlite3"))
    assert load(program, campaign, path, "--accept-refused", "20").exit_code == 3
    assert load(program, campaign, path, "--accept-refused", "34").exit_code == 4
    assert len(sandbox.destinations(campaign)) == 6


@pytest.mark.usefixtures("here")
def test_numbers_that_the_server_refuses_are_named(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """A bad number among many costs only itself, and is handed back with the server's words."""
    sandbox.modes = Modes(bad_numbers="442083660017")
    told = load(program, campaign, write_list("leads.csv", *british(100)))
    assert told.exit_code == 4
    assert pending(sandbox, campaign) == on_the_wire(british(100)) - {"442083660017"}
    assert [line["number"] for line in lines_of(told.document["results"])] == ["+442083660017"]


@pytest.mark.usefixtures("here")
def test_a_status_is_that_of_all_numbers(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """--status stores numbers that are not to be called yet."""
    told = load(program, campaign, write_list("leads.csv", *british(3)), "--status", "cancelled")
    assert told.exit_code == 0
    assert set(sandbox.destinations(campaign).values()) == {"cancelled"}


@pytest.mark.usefixtures("here")
def test_who_was_loaded_lately_may_be_left_out(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """--not-again leaves out numbers that an earlier run loaded, into whichever campaign."""
    load(program, campaign, write_list("first.csv", *british(3)))
    other = sandbox.add_campaign(name="Other", enabled=0)
    told = load(program, other, write_list("leads.csv", *british(5)), "--not-again", "30d")
    assert told.exit_code == 0
    assert len(pending(sandbox, other)) == 2
    assert told.document["counts"]["loaded before"] == 3


@pytest.mark.usefixtures("here")
def test_a_campaign_that_is_not_there_is_refused(program: Program) -> None:
    """An unknown ID ends the command before the lists are read."""
    told = load(program, 4711, "missing.csv")
    assert told.exit_code == 2
    assert "4711" in told.stderr


@pytest.mark.usefixtures("here")
def test_lost_answers_load_each_number_once(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """A batch whose answer is lost is looked up, and the counts are right at the end."""
    sandbox.script("destinations/create", ["dropped_after", None, "cut", "error_500_stored"])
    told = load(program, campaign, write_list("leads.csv", *british(2_500)))
    assert told.exit_code == 0
    assert pending(sandbox, campaign) == on_the_wire(british(2_500))


@pytest.mark.usefixtures("here")
def test_no_number_is_written_elsewhere(program: Program, sandbox: Sandbox, campaign: int, tmp_path: Path) -> None:
    """Neither the journal, the log, the debug log, the screen nor the document has a number; its file does."""
    sandbox.modes = Modes(bad_numbers="442083660001")
    path = write_list("leads.csv", *british(50), "09061234567", "call 02083669999 first")
    told = load(program, campaign, path, "--log", "log.jsonl", "--debug", "debug.log", "-v")
    assert told.exit_code == 4
    journal = Path(program.settings["journal"])
    with sqlite3.connect(journal) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    written = [one.read_bytes() for one in (journal, Path("log.jsonl"), Path("debug.log"))]
    for number in ("2083660001", "2083660030", "9061234567", "2083669999"):
        assert all(number.encode() not in one for one in written)
        assert number not in told.stderr + told.stdout


@pytest.mark.parametrize(
    "arguments", [("--campaign", "1"), ("--switch-off",), ("--yes",), ("--batch", "5"), ("--url", "http://x/")]
)
@pytest.mark.usefixtures("here")
def test_options_without_effect_are_refused(bare: Program, arguments: tuple[str, ...]) -> None:
    """What only `load` takes is refused by `check`."""
    told = bare("numbers", "check", write_list("leads.csv", *british(1)), *arguments)
    assert told.exit_code == 2
    assert arguments[0] in told.stderr


@pytest.mark.usefixtures("here")
def test_a_load_needs_its_campaign(program: Program) -> None:
    """Without --campaign there is nothing to load into; the ways to load into one that is on exclude another."""
    path = write_list("leads.csv", *british(1))
    assert "--campaign" in program("numbers", "load", path, "--yes").stderr
    both = program("numbers", "load", path, "--yes", "--campaign", "1", "--switch-off", "--while-dialling")
    assert both.exit_code == 2


@pytest.mark.usefixtures("here")
def test_there_may_be_nothing_to_load(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """Numbers that are all on a do-not-call list, or all there already, are no mistake."""
    write_list("tps.txt", *british(3), heading="number")
    path = write_list("leads.csv", *british(3))
    assert load(program, campaign, path, "--dnc", "tps.txt").exit_code == 0
    assert not sandbox.destinations(campaign)
    first = load(program, campaign, path)
    assert first.exit_code == 0
    assert "\n3 loaded\n" in program("numbers", "status", first.document["run"]).stdout
    again = load(program, campaign, path)
    assert (again.exit_code, again.document["counts"]["loaded before"]) == (0, 3)
    assert "3 numbers loaded before, so not sent again." in again.stderr


@pytest.mark.usefixtures("here")
def test_a_load_that_nobody_wants_keeps_no_campaign_off(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A campaign can be switched on after somebody has said no to a load into it."""
    write_list("campaigns.csv", "A,queue,1,0", heading="name,dtype,dnumber,enabled")
    run = program("import", "campaigns.csv", "--yes", "--json").document["run"]
    (made,) = sandbox.campaigns()
    path = write_list("leads.csv", *british(3))
    program.terminal("numbers", "load", path, "--campaign", made["id"], *FORM, answers={QUESTION: "n"})
    assert program("enable", run, "--all", "--yes").exit_code == 0
    assert enabled(sandbox, made["id"]) == 1


@pytest.mark.usefixtures("here")
def test_a_run_of_numbers_is_listed_without_rows(program: Program, sandbox: Sandbox, campaign: int) -> None:
    """Other commands take it for what it is: a run without campaigns of its own."""
    run = load(program, campaign, write_list("leads.csv", *british(3))).document["run"]
    assert run in program("runs").stdout
    assert program("runs", run).exit_code == 0
    told = program("runs", run, "--results", "results.csv")
    assert told.exit_code == 2
    assert f"numbers status {run}" in told.stderr
    assert program("enable", run, "--yes").exit_code == 0
    assert enabled(sandbox, campaign) == 0
    again = program("apply", run, "--json")
    assert (again.exit_code, again.document["campaigns"][0]["loaded"]) == (0, 3)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("fault", ["throttled", "unavailable"])
def test_a_server_that_asks_to_wait_for_hours(program: Program, sandbox: Sandbox, campaign: int, fault: str) -> None:
    """The batch is sent once, nobody waits in silence, and the message says how long the server wants to be left."""
    path = write_list("leads.csv", *british(60))
    limits = Faults(retry_after=2 * 3600, actions=frozenset(["destinations/create"]))
    sandbox.faults = replace(limits, **{fault: 1.0})
    told = load(program, campaign, path)
    assert told.exit_code == 7
    assert sum(one.action == "destinations/create" for one in sandbox.requests) == 1
    (left,) = told.document["campaigns"]
    assert (left["status"], left["loaded"]) == ("waiting", 0)
    assert "asked us to wait 2 h 00 min" in left["message"]
    assert "asked us to wait 2 h 00 min" in " ".join(told.stderr.split())
    sandbox.faults = Faults()
    assert program("apply", told.document["run"], "--json").exit_code == 0
    assert pending(sandbox, campaign) == on_the_wire(british(60))


@pytest.mark.usefixtures("here")
def test_a_server_that_keeps_two_numbers_as_one(program: Program) -> None:
    """The load ends, also when it is repeated; the message names a number that is missing, masked, and what to do."""

    def forget(request: SeenRequest) -> None:
        if request.action == "destinations/create":
            server.remove_destinations(campaign, "442083660031")

    with Sandbox(heard=forget) as server:
        campaign = server.add_campaign(name="Spring offers", enabled=0)
        form = ("--url", server.url)
        told = load(program, campaign, write_list("leads.csv", *british(60)), *form)
        for _ in range(2):
            assert told.exit_code == 5
            (left,) = told.document["campaigns"]
            assert "1 telephone number that it does not list, such as +44 20 8••• ••31." in left["message"]
            assert "import the list again without it" in left["message"]
            told = program("apply", told.document["run"], "--json", *form)
        assert sum(one.action == "destinations/create" for one in server.requests) < 6
        others = [one for one in british(60) if not one.endswith("0031")]
        told = load(program, campaign, write_list("others.csv", *others), *form)
        assert told.exit_code == 0, told.stderr
        assert pending(server, campaign) == on_the_wire(others)
