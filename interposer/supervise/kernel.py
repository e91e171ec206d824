"""The few calls of the kernel that Python has no name for, by libc's own `syscall`, `prctl` and `ptrace`."""

import ctypes
import os
from typing import Final

_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_LIBC.ptrace.restype = ctypes.c_long
_LIBC.syscall.restype = ctypes.c_long
_LIBC.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
_PR_SET_NO_NEW_PRIVS: Final = 38


def syscall(number: int, *values: object) -> int:
    """The system call of that number; raises OSError."""
    told = _LIBC.syscall(ctypes.c_long(number), *values)
    if told < 0:
        raise _failed()
    return int(told)


def ptrace(request: int, pid: int, address: int = 0, data: object = 0) -> None:
    """Make one request of a tracer (man 2 ptrace); raises OSError."""
    if _LIBC.ptrace(request, pid, address, data) < 0:
        raise _failed()


def give_up_privileges() -> None:
    """No program that is started from here on gains any by its set-uid bit or capabilities (PR_SET_NO_NEW_PRIVS)."""
    if _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0:
        raise _failed()


def read_text(tid: int, address: int, limit: int = 4096) -> bytes | None:
    """The NUL-terminated text at that address of a task, None where it cannot be read or is longer."""
    buffer = ctypes.create_string_buffer(limit)
    ours = _Vector(ctypes.addressof(buffer), limit)
    theirs = _Vector(address, limit)
    # process_vm_readv(2) reads up to the first page that is not there, which is all that a text needs.
    told = _LIBC.process_vm_readv(
        tid, ctypes.byref(ours), ctypes.c_ulong(1), ctypes.byref(theirs), ctypes.c_ulong(1), ctypes.c_ulong(0)
    )
    end = buffer.raw.find(b"\0", 0, max(told, 0))
    return buffer.raw[:end] if end >= 0 else None


class _Vector(ctypes.Structure):
    """`struct iovec`."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def vector(buffer: ctypes.Array[ctypes.c_char]) -> "_Vector":
    """A `struct iovec` over the buffer; its `length` is the kernel's to change."""
    return _Vector(ctypes.addressof(buffer), len(buffer))


def _failed() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
