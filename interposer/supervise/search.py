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
    """The file that is asked for, "" where it is not asked for by path.

    INVARIANT: whatever is made of it may refuse, and never let anything run.
    """
    by_descriptor = asked.number == EXECVEAT.get(asked.arch)
    text = read_text(asked.tid, asked.values[1 if by_descriptor else 0] & _POINTER)
    if not text or (by_descriptor and not text.startswith(b"/")):
        return ""
    path = os.fsdecode(text)
    return path if path.startswith("/") else f"/proc/{asked.tid}/cwd/{path}"


def absent(path: str, tid: int) -> int:
    """The error with which the task's execve would find nothing there, 0 where something is, or we cannot tell."""
    try:
        os.stat(path)  # noqa: PTH116 - a hot path
    except FileNotFoundError:
        return errno.ENOENT if _shares_our_view(tid) else 0
    except NotADirectoryError:
        return errno.ENOTDIR if _shares_our_view(tid) else 0
    except OSError:
        return 0
    return 0


def is_unreadable(path: str, tid: int) -> bool:
    """Whether the task may run the file but we not read it: its image could not be looked at."""
    if os.access(path, os.R_OK) or not os.access(path, os.X_OK):
        return False
    return not os.path.isdir(path) and _shares_our_view(tid)  # noqa: PTH112 - a hot path


def _shares_our_view(tid: int) -> bool:
    """Whether a path means the same to the task and to us: one root, one set of mounts."""
    try:
        root = os.readlink(f"/proc/{tid}/root")  # noqa: PTH115 - a hot path
        return root == "/" and os.readlink(f"/proc/{tid}/ns/mnt") == os.readlink("/proc/self/ns/mnt")  # noqa: PTH115 - likewise
    except OSError:
        return False
