"""What the options about telephone numbers amount to."""

import re
from pathlib import Path

from importer import numbers
from importer.cli.options.option_types import moment_of
from importer.cli.values import import_options
from importer.cli.values.numbers import ListValues, NumbersValues, RuleValues
from importer.errors import WrongUsage
from importer.numbers import ColumnUse, DncFile, NumberType, SplitOptions
from schemas.likeness import suggestion
from schemas.problem_codes import ProblemCode

_OF_COUNTRY = re.compile(r"(?P<path>.+):(?P<country>[A-Za-z]{2})", re.DOTALL)


def number_options(values: NumbersValues, listing: Path | None) -> numbers.NumberOptions:
    """Return how lists of numbers are read and judged; `listing` is the file for numbers that would not be loaded."""
    return numbers.NumberOptions(
        rules=rules(values),
        lists=numbers.ListOptions(
            reading=import_options.file_reading(values),
            columns=tuple(listed(values.number_columns)),
            use=ColumnUse(values.column_use),
            status_column=values.status_column,
            sheets=values.sheet,
            all_sheets=values.all_sheets,
        ),
        dnc=dnc_options(values),
        leads=_leads(values),
        listing=listing,
        every_number=values.all_numbers,
    )


def _leads(values: NumbersValues) -> numbers.LeadFile | None:
    """Return the first file as an export of an old dialler, if there is a profile for it."""
    if values.profile is None:
        return None
    return numbers.LeadFile(path=values.what[0], profile=values.profile, reading=import_options.file_reading(values))


def rules(values: RuleValues) -> numbers.NumberRules:
    """Return which numbers may be loaded."""
    return numbers.NumberRules(
        country=country_code("--country", values.country) if values.country else "",
        types=_types(values.number_types),
        allowed_countries=frozenset(country_code("--allow-countries", one) for one in listed(values.allow_countries)),
        unknown_ranges=values.unknown_ranges == "load",
        letters=values.letters,
        strip_prefix=_digits(values.strip_prefix),
    )


def dnc_options(values: RuleValues) -> numbers.DncOptions:
    """Return the do-not-call lists, and what is accepted of them."""
    return numbers.DncOptions(
        files=tuple(map(_dnc_file, values.dnc)),
        oldest=moment_of(values.dnc_max_age),
        skip_unreadable=values.dnc_skip_unreadable,
        may_be_empty=values.dnc_may_be_empty,
    )


def split_options(values: ListValues) -> SplitOptions | None:
    """Return how rows are split by time zone, None if they are not. Raises WrongUsage with every mistake at once."""
    if values.split is None:
        if values.ambiguous_zone != "hold":
            message = "--ambiguous-zone is for rows that are split by time zone. Add --split timezone, or leave it out."
            raise WrongUsage(message, ProblemCode.CLASH)
        return None
    typed = {zone.strip(): group.strip() for zone, _, group in (one.partition("=") for one in values.timezones)}
    if mistakes := list(numbers.mistakes_in(typed)):
        listed_ones = "\n  ".join(mistakes)
        message = f"The time groups of time zones ([timezones] or --timezone) cannot be used:\n  {listed_ones}"
        raise WrongUsage(message, ProblemCode.BAD_VALUE)
    if not typed:
        message = (
            '--split timezone needs the time group of each time zone: write "Europe/London" = 12 and so on under '
            "[timezones] in the settings, with the IDs of the time groups on the server, or use --timezone."
        )
        raise WrongUsage(message, ProblemCode.NO_TIME_GROUP)
    groups = {numbers.normal_name(zone): str(int(group)) for zone, group in typed.items()}
    return SplitOptions(time_groups=groups, strictest=values.ambiguous_zone == "strictest")


def listed(text: str | None) -> list[str]:
    """Return the parts of a list that was typed with commas."""
    return [part for one in (text or "").split(",") if (part := one.strip())]


def country_code(option: str, text: str) -> str:
    """Return the code of the country that the text of an option names. Raises WrongUsage."""
    if country := numbers.country_of(text):
        return country
    message = f"{option} {text}: there is no such country. Name it by its code or its name: GB, GBR, United Kingdom."
    raise WrongUsage(message, ProblemCode.BAD_VALUE)


def _types(text: str) -> frozenset[NumberType]:
    names = listed(text)
    for name in names:
        if name not in tuple(NumberType):
            meant = suggestion(name, NumberType) or f" The types are: {', '.join(NumberType)}."
            message = f"--number-types {text}: there is no type {name!r}.{meant}"
            raise WrongUsage(message, ProblemCode.BAD_VALUE)
    return frozenset(map(NumberType, names))


def _digits(text: str | None) -> str:
    if text and not re.fullmatch("[0-9]{1,6}", text):
        message = f"--strip-prefix {text}: write the digits that are to be taken off, such as 9."
        raise WrongUsage(message, ProblemCode.BAD_VALUE)
    return text or ""


def _dnc_file(text: str) -> DncFile:
    """Return a do-not-call list and the country of its national numbers: two letters after the last colon."""
    named = _OF_COUNTRY.fullmatch(text)
    if named is None or Path(text).exists():
        return DncFile(Path(text))
    return DncFile(Path(named["path"]), country_code(f"--dnc {named['path']}:", named["country"]))
