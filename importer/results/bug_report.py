"""The details of a bug in the program, in a file that can be sent to the developers."""

import sys
import tempfile
import traceback
from pathlib import Path

from importer.model import __version__
from importer.security import without_numbers


def write_bug_report(folder: Path | None = None) -> Path:
    """Write the exception being handled to a file, and return its path; without a folder, among temporary files.

    The traceback has lines of the program and the error but no values: no passwords and no text from a sheet. What
    looks like a telephone number in the error is masked: libraries quote what they cannot use.
    """
    story = without_numbers(traceback.format_exc())
    with tempfile.NamedTemporaryFile(
        "w", prefix="campaign-importer-bug-", suffix=".txt", delete=False, encoding="utf-8", dir=folder
    ) as file:
        file.write(f"campaign-importer {__version__}, Python {sys.version}, {sys.platform}\n\n{story}")
    return Path(file.name)
