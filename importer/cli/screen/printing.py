"""Data for programs and pipes: JSON and lines on standard output."""

import json
import sys
from collections.abc import Mapping

from importer.cli.values.common import ShowingValues
from importer.security import visible, visible_json


def put(values: ShowingValues, document: Mapping[str, object]) -> None:
    """Put a command's JSON document on standard output, if it is asked for."""
    if values.json:
        put_json(document)


def put_json(document: object) -> None:
    """Put a JSON document on standard output."""
    _put(visible_json(json.dumps(document, ensure_ascii=False, indent=2)))


def put_json_line(document: object) -> None:
    """Put a JSON document on standard output, on one line."""
    _put(visible_json(json.dumps(document, ensure_ascii=False)))


def put_lines(text: str) -> None:
    """Put lines of data on standard output."""
    _put("\n".join(visible(line.expandtabs()) for line in text.split("\n")))


def _put(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
