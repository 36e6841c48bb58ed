"""A TCP proxy with a link's bandwidth: a token bucket for each direction, shared by all connections."""

import socket
import threading
import time


class Direction:
    """Grants sending so many bytes, by waiting."""

    def __init__(self, bytes_per_second):
        self.rate, self.lock = bytes_per_second, threading.Lock()
        self.next = time.monotonic()

    def take(self, count):
        with self.lock:
            self.next = max(self.next, time.monotonic()) + count / self.rate
            wait = self.next - time.monotonic()
        if wait > 0:
            time.sleep(wait)


class Link:
    """Listens on `port` and passes everything on to `backend`, at `megabits` a second each way."""

    BLOCK = 32 << 10

    def __init__(self, backend, megabits):
        self.backend = backend
        self.up, self.down = Direction(megabits * 125_000), Direction(megabits * 125_000)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(("127.0.0.1", self.backend))
            for source, target, direction in ((client, server, self.up), (server, client, self.down)):
                threading.Thread(target=self.pump, args=(source, target, direction), daemon=True).start()

    def pump(self, source, target, direction):
        try:
            while block := source.recv(self.BLOCK):
                direction.take(len(block))
                target.sendall(block)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
