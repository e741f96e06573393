"""How the help is laid out: as wide as the terminal, up to a limit, with headings in bold."""

import os
import shutil

import click

NARROWEST = 50


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
