"""Several sheets of a workbook in a drop folder: a run each; one place, one results file and one message for all."""

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from importer.model import ExitCode
from schemas.headings import RESULT_HEADINGS
from tests.support.drop_site import DropSite, counts_of, names, places, rows
from tests.support.every_format import WORKBOOKS, Rows
from tests.support.http_server import HangUpError, Page
from tests.support.processes import ProcessPool
from tests.support.servers import StubServer, envelope
from tests.support.tables import HEADINGS

EACH = 30
NAMES = ("Sales", "North", "West")
SHEETS: Mapping[str, Rows] = {
    "Read me": [("A sheet for each customer.",)],
    **{name: [HEADINGS, *rows(name, EACH)] for name in NAMES},
}
ALL_ROWS = sorted(row[0] for name in NAMES for row in rows(name, EACH))
ALL = "all_sheets = true\n"
WRONG = ("Wrong", "", "0123")


@pytest.fixture
def drop_site(here: Path, journal: Path, stub_server: StubServer, process_pool: ProcessPool) -> DropSite:
    """A drop folder that reads all sheets, one campaign after another."""
    site = DropSite(here / "in", journal, stub_server.url, process_pool, {"CAMPAIGN_IMPORTER_WORKERS": "1"})
    site.say(ALL + site.telling())
    return site


def dropped(site: DropSite) -> dict[str, Any]:
    """Run a pass, and return the document of its one file."""
    (told,) = site.drop("--json").document["files"]
    return dict(told)


def killing(site: DropSite, stub_server: StubServer, at: int) -> Callable[[dict[str, str]], dict[str, Any]]:
    """Have the server kill the importer with the create of that number, which it carries out."""

    def create(asked: dict[str, str]) -> dict[str, Any]:
        number = stub_server.store(asked)
        if number == at:
            os.kill(site.pid, signal.SIGKILL)
            raise HangUpError
        return envelope("200", {"id": number})

    return create


@pytest.mark.parametrize("format_name", WORKBOOKS)
def test_every_sheet_is_a_run_of_one_file(drop_site: DropSite, stub_server: StubServer, format_name: str) -> None:
    """In every format: all sheets are created, one results workbook has them, and one message names them."""
    drop_site.put_book(f"a.{format_name}", SHEETS)
    told = dropped(drop_site)
    assert (told["place"], told["exit_code"], counts_of(told)) == ("done", 0, {"created": 3 * EACH}), told
    assert (told["run"], told["sheet"], told["rows"]) == (None, None, 3 * EACH)
    assert [(one["sheet"], counts_of(one)) for one in told["runs"]] == [(name, {"created": EACH}) for name in NAMES]
    assert names(stub_server.campaigns) == ALL_ROWS
    book = openpyxl.load_workbook(told["results"])
    assert {one["results"] for one in told["runs"]} == {told["results"]}
    for name in NAMES:
        headings, *lines = book[name].iter_rows(values_only=True)
        assert tuple(headings) == (*HEADINGS, *RESULT_HEADINGS)
        assert [line[3] for line in lines] == ["created"] * EACH
    ((message,),) = drop_site.messages().values()
    assert [one["sheet"] for one in message["runs"]] == list(NAMES)
    listed = drop_site.run("runs", "--json").document
    assert {(one["sheet"], one["file"], one["results"]) for one in listed} == {
        (name, told["file"], told["results"]) for name in NAMES
    }


@pytest.mark.parametrize("at", [1, EACH, EACH + 1, 3 * EACH])
def test_a_kill_between_sheets(drop_site: DropSite, stub_server: StubServer, at: int) -> None:
    """Killed before, between and within the sheets: the next pass ends it, and everything is there once."""
    drop_site.put_book("a.xlsx", SHEETS)
    stub_server.answers["create"] = killing(drop_site, stub_server, at)
    assert drop_site.drop().exit_code == -signal.SIGKILL
    assert (drop_site.place("a.xlsx"), len(stub_server.campaigns)) == ("processing", at)
    told = dropped(drop_site)
    assert (told["place"], counts_of(told)) == ("done", {"created": 3 * EACH}), told
    assert names(stub_server.campaigns) == ALL_ROWS
    assert drop_site.tree() == ["done/DAY/a.results.TIME.xlsx", "done/DAY/a.xlsx"]
    assert [len(same) for same in drop_site.messages().values()] == [1]
    assert len(drop_site.run("runs", "--json").document) == len(NAMES)


