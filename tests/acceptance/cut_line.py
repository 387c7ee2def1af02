"""A network line between a browser and the app that a test cuts and mends."""

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

PIECE = 65_536
SOON_S = 0.05


class Line:
    """Carries whatever comes to its own port to the app's, and back, while it is whole."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._whole, self._over = Event(), Event()
        self._whole.set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self._carriers = [Thread(target=self._welcome, daemon=True)]
        self._carriers[0].start()

    def cut(self) -> None:
        """Ends every connection, and takes no other until the line is mended."""
        self._whole.clear()

    def mend(self) -> None:
        """Takes connections again."""
        self._whole.set()

    def end(self) -> None:
        """Ends the line for good."""
        self._over.set()
        self._whole.clear()
        for carrier in self._carriers:
            carrier.join(5)
        self._door.close()

    def _welcome(self) -> None:
        while not self._over.is_set():
            if not select.select([self._door], [], [], SOON_S)[0]:
                continue
            near, _ = self._door.accept()
            if not self._whole.is_set():
                near.close()
                continue
            carrier = Thread(target=self._carry, args=(near,), daemon=True)
            self._carriers.append(carrier)
            carrier.start()

    def _carry(self, near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", self._target)) as far, suppress(OSError):
            other = {near: far, far: near}
            while self._whole.is_set():
                for ready in select.select([near, far], [], [], SOON_S)[0]:
                    piece = ready.recv(PIECE)
                    if not piece:
                        return
                    other[ready].sendall(piece)


@contextmanager
def line_to(address: str) -> Iterator[tuple[Line, str]]:
    """A line to the app at that address; gives it with the address that a browser goes to."""
    line = Line(int(address.rpartition(":")[2]))
    try:
        yield line, f"http://localhost:{line.port}"
    finally:
        line.end()
