"""A column of a list of telephone numbers says which status each number has on the server."""

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from importer.sandbox import Sandbox
from tests.support.every_format import WORKBOOKS, write_format
from tests.support.numbers import british, write_list
from tests.support.program import Program

Table = Callable[..., Path]

HEADINGS = ("name", "dtype", "dnumber", "enabled")
ROW = ("North", "queue", "1", "1")
FORM = ("--country", "GB", "--number-format", "digits", "--yes", "--json")
WORDS = ("pending", "Cancelled", " FAILED ", "success", "")
MEANT = ("pending", "cancelled", "failed", "success", "pending")


def lines(count: int) -> list[tuple[str, str]]:
    """Return numbers, each with one of the words in turn."""
    return [(number, WORDS[at % len(WORDS)]) for at, number in enumerate(british(count))]


def expected(count: int) -> dict[str, str]:
    """Return what the server is to have of them."""
    return {f"44{number[1:]}": MEANT[at % len(MEANT)] for at, number in enumerate(british(count))}


def held(sandbox: Sandbox) -> dict[str, str]:
    """Return the numbers of the only campaign on the server, with their statuses."""
    (campaign,) = sandbox.campaigns()
    return dict(sandbox.destinations(campaign["id"]))


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("format_name", ["csv", "tsv", *WORKBOOKS])
def test_the_column_is_read_in_every_format(
    program: Program, sandbox: Sandbox, table: Table, here: Path, format_name: str
) -> None:
    """Each number gets the status that its row names, whatever the file and its length; an empty cell means pending."""
    path = write_format(here, format_name, {"Leads": [("phone", "status"), *lines(1_300)]})
    told = program("import", table("campaigns.csv", HEADINGS, ROW), "--numbers", path, *FORM, "--batch", "100")
    assert told.exit_code == 0, told.stderr
    assert held(sandbox) == expected(1_300)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "heading", ["Anrufstatus", "statut d'appel", "Estado de la llamada", "stato chiamata", "Status"]
)
def test_the_sheet_numbers_has_it_too(program: Program, sandbox: Sandbox, here: Path, heading: str) -> None:
    """The column of the sheet "Numbers" counts as well, under headings of several languages."""
    sheets = {"Numbers": [("Telefon", heading), *lines(30)], "Campaigns": [HEADINGS, ROW]}
    told = program("import", write_format(here, "xlsx", sheets), *FORM)
    assert told.exit_code == 0, told.stderr
    assert held(sandbox) == expected(30)


@pytest.mark.usefixtures("here")
def test_a_row_beats_the_option(program: Program, sandbox: Sandbox) -> None:
    """--status is for the numbers whose rows name none; a row that says pending is called."""
    campaign = sandbox.add_campaign(name="There", enabled=0)
    first, second, third = british(3)
    path = write_list("leads.csv", f"{first},pending", f"{second},", f"{third},failed", heading="phone,status")
    told = program("numbers", "load", path, "--campaign", campaign, "--status", "cancelled", *FORM)
    assert told.exit_code == 0, told.stderr
    on_server = held(sandbox)
    assert [on_server[f"44{one[1:]}"] for one in (first, second, third)] == ["pending", "cancelled", "failed"]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("format_name", ["csv", *WORKBOOKS])
def test_an_unknown_word_is_refused(program: Program, here: Path, format_name: str) -> None:
    """A word that the server does not know costs its number, with the place, the word and those that are allowed."""
    rows = [*lines(40), (british(1, 500)[0], "canceled"), (british(1, 501)[0], "02083660009")]
    path = write_format(here, format_name, {"Leads": [("phone", "status"), *rows]})
    told = program("numbers", "check", path, "--country", "GB", "--json")
    assert told.exit_code == 4
    (reason,) = told.document["reasons"]
    assert (reason["code"], reason["count"]) == ("E615", 2)
    first, second = reason["examples"]
    assert first["place"].endswith("A42")
    assert first["message"] == (
        "The status of the number is 'canceled'; allowed are pending, failed, success and cancelled, and an empty "
        "cell. If the column says nothing about who may be called, use --status-column -."
    )
    assert "2083660009" not in second["message"] + told.stderr