def test_a_kill_while_sheets_are_planned(drop_site: DropSite, stub_server: StubServer) -> None:
    """Killed when one of three sheets is planned: nothing was created, and the next pass plans the others."""

    def checked(asked: dict[str, str]) -> dict[str, Any]:
        if asked["name"] == "North 003":
            stub_server.answers.clear()
            os.kill(drop_site.pid, signal.SIGKILL)
            raise HangUpError
        return envelope("201")

    drop_site.put_book("a.xlsx", SHEETS)
    stub_server.answers["validate"] = checked
    assert drop_site.drop().exit_code == -signal.SIGKILL
    assert stub_server.campaigns == []
    assert counts_of(dropped(drop_site)) == {"created": 3 * EACH}
    assert names(stub_server.campaigns) == ALL_ROWS
    assert len(drop_site.run("runs", "--json").document) == len(NAMES)


@pytest.mark.parametrize("settings", ["", "sheet = 'Sales'\n", "sheet = ['West', 'Read me']\n", "sheet = 'Nowhere'\n"])
def test_what_was_begun_is_finished_though_the_settings_changed(
    drop_site: DropSite, stub_server: StubServer, settings: str
) -> None:
    """Once a row was sent, every sheet has its run: settings that are edited then do not change what is imported."""
    drop_site.put_book("a.xlsx", SHEETS)
    stub_server.answers["create"] = killing(drop_site, stub_server, EACH + 1)
    drop_site.drop()
    drop_site.say(settings + drop_site.telling())
    told = dropped(drop_site)
    assert (told["place"], counts_of(told)) == ("done", {"created": 3 * EACH}), told
    assert names(stub_server.campaigns) == ALL_ROWS


def test_a_server_that_fails_between_sheets(drop_site: DropSite, stub_server: StubServer) -> None:
    """The file stays in processing/ with what was created, one message says so, and the next pass goes on."""

    def create(asked: dict[str, str]) -> Any:
        return Page(500) if asked["name"].startswith("North") else envelope("200", {"id": stub_server.store(asked)})

    drop_site.put_book("a.xlsx", SHEETS)
    stub_server.answers["create"] = create
    told = dropped(drop_site)
    assert (told["place"], drop_site.place("a.xlsx")) == (None, "processing"), told
    assert [counts_of(one).get("created", 0) for one in told["runs"]] == [EACH, 0, 0]
    assert [one["sheet"] for (one,) in drop_site.messages().values() for one in one["runs"]] == list(NAMES)
    stub_server.answers.clear()
    told = dropped(drop_site)
    assert (told["place"], counts_of(told)) == ("done", {"created": 3 * EACH}), told
    assert names(stub_server.campaigns) == ALL_ROWS


def test_the_worst_of_the_sheets_decides(drop_site: DropSite, stub_server: StubServer) -> None:
    """A wrong row on one of three sheets puts the file into failed/; the message names the cell with its sheet."""
    drop_site.put_book("a.xlsx", {**SHEETS, "North": [*SHEETS["North"], WRONG]})
    told = dropped(drop_site)
    assert (told["place"], told["exit_code"]) == ("failed", 4)
    assert [counts_of(one) for one in told["runs"]] == [
        {"created": EACH},
        {"created": EACH, "invalid": 1},
        {"created": EACH},
    ]
    assert "North!B32" in [one["cell"] for one in told["problems"]]
    assert drop_site.tree() == ["failed/DAY/a.results.TIME.xlsx", "failed/DAY/a.xlsx"]


def test_all_or_nothing_is_about_the_file(drop_site: DropSite, stub_server: StubServer) -> None:
    """With on_partial = "nothing", a wrong row on one sheet keeps those of the others from being created."""
    drop_site.say(f'{ALL}on_partial = "nothing"\n')
    drop_site.put_book("a.xlsx", {**SHEETS, "North": [*SHEETS["North"], WRONG]})
    told = dropped(drop_site)
    assert (told["place"], stub_server.campaigns) == ("failed", [])
    assert "Nothing was created, because some rows are wrong (on_partial)." in told["notes"]


