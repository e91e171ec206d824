"""A process that brings the log to the disk, so that only who waits for it waits."""

import os
import signal
import socket
from collections.abc import Callable

from interposer.errors import AuditError


class Syncer:
    """Asks its child for one fdatasync at a time; all that is asked for meanwhile is served by the next one.

    The child is forked, so it shares the log's open file; `socket` becomes readable when it has answered. `forget` is
    called in it, to let go of what else it inherited.
    """

    def __init__(self, sync: Callable[[], None], forget: Callable[[], None] = lambda: None) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            ours.close()
            forget()
            _serve(theirs, sync)
        theirs.close()
        ours.settimeout(0)
        self.socket = ours
        self._running: list[Callable[[bool], None]] = []
        self._next: list[Callable[[bool], None]] = []

    def ask(self, done: Callable[[bool], None]) -> None:
        """Call `done` when everything written so far is durable, with False where the disk failed."""
        self._next.append(done)
        if not self._running:
            self._start()

    def answered(self) -> None:
        """Take the child's answer and serve those who waited."""
        try:
            answer = self.socket.recv(1)
        except BlockingIOError:
            return
        except OSError:
            answer = b""
        served, self._running = self._running, []
        if not answer:
            served, self._next = served + self._next, []
        for done in served:
            done(answer == b"k")
        if self._next:
            self._start()

    def close(self) -> None:
        """End the child."""
        self.socket.close()

    def _start(self) -> None:
        self._running, self._next = self._next, []
        try:
            self.socket.send(b"s")
        except OSError:
            failed, self._running = self._running, []
            for done in failed:
                done(False)  # noqa: FBT003 - the one argument of the callback


def _serve(asked: socket.socket, sync: Callable[[], None]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        while asked.recv(1):
            try:
                sync()
                asked.send(b"k")
            except AuditError:
                asked.send(b"e")
    finally:
        os._exit(0)
