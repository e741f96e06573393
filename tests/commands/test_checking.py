"""Checking through the front door: each mistake with its sentence, its cell and what was found there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from importer.sandbox import Sandbox
from schemas.parameters import PARAMETERS
from tests.support.program import Finished, Program
from tests.support.tables import HEADINGS, ROW

ID = "{} must be an ID (a whole number of at least 0) or a name, or empty for the server's default (0)."
NUMBER = "{} must be a whole number of at least {}, or empty for the server's default ({})."
ENABLED = (
    "enabled must be 1 or 0 (y, yes, true, on, n, no, false, off are understood too), or empty for the server's "
    "default (1)."
)
MACHINE = "machine must be failed, retry, success or off, or empty for the server's default (failed)."
AGENTS = "keep_agents_available must be a whole number, which may be negative, or empty for the server's default (0)."

UNSURE = "{} may be {} or {}: the meaning of the point is not clear. Write it without one."

RULES = [
    ("attempts", "0", NUMBER.format("attempts", 1, 1)),
    ("attempts", "two", NUMBER.format("attempts", 1, 1)),
    ("attempts", "1.5", NUMBER.format("attempts", 1, 1)),
    ("attempts", "1.000", UNSURE.format("attempts", "1", "1,000")),
    ("retry", "3.600", UNSURE.format("retry", "3.6", "3,600")),
    ("retry", "12.500", UNSURE.format("retry", "12.5", "12,500")),
    ("customer", "7.000", UNSURE.format("customer", "7", "7,000")),
    ("keep_agents_available", "-1.000", UNSURE.format("keep_agents_available", "-1", "-1,000")),
    ("maximum", "0", NUMBER.format("maximum", 1, 1)),
    ("maximum", "-1", NUMBER.format("maximum", 1, 1)),
    ("retry", "-1", NUMBER.format("retry", 0, 3600)),
    ("retry", "1h", NUMBER.format("retry", 0, 3600)),
    ("owner", "-1", ID.format("owner")),
    ("recordgroup", "id:x", ID.format("recordgroup")),
    ("timegroup", "1e3", ID.format("timegroup")),
    ("customer", "id:me", "customer must be an ID (a whole number of at least 0) or a name, or empty."),
    ("enabled", "maybe", ENABLED),
    ("machine", "beep", MACHINE),
    ("success", "voice", "success must be answer or key, or empty for the server's default (answer)."),
    ("keep_agents_available", "few", AGENTS),
]


def validate(bare: Program, *files: Path) -> Finished:
    """Check files and return what was said."""
    return bare("validate", *files)


@pytest.mark.parametrize(("name", "text", "sentence"), RULES)
def test_each_rule_has_its_sentence_its_cell_and_what_was_found(
    bare: Program, table: Callable[..., Path], name: str, text: str, sentence: str
) -> None:
    """A cell that breaks a rule is named with its place, what is allowed, and what it holds."""
    told = validate(bare, table("c.xlsx", (*HEADINGS, name), ROW, (*ROW[:2], "9", text)))
    assert told.exit_code == 3
    assert f"1 error:\n  Campaigns!D3  {sentence} Found: {text!r}. [E10" in told.stderr


@pytest.mark.parametrize(("column", "place"), [("name", "A2"), ("dtype", "B2"), ("dnumber", "C2")])
def test_required_cells(bare: Program, table: Callable[..., Path], column: str, place: str) -> None:
    """A required cell that is blank is named."""
    row = [("" if name == column else text) for name, text in zip(HEADINGS, ROW, strict=True)]
    told = validate(bare, table("c.csv", HEADINGS, row))
    assert f"1 error:\n  {place}  {column} is required. Fill in the cell. [E101]\n" in told.stderr
    assert told.exit_code == 3


def test_negative_agents_need_a_queue(bare: Program, table: Callable[..., Path]) -> None:
    """A negative keep_agents_available with another destination is an error that says so."""
    told = validate(bare, table("c.csv", (*HEADINGS, "keep_agents_available"), ("a", "mailbox", "1", "-2")))
    assert (
        "D2  keep_agents_available may be negative only with dtype queue. Use 0 or more, or another dtype. Found: '-2'."
        in told.stderr
    )
    assert told.exit_code == 3


def test_all_problems_of_all_rows_in_one_go(bare: Program, table: Callable[..., Path], here: Path) -> None:
    """Nobody mends one mistake only to hear of the next: all are in the results, those of one row together."""
    rows = [("", "", "", "0", "x"), (*ROW, "1", "1"), ("b", "queue", "", "-1", "0")]
    told = bare("validate", table("c.csv", (*HEADINGS, "attempts", "maximum"), *rows), "--results", here / "out.csv")
    lines = (here / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert "8 errors:" in told.stderr
    for place in ("A2", "B2", "C2", "D2", "E2"):
        assert f"{place}: " in lines[1]
    assert ",valid,,,,,3" in lines[2]
    assert all(f"{place}: " in lines[3] for place in ("C4", "D4", "E4"))


def test_the_same_mistake_in_many_cells_is_one_line(bare: Program, table: Callable[..., Path]) -> None:
    """A file full of one mistake does not flood the screen: the first cells are named, the others counted."""
    rows = [(f"n{number}", "queue", "1", "0") for number in range(400)]
    told = validate(bare, table("c.xlsx", (*HEADINGS, "attempts"), *rows))
    assert "400 errors:\n  Campaigns!D2, D3, D4, D5, D6 and 395 more  attempts must be a whole number" in told.stderr
    assert told.stderr.count("attempts must be") == 1


def test_ten_kinds_of_mistakes_are_shown_and_the_others_counted(bare: Program, table: Callable[..., Path]) -> None:
    """Whatever is wrong with a file, the screen has room for it; the results hold all of it."""
    headings = (
        *HEADINGS,
        *(rule[0] for rule in RULES if rule[1] in ("id:x", "1e3", "maybe", "beep", "voice", "few", "id:me")),
    )
    wrong = [rule[1] for rule in RULES if rule[1] in ("id:x", "1e3", "maybe", "beep", "voice", "few", "id:me")]
    told = validate(bare, table("c.csv", (*headings, "attempts", "maximum"), ("", "", "", *wrong, "0", "0")))
    assert "12 errors:\n" in told.stderr
    assert "  and 2 more kinds; --results FILE shows them all.\n" in told.stderr


def test_rows_keep_their_numbers_across_blank_rows(bare: Program, table: Callable[..., Path]) -> None:
    """A cell is named by the row's number in the sheet, though rows above it are blank."""
    rows = [ROW, ("", "", "", ""), ("", "", "", ""), ("b", "queue", "1", "0")]
    told = validate(bare, table("c.xlsx", (*HEADINGS, "attempts"), *rows))
    assert "Campaigns!D5  attempts must be" in told.stderr
    assert "c.xlsx, sheet Campaigns: 2 rows" in told.stderr


