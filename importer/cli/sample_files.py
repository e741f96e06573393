"""Where the sample files are."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def sample_folder() -> Traversable:
    """Return the folder of the sample files: in the package, or in the checkout that we run from."""
    package = files("importer")
    packed = package / "samples"
    return packed if packed.is_dir() else package / ".." / "samples"
