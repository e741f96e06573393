"""Campaigns and their telephone numbers in two files of a drop folder, which are read together."""

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from importer.sandbox import Faults, Modes, Sandbox
from tests.support.drop_site import DropSite
from tests.support.every_format import WORKBOOKS, WRITERS, write_format
from tests.support.notifications import mail_lines, post_office, text_of
from tests.support.numbers import british, on_the_wire, write_list
from tests.support.processes import ProcessPool, wait_for

BESIDE = 'country = "GB"\nnumber_format = "digits"\nnumbers_beside = "{stem}.numbers.*"\n'
HEADINGS = ("name", "dtype", "dnumber", "enabled")
ROWS = [(f"Spring {number}", "queue", "1", "1") for number in range(30)]
LISTS = {row[0]: british(7, 100 * at) for at, row in enumerate(ROWS)}
NUMBERS = [(name, number) for name, some in LISTS.items() for number in some]


@pytest.fixture
def drop_site(here: Path, journal: Path, sandbox: Sandbox, process_pool: ProcessPool) -> DropSite:
    """A drop folder in which campaigns have their numbers beside them."""
    site = DropSite(here / "in", journal, sandbox.url, process_pool, {"CAMPAIGN_IMPORTER_WORKERS": "1"})
    site.say(BESIDE + site.telling())
    return site


def put(site: DropSite, name: str, rows: Sequence[Sequence[str]], *, age: float = 60) -> Path:
    """Drop a table that nobody has touched for some time, in the format of its name."""
    coming = site.folder.with_name(f"coming-{name}.d")
    coming.mkdir()
    outside = write_format(coming, name.rpartition(".")[2], {"Sheet1": rows})
    then = time.time() - age
    os.utime(outside, (then, then))
    shutil.move(outside, site.folder / name)
    coming.rmdir()
    return site.folder / name


def put_campaigns(site: DropSite, name: str = "night.csv") -> Path:
    """Drop the campaigns."""
    return put(site, name, [HEADINGS, *ROWS])


def put_numbers(site: DropSite, name: str = "night.numbers.csv", more: Sequence[Sequence[str]] = ()) -> Path:
    """Drop their numbers."""
    return put(site, name, [("campaign", "phone"), *NUMBERS, *more])


def dropped(site: DropSite) -> dict[str, Any]:
    """Run a pass, and return the document of its one file."""
    (told,) = site.drop("--json").document["files"]
    return dict(told)


def assert_all_loaded(sandbox: Sandbox) -> None:
    """Every campaign is there once, is on, and has its whole list, which it had when it was switched on."""
    campaigns = {one["name"]: one for one in sandbox.campaigns()}
    assert sorted(campaigns) == sorted(LISTS)
    assert len(sandbox.campaigns()) == len(LISTS)
    for name, some in LISTS.items():
        assert set(sandbox.destinations(campaigns[name]["id"])) == on_the_wire(some)
        assert campaigns[name]["enabled"] == 1
    assert {one.destinations for one in sandbox.history if one.kind == "on"} == {7}


@pytest.mark.parametrize("format_name", [name for name in WRITERS if "." not in name])
def test_two_files_are_one(drop_site: DropSite, sandbox: Sandbox, format_name: str) -> None:
    """In every format: campaigns are created with their numbers, archived with them, and one message tells of both."""
    put_campaigns(drop_site, f"night.{format_name}")
    put_numbers(drop_site, f"night.numbers.{format_name}")
    told = dropped(drop_site)
    assert (told["place"], told["exit_code"]) == ("done", 0), told
    assert_all_loaded(sandbox)
    together = {f"done/DAY/night.{format_name}", f"done/DAY/night.numbers.{format_name}"}
    assert {path for path in drop_site.tree() if ".results." not in path} == together
    ((message,),) = drop_site.messages().values()
    assert "210 of 210 numbers loaded into 30 campaigns." in message["notes"]


