"""Why something was not delivered, in words without secrets.

NotTaken
├── Passing            temporary: the same message may be accepted in a moment
├── MessageRefused     this message is refused; others may be accepted
└── ChannelDown        nothing is accepted until something changes there
"""

import base64
import socket
import ssl

from importer.model import Secret
from importer.security import redaction, visible

LONGEST = 300
"""How many characters of a foreign text are shown."""


class NotTaken(Exception):
    """A channel has not accepted a message; `reason` is a sentence for the user."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Passing(NotTaken):
    """Trying again can help; `wait` is the number of seconds that the other side asks for, if any."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class MessageRefused(NotTaken):
    """This message is refused; others may be accepted."""


class ChannelDown(NotTaken):
    """No message is accepted until somebody has done something: more attempts could even lock an account."""


def why(error: BaseException) -> str:
    """Return the cause of a failure of the network or the system in a few words."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    match error:
        case ssl.SSLCertVerificationError():
            return f"its certificate cannot be verified ({error.verify_message})"
        case ssl.SSLError():
            return "its TLS handshake fails"
        case socket.gaierror():
            return "its name cannot be resolved"
        case TimeoutError():
            return "it does not answer in time"
        case ConnectionRefusedError():
            return "it refuses the connection"
        case OSError(strerror=str(words)) if error.errno is not None:
            return f"the connection fails ({words})"
        case _:
            return "the connection breaks"


def clean(text: str, longest: int = LONGEST) -> str:
    """Return a text on one line that can be shown, logged and sent: without control characters, `longest` at most."""
    message = visible(" ".join(text.split()))
    return message if len(message) <= longest else message[: longest - 1] + "…"


def sendable(text: str) -> str:
    """Return a text without what UTF-8 cannot encode, as in file names of other encodings."""
    return text.encode("utf-8", "replace").decode("utf-8")


def without(secret: Secret | None, text: str, username: str = "") -> str:
    """Return a foreign text in which a secret is hidden, in every form in which it may occur there."""
    if secret is None:
        return text
    plain = secret.reveal()
    login = base64.b64encode(f"\0{username}\0{plain}".encode()).decode()
    return redaction(plain, repr(secret), [login])(text)
