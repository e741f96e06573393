"""Answers as the functions give them, and the JSON envelope they travel in."""

import json
from dataclasses import dataclass
from typing import Any

from importer.sandbox.modes import Modes

Data = dict[str, Any] | list[dict[str, Any]]

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class EnvelopePart:
    """One entry of `responses`."""

    code: str
    key: str = ""
    message: str = "OK"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything a function has to say; without data the envelope has no `data` member."""

    responses: tuple[EnvelopePart, ...]
    data: Data | None = None


VALID = Envelope((EnvelopePart("201"),))
DONE = Envelope((EnvelopePart("204"),))
BROKEN = Envelope((EnvelopePart("500", "", "internal error"),))


def found(data: Data | None) -> Envelope:
    """Answer 200 with data."""
    return Envelope((EnvelopePart("200"),), data)


def refused(code: str, key: str, message: str) -> EnvelopePart:
    """Word one refusal; the real servers' wording is not documented, so clients must not depend on it."""
    return EnvelopePart(code, key, f"{key}: {message}" if key else message)


def refusal(code: str, key: str, message: str) -> Envelope:
    """Answer with a single refusal."""
    return Envelope((refused(code, key, message),))


def encode(answer: Envelope, modes: Modes) -> bytes:
    """Write the envelope in the shape that the modes ask for."""
    responses: list[dict[str, Any]] = [
        {"code": _code(each, modes), "key": each.key, "message": each.message} for each in answer.responses
    ]
    envelope: dict[str, Any] = {"responses": responses if modes.responses == "list" else responses[0]}
    if answer.data is not None:
        envelope["data"] = _as_text(answer.data) if modes.ids == "string" else answer.data
    return _JSON.encode(envelope).encode("utf-8", "surrogateescape")


def _code(response: EnvelopePart, modes: Modes) -> str | int:
    return int(response.code) if modes.codes == "number" else response.code


def _as_text(data: Data) -> Data:
    if isinstance(data, list):
        return [_row_as_text(row) for row in data]
    return _row_as_text(data)


def _row_as_text(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value if value is None else str(value) for name, value in row.items()}
