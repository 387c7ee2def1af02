"""Which process a lease belongs to, and whether that process still lives on this machine.

A process is named by machine, process space, number and start, so that neither a number used
again nor another container's processes are taken for it.
"""

import os
import socket
from pathlib import Path

PROC = Path("/proc")


def this_process() -> str:
    """The name of the process that asks."""
    return _name(os.getpid()) or f"{_space()}/{os.getpid()}/"


def is_gone(name: str) -> bool:
    """Whether the process was one of this machine and has ended; False where nobody can say."""
    space, _, rest = name.rpartition("/")
    space, _, number = space.rpartition("/")
    if not rest or space != _space() or not number.isdecimal():
        return False
    return _name(int(number)) != name


def _name(number: int) -> str | None:
    started = _started(number)
    return f"{_space()}/{number}/{started}" if started else None


def _space() -> str:
    try:
        return f"{socket.gethostname()}/{(PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()


def _started(number: int) -> str | None:
    """The process's start in ticks since boot; None where it is gone or only waits to be buried."""
    try:
        stat = (PROC / str(number) / "stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]
