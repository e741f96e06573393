"""Sentences of the documents that name numbers, words and lists of the program: they are those of the program."""

import inspect
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from importer.annotation.copying import MOST_NOTES
from importer.cli import cli
from importer.cli.options import common, numbers
from importer.drop.places import PROCESSING, Disposition
from importer.migration.profiles.loading import shipped
from importer.model import ExitCode, Status
from importer.notify import Outbox
from importer.reading.header import LAST_ROW
from importer.run_options import DEFAULTS, MEBIBYTE, SendOptions
from importer.run_report import LISTED
from importer.sandbox import Sandbox
from schemas.headings import RESULT_HEADINGS
from schemas.profile import DESTINATIONS
from schemas.profile_words import SECTIONS
from tests.support.numbers import write_list
from tests.support.paths import ROOT
from tests.support.program import Program
from tests.support.tables import HEADINGS, write_table

Table = Callable[..., Path]

DROP, EXACTLY_ONCE, EXIT_CODES, MACHINES, MIGRATION, READING, RESULTS, SETTINGS = (
    " ".join((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8").split())
    for name in ("drop", "exactly-once", "exit-codes", "machines", "migration", "reading", "results", "settings")
)
"""The documents, each in one line: a sentence may go on in the next."""


def between(text: str, start: str, end: str) -> str:
    """Return what stands between two words of a document."""
    assert text.count(start) == 1, start
    return text.partition(start)[2].partition(end)[0]


def first_cells(text: str) -> list[str]:
    """Return the words in code in the first cells of a table that was made one line."""
    return re.findall(r"\| `([^`|]+)` \|(?= [^`])", text)


def default(command: str, name: str) -> object:
    """Return the default of an option."""
    (found,) = [one for one in cli.commands[command].params if one.name == name]
    return found.default


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("validate", "gone.csv"), "E201"),
        (("validate",), "E501"),
        (("validate", "--nosuch", "a.csv"), "E501"),
        (("import", "a.csv", "--workers", "many"), "E501"),
        (("nosuch",), "E501"),
        (("plan", "a.csv"), "E505"),
        (("validate", "a.csv", "--default", "dtype"), "E503"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else words,
)
def test_every_error_ends_with_its_code(bare: Program, table: Table, words: tuple[str, ...], code: str) -> None:
    """Whatever ends a command, its last words are the code of the catalogue."""
    table("a.csv")
    told = bare.process(*words, password=None)
    assert told.exit_code in (2, 6)
    assert told.stderr.rstrip().endswith(f"[{code}]")
    assert "Every error and every warning ends with a code" in RESULTS


def test_the_statuses_of_the_results() -> None:
    """Every status that a person can meet in results is explained, and no other."""
    told = first_cells(between(RESULTS, "| status | meaning |", "<!-- end of statuses"))
    assert set(told) == set(Status) - {Status.SENDING}


def test_the_documented_exit_codes() -> None:
    """Every exit code is explained."""
    table = between(EXIT_CODES, "| code | meaning |", "If several apply")
    told = {int(code) for cell in re.findall(r"\| ([\d, ]+) \|", table) for code in cell.split(",")}
    assert told == set(ExitCode)


def test_the_columns_of_the_results() -> None:
    """The columns that docs/results.md names are those of results."""
    told = between(RESULTS, "- **Our columns**", "stand to the right")
    assert set(re.findall(r"`(import_\w+)`", told)) == set(RESULT_HEADINGS)


def test_the_folders_of_a_drop() -> None:
    """docs/drop.md names each folder that files are put into."""
    table = between(DROP, "| folder | what is in it |", "After any interruption")
    assert {one.removesuffix("/") for one in first_cells(table)} == set(Disposition)
    assert f"moved to `{PROCESSING}/` in one step" in DROP


def test_names_of_copies_under_way(program: Program, tmp_path: Path) -> None:
    """A file is not taken under the names that docs/drop.md lists, even where every name is asked for."""
    told = between(DROP, "its name is not that of a copy under way (", ")")
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "drop.toml").write_text('settle.seconds = 0\npatterns = ["*"]\n', encoding="utf-8")
    names = {one.replace("…", "list.csv") if "…" in one else f"list.csv{one}" for one in re.findall(r"`([^`]+)`", told)}
    assert len(names) == 3
    for name in (*names, "taken.csv"):
        write_table(folder / "new.csv", HEADINGS, [(name, "queue", "1")]).rename(folder / name)
    assert [one["name"] for one in program("drop", folder, "--json").document["files"]] == ["taken.csv"]
    assert names <= {one.name for one in folder.iterdir()}


