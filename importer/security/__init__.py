"""Strangers' words and our secrets: what is shown is never obeyed, and what is obeyed is ours.

printable.py          others' words as they can be shown
redacting.py          a secret is taken out of others' words, however it is spelt
ownership.py          only a file that nobody else may write is obeyed
environment.py  programs that we start see none of our secrets
"""

from importer.security.archives import DAMAGED, MEBIBYTE, MOST_WHOLE, Parts, PartTooLarge, canonical, joined
from importer.security.environment import child_environment
from importer.security.ownership import OpenToOthers, close_to_others, is_open_to_others, is_own_folder, read_ours
from importer.security.printable import is_text, visible, visible_json, visible_lines, without_halves
from importer.security.redacting import Redact, redaction

__all__ = [
    "DAMAGED",
    "MEBIBYTE",
    "MOST_WHOLE",
    "OpenToOthers",
    "PartTooLarge",
    "Parts",
    "Redact",
    "canonical",
    "child_environment",
    "close_to_others",
    "is_open_to_others",
    "is_own_folder",
    "is_text",
    "joined",
    "read_ours",
    "redaction",
    "visible",
    "visible_json",
    "visible_lines",
    "without_halves",
]
