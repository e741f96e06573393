"""What is known of a mistake in the program, in a file that can be sent to those who can mend it."""

import sys
import tempfile
import traceback
from pathlib import Path

from importer.model import __version__


def write_bug_report(folder: Path | None = None) -> Path:
    """Write down the exception that is being handled, and return where; without a folder, among temporary files.

    A traceback names lines of the program and the error, no values: neither passwords nor texts of a sheet.
    """
    with tempfile.NamedTemporaryFile(
        "w", prefix="campaign-importer-bug-", suffix=".txt", delete=False, encoding="utf-8", dir=folder
    ) as file:
        file.write(f"campaign-importer {__version__}, Python {sys.version}, {sys.platform}\n\n{traceback.format_exc()}")
    return Path(file.name)
