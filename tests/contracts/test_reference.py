"""The reference: it is what the program says of itself, and leaves nothing out."""

import re

import click
import pytest

from docs.make_reference import VARIABLES
from importer.cli import cli
from importer.cli.help.examples import EXAMPLES
from importer.cli.options.variables import PASSWORD_VARIABLE
from tests.support.paths import ROOT

PATH = ROOT / "docs" / "reference.md"


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_option_is_described(command: str) -> None:
    """Each command has a part with its examples and all of its options; each option a line, and its variable there."""
    text = PATH.read_text(encoding="utf-8")
    part = text.partition(f"\n### {command}\n")[2].partition("\n## ")[0].partition("\n### ")[0]
    for example in EXAMPLES[command]:
        assert f"\n{example.line}\n" in part
    for option in cli.commands[command].params:
        if isinstance(option, click.Option):
            assert re.search(rf"`{option.opts[0]}[` ]", part), option.name
            row = re.compile(rf"^\| `{option.opts[0]}[` ].*$", re.MULTILINE)
            (line,) = row.findall(part) or row.findall(text.partition("\n## Options\n")[2])
            assert not option.envvar or f"`{option.envvar}`" in line


def test_an_option_is_the_same_wherever_it_is() -> None:
    """An option of several commands means one thing, so that it can be described once."""
    words: dict[str, set[tuple[str, str]]] = {}
    for command in cli.commands.values():
        for option in command.params:
            if isinstance(option, click.Option):
                words.setdefault(option.opts[0], set()).add((option.help or "", str(option.default)))
    # `drop` has a file of its own to be configured by, and calls the other one --settings. `runs` writes results of a
    # run that is over, and what is all differs with what a command lists, switches or reads.
    several = {name for name, found in words.items() if len(found) > 1}
    assert several == {"--config", "--results", "--all", "--all-sheets"}


def test_the_variable_of_the_password_is_named() -> None:
    """The one setting that is not an option is among the variables."""
    assert PASSWORD_VARIABLE in VARIABLES


def test_its_links_lead_somewhere() -> None:
    """Every link goes to a file that is there or a heading of the page."""
    text = PATH.read_text(encoding="utf-8")
    headings = {line.lstrip("# ").lower().replace(" ", "-") for line in text.splitlines() if line.startswith("#")}
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links
    for link in links:
        assert link[1:] in headings if link.startswith("#") else (PATH.parent / link).is_file(), link
