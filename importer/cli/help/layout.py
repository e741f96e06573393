"""How the help is laid out: as wide as the terminal, up to a limit, with headings in bold."""

import os
import shutil
from collections.abc import Iterable

import click

from importer.cli.help.examples import Example
from importer.model import PROGRAM, ExitCode

NARROWEST = 50

MORE = (
    f"{PROGRAM} explain E102 explains the code of a message.\n"
    f"Exit codes: {', '.join(f'{int(code)} {code.brief}' for code in ExitCode if code.brief)}."
)
"""Where to read on, a paragraph a line."""

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""Of the program and of each command: click keeps the help option of the first context that asks for it."""


class HelpFormatter(click.HelpFormatter):
    """What writes the help: click's own leaves the last two columns of a terminal unused, and its headings plain."""

    def __init__(self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None) -> None:
        columns = width or min(shutil.get_terminal_size().columns, max_width or NARROWEST)
        super().__init__(indent_increment, max(columns, NARROWEST))

    def write_heading(self, heading: str) -> None:
        """Write a heading, in bold unless NO_COLOR is set; click leaves that out where no terminal shows it."""
        plain = bool(os.environ.get("NO_COLOR"))
        self.write(f"{heading}:\n" if plain else f"{click.style(f'{heading}:', bold=True)}\n")


class HelpContext(click.Context):
    """A context whose help is written so."""

    formatter_class = HelpFormatter


def write_examples(formatter: click.HelpFormatter, examples: Iterable[Example]) -> None:
    """Write the lines as they are: what is wrapped cannot be copied."""
    with formatter.section("Examples"):
        for example in examples:
            formatter.write(f"  # {example.purpose}\n  {example.line}\n")


def write_epilog(formatter: click.HelpFormatter, epilog: str | None) -> None:
    """Write a paragraph for each line, without the empty lines between them that click puts there."""
    formatter.write_paragraph()
    with formatter.indentation():
        for line in (epilog or "").splitlines():
            formatter.write_text(line)
