"""The variables that child processes may see: all of ours except the secrets."""

import os
import re
from collections.abc import Mapping

_SECRET = re.compile(r"CAMPAIGN_IMPORTER_(?:.*_)?(?:PASSWORD|SECRET|TOKEN|KEY)", re.IGNORECASE)
"""The names of variables that contain a secret; CAMPAIGN_IMPORTER_PASSWORD_FILE only names a file."""


def child_environment(more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a child process, with some additional variables."""
    return {**{name: text for name, text in os.environ.items() if not _SECRET.fullmatch(name)}, **more}
