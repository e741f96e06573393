"""Whose column is whose."""

import pytest

from importer.checking.cells import tidy_number
from importer.checking.columns import match_columns
from importer.errors import FileRefused, WrongUsage
from importer.model import Source
from importer.reading.table import Chunk, chunk_of
from tests.support.renamed import renamed


def source(*headings: str, sheet: str | None = "Campaigns") -> Source:
    return Source(path="plan.xlsx", sheet=sheet, headings=headings)


def frame(*rows: list[str]) -> Chunk:
    return chunk_of(rows[0], list(range(2, 2 + len(rows))), list(zip(*rows, strict=True)))


def test_columns_are_found_by_name_and_alias():
    """Every known heading finds its parameter; results columns are left out, unknown ones are kept and reported."""
    columns = match_columns(source("Campaign name", "dtype", "Destination", "Budget", "import_status", ""), 1, {})
    assert columns.positions == {"name": 0, "dtype": 1, "dnumber": 2}
    assert columns.kept == (0, 1, 2, 3, 5)
    warning, note = columns.warnings
    assert note.message == "Columns matched by name: 'Destination' → dnumber."
    assert warning.cell == "Campaigns!D1"
    assert "Budget" in warning.message


def test_two_columns_for_one_parameter_are_refused_with_both():
    """Two columns that land on one parameter are an error that names both."""
    with pytest.raises(FileRefused) as refusal:
        match_columns(source("name", "dtype", "dnumber", "From number", "CLI"), 3, {})
    assert "Campaigns!D3 ('From number') and Campaigns!E3 ('CLI') both mean 'callerid'" in refusal.value.message


def test_all_faults_of_the_headings_are_told_at_once():
    """A misspelling and a missing column come in one message."""
    with pytest.raises(FileRefused) as refusal:
        match_columns(source("namme", "dtype", sheet=None), 1, {})
    assert "Did you mean 'name'" in refusal.value.message
    assert "Column 'dnumber' is missing" in refusal.value.message


def test_defaults_fill_in_for_columns_that_are_missing():
    """A default stands for a column; one that is not needed is reported, one that is unknown refused."""
    columns = match_columns(source("name", "dnumber"), 1, {"dtype": "queue", "name": "x"})
    assert columns.defaults == {"dtype": "queue"}
    assert [warning.column for warning in columns.warnings] == ["name"]
    assert renamed(frame(["a", "1"]), columns)["dtype"].tolist() == ["queue"]
    with pytest.raises(WrongUsage):
        match_columns(source("name"), 1, {"dtyp": "queue"})


def test_columns_can_be_placed_without_headings():
    """Where there are no headings, positions say which column is which, and nothing is reported about letters."""
    columns = match_columns(source("A", "B", "C", "D"), 0, {}, {0: "name", 2: "dtype", 3: "dnumber"})
    assert columns.positions == {"name": 0, "dtype": 2, "dnumber": 3}
    assert columns.warnings == ()


def test_numbers_are_tidied_and_texts_are_not():
    """What cannot be seen goes from numbers and words, digits become ours; a text stays as it is."""
    columns = match_columns(source("name", "dtype", "dnumber", "attempts", "enabled"), 1, {})
    table = renamed(frame(["'x\u200b", "queue", "\u0661", "'\u0663\u00a0", "\u200byes"]), columns)
    assert table.iloc[0].tolist() == ["'x\u200b", "queue", "\u0661", "3", "yes"]
    assert table.index.tolist() == [2]


@pytest.mark.parametrize(
    ("text", "tidy"), [("'12", "12"), ("１２", "12"), ("\ufeff-5 ", "-5"), ("zwölf", "zwölf"), ("", "")]
)
def test_a_number_is_tidied(text, tidy):
    """Apostrophes, invisible characters and digits of other scripts do not keep a number from being one."""
    assert tidy_number(text) == tidy
