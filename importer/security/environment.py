"""The variables that programs we start may see: all of ours but the secrets."""

import os
import re
from collections.abc import Mapping

_SECRET = re.compile(r"CAMPAIGN_IMPORTER_(?:.*_)?(?:PASSWORD|SECRET|TOKEN|KEY)", re.IGNORECASE)
"""The names of variables that hold a secret; CAMPAIGN_IMPORTER_PASSWORD_FILE only names a file."""


def child_environment(more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process that is started, with some variables of its own."""
    return {**{name: text for name, text in os.environ.items() if not _SECRET.fullmatch(name)}, **more}
