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
"""The maximum number of characters shown of a text from outside."""


class NotTaken(Exception):
    """A channel has not accepted a message; `reason` is a sentence for the user."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Passing(NotTaken):
    """Trying again can help; `wait` is the number of seconds the other side asks for, if any."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class MessageRefused(NotTaken):
    """This message is refused; others may be accepted."""


class ChannelDown(NotTaken):
    """No message is accepted until a person acts: more attempts could even lock an account."""


def why(error: BaseException) -> str:
    """Return the cause of a network or system failure in a few words."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    match error:
        case ssl.SSLCertVerificationError():
            return f"its certificate cannot be verified ({error.verify_message})"
        case ssl.SSLError():
            return "the TLS handshake failed"
        case socket.gaierror():
            return "its name cannot be resolved"
        case TimeoutError():
            return "it did not answer in time"
        case ConnectionRefusedError():
            return "it refused the connection"
        case OSError(strerror=str(words)) if error.errno is not None:
            return f"the connection failed ({words})"
        case _:
            return "the connection was lost"


def clean(text: str, longest: int = LONGEST) -> str:
    """Return a text on one line that can be shown, logged and sent: no control characters, at most `longest` long."""
    message = visible(" ".join(text.split()))
    return message if len(message) <= longest else message[: longest - 1] + "…"


def sendable(text: str) -> str:
    """Return a text without what UTF-8 cannot encode, as in file names of other encodings."""
    return text.encode("utf-8", "replace").decode("utf-8")


def without(secret: Secret | None, text: str, username: str = "") -> str:
    """Return a text from outside in which a secret is hidden, in every form in which it may occur."""
    if secret is None:
        return text
    plain = secret.reveal()
    login = base64.b64encode(f"\0{username}\0{plain}".encode()).decode()
    return redaction(plain, repr(secret), [login])(text)
