"""Moving off an old dialler through the front door: from its own export to campaigns, and what could not come along."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from importer.migration.profiles.loading import shipped
from importer.sandbox import Account, Sandbox
from schemas.headings import MIGRATION_HEADINGS
from tests.support.paths import ROOT, SAMPLES
from tests.support.program import Program
from tests.support.tables import rested

LEGACY = SAMPLES / "legacy"
EXPORTS = sorted(path for path in LEGACY.iterdir() if not path.name.endswith(".answers.toml"))
ALONE = "generic"
"""The profile that nothing is recognised by: it is for tables made by hand."""

Table = Callable[..., Path]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A stand-in server whose administrator sees the customers that the answers name."""
    everybody = Account("admin", "secret", "administrator", 1, tuple(range(1, 1000)))
    with Sandbox(accounts=(everybody,)) as running:
        yield running


@pytest.fixture
def legacy(here: Path) -> Path:
    """A folder with all the exports and their answers."""
    return Path(shutil.copytree(LEGACY, here / "legacy"))


def answers(export: Path) -> Path:
    """Return the answers that belong to an export."""
    return export.with_name(f"{export.stem}.answers.toml")


def profile_of(export: Path) -> str:
    """Return the name of the profile that an export is for; one system has exports of two kinds."""
    return export.stem.removesuffix("-code")


def test_every_profile_has_an_export() -> None:
    """Each shipped profile has a sample that is read below, and each sample a profile."""
    assert {profile_of(path) for path in EXPORTS} == set(shipped())


@pytest.mark.parametrize("export", EXPORTS, ids=lambda path: path.stem)
def test_an_export_becomes_campaigns(program: Program, sandbox: Sandbox, legacy: Path, export: Path) -> None:
    """Every export is recognised and created; each campaign has its machine, enabled and maximum on the wire."""
    export = legacy / export.name
    profile = ALONE if export.stem == ALONE else "auto"
    told = program(
        "import", export, "--yes", "--json", "--profile", profile, "--answers", answers(export), "--results", "o.xlsx"
    )
    assert told.exit_code in (0, 4), told.stderr
    assert told.counts.get("created"), told.stderr
    assert set(told.counts) <= {"created", "invalid"}
    sent = [one.parameters for one in sandbox.requests if one.action == "create"]
    assert all({"machine", "enabled", "maximum"} <= set(one) for one in sent)
    assert any(note.startswith("Migration from ") for note in told.document["notes"])
    book = openpyxl.load_workbook("o.xlsx")
    assert book.sheetnames == ["Import summary", "Results", "Migration"]
    headings = [cell.value for cell in book["Results"][1]]
    assert set(MIGRATION_HEADINGS) < set(headings)
    migrated = list(book["Migration"].iter_rows(min_row=2, values_only=True))
    assert len([one for one in migrated if one[0]]) == told.document["rows"]
    again = program("import", export, "--yes", "--json", "--profile", profile, "--answers", answers(export))
    assert again.counts.get("exists") == told.counts["created"]


def test_without_answers_nothing_is_guessed(program: Program, sandbox: Sandbox, legacy: Path) -> None:
    """A destination that nobody has explained makes its row invalid, with the old name; nothing of it is sent."""
    told = program("plan", legacy / "vicidial.sql", "--json", "--profile", "vicidial", "--results", "o.xlsx")
    assert told.exit_code == 3
    unresolved = [one for one in told.problems if one["code"] == "E121" and one["column"] == "dnumber"]
    assert unresolved
    assert any("OUTBOUND" in one["message"] for one in unresolved)
    assert sandbox.requests == []


def test_a_row_that_waits_for_an_answer_has_no_other_problem(program: Program, legacy: Path) -> None:
    """Nothing is said of cells that the answer will fill in, and each old destination is named, with its cells."""
    given = program("validate", legacy / "vicidial.sql", "--json", "--profile", "vicidial").document
    errors = [one for one in given["problems"] if one["severity"] == "error"]
    assert {one["code"] for one in errors} == {"E121"}
    destinations = [group for group in given["groups"] if group["code"] == "E121" and group["column"] == "dnumber"]
    assert len(destinations) == 13
    [listed] = [note for note in given["notes"] if note.startswith("Old destinations without an answer: ")]
    assert listed.count('"') == 26


def test_what_to_answer_comes_next(program: Program, legacy: Path) -> None:
    """The next step is to fill in the answers, in the file that is there, is given, or is to be written first."""
    export = legacy / "vicidial.sql"
    named = "legacy/vicidial.answers.toml"
    given = program("validate", export, "--profile", "vicidial", "--answers", named).stderr
    assert f"Next: fill in 1 destination and 2 other answers in {named}, then run validate again." in given
    there = program("plan", export, "--profile", "vicidial").stderr
    assert f"in {named}, then run plan again with --answers {named}." in there
    assert "13 destinations" in there
    assert "profiles init" not in there
    answers(export).unlink()
    missing = program("plan", export, "--profile", "vicidial").stderr
    assert (
        "Next: campaign-importer profiles init legacy/vicidial.sql --profile vicidial  writes the questions." in missing
    )
    assert "Rows already created" not in missing


