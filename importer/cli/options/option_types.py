"""What the values of options and arguments may be: numbers within limits, moments, NAME=VALUE, and runs."""

import math
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

PATH = click.Path(path_type=Path)
MANY = 100_000
"""From which number on commas help to read it."""

_AGE = re.compile(r"(\d{1,5}) *([hdw])")
HOURS = {"h": 1, "d": 24, "w": 24 * 7}


class Number(click.FloatRange):
    """A number within limits; infinity and nan are refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or fail with a sentence."""
        try:
            number = float(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a number. Use {range_words(self)}.", param, ctx)
        if not math.isfinite(number) or not _is_within(number, self):
            self.fail(f"{value} is out of range. Use {range_words(self)}.", param, ctx)
        return number


class WholeNumber(click.IntRange):
    """A whole number within limits."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or fail with a sentence."""
        try:
            number = int(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a whole number. Use {range_words(self)}.", param, ctx)
        if not _is_within(number, self):
            self.fail(f"{value} is out of range. Use {range_words(self)}.", param, ctx)
        return number


class RowName(WholeNumber):
    """A row of the sheet, such as 12, or a campaign that it was split into, such as 12.2."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return its number, or fail with a sentence."""
        from importer.model import numbered  # one command needs it

        try:
            return numbered(str(value))
        except ValueError:
            return super().convert(value, param, ctx)


def range_words(limits: click.IntRange | click.FloatRange) -> str:
    """Return the numbers that an option takes, in words: 1 to 256, 1 or more, more than 0."""
    least = number_words(limits.min or 0)
    if limits.max is not None:
        return f"{least} to {number_words(limits.max)}"
    return f"more than {least}" if limits.min_open else f"{least} or more"


def number_words(number: float) -> str:
    """Return a number as people read it; ports and rows are short enough without commas."""
    return f"{number:,}" if number >= MANY else f"{number:g}"


def _is_within(number: float, limits: click.IntRange | click.FloatRange) -> bool:
    least, most = limits.min, limits.max
    too_small = least is not None and (number <= least if limits.min_open else number < least)
    return not too_small and (most is None or number <= most)


class MomentOrAge(click.ParamType[datetime | timedelta]):
    """A moment of the past: a date, a date and time, or an age such as 12h, 90d or 6w, which counts when it is used."""

    name = "moment or age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime | timedelta:
        """Return the moment or the age, or fail with a sentence."""
        if isinstance(value, datetime | timedelta):
            return value
        if (age := age_of(value)) is not None:
            return age
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            self.fail(f"{value!r} is neither a date (2026-11-23) nor an age (12h, 90d, 6w).", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=datetime.now().astimezone().tzinfo)


class Moment(click.ParamType[datetime]):
    """The same, with an age counted from now."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment, or fail with a sentence."""
        return moment_of(MomentOrAge().convert(value, param, ctx))


def moment_of(since: datetime | timedelta) -> datetime:
    """Return the moment that is meant now: a command that watches folders runs for weeks."""
    return datetime.now().astimezone() - since if isinstance(since, timedelta) else since


class Age(click.ParamType[timedelta]):
    """A length of time such as 12h, 7d or 6w; 0 is none."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the length of time, or fail with a sentence."""
        if isinstance(value, timedelta):
            return value
        age = timedelta() if str(value).strip() == "0" else age_of(str(value))
        if age is None:
            self.fail(f"{value!r} is not a length of time. Write it as 12h, 7d or 6w; 0 is none.", param, ctx)
        return age


def age_of(text: str) -> timedelta | None:
    """Return the length of time that a text such as 12h, 90d or 6w names; None for another text."""
    age = _AGE.fullmatch(text.strip())
    return timedelta(hours=int(age[1]) * HOURS[age[2]]) if age else None


class Assignment(click.ParamType[str]):
    """KEY=VALUE; in a variable, one a line, because values may hold spaces."""

    name = "assignment"
    envvar_list_splitter = "\n"


class SheetName(click.ParamType[str]):
    """A sheet's name, or its number from 1; in a variable, one a line, because names may hold spaces."""

    name = "sheet"
    envvar_list_splitter = "\n"


class DncName(click.ParamType[str]):
    """A file, with or without a country behind a colon; in a variable, one a line, because names may hold spaces."""

    name = "list"
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
        from importer.cli.options.completion import known_runs

        return known_runs(ctx, incomplete)
