"""The details of a bug in the program, in a file that can be sent to the developers."""

import sys
import tempfile
import traceback
from pathlib import Path

from importer.model import __version__


def write_bug_report(folder: Path | None = None) -> Path:
    """Write the exception being handled to a file, and return its path; without a folder, among temporary files.

    The traceback has lines of the program and the error but no values: no passwords and no text from a sheet.
    """
    with tempfile.NamedTemporaryFile(
        "w", prefix="campaign-importer-bug-", suffix=".txt", delete=False, encoding="utf-8", dir=folder
    ) as file:
        file.write(f"campaign-importer {__version__}, Python {sys.version}, {sys.platform}\n\n{traceback.format_exc()}")
    return Path(file.name)