def test_problems_name_the_cell_under_the_users_own_heading(bare: Program, table: Callable[..., Path]) -> None:
    """Headings count in any case and with spaces or hyphens, and the cell is where the user has it."""
    headings = ("Remark", "D-Number", "NAME", "d type", "Keep Agents-Available")
    told = validate(bare, table("c.xlsx", headings, ("r", "1", "n", "queue", "some")))
    assert "Campaigns!E2  keep_agents_available must be" in told.stderr


@pytest.mark.parametrize("other", [ROW, ("Spring", "QUEUE", "0123"), ("Spring", " queue ", "0123")])
def test_the_same_row_twice_is_an_error(bare: Program, table: Callable[..., Path], other: tuple[str, ...]) -> None:
    """A row that asks for the same campaign as an earlier one, however it is spelled, is an error that names it."""
    told = bare("validate", table("c.csv", HEADINGS, ROW, ("x", "queue", "1"), other), "--json")
    assert (told.exit_code, told.counts) == (3, {"invalid": 1, "valid": 2})
    told = validate(bare, Path("c.csv"))
    assert "A4  Duplicate of row 2. Remove one of the two, or change its values." in told.stderr


def test_the_same_row_thrice_names_the_first_each_time(bare: Program, table: Callable[..., Path]) -> None:
    """Every repetition points to the row that stays."""
    told = validate(bare, table("c.csv", HEADINGS, ROW, ROW, ROW))
    assert "A3, A4  Duplicate of row 2." in told.stderr


def test_messages_that_differ_are_told_by_an_example(bare: Program, table: Callable[..., Path]) -> None:
    """Where each cell of a kind has words of its own, those of the first stand for all, and that is said."""
    told = validate(bare, table("c.csv", HEADINGS, ROW, ("b", "queue", "1"), ROW, ("b", "queue", "1")))
    assert "A4, A5  Duplicate of row 2." in told.stderr
    assert "(This is about A4; the others are similar.) [E105]" in told.stderr


def test_the_same_name_twice_is_a_warning(bare: Program, table: Callable[..., Path]) -> None:
    """Two campaigns may share a name, but the user hears of it."""
    told = validate(bare, table("c.csv", HEADINGS, ROW, (ROW[0], "mailbox", "1")))
    assert told.exit_code == 0
    assert "\n  A3  Same name as row 2 but different settings" in told.stderr


def test_rows_that_are_wrong_anyway_repeat_nothing(bare: Program, table: Callable[..., Path]) -> None:
    """Each of two invalid rows with the same text is reported for its own mistakes only."""
    bad = ("a", "queue", "")
    told = validate(bare, table("c.csv", HEADINGS, bad, bad))
    assert "2 errors:" in told.stderr
    assert "Row 2" not in told.stderr


