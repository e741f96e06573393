"""Exports that are JSON: API answers, Django's fixtures, phpMyAdmin's JSON, Terraform's, one object or many."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from importer.errors import FileRefused
from importer.migration.exports.builder import TableBuilder
from importer.migration.exports.flatten import Ambiguous, JsonNumber, Plain, TooDeep, TooLong, flat
from importer.migration.exports.lines import encoding_of, lines_of
from importer.migration.exports.model import SourceTable
from importer.run_options import MEBIBYTE, ReadingOptions
from schemas.problem_codes import ProblemCode

MOST_BYTES = 64 * MEBIBYTE
"""What is parsed as a whole needs many times its size in memory."""
MOST_VALUES = 5_000_000
"""Each value is an object in memory, however short it is written."""
WRAPPERS = (
    "entities", "results", "result", "data", "campaigns", "campaign", "campaignsummarylist", "items", "rows", "records",
    "list", "objects", "value", "response",
)  # fmt: skip
"""Under which keys, in small letters, an API's answer holds its records."""
DEEPEST_WRAPPER = 4

Named = tuple[str, str, Mapping[str, Plain]]
"""The table, the place and the object of a record."""


class Wrong(Exception):
    """What is wrong with a text that should be JSON: words of ours that quote nothing of it, and the line if known."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.words = message
        self.line = line


def json_tables(path: Path, wanted: Collection[str] | None, options: ReadingOptions) -> Mapping[str, SourceTable]:
    """Return the tables of a JSON file, or of one with an object on each line.

    `wanted` are names in small letters; the records of a file that names no tables are kept under "" in any case.
    Without `wanted`, columns alone are returned. Raises FileRefused.
    """
    encoding = encoding_of(path, options.encoding)
    size = path.stat().st_size
    if size <= MOST_BYTES:
        text = "".join(lines_of(path, encoding))
        try:
            whole = _parsed(text)
        except Wrong as error:
            problem_code = error
        else:
            return kept(path, _records(whole), wanted, options)
    else:
        problem_code = Wrong(
            f"the file has more than {MOST_BYTES // MEBIBYTE} MiB, and does not have one object on each line"
        )
    if _has_object_a_line(path, encoding):
        return kept(path, _by_line(path, encoding), wanted, options)
    raise refused(path, problem_code)


def kept(
    path: Path, records: Iterable[Named], wanted: Collection[str] | None, options: ReadingOptions
) -> Mapping[str, SourceTable]:
    """Return the tables that the records of a file make. Raises FileRefused."""
    keeper = TableBuilder(path, options)
    place = ""
    try:
        for name, place, record in records:
            if wanted is None:
                keeper.mention(name, tuple(flat(record)))
            elif not name or name.lower() in wanted:
                row = flat(record)
                keeper.add(name, 0, tuple(row.values()), tuple(row), place)
        return keeper.tables()
    except TooDeep:
        wrong = Wrong("lists and objects are nested more deeply than in any export")
    except TooLong:
        wrong = Wrong("an object contains far more than a campaign does")
    except Ambiguous as error:
        wrong = Wrong(f"two values would both have the column {str(error)[:60]!r}")
    except Wrong as error:
        wrong = error
    raise refused(path, wrong, place)


def refused(path: Path, wrong: Wrong, place: str = "") -> FileRefused:
    """Return the refusal of a file for what is wrong with it; `place` is the record, if it is known."""
    where = f"line {wrong.line}" if wrong.line else place
    return FileRefused(
        f"{path}{', ' if where else ''}{where}: {wrong.words}. Export it again, with only the campaigns.",
        ProblemCode.DAMAGED,
    )


def _parsed(text: str) -> Plain:
    """Return what a text of JSON says, numbers as they are written. Raises Wrong."""
    if sum(map(text.count, ",[{")) > MOST_VALUES:
        raise Wrong(f"it contains more than {MOST_VALUES:,} values, which is far more than campaigns do")
    try:
        return json.loads(
            text,
            parse_int=JsonNumber,
            parse_float=JsonNumber,
            parse_constant=_no_number,
            object_pairs_hook=_without_twins,
        )
    except json.JSONDecodeError as error:
        wrong = Wrong(f"the text is not JSON ({error.msg} in column {error.colno})", error.lineno)
    except RecursionError:
        wrong = Wrong("lists and objects are nested more deeply than in any export")
    # Not in the handler: the library's error hangs on to the whole text.
    raise wrong


def _no_number(word: str) -> Plain:
    raise Wrong(f"{word} is not a JSON number")


def _without_twins(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Wrong("an object has the same key twice, and it is not clear which counts")
    return found


def _has_object_a_line(path: Path, encoding: str) -> bool:
    """Say whether the first line that is not blank is an object by itself, and there is another line."""
    lines = (line for line in lines_of(path, encoding) if line.strip())
    first, second = next(lines, ""), next(lines, "")
    try:
        return isinstance(_parsed(first), dict) and second.lstrip().startswith("{")
    except Wrong:
        return False


def _by_line(path: Path, encoding: str) -> Iterator[Named]:
    for number, line in enumerate(lines_of(path, encoding), start=1):
        if not line.strip():
            continue
        try:
            record = _parsed(line)
        except Wrong as error:
            raise Wrong(error.words, number) from None
        if not isinstance(record, dict):
            raise Wrong("the line is not an object", number)
        yield "", f"line {number}", record


def _records(whole: Plain) -> Iterator[Named]:
    """Yield the records of a document in whichever of the known forms it has. Raises Wrong."""
    if isinstance(whole, dict) and isinstance(whole.get("resource"), (dict, list)):
        yield from resources(whole)
    elif isinstance(whole, list) and _is(whole, lambda one: "model" in one and isinstance(one.get("fields"), dict)):
        yield from _fixture(whole)
    elif isinstance(whole, list) and _is(whole, lambda one: one.get("type") in ("header", "database", "table")):
        yield from _phpmyadmin(whole)
    else:
        yield from _answer(whole, 0)


def _is(records: Sequence[Plain], fits: Callable[[Mapping[str, Plain]], bool]) -> bool:
    return bool(records) and all(isinstance(one, dict) and fits(one) for one in records)


def _fixture(records: Sequence[dict[str, Plain]]) -> Iterator[Named]:
    for index, one in enumerate(records):
        fields = one["fields"]
        assert isinstance(fields, dict)  # noqa: S101 -- looked at before
        yield str(one["model"]), f"[{index}]", {"pk": one.get("pk"), **fields}


def _phpmyadmin(parts: Sequence[dict[str, Plain]]) -> Iterator[Named]:
    for part in parts:
        data = part.get("data")
        if part.get("type") == "table" and isinstance(data, list):
            name = str(part.get("name", ""))
            yield from _listed(data, name, f"{name} ")


def _answer(whole: Plain, depth: int) -> Iterator[Named]:
    """Yield the records of an API's answer: those of a list, those under a key that wraps them, or one object."""
    if isinstance(whole, list):
        yield from _listed(whole, "", "")
        return
    if not isinstance(whole, dict):
        raise Wrong("it contains neither an object nor a list of objects")
    key = _wrapper(whole)
    inner = whole.get(key) if key else None
    if isinstance(inner, list):
        yield from _listed(inner, "", key or "")
    elif isinstance(inner, dict) and depth < DEEPEST_WRAPPER:
        yield from _answer(inner, depth + 1)
    else:
        yield "", "[0]", whole


