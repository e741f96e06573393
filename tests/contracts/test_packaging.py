"""The wheel: built without a network, it runs anywhere."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.support.paths import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_has_all_that_runs_and_nothing_else(wheel: Path) -> None:
    """Every source file and all data are in the wheel; no test is."""
    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
    sources = {
        str(path.relative_to(ROOT))
        for package in ("importer", "schemas")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    samples = {f"importer/{path.relative_to(ROOT)}" for path in (ROOT / "samples").rglob("*") if path.is_file()}
    assert names == sources | samples


@pytest.mark.slow
def test_the_wheel_runs_anywhere(wheel: Path, tmp_path: Path, own_world: Path) -> None:
    """Unpacked into another folder, the wheel plays its demonstration and writes its template."""
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(unpacked)
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    code = "import importer, schemas; print(importer.__file__, schemas.__file__); from importer.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "demo"], capture_output=True, text=True, env=environment, cwd=own_world
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{unpacked}/importer/__init__.py {unpacked}/schemas/__init__.py")
    assert "8 campaigns, each created once" in done.stderr


def test_every_dependency_is_bounded() -> None:
    """Each dependency has a lower and an upper bound, so that a new major version breaks nobody's evening."""
    for dependency in PYPROJECT["project"]["dependencies"]:
        assert ">=" in dependency, dependency
        assert "<" in dependency, dependency


def test_the_script_is_the_command_line() -> None:
    """The console script is what `python -m importer` runs, which turns every end into an exit code."""
    assert PYPROJECT["project"]["scripts"] == {"campaign-importer": "importer.__main__:main"}


def test_it_is_for_python_3_11_and_later() -> None:
    """The promised versions of Python are those of the package."""
    assert PYPROJECT["project"]["requires-python"] == ">=3.11"


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "LICENSE", "Makefile", "samples/campaigns.csv"])
def test_the_files_around_it_are_there(name: str) -> None:
    """A project has them."""
    assert (ROOT / name).stat().st_size > 0
