"""What the kernel says of a process: who is at the other end of a socket, and whose child it is."""

import ctypes
import os
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

BROKER_NAME = "interposer-brkr"
"""The broker's thread name: readable by everyone in /proc, and no descendant can change it for it (15 bytes)."""
_PR_SET_DUMPABLE, _PR_SET_NAME, _PR_SET_CHILD_SUBREAPER = 4, 15, 36
_ANCESTORS = 4096
_CREDENTIALS = struct.Struct("3i")


class Peer(NamedTuple):
    """The process that connected, by SO_PEERCRED (unix(7))."""

    pid: int
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Process:
    """One process; `started` (clock ticks since boot, proc(5) stat 22) tells it from a later one of the same number."""

    pid: int
    parent: int
    started: int
    name: str


def peer_of(connection: socket.SocketType) -> Peer:
    """Who connected; pid 0 for a process that this pid namespace does not see."""
    return Peer(*_CREDENTIALS.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)))


def process(pid: int) -> Process | None:
    """The process of that number, None where there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    # The name stands in parentheses and may hold some itself: the last one closes it.
    opened, closed = stat.index(b"("), stat.rindex(b")")
    fields = stat[closed + 2 :].split()
    return Process(pid, int(fields[1]), int(fields[19]), os.fsdecode(stat[opened + 1 : closed]))


def ancestry(pid: int) -> Iterator[Process]:
    """The process, its parent, and so on up to the first one."""
    for _ in range(_ANCESTORS):
        found = process(pid) if pid > 0 else None
        if found is None:
            return
        yield found
        pid = found.parent


def brokers_above(pid: int) -> tuple[Process, ...]:
    """The ancestors of `pid` that are session brokers, nearest first: not empty means inside a session.

    The environment has no say. A process can only make itself look as if it stood inside, never outside.
    """
    return tuple(found for found in ancestry(pid) if found.name == BROKER_NAME and found.pid != pid)


def become_broker() -> None:
    """Take the broker's name, and keep descendants whose parents die in the tree (prctl(2), subreaper)."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl(_PR_SET_NAME, BROKER_NAME.encode(), 0, 0, 0)
    prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def become_unreadable() -> None:
    """Nothing of the same user may read this process' memory or trace it (PR_SET_DUMPABLE 0)."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