def test_the_totals_and_the_losses_are_told(program: Program, here: Path, legacy: Path) -> None:
    """A plan says how many campaigns there are, what was assumed and lost, and which were skipped and why."""
    export = legacy / "vicidial.sql"
    told = program("plan", export, "--profile", "auto", "--answers", answers(export), "--results", "o.xlsx")
    assert re.search(r"Migration from VICIdial: \d+ campaigns, \d+ skipped", told.stderr)
    assert "Recognised as VICIdial by " in told.stderr
    assert "Skipped: " in told.stderr
    assert "[W205]" in told.stderr
    assert "[W206]" in told.stderr


def answered(path: Path, text: str) -> str:
    """Write a file of answers and return its name."""
    path.write_text(text, encoding="utf-8")
    return path.name


def newfies(name: str, number: int, kind: int) -> dict[str, object]:
    """Return a campaign of Newfies whose application is the first one of its kind."""
    fields = {"name": name, "status": 1, "object_id": 1, "content_type": kind, "aleg_gateway": 1, "intervalretry": 300}
    days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), True)
    hours = {"daily_start_time": "00:00:00", "daily_stop_time": "23:59:59", "maxretry": 0, "frequency": 10}
    return {"pk": number, "model": "dialer_campaign.campaign", "fields": {**fields, **hours, **days}}


def test_two_applications_with_one_number_are_two_destinations(program: Program, here: Path) -> None:
    """`profiles init` asks for both, one answer for both is refused, and two answers send each to its own place."""
    (here / "campaign.json").write_text(json.dumps([newfies("Voice", 3, 32), newfies("Survey", 4, 34)]), "utf-8")
    assert program("profiles", "init", "campaign.json").exit_code == 0
    questions = (here / "campaign.answers.toml").read_text(encoding="utf-8")
    assert all(f'# "app:{kind}:1" = ' in questions for kind in (32, 34))
    minutes = "[average_call_minutes]\n'*' = 1\n[destinations]\n"
    short = answered(here / "short.toml", f"{minutes}'app:1' = {{ dtype = 'ivr', dnumber = '0300' }}")
    told = program("validate", "campaign.json", "--profile", "auto", "--answers", short, "--json")
    refused = [one["message"] for one in told.problems if one["code"] == "E121"]
    assert len(refused) == 2
    assert all('the answer for "app:1" could mean "app:32:1", "app:34:1"' in message for message in refused)
    whole = "".join(f"'app:{kind}:1' = {{ dtype = 'ivr', dnumber = '{kind}' }}\n" for kind in (32, 34))
    both = answered(here / "both.toml", minutes + whole)
    program("plan", "campaign.json", "--profile", "auto", "--answers", both, "--results", "o.xlsx")
    headings, *rows = openpyxl.load_workbook("o.xlsx")["Results"].values
    assert [row[headings.index("dnumber")] for row in rows] == ["32", "34"]


def test_limits_of_genesys_are_told(program: Program, here: Path) -> None:
    """Limits of tries and of calls that cannot be carried over are all reported, and the totals count the campaign."""
    (here / "outbound.tf").write_text(
        """
resource "genesyscloud_outbound_campaign" "power" {
  name                = "Power"
  dialing_mode        = "power"
  outbound_line_count = 50
  max_calls_per_agent = 2
  campaign_status     = "off"
  contact_list_id     = genesyscloud_outbound_contact_list.list.id
  queue_id            = genesyscloud_routing_queue.sales.id
  phone_columns {
    column_name = "Cell"
  }
}
resource "genesyscloud_outbound_contact_list" "list" {
  attempt_limit_id = genesyscloud_outbound_attempt_limit.limit.id
}
resource "genesyscloud_outbound_attempt_limit" "limit" {
  max_attempts_per_contact = 4
  max_attempts_per_number  = 3
  recall_entries {
    no_answer {
      minutes_between_attempts = 6
      nbr_attempts             = 2
    }
    answering_machine {
      minutes_between_attempts = 5
      nbr_attempts             = 1
    }
  }
}
""",
        encoding="utf-8",
    )
    said = answered(here / "a.toml", "[destinations]\n'*' = { dtype = 'queue', dnumber = '0100' }\n")
    told = program("validate", "outbound.tf", "--profile", "auto", "--answers", said, "--json").document
    assert any("1 with lost settings," in note for note in told["notes"])
    lost = "\n".join(one["message"] for one in told["problems"] if one["code"] == "W205")
    for words in (
        "max_calls_per_agent 2: left out beside maximum 50",
        "max_attempts_per_contact 4: left out beside attempts 3",
        "answering_machine.minutes_between_attempts 5: left out beside retry 360",
        "no_answer.nbr_attempts 2",
        "answering_machine.nbr_attempts 1",
        "phone_columns ",
    ):
        assert words in lost


