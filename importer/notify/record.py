"""A message as JSON, for files that store it."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from importer.notify.message import Content, Kind, Message, Tally


def message_record(message: Message) -> dict[str, Any]:
    """Return a message as JSON values, for a file; `message_of` reads it back."""
    return {
        "key": message.key,
        "content": asdict(message.content),
        "summary": message.summary,
        "failed": message.failed,
        "attachments": [str(path) for path in message.attachments],
    }


def message_of(record: Any) -> Message:
    """Return the message of a record. Raises KeyError, TypeError or ValueError for anything else."""
    if "content" not in record:
        return _former(record)
    paths = tuple(Path(path) for path in record["attachments"])
    return Message(
        key=record["key"],
        content=_content(record["content"]),
        summary=record["summary"],
        failed=record["failed"],
        attachments=paths,
    )


def _content(known: Any) -> Content:
    kinds = tuple(Kind(**{**kind, "cells": tuple(kind["cells"])}) for kind in known["kinds"])
    tallies = {Tally(name): int(number) for name, number in known["tallies"].items()}
    pairs = {name: tuple((str(one), str(other)) for one, other in known[name]) for name in ("places", "facts")}
    texts = {name: tuple(map(str, known[name])) for name in ("to_do", "notes")}
    return Content(**{**known, "kinds": kinds, "tallies": tallies, **pairs, **texts})


def _former(record: Any) -> Message:
    """Return a message that version 0.1.0 left waiting: a subject and lines of text."""
    title, _, brief = record["subject"].partition(": ")
    first, *lines = record["body"].splitlines() or [record["subject"]]
    path = record["attachment"]
    places = (("Results", path),) if path else ()
    content = Content(title, first, brief=brief, notes=tuple(lines), places=places)
    return Message(
        key=record["key"],
        content=content,
        summary=record["summary"],
        failed=record["failed"],
        attachments=(Path(path),) if path else (),
    )