def _wrapper(answer: Mapping[str, Plain]) -> str | None:
    """Return the key under which an answer holds its records: a list of objects before an object."""
    keys = [key for wrapper in WRAPPERS for key in answer if key.lower() == wrapper]
    lists = [key for key in keys if isinstance(answer[key], list) and _are_objects(answer[key])]
    objects = [key for key in keys if isinstance(answer[key], dict)] if "name" not in answer else []
    return next(iter((*lists, *objects)), None)


def _are_objects(records: Plain) -> bool:
    return isinstance(records, list) and all(isinstance(one, dict) for one in records)


def _listed(records: Sequence[Plain], name: str, before: str) -> Iterator[Named]:
    for index, one in enumerate(records):
        if not isinstance(one, dict):
            raise Wrong(f"[{index}] is not an object")
        yield name, f"{before}[{index}]", one


def resources(document: Mapping[str, Plain]) -> Iterator[Named]:
    """Yield the resources of a Terraform document: a table a type, with the label as the column `resource`.

    Raises Wrong for anything else.
    """
    for group in _objects(document.get("resource")):
        for kind, labelled in group.items():
            for labels in _objects(labelled):
                for label, bodies in labels.items():
                    for body in _objects(bodies):
                        yield kind, f"resource {kind}.{label}", {"resource": label, **body}


def _objects(value: Plain) -> Sequence[Mapping[str, Plain]]:
    """Return an object, or the objects of a list: Terraform takes one for the other."""
    found: list[Mapping[str, Plain]] = []
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            raise Wrong("a resource is not an object")
        found.append(one)
    return found
