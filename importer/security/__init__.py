"""Text from outside and our secrets: what is shown is never interpreted, and only our own files are obeyed.

archives.py           archives from outside
printable.py          text from outside in a form that is safe to show
redacting.py          removes a secret from text, however it is encoded
ownership.py          only a file that nobody else can write is obeyed
environment.py        child processes see none of our secrets
key_store.py          passwords in the system's key store
loopback.py           which hosts are this machine
telephone_numbers.py  numbers of people in a text are masked
toml.py               a TOML file is either read or refused with a sentence
toml_lines.py         on which line a key is; toml_mistakes.py: what is wrong there
"""

from importer.model import finder

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from importer.security.archives import DAMAGED, MEBIBYTE, MOST_WHOLE, Parts, PartTooLarge, canonical, joined
    from importer.security.environment import child_environment
    from importer.security.key_store import KeyStore, KeyStoreUnusable, key_store_installed
    from importer.security.loopback import is_this_machine
    from importer.security.ownership import (
        OpenToOthers,
        close_to_others,
        is_open_to_others,
        is_own_folder,
        is_readable_by_others,
        read_ours,
    )
    from importer.security.printable import (
        is_text,
        visible,
        visible_json,
        visible_lines,
        whole_characters,
        without_halves,
    )
    from importer.security.redacting import Redact, redaction
    from importer.security.telephone_numbers import with_digits_hidden, without_numbers
    from importer.security.toml import NotToml, toml_text, toml_values
    from importer.security.toml_lines import KeyPath, lines_of
    from importer.security.toml_mistakes import TomlMistake, mistakes_of, value_at, values_without

__all__ = [
    "DAMAGED",
    "MEBIBYTE",
    "MOST_WHOLE",
    "KeyPath",
    "KeyStore",
    "KeyStoreUnusable",
    "NotToml",
    "OpenToOthers",
    "PartTooLarge",
    "Parts",
    "Redact",
    "TomlMistake",
    "canonical",
    "child_environment",
    "close_to_others",
    "is_open_to_others",
    "is_own_folder",
    "is_readable_by_others",
    "is_text",
    "is_this_machine",
    "joined",
    "key_store_installed",
    "lines_of",
    "mistakes_of",
    "read_ours",
    "redaction",
    "toml_text",
    "toml_values",
    "value_at",
    "values_without",
    "visible",
    "visible_json",
    "visible_lines",
    "whole_characters",
    "with_digits_hidden",
    "without_halves",
    "without_numbers",
]

LIGHTEST_FIRST = (
    *("printable", "loopback", "environment", "ownership", "redacting", "telephone_numbers"),
    *("key_store", "toml", "toml_lines", "toml_mistakes", "archives"),
)

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name
    __getattr__ = finder(__name__, __all__, LIGHTEST_FIRST)
