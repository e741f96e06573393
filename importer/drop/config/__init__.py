"""What drop.toml says, checked at once.

loading.py      the file, and all its mistakes with their lines and keys
model.py        what it says, as frozen dataclasses
keys.py         the keys, one line a key: the checker and the documentation come from this table
value_types.py  the kinds of values that they may have
conflicts.py    values that leave no meaning to one another
toml_lines.py   on which line a key stands
"""

from importer.drop.config.loading import MAIL_PASSWORD_VARIABLE, NAME, WEBHOOK_SECRET_VARIABLE, load
from importer.drop.config.model import (
    CommandSettings,
    Drop,
    DropFolder,
    Handling,
    MailSettings,
    OnPartial,
    Retention,
    WebhookSettings,
    When,
)

__all__ = [
    "MAIL_PASSWORD_VARIABLE",
    "NAME",
    "WEBHOOK_SECRET_VARIABLE",
    "CommandSettings",
    "Drop",
    "DropFolder",
    "Handling",
    "MailSettings",
    "OnPartial",
    "Retention",
    "WebhookSettings",
    "When",
    "load",
]
