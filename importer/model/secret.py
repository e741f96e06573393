"""A string that is never shown."""


class Secret:
    """A string that printing, logging and tracebacks never show."""

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the string, for the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        return "<hidden>"
