"""A text that is shown to nobody."""


class Secret:
    """A text that no printing, logging or traceback shows."""

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text, for the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        return "<hidden>"
