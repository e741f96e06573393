"""The values of options, group by group as `options` declares them; each command joins those of its groups.

What is None was given nowhere and has no default. Sizes of files and of memory are in MiB, times in seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from click.core import ParameterSource

from importer.cli.values.settings import Setting

Origin = Setting | ParameterSource
Origins = Mapping[str, Origin]
"""Where the values of options and arguments come from, by the names of their parameters."""


@dataclass(frozen=True, kw_only=True)
class Values:
    """What every command has: where the values of its options and arguments come from, and the log for its faults.

    `key_origins` has, for options that are merged key by key, where each of their texts comes from.
    """

    origins: Origins
    key_origins: Mapping[str, Origins] = field(default_factory=dict)
    debug: Path | None


@dataclass(frozen=True, kw_only=True)
class ShowingValues(Values):
    """What is shown, and how."""

    json: bool
    quiet: bool
    verbose: bool
    no_color: bool


@dataclass(frozen=True, kw_only=True)
class CommonValues(ShowingValues):
    """What every command takes that reads settings files."""

    config: Path | None


@dataclass(frozen=True, kw_only=True)
class JournalValues(CommonValues):
    """Where the journal is."""

    journal: Path | None
