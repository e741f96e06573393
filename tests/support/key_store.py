"""A key store in a file of the test's own, as `keyring` lets anybody add one."""

import json
import os
import threading
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

PLACE = "KEY_STORE_OF_THE_TEST"
"""The variable that names the file."""

NOBODY = threading.Event()
"""Whoever would have to answer the window: nobody does."""


class FileKeyStore(KeyringBackend):
    """Keeps passwords in a file of JSON; nothing can be done while a file `locked` lies beside it.

    With a file `asking` it waits, as one that has opened a window and asks for its own password.
    """

    priority = 0.1

    def get_password(self, service: str, username: str) -> str | None:
        """Return a password, or None."""
        return self._kept().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a password."""
        self._keep({**self._kept(), f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        """Forget a password."""
        kept = self._kept()
        if kept.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("no such password")
        self._keep(kept)

    def _kept(self) -> dict[str, str]:
        place = Path(os.environ[PLACE])
        if place.with_name("asking").exists():
            NOBODY.wait()
        if place.with_name("locked").exists():
            raise KeyringLocked("the key store is locked")
        return dict(json.loads(place.read_text())) if place.exists() else {}

    def _keep(self, kept: dict[str, str]) -> None:
        Path(os.environ[PLACE]).write_text(json.dumps(kept))
