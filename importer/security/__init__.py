"""Strangers' words and our secrets: what is shown is never obeyed, and what is obeyed is ours.

archives.py           archives that strangers have packed
printable.py          others' words as they can be shown
redacting.py          a secret is taken out of others' words, however it is spelt
ownership.py          only a file that nobody else may write is obeyed
environment.py        programs that we start see none of our secrets
key_store.py          passwords in the key store of the system
loopback.py           which hosts are this machine
toml.py               whatever a file of TOML holds, it is read or refused
toml_lines.py         on which line a key of it stands; toml_mistakes.py: what is wrong there
"""

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
from importer.security.printable import is_text, visible, visible_json, visible_lines, whole_characters, without_halves
from importer.security.redacting import Redact, redaction
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
    "without_halves",
]
