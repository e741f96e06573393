"""Values of drop.toml that are each valid but contradict one another."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from importer.drop.config.model import DropToml, Handling, Notify
from importer.security import is_this_machine
from schemas.headings import OWN_COLUMN

Conflicts = Iterator[tuple[tuple[str, ...], str]]
"""The dotted names of keys, the likeliest mistake first, and what is wrong with them together."""


def conflicts_of_handling(handling: Handling) -> Conflicts:
    """Yield what does not go together in how the files of a folder are handled."""
    if handling.no_header and handling.header_row:
        yield (
            ("header_row", "no_header"),
            "no_header says that the file has no headings, but header_row says which row they are in. "
            "Remove one of them.",
        )
    if handling.all_sheets and handling.sheet:
        yield (
            ("all_sheets", "sheet"),
            "sheet names the sheets to read, and all_sheets selects all of them. Remove one of them.",
        )
    if handling.numbers_beside and (handling.all_sheets or len(handling.sheet or ()) > 1):
        yield (
            ("numbers_beside", "all_sheets", "sheet"),
            "telephone numbers beside a file are for the campaigns of one sheet, but several are read. Name one sheet.",
        )
    if handling.split and (handling.all_sheets or len(handling.sheet or ()) > 1):
        yield (
            ("split", "all_sheets", "sheet"),
            "rows are split by telephone numbers, which are for the campaigns of one sheet, but several are read. Name "
            "one sheet.",
        )
    if handling.ambiguous_zone and not handling.split:
        yield ("ambiguous_zone",), "it is for rows that are split. Set split as well, or remove it."
    if handling.no_header and not handling.column:
        yield (
            ("no_header", "column"),
            'without headings, the columns must be assigned with column, such as column.A = "name".',
        )
    placed = [one for one in handling.column.values() if one != OWN_COLUMN]
    for twice in dict.fromkeys(one for one in placed if placed.count(one) > 1):
        yield ("column",), f"two columns are assigned to {twice}. Remove one of them."
    for suffix in handling.triggers:
        if clash := [
            one for one in (*handling.patterns, *handling.numbers_for) if one.lower().endswith(suffix.lower())
        ]:
            yield (
                ("trigger.suffixes", "trigger", "patterns", "numbers_for"),
                f"files that match {clash[0]} would be mistaken for triggers ({suffix}). Change one of them.",
            )


def conflicts_of_the_top(top: DropToml) -> Conflicts:
    """Yield what does not go together in the settings that apply to all folders."""
    if top.heartbeat.file and top.heartbeat.url:
        yield ("heartbeat.url",), "heartbeat.file is set as well. Remove one of them."
    yield from _conflicts_of_mail(top.notify)
    hook = top.notify.webhook
    on_a_network = hook and hook.url.startswith("http:") and not is_this_machine(urlsplit(hook.url).hostname)
    if hook and on_a_network and not hook.allow_http:
        yield (
            ("notify.webhook.url",),
            "http is not encrypted. Use https, or set notify.webhook.allow_http = true if the network is safe.",
        )


def _conflicts_of_mail(notify: Notify) -> Conflicts:
    mail = notify.mail
    if mail is None:
        return
    if mail.password_file and not mail.username:
        yield ("notify.mail.password_file",), "a password needs notify.mail.username. Set both, or neither."
    if not mail.attach and "largest_attachment" in mail.model_fields_set:
        yield ("notify.mail.largest_attachment",), "it has no effect while notify.mail.attach is false. Remove it."
    if mail.username and mail.security == "none" and not is_this_machine(mail.host):
        yield (
            ("notify.mail.security", "notify.mail.username"),
            'the password would be sent unencrypted. Use "starttls" or "tls", or remove notify.mail.username.',
        )
