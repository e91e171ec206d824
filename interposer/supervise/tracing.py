"""Holding a task over its execve: ptrace(2) from the request until the new image stands, and no longer."""

import ctypes
import os
import signal
import struct
from dataclasses import dataclass
from typing import Final

from interposer.supervise.kernel import ptrace, vector

_SEIZE, _INTERRUPT, _DETACH, _GETEVENTMSG, _GETREGSET, _SETREGSET = 0x4206, 0x4207, 17, 0x4201, 0x4204, 0x4205
_TRACEEXEC, _EXITKILL = 0x10, 0x100000
_PRSTATUS: Final = 1
_REGISTERS_MAX: Final = 512
EVENT_EXEC, EVENT_STOP = 4, 128
ALL: Final = 0x40000000
"""__WALL: wait for tasks of every kind, threads too."""


def seize(tid: int) -> None:
    """Attach: the task stops when its new image stands; it is killed should we end before that. Raises OSError."""
    ptrace(_SEIZE, tid, 0, _TRACEEXEC | _EXITKILL)


def interrupt(tid: int) -> None:
    """Have the task stop before it runs on where its execve fails. Raises OSError."""
    ptrace(_INTERRUPT, tid)


def detach(pid: int, number: int = 0) -> None:
    """Let a stopped task go its way, with a signal that it was about to get; one that has died is fine."""
    try:
        ptrace(_DETACH, pid, 0, number)
    except ProcessLookupError:
        return


def event_of(status: int) -> int:
    """The ptrace event in a wait status, 0 for none."""
    return status >> 16


def former_tid(pid: int) -> int:
    """The task that called execve: a thread takes over its process' number. Raises OSError."""
    told = ctypes.c_ulong()
    ptrace(_GETEVENTMSG, pid, 0, ctypes.byref(told))
    return told.value


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the program counter stands among a kind of image's registers, and how it is told what to do instead."""

    counter: int
    size: int
    code: str


_LAYOUTS: Final = {
    216: _Layout(16, 8, "x86_64"),
    68: _Layout(12, 4, "i386"),
    272: _Layout(32, 8, "aarch64"),
}
"""By the size of the general registers, which is the image's own, not the kernel's (NT_PRSTATUS)."""
_PAGE: Final = 4096
_PIPE_MASK: Final = struct.pack("<Q", 1 << (signal.SIGPIPE - 1))
REFUSED: Final = 126


def refuse(pid: int, message: bytes) -> None:
    """Make a new image write the message to its standard error and exit with status 126, instead of anything else.

    The page of the entry point, which is not run yet, takes code and message; the registers that execve itself sets on
    its return do not matter to it.

    Raises:
        OSError: the image cannot be written to.
        ValueError: it is of a kind for which there is no code.
    """
    buffer = ctypes.create_string_buffer(_REGISTERS_MAX)
    told = vector(buffer)
    ptrace(_GETREGSET, pid, _PRSTATUS, ctypes.byref(told))
    layout = _LAYOUTS.get(told.length)
    if layout is None:
        raise ValueError(f"an image with {told.length} bytes of registers")
    size, at = layout.size, layout.counter * layout.size
    entry = int.from_bytes(buffer.raw[at : at + size], "little")
    page = entry & -_PAGE
    _write(pid, page, laid_out(layout.code, page, message))
    ctypes.memmove(ctypes.addressof(buffer) + at, page.to_bytes(size, "little"), size)
    ptrace(_SETREGSET, pid, _PRSTATUS, ctypes.byref(told))


def _write(pid: int, address: int, content: bytes) -> None:
    memory = os.open(f"/proc/{pid}/mem", os.O_WRONLY | os.O_CLOEXEC)
    try:
        if os.pwrite(memory, content, address) != len(content):
            raise OSError("the page of the entry point cannot be written whole")
    finally:
        os.close(memory)


def laid_out(kind: str, page: int, message: bytes) -> bytes:
    """Code, signal mask and message for that kind of image, to stand at the start of `page`."""
    code = _CODES[kind]
    length = len(code(page, page, 0))
    at = page + length + len(_PIPE_MASK)
    shown = message[: _PAGE - (at - page)]
    return code(page + length, at, len(shown)) + _PIPE_MASK + shown


# Each blocks SIGPIPE (a reader that has gone must not change the status), then write(2, ...), exit_group(126).


def _x86_64(mask: int, message: int, length: int) -> bytes:
    block = (
        b"\xb8\x0e\0\0\0" + b"\x31\xff" + b"\x48\xbe" + struct.pack("<Q", mask) + b"\x31\xd2" + b"\x41\xba\x08\0\0\0"
    )
    write = b"\xb8\x01\0\0\0\xbf\x02\0\0\0\x48\xbe" + struct.pack("<Q", message) + b"\xba" + struct.pack("<I", length)
    leave = b"\xb8\xe7\0\0\0\xbf" + struct.pack("<I", REFUSED)
    call = b"\x0f\x05"
    return block + call + write + call + leave + call


def _i386(mask: int, message: int, length: int) -> bytes:
    block = b"\xb8\xaf\0\0\0\x31\xdb\xb9" + struct.pack("<I", mask) + b"\x31\xd2\xbe\x08\0\0\0"
    write = b"\xb8\x04\0\0\0\xbb\x02\0\0\0\xb9" + struct.pack("<I", message) + b"\xba" + struct.pack("<I", length)
    leave = b"\xb8\xfc\0\0\0\xbb" + struct.pack("<I", REFUSED)
    call = b"\xcd\x80"
    return block + call + write + call + leave + call


def _aarch64(mask: int, message: int, length: int) -> bytes:
    def load(register: int, value: int) -> bytes:
        # movz, then movk for each further 16 bits: always four, so that the length does not depend on the value.
        parts = [(value >> 16 * part) & 0xFFFF for part in range(4)]
        words = [
            (0xD2800000 if not part else 0xF2800000) | part << 21 | half << 5 | register
            for part, half in enumerate(parts)
        ]
        return struct.pack("<4I", *words)

    def call(number: int, *values: int) -> bytes:
        loads = b"".join(load(register, value) for register, value in enumerate(values))
        return loads + load(8, number) + struct.pack("<I", 0xD4000001)

    return call(135, 0, mask, 0, 8) + call(64, 2, message, length) + call(94, REFUSED)


_CODES: Final = {"x86_64": _x86_64, "i386": _i386, "aarch64": _aarch64}
