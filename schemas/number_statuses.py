"""The statuses that a telephone number has on the server (page "bulk/destinations/create")."""

NUMBER_STATUSES = ("pending", "failed", "success", "cancelled")
"""The words of the API. Only numbers that are pending are called."""
