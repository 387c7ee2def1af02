"""How often somebody may ask: so many requests a minute, for each token or person, in this process.

It keeps a program that runs wild from taking the site away from people.
"""

import threading
import time
from collections.abc import Callable

from fastapi.exceptions import HTTPException

MINUTE = 60.0
MOST_CALLERS = 10_000


class Pace:
    """Counts requests by caller; 429 with the seconds to wait where there were too many."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`per_minute` 0 counts nothing."""
        self.per_minute = per_minute
        self.clock = clock
        self.counts: dict[str, tuple[float, int]] = {}
        self.lock = threading.Lock()

    def take(self, caller: str) -> None:
        """Count one request of the caller."""
        if not self.per_minute:
            return
        now = self.clock()
        with self.lock:
            begun, count = self.counts.get(caller, (now, 0))
            if now - begun >= MINUTE:
                begun, count = now, 0
            if len(self.counts) >= MOST_CALLERS:
                self.counts.clear()
            self.counts[caller] = (begun, count + 1)
        if count >= self.per_minute:
            wait = str(max(1, int(begun + MINUTE - now + 1)))
            said = f"More than {self.per_minute} requests in a minute; wait {wait} seconds"
            raise HTTPException(429, said, headers={"Retry-After": wait})
