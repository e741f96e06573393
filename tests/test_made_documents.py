"""What the documents have from the code is what `make docs` makes of it now."""

import re
from pathlib import Path

import pytest
from conftest import ROOT

from docs.make import TABLES, made
from docs.make_tables import EXIT_CODES, STATUSES
from importer.model import ExitCode, Status

MADE = made()


@pytest.mark.parametrize("document", MADE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_document_is_as_make_docs_writes_it(document: Path) -> None:
    """Nothing that is made from the code has been changed by hand, or left behind by a change of the code."""
    assert document.read_text(encoding="utf-8") == MADE[document], "`make docs` writes it anew"


def test_every_part_that_says_it_is_made_is_made() -> None:
    """No document claims of a part that it is made by `make docs` when it is not."""
    for document in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        claimed = re.findall(r"^<!-- ([\w ]+): made by", document.read_text(encoding="utf-8"), re.MULTILINE)
        assert claimed == list(TABLES.get(document.relative_to(ROOT).as_posix(), ())), document


def test_every_status_and_every_exit_code_has_a_meaning() -> None:
    """None is left out but `sending`, which is over before anything is handed back."""
    assert set(STATUSES) == set(Status) - {Status.SENDING}
    assert set(EXIT_CODES) == set(ExitCode)
