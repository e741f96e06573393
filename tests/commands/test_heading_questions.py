"""Headings that resemble names of fields: a person at the terminal is asked, nobody else is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from importer.sandbox import Sandbox
from tests.support.program import Program
from tests.support.tables import HEADINGS, ROW

Table = Callable[..., Path]

MISSPELT = (*HEADINGS, "Maxmium")
QUESTION = "Is 'Maxmium' the column for maximum? [y/N]"
REFUSED = "unknown heading 'Maxmium'. Did you mean 'maximum'?"


@pytest.fixture
def misspelt(table: Table) -> Path:
    """A table with a heading that is close to that of a field."""
    return table("c.xlsx", MISSPELT, (*ROW, "7"))


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv"])
def test_a_close_heading_is_asked_about(program: Program, sandbox: Sandbox, table: Table, kind: str) -> None:
    """A yes makes it the column for the field, and how to keep the answer is shown, with the option and the table."""
    answers = {QUESTION: "y", "Create 1 campaign": "y"}
    code, shown = program.terminal("import", table(f"c.{kind}", MISSPELT, (*ROW, "7")), answers=answers)
    assert (code, [one["maximum"] for one in sandbox.campaigns()]) == (0, [7])
    said = " ".join(shown.split())
    assert "To avoid this question, add --heading Maxmium=maximum to the command, or under [headings] in" in said


@pytest.mark.parametrize("answer", ["n", ""])
def test_without_a_yes_the_file_is_refused(program: Program, sandbox: Sandbox, misspelt: Path, answer: str) -> None:
    """No is the usual answer: the file is refused as if nobody had been asked."""
    code, shown = program.terminal("import", misspelt, answers={QUESTION: answer})
    assert (code, sandbox.requests) == (2, [])
    assert REFUSED in " ".join(shown.split())


@pytest.mark.parametrize("command", ["validate", "plan"])
def test_other_commands_ask_too(program: Program, misspelt: Path, command: str) -> None:
    """Whoever checks a file first is asked as well."""
    code, shown = program.terminal(command, misspelt, answers={QUESTION: "y"})
    assert code == 0
    assert "To avoid this question" in shown


@pytest.mark.parametrize("words", [("import", "--yes"), ("plan", "--json"), ("validate", "--json")])
def test_who_wants_no_questions_gets_none(program: Program, misspelt: Path, words: tuple[str, str]) -> None:
    """With --yes, and where a program reads the document, a terminal is not a reason to ask."""
    command, option = words
    code, shown = program.terminal(command, misspelt, option, answers={})
    assert code == 2
    assert "the column for" not in shown


def test_nobody_is_asked_without_a_terminal(program: Program, misspelt: Path) -> None:
    """A script gets the refusal."""
    told = program("plan", misspelt)
    assert told.exit_code == 2
    assert REFUSED in told.stderr
    assert "the column for" not in told.stderr


def test_a_missing_column_is_asked_about(program: Program, sandbox: Sandbox, table: Table) -> None:
    """So is the heading that may be that of a required column; each heading has its own question."""
    path = table("c.csv", ("Nmae", "dtype", "dnumber", "Maxmium"), (*ROW, "7"))
    answers = {"Is 'Nmae' the column for name? [y/N]": "y", QUESTION: "y"}
    code, _ = program.terminal("plan", path, answers=answers)
    assert code == 0
    assert sandbox.requests[0].parameters["name"] == ROW[0]


def test_one_answer_is_for_all_files(program: Program, table: Table) -> None:
    """Nobody is asked the same for every file of a command."""
    paths = [table(f"{name}.csv", MISSPELT, (name, *ROW[1:], "7")) for name in "abc"]
    code, shown = program.terminal("plan", *paths, answers={QUESTION: "y"})
    assert (code, shown.count(QUESTION)) == (0, 1)


def test_what_a_question_cannot_clear_up_is_refused(program: Program, table: Table) -> None:
    """Where something else is wrong with the headings, or two resemble one field, an answer would lead nowhere."""
    for headings in ((*HEADINGS, "Maxmium", "Maximumm"), ("name", "Maxmium", "dtype", "Remark", "Remark")):
        path = table("c.csv", headings, ("",) * 5)
        code, shown = program.terminal("validate", path, answers={})
        assert code == 2
        assert "the column for" not in shown


def test_ctrl_c_at_the_question(program: Program, sandbox: Sandbox, misspelt: Path) -> None:
    """Ctrl-C leaves everything as it was."""
    code, shown = program.terminal("import", misspelt, answers={QUESTION: "\x03"})
    assert (code, sandbox.requests) == (130, [])
    assert "Nothing was created." in shown
