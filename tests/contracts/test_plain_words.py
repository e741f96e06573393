"""Plain English: what users read holds none of the words that a native reader must decode."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from importer.cli import cli
from schemas.problem_codes import ProblemCode
from tests.support.paths import ROOT

AVOIDED = re.compile(
    r"\b(mend(s|ed|ing)?|told|(?<!there )(is|are|was|were) no (?!longer\b|more\b)\w+|none of the known"
    r"|so (many|long)\b(?! as)|blanks?|but for|bounds?|cures?|whatever|of its own|put (\w+ )?away|the night)\b",
    re.IGNORECASE,
)
"""Each has a plainer word: fix, reported, "is not a", the number, the time, empty, space, except, limit, archived."""


SPEAKING = [
    *sorted(ROOT.glob("importer/*.py")),
    *(
        path
        for name in ("cli", "delivery", "enswitch", "journal")
        for path in sorted(ROOT.glob(f"importer/{name}/**/*.py"))
    ),
]


def avoided(text: str) -> list[str]:
    """Return the words of a text that should be plainer."""
    return [match[0] for match in AVOIDED.finditer(text)]


@pytest.mark.parametrize(
    "text", ["Mend the rows.", "'x' is no number.", "Wait so long.", "A blank cell.", "All but for two.", "Whatever."]
)
def test_the_avoided_words_are_found(text: str) -> None:
    """The tests below see them."""
    assert len(avoided(text)) == 1


def test_plain_sentences_are_left_alone() -> None:
    """What only resembles an avoided word is not a reason to rewrite a sentence."""
    assert avoided("There is no value. It is no longer there; as long as it is, leave it. Amend the notebook.") == []


@pytest.mark.parametrize("code", ProblemCode, ids=str)
def test_the_catalogue_is_in_plain_english(code: ProblemCode) -> None:
    """Titles, causes and ways to fix a problem use none of the avoided words."""
    assert avoided(f"{code.title}. {code.cause} {code.cure}") == []


@pytest.mark.parametrize("command", [None, *sorted(cli.commands)])
def test_the_help_is_in_plain_english(command: str | None) -> None:
    """What commands are for, their examples and their options use none of the avoided words."""
    subject: click.Command = cli.commands[command] if command else cli
    with (
        click.Context(cli, **cli.context_settings) as parent,
        subject.context_class(subject, parent=parent, info_name=command) as context,
    ):
        context.meta["campaign-importer.help-all"] = True
        assert avoided(context.get_help()) == []


def words_of(path: Path) -> Iterator[str]:
    """Yield what a module says: its texts without documentation and comments, those of f-strings in one piece."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unsaid = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
            unsaid |= {id(part) for part in node.values}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unsaid:
            yield node.value


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: str(path.relative_to(ROOT)))
def test_messages_are_in_plain_english(path: Path) -> None:
    """No message of the command line, a stage, the client or the journal uses one of the avoided words."""
    assert [(words, avoided(words)) for words in words_of(path) if avoided(words)] == []
