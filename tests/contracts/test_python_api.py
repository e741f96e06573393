"""The Python API: what it promises is there, costs nothing until it is used, and works as docs/python.md shows."""

import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import importer
from importer.errors import ImporterError
from importer.sandbox import Sandbox
from tests.support.paths import ROOT, SAMPLES
from tests.support.tables import rested

DOCUMENT = ROOT / "docs" / "python.md"
EXAMPLE = re.compile(r"```python\n(?P<code>.*?)```\n\n```text\n(?P<output>.*?)```", re.DOTALL)
REGENERATE = os.environ.get("REGENERATE") == "1"


def examples() -> list[re.Match[str]]:
    """Return the examples of the document, each with the output that it shows."""
    return list(EXAMPLE.finditer(DOCUMENT.read_text(encoding="utf-8")))


@pytest.mark.parametrize("number", range(3), ids=["validate", "import", "rows"])
def test_the_examples_print_what_the_document_shows(
    number: int, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each example runs by itself in a folder of samples and prints just what stands below it."""
    for sample in SAMPLES.glob("*.*"):
        rested(Path(shutil.copy(sample, here)))
    example = examples()[number]
    exec(compile(example["code"], f"example {number + 1} of docs/python.md", "exec"), {"__name__": "example"})
    printed = capsys.readouterr().out
    if REGENERATE:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(text[: example.start("output")] + printed + text[example.end("output") :], encoding="utf-8")
        example = examples()[number]
    assert printed == example["output"]
    assert printed


def test_there_are_three_examples() -> None:
    """None is left out for being written in another way."""
    assert len(examples()) == DOCUMENT.read_text(encoding="utf-8").count("```python") == 3


def test_importing_it_imports_nothing_else() -> None:
    """`import importer` brings in no module of ours and no library, so that whoever needs a part pays for that part."""
    code = "import sys; before = set(sys.modules); import importer; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert {name for name in done.stdout.split() if name.partition(".")[0] not in sys.stdlib_module_names} == {
        "importer"
    }


def imported_for_types() -> Iterator[tuple[str, str]]:
    """Yield the names that type checkers see, each with its module."""
    tree = ast.parse(Path(importer.__file__).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("importer."):
            yield from ((alias.name, str(node.module)) for alias in node.names)


def test_type_checkers_and_python_see_the_same_names() -> None:
    """What type checkers see is what `__all__` promises, and what is there: the very same objects."""
    assert sorted(name for name, _ in imported_for_types()) == sorted(importer.__all__)
    for name, module in imported_for_types():
        assert getattr(importer, name) is getattr(sys.modules[module], name)
    assert set(importer.__all__) <= set(dir(importer))


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """So that `hasattr` and `from importer import …` work as with any module."""
    assert not hasattr(importer, "nothing")
    with pytest.raises(ImportError):
        exec("from importer import nothing")


@pytest.mark.parametrize("name", sorted({*importer.__all__} - {"__version__"}))
def test_every_name_is_explained(name: str) -> None:
    """Each has a docstring, is in the table of docs/python.md, and says the types of what it takes and returns."""
    promised = getattr(importer, name)
    assert promised.__doc__
    assert f"`{name}`" in DOCUMENT.read_text(encoding="utf-8").partition("## The names")[2]
    if inspect.isfunction(promised):
        signature = inspect.signature(promised)
        assert signature.return_annotation is not inspect.Signature.empty
        assert all(one.annotation is not inspect.Parameter.empty for one in signature.parameters.values())


def test_the_table_names_nothing_else() -> None:
    """The table of docs/python.md is `__all__`."""
    table = DOCUMENT.read_text(encoding="utf-8").partition("## The names")[2]
    first = "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    assert sorted(re.findall(r"`(\w+)`", first)) == sorted(importer.__all__)


def test_every_error_that_a_session_raises_is_promised() -> None:
    """The errors by which a run stops are all in the API; those that concern the sending of a row never leave it."""
    stops = {one.__name__ for one in importer.StopRun.__subclasses__()}
    assert stops <= set(importer.__all__)
    assert issubclass(importer.StopRun, ImporterError)


def test_an_import_writes_results_only_when_asked(here: Path, journal: Path, sandbox: Sandbox) -> None:
    """Without OutputOptions nothing but the journal is written; with them the results are beside the file."""
    workbook = rested(Path(shutil.copy(SAMPLES / "campaigns.xlsx", here)))
    server = importer.Server(sandbox.url, "admin", importer.Secret("secret"))
    with importer.open_session(server, journal) as session:
        first = importer.import_file(session, workbook)
        assert (first.results, list(here.iterdir())) == (None, [workbook])
        second = importer.import_file(session, workbook, output_options=importer.OutputOptions())
    assert second.results is not None
    assert Path(second.results).parent == here
    assert second.counts == {"exists": 8}


def test_an_import_that_is_stopped_says_why(here: Path, journal: Path, sandbox: Sandbox) -> None:
    """What stops a run after it has begun is in the report, and nothing is created: here an unknown password."""
    workbook = rested(Path(shutil.copy(SAMPLES / "campaigns.xlsx", here)))
    server = importer.Server(sandbox.url, "admin", importer.Secret("wrong"))
    with importer.open_session(server, journal) as session:
        report = importer.import_file(session, workbook)
    assert isinstance(report.stopped, importer.AccessRefused)
    assert report.exit_code is importer.ExitCode.CONFIGURATION
    assert sandbox.campaigns() == []


def test_two_sessions_do_not_meet(journal: Path, sandbox: Sandbox) -> None:
    """A second session for the same journal and server raises Locked."""
    server = importer.Server(sandbox.url, "admin", importer.Secret("secret"))
    with importer.open_session(server, journal), pytest.raises(importer.Locked):
        importer.open_session(server, journal).__enter__()


def test_packages_say_that_they_are_typed() -> None:
    """Type checkers believe annotations only where `py.typed` is."""
    assert all((ROOT / package / "py.typed").is_file() for package in ("importer", "schemas"))
