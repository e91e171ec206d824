"""Requests that need no image: a PATH search looks in vain in most folders, and what cannot be read cannot be judged.

What is answered here is refused, so that nobody gains by changing the path after the look.
"""

import errno
import os
from typing import Final

from interposer.supervise.kernel import read_text
from interposer.supervise.notify import Notification
from interposer.supervise.seccomp import EXECVEAT

_POINTER: Final = (1 << 64) - 1


def path_of(asked: Notification) -> str:
    """The file that is asked for as we can look at it, "" where we cannot (a descriptor; other mounts or root)."""
    by_descriptor = asked.number == EXECVEAT.get(asked.arch)
    text = read_text(asked.tid, asked.values[1 if by_descriptor else 0] & _POINTER)
    if not text or (by_descriptor and not text.startswith(b"/")) or not _shares_our_view(asked.tid):
        return ""
    path = os.fsdecode(text)
    return path if path.startswith("/") else f"/proc/{asked.tid}/cwd/{path}"


def absent(path: str) -> int:
    """The error with which execve would find nothing there, 0 where something is."""
    try:
        os.stat(path)  # noqa: PTH116 - a hot path
    except FileNotFoundError:
        return errno.ENOENT
    except NotADirectoryError:
        return errno.ENOTDIR
    except OSError:
        return 0
    return 0


def is_unreadable(path: str) -> bool:
    """Whether the file may be run but not read: its image could not be looked at."""
    return os.access(path, os.X_OK) and not os.access(path, os.R_OK) and not os.path.isdir(path)  # noqa: PTH112 - a hot path


def _shares_our_view(tid: int) -> bool:
    try:
        root = os.readlink(f"/proc/{tid}/root")  # noqa: PTH115 - a hot path
        return root == "/" and os.readlink(f"/proc/{tid}/ns/mnt") == os.readlink("/proc/self/ns/mnt")  # noqa: PTH115 - likewise
    except OSError:
        return False
