"""A message as JSON to a webhook, signed so that the receiver knows who sent it and when.

The receiver takes `t` and `v1` from the header `X-Campaign-Importer-Signature: t=1700000000,v1=5257a8…`, computes the
HMAC-SHA256 of `t`, a full stop and the bytes of the body under the shared secret, in hexadecimal digits, compares it
with `v1` in constant time, and rejects a `t` (seconds since 1970) that is older than a few minutes.
`X-Campaign-Importer-Delivery` is the same whenever the same message is sent again.
"""

import hashlib
import hmac
import json
from datetime import datetime

from importer.model import Secret
from importer.notify.http import ask
from importer.notify.message import Delivery, Webhook

SIGNATURE = "X-Campaign-Importer-Signature"
DELIVERY = "X-Campaign-Importer-Delivery"


def post(webhook: Webhook, parcel: Delivery, now: datetime) -> None:
    """Send the summary of a message to a webhook. Raises Passing, ChannelDown or MessageRefused."""
    body = document(parcel)
    headers = {"Content-Type": "application/json", DELIVERY: parcel.id}
    if webhook.secret is not None:
        headers[SIGNATURE] = signature(webhook.secret, body, int(now.timestamp()))
    ask("POST", webhook.url, body, headers, timeout=webhook.timeout, ca_bundle=webhook.ca_bundle)


def signature(secret: Secret, body: bytes, timestamp: int) -> str:
    """Return the value of the signature's header; `timestamp` is in seconds since 1970."""
    digest = hmac.new(secret.reveal().encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def document(parcel: Delivery) -> bytes:
    """Return the summary of a message as it is sent: JSON in UTF-8."""
    return json.dumps(parcel.summary, ensure_ascii=False).encode("utf-8", "replace")