def test_a_row_in_doubt_on_one_sheet(drop_site: DropSite, stub_server: StubServer) -> None:
    """The file goes to in-doubt/, and the message says how to continue with that sheet's run alone."""

    def create(asked: dict[str, str]) -> dict[str, Any]:
        number = stub_server.store(asked)
        if asked["name"] == "West 029":
            stub_server.answers["list"] = lambda _: Page(500)
            raise HangUpError
        return envelope("200", {"id": number})

    drop_site.put_book("a.xlsx", SHEETS)
    stub_server.answers["create"] = create
    told = dropped(drop_site)
    assert told["place"] == "in-doubt", told
    stub_server.answers.clear()
    assert drop_site.run("apply", told["runs"][2]["run"]).exit_code == ExitCode.DONE
    assert names(stub_server.campaigns) == ALL_ROWS


def test_a_sheet_that_cannot_be_read_stops_all(drop_site: DropSite, stub_server: StubServer) -> None:
    """Nothing is created of a file of which one sheet is not a table of campaigns; it goes to quarantine/."""
    drop_site.put_book("a.xlsx", {**SHEETS, "West": [("name", "dtype", "Remark"), ("B", "queue", "x")]})
    told = dropped(drop_site)
    assert (told["place"], stub_server.campaigns) == ("quarantine", [])
    assert "the headings in row 1 of the sheet West cannot be used" in told["message"]


def test_sheets_are_named_in_a_list(drop_site: DropSite, stub_server: StubServer) -> None:
    """The order is that of the list; names and numbers may be mixed; a folder may have a list too."""
    drop_site.say('[folder.acme]\nsheet = ["west", 2]\n')
    (drop_site.folder / "acme").mkdir()
    drop_site.put_book("a.xlsx", SHEETS).rename(drop_site.folder / "acme" / "a.xlsx")
    assert [one["sheet"] for one in dropped(drop_site)["runs"]] == ["West", "Sales"]
    assert len(stub_server.campaigns) == 2 * EACH
    drop_site.put_book("b.xlsx", {"West": SHEETS["West"]}).rename(drop_site.folder / "acme" / "b.xlsx")
    told = dropped(drop_site)
    assert (told["place"], told["code"]) == ("quarantine", "E231")


def test_the_same_content_again(drop_site: DropSite, stub_server: StubServer) -> None:
    """It is a duplicate if every sheet that is read was finished; a sheet that was not read before is imported."""
    drop_site.say("sheet = ['Sales', 'North']\n")
    first = drop_site.put_book("a.xlsx", SHEETS)
    content = first.read_bytes()
    assert dropped(drop_site)["place"] == "done"
    first.with_name("b.xlsx").write_bytes(content)
    told = dropped(drop_site)
    assert (told["place"], len(stub_server.campaigns)) == ("duplicate", 2 * EACH)
    assert " and " in told["reason"]
    drop_site.say(ALL)
    first.with_name("c.xlsx").write_bytes(content)
    told = dropped(drop_site)
    assert [counts_of(one) for one in told["runs"]] == [{"exists": EACH}, {"exists": EACH}, {"created": EACH}]
    assert names(stub_server.campaigns) == ALL_ROWS


def test_one_page_is_written(drop_site: DropSite) -> None:
    """With report = true there is one page for all sheets, archived beside the results."""
    drop_site.say(f"{ALL}report = true\n")
    drop_site.put_book("a.xlsx", SHEETS)
    told = dropped(drop_site)
    assert drop_site.tree() == [
        f"done/DAY/a{ending}" for ending in (".results.TIME.html", ".results.TIME.xlsx", ".xlsx")
    ]
    assert Path(told["report"]).exists()


def test_a_text_file_has_one_table(drop_site: DropSite) -> None:
    """Beside workbooks, text files are imported as ever."""
    drop_site.put("a.csv", *rows("A", 2))
    drop_site.put_book("b.xlsx", {"Only": SHEETS["Sales"]})
    finished = drop_site.drop("--json")
    assert places(finished.document) == {"a.csv": "done", "b.xlsx": "done"}
    assert [one["sheet"] for one in finished.document["files"]] == [None, "Only"]


def test_a_profile_reads_the_whole_file(drop_site: DropSite) -> None:
    """The export of an old dialler is not a list of sheets: both at once are refused before any file is taken."""
    finished = drop_site.drop("--profile", "vicidial")
    assert finished.exit_code == ExitCode.USAGE
    assert (
        "several sheets (sheet, all_sheets): the export of an old dialler is always read as a whole" in finished.stderr
    )