@pytest.mark.parametrize("format_name", [name for name in WORKBOOKS if "." not in name])
def test_a_list_may_be_one_of_several_sheets(drop_site: DropSite, sandbox: Sandbox, format_name: str) -> None:
    """In every format of workbooks: the sheet "Numbers" of a list is read, no other, and the message says so."""
    put_campaigns(drop_site)
    old = [("campaign", "phone"), ("Nobody", "02083669999")]
    sheets = {"Old": old, "Numbers": [("campaign", "phone"), *NUMBERS], "Info": [("city", "colour"), ("x", "y")]}
    drop_site.put_book(f"night.numbers.{format_name}", sheets)
    told = dropped(drop_site)
    assert (told["place"], told["exit_code"]) == ("done", 0), told
    assert_all_loaded(sandbox)
    words = f"night.numbers.{format_name}: only the sheet Numbers was read. Other sheets ignored: Old, Info."
    assert words in told["notes"]


def test_the_screen_says_what_became_of_the_numbers(drop_site: DropSite) -> None:
    """The line about a file counts its numbers beside its campaigns, with why some were left out."""
    put_campaigns(drop_site)
    put_numbers(drop_site, more=[NUMBERS[0], ("Nobody", "02083669999"), (NUMBERS[0][0], "999")])
    told = drop_site.drop()
    numbers = "210 of 210 numbers loaded, 1 listed twice, 2 refused"
    assert f"night.csv: 30 created, {numbers}; failed: " in told.stderr
    put_campaigns(drop_site)
    put_numbers(drop_site, more=[NUMBERS[0], ("Nobody", "02083669999"), (NUMBERS[0][0], "999")])
    assert ".;" not in drop_site.drop().stderr


@pytest.mark.parametrize("first", ["campaigns", "numbers"])
def test_neither_is_taken_alone(drop_site: DropSite, sandbox: Sandbox, first: str) -> None:
    """One alone waits where it is, and nothing is sent; both are taken once the other is complete too."""
    (put_campaigns if first == "campaigns" else put_numbers)(drop_site)
    assert drop_site.drop("--json").document["files"] == []
    other = (put_numbers if first == "campaigns" else put_campaigns)(drop_site)
    with other.open("ab"):
        os.utime(other, (1, 1))
        assert drop_site.drop("--json").document["files"] == []
    assert sandbox.requests == []
    assert dropped(drop_site)["place"] == "done"
    assert_all_loaded(sandbox)


def test_each_has_its_trigger(drop_site: DropSite, sandbox: Sandbox) -> None:
    """With triggers, both files must have theirs; they are removed."""
    drop_site.say(f"{BESIDE}[trigger]\n")
    put_campaigns(drop_site)
    put_numbers(drop_site)
    (drop_site.folder / "night.csv.done").touch()
    assert drop_site.drop("--json").document["files"] == []
    (drop_site.folder / "night.numbers.csv.done").touch()
    assert dropped(drop_site)["place"] == "done"
    assert_all_loaded(sandbox)
    assert not list(drop_site.folder.glob("*.done"))


def test_the_same_two_again(drop_site: DropSite, sandbox: Sandbox) -> None:
    """The same campaigns with the same numbers are a duplicate; with other numbers these are loaded."""
    for _ in range(2):
        put_campaigns(drop_site)
        put_numbers(drop_site)
        told = dropped(drop_site)
    assert told["place"] == "duplicate"
    assert_all_loaded(sandbox)
    assert "duplicate/DAY/night.numbers.csv" in drop_site.tree()
    drop_site.say(f'{BESIDE}on_dialling = "switch-off"\n')
    put_campaigns(drop_site)
    put_numbers(drop_site, more=[("Spring 0", "02083669999")])
    told = dropped(drop_site)
    assert told["place"] == "done", told
    first = next(one["id"] for one in sandbox.campaigns() if one["name"] == "Spring 0")
    assert set(sandbox.destinations(first)) == on_the_wire([*LISTS["Spring 0"], "02083669999"])
    assert len(sandbox.campaigns()) == len(LISTS)


def test_numbers_that_are_wrong(drop_site: DropSite, sandbox: Sandbox) -> None:
    """The good ones are loaded; those that are not are archived beside both files, and not attached to the e-mail."""
    with post_office() as office:
        drop_site.say(BESIDE + mail_lines(office.port))
        put_campaigns(drop_site)
        put_numbers(drop_site, more=[("Spring 1", "999"), ("Autumn", "02083669999")])
        told = dropped(drop_site)
    assert (told["place"], told["exit_code"]) == ("failed", 4), told
    assert_all_loaded(sandbox)
    assert [path for path in drop_site.tree() if ".results." not in path] == [
        "failed/DAY/night.csv",
        "failed/DAY/night.numbers.TIME.csv",
        "failed/DAY/night.numbers.csv",
    ]
    (mail,) = office.mails
    assert len(list(mail.iter_attachments())) == 1
    (listing,) = drop_site.folder.rglob("night.numbers.2*.csv")
    assert str(listing) in text_of(mail).replace("\r\n", " ").replace("\n", " ")
    assert "2083669999" not in text_of(mail)


