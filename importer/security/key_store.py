"""Passwords in the system's key store, such as Keychain or Credential Manager; `keyring` supports them all.

It is an extra: without it nothing is kept, and nothing is found. Its modules are imported where they are used, because
few commands need them.
"""

import threading
from collections.abc import Callable
from importlib.util import find_spec
from typing import TypeVar

from importer.model import Secret

Found = TypeVar("Found")


class KeyStoreUnusable(Exception):
    """The key store cannot do what was requested: the text says why, `exists` whether there may be one at all."""

    def __init__(self, reason: str, *, exists: bool = True) -> None:
        super().__init__(f"The system's key store cannot be used: {reason}.")
        self.exists = exists


class KeyStore:
    """The entry of one password: that of an account on one host and port.

    Its methods raise KeyStoreUnusable if there is no key store, it is locked or refuses, or it does not answer within
    `patience` seconds: one that is locked may ask for its own password in a window that nobody sees.
    """

    def __init__(self, host: str, port: int, account: str, *, patience: float) -> None:
        self._service = f"campaign-importer {host}:{port}"
        self._account = account
        self._patience = patience

    @property
    def system(self) -> str:
        """What the key store calls itself."""
        return self._answer(_name)

    def read(self) -> Secret | None:
        """Return the password; None if none is stored."""
        found = self._answer(self._stored)
        return Secret(found) if found else None

    def keep(self, password: Secret) -> None:
        """Store a password, and make sure that it can be read back."""
        self._answer(lambda: self._store(password))
        if self._answer(self._stored) != password.reveal():
            raise KeyStoreUnusable("it does not return the stored password")

    def remove(self) -> bool:
        """Remove the password; return whether there was one."""
        return self._answer(self._delete)

    def _stored(self) -> str | None:
        import keyring

        return keyring.get_password(self._service, self._account)

    def _store(self, password: Secret) -> None:
        import keyring

        keyring.set_password(self._service, self._account, password.reveal())

    def _delete(self) -> bool:
        import keyring

        if keyring.get_password(self._service, self._account) is None:
            return False
        keyring.delete_password(self._service, self._account)
        return True

    def _answer(self, ask: Callable[[], Found]) -> Found:
        """Return what the key store answers; turn what the library raises, or its silence, into one error."""
        if not key_store_installed():
            raise KeyStoreUnusable("keyring is not installed", exists=False)
        answers: list[Found] = []
        failures: list[str] = []

        def work() -> None:
            try:
                answers.append(ask())
            except Exception as error:  # noqa: BLE001 -- a backend may raise anything, with the password in it
                failures.append(type(error).__name__)

        # The library waits without end, and a process must not: a thread that is a daemon ends with it.
        thread = threading.Thread(target=work, name="key store", daemon=True)
        thread.start()
        thread.join(self._patience)
        if failures:
            name = failures[0]
            raise KeyStoreUnusable(_KNOWN.get(name, f"it failed with {name}"), exists=name != _NONE)
        if not answers:
            raise KeyStoreUnusable(
                f"it has not answered for {self._patience:g} seconds, and may be waiting for somebody to unlock it"
            )
        return answers[0]


def _name() -> str:
    import keyring

    return str(keyring.get_keyring().name)


def key_store_installed() -> bool:
    """Return whether the extra `keyring` is installed."""
    return find_spec("keyring") is not None


_NONE = "NoKeyringError"
_KNOWN = {_NONE: "this system does not have one", "KeyringLocked": "it is locked"}
"""What the library's errors mean, by their names."""
