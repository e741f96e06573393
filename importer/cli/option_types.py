"""What the values of options and arguments may be: numbers with a bound, moments, NAME=VALUE, and runs."""

import math
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

PATH = click.Path(path_type=Path)
HOURS = {"h": 1, "d": 24, "w": 24 * 7}


class Number(click.FloatRange):
    """A number that is neither infinite nor none at all."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or fail with a sentence."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a number that can be used.", param, ctx)
        return number


class Moment(click.ParamType[datetime]):
    """A moment of the past: a date, a date and time, or an age such as 12h, 90d or 6w."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment, or fail with a sentence."""
        if isinstance(value, datetime):
            return value
        now = datetime.now().astimezone()
        if age := re.fullmatch(r"(\d{1,5}) *([hdw])", value.strip()):
            return now - timedelta(hours=int(age[1]) * HOURS[age[2]])
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            self.fail(f"{value!r} is neither a date (2026-11-23) nor an age (12h, 90d, 6w).", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


class Assignment(click.ParamType[str]):
    """KEY=VALUE; in a variable, one a line, because values may hold spaces."""

    name = "assignment"
    envvar_list_splitter = "\n"


class RunId(click.ParamType[str]):
    """The ID of a run, which a shell completes from those of the journal."""

    name = "run"

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002 -- as click calls it
        incomplete: str,
    ) -> "list[CompletionItem]":
        """Return the runs whose IDs begin so."""
        # Only a shell that asks for runs needs what reads the journal.
        from importer.cli.completion import known_runs

        return known_runs(ctx, incomplete)