ISSABEL = {
    "id": "1",
    "name": "A",
    "max_canales": "4",
    "estatus": "A",
    "retries": "3",
    "queue": "501",
    "callerid": "",
    "Newer Thing": "7",
    "blank": "",
}


def in_sql(path: Path) -> Path:
    """Write the campaign as a dump."""
    names = ", ".join(f"`{name}`" for name in ISSABEL)
    texts = ", ".join(f"'{text}'" for text in ISSABEL.values())
    path.write_text(f"INSERT INTO `campaign` ({names}) VALUES ({texts});\n", encoding="utf-8")
    return path


def in_json(path: Path) -> Path:
    """Write the campaign as an answer of an API."""
    path.write_text(json.dumps({"campaigns": [ISSABEL]}), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.xlsx", "a.xls", "a.ods", "a.sql", "a.json"])
def test_a_column_of_a_newer_version_is_told_once(program: Program, table: Table, here: Path, name: str) -> None:
    """What the profile does not know is a note, in whatever form the export is; blank columns are none."""
    writers = {".sql": in_sql, ".json": in_json}
    write = writers.get(Path(name).suffix)
    path = write(here / name) if write else table(name, tuple(ISSABEL), tuple(ISSABEL.values()))
    said = answered(here / "a.toml", "[destinations]\n'*' = { dtype = 'queue', dnumber = '0100' }\n")
    told = program("validate", path, "--profile", "auto", "--answers", said, "--json").document
    notes = [note for note in told["notes"] if "not known to the profile" in note]
    assert notes == ["'Newer Thing' is not known to the profile, so it was not migrated."]
    assert any("Telephone numbers are not migrated" in note for note in told["notes"])


def test_the_page_tells_of_the_migration(program: Program, here: Path, legacy: Path) -> None:
    """--report has a part with what was translated, assumed and lost, and what was skipped."""
    export = legacy / "vicidial.sql"
    program(
        "plan", export, "--profile", "auto", "--answers", answers(export), "--report", "r.html", "--results", "o.xlsx"
    )
    text = Path("r.html").read_text(encoding="utf-8")
    assert "Migration from <bdi>VICIdial</bdi>" in text
    assert "<strong>Skipped:</strong>" in text


def test_an_apply_knows_of_the_migration(program: Program, here: Path, legacy: Path) -> None:
    """The results of an apply, which never saw the export, have the sheet of the migration too."""
    export = legacy / "issabel.sql"
    run = program("plan", export, "--json", "--profile", "auto", "--answers", answers(export), "--results", "p.xlsx")
    program("apply", run.document["run"], "--results", "o.xlsx")
    assert "Migration" in openpyxl.load_workbook("o.xlsx").sheetnames


def test_results_of_a_migration_are_an_input(program: Program, here: Path, legacy: Path) -> None:
    """Mended results are imported without a profile: created rows are recognised, and our columns raise no warning."""
    export = legacy / "issabel.sql"
    told = program(
        "import", export, "--yes", "--json", "--profile", "auto", "--answers", answers(export), "--results", "o.xlsx"
    )
    again = program("validate", "o.xlsx", "--json")
    assert not [one for one in again.problems if one["code"] == "W201"]
    assert program("import", "o.xlsx", "--yes", "--json").counts["exists"] == told.counts["created"]


def test_nothing_of_other_tables_is_anywhere(program: Program, here: Path, tmp_path: Path, legacy: Path) -> None:
    """Users, passwords and people of the dump of a database are in no file that a command writes, and not reported."""
    text = (legacy / "vicidial.sql").read_text(encoding="utf-8")
    (here / "all.sql").write_text(
        "CREATE TABLE `vicidial_users` (`user` varchar(20), `pass` varchar(100));\n"
        "INSERT INTO `vicidial_users` VALUES ('topsecretuser','topsecretpass');\n"
        "INSERT INTO `vicidial_list` VALUES (1,'topsecretperson','5551234567');\n" + text,
        encoding="utf-8",
    )
    told = program(
        "plan", "all.sql", "--profile", "auto", "--answers", answers(legacy / "vicidial.sql"), "--report", "r.html",
        "--log", "log.jsonl", "--verbose",
    )  # fmt: skip
    assert told.exit_code in (0, 4)
    assert "topsecret" not in told.stdout + told.stderr
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.name != "all.sql":
            assert b"topsecret" not in path.read_bytes(), path


def test_two_that_fit_or_none_are_refused(program: Program, table: Table, here: Path) -> None:
    """--profile auto refuses what it does not know, and names the systems that it does."""
    told = program("plan", table("c.csv", ("a", "b", "c"), ("1", "2", "3")), "--profile", "auto")
    assert told.exit_code == 2
    assert "vicidial" in told.stderr
    assert "--profile" in told.stderr


def test_an_unknown_profile_names_the_known_ones(program: Program, table: Table) -> None:
    """A misspelt name is reported with all that there are."""
    told = program("plan", table(), "--profile", "vicidail")
    assert told.exit_code == 6
    assert "vicidial" in told.stderr


def test_answers_that_are_wrong_are_all_told(program: Program, here: Path, legacy: Path) -> None:
    """Every mistake in the answers is reported at once, before anything is sent."""
    (here / "a.toml").write_text("agents = 'many'\nnosuch = 3\n", encoding="utf-8")
    told = program("plan", legacy / "vicidial.sql", "--profile", "vicidial", "--answers", "a.toml")
    assert told.exit_code == 6
    assert "agents" in told.stderr
    assert "nosuch" in told.stderr


@pytest.mark.parametrize("export", [path for path in EXPORTS if path.stem != ALONE], ids=lambda path: path.stem)
def test_init_asks_what_only_a_person_knows(program: Program, here: Path, export: Path) -> None:
    """`profiles init` writes a file that can be used as it is, and overwrites nothing."""
    copied = Path(shutil.copy(export, here))
    told = program("profiles", "init", copied)
    assert told.exit_code == 0, told.stderr
    assert "Recognised as " in told.stderr
    written = here / f"{export.stem}.answers.toml"
    assert program("plan", copied, "--profile", "auto", "--answers", written).exit_code in (0, 3, 4)
    assert program("profiles", "init", copied).exit_code == 2


def test_init_of_a_table_made_by_hand(program: Program, table: Table, here: Path) -> None:
    """Unknown headings are offered their likely parameter, with samples; only the file that is kept applies it."""
    path = table("hand.csv", ("The name of it", "Type of dest", "Dest nr.", "Colour"), ("A", "queue", "0123", "red"))
    assert program("plan", path).exit_code == 2
    told = program("profiles", "init", path)
    assert told.exit_code == 0, told.stderr
    text = (here / "hand.columns.toml").read_text(encoding="utf-8")
    assert '"0123"' in text
    assert 'C = "dnumber"' in text
    assert program("validate", path, "--config", "hand.columns.toml").exit_code == 0, text


def test_profiles_are_listed_and_shown(bare: Program) -> None:
    """All shipped profiles are in the list, and each can be looked at."""
    told = bare("profiles", "--json")
    assert {one["name"] for one in told.document["profiles"]} == set(shipped())
    assert "fusionpbx " in bare("profiles").stdout
    assert all(one["forms"].endswith(".") for one in told.document["profiles"])
    assert "[recognise]" in bare("profiles", "show", "vicidial").stdout


def test_a_profile_of_ones_own(program: Program, here: Path, legacy: Path) -> None:
    """A profile by path is checked and used like a shipped one; its mistakes are all reported."""
    text = (ROOT / "schemas" / "profiles" / "issabel.toml").read_text(encoding="utf-8")
    (here / "ours.toml").write_text(text, encoding="utf-8")
    assert program("profiles", "check", "ours.toml").exit_code == 0
    export = legacy / "issabel.sql"
    assert program("plan", export, "--profile", "ours.toml", "--answers", answers(export)).exit_code in (0, 4)
    (here / "ours.toml").write_text(text + "\n[nosuch]\nx = 1\n", encoding="utf-8")
    told = program("profiles", "check", "ours.toml")
    assert told.exit_code == 6
    assert "nosuch" in told.stderr


@pytest.mark.parametrize("action", ["show", "check", "init"])
def test_profiles_needs_to_know_of_what(bare: Program, action: str) -> None:
    """An action without its object is a sentence."""
    assert bare("profiles", action).exit_code == 2


@pytest.mark.parametrize("results", ["o.xlsx", "o.csv"])
@pytest.mark.parametrize("export", EXPORTS, ids=lambda path: path.stem)
def test_what_only_a_person_can_say_is_still_unsaid_in_the_results(
    bare: Program, legacy: Path, export: Path, results: str
) -> None:
    """A campaign that was refused for want of an answer is refused when its own results are read as they are."""
    export = legacy / export.name
    profile = ALONE if export.stem == ALONE else "auto"
    options = ("--answers", answers(export)) if results == "o.xlsx" else ()
    first = bare("validate", export, "--json", "--profile", profile, *options, "--results", results)
    again = bare("validate", rested(Path(results)), "--json")
    assert again.counts == first.counts
