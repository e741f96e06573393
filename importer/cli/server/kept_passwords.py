"""Passwords that `login` keeps in the system's key store, and the message if there is no key store."""

from importer.cli.options.variables import PASSWORD_VARIABLE
from importer.cli.screen import prompts
from importer.enswitch import Server
from importer.errors import WrongSettings
from importer.model import Secret
from importer.security import KeyStore, KeyStoreUnusable, key_store_installed
from schemas.problem_codes import ProblemCode

AT_A_TERMINAL, ALONE = 120.0, 15.0
"""Seconds to wait for the key store: it may ask a person, who must type another password; a timer has nobody."""


def require() -> None:
    """Raise WrongSettings if the extra for the system's key stores is not installed."""
    if not key_store_installed():
        raise WrongSettings(
            "The system's key store needs the extra keyring, which is not installed. Install it: `pipx inject "
            'campaign-importer keyring`, or `pip install "campaign-importer[keyring]"`.',
            ProblemCode.KEY_STORE,
        )


def place(found: Server) -> KeyStore:
    """Return where the password of an account is kept: for the host and port alone that requests go to."""
    patience = AT_A_TERMINAL if prompts.is_terminal() else ALONE
    return KeyStore(*found.host_and_port, found.username, patience=patience)


def read(found: Server) -> Secret | None:
    """Return the password that the key store has for an account; None if it has none. Raises KeyStoreUnusable."""
    return place(found).read()


def find(found: Server) -> Secret | None:
    """Return the password that the key store has for an account; None where it has none or cannot be asked."""
    try:
        return read(found)
    except KeyStoreUnusable:
        return None


def unusable(error: KeyStoreUnusable) -> WrongSettings:
    """Return the message about a key store that cannot do what was requested."""
    use = "Unlock it, or use" if error.exists else "Use"
    message = f"{error} {use} {PASSWORD_VARIABLE} or --password-file instead."
    return WrongSettings(message, ProblemCode.KEY_STORE)