def test_lists_that_cannot_be_used(drop_site: DropSite, sandbox: Sandbox) -> None:
    """If the numbers are refused, none of the campaigns is created, and both go to quarantine/."""
    put_campaigns(drop_site)
    put_numbers(drop_site, more=[("Spring 1", "12")] * 200)
    told = dropped(drop_site)
    assert (told["place"], told["exit_code"], told["code"], sandbox.campaigns()) == ("quarantine", 3, "E623", []), told
    _, _, command = told["message"].rpartition("campaign-importer ")
    assert "night.numbers.csv --country GB --number-format digits --accept-refused 49" in command
    put(drop_site, "zebra.csv", [HEADINGS, ("Zebra", "queue", "1", "0")])
    put(drop_site, "zebra.numbers.csv", [("surname", "town"), ("Smith", "Leeds")])
    told = dropped(drop_site)
    assert (told["place"], told["code"], sandbox.campaigns()) == ("quarantine", "E621", []), told
    assert told["message"].startswith("zebra.numbers.csv"), told
    assert [path for path in drop_site.tree() if "night" in path] == [
        "quarantine/DAY/night.csv",
        "quarantine/DAY/night.csv.reason.txt",
        "quarantine/DAY/night.numbers.csv",
    ]
    assert drop_site.run(*command.split(), "--yes").exit_code == 4
    assert_all_loaded(sandbox)


