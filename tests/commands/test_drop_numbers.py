"""Files of telephone numbers in a drop folder: loaded into the campaign that a rule of drop.toml ties them to."""

import csv
import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from importer.sandbox import Dialling, Modes, Sandbox
from tests.support.drop_site import DropSite, counts_of
from tests.support.every_format import WRITERS, write_format
from tests.support.notifications import mail_lines, post_office, text_of
from tests.support.numbers import british, on_the_wire, pending
from tests.support.processes import ProcessPool

FORM = 'country = "GB"\nnumber_format = "digits"\n'
MANY = 95


@pytest.fixture
def campaign(sandbox: Sandbox) -> int:
    """The ID of a campaign on the server that is off."""
    return sandbox.add_campaign(name="Renewals", enabled=0)


@pytest.fixture
def drop_site(here: Path, journal: Path, sandbox: Sandbox, process_pool: ProcessPool) -> DropSite:
    """A drop folder whose server has campaigns."""
    return DropSite(here / "in", journal, sandbox.url, process_pool, {"CAMPAIGN_IMPORTER_WORKERS": "1"})


def rule(campaign: int, pattern: str = "renewals-*", more: str = "") -> str:
    """Return a drop.toml that ties files to a campaign."""
    return f'{FORM}{more}[numbers_for]\n"{pattern}" = "{campaign}"\n'


def put(site: DropSite, name: str, numbers: Sequence[str], heading: str = "phone") -> Path:
    """Drop a list of numbers that nobody has touched for a minute, in the format of its name."""
    coming = site.folder.with_name(f"coming-{name}.d")
    coming.mkdir()
    rows = [(heading,), *((one,) for one in numbers)]
    outside = write_format(coming, name.rpartition(".")[2], {"Sheet1": rows})
    then = time.time() - 60
    os.utime(outside, (then, then))
    return Path(shutil.move(outside, site.folder / name))


def dropped(site: DropSite, *arguments: object) -> dict[str, Any]:
    """Run a pass, and return the document of its one file."""
    (told,) = site.drop("--json", *arguments).document["files"]
    return dict(told)


def enabled(sandbox: Sandbox, campaign: int) -> int:
    """Return whether a campaign is on."""
    return next(int(one["enabled"]) for one in sandbox.campaigns() if one["id"] == campaign)


@pytest.mark.parametrize("format_name", [name for name in WRITERS if "." not in name])
def test_a_list_goes_into_the_campaign_of_its_rule(
    drop_site: DropSite, sandbox: Sandbox, campaign: int, format_name: str
) -> None:
    """In every format: every good number is pending, the file is in done/, and one message says how many."""
    drop_site.say(rule(campaign) + drop_site.telling())
    put(drop_site, f"renewals-1.{format_name}", british(MANY))
    told = dropped(drop_site)
    assert (told["place"], told["exit_code"], told["counts"]["to load"]) == ("done", 0, MANY), told
    assert pending(sandbox, campaign) == on_the_wire(british(MANY))
    assert drop_site.tree() == [f"done/DAY/renewals-1.{format_name}"]
    ((message,),) = drop_site.messages().values()
    assert message["run"] == told["run"]
    assert message["file"] == str(drop_site.find(f"renewals-1.{format_name}")[0])


