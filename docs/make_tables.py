"""The tables of the README and the guides, as Markdown, from the tables of the program."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from importer.drop.config.keys import ALL, EACH, PER_FILE, Key
from importer.model import ExitCode, Status
from importer.sandbox import Dialling, Faults, Modes
from importer.sandbox.dialler import SETTINGS as DIALLER
from importer.sandbox.faults import FAULTS, SHARED
from importer.sandbox.modes import CHOICES, MEANINGS
from schemas.foreign_headings import FOREIGN_HEADINGS
from schemas.parameters import PARAMETERS, Parameter, ParameterKind
from schemas.problem_codes import ProblemCode

GROUPS: Mapping[str, str] = {
    "E1": "A cell or a row of the sheet",
    "E2": "The file",
    "E3": "What happened to a row on the server",
    "E4": "What stopped a run",
    "E5": "Settings and the command line",
    "E6": "A telephone number, and lists of them",
    "E7": "A name in the place of an ID",
    "E9": "A bug in the program",
    "W1": "Warnings about a cell or a row",
    "W2": "Warnings about the file",
    "W3": "Warnings about the outcome of a row and about what is on the server",
    "W6": "Telephone numbers that are held, listed twice or not to be called, and how they were read",
    "W7": "Names in the place of IDs",
}
"""What the codes are about, by their first two characters, in the order of the document."""


def table(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a table as Markdown; a cell may hold vertical lines."""
    rows = [headings, *([cell.replace("|", "\\|") for cell in line] for line in lines)]
    first, *others = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join((first, f"|{'---|' * len(headings)}", *others))


def statuses() -> str:
    """Return the table of statuses that a person meets: `sending` is over before anything is handed back."""
    return table(("status", "meaning"), ((f"`{one}`", one.meaning) for one in Status if one is not Status.SENDING))


def exit_codes() -> str:
    """Return the table of exit codes."""
    return table(("code", "meaning"), ((str(int(code)), code.meaning) for code in ExitCode))


def keys() -> str:
    """Return the table of the keys of drop.toml, one line a key, in the order of the documentation."""
    lines = (_key(key, "yes" if name in PER_FILE else "no") for name, key in ALL.items())
    return table(("key", "value", "default", "meaning", "per folder"), lines)


def _key(key: Key, per_folder: str) -> Sequence[str]:
    name = key.name.replace(
        EACH, {"default.*": "COLUMN", "column.*": "LETTER", "numbers_for.*": "PATTERN"}.get(key.name, "NAME")
    )
    return f"`{name}`", key.kind.words, _default(key), key.meaning, per_folder


def _default(key: Key) -> str:
    if key.needed:
        return "needed"
    if key.otherwise:
        return key.otherwise
    value = int(key.default) if isinstance(key.default, float) else key.default
    return f"`{json.dumps(value)}`"


def columns() -> str:
    """Return the table of columns, one line a parameter."""
    return table(
        ("column", "needed", "what the cell may contain", "empty means"),
        ((f"`{one.name}`", "yes" if one.required else "no", _may_hold(one), _blank(one)) for one in PARAMETERS),
    )


def headings() -> str:
    """Return the tables of other names for the fields: ours, then those of each language."""
    english = {one.name: tuple(dict.fromkeys((one.heading, *one.aliases))) for one in PARAMETERS}
    languages = {"English": english, **FOREIGN_HEADINGS}
    return "\n\n".join(f"## {language}\n\n{_headings(fields)}" for language, fields in languages.items())


def _headings(fields: Mapping[str, Iterable[str]]) -> str:
    return table(("field", "headings"), ((f"`{name}`", ", ".join(words)) for name, words in fields.items()))


def messages() -> str:
    """Return the catalogue of problems: a heading and a table for each group of codes."""
    return "\n\n".join("\n".join(_group(start, heading)) for start, heading in GROUPS.items())


def faults() -> str:
    """Return the table of the sandbox's faults."""
    return table(("fault", "carried out", "what the client sees"), ((f"`{name}`", *FAULTS[name]) for name in FAULTS))


def fault_settings() -> str:
    """Return the table of the settings that the sandbox's faults share."""
    return _settings(SHARED, asdict(Faults()))


def dialler() -> str:
    """Return the table of the settings of the sandbox's dialler."""
    return _settings(DIALLER, asdict(Dialling()))


def modes() -> str:
    """Return the table of the sandbox's modes."""
    defaults = asdict(Modes())
    return table(
        ("mode", "values", "default", "what it switches"),
        (
            (f"`{name}`", ", ".join(CHOICES.get(name, _values(defaults[name]))), _plain(defaults[name]), meaning)
            for name, meaning in MEANINGS.items()
        ),
    )


def _settings(meanings: Mapping[str, str], defaults: Mapping[str, object]) -> str:
    return table(
        ("setting", "default", "meaning"),
        ((f"`{name}`", _plain(defaults[name]), meaning) for name, meaning in meanings.items()),
    )


def _values(default: object) -> Sequence[str]:
    if isinstance(default, bool):
        return ("yes", "no")
    if isinstance(default, str):
        return ("a pattern",)
    return ("functions",) if default is None or isinstance(default, frozenset) else ("a number",)


def _plain(value: object) -> str:
    if value is None:
        return "all"
    if value in ("", frozenset()):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _group(start: str, heading: str) -> Iterator[str]:
    codes = sorted(code for code in ProblemCode if code.startswith(start))
    yield f"## {start}: {heading}\n"
    yield table(
        ("code", "problem", "cause", "how to fix it"),
        ((code, code.title, code.cause, code.cure) for code in codes),
    )


def _may_hold(parameter: Parameter) -> str:
    if parameter.kind in (ParameterKind.TEXT, ParameterKind.LOWER_CASE):
        allowed = ""
    else:
        allowed = f" {parameter.allowed[0].upper()}{parameter.allowed[1:]}."
    added = "" if parameter.added == "3.13" else f" Since Enswitch {parameter.added}."
    return f"{parameter.meaning}{allowed}{added}"


def _blank(parameter: Parameter) -> str:
    if parameter.required:
        return "an error"
    if parameter.default is None:
        return "your own"
    return f"`{parameter.default}`" if parameter.default else "none"
