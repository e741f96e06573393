"""Values of drop.toml that are right one by one, and leave no meaning to one another."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from importer.security import is_this_machine
from schemas.headings import OWN_COLUMN

Found = Iterator[tuple[str, str]]
"""The name of a key, and what is wrong with it."""


def contradictions(values: Mapping[str, Any], said: Mapping[str, Any]) -> Found:
    """Yield what does not go together: the key's name and words.

    `values` are all that hold, by dotted name, `said` those that stand in the table at hand: only what it says itself
    is held against it, so that a mistake of the top is not told for every folder.
    """
    for involved, message in (*_reading(values), *_notifying(values, said)):
        own = [name for name in involved if name in said]
        if own:
            yield own[0], message


def _reading(values: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    if values["no_header"] and values["header_row"]:
        yield (
            ("header_row", "no_header"),
            "no_header says that there are no headings, and header_row where they are. Leave one of the two out.",
        )
    if values["no_header"] and not values["column"]:
        yield (
            ("no_header", "column"),
            'without headings nothing says what the columns hold. Say it with column, such as column.A = "name".',
        )
    placed = [one for one in values["column"].values() if one != OWN_COLUMN]
    for twice in dict.fromkeys(one for one in placed if placed.count(one) > 1):
        yield ("column",), f"two columns are said to hold {twice}. Leave one of the two out."
    for suffix in values["trigger.suffixes"]:
        if clash := [one for one in values["patterns"] if one.lower().endswith(suffix.lower())]:
            yield (
                ("trigger.suffixes", "patterns"),
                f"files that match {clash[0]} would be taken for triggers, which end in {suffix}. Change one of them.",
            )


def _notifying(values: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    if values.get("heartbeat.file") and values.get("heartbeat.url"):
        yield ("heartbeat.url",), "there is a heartbeat.file, too. Leave one of the two out."
    if values.get("notify.mail.password_file") and not values.get("notify.mail.username"):
        yield ("notify.mail.password_file",), "a password is of no use without notify.mail.username. Give both or none."
    if values.get("notify.mail.attach") is False and "notify.mail.largest_attachment" in said:
        yield ("notify.mail.largest_attachment",), "nothing is attached, as notify.mail.attach is false. Leave it out."
    if values.get("notify.mail.username") and values.get("notify.mail.security") == "none":
        host = values.get("notify.mail.host") or ""
        if not is_this_machine(host):
            yield (
                ("notify.mail.security", "notify.mail.username"),
                'the password would be sent unencrypted. Use "starttls" or "tls", or no notify.mail.username.',
            )
    address = values.get("notify.webhook.url") or ""
    on_a_network = address.startswith("http:") and not is_this_machine(urlsplit(address).hostname)
    if on_a_network and not values["notify.webhook.allow_http"]:
        yield (
            ("notify.webhook.url",),
            "what is sent could be read on the way. Use https, or set notify.webhook.allow_http = true.",
        )
