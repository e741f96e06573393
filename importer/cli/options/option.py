"""What an option of the command line is: click's, with the heading under which the help shows it."""

from typing import TYPE_CHECKING, Any

import click

from importer.cli.options.option_types import number_words, range_words
from importer.cli.options.variables import variable

if TYPE_CHECKING:
    from click.types import OptionHelpExtra

OWN = "Options"
"""The heading of the options that belong to one command, which stand first."""

GENERAL = "General"
"""The heading of the options that every command has."""


class Option(click.Option):
    """An option with the heading under which `--help` shows it; those for experts are left to `--help-all`."""

    def __init__(self, name: str, *names: str, heading: str = OWN, expert: bool = False, **attributes: Any) -> None:
        super().__init__([name, *names], **attributes)
        self.heading = heading
        self.expert = expert

    def get_help_extra(self, ctx: click.Context) -> "OptionHelpExtra":
        """Return default and range as people read them; a range of all numbers from 0 or 1 on is left out."""
        extra = super().get_help_extra(ctx)
        if isinstance(self.default, int | float) and "default" in extra:
            extra["default"] = number_words(self.default)
        if isinstance(self.type, click.IntRange | click.FloatRange):
            extra.pop("range", None)
            if self.type.max is not None or (self.type.min or 0) > 1:
                extra["range"] = range_words(self.type)
        return extra


def shared(heading: str, name: str, short: str = "", **attributes: Any) -> Option:
    """Return an option that also comes from the variable CAMPAIGN_IMPORTER_<NAME> and from settings files."""
    parameter = name.lstrip("-").replace("-", "_")
    names = (name, short) if short else (name,)
    return Option(*names, heading=heading, **{"envvar": variable(parameter), **attributes})


def heading(option: click.Option) -> str:
    """Return the heading under which `--help` shows an option; click adds --help itself."""
    return option.heading if isinstance(option, Option) else GENERAL