def test_an_unknown_dtype_is_a_warning_and_is_sent_in_lower_case(
    program: Program, table: Callable[..., Path], sandbox: Sandbox
) -> None:
    """No list of legal destination types is documented, so an unknown one is passed on, with a word of warning."""
    told = program("plan", table("c.csv", HEADINGS, ("a", "FaxMachine", "1")))
    assert told.exit_code == 0
    assert "\n  B2  dtype is not a known destination type" in told.stderr
    assert sandbox.requests[0].parameters["dtype"] == "faxmachine"


def test_a_row_with_an_error_gets_no_advice(bare: Program, table: Callable[..., Path]) -> None:
    """Warnings are about rows that would be sent."""
    told = validate(bare, table("c.csv", HEADINGS, ("a", "fax", "")))
    assert "warning" not in told.stderr


def test_warnings_alone_change_no_exit_code(bare: Program, table: Callable[..., Path]) -> None:
    """An unknown column, white space at the ends and an unknown type keep nothing from being sent."""
    told = validate(bare, table("c.csv", (*HEADINGS, "Region"), (" a", "fax", "1", "North")))
    assert told.exit_code == 0
    assert "4 warnings:" in told.stderr
    assert "D1  Column 'Region' is not a campaign field, so it was ignored. It is kept in the results." in told.stderr
    assert "A2  name has leading or trailing spaces, which will be kept." in told.stderr


def hours(*rows: tuple[str, str]) -> tuple[tuple[str, ...], ...]:
    """Return a table with what each row says in enabled and in timegroup."""
    return ((*HEADINGS, "enabled", "timegroup"), *((f"N{at}", "queue", f"0{at}", *row) for at, row in enumerate(rows)))


@pytest.mark.parametrize("name", ["c.csv", "c.xlsx", "c.xls", "c.ods"])
def test_enabled_rows_without_a_time_group_are_warned_of_once(
    bare: Program, table: Callable[..., Path], name: str
) -> None:
    """One warning for the sheet names the rows; a row that is off, or says 0 or a time group, is none of them."""
    path = table(name, *hours(("", ""), ("1", ""), ("0", ""), ("1", "0"), ("1", "4"), *[("yes", "")] * 30))
    given = bare("validate", path, "--json")
    assert (given.exit_code, given.counts) == (0, {"valid": 35})
    [warning] = [one for one in given.document["problems"] if one["code"] == "W104"]
    assert warning["severity"] == "warning"
    assert warning["message"].startswith("Rows 2, 3, 7, 8, 9 and 27 more are enabled without a time group and may dial")


def test_one_row_without_a_time_group(bare: Program, table: Callable[..., Path]) -> None:
    """A single row is named as one, also where the sheet has no such column."""
    given = bare("validate", table("c.csv", HEADINGS, ROW)).stderr
    assert "Row 2 is enabled without a time group and may dial at any hour of the day." in given


def test_rows_that_are_created_switched_off_need_no_time_group(
    program: Program, table: Callable[..., Path], sandbox: Sandbox
) -> None:
    """With --disabled nothing dials, so nothing is said, and nothing is refused."""
    given = program("plan", table("c.csv", HEADINGS, ROW), "--disabled", "--require-timegroup", "--json")
    assert (given.exit_code, given.document["problems"]) == (0, [])


@pytest.mark.parametrize("name", ["c.csv", "c.xlsx", "c.xlsm", "c.xls", "c.ods"])
def test_a_time_group_can_be_required(bare: Program, table: Callable[..., Path], name: str) -> None:
    """With --require-timegroup each enabled row without one is an error of its cell, and is not sent."""
    path = table(name, *hours(("", ""), ("0", ""), ("1", "0"), ("1", "")))
    given = bare("validate", path, "--require-timegroup", "--json")
    assert (given.exit_code, given.counts) == (3, {"valid": 2, "invalid": 2})
    errors = [(one["code"], one["cell"].rpartition("!")[2]) for one in given.document["problems"]]
    assert errors == [("E107", "E2"), ("E107", "E5")]


def test_a_time_group_is_required_by_a_setting(bare: Program, table: Callable[..., Path], here: Path) -> None:
    """A settings file can refuse such rows for good."""
    (here / "s.toml").write_text("require-timegroup = true\n", encoding="utf-8")
    given = bare("validate", table("c.csv", HEADINGS, ROW), "--config", "s.toml", "--json")
    assert (given.exit_code, given.counts) == (3, {"invalid": 1})


@pytest.mark.parametrize("text", ["(not imported) 7", "(unanswered)"])
@pytest.mark.parametrize("parameter", [one.name for one in PARAMETERS])
def test_a_cell_that_is_not_corrected_yet_is_said_to_be_that(
    bare: Program, table: Callable[..., Path], parameter: str, text: str
) -> None:
    """What earlier results put into a cell of any column is one problem, whatever else the column allows."""
    row = {one.name: one.example if one.required else "" for one in PARAMETERS} | {"timegroup": "0", parameter: text}
    problems = bare("validate", table("again.csv", list(row), list(row.values())), "--json").document["problems"]
    assert [(one["code"], one["column"], one["found"]) for one in problems] == [("E125", parameter, text)]
