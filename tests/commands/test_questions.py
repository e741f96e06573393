"""Questions at the terminal: answered after they were asked, and by a number where very many may dial."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from importer.cli.screen.prompts import MOST_BY_ONE_KEY
from importer.model import ExitCode
from importer.sandbox import Sandbox
from tests.support.program import AT_ONCE, Program
from tests.support.tables import HEADINGS

Table = Callable[..., Path]

HEAD = (*HEADINGS, "maximum")
A = ("A", "queue", "1", "3")
EDITED = ("A", "queue", "1", "5")
QUESTION = "[y/N]"
DECISION = "[leave]"


def many(number: int, **cells: str) -> Iterable[tuple[str, ...]]:
    """Return rows of as many campaigns."""
    return ((f"C{at}", "queue", "1", *cells.values()) for at in range(number))


def maxima(sandbox: Sandbox) -> list[object]:
    """Return the maximum of every campaign on the server."""
    return [one["maximum"] for one in sandbox.campaigns()]


def test_what_was_typed_before_does_not_answer(program: Program, table: Table, sandbox: Sandbox) -> None:
    """A y that waits in the terminal's input when the question comes is not its answer."""
    code, shown = program.terminal("import", table(), answers={AT_ONCE: "y\ny\ny", QUESTION: "n"})
    assert (code, sandbox.campaigns()) == (0, [])
    assert shown.count(QUESTION) == 1


def test_a_password_is_not_what_was_typed_before(program: Program, table: Table, sandbox: Sandbox) -> None:
    """Neither is it taken for the password, which the server would refuse."""
    answers = {AT_ONCE: "y", "Password of admin": "secret", QUESTION: "y"}
    code, _ = program.terminal("import", table(), password=None, answers=answers)
    assert (code, len(sandbox.campaigns())) == (0, 1)


@pytest.mark.parametrize(("answer", "created"), [("y", 0), ("yes", 0), ("", 0), ("100", 0), (" 101 ", 101)])
def test_many_campaigns_are_confirmed_by_their_number(
    program: Program, table: Table, sandbox: Sandbox, answer: str, created: int
) -> None:
    """Above a hundred campaigns that dial, one key is not enough: their number is typed."""
    path = table("many.csv", HEADINGS, *many(MOST_BY_ONE_KEY + 1))
    _, shown = program.terminal("import", path, answers={"Type 101": answer})
    assert "Create 101 campaigns on" in shown
    assert "101 will start dialling immediately, up to 101 calls at a time. Type 101 to continue:" in " ".join(
        shown.split()
    )
    assert len(sandbox.campaigns()) == created


def test_a_hundred_take_one_key(program: Program, table: Table, sandbox: Sandbox) -> None:
    """A hundred campaigns that dial, and any number that do not, are confirmed by y."""
    off = many(MOST_BY_ONE_KEY, enabled="0")
    on = ((f"{one[0]} on", *one[1:3], "1") for one in many(MOST_BY_ONE_KEY))
    path = table("many.csv", (*HEADINGS, "enabled"), *off, *on)
    program.terminal("import", path, answers={QUESTION: "y"})
    assert len(sandbox.campaigns()) == 2 * MOST_BY_ONE_KEY


def test_yes_answers_for_any_number(program: Program, table: Table, sandbox: Sandbox) -> None:
    """--yes asks nothing, however many dial."""
    _, shown = program.terminal("import", table("many.csv", HEADINGS, *many(120)), "--yes", answers={})
    assert ("Type" in shown, len(sandbox.campaigns())) == (False, 120)


@pytest.mark.parametrize(
    ("decision", "expected"),
    [("update", [5]), ("create", [3, 5]), ("leave", [3]), ("", [3])],
)
def test_what_becomes_of_edited_rows(
    program: Program, table: Table, sandbox: Sandbox, decision: str, expected: list[int]
) -> None:
    """The plan shows the old and the new value of each field and asks; nothing is sent unless that is asked for."""
    program("import", table("c.csv", HEAD, A), "--yes")
    code, shown = program.terminal("import", table("c.csv", HEAD, EDITED), answers={DECISION: decision, QUESTION: "y"})
    assert "~ row 2 A (campaign 1) maximum 3 -> 5" in " ".join(shown.split())
    assert maxima(sandbox) == expected
    assert code == (0 if len(expected) + expected[0] != 4 else 4)
    assert (QUESTION in shown) is (decision in ("update", "create"))


def test_the_question_counts_both(program: Program, table: Table, sandbox: Sandbox) -> None:
    """New campaigns and updates are counted apart, and so are the calls that each may make."""
    program("import", table("c.csv", HEAD, A), "--yes")
    path = table("c.csv", HEAD, EDITED, ("B", "queue", "1", "2"))
    _, shown = program.terminal("import", path, answers={DECISION: "update", QUESTION: "y"})
    told = " ".join(shown.split())
    assert "Create 1 campaign and update 1 on" in told
    assert "1 will start dialling immediately, up to 2 calls at a time." in told
    assert "1 may dial once updated, up to 5 calls at a time." in told
    assert maxima(sandbox) == [5, 2]


