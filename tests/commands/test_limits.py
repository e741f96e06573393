"""Limits on what one command may start: how many campaigns, how many that dial, how many calls."""

from collections.abc import Callable
from pathlib import Path

import pytest

from importer.sandbox import Faults, Sandbox
from tests.support.drop_site import DropSite, rows
from tests.support.processes import ProcessPool
from tests.support.program import Program
from tests.support.tables import HEADINGS as HEADINGS3

Table = Callable[..., Path]

HEADINGS = ("name", "dtype", "dnumber", "enabled", "maximum", "timegroup")
ROWS = [(f"n{at}", "queue", "1", "1" if at % 3 else "0", "5", "0") for at in range(30)]
"""Thirty campaigns, of which twenty dial, with five calls each."""

BEYOND = [
    ("--max-new", 29, 30, "30 campaigns would be created, and --max-new is 29"),
    ("--max-dialling", 19, 20, "20 campaigns would start dialling, and --max-dialling is 19"),
    ("--max-calls", 99, 100, "up to 100 calls at a time would be made, and --max-calls is 99"),
]


@pytest.fixture
def path(table: Table) -> Path:
    """A file of thirty campaigns."""
    return table("thirty.csv", HEADINGS, *ROWS)


def enabled(sandbox: Sandbox) -> int:
    """Return how many campaigns are on."""
    return sum(int(str(one["enabled"])) for one in sandbox.campaigns())


@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".xls", ".ods"])
@pytest.mark.parametrize(("option", "limit", "needed", "sentence"), BEYOND)
def test_an_import_beyond_a_limit_creates_nothing(
    program: Program, sandbox: Sandbox, table: Table, kind: str, option: str, limit: int, needed: int, sentence: str
) -> None:
    """One more than the limit: exit code 3, nothing created, the numbers, and a command that allows it and works."""
    path = table(f"thirty{kind}", HEADINGS, *ROWS)
    refused = program("import", path, "--yes", option, limit)
    assert refused.exit_code == 3
    assert f"Nothing was created: {sentence}. Check whether the file is the right one. [E416]" in refused.stderr
    assert sandbox.campaigns() == []
    (command,) = (line for line in refused.stderr.splitlines() if line.startswith("Next: to create them all the same"))
    assert f"{option} {needed}" in command
    run = command.split(" apply ")[1].split()[0]
    assert program("apply", run, option, limit).exit_code == 3
    assert program("apply", run, option, needed, "--json").counts == {"created": 30}


@pytest.mark.parametrize(("option", "limit", "needed", "sentence"), BEYOND)
def test_exactly_the_limit_is_allowed(
    program: Program, path: Path, option: str, limit: int, needed: int, sentence: str
) -> None:
    """As much as the limit says is created."""
    assert program("import", path, "--yes", option, needed, "--json").counts == {"created": 30}


def test_all_that_is_beyond_is_said_at_once(program: Program, path: Path) -> None:
    """Three limits that are exceeded are one message, with three options in the command."""
    refused = program("plan", path, "--max-new", 1, "--max-dialling", 2, "--max-calls", 3, "--json")
    (run,) = {refused.document["run"]}
    assert refused.exit_code == 3
    assert all(sentence.rpartition(",")[0] in refused.document["message"] for *_, sentence in BEYOND)
    shown = program("plan", path, "--max-new", 1, "--max-dialling", 2, "--max-calls", 3).stderr
    assert "--max-new 30 --max-dialling 20 --max-calls 100" in shown
    assert run


