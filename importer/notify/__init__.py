"""Notifying people of what happened to a file, by mail, webhook or command; and a heartbeat after each pass.

outbox.py     every message to every channel, at least once: start reading here
spool.py      the messages that wait, as files
message.py    the message, and the channels that send it; record.py: a message as JSON
checks.py     what is wrong with a channel, before anything is sent
errors.py     why something was not delivered, in words without secrets
wording.py    what an e-mail says; rendering.py: as plain text and as HTML
letter.py     an e-mail with its headers and attachments
mail.py       an e-mail over SMTP
http.py       one request to an address
webhook.py    a message as signed JSON
command.py    a message on the standard input of a command
heartbeats.py  a heartbeat, as a file or a request
"""

from importer.notify.checks import envelope, mistakes
from importer.notify.heartbeats import Address, Heartbeat, heartbeat
from importer.notify.message import Channel, Command, Content, Kind, Mail, Message, Tally, Webhook, tallied
from importer.notify.outbox import Outbox
from importer.notify.record import message_of, message_record

__all__ = [
    "Address",
    "Channel",
    "Command",
    "Content",
    "Heartbeat",
    "Kind",
    "Mail",
    "Message",
    "Outbox",
    "Tally",
    "Webhook",
    "envelope",
    "heartbeat",
    "message_of",
    "message_record",
    "mistakes",
    "tallied",
]
