"""The keys of drop.toml by their dotted names, as the tables of model.py declare them: for sentences and documents."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

from importer.drop.config.model import DropToml, Handling, TomlTable
from importer.drop.config.value_types import ValueType

EACH = "*"
"""The last part of the name of a key whose table has entries with names that the user chooses."""


@dataclass(frozen=True)
class Key:
    """A key: its dotted name, the kind of its value, its default, and what it means.

    A `default` of None is described by `otherwise`. `named` is the kind of the names of the entries, for a key
    that ends in a star. A `needed` key is required wherever its table is.
    """

    name: str
    kind: ValueType
    default: Any
    meaning: str
    otherwise: str
    named: ValueType | None
    needed: bool

    @property
    def usage(self) -> str:
        """How the key is written, with an example of a value."""
        entry = self.named.example if self.named else ""
        return f"{self.name.removesuffix(EACH)}{entry} = {self.kind.example}"


def _keys(table: type[TomlTable], under: str = "") -> Iterator[Key]:
    hints = get_type_hints(table, include_extras=True)
    for name, field in table.model_fields.items():
        hint, dotted = hints[name], f"{under}{field.alias or name}"
        parts = (hint, *get_args(hint)) if get_origin(hint) is not dict else ()
        if inner := next((one for one in parts if _is_table(one)), None):
            yield from _keys(inner, f"{dotted}.")
        elif field.description:
            *named, kind = _value_types(hint)
            yield Key(
                name=f"{dotted}.{EACH}" if named else dotted,
                kind=kind,
                default=field.default,
                meaning=field.description,
                otherwise=field.title or "",
                named=named[0] if named else None,
                needed=field.is_required(),
            )


def _is_table(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, TomlTable)


def _value_types(hint: Any) -> list[ValueType]:
    """Return the kinds in a declaration: the one of a plain value, or those of the names and the values of entries."""
    found = [one for one in getattr(hint, "__metadata__", ()) if isinstance(one, ValueType)]
    return found[-1:] or [kind for one in get_args(hint) for kind in _value_types(one)]


PER_FILE: Mapping[str, Key] = {key.name: key for key in _keys(Handling)}
"""The keys that a table [folder."NAME"] may also have."""

ALL: Mapping[str, Key] = {key.name: key for key in _keys(DropToml)}
"""The keys that the file may have."""
