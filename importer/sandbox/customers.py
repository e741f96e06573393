"""Which customer a call is about."""

from importer.sandbox.calls import Call
from importer.sandbox.envelope import EnvelopePart, refused


def customer_of(call: Call) -> tuple[int, list[EnvelopePart]]:
    """Return the customer that a call names, or the caller's own, and the problem if the caller does not see it."""
    customer = int(call.values.get("customer", call.account.customer))
    if call.account.sees(customer):
        return customer, []
    return customer, [refused("400", "customer", f"there is no customer {customer}")]
