"""`numbers check`: lists of telephone numbers, from every format, against do-not-call lists."""

import csv
import json
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.numbers import DncFile, DncOptions, NumberOptions, NumberRules, Verdict, check_numbers
from importer.spreadsheets import CHUNK_CELLS
from tests.support.every_format import WORKBOOKS, WRITERS, write_format
from tests.support.program import Finished, Program
from tests.support.thorough import share

HEADINGS = ("name", "phone", "city")
DAY = 24 * 60 * 60


def write(path: str, *lines: str) -> Path:
    """Write a text file and return its path."""
    target = Path(path)
    target.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return target


def check(program: Program, *arguments: object) -> Finished:
    """Check numbers, with a document."""
    return program("numbers", "check", *arguments, "--json")


def counts(finished: Finished) -> dict[str, int]:
    """Return the numbers by verdict, without those of which there are none; they always add up."""
    document = finished.document
    assert sum(document["counts"].values()) == document["numbers"]
    return {verdict: count for verdict, count in document["counts"].items() if count}


def codes(finished: Finished) -> list[str]:
    """Return why numbers are refused or held."""
    return [reason["code"] for reason in finished.document["reasons"]]


def lines_of(path: Path) -> list[dict[str, str]]:
    """Return the lines of a file of results by their headings."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.usefixtures("here")
def test_the_counts_are_one_sentence_that_adds_up(bare: Program) -> None:
    """Each number has one verdict, and a person sees how many there are of each, with the first of those that fail."""
    write("tps.txt", "0121 496 0000")
    write("leads.csv", "phone", "020 8366 1177", "+442083661177", "01214960000", "09061234567", "x", "020 8366 1178")
    told = bare("numbers", "check", "leads.csv", "--country", "GB", "--dnc", "tps.txt")
    assert told.exit_code == 4
    assert told.stderr.startswith(
        "Reading the do-not-call lists …\nChecking leads.csv …\n"
        "6 numbers: 2 to load, 1 duplicate, 1 on tps.txt, 1 held, 1 refused\n"
    )
    assert "  refused 1: leads.csv A6 (x): It is not a telephone number. [E601]\n" in told.stderr
    assert "  held 1: leads.csv A5 (+44 906 ••• ••67): The number is of the type premium." in told.stderr
    assert "Countries: GB 2." in told.stderr


@pytest.mark.parametrize("format_name", WRITERS)
def test_numbers_are_read_from_every_format(bare: Program, here: Path, format_name: str) -> None:
    """In each format the column is found, and beyond every buffer a number that is there twice."""
    numbers = [(f"N{at}", f"0791112{at:04d}", "Leeds") for at in range(26)]
    path = write_format(here, format_name, {"People": [HEADINGS, *numbers, ("again", "+44 7911 120000", "")]})
    told = check(bare, path, "--country", "United Kingdom")
    assert counts(told) == {"to load": 26, "duplicate": 1}
    assert told.exit_code == 0


@pytest.mark.parametrize("format_name", WORKBOOKS)
def test_sheets_are_read_one_after_the_other(bare: Program, here: Path, format_name: str) -> None:
    """With --all-sheets or several --sheet, a number of one sheet is a duplicate in the next."""
    sheets = {
        "North": [HEADINGS, ("A", "07911123456", "Leeds")],
        "Notes": [("Remark", "Colour"), ("x", "y")],
        "South": [("Mobile",), ("07911123456",), ("07911123457",)],
    }
    path = write_format(here, format_name, sheets)
    told = check(bare, path, "--country", "GB", "--all-sheets")
    assert counts(told) == {"to load": 2, "duplicate": 1}
    assert any("Notes" in note for note in told.document["notes"])
    told = check(bare, path, "--country", "GB", "--sheet", "South", "--sheet", "North")
    assert counts(told) == {"to load": 2, "duplicate": 1}
    assert check(bare, path, "--country", "GB", "--sheet", "South", "--sheet", "3").document["code"] == "E231"


@pytest.mark.parametrize("format_name", WORKBOOKS)
def test_of_several_sheets_that_of_numbers_is_read(bare: Program, here: Path, format_name: str) -> None:
    """Of several sheets that may be the list, "Numbers" is; of a do-not-call list, none is guessed."""
    sheets = {
        "Mobile phones": [("campaign", "phone"), ("North", "07911123456")],
        "Numbers": [("campaign", "phone"), *(("North", f"0791112{at:04d}") for at in range(30))],
        "Old": [("campaign", "phone"), ("North", "07911129999")],
    }
    path = write_format(here, format_name, sheets)
    told = check(bare, path, "--country", "GB")
    assert counts(told) == {"to load": 30}
    words = "only the sheet Numbers was read. Other sheets ignored: Mobile phones, Old."
    assert told.document["notes"] == [f"{path.name}: {words}"]
    assert counts(check(bare, path, "--country", "GB", "--sheet", "Old")) == {"to load": 1}
    refused = bare("numbers", "check", write("leads.csv", "phone", "07911120001"), "--country", "GB", "--dnc", path)
    assert (refused.exit_code, "Save that sheet as a separate file. [E232]" in refused.stderr) == (2, True)


@pytest.mark.usefixtures("here")
def test_our_own_template_is_a_list(bare: Program) -> None:
    """The workbook that `template` makes can be checked as it is, and has no numbers yet."""
    assert bare("template", "t.xlsx").exit_code == 0
    told = check(bare, "t.xlsx")
    assert (told.exit_code, counts(told)) == (0, {})


def test_sheets_are_named_for_the_workbooks_among_lists(bare: Program, here: Path) -> None:
    """--sheet is for the workbooks among several lists; a text file alone has no sheets."""
    book = write_format(here, "xlsx", {one: [("phone",), (f"0791112345{at}",)] for at, one in enumerate(("A", "B"))})
    text = write("leads.csv", "phone", "07911123459")
    told = check(bare, text, book, "--country", "GB", "--sheet", "B")
    assert counts(told) == {"to load": 2}
    assert told.document["notes"] == ["leads.csv is a text file, so --sheet does not matter for it."]
    assert check(bare, text, "--sheet", "B").document["code"] == "E231"
    asked = bare("numbers", "check", book)
    cure = "Name it with --sheet, or read every sheet with --all-sheets. [E232]"
    assert f"it is not clear which sheet has the list: A, B. {cure}" in asked.stderr


@pytest.mark.usefixtures("here")
def test_files_are_one_list(bare: Program) -> None:
    """A number in two files of the command is loaded once."""
    one, other = write("a.csv", "tel", "07911123456"), write("b.csv", "Handy", "+447911123456", "07911123457")
    assert counts(check(bare, one, other, "--country", "GB")) == {"to load": 2, "duplicate": 1}


@pytest.mark.parametrize(
    "heading",
    [
        "phone",
        "Phone Number",
        "mobile",
        "Tel.",
        "Telefon",
        "Rufnummer",
        "Handy",
        "téléphone",
        "Portable",
        "teléfono",
        "Móvil",
    ],
)
@pytest.mark.usefixtures("here")
def test_a_column_is_found_by_its_heading(bare: Program, heading: str) -> None:
    """Headings of many languages are known, in whichever column of a wide table and below other lines they are."""
    write(
        "leads.csv",
        "a;b;c;d;e",
        f"Vorname;Nachname;Ort;{heading};Bemerkung",
        "A;B;C;0301234567;D",
        "A;B;C;030/1234568;",
    )
    told = check(bare, "leads.csv", "--country", "Deutschland")
    assert counts(told) == {"to load": 2}


@pytest.mark.usefixtures("here")
def test_one_known_heading_in_a_wide_table_is_enough(bare: Program) -> None:
    """The first row is that of the headings if it has one for numbers, whatever else it says."""
    write("leads.csv", "alpha,beta,gamma,phone,delta", "1,2,3,07911123456,5")
    assert counts(check(bare, "leads.csv", "--country", "GB")) == {"to load": 1}


@pytest.mark.usefixtures("here")
def test_one_column_needs_no_heading(bare: Program) -> None:
    """A file of numbers alone loses none of them, the first among them."""
    write("leads.txt", "07911 123456", "07911 123457")
    assert counts(check(bare, "leads.txt", "--country", "GB")) == {"to load": 2}


@pytest.mark.usefixtures("here")
def test_a_table_without_a_column_of_numbers_is_refused(bare: Program) -> None:
    """The refusal lists the headings and names the likeliest column, which then can be named; no number is shown."""
    write("leads.csv", "alpha,beta,gamma,delta", "1,2,07911123456,5", "1,2,07911 123457,5")
    told = check(bare, "leads.csv", "--country", "GB")
    assert (told.exit_code, told.document["code"]) == (2, "E621")
    assert "Column C looks like telephone numbers. Name the column with --number-columns C" in told.document["message"]
    assert "1234" not in told.stderr
    told = check(bare, "leads.csv", "--country", "GB", "--number-columns", "gamma")
    assert counts(told) == {"to load": 2}
    told = check(bare, "leads.csv", "--country", "GB", "--number-columns", "C", "--no-header")
    assert counts(told) == {"to load": 2, "refused": 1}
    assert check(bare, "leads.csv", "--number-columns", "epsilon").document["code"] == "E621"


@pytest.mark.usefixtures("here")
def test_of_several_columns_the_user_says_which(bare: Program) -> None:
    """Two columns of numbers are refused; named, the first good number of each row is taken, or all of them."""
    write("leads.csv", "name,home,mobile", "A,02083661177,07911123456", "B,02083661178,", "C,,", "D,02083661179,12")
    told = check(bare, "leads.csv", "--country", "GB")
    assert (told.exit_code, told.document["code"]) == (2, "E622")
    assert "--number-columns 'home,mobile'" in told.document["message"]
    told = check(
        bare, "leads.csv", "--country", "GB", "--number-columns", "mobile,home", "--all-numbers", "-o", "a.csv"
    )
    assert counts(told) == {"to load": 3, "refused": 1}
    assert [line["place"] for line in lines_of(Path("a.csv"))] == [
        f"leads.csv {cell}" for cell in ("C2", "B3", "C4", "B5")
    ]
    assert told.document["unused"] == 2
    told = check(bare, "leads.csv", "--country", "GB", "--number-columns", "mobile,home", "--column-use", "all")
    assert counts(told) == {"to load": 4, "refused": 2}
    assert sorted(codes(told)) == ["E606", "E607"]


@pytest.mark.usefixtures("here")
def test_several_numbers_in_a_cell_are_several(bare: Program) -> None:
    """The second one is never taken for an extension of the first."""
    write("leads.csv", "phone", '"02083661177; 01214960000"')
    assert counts(check(bare, "leads.csv", "--country", "GB")) == {"to load": 1}
    assert counts(check(bare, "leads.csv", "--country", "GB", "--column-use", "all")) == {"to load": 2}


@pytest.mark.usefixtures("here")
def test_a_column_names_the_country_of_each_number(bare: Program) -> None:
    """A code, a name in any language or a calling code beats --country; what names no country refuses the row."""
    write(
        "leads.csv",
        "phone,country",
        *("02083661177,GB", "02083661178,GBR", "02083661179,Großbritannien", "030 1234567,Deutschland"),
        *(
            f"02083661182,{'4' * 5_000}",
            f"02083661183,{'x' * 5_000}",
            "01 53 20 40 60,France",
            "020 7946 0000,",
            "02083661180,Atlantis",
            "02083661181,44",
        ),
    )
    told = check(bare, "leads.csv", "--country", "uk")
    assert counts(told) == {"to load": 7, "refused": 3}
    assert codes(told) == ["E608"]
    assert told.document["countries"] == {"GB": 5, "DE": 1, "FR": 1}


@pytest.mark.usefixtures("here")
def test_a_calling_code_beside_the_number_is_used(bare: Program) -> None:
    """phone_code and phone_number are one number; one that contradicts the country is refused."""
    write(
        "leads.csv",
        "phone_code,phone_number,country",
        *("44,2083661177,", "1,2125551234,", "49,030 1234567,DE", "1,2083661178,GB"),
    )
    told = check(bare, "leads.csv")
    assert counts(told) == {"to load": 3, "refused": 1}
    assert codes(told) == ["E608"]
    assert told.document["countries"] == {"GB": 1, "US": 1, "DE": 1}


@pytest.mark.usefixtures("here")
def test_without_a_country_only_international_numbers_are_good(bare: Program) -> None:
    """A national number of an unknown country is refused, with how to name it."""
    write("leads.csv", "phone", "02083661177", "+442083661177")
    told = check(bare, "leads.csv")
    assert counts(told) == {"to load": 1, "refused": 1}
    assert "--country" in told.document["reasons"][0]["examples"][0]["message"]


def test_damaged_cells_are_refused_as_damaged(bare: Program, here: Path) -> None:
    """A date, an error, a formula, lost digits and merged cells are named as in campaigns, and never repaired."""
    with xlsxwriter.Workbook(here / "leads.xlsx") as book:
        page = book.add_worksheet()
        page.write_column(0, 0, ["phone"])
        page.write_number(1, 0, 447911123456)
        page.write_number(2, 0, 46_024, book.add_format({"num_format": "d/m/yyyy"}))
        page.write_number(3, 0, 4479111234561234)
        page.write_number(4, 0, 447911123456.5)
        page.write_formula(5, 0, "=1/0", value="#DIV/0!")
        page.merge_range(6, 0, 7, 0, "07911123457")
        page.write_column(8, 0, ["4.47911E+11", "#N/A"])
    told = check(bare, "leads.xlsx", "--country", "GB", "-o", "out.csv")
    assert counts(told)["to load"] == 1
    assert sorted(codes(told)) == ["E111", "E112", "E113", "E114", "E115", "E116", "E117"]
    again = check(bare, "out.csv", "--country", "GB")
    assert "to load" not in counts(again)


@pytest.mark.usefixtures("here")
def test_a_line_with_too_many_fields_is_refused(bare: Program) -> None:
    """It is not known which of its fields is the number."""
    write("leads.csv", "name,phone", "A,07911123456", "B,C,07911123457")
    told = check(bare, "leads.csv", "--country", "GB")
    assert counts(told) == {"to load": 1, "refused": 1}
    assert codes(told) == ["E118"]


@pytest.mark.usefixtures("here")
def test_the_results_are_what_would_not_be_loaded_and_can_be_read_again(bare: Program) -> None:
    """They have place, number, country, verdict and what to do, and nothing of them is loaded without correction."""
    write("tps.txt", "07911123459")
    write("leads.csv", "phone", "07911123456", "+44 7911 123456", "999", "=1+1", "07911123459", "020 8366 1177 x5")
    told = check(bare, "leads.csv", "--country", "GB", "--dnc", "tps.txt", "--results", "out.csv")
    assert told.document["results"] == str(Path("out.csv").absolute())
    lines = lines_of(Path("out.csv"))
    assert [(line["place"], line["code"]) for line in lines] == [
        *(("leads.csv A3", "W611"), ("leads.csv A4", "E605"), ("leads.csv A5", "E120")),
        *(("leads.csv A6", "W612"), ("leads.csv A7", "E603")),
    ]
    assert all(line["country"] == "GB" and line["what to do"] for line in lines)
    again = check(bare, "out.csv", "--country", "GB", "--results", "again.csv")
    assert counts(again) == {"left out before": 2, "refused": 3}
    assert [line["number"] for line in lines_of(Path("again.csv"))] == [line["number"] for line in lines]
    everything = check(bare, "leads.csv", "--country", "GB", "--results", "all.csv", "--all-numbers")
    assert len(lines_of(Path("all.csv"))) == everything.document["numbers"] == 6


@pytest.mark.parametrize("ending", ["csv", "xlsx", "xlsb", "xls", "ods"])
def test_the_results_name_the_campaign_and_the_time_zone_of_each_number(bare: Program, here: Path, ending: str) -> None:
    """They are as they stand in the list, whose results, once corrected, go to the same campaigns."""
    rows = [
        (f"Spring {row % 3}", "Europe/London" if row % 2 else "", f"{999 if row % 4 else 112}") for row in range(60)
    ]
    path = write_format(here, ending, {"Leads": [("campaign", "timezone", "phone"), *rows]})
    told = check(bare, path, "--country", "GB", "--results", "out.csv")
    assert counts(told) == {"refused": 60}
    lines = lines_of(Path("out.csv"))
    assert [(line["campaign"], line["timezone"]) for line in lines] == [(campaign, zone) for campaign, zone, _ in rows]
    again = check(bare, "out.csv", "--country", "GB", "--results", "again.csv")
    assert counts(again) == {"refused": 60}
    assert [line["campaign"] for line in lines_of(Path("again.csv"))] == [campaign for campaign, _, _ in rows]


@pytest.mark.usefixtures("here")
def test_numbers_of_results_that_were_left_out_stay_out_until_they_are_edited(bare: Program) -> None:
    """Read without the lists, or beside the list they are from, duplicates and numbers of lists are not loaded."""
    write("tps.txt", "07911123459")
    write("leads.csv", "phone", "07911123456", "+44 7911 123456", "07911123459")
    check(bare, "leads.csv", "--country", "GB", "--dnc", "tps.txt", "--results", "out.csv", "--all-numbers")
    left_out = check(bare, "out.csv")
    assert counts(left_out) == {"to load": 1, "left out before": 2}
    assert left_out.exit_code == 0
    text = Path("out.csv").read_text(encoding="utf-8-sig")
    write("edited.csv", *text.replace("(left out) 07911123459", "07911123458").splitlines())
    assert counts(check(bare, "edited.csv")) == {"to load": 2, "left out before": 1}


@pytest.mark.usefixtures("here")
def test_the_results_are_refused_where_they_cannot_be(bare: Program) -> None:
    """Another ending, a missing folder, and --all-numbers alone end the command before anything is read."""
    write("leads.csv", "phone", "07911123456")
    assert check(bare, "leads.csv", "-o", "out.xlsx").document["code"] == "E511"
    assert check(bare, "leads.csv", "-o", "missing/out.csv").document["code"] == "E511"
    assert check(bare, "leads.csv", "--all-numbers").document["code"] == "E502"


@pytest.mark.usefixtures("here")
def test_no_message_shows_a_number(bare: Program, tmp_path: Path) -> None:
    """Neither the screen, the document nor the debug log has a number, in any spelling; only the results have."""
    secret = ["7911123456", "7911123457", "9061234567", "2083661177"]
    write("tps.txt", "07911123456", "0208 366 1177 or so")
    write("leads.csv", "call 07911123457 first", "name,phone", "A,07911123456", "B,09061234567", "C,+44 7911 123457 x9")
    for arguments in (["--dnc", "tps.txt"], ["--dnc", "tps.txt", "--dnc-skip-unreadable", "-v"], []):
        told = bare("numbers", "check", "leads.csv", "--country", "GB", "--json", "--debug", "debug.log", *arguments)
        shown = re.sub(r"[ +()-]", "", told.stdout + told.stderr + Path("debug.log").read_text())
        assert [number for number in secret if number in shown] == []


@pytest.mark.usefixtures("here")
def test_what_is_said_of_a_damaged_file_has_no_number(bare: Program) -> None:
    """A refusal quotes what stands before the damage with most digits hidden, and the name of the file as it is."""
    Path("leads-20261101.csv").write_bytes(b"phone\n07911123456\0\n")
    told = check(bare, "leads-20261101.csv", "--country", "GB")
    assert (told.exit_code, told.document["code"]) == (2, "E206")
    assert "leads-20261101.csv" in told.document["message"]
    assert "079••••••56" in told.document["message"]


@pytest.mark.usefixtures("here")
def test_lists_are_one_column_in_any_spelling(bare: Program) -> None:
    """With and without a heading, national and international, numbers and patterns."""
    write("leads.csv", "phone", *(f"0791112345{at}" for at in range(6)), "+1 312 555 1234", "+1 212 555 1234")
    write("a.txt", "+44 7911 123450", "07911/123451")
    write("b.csv", "Rufnummer,Datum", "7911123452,1", '"07911123453; 07911123454",2')
    write("c.txt", "312XXXXXXX")
    told = check(bare, "leads.csv", "--country", "GB", "--dnc", "a.txt", "--dnc", "b.csv:GB", "--dnc", "c.txt:US")
    assert counts(told) == {"to load": 2, "on a do-not-call list": 6}
    assert [one["hits"] for one in told.document["dnc"]] == [2, 3, 1]
    assert [one["lines"] for one in told.document["dnc"]] == [2, 2, 1]
    assert told.exit_code == 0


@pytest.mark.parametrize("format_name", WRITERS)
def test_lists_are_read_from_every_format(bare: Program, here: Path, format_name: str) -> None:
    """A do-not-call list is a table like any other."""
    leads = write("leads.csv", "phone", *(f"0791112{at:04d}" for at in range(30)))
    path = write_format(here, format_name, {"List": [("phone",), *((f"+44791112{at:04d}",) for at in range(26))]})
    told = check(bare, leads, "--country", "GB", "--dnc", path)
    assert counts(told) == {"to load": 4, "on a do-not-call list": 26}


def test_how_numbers_are_read_is_not_how_lists_are(bare: Program, here: Path) -> None:
    """Sheet, headings, encoding and delimiter that are given for the numbers do not fit a do-not-call list."""
    write("tps.txt", "phone", "07911123456")
    write("leads.csv", "A;07911123456", "B;07911123457")
    told = check(
        *(bare, "leads.csv", "--country", "GB", "--dnc", "tps.txt", "--no-header", "--number-columns", "B"),
        *("--delimiter", ";", "--encoding", "windows-1252"),
    )
    assert counts(told) == {"to load": 1, "on a do-not-call list": 1}
    path = write_format(here, "xlsx", {"A": [("x",)], "B": [("phone",), ("07911123456",)]})
    told = check(bare, path, "--country", "GB", "--dnc", "tps.txt", "--sheet", "B", "--header-row", "1")
    assert counts(told) == {"on a do-not-call list": 1}


@pytest.mark.usefixtures("here")
def test_a_list_may_name_the_country_of_each_line(bare: Program) -> None:
    """A national number of a list is that of its own country; a country that is not known is unreadable."""
    write("leads.csv", "phone", "+442083661177", "+49301234567", "+12125551234")
    write("dnc.csv", "phone,country", "020 8366 1177,GB", "030 1234567,Germany", "(212) 555-1234,")
    told = check(bare, "leads.csv", "--country", "US", "--dnc", "dnc.csv")
    assert counts(told) == {"on a do-not-call list": 3}
    write("odd.csv", "phone,country", "020 8366 1177,Atlantis")
    assert check(bare, "leads.csv", "--country", "US", "--dnc", "odd.csv").document["code"] == "E631"


@pytest.mark.usefixtures("here")
def test_a_list_of_the_ftc_is_joined(bare: Program) -> None:
    """Area code and seven digits are one American number, and that is said; a list of changes is refused."""
    write("leads.csv", "phone", "(212) 555-1234", "(212) 555-1235")
    write("ftc.txt", "212,5551234", "312,5551234")
    told = check(bare, "leads.csv", "--country", "US", "--dnc", "ftc.txt")
    assert counts(told) == {"to load": 1, "on a do-not-call list": 1}
    assert any("area code and seven digits" in note for note in told.document["notes"])
    write("changes.txt", "212,5551234,2026-11-01,A", "312,5551234,2026-11-01,D")
    told = check(bare, "leads.csv", "--country", "US", "--dnc", "changes.txt")
    assert (told.exit_code, told.document["code"]) == (2, "E634")


@pytest.mark.usefixtures("here")
def test_an_unreadable_line_of_a_list_stops_the_check(bare: Program) -> None:
    """All such lines are named, and going on without them takes an option."""
    write("leads.csv", "phone", "07911123456")
    write(
        "tps.txt",
        "phone,note",
        "07911123456,",
        "none,",
        ",empty",
        "0208XX66,",
        "4.479E+11,",
        "07911123457,",
        "07911123458,b,c",
    )
    told = check(bare, "leads.csv", "--country", "GB", "--dnc", "tps.txt")
    assert (told.exit_code, told.document["code"]) == (2, "E631")
    assert re.findall(r"A\d", told.document["message"]) == ["A3", "A4", "A5", "A6", "A8"]
    told = check(bare, "leads.csv", "--country", "GB", "--dnc", "tps.txt", "--dnc-skip-unreadable")
    assert counts(told) == {"on a do-not-call list": 1}
    assert told.document["dnc"][0]["skipped"] == 5
    assert any("[W631]" in note for note in told.document["notes"])


@pytest.mark.usefixtures("here")
def test_unreadable_lines_that_follow_each_other_are_named_together(bare: Program) -> None:
    """All of 100,000 such lines are named, in a message that can be read; without a country, it names the cure."""
    write("leads.csv", "phone,country", "07911123456,GB")
    unreadable = [f"0{at:010d}" for at in range(100_000)]
    write("tps.txt", "phone", *unreadable, "+447911123456", "none")
    message = check(bare, "leads.csv", "--dnc", "tps.txt").document["message"]
    assert "100,001 lines cannot be read: A2 (" in message
    assert "), A22 to A100001, A100003. National numbers need a country: name it with --country." in message
    assert len(message) < 1_000
    write("tps.txt", "phone", "07911123456", "none")
    message = check(bare, "leads.csv", "--dnc", "tps.txt", "--country", "GB").document["message"]
    assert "1 line cannot be read: A3 (none). It may be that of a person who must not be called." in message


@pytest.mark.usefixtures("here")
def test_a_list_that_is_missing_empty_or_old_stops_the_check(bare: Program) -> None:
    """Each ends with exit 2 and what to do, and each has its option, where there may be a good reason for it."""
    write("leads.csv", "phone", "07911123456")
    empty, heading = write("empty.txt"), write("heading.csv", "phone")
    old, named = write("old.txt", "07911123457"), write("tps-2020-01-31.txt", "07911123457")
    os.utime(old, (time.time() - 40 * DAY,) * 2)
    base = ("leads.csv", "--country", "GB", "--dnc")
    for path, code in ((Path("none.txt"), "E201"), (empty, "E632"), (heading, "E632"), (old, "E633"), (named, "E633")):
        told = check(bare, *base, path)
        assert (told.exit_code, told.document["code"]) == (2, code), path
    assert check(bare, *base, heading, "--dnc-may-be-empty").exit_code == 0
    assert check(bare, *base, empty, "--dnc-may-be-empty").exit_code == 0
    assert check(bare, *base, old, "--dnc-max-age", "60d").exit_code == 0
    assert check(bare, *base, named, "--dnc-max-age", "2020-01-01").exit_code == 0


@pytest.mark.usefixtures("here")
def test_lists_of_other_countries_stop_the_check(bare: Program) -> None:
    """A list that cannot have any of the numbers is a mistake, unless another list can."""
    write("leads.csv", "phone", "07911123456")
    write("de.txt", "030 1234567")
    write("gb.txt", "07911123457")
    told = check(bare, "leads.csv", "--country", "GB", "--dnc", "de.txt:DE", "-o", "out.csv")
    assert (told.exit_code, told.document["code"]) == (2, "E634")
    assert not Path("out.csv").exists()
    assert check(bare, "leads.csv", "--country", "GB", "--dnc", "de.txt:DE", "--dnc", "gb.txt").exit_code == 0


def test_settings_name_lists_that_always_count(bare: Program, here: Path, user: Path) -> None:
    """Those of all servers, of the chosen server and of the command line are all used, as beside their own file."""
    (user.parent / "all.txt").write_text("07911123450\n")
    (user.parent / "one.txt").write_text("07911123451\n")
    user.write_text('country = "GB"\ndnc = ["all.txt"]\n[servers.production]\ndnc = ["one.txt:GB"]\n')
    write("leads.csv", "phone", *(f"0791112345{at}" for at in range(4)))
    write("mine.txt", "07911123452")
    assert counts(check(bare, "leads.csv")) == {"to load": 3, "on a do-not-call list": 1}
    told = check(bare, "leads.csv", "--server", "production", "--dnc", "mine.txt")
    assert counts(told) == {"to load": 1, "on a do-not-call list": 3}


@pytest.mark.usefixtures("here")
def test_a_settings_file_at_hand_names_no_list_elsewhere(bare: Program) -> None:
    """What came with a spreadsheet reads no other files of the user."""
    write("leads.csv", "phone", "07911123456")
    write("campaign-importer.toml", 'dnc = ["../tps.txt:GB"]')
    told = check(bare, "leads.csv", "--country", "GB")
    assert told.document["code"] == "E504"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--country", "Atlantis"),
        ("--allow-countries", "XX"),
        ("--number-types", "mobil"),
        ("--strip-prefix", "x"),
        ("--dnc", "tps.txt:XX"),
    ],
)
@pytest.mark.usefixtures("here")
def test_values_that_mean_nothing_are_refused(bare: Program, arguments: tuple[str, str]) -> None:
    """A country, a type or a prefix that is misspelt does not silently change who is called."""
    write("leads.csv", "phone", "07911123456")
    told = check(bare, "leads.csv", *arguments)
    assert (told.exit_code, told.document["code"]) == (2, "E503")


@pytest.mark.usefixtures("here")
def test_most_numbers_refused_is_said_first(bare: Program) -> None:
    """A wrong column or country is the likeliest reason."""
    write("leads.csv", "phone", "07911123456", "1", "2", "3")
    told = bare("numbers", "check", "leads.csv", "--country", "GB")
    assert told.stderr.splitlines()[2].startswith("75% of the numbers are refused")


TEXTS = st.lists(
    st.builds(
        str.format,
        st.sampled_from(("0{}", "+44{}", "{}", "44{}", "0044{}", "0{} x5", "{}XX")),
        st.integers(7911123450, 7911123459),
    )
    | st.sampled_from(("999", "n/a", "09061234567", "")),
    max_size=20,
)


def loaded(folder: Path, lists: Sequence[Sequence[str]], dnc: Sequence[str]) -> tuple[set[str], dict[Verdict, int]]:
    """Check lists, each in a file, and return the digits of the numbers that would be loaded, and all counts."""
    files = []
    for at, texts in enumerate(lists):
        files.append(folder / f"{at}.csv")
        files[-1].write_text("".join(f"{line}\n" for line in ("id,phone", *(f"1,{text}" for text in texts))))
    (folder / "dnc.txt").write_text("".join(f"{line}\n" for line in ("phone", *dnc)))
    (folder / "all.csv").unlink(missing_ok=True)
    options = NumberOptions(
        rules=NumberRules(country="GB"),
        dnc=DncOptions(files=(DncFile(folder / "dnc.txt"),), may_be_empty=True),
        listing=folder / "all.csv",
        every_number=True,
    )
    report = check_numbers(files, options)
    good = {line["number"][-10:] for line in lines_of(folder / "all.csv") if line["verdict"] == Verdict.LOAD}
    assert report.counts[Verdict.LOAD] == len(good)
    return good, dict(report.counts)


@given(TEXTS, TEXTS, st.sets(st.integers(7911123450, 7911123459), max_size=5), st.randoms(use_true_random=False))
@settings(max_examples=share(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_does_not_change_who_is_loaded(tmp_path: Path, one: Any, other: Any, dnc: Any, chance: Any) -> None:
    """Rows and files in any order load the same numbers; none of a do-not-call list; and the verdicts add up."""
    listed = [f"+44{number}" for number in dnc]
    good, found = loaded(tmp_path, [one, other], listed)
    assert sum(found.values()) == len(one) + len(other)
    assert not good & {str(number) for number in dnc}
    together = [*one, *other]
    chance.shuffle(together)
    half = chance.randint(0, len(together))
    again, counted = loaded(tmp_path, [together[half:], together[:half]], listed)
    assert (again, counted) == (good, found)


@pytest.mark.usefixtures("here")
def test_numbers_beyond_every_buffer_are_counted_once(bare: Program) -> None:
    """Duplicates are found across the chunks of a table, and so are numbers of a list of several chunks."""
    rows = 25_000
    assert rows < CHUNK_CELLS
    write("leads.csv", "phone", *(f"+4479111{at % 20_000:05d}" for at in range(rows)))
    write("dnc.txt", *(f"+4479111{at:05d}" for at in range(0, rows, 2)))
    assert counts(check(bare, "leads.csv", "--dnc", "dnc.txt")) == {
        "to load": 10_000,
        "duplicate": 2_500,
        "on a do-not-call list": 12_500,
    }


@pytest.mark.usefixtures("here")
def test_the_document_describes_each_list(bare: Program) -> None:
    """Digest, date, lines and hits of a list are evidence that it was used."""
    write("leads.csv", "phone", "07911123456")
    write("tps-20261101.txt", "07911123456", "07911123457")
    told = check(bare, "leads.csv", "--country", "GB", "--dnc", "tps-20261101.txt", "--dnc-max-age", "2026-01-01")
    (listed,) = json.loads(told.stdout)["dnc"]
    assert re.fullmatch("[0-9a-f]{64}", listed.pop("digest"))
    assert listed.pop("date").startswith("2026-11-01")
    assert listed == {"file": str(Path("tps-20261101.txt").absolute()), "lines": 2, "skipped": 0, "hits": 1}


@pytest.mark.parametrize("kind", WRITERS)
def test_a_number_in_the_place_of_a_heading_is_not_lost(bare: Program, here: Path, kind: str) -> None:
    """A list without headings may have a word in its first row that could be one: its first number must not be lost."""
    rows = [(str(1_000 + at), f"0208366{1_000 + at}", "comments") for at in range(40)]
    path = write_format(here, kind, {"Leads": rows})
    unnamed = check(bare, path, "--country", "GB")
    assert (unnamed.exit_code, unnamed.document["code"]) == (2, "E621")
    assert "Row 1 looks like data" in unnamed.document["message"]
    assert "Add --no-header and --number-columns B" in unnamed.document["message"]
    named = check(bare, path, "--country", "GB", "--number-columns", "B")
    assert (named.exit_code, named.document["code"]) == (2, "E241")
    assert "add --no-header" in named.document["message"]
    assert "8366" not in unnamed.stdout + unnamed.stderr + named.stdout + named.stderr
    assert counts(check(bare, path, "--country", "GB", "--number-columns", "B", "--no-header")) == {"to load": 40}
    assert counts(check(bare, path, "--country", "GB", "--number-columns", "B", "--header-row", "1")) == {"to load": 39}


@pytest.mark.usefixtures("here")
def test_a_list_of_which_no_column_is_known_is_not_told_of_options_for_numbers(bare: Program) -> None:
    """--number-columns and --sheet are about the numbers, so a do-not-call list is to be changed instead."""
    write("leads.csv", "phone", "020 8366 1177")
    write("tps.csv", "02083661000,web", "02083661001,call")
    told = check(bare, "leads.csv", "--country", "GB", "--dnc", "tps.csv")
    assert (told.exit_code, told.document["code"]) == (2, "E621")
    assert "--number-columns" not in told.document["message"]
    assert "Give the column of numbers a heading such as phone" in told.document["message"]


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_several_sheets_that_may_be_the_list(bare: Program, here: Path, kind: str) -> None:
    """Which of several sheets has the list is not guessed; the sheets are named, and what can be done for each list."""
    rows = [("phone",), ("020 8366 1177",)]
    path = write_format(here, kind, {"May": rows, "June": rows})
    told = check(bare, path, "--country", "GB")
    assert (told.exit_code, told.document["code"]) == (2, "E232")
    assert "May, June" in told.document["message"]
    assert "--all-sheets" in told.document["message"]
    assert "dnumber" not in told.document["message"]
    assert counts(check(bare, path, "--country", "GB", "--all-sheets")) == {"to load": 1, "duplicate": 1}
    write("leads.csv", "phone", "020 8366 1177")
    told = check(bare, "leads.csv", "--country", "GB", "--dnc", path)
    assert (told.exit_code, told.document["code"]) == (2, "E232")
    assert "--sheet" not in told.document["message"]


@pytest.mark.usefixtures("here")
def test_each_reason_stands_beside_its_numbers(bare: Program) -> None:
    """Numbers that are refused for one code, and for different reasons, are shown with their own."""
    write(
        "leads.csv",
        "phone,country",
        "8095551234,US",
        "4165551234,US",
        *(f"809555{at},US" for at in range(1_300, 1_330)),
    )
    told = bare("numbers", "check", "leads.csv").stderr
    assert "leads.csv A2 (+1 809-•••-••34), leads.csv A4: The number is one of DO" in told
    assert "leads.csv A3 (+1 416-•••-••34): The number is one of CA" in told
    assert "And 29 more." in told


@pytest.mark.usefixtures("here")
def test_an_old_list_is_refused_with_what_is_allowed(bare: Program) -> None:
    """The refusal names the date of the list and the oldest that is allowed, also to somebody who set neither."""
    write("tps-2026-01-05.txt", "020 8366 1177")
    write("leads.csv", "phone", "020 8366 1177")
    told = check(bare, "leads.csv", "--country", "GB", "--dnc", "tps-2026-01-05.txt")
    assert (told.exit_code, told.document["code"]) == (2, "E633")
    assert re.search(
        r"is dated 5 January 2026, and --dnc-max-age allows none from before \d+ \w+ 20\d\d", told.document["message"]
    )
