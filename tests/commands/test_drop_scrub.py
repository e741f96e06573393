"""`[scrub]` in drop.toml: numbers that were loaded are compared with the do-not-call lists again, day by day."""

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from importer.sandbox import Faults, Sandbox
from tests.support.drop_site import DropSite
from tests.support.notifications import mail_lines, post_office, text_of
from tests.support.numbers import british, on_the_wire, pending, write_list
from tests.support.processes import ProcessPool

MANY = 95
LIST = "destinations/list"


@pytest.fixture
def campaign(sandbox: Sandbox) -> int:
    """The ID of a campaign on the server that is off."""
    return sandbox.add_campaign(name="Renewals", enabled=0)


@pytest.fixture
def drop_site(here: Path, journal: Path, sandbox: Sandbox, process_pool: ProcessPool) -> DropSite:
    """A drop folder for the sandbox."""
    return DropSite(here / "in", journal, sandbox.url, process_pool)


def say(site: DropSite, campaign: int, scrub: str = "[scrub]\n", more: str = "") -> None:
    """Write a drop.toml with a list of numbers for a campaign, and what is compared again."""
    form = 'country = "GB"\nnumber_format = "digits"\ndnc = ["tps.txt"]\n'
    site.say(f'{form}{more}[numbers_for]\n"renewals-*" = "{campaign}"\n{scrub}{site.telling()}')


def listed(site: DropSite, numbers: Sequence[str]) -> None:
    """Write the do-not-call list."""
    write_list(site.folder / "tps.txt", *numbers, heading="number")


def loaded(site: DropSite, campaign: int, days_ago: int = 1) -> str:
    """Have a list loaded by a pass some days ago; return its run."""
    listed(site, ["01214960000"])
    say(site, campaign)
    path = write_list(site.folder / "renewals-1.csv", *british(MANY))
    then = time.time() - 60
    os.utime(path, (then, then))
    finished = site.drop("--json")
    assert finished.exit_code == 0, finished.stderr
    (told,) = finished.document["files"]
    assert told["place"] == "done", told
    site.age_runs(days_ago)
    for one in site.told.iterdir():
        one.unlink()
    return str(told["run"])


def age_scrubs(site: DropSite, days: int) -> None:
    """Have all comparisons made N days earlier."""
    for path in (site.journal.parent / "numbers").glob("*.json"):
        record = json.loads(path.read_bytes())
        for scrub in record.get("scrubs", ()):
            scrub["date"] = (datetime.fromisoformat(scrub["date"]) - timedelta(days=days)).isoformat()
        path.write_text(json.dumps(record))


def scrubs(site: DropSite, exit_code: int = 0) -> list[dict[str, Any]]:
    """Run a pass; return what was compared."""
    finished = site.drop("--json")
    assert finished.exit_code == exit_code, finished.stderr
    return list(finished.document["scrubs"])


