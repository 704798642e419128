"""A proxy before a real server that spoils the conversation in one chosen way."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Spoiler:
    """Passes everything on; kinds of it spoil one thing.

    Attributes:
        cut: Set where the connection is to end once the present data has passed.
    """

    cut = False

    def connected(self) -> None:
        """A client connects."""

    def from_server(self, data: bytes) -> bytes:
        """What reaches the client."""
        return data

    def from_client(self, data: bytes) -> bytes:
        """What reaches the server."""
        return data


@dataclass
class CutAfter(Spoiler):
    """Ends the connection in the middle of an answer.

    Attributes:
        size_bytes: How much of the answer passes before.
        command: Text in the client's command.
        times: How often this happens.
    """

    size_bytes: int
    command: bytes
    times: int = 1
    _left: int | None = None

    def from_client(self, data: bytes) -> bytes:
        if self.command in data and self.times > 0:
            self._left = self.size_bytes
            self.times -= 1
        return data

    def from_server(self, data: bytes) -> bytes:
        if self._left is None:
            return data
        passed = data[: self._left]
        self._left -= len(passed)
        if len(passed) < len(data):
            self.cut, self._left = True, None
        return passed


@dataclass
class CutAt(Spoiler):
    """Ends the connection before a command reaches the server.

    Attributes:
        command: Text in the client's command.
        times: How often this happens.
    """

    command: bytes
    times: int = 1

    def from_client(self, data: bytes) -> bytes:
        if self.command not in data or self.times <= 0:
            return data
        self.times -= 1
        self.cut = True
        return b""


class Away(Spoiler):
    """Ends every connection at the server's greeting, as a balancer without servers does."""

    def from_server(self, data: bytes) -> bytes:
        self.cut = True
        return data[:0]


@dataclass
class Rewrite(Spoiler):
    """Replaces text in what the server says.

    Attributes:
        old: As the server says it.
        new: As the client hears it.
    """

    old: bytes
    new: bytes

    def from_server(self, data: bytes) -> bytes:
        return data.replace(self.old, self.new)


@dataclass
class Silence(Spoiler):
    """Swallows all answers on a connection from a command on.

    Attributes:
        command: Text in the client's command.
        times: On how many connections.
    """

    command: bytes
    times: int = 1
    _silent: bool = False

    def connected(self) -> None:
        self._silent = False

    def from_client(self, data: bytes) -> bytes:
        if self.command in data and self.times > 0:
            self._silent = True
            self.times -= 1
        return data

    def from_server(self, data: bytes) -> bytes:
        return b"" if self._silent else data


@dataclass
class Proxy:
    """A running proxy.

    Attributes:
        port: Where it listens on 127.0.0.1.
        spoiler: What it does to the conversation.
        heard: All that clients said.
        connections: How many there were.
    """

    port: int
    spoiler: Spoiler
    heard: bytearray = field(default_factory=bytearray)
    connections: int = 0


@contextmanager
def spoiling_proxy(target: int, spoiler: Spoiler) -> Iterator[Proxy]:
    """Listen until the block ends.

    Args:
        target: The real server's port on 127.0.0.1.
        spoiler: What to do to the conversation.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Proxy(listener.getsockname()[1], spoiler)
        accepting = threading.Thread(target=_accept, args=(listener, target, proxy))
        accepting.start()
        try:
            yield proxy
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            accepting.join()


def _accept(listener: socket.socket, target: int, proxy: Proxy) -> None:
    pumps: list[threading.Thread] = []
    sockets: list[socket.socket] = []
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            proxy.connections += 1
            proxy.spoiler.connected()
            server = socket.create_connection(("127.0.0.1", target))
            sockets += [client, server]
            for source, sink in ((client, server), (server, client)):
                arguments = (source, sink, proxy, source is client)
                pump = threading.Thread(target=_pump, args=arguments)
                pump.start()
                pumps.append(pump)
    for end in sockets:
        _end(end)
    for pump in pumps:
        pump.join()
    for end in sockets:
        end.close()


def _pump(
    source: socket.socket,
    sink: socket.socket,
    proxy: Proxy,
    from_client: bool,  # noqa: FBT001 - threads hand over by position
) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            if from_client:
                proxy.heard += data
                passed = proxy.spoiler.from_client(data)
            else:
                passed = proxy.spoiler.from_server(data)
            sink.sendall(passed)
            if proxy.spoiler.cut:
                proxy.spoiler.cut = False
                break
    _end(source)
    _end(sink)


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
