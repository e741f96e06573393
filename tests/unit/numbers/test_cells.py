"""Telephone numbers in the cells of a sheet of campaigns."""

from dataclasses import replace
from pathlib import Path

import pytest

from importer.errors import FileRefused
from importer.numbers.lists.sheet_cells import open_cells
from importer.numbers.options import NumberCells
from importer.reading import open_table
from importer.run_options import DEFAULTS
from schemas.problem_codes import ProblemCode
from tests.support.numbers import british
from tests.support.tables import write_table


def test_a_sheet_that_changed_is_not_read_again(tmp_path: Path) -> None:
    """Numbers are those of the rows that were planned: a file with other rows by now is refused."""
    rows = [(f"Campaign {at}", number) for at, number in enumerate(british(30))]
    path = write_table(tmp_path / "campaigns.csv", ("name", "numbers"), rows)
    cells = NumberCells(source=open_table(path, DEFAULTS).source, position=1)
    assert sum(map(len, open_cells(cells).table.chunks)) == 30
    with pytest.raises(FileRefused) as refused:
        open_cells(replace(cells, source=replace(cells.source, digest="another")))
    assert refused.value.problem_code is ProblemCode.GROWING
