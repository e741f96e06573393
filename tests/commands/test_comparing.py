"""Rows are compared with each other, however far apart they are and whatever `validate` writes besides."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.program import Program
from tests.support.tables import HEADINGS

ROWS = 10_050
"""More than are read at once."""


@pytest.fixture
def apart(table: Callable[..., Path]) -> Callable[[str], Path]:
    """Write a table in which rows far apart are the same, have the same name, or are wrong in the same way."""
    rows = [(f"Campaign {at}", "queue", str(at)) for at in range(ROWS)]
    rows[10_020] = rows[5]
    rows[10_030] = ("CAMPAIGN  7", "queue", "1")
    rows[20] = rows[10_040] = ("", "queue", "1")
    return lambda name: table(name, HEADINGS, *rows)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.ods"])
def test_rows_far_apart_are_compared(program: Program, apart: Callable[[str], Path], name: str) -> None:
    """`validate` finds the same with results and without, in each format."""
    path = apart(name)
    alone = program("validate", path, "--json")
    assert alone.counts == {"invalid": 3, "valid": ROWS - 3}
    assert [(one["row"], one["code"], one["message"][:20]) for one in alone.problems] == [
        (22, "E101", "name is required. Fi"),
        (10_022, "E105", "Duplicate of row 7. "),
        (10_042, "E101", "name is required. Fi"),
        (10_032, "W103", "Same name, apart fro"),
    ]
    written = program("validate", path, "--results", f"out-{name}".replace(".ods", ".xlsx"), "--json")
    assert (written.counts, written.problems) == (alone.counts, alone.problems)


@pytest.mark.slow
def test_a_table_without_anything_in_common_is_counted(program: Program, table: Callable[..., Path]) -> None:
    """Where no name comes twice all rows count, wrong ones as wrong."""
    rows = [(f"Campaign {at}", "queue", "" if at in (3, 10_033) else str(at)) for at in range(ROWS)]
    told = program("validate", table("a.csv", HEADINGS, *rows), "--json")
    assert told.counts == {"invalid": 2, "valid": ROWS - 2}
