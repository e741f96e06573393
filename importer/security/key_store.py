"""Passwords in the system's key store, such as Keychain or Credential Manager; `keyring` supports them all.

It is an extra: without it nothing is kept, and nothing is found.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from importer.model import Secret


class KeyStoreUnusable(Exception):
    """The key store cannot do what was requested: `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class KeyStore:
    """The entry of one password: that of an account on one host and port.

    Its methods raise KeyStoreUnusable if there is no key store, or it is locked or refuses.
    """

    def __init__(self, host: str, port: int, account: str) -> None:
        self._service = f"campaign-importer {host}:{port}"
        self._account = account

    @property
    def system(self) -> str:
        """What the key store calls itself."""
        with _reported():
            import keyring

            return str(keyring.get_keyring().name)

    def read(self) -> Secret | None:
        """Return the password; None if none is stored."""
        with _reported():
            import keyring

            found = keyring.get_password(self._service, self._account)
        return Secret(found) if found else None

    def keep(self, password: Secret) -> None:
        """Store a password, and make sure that it can be read back."""
        with _reported():
            import keyring

            keyring.set_password(self._service, self._account, password.reveal())
            if keyring.get_password(self._service, self._account) != password.reveal():
                raise KeyStoreUnusable("it does not return the stored password")

    def remove(self) -> bool:
        """Remove the password; return whether there was one."""
        with _reported():
            import keyring

            if keyring.get_password(self._service, self._account) is None:
                return False
            keyring.delete_password(self._service, self._account)
            return True


def key_store_installed() -> bool:
    """Return whether the extra `keyring` is installed."""
    return find_spec("keyring") is not None


@contextmanager
def _reported() -> Iterator[None]:
    """Turn what the library raises into one error. Its modules are imported here because few commands need them."""
    if not key_store_installed():
        raise KeyStoreUnusable("keyring is not installed")
    try:
        yield
    except KeyStoreUnusable:
        raise
    except Exception as error:  # noqa: BLE001 -- a backend, or its settings, may raise anything, with the password in it
        name = type(error).__name__
        raise KeyStoreUnusable(_KNOWN.get(name, f"it failed with {name}")) from None


_KNOWN = {"NoKeyringError": "this system does not have one", "KeyringLocked": "it is locked"}
"""What the library's errors mean, by their names."""