def test_what_is_not_loaded_is_archived_beside_the_list(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """A list with wrong numbers goes to failed/ with the file of them; the good ones are loaded."""
    (drop_site.folder / "tps.txt").write_text("number\n020 8366 0001\n", encoding="utf-8")
    drop_site.say(rule(campaign, more='dnc = ["tps.txt:GB"]\n') + drop_site.telling())
    put(drop_site, "Renewals-1.CSV".lower(), [*british(MANY), "999", "02083660000"])
    told = dropped(drop_site)
    assert (told["place"], told["exit_code"]) == ("failed", 4), told
    assert pending(sandbox, campaign) == on_the_wire(british(MANY)) - {"442083660001"}
    counts = {verdict: count for verdict, count in told["counts"].items() if count}
    assert counts == {"to load": MANY - 1, "duplicate": 1, "on a do-not-call list": 1, "refused": 1}
    assert drop_site.tree() == [
        "failed/DAY/renewals-1.csv",
        "failed/DAY/renewals-1.csv.reason.txt",
        "failed/DAY/renewals-1.numbers.TIME.csv",
        "tps.txt",
    ]
    with Path(told["results"]).open(encoding="utf-8-sig", newline="") as file:
        assert [line["code"] for line in csv.DictReader(file)] == ["W612", "E605", "W611"]
    (reason,) = drop_site.find("renewals-1.csv.reason.txt")
    assert reason.read_text().startswith(
        f"{MANY - 1} numbers loaded, 1 listed twice, 1 on a do-not-call list, 1 refused."
    )
    ((listed,),) = [drop_site.run("runs", "--json").document]
    assert (listed["file"], listed["results"]) == (told["file"], told["results"])


def test_the_same_list_again_is_not_loaded_again(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """What was loaded completely is a duplicate, under any name; into another campaign it is loaded."""
    drop_site.say(rule(campaign))
    put(drop_site, "renewals-1.csv", british(MANY))
    dropped(drop_site)
    sandbox.put_destinations(campaign, *sorted(on_the_wire(british(40))), status="success")
    put(drop_site, "renewals-2.csv", british(MANY))
    sent = len(sandbox.requests)
    told = dropped(drop_site)
    assert (told["place"], told["exit_code"]) == ("duplicate", 0)
    assert not [one for one in sandbox.requests[sent:] if one.action == "destinations/create"]
    other = sandbox.add_campaign(name="Other", enabled=0)
    drop_site.say(rule(other))
    put(drop_site, "renewals-3.csv", british(MANY))
    assert dropped(drop_site)["place"] == "done"
    assert pending(sandbox, other) == on_the_wire(british(MANY))


def test_a_list_that_lacked_something_may_come_again(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """A list of which some were refused is read again: what the campaign has is not sent, the rest is."""
    drop_site.say(rule(campaign))
    put(drop_site, "renewals-1.csv", [*british(MANY), "030 23125 001"])
    assert dropped(drop_site)["place"] == "failed"
    sandbox.put_destinations(campaign, *sorted(on_the_wire(british(40))), status="success")
    put(drop_site, "renewals-2.csv", [*british(MANY), "030 23125 001"])
    assert dropped(drop_site)["place"] == "failed"
    assert len(pending(sandbox, campaign)) == MANY - 40
    assert not [one for one in sandbox.history if one.kind == "again"]


def test_a_campaign_that_is_on(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """Nothing is sent to it, the reason says what to type, and on_dialling says that it is switched off and on."""
    sandbox.change_campaign(campaign, enabled=1)
    drop_site.say(rule(campaign) + drop_site.telling())
    put(drop_site, "renewals-1.csv", british(MANY))
    told = dropped(drop_site)
    assert (told["place"], told["exit_code"], sandbox.destinations(campaign)) == ("failed", 4, {})
    (reason,) = drop_site.find("renewals-1.csv.reason.txt")
    assert f"apply {told['run']}" in reason.read_text()
    assert 'on_dialling = "switch-off"' in reason.read_text()
    drop_site.say(rule(campaign, more='on_dialling = "switch-off"\n'))
    put(drop_site, "renewals-2.csv", british(MANY))
    assert dropped(drop_site)["place"] == "done"
    assert (pending(sandbox, campaign), enabled(sandbox, campaign)) == (on_the_wire(british(MANY)), 1)
    assert [one.destinations for one in sandbox.history if one.kind == "on"][-1] == MANY
    drop_site.say(rule(campaign, more='on_dialling = "while-dialling"\n'))
    sandbox.dialling = Dialling(per_request=3)
    put(drop_site, "renewals-3.csv", british(MANY, 1_000))
    assert dropped(drop_site)["place"] == "done"
    assert len(sandbox.destinations(campaign)) == 2 * MANY
    assert not [one for one in sandbox.history if one.kind == "again"]


@pytest.mark.parametrize("how", ["the campaign is off by now", "the command that is named"])
def test_a_person_goes_on(drop_site: DropSite, sandbox: Sandbox, campaign: int, how: str) -> None:
    """What a reason has a person type loads the numbers."""
    numbers, wrong = british(MANY), ["12", "13", "14"] * 20
    drop_site.say(rule(campaign))
    if how == "the campaign is off by now":
        sandbox.change_campaign(campaign, enabled=1)
        put(drop_site, "renewals-1.csv", numbers)
        told = dropped(drop_site)
        sandbox.change_campaign(campaign, enabled=0)
        assert drop_site.run("apply", told["run"]).exit_code == 0
    else:
        put(drop_site, "renewals-1.csv", [*numbers, *wrong])
        told = dropped(drop_site)
        assert (told["place"], told["exit_code"], told["code"]) == ("quarantine", 3, "E623")
        _, _, command = told["message"].rpartition("campaign-importer ")
        assert command.split()[:3] == ["numbers", "load", str(drop_site.find("renewals-1.csv")[0])]
        words = command.removesuffix(".").split()
        assert drop_site.run(*words, "--yes").exit_code == 4
    assert pending(sandbox, campaign) == on_the_wire(numbers)


def test_lists_that_cannot_be_used(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """Without numbers, with an old do-not-call list, for no campaign: quarantine/ with the reason, nothing is sent."""
    (drop_site.folder / "tps-2024-01-01.txt").write_text("number\n020 8366 0001\n", encoding="utf-8")
    drop_site.say(rule(campaign, more='dnc = ["tps-2024-01-01.txt"]\n'))
    put(drop_site, "renewals-1.csv", british(MANY))
    told = dropped(drop_site)
    assert (told["place"], told["code"]) == ("quarantine", "E633"), told
    assert f"--campaign {campaign} --dnc {drop_site.folder}/tps-2024-01-01.txt --country GB" in told["message"]
    (drop_site.folder / "tps-2024-01-01.txt").unlink()
    drop_site.say(rule(987))
    put(drop_site, "renewals-2.csv", british(MANY))
    told = dropped(drop_site)
    assert told["place"] == "quarantine"
    assert "numbers_for in drop.toml: campaign 987: the server has no such campaign" in told["message"]
    drop_site.say(rule(campaign))
    put(drop_site, "renewals-3.csv", ["Smith", "Jones"] * 20, heading="surname")
    assert (dropped(drop_site)["place"], sandbox.destinations(campaign)) == ("quarantine", {})


def test_a_file_of_two_campaigns(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """A file that fits rules for two campaigns is not loaded into either."""
    drop_site.say(rule(campaign) + f'"*-1.csv" = "{campaign + 1}"\n')
    put(drop_site, "renewals-1.csv", british(MANY))
    told = dropped(drop_site)
    assert (told["place"], sandbox.destinations(campaign)) == ("quarantine", {})
    assert f'("renewals-*" = "{campaign}", "*-1.csv" = "{campaign + 1}")' in told["message"]


def test_how_numbers_are_spelt_must_be_said_before_any_file_is_taken(
    drop_site: DropSite, sandbox: Sandbox, campaign: int
) -> None:
    """Without number_format nothing is taken, and no message shows a number."""
    drop_site.say(f'[numbers_for]\n"renewals-*" = "{campaign}"\n')
    put(drop_site, "renewals-1.csv", british(MANY))
    finished = drop_site.drop()
    assert (finished.exit_code, drop_site.place("renewals-1.csv"), sandbox.requests) == (6, "", [])
    assert "number_format is not set" in finished.stderr


def test_folders_have_rules_and_lists_besides_those_of_the_top(drop_site: DropSite, sandbox: Sandbox) -> None:
    """A folder has the rules and do-not-call lists of the top as well as its own, and its own country."""
    top, acme = sandbox.add_campaign(name="Top", enabled=0), sandbox.add_campaign(name="Acme", enabled=0)
    (drop_site.folder / "acme").mkdir()
    for name, number in (("all", "+44 20 8366 0001"), ("acme/own", "+44 20 8366 0002")):
        (drop_site.folder / f"{name}.txt").write_text(f"number\n{number}\n", encoding="utf-8")
    drop_site.say(
        f'country = "DE"\nnumber_format = "digits"\ndnc = ["all.txt"]\n'
        f'[numbers_for]\n"top-*" = "{top}"\n[folder.acme]\ncountry = "GB"\ndnc = ["acme/own.txt"]\n'
        f'[folder.acme.numbers_for]\n"acme-*" = "{acme}"\n'
    )
    for name in ("top-1.csv", "acme-1.csv"):
        put(drop_site, name, british(MANY)).rename(drop_site.folder / "acme" / name)
    told = drop_site.drop("--json").document["files"]
    assert {(one["name"], one["place"]) for one in told} == {("top-1.csv", "done"), ("acme-1.csv", "done")}
    left = on_the_wire(british(MANY)) - {"442083660001", "442083660002"}
    assert (pending(sandbox, top), pending(sandbox, acme)) == (left, left)


def test_numbers_and_campaigns_in_one_folder(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """Files that fit no rule are campaigns, as ever."""
    drop_site.say(rule(campaign))
    put(drop_site, "renewals-1.csv", british(MANY))
    drop_site.put("night.csv", *((f"Spring {number}", "queue", "1") for number in range(30)))
    by_name = {one["name"]: one for one in drop_site.drop("--json").document["files"]}
    assert {one["place"] for one in by_name.values()} == {"done"}
    assert counts_of(by_name["night.csv"]) == {"created": 30}
    assert by_name["renewals-1.csv"]["campaigns"][0]["loaded"] == MANY


def test_a_server_that_wants_another_form(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """What would stop every pass anew is left to a person; other files are worked on."""
    sandbox.modes = Modes(bad_numbers="44.*")
    drop_site.say(rule(campaign))
    put(drop_site, "renewals-1.csv", british(MANY))
    drop_site.put("spring.csv")
    by_name = {one["name"]: one for one in drop_site.drop("--json").document["files"]}
    assert (by_name["renewals-1.csv"]["place"], by_name["renewals-1.csv"]["code"]) == ("failed", "E643")
    assert by_name["spring.csv"]["place"] == "done"


def test_no_number_is_told(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """No message, log, document, reason or note has a number in it, in any spelling."""
    drop_site.say(rule(campaign) + drop_site.telling())
    wrong = ["0044 20 8366 9999 x5", "0208366 77777777", "09061234567", "02083660001"]
    put(drop_site, "renewals-1.csv", [*british(40), *wrong])
    put(drop_site, "renewals-2.csv", [*british(10), *(["020836677777777"] * 10)])
    finished = drop_site.drop("--json", "--verbose", "--log", drop_site.folder.with_name("log.jsonl"))
    assert {one["place"] for one in finished.document["files"]} == {"failed", "quarantine"}
    written = [*drop_site.told.iterdir(), *drop_site.folder.rglob("*.reason.txt"), drop_site.log]
    written += [path for path in drop_site.journal.parent.rglob("*") if path.is_file() and "/numbers/" not in str(path)]
    written.append(drop_site.folder.with_name("log.jsonl"))
    for path in written:
        digits = "".join(one for one in path.read_bytes().decode("utf-8", "replace") if one not in " -+()")
        assert not [one for one in ("2083660", "20836677", "9061234567", "83669999") if one in digits], path
    assert sandbox.destinations(campaign)


def test_an_e_mail_says_how_many_and_has_no_number(drop_site: DropSite, campaign: int) -> None:
    """The outcome comes first, each reason has its cells, and the file of numbers is named and not attached."""
    with post_office() as office:
        drop_site.say(rule(campaign) + mail_lines(office.port))
        put(drop_site, "renewals-1.csv", [*british(MANY), "999", "02083660000"])
        put(drop_site, "renewals-2.csv", british(MANY, 1_000))
        drop_site.drop()
    first, second = sorted(office.mails, key=lambda mail: str(mail["Subject"]))
    assert f"renewals-1.csv: {MANY} numbers loaded, 1 listed twice, 1 refused" in first["Subject"]
    assert second["Subject"] == f"[campaigns] renewals-2.csv: {MANY} numbers loaded"
    assert list(first.iter_attachments()) == []
    text = " ".join(text_of(first).split())
    whole = f"{MANY} of {MANY + 2} numbers in renewals-1.csv were loaded into campaign {campaign}"
    assert text.startswith(f"{whole}: 1 listed twice, 1 refused.")
    assert f"E605 error renewals-1.csv A{MANY + 2} Number of the emergency services" in text
    assert f"Numbers that were not loaded: {drop_site.folder}/failed/" in text
    assert f"All {MANY} numbers in renewals-2.csv were loaded into campaign {campaign}." in text_of(second)


def test_a_folder_says_whom_it_does_not_load_again(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """Numbers that an earlier run has loaded, and those of campaigns on the server, are left out as drop.toml says."""
    other, third = (sandbox.add_campaign(name=name, enabled=0) for name in ("Other", "Third"))
    targets = f'[numbers_for]\n"a*" = "{campaign}"\n"b*" = "{other}"\n"c*" = "{third}"\n'
    drop_site.say(f'{FORM}not_again = "30d"\n{targets}')
    put(drop_site, "a.csv", british(MANY))
    assert dropped(drop_site)["counts"]["to load"] == MANY
    put(drop_site, "b.csv", british(MANY + 10))
    told = dropped(drop_site)
    assert (told["counts"]["to load"], told["counts"]["loaded before"]) == (10, MANY), told
    drop_site.say(f'{FORM}duplicates = "server"\n{targets}')
    put(drop_site, "c.csv", british(MANY + 15))
    told = dropped(drop_site)
    assert told["counts"]["to load"] == 5, told
    assert pending(sandbox, third) == on_the_wire(british(MANY + 15)) - on_the_wire(british(MANY + 10))


def test_what_a_person_types_has_what_the_folder_says(drop_site: DropSite, sandbox: Sandbox, campaign: int) -> None:
    """The command that loads a refused list by hand leaves the same people out."""
    drop_site.say(rule(campaign, more='not_again = "2w"\nduplicates = "server"\n'))
    put(drop_site, "renewals-1.csv", [*british(6), *("999" for _ in range(60))])
    assert dropped(drop_site)["exit_code"] == 3
    (reason,) = drop_site.find("renewals-1.csv.reason.txt")
    assert "--duplicates server" in reason.read_text()
    assert "--not-again 14d" in reason.read_text()