def test_files_count_together(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Two files that are each within the limit are not both created if together they are beyond it."""
    paths = [table(f"{name}.csv", HEADINGS, *((f"{name}{row[0]}", *row[1:]) for row in ROWS)) for name in "ab"]
    refused = program("import", *paths, "--yes", "--max-new", 59)
    assert refused.exit_code == 3
    assert "from 2 tables together, 60 campaigns would be created, and --max-new is 59." in refused.stderr
    assert sandbox.campaigns() == []
    assert program("import", *paths, "--yes", "--max-new", 60).exit_code == 0


def test_what_exists_does_not_count(program: Program, sandbox: Sandbox, path: Path, table: Table) -> None:
    """Only rows that are still to be created count: of a file that was imported, only its new rows."""
    assert program("import", path, "--yes").exit_code == 0
    more = table("more.csv", HEADINGS, *ROWS, ("new", "queue", "1", "1", "5", "0"))
    assert program("import", more, "--yes", "--max-new", 0).exit_code == 3
    assert program("import", more, "--yes", "--max-new", 1, "--max-dialling", 1, "--max-calls", 5).exit_code == 0
    assert len(sandbox.campaigns()) == 31


def test_updates_that_may_dial_count(program: Program, sandbox: Sandbox, path: Path, table: Table) -> None:
    """An edited row whose campaign may dial once it is updated counts as one that starts dialling."""
    assert program("import", path, "--yes", "--disabled").exit_code == 0
    edited = table("edited.csv", HEADINGS, *((*row[:4], "6", row[5]) for row in ROWS))
    refused = program("import", edited, "--yes", "--on-change", "update", "--max-dialling", 19)
    assert refused.exit_code == 3
    assert {one["maximum"] for one in sandbox.campaigns()} == {5}
    done = program("import", edited, "--yes", "--on-change", "update", "--max-dialling", 20, "--max-calls", 120)
    assert done.exit_code == 0
    assert {one["maximum"] for one in sandbox.campaigns()} == {6}


@pytest.mark.parametrize(("option", "limit", "needed", "sentence"), BEYOND[1:])
def test_switching_on_is_limited(
    program: Program, sandbox: Sandbox, path: Path, option: str, limit: int, needed: int, sentence: str
) -> None:
    """`enable` switches nothing on if it would be more than a limit allows."""
    run = program("import", path, "--yes", "--disabled", "--json").document["run"]
    refused = program("enable", run, "--yes", option, limit)
    assert refused.exit_code == 3
    assert f"Nothing was enabled: {sentence}." in refused.stderr
    assert enabled(sandbox) == 0
    assert program("enable", run, "--yes", option, needed).exit_code == 0
    assert enabled(sandbox) == 20


def test_a_person_is_not_even_asked(program: Program, path: Path) -> None:
    """On a terminal, what is beyond a limit is said before any question."""
    code, shown = program.terminal("import", path, "--max-new", 29, answers={})
    assert code == 3
    assert "[y/N]" not in shown


def test_a_server_may_have_limits(program: Program, path: Path, here: Path, sandbox: Sandbox) -> None:
    """Limits stand in the settings, in general and for a server; the command line comes before them."""
    settings = "max-new = 100\n[servers.small]\nmax-new = 10\n"
    (here / "campaign-importer.toml").write_text(settings, encoding="utf-8")
    assert program("import", path, "--yes", "--server", "small").exit_code == 3
    assert program("import", path, "--yes", "--server", "small", "--max-new", 30).exit_code == 0


def test_a_run_that_is_continued_counts_what_is_left(program: Program, sandbox: Sandbox, path: Path) -> None:
    """Rows that an earlier command has created do not count a second time."""
    run = program("plan", path, "--json").document["run"]
    sandbox.script("create", [None] * 12)
    sandbox.faults = Faults(throttled=1, actions=frozenset({"create"}))
    first = program("apply", run, "--max-new", 30, "--workers", 1, "--json", "--max-errors", 1)
    assert first.counts["created"] == 12
    sandbox.faults = Faults()
    assert program("apply", run, "--max-new", 17).exit_code == 3
    assert program("apply", run, "--max-new", 18).exit_code == 0
    assert len(sandbox.campaigns()) == 30


@pytest.fixture
def drop_site(here: Path, journal: Path, sandbox: Sandbox, process_pool: ProcessPool) -> DropSite:
    """A drop folder whose files go to the sandbox."""
    return DropSite(here / "in", journal, sandbox.url, process_pool)


def test_a_dropped_file_beyond_a_limit_waits_for_a_person(
    drop_site: DropSite, sandbox: Sandbox, program: Program
) -> None:
    """It goes to quarantine/ with the reason and a command that creates it; other files are imported."""
    drop_site.say(f"max_new = 20\n{drop_site.telling()}")
    drop_site.put("large.csv", *rows("large", 21))
    drop_site.put("small.csv", *rows("small", 20))
    done = drop_site.drop()
    assert done.exit_code == 4
    assert (drop_site.place("large.csv"), drop_site.place("small.csv")) == ("quarantine", "done")
    assert len(sandbox.campaigns()) == 20
    (reason,) = drop_site.find("large.csv.reason.txt")
    text = reason.read_text(encoding="utf-8")
    assert "Nothing was created: 21 campaigns would be created, and --max-new is 20." in text
    command = text.partition("To continue with them: ")[2].split()
    assert program(*command[1:]).exit_code == 0
    assert len(sandbox.campaigns()) == 41
    assert drop_site.drop().exit_code == 0


def test_sheets_of_a_dropped_workbook_count_together(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Two sheets of 20 rows are 40 campaigns, and one of them alone is not created either."""
    drop_site.say("max_dialling = 39\nall_sheets = true\n")
    drop_site.put_book("book.xlsx", {"A": [HEADINGS3, *rows("a", 20)], "B": [HEADINGS3, *rows("b", 20)]})
    assert drop_site.drop().exit_code == 3
    assert drop_site.place("book.xlsx") == "quarantine"
    assert sandbox.campaigns() == []


def test_a_drop_folder_without_limits_is_warned_of(drop_site: DropSite) -> None:
    """Where nothing limits what a file may start, that is said; a limit in the file or in the settings is enough."""
    warning = "No limit is set, so a wrong file could start any number of calls."
    assert warning in drop_site.drop().stderr
    assert warning not in drop_site.drop("--max-calls", 1000).stderr
    drop_site.say("max_new = 20\n")
    assert warning not in drop_site.drop().stderr
    (drop_site.folder / "acme").mkdir()
    drop_site.say("[folder.acme]\nmax_new = 20\n")
    assert f"No limit is set for {drop_site.folder}, so a wrong file" in drop_site.drop().stderr
