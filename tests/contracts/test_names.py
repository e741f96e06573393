"""Names: one meaning a name, and the field's own words."""

import ast
import re
from collections import Counter

import pytest

from tests.support.paths import ROOT

SOURCES = sorted([*ROOT.glob("importer/**/*.py"), *ROOT.glob("schemas/**/*.py")])
FORMER = re.compile(r"\b(desk|crew|wishes|handover|twin|surrender)s?\b", re.IGNORECASE)
"""Words of earlier versions, for which the field has better ones."""


@pytest.mark.slow
def test_no_class_name_stands_twice() -> None:
    """Whoever reads a public class's name knows which one is meant."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES]
    names = Counter(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert [name for name, count in names.items() if count > 1 and not name.startswith("_")] == []


def test_the_former_words_are_gone() -> None:
    """Neither the code nor the documents go on with them."""
    paths = [*SOURCES, *ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    found = [(path.name, match[0]) for path in paths for match in FORMER.finditer(path.read_text(encoding="utf-8"))]
    assert found == []