def test_what_belongs_together_must_be_clear(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Two lists, or two files of campaigns, of the same name wait for a person, who is asked at once."""
    put_campaigns(drop_site)
    put_numbers(drop_site)
    put_numbers(drop_site, "night.numbers.ods")
    told = drop_site.drop("--json").document["files"]
    assert {one["place"] for one in told} == {None}
    assert "night.csv, night.numbers.csv, night.numbers.ods" in told[0]["reason"]
    (drop_site.folder / "night.numbers.ods").unlink()
    put_campaigns(drop_site, "night.ods")
    assert {one["place"] for one in drop_site.drop("--json").document["files"]} == {None}
    assert sandbox.campaigns() == []


def test_a_name_that_is_in_use(drop_site: DropSite) -> None:
    """Two pairs of one name are archived under names that still belong together."""
    for number in range(2):
        put(drop_site, "night.csv", [HEADINGS, (f"Only {number}", "queue", "1", "1")])
        put(drop_site, "night.numbers.csv", [("phone",), *((one,) for one in british(40, 1_000 * number))])
        assert dropped(drop_site)["place"] == "done"
    assert [path for path in drop_site.tree() if ".results." not in path] == [
        "done/DAY/night-2.csv",
        "done/DAY/night-2.numbers.csv",
        "done/DAY/night.csv",
        "done/DAY/night.numbers.csv",
    ]


@pytest.mark.parametrize("format_name", [name for name in WORKBOOKS if "." not in name])
def test_a_workbook_with_its_own_sheet_of_numbers(drop_site: DropSite, sandbox: Sandbox, format_name: str) -> None:
    """In every format of workbooks: the sheet "Numbers" is loaded without any rule, and not sent by e-mail."""
    with post_office() as office:
        drop_site.say(f'country = "GB"\nnumber_format = "digits"\n{mail_lines(office.port)}')
        sheets = {"Campaigns": [HEADINGS, *ROWS], "Numbers": [("campaign", "phone"), *NUMBERS]}
        drop_site.put_book(f"night.{format_name}", sheets)
        told = dropped(drop_site)
    (mail,) = office.mails
    assert list(mail.iter_attachments()) == []
    assert (told["place"], told["exit_code"]) == ("done", 0), told
    assert_all_loaded(sandbox)


@pytest.mark.parametrize("format_name", ["csv", "xlsx"])
def test_numbers_in_the_cells_of_a_dropped_file(drop_site: DropSite, sandbox: Sandbox, format_name: str) -> None:
    """A column `numbers` with numbers in its cells is loaded; a workbook of results, which has them, is not sent."""
    with post_office() as office:
        drop_site.say(f'country = "GB"\nnumber_format = "digits"\n{mail_lines(office.port)}')
        rows = [(*row, "; ".join(LISTS[row[0]])) for row in ROWS]
        put(drop_site, f"night.{format_name}", [(*HEADINGS, "numbers"), *rows])
        told = dropped(drop_site)
    (mail,) = office.mails
    attached = [one.get_content() for one in mail.iter_attachments()]
    assert (len(attached), "2083660" in str(attached) + text_of(mail)) == (int(format_name == "csv"), False)
    assert (told["place"], told["exit_code"]) == ("done", 0), told
    assert_all_loaded(sandbox)


@pytest.mark.parametrize("format_name", ["csv", "xlsx", "xlsb", "xls", "ods"])
def test_a_dropped_sheet_opens_no_other_file(drop_site: DropSite, sandbox: Sandbox, format_name: str) -> None:
    """The name of a file in the column `numbers` is not followed, not even to one that is where dropped files are read.

    Somebody else may have dropped that one.
    """
    drop_site.say('country = "GB"\nnumber_format = "digits"\n' + drop_site.telling())
    processing = drop_site.folder / "processing"
    processing.mkdir(mode=0o700)
    write_list(processing / "others.csv", *british(5))
    rows = [("Spring", "queue", "1", "1", "others.csv"), *((*row, "; ".join(LISTS[row[0]])) for row in ROWS)]
    put(drop_site, f"night.{format_name}", [(*HEADINGS, "numbers"), *rows])
    told = dropped(drop_site)
    assert (told["place"], told["code"], sandbox.campaigns()) == ("quarantine", "E625", []), told
    (reason,) = (drop_site.folder / "quarantine").glob("*/*.reason.txt")
    assert "E2: write telephone numbers; a drop folder reads no files that a sheet names" in reason.read_text()


@pytest.mark.parametrize("source", ["drop.toml", "settings"])
def test_a_folder_says_how_long_numbers_are_kept(drop_site: DropSite, journal: Path, source: str) -> None:
    """`numbers` in [retention], or `keep_numbers` of the settings, removes them after the pass that has loaded them."""
    drop_site.say(BESIDE + ('[retention]\nnumbers = "0d"\n' if source == "drop.toml" else ""))
    put_campaigns(drop_site)
    put_numbers(drop_site)
    told = drop_site.drop("--json", *(() if source == "drop.toml" else ("--keep-numbers", "0")))
    assert [one["place"] for one in told.document["files"]] == ["done"]
    assert list((journal.parent / "numbers").glob("*.sqlite3*")) == []


def test_numbers_in_cells_need_the_form_of_numbers(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Without number_format a file with numbers in its cells goes to quarantine/, and the next one is worked on."""
    drop_site.say('country = "GB"\n')
    put(drop_site, "night.csv", [(*HEADINGS, "numbers"), *[(*row, LISTS[row[0]][0]) for row in ROWS]])
    put(drop_site, "zebra.csv", [HEADINGS, ("Zebra", "queue", "1", "0")])
    told = {one["name"]: one for one in drop_site.drop("--json").document["files"]}
    assert (told["night.csv"]["place"], told["night.csv"]["code"]) == ("quarantine", "E641")
    assert [one["name"] for one in sandbox.campaigns()] == ["Zebra"]


def test_an_own_sheet_needs_the_form_of_numbers(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Without number_format the file alone goes to quarantine/, nothing is created, and no number is shown."""
    drop_site.say('country = "GB"\n')
    drop_site.put_book("night.xlsx", {"Campaigns": [HEADINGS, *ROWS], "Numbers": [("campaign", "phone"), *NUMBERS]})
    drop_site.put_book("empty.xlsx", {"Campaigns": [HEADINGS, ROWS[0]], "Numbers": [("Campaign", "Number")]})
    told = {one["name"]: one for one in drop_site.drop("--json").document["files"]}
    assert (told["night.xlsx"]["place"], told["night.xlsx"]["code"]) == ("quarantine", "E641")
    assert "2083660" not in told["night.xlsx"]["message"]
    assert told["empty.xlsx"]["place"] == "done"
    assert len(sandbox.campaigns()) == 1


def test_a_column_that_names_files_is_not_followed(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Whoever drops a file cannot have others read: a column `numbers` puts it into quarantine/."""
    drop_site.say('country = "GB"\nnumber_format = "digits"\npatterns = ["night.*"]\n')
    put(drop_site, "leads.csv", [("phone",), *((number,) for _, number in NUMBERS)])
    put(drop_site, "night.csv", [(*HEADINGS, "numbers"), (*ROWS[0], "leads.csv")])
    told = dropped(drop_site)
    assert (told["place"], sandbox.campaigns()) == ("quarantine", [])


@pytest.mark.parametrize("why", ["the server wants another form", "campaigns are on"])
def test_numbers_that_a_person_has_to_see_to(drop_site: DropSite, sandbox: Sandbox, why: str) -> None:
    """Both files go to failed/, other files are worked on, and the e-mail says how to continue; that loads the rest."""
    if why == "campaigns are on":
        put(drop_site, "first.csv", [HEADINGS, *ROWS])
        put(drop_site, "first.numbers.csv", [("campaign", "phone"), ("Spring 0", "02083660000")])
        assert dropped(drop_site)["place"] == "done"
    else:
        sandbox.modes = Modes(bad_numbers="44.*")
    with post_office() as office:
        drop_site.say(BESIDE + mail_lines(office.port))
        put_campaigns(drop_site)
        put_numbers(drop_site)
        put(drop_site, "zebra.csv", [HEADINGS, ("Zebra", "queue", "1", "0")])
        put(drop_site, "zebra.numbers.csv", [("phone",)])
        told = {one["name"]: one for one in drop_site.drop("--json").document["files"]}
    assert told["night.csv"]["place"] == "failed", told
    assert "zebra.csv" in told
    (mail,) = [one for one in office.mails if "night.csv" in one["Subject"]]
    again = f"apply {told['night.csv']['run']}"
    assert again in " ".join(text_of(mail).split())
    sandbox.modes = Modes()
    for one in sandbox.campaigns():
        sandbox.change_campaign(one["id"], enabled=0)
    assert drop_site.run(*again.split()).exit_code in (0, 4)
    assert "The next pass" not in text_of(mail)


def test_a_damaged_note_of_a_pair_creates_nothing(drop_site: DropSite, sandbox: Sandbox) -> None:
    """If it is not known any more which list belongs to campaigns, they are not created without numbers."""
    sandbox.faults = Faults(error_500=1.0)
    put_campaigns(drop_site)
    put_numbers(drop_site)
    assert drop_site.drop("--max-errors", "1").exit_code != 0
    sandbox.faults = Faults()
    (note,) = drop_site.journal.parent.rglob("night.json")
    note.write_bytes(b"{")
    told = dropped(drop_site)
    assert (told["place"], told["code"]) == ("quarantine", "E624"), told
    assert sandbox.campaigns() == []


def test_a_pair_is_imported_while_the_folder_is_watched(drop_site: DropSite, sandbox: Sandbox) -> None:
    """With --watch, campaigns wait for their list, and are imported with it as soon as it is complete."""
    drop_site.say(f"poll = 0.2\n{BESIDE}{drop_site.telling()}")
    with drop_site.watching():
        put_campaigns(drop_site)
        put(drop_site, "zebra.csv", [HEADINGS, ("Zebra", "queue", "1", "0")])
        put(drop_site, "zebra.numbers.csv", [("phone",), ("02083669999",)])
        wait_for(lambda: "done/DAY/zebra.csv" in drop_site.tree())
        assert [one["name"] for one in sandbox.campaigns()] == ["Zebra"]
        put_numbers(drop_site)
        wait_for(lambda: "done/DAY/night.numbers.csv" in drop_site.tree())
    sandbox.delete_campaign(next(one["id"] for one in sandbox.campaigns() if one["name"] == "Zebra"))
    assert_all_loaded(sandbox)


def test_a_line_names_its_file_once(drop_site: DropSite) -> None:
    """What is said of a file that cannot be used begins with its name, which is not put in front again."""
    drop_site.say('country = "GB"\nnumber_format = "digits"\n')
    put(drop_site, "night.csv", [("city", "street"), ("Leeds", "High Street")])
    line = next(one for one in drop_site.drop().stderr.splitlines() if "quarantine: " in one)
    assert line.startswith("night.csv: none of the first")
    assert line.partition("; quarantine")[0].count("night.csv") == 1
