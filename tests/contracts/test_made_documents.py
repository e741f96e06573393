"""What the documents have from the code is what `make docs` makes of it now."""

import re
from pathlib import Path

import pytest

from docs.make import TABLES, made
from importer.model import ExitCode, Status
from tests.support.paths import ROOT

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
    """Each has one of its own, in words that go into a cell of a table."""
    meanings = [one.meaning for one in (*Status, *ExitCode)]
    assert len(set(meanings)) == len(meanings)
    assert all(meaning and "\n" not in meaning and not meaning.endswith(".") for meaning in meanings)
