"""What a workbook says about a problem: its reader has Excel, but no command line and none of its options."""

import re

from importer.model import Problem
from schemas.problem_codes import ProblemCode, problem_code_of

MOSTLY = 0.6
"""If a message has at least this share of the words of a piece of advice, the advice is left out."""

_FOR_OTHERS = re.compile(r"--[a-z]|`")
"""Options and commands."""
_PIECE = re.compile(r"(?<=[.;]) +")
_WORD = re.compile(r"[^\W_]+")

IN_A_WORKBOOK = {
    ProblemCode.BLANK: "Fill in the cell.",
    ProblemCode.UNRESOLVED: "Type the answer over the whole cell.",
    ProblemCode.UNUSED_DEFAULT: "Nothing: the values of the column are used.",
    ProblemCode.HIDDEN_ROWS: "Check these rows, and delete those that should not be imported.",
    ProblemCode.YIELDING_COLUMN: "If the other column is the right one, rename the first.",
    ProblemCode.NOT_CREATED: "Import this workbook again to send the row again.",
    ProblemCode.DOUBTFUL: "Ask the person who runs the import to look for this campaign on the server.",
    ProblemCode.EDITED: (
        "Decide whether to update the campaign or to create another one, and tell the person who runs the import."
    ),
    ProblemCode.ON_SERVER: (
        "Check the campaign on the server. If you want another one, tell the person who runs the import; "
        "else delete the row or leave it as it is."
    ),
    ProblemCode.NOT_UNDONE: "Ask the person who undoes the run to go on with it.",
    ProblemCode.UNLISTED: (
        "Check the server. If you want the campaign again, tell the person who runs the import: it can be created anew."
    ),
    ProblemCode.EDITED_SINCE: (
        "Look at the values in the message. If the campaign is to be deleted all the same, delete it on the server."
    ),
    ProblemCode.DIALLED_SINCE: "Look at the campaign on the server: it is not deleted by an undo.",
    ProblemCode.NOT_PROVEN: "Look at the campaign on the server. If it is not wanted, delete it there.",
    ProblemCode.MISSING: (
        "If you want it again, tell the person who runs the import. Otherwise there is nothing to do."
    ),
    ProblemCode.NO_SUCH_NAME: "Correct the name, or write the ID.",
    ProblemCode.ID_IS_A_NAME: "Nothing, if the ID is meant. To mean the name, write name: in front of it.",
}
"""What to do if the catalogue's advice needs options or commands."""


def in_words(problem: Problem) -> tuple[str, str]:
    """Return what is wrong and how to fix it, without saying anything twice; the latter may be ""."""
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
    """Return whether a message has most of the words of a piece of advice."""
    said, wanted = (set(_WORD.findall(text.casefold())) for text in (message, cure))
    return len(wanted & said) >= MOSTLY * len(wanted)
