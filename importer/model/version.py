"""The name and the version of the program; pyproject.toml repeats both."""

PROGRAM = "campaign-importer"
"""The name of the command."""

__version__ = "0.1.0"
