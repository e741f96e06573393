"""An e-mail over SMTP: encrypted, with the certificate verified, and delivered once the server has accepted it."""

import contextlib
import smtplib
import ssl
from email.message import EmailMessage

from importer.notify.checks import envelope
from importer.notify.errors import ChannelDown, MessageRefused, NotTaken, Passing, clean, sendable, why, without
from importer.notify.letter import as_sent, write_letter
from importer.notify.message import Delivery, Mail

Refusals = dict[str, tuple[int, bytes]]

TOO_LARGE = (523, 552)


def send_mail(mail: Mail, parcel: Delivery) -> list[str]:
    """Send a message to all recipients of a mail channel.

    Returns a sentence for each recipient that the server refused while it accepted others. Raises Passing, ChannelDown,
    or MessageRefused.
    """
    letter = write_letter(mail, parcel)
    server: smtplib.SMTP | None = None
    try:
        server = _connect(mail)
        refused = _send(server, mail, parcel, letter)
        # The answer to QUIT does not matter: the server has the mail.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise _explain(mail, error) from None
    finally:
        if server is not None:
            server.close()
    return [f"{mail.host} refused it for {_refusal(mail, refused, one)}" for one in refused]


def _connect(mail: Mail) -> smtplib.SMTP:
    """Return a connection on which a mail may be sent: encrypted and logged in, as the settings say."""
    context = None if mail.security == "none" else _trust(mail)
    server: smtplib.SMTP
    if mail.security == "tls":
        server = smtplib.SMTP_SSL(mail.host, mail.port, timeout=mail.timeout, context=context)
    else:
        server = smtplib.SMTP(mail.host, mail.port, timeout=mail.timeout)
    try:
        if mail.security == "starttls":
            server.starttls(context=context)
        if mail.username and mail.password is not None:
            server.login(mail.username, mail.password.reveal())
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _trust(mail: Mail) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=mail.ca_bundle)
    except OSError:  # an SSLError too: the file holds no certificates
        reason = f"The certificates of {mail.ca_bundle} cannot be read. Name a PEM file that is readable."
        raise ChannelDown(reason) from None


def _send(server: smtplib.SMTP, mail: Mail, parcel: Delivery, letter: EmailMessage) -> Refusals:
    limit = server.esmtp_features.get("size", "")
    content = as_sent(letter)
    if limit.isascii() and limit.isdigit() and 0 < int(limit) < len(content):
        content = as_sent(write_letter(mail, parcel, 0))
    sender, *recipients = (envelope(one).addr_spec for one in (mail.sender, *mail.recipients))
    return server.sendmail(sender, recipients, content)


def _explain(mail: Mail, error: Exception) -> NotTaken:
    """Turn an error of the libraries into one of ours."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            message = ", ".join(_refusal(mail, error.recipients, one) for one in error.recipients)
            later = any(code < 500 for code, _ in error.recipients.values())
            return (Passing if later else ChannelDown)(f"{mail.host} refused all recipients: {message}")
        case smtplib.SMTPAuthenticationError():
            reason = (
                f"{mail.host} refused the user name or the password: {_said(mail, error.smtp_code, error.smtp_error)}"
            )
            # 454: the server cannot check them now; any other refusal would be repeated, and could lock the account.
            return (Passing if error.smtp_code == 454 else ChannelDown)(reason)
        case smtplib.SMTPResponseException():
            reason = f"{mail.host} answered {_said(mail, error.smtp_code, error.smtp_error)}"
            if error.smtp_code < 500:
                return Passing(reason)
            about_it = isinstance(error, smtplib.SMTPDataError) or error.smtp_code in TOO_LARGE
            return (MessageRefused if about_it else ChannelDown)(reason)
        case smtplib.SMTPNotSupportedError():
            lacks = "STARTTLS" if mail.security == "starttls" else "what is needed to log in"
            return ChannelDown(f"{mail.host} does not offer {lacks}. Check its port and security.")
        case smtplib.SMTPException() if not isinstance(error, smtplib.SMTPServerDisconnected):
            return ChannelDown(f"{mail.host} offers no supported way to log in.")
        case ssl.SSLError():
            return ChannelDown(f"{mail.host} cannot be used: {why(error)}.")
        case OSError():
            return Passing(f"{mail.host} cannot be used: {why(error)}.")
        case _:
            return ChannelDown(f"{mail.host} could not be used with these settings. Check its port and security.")


def _refusal(mail: Mail, refused: Refusals, recipient: str) -> str:
    code, message = refused[recipient]
    return f"{recipient}: {_said(mail, code, message)}"


def _said(mail: Mail, code: int, message: bytes | str) -> str:
    text = message.decode("utf-8", "replace") if isinstance(message, bytes) else message
    return clean(sendable(f"{code} {without(mail.password, text, mail.username)}"))
