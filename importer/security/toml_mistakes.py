"""What pydantic finds wrong with the values of a TOML file, by the places in that file.

Nothing here imports pydantic, which takes a while: only who has called it gives its errors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.security.toml_lines import KeyPath

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

OF_A_NAME = "[key]"
"""What pydantic puts behind the path of an entry whose name is wrong, and not its value."""


@dataclass(frozen=True)
class TomlMistake:
    """One mistake: the path of the value, pydantic's type of the mistake, and the error that a check of ours raised.

    `of_name` says that the last key of the path is wrong, whatever its value. The value itself may be a secret, and
    is left to who knows whether it can be shown.
    """

    path: KeyPath
    type: str
    error: ValueError | None = None
    of_name: bool = False


def mistakes_of(errors: Sequence["ErrorDetails"]) -> list[TomlMistake]:
    """Return the mistakes that `ValidationError.errors()` tells, in its order.

    The value of an entry whose name is wrong is not held against anything: who knows what was meant, perhaps a secret.
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
    """Return what stands at a path, None where nothing does."""
    for key in path:
        if isinstance(values, dict):
            values = values.get(key)
        elif isinstance(values, list) and isinstance(key, int):
            values = values[key]
        else:
            return None
    return values


def values_without(values: Mapping[str, Any], path: KeyPath) -> dict[str, Any]:
    """Return a table without what stands at a path; of a list, the whole is left out."""
    first, *rest = path
    inner = values.get(str(first))
    others = {key: value for key, value in values.items() if key != first}
    if not rest or not isinstance(inner, dict):
        return others
    return {key: values_without(inner, tuple(rest)) if key == first else value for key, value in values.items()}
