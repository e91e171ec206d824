"""Which session a process belongs to: the one whose root is above it. Never what its environment says."""

import errno
import os
import select
import socket
import struct
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from interposer.errors import IdentityError
from interposer.identity.observe import DEPTH_MAX, stat_of

SO_PEERPIDFD = 77
"""Linux 6.5, include/uapi/asm-generic/socket.h; the socket module does not know it."""
REMEMBERED = 4096
_UCRED = struct.Struct("3i")


@dataclass(frozen=True, slots=True)
class Peer:
    """The process at the other end of a local socket; `pidfd` is -1 where the kernel gives none."""

    pid: int
    uid: int
    gid: int
    pidfd: int = -1

    @property
    def alive(self) -> bool:
        """It has not ended, so its pid still means it; without a pidfd this is not known and held to be true."""
        return self.pidfd < 0 or not select.select([self.pidfd], [], [], 0)[0]


@contextmanager
def peer_of(connection: socket.socket) -> Iterator[Peer]:
    """Who connected: the kernel's word (unix(7), SO_PEERCRED), with a pidfd for the time of the block.

    Raises:
        IdentityError: IP-81, the peer lives in a pid namespace that we cannot see into; IP-82, it has ended.
    """
    pid, uid, gid = _UCRED.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size))
    if pid <= 0:
        raise IdentityError("the asking process cannot be seen from here", code="IP-81")
    pidfd = _peer_pidfd(connection, pid)
    try:
        yield Peer(pid, uid, gid, pidfd)
    finally:
        if pidfd >= 0:
            os.close(pidfd)


class Sessions:
    """The roots of the open sessions, and what was learned of the processes below them.

    A process that was once found in a session stays in it (its pid and start time name it for good), also when its
    parents end and it is handed to another process.
    """

    def __init__(self) -> None:
        self._roots: dict[tuple[int, int], str] = {}
        self._known: OrderedDict[tuple[int, int], str] = OrderedDict()

    def open(self, sid: str, pid: int) -> None:
        """Make the process `pid` the root of session `sid`; it and all below it belong to the session.

        Raises:
            IdentityError: IP-82, there is no such process.
        """
        found = stat_of(pid)
        if found is None:
            raise _gone(pid)
        self._roots[pid, found.start] = sid

    def close(self, sid: str) -> None:
        """Forget session `sid`."""
        self._roots = {key: other for key, other in self._roots.items() if other != sid}
        self._known = OrderedDict((key, other) for key, other in self._known.items() if other != sid)

    def session_of(self, peer: Peer) -> str:
        """The session that the peer belongs to, "" for none; the nearest root counts.

        Raises:
            IdentityError: IP-82, the peer ended while we looked, so that its pid may be another's.
        """
        walked: list[tuple[int, int]] = []
        sid = self._walk(peer.pid, walked)
        if not peer.alive:
            raise _gone(peer.pid)
        for key in walked:
            if sid:
                self._known[key] = sid
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return sid

    def _walk(self, pid: int, walked: list[tuple[int, int]]) -> str:
        found = stat_of(pid)
        while found is not None and len(walked) < DEPTH_MAX:
            key = (pid, found.start)
            if sid := self._roots.get(key) or self._known.get(key):
                return sid
            walked.append(key)
            above = stat_of(found.ppid) if found.ppid > 0 else None
            again = stat_of(pid)
            if again is None or again.start != found.start:
                return ""
            if again.ppid != found.ppid:  # handed to another process meanwhile: look again from here
                walked.pop()
                found = again
                continue
            pid, found = found.ppid, above
        return ""


def _peer_pidfd(connection: socket.socket, pid: int) -> int:
    """A pidfd of the peer, -1 where the kernel knows none.

    Raises:
        IdentityError: IP-82, the peer has ended.
    """
    try:
        raw = connection.getsockopt(socket.SOL_SOCKET, SO_PEERPIDFD, 4)
        return int(struct.unpack("i", raw)[0])
    except OSError as error:
        if error.errno != errno.ENOPROTOOPT:  # the option is there and the peer is not
            raise _gone(pid) from error
    try:
        # APPROX: before Linux 6.5 the pid could have been reused since the connection was made.
        return os.pidfd_open(pid)
    except ProcessLookupError as error:
        raise _gone(pid) from error
    except OSError:
        return -1


def _gone(pid: int) -> IdentityError:
    return IdentityError(f"process {pid} ended before it was known", code="IP-82")