def test_nothing_is_asked_about_edits_where_the_answer_is_given(
    program: Program, table: Table, sandbox: Sandbox
) -> None:
    """With --on-change update the plan is confirmed as any other."""
    program("import", table("c.csv", HEAD, A), "--yes")
    path = table("c.csv", HEAD, EDITED)
    _, shown = program.terminal("import", path, "--on-change", "update", answers={QUESTION: "y"})
    assert (DECISION in shown, "Update 1 campaign on" in shown, maxima(sandbox)) == (False, True, [5])


def test_ctrl_c_at_a_question_names_the_runs(program: Program, table: Table, sandbox: Sandbox) -> None:
    """Ctrl-C at either question ends with exit code 130, and says that nothing was created and how to go on."""
    program("import", table("c.csv", HEAD, A), "--yes")
    for answers in ({DECISION: "\x03"}, {DECISION: "update", QUESTION: "\x03"}):
        code, shown = program.terminal("import", table("c.csv", HEAD, EDITED), answers=answers)
        assert (code, maxima(sandbox)) == (130, [3])
        assert "Nothing was created. To continue: campaign-importer apply" in " ".join(shown.split())
        assert "\r\nStopped on request." in shown


def test_a_plan_that_was_stopped_asks_nothing_more(program: Program, table: Table, sandbox: Sandbox) -> None:
    """If the server fails while edited rows are checked as new ones, no question about the others follows."""
    program("import", table("c.csv", HEAD, A), "--yes")
    sandbox.script("validate", [None, *["foreign"] * 20])
    path = table("c.csv", HEAD, EDITED, ("B", "queue", "1", "2"))
    code, shown = program.terminal("import", path, "--max-errors", "1", answers={DECISION: "create", QUESTION: "y"})
    assert (code, DECISION in shown, QUESTION in shown) == (ExitCode.UNREACHABLE, True, False)
    assert maxima(sandbox) == [3]


@pytest.mark.parametrize(("answer", "on"), [("y", 1), ("n", 0)])
def test_enable_asks(program: Program, table: Table, sandbox: Sandbox, answer: str, on: int) -> None:
    """Before campaigns are enabled, how many they are and how many calls they may make is asked about."""
    run = program("import", table("c.csv", HEAD, A), "--yes", "--disabled", "--json").document["run"]
    code, shown = program.terminal("enable", run, answers={QUESTION: answer})
    assert "Enable 1 campaign (up to 3 calls at a time)?" in shown
    assert (code, sandbox.campaigns()[0]["enabled"]) == (0, on)


def test_enable_asks_for_the_number_too(program: Program, table: Table, sandbox: Sandbox) -> None:
    """Above a hundred, enabling is confirmed by the number."""
    path = table("many.csv", HEADINGS, *many(101))
    run = program("import", path, "--yes", "--disabled", "--json").document["run"]
    program.terminal("enable", run, answers={"Type 101": "y"})
    assert sum(one["enabled"] for one in sandbox.campaigns()) == 0
    program.terminal("enable", run, answers={"Type 101": "101"})
    assert sum(one["enabled"] for one in sandbox.campaigns()) == 101


def test_enable_without_a_terminal_needs_a_yes(program: Program, table: Table, sandbox: Sandbox) -> None:
    """Where nobody can be asked, nothing is enabled without --yes."""
    run = program("import", table(), "--yes", "--disabled", "--json").document["run"]
    told = program("enable", run)
    assert (told.exit_code, sandbox.campaigns()[0]["enabled"]) == (2, 0)
    assert (
        "Cannot ask for confirmation: this is not an interactive terminal. Add --yes to enable without asking. [E525]"
        in told.stderr
    )


def test_what_is_not_understood_is_asked_again(program: Program, table: Table, sandbox: Sandbox) -> None:
    """An answer that is neither yes nor no is not an error: what may be typed is said, and asked again."""
    code, shown = program.terminal("import", table(), answers={QUESTION: "x", "Please type y or n: ": "YES"})
    assert (code, len(sandbox.campaigns())) == (0, 1)
    assert "Error" not in shown


def test_a_decision_that_is_not_understood_is_asked_again(program: Program, table: Table, sandbox: Sandbox) -> None:
    """The same holds for a question with other answers."""
    program("import", table("c.csv", HEAD, A), "--yes")
    answers = {DECISION: "y", "Please type update, create or leave: ": "Update", QUESTION: "y"}
    program.terminal("import", table("c.csv", HEAD, EDITED), answers=answers)
    assert maxima(sandbox) == [5]
