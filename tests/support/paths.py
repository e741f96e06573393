"""Where the parts of the project are."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
GOLDEN = ROOT / "tests" / "golden"
SHARED = ROOT.parent / "shared"
"""Real files by others, where they are at hand; they are not part of the project."""
CORPUS = Path(os.environ.get("IMPORTER_CORPUS", SHARED / "corpus"))
LEGACY = Path(os.environ.get("IMPORTER_LEGACY_FILES", SHARED / "legacy-files"))
