"""What drop.toml says, checked as a whole.

loading.py      the file, and all its mistakes at once
model.py        its tables and keys, one line a key, as pydantic models; value_types.py: the kinds of their values
conflicts.py    values that contradict one another
sentences.py    a mistake as a sentence with its line; keys.py: the keys by their names, for that and the documents
"""

from importer.drop.config.loading import NAME, load
from importer.drop.config.model import Drop, DropFolder, Handling
from importer.drop.config.sentences import MAIL_PASSWORD_VARIABLE, WEBHOOK_SECRET_VARIABLE
from importer.drop.config.value_types import OnPartial, When

__all__ = [
    "MAIL_PASSWORD_VARIABLE",
    "NAME",
    "WEBHOOK_SECRET_VARIABLE",
    "Drop",
    "DropFolder",
    "Handling",
    "OnPartial",
    "When",
    "load",
]
