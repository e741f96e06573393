"""The pandera schema and the encoding of a row, on tables of text."""

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from schemas.campaign import encode, fingerprint, means_the_same
from schemas.parameters import PARAMETERS
from schemas.rules import advice, rules

GOOD = {"name": "Spring", "dtype": "queue", "dnumber": "0123"}


def frame(*rows: dict[str, str], start: int = 2) -> pd.DataFrame:
    """Return a table of text with the row numbers of a sheet."""
    return pd.DataFrame(list(rows), index=range(start, start + len(rows)), dtype=str)


def failures(table: pd.DataFrame) -> list[tuple[str, int, str]]:
    """Return (column, row, found) of every failure of the rules."""
    try:
        rules(table).validate(table, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        return sorted(zip(cases["column"], cases["index"], cases["failure_case"], strict=True))
    return []


def test_good_rows_pass_unchanged() -> None:
    """The schema checks and converts nothing: what passes is the text that was there."""
    table = frame({**GOOD, "attempts": " 5.0 ", "enabled": "YES", "machine": "off"})
    pd.testing.assert_frame_equal(rules(table).validate(table, lazy=True), table)


def test_all_failures_of_all_rows_at_once() -> None:
    """One bad cell hides no other: every failure of every row comes, each once, with its row and its text."""
    table = frame(
        {**GOOD, "attempts": "0", "retry": "-1"},
        {**GOOD, "attempts": "1", "retry": "1"},
        {**GOOD, "name": " ", "attempts": "x", "retry": ""},
    )
    assert failures(table) == [("attempts", 2, "0"), ("attempts", 4, "x"), ("name", 4, " "), ("retry", 2, "-1")]


def test_a_good_value_beside_a_bad_one_in_its_column_passes() -> None:
    """Cells of a column are judged one by one."""
    values = ["1", "bad", "2.0", "", "0", "3"]
    table = frame(*({**GOOD, "maximum": value} for value in values))
    assert [row for _, row, _ in failures(table)] == [3, 6]


@pytest.mark.parametrize("name", [parameter.name for parameter in PARAMETERS if not parameter.required])
def test_blank_is_allowed_where_nothing_is_required(name: str) -> None:
    """An optional cell may be blank or hold white space alone."""
    assert failures(frame({**GOOD, name: ""}, {**GOOD, name: "  "})) == []


@pytest.mark.parametrize("name", ["name", "dtype", "dnumber"])
@pytest.mark.parametrize("text", ["", " ", "\u00a0"])
def test_required_cells_may_not_be_blank(name: str, text: str) -> None:
    """A required cell without text is a failure."""
    assert failures(frame({**GOOD, name: text})) == [(name, 2, text)]


@pytest.mark.parametrize("text", ["NA", "None", "nan", "null", "NULL", "N/A", "<NA>", "#N/A", "inf"])
def test_words_that_tools_take_for_nothing_are_text(text: str) -> None:
    """What other programs take for a missing value is a name like any other."""
    table = frame({**GOOD, "name": text, "dnumber": text})
    assert failures(table) == []
    assert encode(table.iloc[0].to_dict())["name"] == text


@pytest.mark.parametrize("dtype", ["queue", "Queue", " QUEUE "])
def test_negative_agents_with_a_queue(dtype: str) -> None:
    """With a queue, however it is written, keep_agents_available may be negative."""
    assert failures(frame({**GOOD, "dtype": dtype, "keep_agents_available": "-2"})) == []


def test_negative_agents_without_a_queue() -> None:
    """With any other destination it may not, and only the rows concerned fail."""
    table = frame(
        {**GOOD, "dtype": "mailbox", "keep_agents_available": "-2"},
        {**GOOD, "dtype": "mailbox", "keep_agents_available": "2"},
        {**GOOD, "dtype": "queue", "keep_agents_available": "-2"},
        {**GOOD, "dtype": "mailbox", "keep_agents_available": ""},
        {**GOOD, "dtype": "mailbox", "keep_agents_available": "-0"},
    )
    assert failures(table) == [("keep_agents_available", 2, "-2")]


def test_advice_is_about_known_types_and_outer_space() -> None:
    """Unknown destination types and text with white space at its ends are worth a word, and nothing else is."""
    table = frame(
        {**GOOD, "dtype": "fax"}, {**GOOD, "name": " Spring"}, {**GOOD, "dtype": " QUEUE "}, {**GOOD, "dtype": ""}
    )
    with pytest.raises(SchemaErrors) as caught:
        advice().validate(table, lazy=True)
    cases = caught.value.failure_cases
    assert sorted(zip(cases["column"], cases["index"], strict=True)) == [("dtype", 2), ("name", 3)]


def test_encode_leaves_blanks_out_and_keeps_the_order_of_the_table() -> None:
    """A blank cell is not sent; `off` is sent as an empty string; the order is the table's."""
    cells = {"machine": "off", "attempts": " 2.0", "callerid": "", "retry": " ", **GOOD, "enabled": "No"}
    assert list(encode(cells).items()) == [
        ("name", "Spring"),
        ("dtype", "queue"),
        ("dnumber", "0123"),
        ("attempts", "2"),
        ("enabled", "0"),
        ("machine", ""),
    ]


def test_encode_refuses_what_the_rules_refuse() -> None:
    """A value that was never checked does not get through by the back door."""
    with pytest.raises(ValueError, match="beep"):
        encode({**GOOD, "machine": "beep"})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"attempts": "5"}, {"attempts": "5.0"}),
        ({"enabled": "yes"}, {"enabled": "1"}),
        ({"enabled": ""}, {"enabled": "on"}),
        ({"attempts": ""}, {"attempts": "1"}),
        ({"retry": ""}, {"retry": "3600"}),
        ({"machine": ""}, {"machine": "FAILED"}),
        ({"callerid": ""}, {}),
        ({"dtype": "QUEUE"}, {}),
        ({"owner": "0"}, {}),
    ],
)
def test_spelling_makes_no_other_campaign(one: dict[str, str], other: dict[str, str]) -> None:
    """Two rows that the server would make the same campaign of have the same fingerprint."""
    assert fingerprint(encode({**GOOD, **one})) == fingerprint(encode({**GOOD, **other}))


@pytest.mark.parametrize(
    "change",
    [
        {"name": "spring"},
        {"name": "Spring "},
        {"dnumber": "123"},
        {"machine": "off"},
        {"attempts": "2"},
        {"customer": "0"},
        {"callerid": "0"},
        {"description": "x"},
    ],
)
def test_other_values_make_another_campaign(change: dict[str, str]) -> None:
    """Any other value makes another fingerprint; so does an explicit customer."""
    assert fingerprint(encode({**GOOD, **change})) != fingerprint(encode(GOOD))


def test_fingerprints_do_not_run_values_together() -> None:
    """A value that moves from one parameter to the next makes another campaign."""
    first = fingerprint(encode({**GOOD, "callerid": "a", "description": ""}))
    assert first != fingerprint(encode({**GOOD, "callerid": "", "description": "a"}))


@pytest.mark.parametrize(
    ("name", "sent", "listed", "same"),
    [
        ("attempts", "5", "5", True),
        ("attempts", "5", "5.0", True),
        ("enabled", "1", "true", True),
        ("machine", "", "", True),
        ("attempts", "5", "6", False),
        ("attempts", "5", "many", False),
        ("dnumber", "0123", "123", False),
    ],
)
def test_means_the_same(name: str, sent: str, listed: str, same: bool) -> None:
    """What a server lists counts as what was sent if it means the same, however it is written."""
    assert means_the_same(name, sent, listed) is same