@pytest.mark.usefixtures("here")
def test_a_column_may_be_named_or_ones_own(program: Program, sandbox: Sandbox) -> None:
    """--status-column names the column by its heading or letter; with - there is none. Two are not guessed between."""
    campaign = sandbox.add_campaign(name="There", enabled=0)
    path = write_list("leads.csv", f"{british(1)[0]},customer,failed", heading="phone,status,call status")
    load = ("numbers", "load", path, "--campaign", campaign, *FORM)
    refused = program(*load)
    assert (refused.exit_code, refused.document["code"]) == (2, "E243")
    assert "--status-column 'status', or --status-column - if none" in refused.document["message"]
    missing = program(*load, "--status-column", "state")
    assert (missing.exit_code, missing.document["code"]) == (2, "E243")
    assert "Correct --status-column." in missing.document["message"]
    assert program(*load, "--status-column", "C").exit_code == 0
    assert set(held(sandbox).values()) == {"failed"}
    other = write_list("other.csv", f"{british(1, 9)[0]},x", heading="phone,my mark")
    assert program("numbers", "load", other, "--campaign", campaign, *FORM, "--status-column", "My Mark").exit_code == 3
    assert program("numbers", "load", other, "--campaign", campaign, *FORM, "--status-column", "-").exit_code == 0
    assert len(held(sandbox)) == 2


@pytest.mark.usefixtures("here")
def test_a_cell_that_shows_no_word_is_refused(program: Program, here: Path) -> None:
    """Merged cells, errors and formulas without a result do not count as empty: their numbers would be called."""
    path = here / "leads.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Leads")
        page.write_row(0, 0, ("phone", "status"))
        for row, number in enumerate(british(40), start=1):
            page.write_string(row, 0, number)
        page.merge_range("B3:B6", "cancelled")
        page.write_formula("B10", '="cancel"&"led"', None, "")
        page.write_formula("B12", "=NA()", None, "#N/A")
    told = program("numbers", "check", path, "--country", "GB", "--json")
    assert told.exit_code == 4
    assert {one["code"]: one["count"] for one in told.document["reasons"]} == {"E117": 4, "E615": 2}


@pytest.mark.usefixtures("here")
def test_whoever_is_cancelled_once_is_cancelled(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Of a number that is listed twice, the more cautious status counts, whichever row comes first."""
    first, second = british(2)
    rows = (f"{first},pending", f"{first},cancelled", f"{second},cancelled", f"{second},pending")
    path = write_list("leads.csv", *rows, heading="phone,status")
    assert program("import", table("campaigns.csv", HEADINGS, ROW), "--numbers", path, *FORM).exit_code == 0
    assert set(held(sandbox).values()) == {"cancelled"}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("with_check", [False, True])
def test_numbers_that_are_handed_back_keep_their_status(
    program: Program, sandbox: Sandbox, table: Table, *, with_check: bool
) -> None:
    """Read again, a wrong word is refused again; a number that is corrected is cancelled as it was in its list."""
    good = british(30)
    path = write_list(
        "leads.csv",
        *(f"{one}," for one in good),
        f"{british(1, 90)[0]},canceled",
        "no number,cancelled",
        heading="phone,status",
    )
    sheet = table("campaigns.csv", HEADINGS, (*ROW[:3], "0"))
    if with_check:
        program("numbers", "check", path, "--country", "GB", "--results", "checked.csv")
    told = program("import", sheet, "--numbers", path, *FORM)
    assert told.exit_code == 4, told.stderr
    (back,) = [Path("checked.csv")] if with_check else Path().glob("campaigns.numbers.*.csv")
    number = british(1, 95)[0]
    text = back.read_text(encoding="utf-8-sig").replace("no number", number).replace("(unknown)", "North")
    Path("corrected.csv").write_text(text, encoding="utf-8")
    program("import", sheet, "--numbers", Path("corrected.csv"), *FORM, "--accept-refused", "100")
    assert held(sandbox) == {f"44{one[1:]}": "pending" for one in good} | {f"44{number[1:]}": "cancelled"}


@pytest.mark.usefixtures("here")
def test_numbers_for_an_unknown_campaign_are_not_handed_back_for_the_only_one(
    program: Program, sandbox: Sandbox, table: Table
) -> None:
    """Read again as they are, they are refused again, though one without campaigns is for the only one."""
    lines = [*(f"North,{one}" for one in british(30)), f"East,{british(1, 90)[0]}"]
    sheet = table("campaigns.csv", HEADINGS, (*ROW[:3], "0"))
    program("import", sheet, "--numbers", write_list("leads.csv", *lines, heading="campaign,phone"), *FORM)
    (back,) = Path().glob("campaigns.numbers.*.csv")
    program("import", sheet, "--numbers", back.rename("back.csv"), *FORM, "--accept-refused", "100")
    assert held(sandbox).keys() == {f"44{one[1:]}" for one in british(30)}
