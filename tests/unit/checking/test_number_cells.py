"""What is kept of the cells of a column of telephone numbers."""

import pytest

from importer.checking.number_cells import as_kept, is_elsewhere, is_kept


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("02083661177", "(1 number)"),
        ("+44 20 8366 1177; 020 8366 1178", "(2 numbers)"),
        ("02083661177\n02083661178\r\n02083661179", "(3 numbers)"),
        ("٠٢٠٨٣٦٦١١٧٧", "(1 number)"),
        ("call 020 8366 1177 x5", "(1 number)"),
        ("02083661177.x5", "(1 number)"),
        ("02083661177; leads.csv", "(2 numbers)"),
        ("; ".join(["02083661177"] * 1_000), "(1,000 numbers)"),
        ("leads.csv", "leads.csv"),
        ("leads 2026-11-01.XLSX", "leads 2026-11-01.XLSX"),
        ("many", "many"),
        ("", ""),
        ("(3 numbers)", "(3 numbers elsewhere)"),
        ("(10,000 numbers)", "(10,000 numbers elsewhere)"),
        ("(3 numbers elsewhere)", "(3 numbers elsewhere)"),
    ],
)
def test_a_cell_keeps_no_number(cell: str, kept: str) -> None:
    """Numbers become their count, names of files stay, and the count of earlier results says that it is one."""
    assert as_kept(cell) == kept
    assert is_elsewhere(as_kept(as_kept(cell))) == (is_kept(kept) or is_elsewhere(kept))
