"""The answers of a person: the file that asks for them, and the loader that checks them."""

import contextlib
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.errors import WrongSettings
from importer.migration.answers import Answers, Destination, load, read
from importer.migration.profiles.loading import load as load_profile
from importer.migration.questionnaire import Question, Questions, render
from schemas.problem_codes import ProblemCode
from tests.support.toml_values import as_toml

VICIDIAL = load_profile("vicidial")
ASKED = Questions(
    "vicidial",
    "VICIdial",
    (
        Question(
            "destinations", "queue:SALES", ("Spring", "Summer", "Autumn", "Winter"), '{ dtype = "", dnumber = "" }'
        ),
        Question("timegroups", "9am-9pm", ("Spring",), "4"),
        Question("owners", 'a "b" \\ \n', ("Spring\nRain",), "17"),
        Question("parameters.machine", "A", ("Spring",), '"off"'),
    ),
)


def answered(text: str) -> str:
    """Take the # off all lines that are answers."""
    lines = (line.removeprefix("# ") if line.startswith('# "') else line for line in text.splitlines())
    return "\n".join(lines)


def test_nothing_is_answered_by_itself() -> None:
    """The file that asks is a valid one, and answers nothing."""
    assert read(render(ASKED), "a.toml", VICIDIAL) == Answers(
        {}, {key: {} for key in ("timegroups", "owners", "parameters.machine")}
    )


def test_every_question_is_in_the_file() -> None:
    """With its sign of a comment taken off, each line is an answer to its question."""
    values = tomllib.loads(answered(render(ASKED)))
    assert {"queue:SALES", "*"} == values["destinations"].keys()
    assert values["timegroups"]["9am-9pm"] == 4
    assert 'a "b" \\ \n' in values["owners"]
    assert values["parameters"]["machine"]["A"] == "off"


def test_who_needs_an_answer_is_told_in_short() -> None:
    """A question names the first campaigns and counts the others."""
    assert "# Spring, Summer, Autumn and 1 more" in render(ASKED)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), unique=True, max_size=4))
def test_any_old_text_survives(keys: list[str]) -> None:
    """Whatever an old name holds, the file stays TOML and gives the same name back."""
    asked = tuple(Question("timegroups", key, (key,), "4") for key in keys if key != "*")
    text = render(Questions("vicidial", "VICIdial", asked))
    lines = [line.removeprefix("# ") for line in text.split("\n") if line.startswith('# "') and line[:5] != '# "*"']
    values = tomllib.loads("\n".join(lines))
    assert list(values) == [question.key for question in asked]
    tomllib.loads(text)


GOOD = """
system = "vicidial"
[destinations]
"queue:A" = { dtype = "queue", dnumber = "0100" }
[agents]
"*" = 5
B = "7"
[average_call_minutes]
"*" = 2.50
[parameters.callerid]
"*" = "0221555010"
"""


def test_answers_are_read_exactly(tmp_path: Path) -> None:
    """Numbers and texts are taken as they are written; one's own goes before that for all others."""
    path = tmp_path / "answers.toml"
    path.write_text(GOOD, encoding="utf-8")
    answers = load(path, VICIDIAL)
    assert answers.destination("QUEUE:a") == Destination("queue", "0100")
    assert answers.destination("queue:B") is None
    assert (answers.given("agents", "b"), answers.given("agents", "C")) == ("7", "5")
    assert answers.given("average_call_minutes", "A") == "2.50"
    assert answers.given("parameters.callerid", "A") == "0221555010"
    assert answers.given("owners", "A") is None


def test_keys_that_differ_in_their_case_are_kept_apart() -> None:
    """Of two keys that differ in nothing else, each answers for itself, and none for a third spelling."""
    one, two = Destination("queue", "1"), Destination("queue", "2")
    answers = Answers({"skill:Sales": one, "skill:SALES": two}, {"agents": {"Sales": "1", "SALES": "2"}})
    assert (answers.destination("skill:Sales"), answers.destination("skill:SALES")) == (one, two)
    assert answers.destination("skill:sales") is None
    assert (answers.given("agents", "SALES"), answers.given("agents", "sales")) == ("2", None)


WRONG = """
system = "issabel"
agnets = 3
owners = 4
[destinations]
a = "queue 0100"
b = { dtype = "queue", dnumber = "" }
[agents]
"*" = 0
A = true
[average_call_minutes]
"*" = "long"
[parameters.machine]
A = "maybe"
[parameters.dnumber]
A = "1"
[parameters.wrong]
A = "1"
"""


def test_all_mistakes_are_told_at_once() -> None:
    """Each mistake of the answers is a sentence with its key."""
    with pytest.raises(WrongSettings) as refused:
        read(WRONG, "answers.toml", VICIDIAL)
    told = refused.value.message.splitlines()
    assert refused.value.problem_code is ProblemCode.SETTINGS_FILE
    for words in (
        "system is 'issabel', and the profile is vicidial",
        "agnets is an unknown key. Known are system",
        "owners must be a table",
        'destinations."a" must be written as',
        'destinations."b" needs a dtype and a dnumber',
        "agents.\"*\" is '0', and must be a whole number of at least 1",
        'agents."A" must be a string or a number',
        "average_call_minutes.\"*\" is 'long', and must be a number of minutes above 0",
        "parameters.machine.\"A\" is 'maybe', and must be",
        "parameters.dnumber cannot be given here",
        "parameters.wrong is not a campaign field. Known are",
    ):
        assert [line for line in told if words in line], (words, told)
    assert len(told) == 12
    assert [line.split(":")[0].strip() for line in told[1:]] == [
        *("line 2", "line 3", "line 4", "line 6", "line 7", "line 9", "line 10", "line 12", "line 14"),
        *("line 15", "line 17"),
    ]


VALUES = st.recursive(
    st.sampled_from(["x", "", "1", "[key]"]) | st.integers(-2, 2) | st.booleans() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["[key]", "machine", "dtype", "dnumber", "*"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(["system", "destinations", "agents", "owners", "parameters", "parameters.machine", "x"]), VALUES)
def test_nothing_in_any_place_breaks_the_loader(key: str, value: object) -> None:
    """A value of any kind under any key gives answers or sentences, and never anything else."""
    with contextlib.suppress(WrongSettings):
        read(f"{key} = {as_toml(value)}\n", "answers.toml", VICIDIAL)


@pytest.mark.parametrize("text", ["=", "destinations = 3", "parameters = 3", "[agents]\na = nan", "[agents]\na = 1e99"])
def test_no_file_of_answers_gives_a_traceback(text: str) -> None:
    """Whatever is in the file, it is refused with a sentence."""
    with pytest.raises(WrongSettings, match=r"answers\.toml"):
        read(text, "answers.toml", VICIDIAL)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A file that cannot be read is refused with the reason."""
    with pytest.raises(WrongSettings, match="cannot be read: No such file"):
        load(tmp_path / "none.toml", VICIDIAL)
