"""How many numbers a request has: fewer after a failure, as many as before after successes."""

LEAST = 25
"""A failure does not make batches smaller than this: it is hardly a question of size."""


class BatchSizes:
    """The size of the batches of one list, at most `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.size = most

    def succeeded(self) -> None:
        """Let batches become larger, up to what the server is known to accept."""
        self.size = min(self._most, 2 * self.size)

    def failed(self, at_least: int = LEAST) -> None:
        """Make batches smaller: a server that is slow may answer for fewer numbers in time."""
        self.size = max(min(at_least, self._most), self.size // 2)

    def too_large(self, numbers: int) -> bool:
        """Make all further batches smaller than this number; return False if there is no smaller one."""
        self._most = max(1, numbers // 2)
        self.size = min(self.size, self._most)
        return numbers > 1
