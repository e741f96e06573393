"""The command that is shown to be typed next: it works if it is typed as shown."""

import shlex
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.cli import cli
from importer.cli.screen.next_command import next_command
from importer.sandbox import Sandbox
from tests.support.old_diallers import own_profile
from tests.support.program import Finished, Program

Table = Callable[..., Path]


def told_next(told: Finished, mark: str) -> list[str]:
    """Return the words of the command that is shown after `mark`, as a shell splits them."""
    (line,) = [line for line in told.stderr.splitlines() if mark in line]
    return shlex.split(line.partition(mark)[2].partition("  ")[0])


@pytest.fixture
def given_here(here: Path, sandbox: Sandbox) -> list[str]:
    """What has to be given with every command of a user who has set nothing up, in names that need quotes."""
    (here / "our settings.toml").write_text(
        f'[servers."the test"]\nurl = "{sandbox.url}"\nusername = "admin"\nsettle-wait = 0\n', encoding="utf-8"
    )
    (here / "pass word").write_text("secret\n", encoding="utf-8")
    return [
        *("--config", "our settings.toml", "--server", "the test"),
        *("--journal", "our journal/it's here.sqlite3", "--password-file", "pass word"),
    ]


def test_what_was_given_is_taken_along(bare: Program, table: Table, sandbox: Sandbox, given_here: list[str]) -> None:
    """The commands that are shown after a plan and a switch find the journal, the settings and the server again."""
    planned = bare("plan", table("the list.csv"), *given_here, "--rate", "50", "--results", "r.csv", password=None)
    program, *words = told_next(planned, "Next: to create the ready campaign: ")
    assert program == "campaign-importer"
    assert "--rate" in words
    assert "--results" not in words
    applied = bare(*words, "--json", password=None)
    assert applied.counts == {"created": 1}
    run = applied.document["run"]
    again = table("again.csv", ("name", "dtype", "dnumber", "enabled"), ("Off", "queue", "1", "0"))
    run = bare("import", again, *given_here, "--yes", "--json", password=None).document["run"]
    left = bare("enable", run, *given_here, "--yes", password=None)
    _, *words = told_next(left, "Next: to switch on every campaign of the run: ")
    assert "--yes" not in words
    assert bare(*words, "--yes", password=None).exit_code == 0
    assert {str(one["enabled"]) for one in sandbox.campaigns()} == {"1"}


def test_after_a_stop(bare: Program, table: Table, here: Path, given_here: list[str]) -> None:
    """The command shown where something has ended a run continues that run."""
    (here / "pass word").write_text("wrong\n", encoding="utf-8")
    stopped = bare("import", table(), *given_here, "--yes", password=None)
    assert stopped.exit_code == 6
    (here / "pass word").write_text("secret\n", encoding="utf-8")
    _, *words = told_next(stopped, "Next: to continue where this run stopped: ")
    assert bare(*words, "--json", password=None).counts == {"created": 1}


@pytest.mark.parametrize("name", ["export.csv", "old export.csv", "-old.csv", "it's.csv"])
@pytest.mark.parametrize("profile", ["ours.toml", "our own.toml"])
def test_a_profile_of_ones_own(program: Program, here: Path, name: str, profile: str) -> None:
    """`profiles init` tells the command with the profile, the file and its form as they were given."""
    (here / profile).write_text(own_profile(), encoding="utf-8")
    (here / name).write_text("camp_id;camp_name;dest\n1;Alpha;q1\n", encoding="utf-8")
    asked = program("profiles", "--profile", profile, "--delimiter", ";", "init", "--", name)
    assert asked.exit_code == 0, asked.stderr
    _, command, *words = told_next(asked, "then plan the migration: ")
    assert program(command, "--json", *words).document["counts"]["invalid"] == 1


def test_a_table_made_by_hand(program: Program, table: Table) -> None:
    """What `profiles init` tells for a table without known headings works, regardless of the name."""
    path = table("by hand.csv", ("The name of it", "Type of dest", "Dest nr."), ("A", "queue", "0123"))
    _, *words = told_next(program("profiles", "init", path), "then import the file: ")
    assert program(*words, "--yes").exit_code == 0


VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(VALUES, VALUES, VALUES)
def test_any_text_comes_through(file: str, journal: str, column: str) -> None:
    """Whatever is in a path or a value, the line that is shown means the same to a shell and to the program."""
    typed = ["import", f"--journal={journal}", f"--column={column}", f"--column={column}=", "--yes", "--", file]
    with cli.make_context("campaign-importer", list(typed)) as parent:
        name, command, rest = cli.resolve_command(parent, [typed[0], *typed[1:]])
        assert command is not None
        with command.make_context(name, rest, parent=parent) as context:
            _, told, *words = shlex.split(next_command(context, "plan", *context.params["files"]))
    with (
        click.Context(cli, **cli.context_settings) as parent,
        cli.commands[told].make_context(told, words, parent=parent) as context,
    ):
        assert context.params["files"] == (Path(file),)
        assert context.params["journal"] == Path(journal)
        assert context.params["column"] == (column, f"{column}=")
