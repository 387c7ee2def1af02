"""How a command that runs until it is stopped is stopped: Ctrl+C, or the system's own asking."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pipeline.cli.output import say


@contextmanager
def until_stopped() -> Iterator[None]:
    """Run what is inside until somebody stops it, which is a good end and no error."""
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    except KeyboardInterrupt:
        say("Stopped.")
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
