"""One campaign: how it is encoded, what is sent, and when two of them are the same to the server."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import repeat

from schemas.distinct import ByDistinct
from schemas.parameters import BY_NAME, PARAMETERS, Parameter, ParameterKind, is_blank

_LINE_END = re.compile(r"\r\n|\r|\n")

Wire = dict[str, str]
"""The parameters of one campaign as they are sent: only those whose cell is not blank, in the table's order."""

SentColumns = Mapping[str, ByDistinct[str | None]]
"""What the rows of a table send, by parameter: a text for each row, None where it sends nothing."""

_in_quotes = json.encoder.encode_basestring_ascii
"""Writes one text as JSON, as `json.dumps` does, which asks for the kind of a value first."""


def encode(cells: Mapping[str, str]) -> Wire:
    """Encode one checked row.

    `cells` maps parameter names to the text of their cells. A blank cell is left out, so that the server's default
    holds; `off` in `machine` becomes the empty string. Raises ValueError for a value that the rules refuse.
    """
    return {
        parameter.name: parameter.wire(cells[parameter.name])
        for parameter in PARAMETERS
        if not is_blank(cells.get(parameter.name, ""))
    }


def encode_columns(cells: Mapping[str, ByDistinct[str]]) -> SentColumns:
    """Encode the rows of a table, by column.

    `cells` maps parameter names to the texts of their cells. Of each row the same is sent that `encode` returns;
    nothing is sent of a cell that the rules refuse.
    """
    return {
        parameter.name: cells[parameter.name].then(
            _sent_text if parameter.kind is ParameterKind.TEXT else partial(_sent, parameter)
        )
        for parameter in PARAMETERS
        if parameter.name in cells
    }


def accepts(cells: Mapping[str, str]) -> bool:
    """Say whether a row is allowed, each cell by itself."""
    return all(parameter.accepts(cells.get(parameter.name, "")) for parameter in PARAMETERS)


def means_the_same(name: str, sent: str, listed: str) -> bool:
    """Say whether the server's value of a parameter is the one that was sent, however it writes it."""
    try:
        return listed == sent or BY_NAME[name].wire(listed) == sent
    except ValueError:
        return False


def fingerprint(campaign: Mapping[str, str]) -> str:
    """Return a text that is equal for two campaigns exactly if the server would make the same of both.

    A parameter that is not sent counts as its documented default. The ends of lines within a text count as equal:
    spreadsheet programs, XML and text files replace one with another whenever a file is saved.
    """
    return _exact_fingerprint({name: _with_line_ends(text, "\n") for name, text in campaign.items()})


def fingerprints(columns: SentColumns, rows: int) -> list[str]:
    """Return the fingerprint of each row of a table, by column; `rows` is how many there are."""
    values = [
        _compared(parameter, columns[parameter.name])
        if parameter.name in columns
        else repeat(_default_compared(parameter), rows)
        for parameter in PARAMETERS
    ]
    return list(map(_hash, map("[{}]".format, map(", ".join, zip(*values, strict=True)))))


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[Parameter]:
    """Return the parameters that two campaigns do not have in common; one that is not sent counts as its default."""
    return [one for one in PARAMETERS if before.get(one.name, one.default) != after.get(one.name, one.default)]


def former_fingerprints(campaign: Wire, read_before: Iterable[Wire] = ()) -> dict[str, bool]:
    """Return the other fingerprints that a row may be known by, each with whether it stands for other values.

    `read_before` are the campaigns that earlier versions read in the same cells, where they read them otherwise.
    Fingerprints used to distinguish the ends of lines, so the same values may be known by several.
    """
    found = {known: True for values in read_before for known in _by_line_ends(values)}
    found |= dict.fromkeys(_by_line_ends(campaign), False)
    found.pop(fingerprint(campaign), None)
    return found


def has_line_end(text: str) -> bool:
    """Say whether a line ends within a text."""
    return "\n" in text or "\r" in text


def _by_line_ends(campaign: Wire) -> Iterator[str]:
    """Yield the fingerprint of a campaign as it is, and those with the ends of lines that other programs write."""
    yield _exact_fingerprint(campaign)
    if any(map(has_line_end, campaign.values())):
        for end in ("\n", "\r\n", "\r"):
            yield _exact_fingerprint({name: _with_line_ends(text, end) for name, text in campaign.items()})


def _exact_fingerprint(campaign: Mapping[str, str]) -> str:
    values = [campaign.get(parameter.name, parameter.default) for parameter in PARAMETERS]
    return _hash(json.dumps(values))


def _hash(values: str) -> str:
    return hashlib.blake2b(values.encode(), digest_size=16).hexdigest()


def _compared(parameter: Parameter, column: ByDistinct[str | None]) -> list[str]:
    """Return the JSON of what fingerprints are made of: what the rows send for a parameter, or its default."""
    default = _default_compared(parameter)
    if has_line_end("".join(column.made)):
        return column.then(lambda sent: default if sent is None else _in_quotes(_with_line_ends(sent, "\n"))).column()
    return column.then(lambda sent: default if sent is None else _in_quotes(sent)).column()


def _default_compared(parameter: Parameter) -> str:
    return json.dumps(parameter.default)


def _sent_text(text: str) -> str | None:
    return text if text.strip() else None


def _sent(parameter: Parameter, text: str) -> str | None:
    try:
        return None if is_blank(text) else parameter.wire(text)
    except ValueError:
        return None


def _with_line_ends(text: str, end: str) -> str:
    return _LINE_END.sub(end, text) if has_line_end(text) else text
