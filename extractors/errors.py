"""The errors of Recordroom, drawn as a tree.

    RecordroomError            can't go on; says why and what to do
    ├── ScanRefused            this scan can't be taken: broken, encrypted, empty, too large
    ├── ReaderUnavailable      an outside program or a model is missing
    └── (pipeline/errors.py adds the refusals of forms, sites, people and decisions)

Expected trouble with a page or an entry is no error: it is a flag or a problem in the queue.
"""


class RecordroomError(Exception):
    """What went wrong and what to do now, both in plain English without a full stop.

    `str(error)` is `reason; remedy`, the second half of the line `FILE: reason; what to do`.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason, remedy)
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        """The second half of the line `FILE: reason; what to do`."""
        return f"{self.reason}; {self.remedy}"


class ScanRefused(RecordroomError):
    """A scan that can't be taken at all. The other scans of the same run go on."""


class ReaderUnavailable(RecordroomError):
    """A program or model that reading needs is missing from this machine."""
