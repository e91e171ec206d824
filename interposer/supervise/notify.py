"""The listener: requests of tasks that wait in execve, and the answers (seccomp_unotify(2))."""

import errno
import fcntl
import os
import select
import struct
from dataclasses import dataclass
from typing import Final

_RECV, _SEND, _ID_VALID, _SET_FLAGS = 0xC0502100, 0xC0182101, 0x40082102, 0x40082104
_CONTINUE: Final = 1
_SYNC_WAKE_UP: Final = 1
_NOTIFICATION: Final = struct.Struct("=QIIiIQ6Q")
_RESPONSE: Final = struct.Struct("=QqiI")
_ID: Final = struct.Struct("=Q")


@dataclass(frozen=True, slots=True)
class Notification:
    """A task that waits in execve or execveat.

    Attributes:
        tid: the task as we see it, 0 where our pid namespace does not hold it.
        arch: calling convention (linux/audit.h).
        values: the call's arguments, which the task's siblings can still change.
    """

    id: int
    tid: int
    number: int
    arch: int
    values: tuple[int, ...]


class Listener:
    """One supervised tree's end of the line."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)
        try:
            # Linux 6.6: the waiting task and we wake each other on one processor.
            fcntl.ioctl(descriptor, _SET_FLAGS, _SYNC_WAKE_UP)
        except OSError as error:
            if error.errno not in {errno.EINVAL, errno.ENOTTY}:
                raise

    def state(self) -> int:
        """POLLIN: a request waits; POLLHUP: the last task of the tree has gone; 0: neither."""
        found = self._poll.poll(0)
        return found[0][1] if found else 0

    def receive(self) -> Notification | None:
        """The next request; None where its task was killed meanwhile. To be called on POLLIN only, else it waits."""
        buffer = bytearray(_NOTIFICATION.size)
        try:
            fcntl.ioctl(self.descriptor, _RECV, buffer, True)  # noqa: FBT003 - the C function's own argument
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.EINTR}:
                return None
            raise
        name, tid, _, number, arch, _, *values = _NOTIFICATION.unpack(buffer)
        return Notification(name, tid, number, arch, tuple(values))

    def is_valid(self, name: int) -> bool:
        """Whether that task still waits, so that its number meant it all the while."""
        try:
            fcntl.ioctl(self.descriptor, _ID_VALID, _ID.pack(name))
        except OSError:
            return False
        return True

    def proceed(self, name: int) -> None:
        """Let the call go on in the kernel, which reads its arguments once more."""
        self._respond(_RESPONSE.pack(name, 0, 0, _CONTINUE))

    def refuse(self, name: int, number: int) -> None:
        """Make the call fail with that error."""
        self._respond(_RESPONSE.pack(name, 0, -number, 0))

    def close(self) -> None:
        """Let go: every further execve of the tree fails."""
        os.close(self.descriptor)

    def _respond(self, response: bytes) -> None:
        try:
            fcntl.ioctl(self.descriptor, _SEND, response)
        except OSError as error:
            if error.errno != errno.ENOENT:  # its task was killed
                raise
