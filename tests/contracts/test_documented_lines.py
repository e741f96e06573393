"""Every command line that a document shows is one that the program takes."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from importer.cli import cli
from importer.cli.values.clashes import refuse_clashes
from tests.support.paths import ROOT

DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
INSTALLED = sorted(path for path in (ROOT / "docs" / "install").iterdir() if path.suffix in (".service", ""))
PROGRAM = "campaign-importer"

CODE = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
BLOCK_LINE = re.compile(rf"^(?:    |\$ )?({PROGRAM} .*)$", re.MULTILINE)
MEANT = {"RUN": "20261123-0f2678", "N": "17", "ID": "4711", "WHEN": "90d"}
"""What stands for the words that a document leaves to the reader."""


def lines_of(document: Path) -> Iterator[str]:
    """Yield the command lines of a document: in blocks, and within its sentences with or without the program's name."""
    text = document.read_text(encoding="utf-8")
    yield from (line for line in BLOCK_LINE.findall(text) if "[OPTIONS]" not in line)
    for code in CODE.findall(FENCED.sub("", text)):
        words = code.split()
        if words[0] in (PROGRAM, *cli.commands) and len(words) > 1:
            yield " ".join(words)


def installed_lines() -> Iterator[tuple[str, str]]:
    """Yield the command lines of the files to be installed."""
    for path in INSTALLED:
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#") and (found := re.search(rf"/({PROGRAM} [^>&|]*)", line)):
                yield path.name, found[1]


LINES = [(document.name, line) for document in DOCUMENTS for line in dict.fromkeys(lines_of(document))]
LINES += installed_lines()


@pytest.mark.parametrize(("document", "line"), LINES, ids=[f"{document}: {line}" for document, line in LINES])
def test_the_line_is_understood(document: str, line: str) -> None:
    """The program has the command, its arguments and its options, with values of these kinds, and they go together."""
    # In a block, an explanation stands two blanks to the right.
    words = shlex.split(re.split(r" {2,}", line)[0], comments=True)
    command, *rest = [MEANT.get(word, word) for word in words if word != PROGRAM]
    assert command in cli.commands, document
    if not rest:
        return
    try:
        with (
            click.Context(cli, **cli.context_settings) as parent,
            cli.commands[command].make_context(command, rest, parent=parent) as context,
        ):
            refuse_clashes(context, context.params)
    except click.exceptions.Exit as end:
        assert end.exit_code == 0  # noqa: PT017 -- of --help
    except click.UsageError as error:
        pytest.fail(f"{document}: {line}: {error.format_message()}")


def test_no_document_is_without_lines() -> None:
    """The lines are found: in blocks, in sentences, and in what is to be installed."""
    found = {document for document, _ in LINES}
    assert found >= {"README.md", "drop.md", "machines.md", "migration.md", "reading.md", "reference.md", "messages.md"}
    assert {line for _, line in LINES} >= {
        f"{PROGRAM} settle RUN --row N --id ID",
        f"{PROGRAM} disable RUN",
        f"{PROGRAM} sandbox",
        f"{PROGRAM} import campaigns.csv --yes",
    }
    assert found >= {path.name for path in INSTALLED if path.name != "logrotate"}
