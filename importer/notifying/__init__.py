"""Telling people what happened to a file: by mail, by a webhook, by a command; and a sign of life after each pass.

message     what is told, and the ways to tell it
mistakes    what is wrong with a way, before anything is sent
failures    why something was not taken, in words that hold no secret
letter      a message as an e-mail
mail        an e-mail over SMTP
web         one request to an address
webhook     a message as signed JSON
program     a message on the standard input of a command
spool       the messages that wait, as files
outbox      every message to every channel, at least once; the entry to all this
heartbeat   a sign of life, as a file or a request
"""

from importer.notifying.heartbeat import Address, Beat, heartbeat
from importer.notifying.message import Channel, Command, Mail, Message, Webhook
from importer.notifying.mistakes import mistakes
from importer.notifying.outbox import Outbox

__all__ = [
    "Address",
    "Beat",
    "Channel",
    "Command",
    "Mail",
    "Message",
    "Outbox",
    "Webhook",
    "heartbeat",
    "mistakes",
]
