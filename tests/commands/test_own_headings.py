"""Headings in the user's own words, kept in the settings, and headings that stand in the wrong place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from importer.sandbox import Sandbox
from tests.support.program import Program
from tests.support.tables import HEADINGS, ROW

Table = Callable[..., Path]

OWN = ("Aktion", "Ziel-Sorte", "Extension")
SETTINGS = '[headings]\n"Aktion" = "name"\n"ziel sorte" = "dtype"\nExtension = "dnumber"\n'
KINDS = ("c.csv", "c.xlsx", "c.xls", "c.ods")


@pytest.mark.parametrize("name", KINDS)
def test_headings_of_the_settings_are_understood(
    program: Program, sandbox: Sandbox, table: Table, here: Path, name: str
) -> None:
    """[headings] says which field a heading means, regardless of case, spaces and punctuation."""
    path = table(name, OWN, ROW)
    assert program("plan", path).exit_code == 2
    (here / "campaign-importer.toml").write_text(SETTINGS, encoding="utf-8")
    given = program("plan", path, "--json")
    assert (given.exit_code, given.counts) == (0, {"ready": 1})
    sent = sandbox.requests[0].parameters
    assert [sent[name] for name in HEADINGS] == list(ROW)
    assert any("'Extension' → dnumber" in note for note in given.document["notes"])


def test_headings_of_a_server_come_before_those_of_all(
    program: Program, sandbox: Sandbox, table: Table, here: Path
) -> None:
    """[servers.X.headings] holds for files that go to this server, in place of [headings]."""
    text = '[headings]\nExtension = "description"\n[servers.a]\n[servers.a.headings]\nExtension = "dnumber"\n'
    (here / "campaign-importer.toml").write_text(text, encoding="utf-8")
    given = program("plan", table("c.csv", (*HEADINGS[:2], "Extension"), ROW), "--server", "a", "--json")
    assert (given.exit_code, given.counts) == (0, {"ready": 1})
    assert sandbox.requests[0].parameters["dnumber"] == ROW[2]


def test_a_heading_can_be_named_on_the_command_line(bare: Program, table: Table) -> None:
    """--heading does the same for one command, also where the heading holds an equals sign, and `show` knows it."""
    path = table("c.csv", (*HEADINGS[:2], "a=b"), ROW)
    assert bare("validate", path, "--heading", "A=B=dnumber").exit_code == 0
    assert "dnumber" in bare("show", path, "--heading", "a=b=dnumber").stdout


@pytest.mark.parametrize("said", ["Extension", "Extension=", "=name", "Extension=dnumbr"])
def test_a_heading_that_makes_no_sense(bare: Program, table: Table, said: str) -> None:
    """What is not a heading with a field is refused, with how it is written."""
    given = bare("validate", table("c.csv", OWN, ROW), "--heading", said)
    assert given.exit_code == 2
    assert "write it as TEXT=FIELD, such as Ext=dnumber." in given.stderr
    assert ("Did you mean 'dnumber'?" in given.stderr) == (said == "Extension=dnumbr")


def test_two_headings_of_one_field_are_refused(bare: Program, table: Table) -> None:
    """A heading of the settings beside the field's own name is as unclear as two of the tool's own."""
    given = bare("validate", table("c.csv", (*HEADINGS, "Extension"), (*ROW, "9")), "--heading", "Extension=dnumber")
    assert given.exit_code == 2
    assert "C1 ('dnumber') and D1 ('Extension') both mean 'dnumber'." in given.stderr


@pytest.mark.parametrize("kind", [".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods"])
@pytest.mark.parametrize("first", [True, False])
def test_a_fields_own_name_wins_over_other_names_for_it(
    program: Program, table: Table, sandbox: Sandbox, kind: str, first: bool
) -> None:
    """Of `description` and Notes the first is sent, wherever it stands; the other is reported and handed back."""
    order = slice(None, None, 1 if first else -1)
    headings, row = ("description", "Notes", "CLI")[order], ("sent", "kept", "0207")[order]
    path = table(f"two{kind}", (*HEADINGS, *headings), (*ROW, *row))
    done = program("import", path, "--yes", "--json", "--results", "out.csv").document
    assert [(one["code"], one["message"]) for one in done["problems"] if one["column"] == "Notes"] == [
        ("W210", "Column 'Notes' is not sent, because there is a column 'description'. It is kept in the results.")
    ]
    assert [(one["description"], one["callerid"]) for one in sandbox.campaigns()] == [("sent", "0207")]
    assert "kept" in Path("out.csv").read_text()


def test_two_columns_of_a_fields_own_name_are_unclear(bare: Program, table: Table) -> None:
    """Where the field's own name is there twice, nothing wins; nor where the user places another column."""
    twice = table("twice.csv", (*HEADINGS, "description", "Description", "Notes"), (*ROW, "a", "b", "c"))
    assert "all mean 'description'" in bare("validate", twice).stderr
    placed = table("placed.csv", (*HEADINGS, "description", "Notes"), (*ROW, "a", "b"))
    assert "both mean 'description'" in bare("validate", placed, "--column", "E=description").stderr
    assert bare("validate", placed, "--column", "D=-").exit_code == 0


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("campaigns", [1, 2, 5])
def test_headings_in_a_column_are_seen(bare: Program, table: Table, name: str, campaigns: int) -> None:
    """A table that lies on its side is refused with the places of its headings, and how to turn it."""
    lines = [
        (heading, *(f"{text}{at}" for at in range(campaigns))) for heading, text in zip(HEADINGS, ROW, strict=True)
    ]
    given = bare("validate", table(name, *lines), "--json")
    assert (given.exit_code, given.document["code"]) == (2, "E241")
    message = given.document["message"]
    assert "the headings are in column A: 'name' (A1), 'dtype' (A2), 'dnumber' (A3). Transpose the sheet:" in message
    assert "Paste Special" in message


