"""What the command line declares, what commands take, and what the program knows are the same."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import click
import pytest

from importer.cli import cli
from importer.cli.commands import drop
from importer.cli.options import common, numbers
from importer.cli.options.option_types import Age, Moment, MomentOrAge
from importer.cli.running import module_of
from importer.drop.config.model import Handling
from importer.model import OnChange, OnExisting
from importer.numbers import ColumnUse, DuplicateScope, NumberStatus, WireFormat
from schemas.number_statuses import NUMBER_STATUSES


def values_of(command: str) -> Mapping[str, Any]:
    """Return the types of the values that a command takes, by the names of their fields."""
    kind = get_type_hints(import_module(module_of(command)).run)["values"]
    types = get_type_hints(kind)
    return {field.name: types[field.name] for field in fields(kind)}


def typed(parameter: click.Parameter) -> Any:
    """Return the type of what click makes of a parameter."""
    name = parameter.type.name
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return bool
    if isinstance(parameter.type, click.Path):
        kind: Any = Path
    elif isinstance(parameter.type, Age | Moment | MomentOrAge):
        kind = get_type_hints(type(parameter.type).convert)["return"]
    else:
        kind = {"integer range": int, "integer": int, "float range": float}.get(name, str)
    if parameter.multiple or parameter.nargs == -1:
        return tuple[kind, ...]
    has_default = parameter.to_info_dict()["default"] is not None
    return kind if parameter.required or has_default else kind | None


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_a_command_takes_what_is_declared(command: str) -> None:
    """Each option and argument has a field of its type in what the command is given, and none has no option."""
    declared = {str(one.name): typed(one) for one in cli.commands[command].params}
    taken = dict(values_of(command))
    del taken["origins"], taken["key_origins"]
    assert taken == declared


def test_the_types_are_told_apart() -> None:
    """The comparison above sees a value that may be missing, and one of several."""
    by_name = {one.name: one for one in cli.commands["import"].params}
    assert typed(by_name["files"]) == tuple[Path, ...]
    assert isinstance(typed(by_name["encoding"]), UnionType)
    assert get_origin(typed(by_name["column"])) is tuple
    assert get_args(typed(by_name["column"])) == (str, ...)
    assert typed(by_name["workers"]) is int


@pytest.mark.parametrize(
    ("words", "decisions"),
    [
        (common.ON_CHANGE_WORDS, OnChange),
        (common.ON_EXISTING_WORDS, OnExisting),
        (numbers.COLUMN_USE_WORDS, ColumnUse),
        (numbers.DUPLICATES_WORDS, DuplicateScope),
        (numbers.NUMBER_FORMAT_WORDS, WireFormat),
        (NUMBER_STATUSES, [status.word for status in NumberStatus]),
    ],
)
def test_the_words_of_decisions(words: tuple[str, ...], decisions: Iterable[str]) -> None:
    """The options offer every decision that there is, in the order in which it is declared."""
    assert words == tuple(decisions)


def test_every_word_of_drop_toml_is_decided_on() -> None:
    """What drop.toml may say about a folder is an option of the same name, or is used otherwise; none is forgotten."""
    otherwise = {"patterns", "server", "on_partial", "report", "settle", "trigger"}
    otherwise |= {"numbers_for", "numbers_beside", "on_dialling", "dnc"}
    otherwise |= {"default", "column", "headings", "timezones", "sheet", "all_sheets"}
    assert Handling.model_fields.keys() == {*drop.AS_OPTIONS, *otherwise}
    assert not otherwise & set(drop.AS_OPTIONS)
    assert set(drop.AS_OPTIONS) <= {field.name for field in fields(drop.DropValues)}
