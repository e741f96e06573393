"""What a workbook says of a problem: whoever reads it has Excel, and neither a command line nor its options."""

import re

from importer.model import Problem
from schemas.problem_codes import ProblemCode, problem_code_of

MOSTLY = 0.6
"""The share of the words of a piece of advice from which on the message says the same already."""

_FOR_OTHERS = re.compile(r"--[a-z]|`")
"""Options and commands."""
_PIECE = re.compile(r"(?<=[.;]) +")
_WORD = re.compile(r"[^\W_]+")

IN_A_WORKBOOK = {
    ProblemCode.BLANK: "Fill the cell in.",
    ProblemCode.UNRESOLVED: "Type the answer over the whole cell.",
    ProblemCode.UNUSED_DEFAULT: "Nothing: the values of the column are used.",
    ProblemCode.HIDDEN_ROWS: "Look through these rows, and delete those that should not be imported.",
    ProblemCode.NOT_CREATED: "Import this workbook again: the row is then sent again.",
    ProblemCode.DOUBTFUL: "Ask whoever runs the import to look for this campaign on the server.",
    ProblemCode.EDITED: (
        "Decide whether the campaign gets the new values or the row is another campaign, and tell whoever runs the "
        "import."
    ),
    ProblemCode.ON_SERVER: (
        "Look at the campaign on the server. If another one is wanted, tell whoever runs the import; else delete the "
        "row, or leave it as it is."
    ),
}
"""What to do where the catalogue says it with options or commands."""


def in_words(problem: Problem) -> tuple[str, str]:
    """Return what is wrong, and what to do about it, without saying anything twice; the latter may be ""."""
    code = problem_code_of(problem.problem_code) if problem.problem_code else None
    cure = IN_A_WORKBOOK.get(code, code.cure) if code else ""
    sentences = {piece.casefold() for piece in _PIECE.split(cure)}
    pieces = [piece for piece in _PIECE.split(problem.message) if not _FOR_OTHERS.search(piece)]
    left = [piece for piece in pieces if piece.casefold() not in sentences]
    message = _sentence(left or pieces) or (f"{code.title}." if code else problem.message)
    return message, "" if _says(message, cure) else cure


def _sentence(pieces: list[str]) -> str:
    text = " ".join(pieces)
    return f"{text[:-1]}." if text.endswith(";") else text


def _says(message: str, cure: str) -> bool:
    """Say whether a message has most of the words of a cure."""
    said, wanted = (set(_WORD.findall(text.casefold())) for text in (message, cure))
    return len(wanted & said) >= MOSTLY * len(wanted)
