"""What is wrong with the settings of a channel, reported before anything is sent."""

from collections import Counter
from collections.abc import Iterator, Sequence
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import getaddresses
from urllib.parse import urlsplit

from importer.notify.message import Channel, Command, Mail, Webhook
from importer.security import is_this_machine


def mistakes(channels: Sequence[Channel]) -> list[str]:
    """Return a sentence for each mistake in the channels; it begins with the channel's name."""
    counts = Counter(channel.name for channel in channels)
    twice = [f"{name}: two channels have this name. Rename one." for name, count in counts.items() if count > 1]
    return [*twice, *(f"{channel.name}: {one}" for channel in channels for one in wrong(channel.way))]


def wrong(way: Mail | Webhook | Command) -> list[str]:
    """Return a sentence for each mistake in the settings of one channel."""
    match way:
        case Mail():
            found = _mail(way)
        case Webhook():
            found = _webhook(way)
        case Command():
            found = _command(way)
    return [*found, *([] if way.timeout > 0 else ["The time-out must be more than 0 seconds."])]


def wrong_address(url: str, *, allow_http: bool) -> list[str]:
    """Return a sentence for each mistake in an address, without repeating the address: it may be secret."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isprintable() or " " in url:
        return ["That is not a valid address. It looks like https://example.com/hooks/importer."]
    if parts.username is not None or parts.password is not None:
        return ["The address must not contain a user name or a password."]
    if parts.scheme == "http" and not is_this_machine(parts.hostname) and not allow_http:
        return [f"http to {parts.hostname} is not encrypted. Use https, or allow http if the network is safe."]
    return []


def envelope(text: str) -> Address:
    """Return an address such as `Importer <importer@example.com>`. Raises ValueError for any other text."""
    try:
        ((name, spec),) = getaddresses([text if text.isprintable() else ""])
        address = Address(name, addr_spec=spec)
    except (HeaderParseError, IndexError):  # the standard library trips over a lone ";"
        raise ValueError("not an address") from None
    if not address.username or not address.domain or not spec.isascii():
        raise ValueError("not an address")
    return address


def _mail(mail: Mail) -> Iterator[str]:
    if not mail.host or not mail.host.isprintable() or " " in mail.host:
        yield "The mail server is missing. Name its host, such as mail.example.com."
    if not 0 < mail.port < 65536:
        yield f"{mail.port} is not a port. The usual ones are 587 (starttls), 465 (tls) and 25."
    if mail.security not in ("starttls", "tls", "none"):
        yield f'security {mail.security!r} is unknown. Write "starttls", "tls" or "none".'
    if mail.security == "none" and not is_this_machine(mail.host) and not mail.allow_plain:
        yield f'security "none" sends everything to {mail.host} unencrypted. Use "starttls" or "tls".'
    if bool(mail.username) != (mail.password is not None):
        yield "A user name and a password go together. Give both, or neither."
    if not (mail.username + (mail.password.reveal() if mail.password else "")).isascii():
        yield "The user name or the password has characters that are not ASCII. Mail servers do not accept those."
    if not mail.recipients:
        yield "There is no recipient. Name at least one address."
    for role, address in (("from", mail.sender), *(("to", one) for one in mail.recipients)):
        try:
            envelope(address)
        except ValueError:
            yield f"{role} {address!r} is not an e-mail address. It looks like night@example.com, in ASCII characters."


def _webhook(webhook: Webhook) -> Iterator[str]:
    yield from wrong_address(webhook.url, allow_http=webhook.allow_http)
    if webhook.secret is not None and not webhook.secret.reveal():
        yield "The secret is empty, so anybody could sign."


def _command(command: Command) -> Iterator[str]:
    if not command.arguments or not command.arguments[0]:
        yield "The command is missing. Name the program and its arguments, each as one string."
    if any("\0" in argument for argument in command.arguments):
        yield "An argument contains a NUL character, which cannot be passed to a program."
