"""What each part of the program may use, read from its source. Who may import whom: the contracts in pyproject.toml."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.paths import ROOT

SPEAKING = {"__main__", "cli"}


def modules(package: str) -> list[tuple[str, Path]]:
    """Return the modules of a package, by the first part of their names, without the sandbox."""
    root = ROOT / package
    found = [(path.relative_to(root).parts[0].removesuffix(".py"), path) for path in sorted(root.rglob("*.py"))]
    return [(name, path) for name, path in found if name != "sandbox"]


@cache
def imports(path: Path) -> frozenset[str]:
    """Return the full names of what a file imports, anywhere in it, except what only a type checker sees."""
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in guarded:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


IMPORTER = modules("importer")


@pytest.mark.parametrize(
    ("library", "users"),
    [
        ("requests", {"enswitch", "notify"}),
        ("urllib3", {"enswitch"}),
        ("tenacity", {"enswitch", "notify"}),
        ("sqlite3", {"journal"}),
        ("pandera", {"checking"}),
        ("pydantic", {"drop", "migration"}),
        ("click", {"cli"}),
        ("sqlglot", {"migration"}),
        ("hcl2", {"migration"}),
        ("rapidfuzz", {"migration", "naming"}),
        ("rich", {"cli"}),
        ("phonenumbers", {"numbers"}),
        ("rphonenumbers", {"numbers"}),
        ("numpy", {"numbers"}),
        ("tzdata", {"numbers"}),
        ("python_calamine", {"spreadsheets"}),
        ("platformdirs", {"cli", "journal"}),
        ("keyring", {"security"}),
        ("filelock", {"journal", "notify"}),
        ("watchdog", {"cli"}),
        ("openpyxl", {"template"}),
        ("xlsxwriter", {"annotation"}),
        ("lxml", {"annotation"}),
        ("jinja2", {"notify", "results"}),
    ],
)
def test_each_library_has_its_place(library: str, users: set[str]) -> None:
    """Only the client speaks HTTP, only the journal keeps state, only the screen draws."""
    found = {name for name, path in IMPORTER if any(one.split(".")[0] == library for one in imports(path))}
    assert found <= users


def says(tree: ast.AST) -> Iterator[str]:
    """Yield what in a file writes to a terminal."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "input"):
            yield node.func.id
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = f"{node.value.id}.{node.attr}"
            if name in ("click.echo", "click.secho", "click.prompt", "click.confirm", "sys.stdout", "sys.stderr"):
                yield name


SILENT = [path for name, path in IMPORTER if name not in SPEAKING and path.name != "worker.py"]
"""All but the command line, and the process that reads workbooks, whose standard output is a pipe to us."""


@pytest.mark.parametrize("path", SILENT, ids=lambda path: path.name)
def test_only_the_command_line_speaks(path: Path) -> None:
    """No module but those of the command line writes to a terminal or asks anything."""
    assert list(says(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_nothing_prints_past_the_screen() -> None:
    """Even the command line uses no `print`."""
    everything = [*ROOT.glob("importer/**/*.py"), *ROOT.glob("schemas/**/*.py")]
    assert [path for path in everything if "print" in says(ast.parse(path.read_text(encoding="utf-8")))] == []


def test_the_password_is_revealed_in_one_place() -> None:
    """Only what sends or keeps a secret looks at its text: the client, what tells people, and the key store."""
    users = {name for name, path in IMPORTER if ".reveal()" in path.read_text(encoding="utf-8")}
    assert users == {"enswitch", "notify", "security"}
