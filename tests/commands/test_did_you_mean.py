"""A misspelt name of a file, a server, a key or a heading is answered with the one that was probably meant."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.cli.values import settings
from importer.files import similar_name
from importer.sandbox import Sandbox
from schemas.likeness import closest, suggestion
from tests.support.every_format import WRITERS, write_format
from tests.support.program import Program
from tests.support.tables import write_table

USUAL = ("name", "dtype", "dnumber")
HEADINGS = ("Remark", "Nmae", "dtype", "dnumber")
Table = Callable[..., Path]


@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".ods"])
def test_a_misspelt_file_name(bare: Program, table: Table, here: Path, kind: str) -> None:
    """The name that is there is asked about, however it differs in case or in a letter or two."""
    (here / f"campaigns{kind}").write_bytes(b"x")
    (here / "other.txt").write_bytes(b"x")
    for name in (f"campains{kind}", f"CAMPAIGNS{kind.upper()}"):
        told = bare("validate", name)
        assert told.exit_code == 2
        assert f"There is no file {name}. Did you mean 'campaigns{kind}'? [E201]" in told.stderr


def test_a_file_name_like_no_other(bare: Program, here: Path) -> None:
    """Where no name is close, the folder may be the wrong one."""
    (here / "list.xlsx").write_bytes(b"x")
    assert "There is no file xyzzy. Check the name and the folder. [E201]" in bare("validate", "xyzzy").stderr
    assert "There is no file no/list.xlsx. Check the name" in bare("validate", "no/list.xlsx").stderr


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("april.xlsx", None),
        ("night.xlsx", None),
        ("marks.xlsx", None),
        ("2026.csv", None),
        ("mistaks.xlsx", "mistakes.xlsx"),
        ("mistaken.ods", "mistakes.ods"),
        ("mistakes.xls", "mistakes.xlsx"),
        ("Mistake.XLSX", "mistakes.xlsx"),
        ("mistake.od", "mistakes.ods"),
    ],
)
def test_only_names_that_are_alike_are_suggested(here: Path, typed: str, meant: str | None) -> None:
    """Files are not alike because they are of one kind; of those with the same stem, the most alike is suggested."""
    for name in ("mistakes.ods", "mistakes.xlsx", "a.xlsx", "campaigns.xlsx"):
        (here / name).write_bytes(b"x")
    assert similar_name(Path(typed)) == (f" Did you mean {meant!r}?" if meant else "")


@pytest.mark.parametrize(
    ("arguments", "there"),
    [
        (("validate", "a.csv", "--config", "setings.toml"), "settings.toml"),
        (("plan", "a.csv", "--password-file", "pasword"), "password"),
        (("plan", "a.csv", "--ca-bundle", "authorty.pem"), "authority.pem"),
        (("drop", "incomming"), "incoming"),
        (("prune", "incomming", "--older-than", "90d"), "incoming"),
        (("journal", "check", "--journal", "journl.sqlite3"), "journal.sqlite3"),
    ],
    ids=lambda one: one[-2] if isinstance(one, tuple) else "",
)
def test_other_misspelt_names(program: Program, table: Table, here: Path, arguments: list[str], there: str) -> None:
    """Settings files, passwords and certificates, folders and journals are asked about as well."""
    table("a.csv")
    (here / there).mkdir()
    told = program(*arguments, password=None)
    assert told.exit_code in (2, 6)
    assert f" Did you mean '{there}'?" in told.stderr


def test_a_file_that_is_there_is_not_suggested(here: Path) -> None:
    """Whatever else is wrong with a file that exists, its name is right."""
    (here / "password").write_text("x", encoding="utf-8")
    (here / "passwords").write_text("x", encoding="utf-8")
    assert similar_name(Path("password")) == ""
    assert similar_name(Path("pasword")) == " Did you mean 'password'?"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("wokers = 3", "wokers is an unknown key. Did you mean 'workers'?"),
        ("max-row = 3", "max-row is an unknown key. Did you mean 'max_rows'?"),
        ("[servers.prod]\nusernam = 'x'", "servers.prod.usernam is an unknown key. Did you mean 'username'?"),
        ("server = 'prdo'\n[servers.prod]", "there is no section [servers.prdo]. Did you mean 'prod'?"),
        ("max-rows = 3\nmax_rows = 4", "max-rows and max_rows are the same key. Remove one of them."),
        ("[servers.a]\nmax_rows = 3\nmax-rows = 4", "servers.a.max-rows and max_rows are the same key."),
    ],
)
def test_misspelt_settings(bare: Program, table: Table, here: Path, content: str, words: str) -> None:
    """Keys and sections of the settings are asked about, and a key in both spellings is refused."""
    (here / "campaign-importer.toml").write_text(content, encoding="utf-8")
    told = bare("validate", table("a.csv"))
    assert told.exit_code == 6
    assert words in told.stderr


@pytest.mark.parametrize("key", ["header-row", "header_row"])
def test_keys_have_dashes_or_underscores(bare: Program, table: Table, here: Path, key: str) -> None:
    """Both spellings of a key mean the same."""
    (here / "campaign-importer.toml").write_text(f"{key} = 3\n", encoding="utf-8")
    path = table("a.csv", ("x", "y", "z"), ("", "", ""), ("name", "dtype", "dnumber"), ("Spring", "queue", "1"))
    assert bare("validate", path, "--json").counts == {"valid": 1}


@pytest.mark.parametrize("key", ["on-change", "on_change"])
@pytest.mark.parametrize("section", ["", "[folder.acme]\n"], ids=["top", "folder"])
def test_keys_of_a_drop_have_dashes_or_underscores(
    program: Program, sandbox: Sandbox, here: Path, key: str, section: str
) -> None:
    """So do those of drop.toml: an edited row is updated."""
    inbox = here / "incoming" / ("acme" if section else ".")
    inbox.mkdir(parents=True)
    (here / "incoming" / "drop.toml").write_text(f"settle.seconds = 0\n{section}{key} = 'update'\n", encoding="utf-8")
    for number in ("3", "4"):
        write_table(inbox / f"{number}.csv", ("name", "dtype", "dnumber", "maximum"), [("A", "queue", "1", number)])
        assert program("drop", here / "incoming").exit_code == 0
    assert [one["maximum"] for one in sandbox.campaigns()] == [4]


@pytest.mark.parametrize("kind", [kind for kind in WRITERS if not kind.startswith("fast.")])
def test_a_misspelt_required_heading(bare: Program, here: Path, kind: str) -> None:
    """A heading that is too far off to be taken for a misspelling is asked about if a required column is missing."""
    path = write_format(here, kind, {"Campaigns": [HEADINGS, ("x", "Spring", "queue", "1")]})
    told = bare("validate", path)
    assert told.exit_code == 2
    assert "Column 'name' is missing. Did you mean 'Nmae'? Rename it, or use --column B=name." in told.stderr
    assert "--default name=" not in told.stderr
    assert bare("validate", path, "--column", "B=name", "--json").counts == {"valid": 1}


def test_a_misspelt_heading_is_reported_once(bare: Program, table: Table) -> None:
    """What is known to be a misspelling of a required column is not reported as a missing column as well."""
    told = bare("validate", table("a.csv", ("name", "dtype", "dnumbr"), ("Spring", "queue", "1")))
    assert "C1: unknown heading 'dnumbr'. Did you mean 'dnumber'?" in told.stderr
    assert "is missing" not in told.stderr


def test_a_misspelt_default(bare: Program, table: Table) -> None:
    """The field of a --default is asked about too."""
    told = bare("validate", table("a.csv"), "--default", "atempts=3")
    assert told.exit_code == 2
    assert "--default atempts=…: there is no field 'atempts'. Did you mean 'attempts'?" in told.stderr


@pytest.mark.parametrize("where", ["here", "user", "variable", "drop"])
def test_a_standing_default_that_a_sheet_does_not_need(
    program: Program, table: Table, here: Path, where: str, tmp_path: Path
) -> None:
    """Settings are meant for every file, so one that has the column is not warned of; a flag is."""
    if where == "variable":
        told = program("validate", table("a.csv"), "--json", env={"CAMPAIGN_IMPORTER_DEFAULT": "dtype=mailbox"})
    elif where == "drop":
        (here / "incoming").mkdir()
        (here / "incoming" / "drop.toml").write_text("settle.seconds = 0\n[default]\ndtype = 'mailbox'\n")
        write_table(here / "incoming" / "a.csv", ("name", "dtype", "dnumber"), [("A", "queue", "1")])
        (file,) = program("drop", here / "incoming", "--json").document["files"]
        assert "W202" not in str(file)
        return
    else:
        file = here / "campaign-importer.toml" if where == "here" else settings.of_the_user()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("[default]\ndtype = 'mailbox'\nattempts = '3'\n", encoding="utf-8")
        told = program("validate", table("a.csv"), "--json")
    assert (told.exit_code, told.problems) == (0, [])
    told = program("validate", "a.csv", "--json", "--default", "dtype=mailbox")
    assert [one["code"] for one in told.problems] == ["W202"]


def test_a_standing_default_is_used_where_the_column_is_missing(
    program: Program, sandbox: Sandbox, table: Table, here: Path
) -> None:
    """It gives every row its value, as a flag does."""
    (here / "campaign-importer.toml").write_text("[default]\nattempts = '3'\n", encoding="utf-8")
    assert program("import", table("a.csv"), "--yes").exit_code == 0
    assert [one["attempts"] for one in sandbox.campaigns()] == [3]


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=5))
def test_what_is_suggested_is_there(word: str, words: list[str]) -> None:
    """A suggestion is one of the words, whatever was typed; a word itself is the closest to it."""
    meant = closest(word, words)
    assert meant is None or meant in words
    assert suggestion(word, words) == ("" if meant is None else f" Did you mean {meant!r}?")


def test_the_closest_word_ignores_case() -> None:
    """A word in other letters is the same word."""
    assert closest("DNUMBER", ["dtype", "dnumber"]) == "dnumber"
    assert closest("xyzzy", ["dtype", "dnumber"]) is None


@pytest.mark.parametrize("kind", [kind for kind in WRITERS if not kind.startswith("fast.")])
def test_a_misspelt_heading_of_results(bare: Program, here: Path, kind: str) -> None:
    """A heading that results have and that was changed is ignored, and the warning says which one it resembles."""
    path = write_format(here, kind, {"Campaigns": [(*USUAL, "import_staus"), ("Spring", "queue", "1", "created")]})
    told = bare("validate", path, "--json")
    assert told.counts == {"valid": 1}
    (problem,) = (one for one in told.document["problems"] if one["code"] == "W201")
    assert "Did you mean 'import_status', which results have?" in problem["message"]


@pytest.mark.parametrize("heading", ["Import ID", "import date", "Imported by"])
def test_headings_of_users_are_not_misspelt_ones_of_results(bare: Program, table: Table, heading: str) -> None:
    """Users have headings such as "Import ID" themselves: nothing is asked about these."""
    told = bare("validate", table("a.csv", (*USUAL, heading), ("Spring", "queue", "1", "x")))
    assert "is not a campaign field" in told.stderr
    assert "Did you mean" not in told.stderr


@pytest.mark.parametrize("key", ["maximum", "-"])
@pytest.mark.parametrize("kind", [kind for kind in WRITERS if not kind.startswith("fast.")])
def test_a_column_beyond_the_last_one(bare: Program, here: Path, kind: str, key: str) -> None:
    """--column with a letter that the table does not have is refused, with the last letter that it has."""
    path = write_format(here, kind, {"Campaigns": [USUAL, ("Spring", "queue", "1")]})
    told = bare("validate", path, "--column", f"D={key}")
    assert told.exit_code == 2
    assert f"Column D does not exist: the last one is C. Correct --column D={key}." in told.stderr
    assert bare("validate", path, "--column", "C=-", "--default", "dnumber=1", "--json").counts == {"valid": 1}


def test_a_column_that_an_import_added(bare: Program, table: Table) -> None:
    """--column cannot make a field of a column of results."""
    path = table("a.csv", (*USUAL, "import_id"), ("Spring", "queue", "1", ""))
    told = bare("validate", path, "--column", "D=maximum")
    assert told.exit_code == 2
    assert "Column D is 'import_id', which an import added. Correct --column D=maximum." in told.stderr
