"""What pydantic finds wrong with the values of a TOML file, by their paths in that file.

Nothing here imports pydantic, which is slow to import: the callers pass its errors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.security.toml_lines import KeyPath

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

OF_A_NAME = "[key]"
"""What pydantic appends to the path of an entry whose name, not value, is wrong."""


@dataclass(frozen=True)
class TomlMistake:
    """One mistake: the path of the value, pydantic's type of the mistake, and the error that a check of ours raised.

    `of_name` says that the last key of the path is wrong, not its value. The value itself may be a secret, and
    the caller decides whether it can be shown.
    """

    path: KeyPath
    type: str
    error: ValueError | None = None
    of_name: bool = False


def mistakes_of(errors: Sequence["ErrorDetails"]) -> list[TomlMistake]:
    """Return the mistakes that `ValidationError.errors()` lists, in its order.

    The value of an entry whose name is wrong is not checked: what was meant is unknown, and it may be a secret.
    """
    found = [_mistake(error) for error in errors]
    unnamed = {one.path for one in found if one.of_name}
    return [one for one in found if one.of_name or not any(one.path[: len(path)] == path for path in unnamed)]


def _mistake(error: "ErrorDetails") -> TomlMistake:
    path, own = error["loc"], error.get("ctx", {}).get("error")
    of_name = path[-1:] == (OF_A_NAME,) and error["type"] != "extra_forbidden"
    raised = own if isinstance(own, ValueError) else None
    return TomlMistake(path[:-1] if of_name else path, error["type"], raised, of_name)


def value_at(values: Any, path: KeyPath) -> Any:
    """Return the value at a path, None if there is none."""
    for key in path:
        if isinstance(values, dict):
            values = values.get(key)
        elif isinstance(values, list) and isinstance(key, int):
            values = values[key]
        else:
            return None
    return values


def values_without(values: Mapping[str, Any], path: KeyPath) -> dict[str, Any]:
    """Return a table without the value at a path; an element of a list removes the whole list."""
    first, *rest = path
    inner = values.get(str(first))
    others = {key: value for key, value in values.items() if key != first}
    if not rest or not isinstance(inner, dict):
        return others
    return {key: values_without(inner, tuple(rest)) if key == first else value for key, value in values.items()}
