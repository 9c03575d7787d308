"""A unix socket that answers lines one after the other in one thread: the work is the processor's."""

import selectors
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from nlu.protocol import MAX_FRAME

Answer = Callable[[bytes], bytes]
"""One request line to one reply line."""
SEND_TIMEOUT = 2.0
"""Seconds that a peer may take to read its reply before the connection is dropped."""


class LineServer:
    """Listens at `path`; its connections may be many, its turns are one at a time."""

    def __init__(self, path: Path, answer: Answer) -> None:
        self._path = path
        self._answer = answer
        self._selector = selectors.DefaultSelector()
        self._buffers: dict[socket.socket, bytearray] = {}
        self._stopped, self._stop = socket.socketpair()
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        path.chmod(0o600)
        self._listener.listen(16)

    def serve(self) -> None:
        """Answer until `stop` is called; the turn that runs then is finished first."""
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._stopped, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in self._selector.select()]
            if self._stopped in ready:
                break
            for peer in ready:
                if peer is self._listener:
                    self._accept()
                elif isinstance(peer, socket.socket):
                    self._receive(peer)
        self._close()

    def stop(self) -> None:
        """End `serve` after the present turn; may be called from a signal handler."""
        with suppress(OSError):
            self._stop.send(b"x")

    def _accept(self) -> None:
        peer, _ = self._listener.accept()
        peer.settimeout(SEND_TIMEOUT)
        self._buffers[peer] = bytearray()
        self._selector.register(peer, selectors.EVENT_READ)

    def _receive(self, peer: socket.socket) -> None:
        buffer = self._buffers[peer]
        try:
            chunk = peer.recv(65536)
            if not chunk:
                return self._drop(peer)
            buffer += chunk
            while (end := buffer.find(b"\n")) >= 0:
                line = bytes(buffer[: end + 1])
                del buffer[: end + 1]
                peer.sendall(self._answer(line))
        except OSError:
            return self._drop(peer)
        if len(buffer) > MAX_FRAME:
            self._drop(peer)
        return None

    def _drop(self, peer: socket.socket) -> None:
        self._selector.unregister(peer)
        del self._buffers[peer]
        peer.close()

    def _close(self) -> None:
        for peer in list(self._buffers):
            self._drop(peer)
        self._listener.close()
        self._path.unlink(missing_ok=True)
        self._selector.close()
