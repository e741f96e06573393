"""The numbers of the campaigns that one row was split into."""

import pytest

from importer.model import MOST_PARTS, PARTS_APART, numbered, part_number, part_of, row_name, sheet_row, shown_row


@pytest.mark.parametrize(("row", "part", "name"), [(2, 0, "2"), (12, 1, "12.2"), (1_048_576, 199, "1048576.200")])
def test_a_number_has_one_name(row: int, part: int, name: str) -> None:
    """Row, campaign and name of a number lead to each other; a database keeps the number in 32 bits."""
    number = part_number(row, part)
    assert (sheet_row(number), part_of(number), row_name(number)) == (row, part + 1, name)
    assert numbered(name) == number < 2**31


def test_names_are_shown_with_separators() -> None:
    """In a line of text, long rows have separators."""
    assert (shown_row(1234), shown_row(part_number(1234, 1))) == ("1,234", "1,234.2")
    assert numbered("1234.1") == 1234


@pytest.mark.parametrize("name", ["", "0", "-1", "2.0", "2.202", "x", "2.", ".2", "2.2.2", "+2", " 2", "10000000.2"])
def test_other_texts_name_no_row(name: str) -> None:
    """A text that is not a row, or a campaign that none can have, is refused."""
    with pytest.raises(ValueError, match="row"):
        numbered(name)


@pytest.mark.parametrize(("row", "part"), [(PARTS_APART, 0), (2, MOST_PARTS + 1)])
def test_too_much_has_no_number(row: int, part: int) -> None:
    """A row behind all others, or a campaign too many, would get the number of another one."""
    with pytest.raises(ValueError, match="part"):
        part_number(row, part)
