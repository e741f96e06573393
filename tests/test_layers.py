"""Who may import whom: the layers of the program, read from its source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

BARE = {"model", "child_environment", "digest", "files", "ownership", "printable", "redaction", "streams"}
"""What imports nothing of the importer."""

FOUNDATION = BARE | {"archives", "errors", "report"}
"""What everybody may import; `schemas` goes with it."""

STAGES: dict[str, set[str]] = {
    "settings": set(),
    "reading": {"book"},  # what a copy could not carry is found out in the process that reads
    "mapping": {"reading"},
    "checking": {"mapping", "read_before", "reading"},
    "read_before": {"mapping", "reading"},
    "api": {"answers", "transport", "pacing"},
    "answers": set(),
    "transport": set(),
    "pacing": set(),
    "journal": {"committing", "records", "store"},
    "store": {"committing", "records"},
    "records": set(),
    "committing": set(),
    "results": {"book"},
    "book": set(),
    "page": set(),
    "timing": set(),
    "notifying": set(),
    "migrating": {"reading"},
    "refusals": set(),
    "rowlog": set(),
    "template": set(),
    "locking": set(),
    "stopping": set(),
}
"""The stages, each with the modules that are parts of it; no stage knows another."""

HANDS = {
    "planning",
    "creating",
    "settling",
    "matching",
    "canary",
    "switching",
    "sending",
    "updating",
    "outcomes",
    "workers",
    "breaker",
    "existing",
    "issued",
    "witnesses",
}
"""What works on the objects of the api and the journal that it is given."""

TOP = {
    "agreeing",
    "asking",
    "bug_report",
    "showing",
    "cli",
    "command",
    "commands",
    "examples",
    "history",
    "nightly",
    "documents",
    "dropping",
    "legacy",
    "next_command",
    "telling",
    "options",
    "screen",
    "demo",
    "__main__",
}
SPEAKING = {"__main__", "asking", "cli", "telling", "options", "screen", "streams"}


def modules(package: str) -> list[tuple[str, Path]]:
    """Return the modules of a package, by the first part of their names, without the sandbox."""
    root = ROOT / package
    found = [(path.relative_to(root).parts[0].removesuffix(".py"), path) for path in sorted(root.rglob("*.py"))]
    return [(name, path) for name, path in found if name != "sandbox"]


def imports(path: Path) -> Iterator[str]:
    """Yield the full names of what a file imports, wherever in it, but for the type checker's eyes alone."""
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


def ours(path: Path) -> set[str]:
    """Return the modules of the importer, by the first part of their names, that a file imports."""
    names = {name.split(".")[1] for name in imports(path) if name.startswith("importer.")}
    return names - {"__version__"}


IMPORTER = modules("importer")


def allowed(name: str) -> set[str]:
    """Return what a module of the importer may import of the importer."""
    match name:
        case _ if name in BARE | {"__init__", "bug_report"}:
            return set()
        case "errors":
            return {"model"}
        case "report":
            return {"model", "errors"}
        case _ if name in STAGES:
            return FOUNDATION | STAGES[name] | {name}
        case _ if name in HANDS:
            return FOUNDATION | HANDS | STAGES.keys() - {"settings", "reading", "mapping", "checking", "results"}
        case "pipeline" | "showing":
            return FOUNDATION | HANDS | STAGES.keys()
        case "__main__":
            return {"cli"}
        case "screen":
            return FOUNDATION
        case _:
            return FOUNDATION | STAGES.keys() | TOP | {"pipeline", "sandbox", "switching"}


@pytest.mark.parametrize(("name", "path"), IMPORTER, ids=[str(path.relative_to(ROOT)) for _, path in IMPORTER])
def test_each_module_imports_only_what_its_layer_may(name: str, path: Path) -> None:
    """No stage knows another, what is below knows nothing of what is above, and no module is outside the layers."""
    assert name in {"__init__", "pipeline"} | FOUNDATION | STAGES.keys() | HANDS | TOP, f"{name} has no layer yet"
    assert ours(path) - allowed(name) == set()


@pytest.mark.parametrize("path", sorted((ROOT / "schemas").rglob("*.py")), ids=lambda path: path.name)
def test_schemas_know_nothing_of_the_importer(path: Path) -> None:
    """Knowledge never imports machinery."""
    assert [name for name in imports(path) if name.split(".")[0] == "importer"] == []


@pytest.mark.parametrize("path", sorted((ROOT / "importer" / "sandbox").rglob("*.py")), ids=lambda path: path.name)
def test_the_sandbox_stands_alone(path: Path) -> None:
    """The stand-in server is an independent second opinion: it imports nothing of the client or the schemas."""
    found = [name for name in imports(path) if name.split(".")[0] in ("importer", "schemas")]
    assert [name for name in found if not f"{name}.".startswith("importer.sandbox.")] == []


def test_model_is_without_schemas() -> None:
    """What passes between the stages depends on nothing; errors know the catalogue alone."""
    for name in ("model", "report"):
        assert not [one for one in imports(ROOT / "importer" / f"{name}.py") if one.startswith("schemas")]


@pytest.mark.parametrize(
    ("library", "users"),
    [
        ("requests", {"transport", "notifying"}),
        ("urllib3", {"transport"}),
        ("tenacity", {"api", "notifying"}),
        ("sqlite3", {"journal", "store", "records", "committing"}),
        ("pandera", {"checking"}),
        (
            "click",
            {
                *("asking", "cli", "command", "commands", "history", "legacy", "next_command", "nightly"),
                *("telling", "options"),
            },
        ),
        ("sqlglot", {"migrating"}),
        ("hcl2", {"migrating"}),
        ("rapidfuzz", {"migrating"}),
        ("rich", {"screen"}),
        ("python_calamine", {"reading"}),
        ("platformdirs", {"settings"}),
        ("filelock", {"locking", "notifying"}),
        ("watchdog", {"nightly"}),
        ("xlsxwriter", {"book", "template"}),
        ("lxml", {"book"}),
        ("jinja2", {"page"}),
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
    """Only what sends a secret looks at its text: the client, and what tells people."""
    users = {name for name, path in IMPORTER if ".reveal()" in path.read_text(encoding="utf-8")}
    assert users == {"api", "notifying"}