def test_how_long_a_message_is_tried() -> None:
    """docs/drop.md says for how many days."""
    given = inspect.signature(Outbox).parameters["give_up_after"].default
    assert given == timedelta(days=7)
    assert "the next start tries again, for seven days;" in DROP


def test_the_systems_that_are_known() -> None:
    """Every system that has a profile is in the list of docs/migration.md, and no other."""
    told = between(MIGRATION, "# Moving off an old dialler ", ": their own exports").split(", ")
    assert {name.casefold().replace(" ", "-") for name in told} == set(shipped()) - {"generic"}


def test_what_only_you_know() -> None:
    """docs/migration.md explains every section of the answers."""
    told = between(MIGRATION, "## What only you know", "Keep the file")
    assert set(re.findall(r"\*\*(\w+)\*\*", told)) == {DESTINATIONS, *SECTIONS}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (READING, f"`--max-rows` ({default('validate', 'max_rows'):,})"),
        (READING, f"`--max-file-size` ({default('validate', 'max_file_size')} MiB)"),
        (READING, f"declares to unpack to more than {DEFAULTS.max_unpacked // MEBIBYTE:,} MiB"),
        (READING, f"may take {default('validate', 'reader_memory'):,} MiB of memory"),
        (READING, f"be silent for {default('validate', 'reader_seconds'):g} seconds"),
        (READING, f"The first {LAST_ROW} rows are searched"),
        (RESULTS, f"`--copy-up-to` ({default('validate', 'copy_up_to'):,} unless you set it)"),
        (RESULTS, f"At most {MOST_NOTES:,} comments"),
        (MACHINES, f"the first {LISTED:,} errors and the first {LISTED:,} warnings"),
    ],
)
def test_numbers(document: str, words: str) -> None:
    """The numbers that the documents name are the defaults and bounds of the program."""
    assert words in document


def test_the_wait_before_a_second_look(program: Program) -> None:
    """Without --settle-wait, as long as --timeout is waited, as docs/exactly-once.md says."""
    assert SendOptions().settle_wait is None
    assert "(`--settle-wait`, by default as long as `--timeout`)" in EXACTLY_ONCE


NUMBERS_ALONE = {one.name for one in (*numbers.FOR_SHEETS, *numbers.EVERY_NUMBER)} - {
    "country",
    "number_format",
    "dnc",
}


def test_every_option_of_an_import_can_be_set() -> None:
    """The sentence of docs/settings.md on flags, variables and files holds for every option of the commands in it."""
    told = between(SETTINGS, "Every option of ", " can be given as a flag")
    for command in re.findall(r"`(\w+)`", told):
        for one in cli.commands[command].params:
            if one.param_type_name == "option":
                if one.name == "all_sheets":
                    assert "`--all-sheets` is a flag alone" in SETTINGS
                    continue
                if one.name in NUMBERS_ALONE:
                    assert "whose other options are flags alone" in SETTINGS
                    continue
                assert one.name in ("config", "debug") or one.name in common.IN_FILES, (command, one.name)
                assert one.envvar or one.name == "yes", (command, one.name)


def test_the_stages_of_the_log(program: Program, sandbox: Sandbox, table: Table, no_waiting: list[float]) -> None:
    """The log's lines are of the stages that docs/machines.md lists, and each of these occurs."""
    path = table("c.csv", (*HEADINGS, "maximum"), ("A", "queue", "1", "1"))
    log = ("--log", "log.jsonl")
    sandbox.script("create", ["dropped_after"])
    program("import", path, "--yes", *log)
    edited = table("d.csv", (*HEADINGS, "maximum"), ("A", "queue", "1", "2"))
    run = program("import", edited, "--yes", "--on-change", "update", "--json", *log).document["run"]
    program("disable", run, *log)
    leads = write_list("leads.csv", "+44 20 8366 1177")
    load = ("numbers", "load", leads, "--campaign", sandbox.add_campaign(name="Off", enabled=0))
    program(*load, "--number-format", "plus", "--yes", *log)
    program("undo", run, "--yes", *log)
    found = {json.loads(line)["stage"] for line in Path("log.jsonl").read_text(encoding="utf-8").splitlines()}
    told = between(MACHINES, "| `stage` | ", " |")
    assert found == set(re.findall(r"`([^`]+)`", told))