def test_a_short_row_has_one_problem(bare: Program, table: Table, here: Path) -> None:
    """Cells that are missing because a line is too short are not reported a second time as required."""
    (here / "c.csv").write_text("name,dtype,dnumber,timegroup\nA,queue,1,0\nB,queue\nC,queue,3,0\n", encoding="utf-8")
    given = bare("validate", "c.csv", "--json").document
    assert [(one["code"], one["row"]) for one in given["problems"]] == [("E118", 3)]


def test_a_heading_that_is_a_sign_is_only_itself(program: Program, sandbox: Sandbox, table: Table) -> None:
    """ "#" as an own heading means the column headed "#", and never one that has no heading."""
    path = table("c.csv", (*HEADINGS, "#", ""), (*ROW, "0456", "a stray note"))
    given = program("plan", path, "--heading", "#=callerid", "--json")
    assert given.exit_code == 0, given.stderr
    assert sandbox.requests[0].parameters["callerid"] == "0456"
    stray = table("d.csv", (*HEADINGS, ""), (*ROW, "a stray note"))
    program("plan", stray, "--heading", "#=callerid", "--json")
    assert "callerid" not in sandbox.requests[-1].parameters


def test_two_own_headings_that_are_one(bare: Program, table: Table) -> None:
    """Own headings that differ only in spaces and case cannot stand for two fields."""
    given = bare(
        "validate", table("c.csv"), "--heading", "Extension Nr=callerid", "--heading", "ExtensionNr=description"
    )
    assert given.exit_code == 2
    assert "'Extension Nr' and 'ExtensionNr' are read as one heading" in given.stderr


def test_headings_of_a_folder_add_to_those_of_all(program: Program, sandbox: Sandbox, table: Table, here: Path) -> None:
    """In drop.toml a folder's headings add to those at the top, as its defaults do."""
    (here / "in" / "acme").mkdir(parents=True)
    (here / "in" / "drop.toml").write_text(
        'settle.seconds = 0\n[headings]\nEin = "enabled"\n[folder.acme.headings]\nExtension = "dnumber"\n'
    )
    table("c.csv", (*HEADINGS[:2], "Extension", "Ein"), (*ROW, "0")).rename(here / "in" / "acme" / "c.csv")
    given = program("drop", here / "in", "--json")
    assert given.exit_code == 0, given.stderr
    (campaign,) = sandbox.campaigns()
    assert (campaign["dnumber"], str(campaign["enabled"])) == (ROW[2], "0")


GENERAL = '[headings]\nAktion = "name"\nExtension = "description"\n[default]\ndtype = "phone"\nattempts = "2"\n'
SERVER = '[servers.a]\n[servers.a.headings]\nExtension = "dnumber"\n[servers.a.default]\ndtype = "queue"\n'