def test_who_is_on_a_list_the_next_day_is_not_called(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """Nothing is compared on the day of the load; from the next on it is, once a day, and is told where it matters."""
    run = loaded(drop_site, campaign, 0)
    listed(drop_site, british(3))
    assert scrubs(drop_site) == []
    drop_site.age_runs(1)
    (done,) = scrubs(drop_site)
    assert (done["run"], done["campaigns"][0]["cancelled"], done["dnc"][0]["hits"]) == (run, 3, 3)
    assert pending(sandbox, campaign) == on_the_wire(british(MANY)[3:])
    ((message,),) = drop_site.messages().values()
    assert (message["run"], message["exit_code"]) == (run, 0)
    requests = len(sandbox.requests)
    assert scrubs(drop_site) == []
    assert len(sandbox.requests) == requests
    age_scrubs(drop_site, 1)
    (again,) = scrubs(drop_site)
    assert again["campaigns"][0]["found"] == 0
    assert len(drop_site.messages()) == 1
    evidence = drop_site.run("numbers", "status", run, "--json").document["scrubs"]
    assert [one["cancelled"] for one in evidence] == [3, 0]


def test_who_was_not_loaded_yet_is_left_out(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """A load that is in doubt is compared as well: what finishes it sends nobody who is on the list."""
    listed(drop_site, ["01214960000"])
    say(drop_site, campaign)
    path = write_list(drop_site.folder / "renewals-1.csv", *british(MANY))
    then = time.time() - 60
    os.utime(path, (then, then))
    sandbox.faults = Faults(bad_gateway=1.0, actions=frozenset(["destinations/create"]))
    assert drop_site.drop("--json").exit_code == 5
    drop_site.age_runs(1)
    listed(drop_site, british(3))
    (done,) = scrubs(drop_site)
    assert [(one["found"], one["left_out"]) for one in done["campaigns"]] == [(0, 3)]
    assert '"left_out": 3' in json.dumps(drop_site.messages())
    sandbox.faults = Faults()
    assert drop_site.run("apply", done["run"], "--json").exit_code == 0
    assert pending(sandbox, campaign) == on_the_wire(british(MANY)[3:])
    counts = drop_site.run("numbers", "status", done["run"], "--json").document["counts"]
    assert (counts["to load"], counts["on a do-not-call list"]) == (MANY - 3, 3)


def test_a_comparison_by_a_clock_that_was_ahead_is_none(drop_site: DropSite, campaign: int) -> None:
    """Where the clock was set back since the last comparison, nothing says that it was today: numbers are compared."""
    loaded(drop_site, campaign)
    assert len(scrubs(drop_site)) == 1
    assert scrubs(drop_site) == []
    age_scrubs(drop_site, -400)
    assert len(scrubs(drop_site)) == 1


@pytest.fixture
def clocks_changed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have summer time begin this midnight."""
    day = time.gmtime().tm_yday
    monkeypatch.setenv("TZ", f"AAA0BBB-1,{day - 1}/0:00,{(day + 100) % 365}")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process cannot be set")
@pytest.mark.usefixtures("clocks_changed")
def test_no_night_is_left_out_when_the_clocks_change(drop_site: DropSite, campaign: int) -> None:
    """What was compared late on the evening before the clocks changed was compared yesterday."""
    loaded(drop_site, campaign)
    assert len(scrubs(drop_site)) == 1
    evening = datetime.now(UTC).replace(hour=0, minute=0, second=0) - timedelta(minutes=30)
    for path in (drop_site.journal.parent / "numbers").glob("*.json"):
        record = json.loads(path.read_bytes())
        record["scrubs"][-1]["date"] = evening.isoformat()
        path.write_text(json.dumps(record))
    assert len(scrubs(drop_site)) == 1


def test_how_often_and_how_long(drop_site: DropSite, campaign: int) -> None:
    """`every` and `within` say after how many days, and for how long; without [scrub] nothing is compared."""
    loaded(drop_site, campaign)
    say(drop_site, campaign, "")
    assert scrubs(drop_site) == []
    say(drop_site, campaign, '[scrub]\nevery = "2d"\nwithin = "1w"\n')
    assert scrubs(drop_site) == []
    drop_site.age_runs(1)
    assert len(scrubs(drop_site)) == 1
    age_scrubs(drop_site, 2)
    drop_site.age_runs(6)
    assert scrubs(drop_site) == []


def test_a_list_that_cannot_be_used_is_told(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """If a do-not-call list is gone or too old, a message says so once a day; files are imported all the same."""
    loaded(drop_site, campaign)
    (drop_site.folder / "tps.txt").unlink()
    drop_site.put("spring.csv")
    finished = drop_site.drop("--json")
    assert finished.exit_code == 2
    assert [one["place"] for one in finished.document["files"]] == ["done"]
    assert "tps.txt" in finished.document["troubles"][0]["message"]
    told = [one for (one,) in drop_site.messages().values() if one["exit_code"] == 2]
    assert len(told) == 1
    assert drop_site.drop().exit_code == 2
    assert len([one for (one,) in drop_site.messages().values() if one["exit_code"] == 2]) == 1
    listed(drop_site, british(2))
    (done,) = scrubs(drop_site)
    assert done["campaigns"][0]["cancelled"] == 2


def test_a_server_that_fails_is_asked_again(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """What was not compared to its end is compared by the next pass; an e-mail says so, and has no number."""
    run = loaded(drop_site, campaign)
    listed(drop_site, british(2))
    sandbox.faults = Faults(error_500=1.0, actions=frozenset([LIST]))
    with post_office() as office:
        say(drop_site, campaign, f"[scrub]\n{mail_lines(office.port)}")
        (done,) = scrubs(drop_site, 7)
        assert done["exit_code"] == 7
        sandbox.faults = Faults()
        (done,) = scrubs(drop_site)
    assert done["campaigns"][0]["cancelled"] == 2
    (mail,) = office.mails
    assert f"numbers of run {run}: stopped, 0 cancelled" in str(mail["Subject"])
    assert "2083660" not in text_of(mail)


def test_campaigns_that_are_gone_are_no_failure(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """A campaign that was deleted has nobody to call: the other runs are compared, and nobody is alarmed."""
    loaded(drop_site, campaign)
    sandbox.delete_campaign(campaign)
    (done,) = scrubs(drop_site)
    assert "Not compared" in done["campaigns"][0]["message"]
    assert drop_site.messages() == {}


def test_runs_of_others_are_left_alone(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """Only the runs of this account on this server are compared."""
    loaded(drop_site, campaign)
    listed(drop_site, british(2))
    finished = drop_site.drop("--json", env={"CAMPAIGN_IMPORTER_USERNAME": "other"})
    assert (finished.exit_code, finished.document["scrubs"]) == (0, [])
    assert len(pending(sandbox, campaign)) == MANY


def test_lists_of_all_folders_of_a_server_count(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """A list that one folder names protects from the calls of all."""
    loaded(drop_site, campaign)
    (drop_site.folder / "acme").mkdir()
    write_list(drop_site.folder / "acme" / "own.txt", *british(2), heading="number")
    say(drop_site, campaign, '[scrub]\n[folder.acme]\ndnc = ["acme/own.txt"]\n')
    (done,) = scrubs(drop_site)
    assert {Path(one["file"]).name: one["hits"] for one in done["dnc"]} == {"tps.txt": 0, "own.txt": 2}


@pytest.mark.parametrize(
    ("scrub", "said"),
    [
        ("[scrub]\n", "no do-not-call list is set"),
        ('dnc = ["tps.txt"]\n[scrub]\nevery = 1\n', "a number of days or weeks"),
        ('dnc = ["tps.txt"]\n[scrub]\nevry = "1d"\n', "Did you mean"),
        ('dnc = ["tps.txt"]\n[folder.acme.scrub]\nevery = "1d"\n', "unknown key"),
    ],
)
def test_mistakes_in_drop_toml(drop_site: DropSite, scrub: str, said: str) -> None:
    """A [scrub] without lists, with wrong values, unknown keys or in the wrong place is refused before anything."""
    (drop_site.folder / "acme").mkdir()
    drop_site.say(scrub)
    finished = drop_site.drop()
    assert finished.exit_code == 6
    assert said in " ".join(finished.stderr.split())


def test_a_process_that_stays_compares_once(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """`--watch` compares on the first look of a day, and not at each look."""
    loaded(drop_site, campaign)
    listed(drop_site, british(2))
    say(drop_site, campaign, more="poll = 0.05\n")
    with drop_site.watching("--verbose"):
        end = time.monotonic() + 20
        while len(pending(sandbox, campaign)) == MANY and time.monotonic() < end:
            time.sleep(0.05)
        drop_site.put("spring.csv")
        while not drop_site.find("spring.csv") or drop_site.place("spring.csv") != "done":
            assert time.monotonic() < end
            time.sleep(0.05)
    assert [one.action for one in sandbox.requests].count("destinations/update") == 1


def test_each_account_of_a_server_has_its_turn(
    drop_site: DropSite, sandbox: Sandbox, campaign: int, here: Path
) -> None:
    """Folders may use several accounts of one server: the runs of each are compared."""
    loaded(drop_site, campaign)
    listed(drop_site, british(2))
    (drop_site.folder / "acme").mkdir()
    settings = here / "settings.toml"
    settings.write_text(
        f'[servers.first]\nurl = "{sandbox.url}"\nusername = "other"\n'
        f'[servers.second]\nurl = "{sandbox.url}"\nusername = "admin"\n',
        encoding="utf-8",
    )
    say(drop_site, campaign, '[scrub]\n[folder.acme]\nserver = "second"\n', more='server = "first"\n')
    # What the environment says comes before a section.
    drop_site.more = {"CAMPAIGN_IMPORTER_URL": "", "CAMPAIGN_IMPORTER_USERNAME": ""}
    finished = drop_site.drop("--json", "--settings", settings)
    (done,) = finished.document["scrubs"]
    assert done["campaigns"][0]["cancelled"] == 2


def test_what_a_killed_load_has_sent_is_compared(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """A process that was killed has left older counts in the journal than the server has: they count as sent."""
    loaded(drop_site, campaign)
    with closing(sqlite3.connect(drop_site.journal)) as journal, journal:
        journal.execute("UPDATE number_loads SET loaded = 0, status = 'loading'")
    listed(drop_site, british(3))
    (done,) = scrubs(drop_site)
    assert done["campaigns"][0]["cancelled"] == 3
    assert len(pending(sandbox, campaign)) == MANY - 3
