"""Telling people what happened to a file: by mail, by a webhook, by a command; and a sign of life after each pass.

outbox.py     every message to every channel, at least once; the entry to all this
spool.py      the messages that wait, as files
message.py    what is said, and the channels that take it
checks.py     what is wrong with a channel, before anything is sent
errors.py     why something was not taken, in words that hold no secret
letter.py     a message as an e-mail
mail.py       an e-mail over SMTP
http.py       one request to an address
webhook.py    a message as signed JSON
command.py    a message on the standard input of a command
heartbeats.py  a sign of life, as a file or a request
"""

from importer.notify.checks import envelope, mistakes
from importer.notify.heartbeats import Address, Heartbeat, heartbeat
from importer.notify.message import Channel, Command, Mail, Message, Webhook, message_of, message_record
from importer.notify.outbox import Outbox

__all__ = [
    "Address",
    "Channel",
    "Command",
    "Heartbeat",
    "Mail",
    "Message",
    "Outbox",
    "Webhook",
    "envelope",
    "heartbeat",
    "message_of",
    "message_record",
    "mistakes",
]
