"""The documents on formats: what they list is what the program writes."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from conftest import ROOT, Program

DOCUMENT = (ROOT / "docs" / "machines.md").read_text(encoding="utf-8")


def keys(section: str) -> set[str]:
    """Return the keys that the table of a section lists."""
    rows = re.findall(r"^\| (`[^|]*) \|", section, re.MULTILINE)
    return {key for row in rows for key in re.findall(r"`(\w+)`", row)}


def test_the_keys_of_the_document_are_those_that_are_listed(program: Program, table: Callable[..., Path]) -> None:
    """The object of --json has the documented keys, all of them and no others."""
    told = program("import", table(), "--yes", "--json")
    assert set(told.document) == keys(DOCUMENT.partition("## The log")[0])


def test_the_keys_of_the_log_are_those_that_are_listed(program: Program, table: Callable[..., Path]) -> None:
    """A line of --log has the documented keys, all of them and no others."""
    program("import", table(), "--yes", "--log", "log.jsonl")
    line = json.loads(Path("log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert set(line) == keys(DOCUMENT.partition("## The log")[2])


def test_links_between_the_documents_lead_somewhere() -> None:
    """Every link of the README and of docs/ to a file of the project names one that is there."""
    for document in (ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