def sent(sandbox: Sandbox, *names: str) -> list[str]:
    """Return the values of the first request."""
    return [sandbox.requests[0].parameters[name] for name in names]


@pytest.mark.parametrize("where", ["server", "folder", "variable", "flag", "drop"])
def test_tables_of_settings_are_merged(
    program: Program, sandbox: Sandbox, table: Table, here: Path, user: Path, where: str
) -> None:
    """[default] and [headings] are merged key by key: a stronger source replaces only the keys that it has."""
    user.write_text(GENERAL + (SERVER if where == "server" else ""), encoding="utf-8")
    own = '[headings]\n"extension " = "dnumber"\n[default]\ndtype = "queue"\n'
    variables = {"CAMPAIGN_IMPORTER_HEADINGS": "Extension=dnumber", "CAMPAIGN_IMPORTER_DEFAULT": "dtype=queue"}
    path = table("c.csv", ("Aktion", "Extension"), ("Spring", "0123"))
    if where == "folder":
        (here / "campaign-importer.toml").write_text(own, encoding="utf-8")
    if where == "drop":
        (here / "in").mkdir()
        path.rename(here / "in" / "c.csv")
        (here / "in" / "drop.toml").write_text(f"settle.seconds = 0\n{own}", encoding="utf-8")
        assert program("drop", here / "in").exit_code == 0
    else:
        typed = {"flag": ("--heading", "Extension=dnumber", "--default", "dtype=queue"), "server": ("--server", "a")}
        told = program("plan", path, *typed.get(where, ()), "--json", env=variables if where == "variable" else {})
        assert (told.exit_code, told.counts) == (0, {"ready": 1}), told.stderr
    assert sent(sandbox, "name", "dnumber", "dtype", "attempts") == ["Spring", "0123", "queue", "2"]


def test_a_flag_beside_a_variable_and_a_server(
    program: Program, sandbox: Sandbox, table: Table, here: Path, user: Path
) -> None:
    """All sources count together: a flag comes before the server's section, that before the general one."""
    user.write_text(GENERAL + SERVER, encoding="utf-8")
    path = table("c.csv", ("Aktion", "Extension"), ("Spring", "0123"))
    variables = {"CAMPAIGN_IMPORTER_DEFAULT": "dtype=ivr\nretry=60"}
    typed = ("--server", "a", "--default", "attempts=5")
    assert program("plan", path, *typed, env=variables).exit_code == 0
    assert sent(sandbox, "name", "dnumber", "dtype", "attempts", "retry") == ["Spring", "0123", "queue", "5", "60"]


def test_only_defaults_of_the_command_line_are_missed(bare: Program, table: Table, here: Path) -> None:
    """A default that was typed and has no effect is reported; those of the settings hold for other files, too."""
    (here / "campaign-importer.toml").write_text('[default]\ndtype = "phone"\nattempts = "2"\n', encoding="utf-8")
    told = bare("validate", table("c.csv", HEADINGS, ROW), "--default", "dnumber=1", "--json")
    assert [one["message"] for one in told.document["problems"] if one["code"] == "W202"] == [
        "Default for dnumber ignored: the sheet has a dnumber column."
    ]


def test_a_layout_is_not_merged(bare: Program, table: Table, here: Path) -> None:
    """[column] describes one layout: --column replaces it as a whole."""
    (here / "campaign-importer.toml").write_text('[column]\nA = "dnumber"\nD = "maximum"\n', encoding="utf-8")
    path = table("c.csv", HEADINGS, ROW)
    assert bare("validate", path).exit_code == 2
    assert bare("validate", path, "--column", "A=name").exit_code == 0


def test_doctor_names_the_source_of_each_key(program: Program, here: Path, user: Path) -> None:
    """Where keys of one table come from two files, each is shown with its own."""
    user.write_text(GENERAL, encoding="utf-8")
    (here / "campaign-importer.toml").write_text('[default]\ndtype = "queue"\n', encoding="utf-8")
    shown = [line.split() for line in program("doctor").stdout.splitlines()]
    found = {line[1]: line[2] for line in shown if line[:1] == ["default"] and len(line) == 3}
    assert found == {"attempts=2": str(user), "dtype=queue": str(here / "campaign-importer.toml")}
