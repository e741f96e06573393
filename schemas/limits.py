"""Limits of what the server takes, which not only the table of parameters needs."""

LONGEST_WHOLE_NUMBER = 18
"""Digits; more do not fit a 64-bit integer and are surely a mistake."""
