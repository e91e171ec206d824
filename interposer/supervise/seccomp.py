"""The filter that sends every execve of a process tree to its supervisor (seccomp(2), seccomp_unotify(2)).

It is inherited by all descendants and nobody can take it off. The supervisor holds the listener; once it has gone
every further execve fails with ENOSYS.
"""

import ctypes
import errno
import os
import platform
import socket
import struct
from dataclasses import dataclass
from typing import Final

from interposer.errors import ExecError
from interposer.supervise.kernel import give_up_privileges, syscall

_SET_MODE_FILTER: Final = 1
_NEW_LISTENER: Final = 1 << 3
_WAIT_KILLABLE_RECV: Final = 1 << 5
"""Linux 5.19: a task whose request was taken waits on whatever signals arrive; without it each signal asks anew."""
_KILL, _NOTIFY, _ERRNO, _ALLOW = 0x80000000, 0x7FC00000, 0x00050000, 0x7FFF0000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCH_AT = 0, 4
_X32_BIT: Final = 0x40000000


@dataclass(frozen=True, slots=True)
class Machine:
    """What of a processor's system calls the filter must know.

    Attributes:
        seccomp: number of seccomp(2).
        calls: the numbers of execve and execveat by the kernel's name of the calling convention (linux/audit.h).
        x32: the first convention has a second table of calls behind bit 30.
    """

    seccomp: int
    calls: tuple[tuple[int, tuple[int, int]], ...]
    x32: bool = False


_AUDIT_X86_64, _AUDIT_I386, _AUDIT_AARCH64, _AUDIT_ARM = 0xC000003E, 0x40000003, 0xC00000B7, 0x40000028
MACHINES: Final = {
    "x86_64": Machine(317, ((_AUDIT_X86_64, (59, 322)), (_AUDIT_I386, (11, 358))), x32=True),
    "aarch64": Machine(277, ((_AUDIT_AARCH64, (221, 281)), (_AUDIT_ARM, (11, 387)))),
}
EXECVEAT: Final = {_AUDIT_X86_64: 322, _AUDIT_I386: 358, _AUDIT_AARCH64: 281, _AUDIT_ARM: 387}
"""The numbers of execveat by calling convention: its path is the second argument, execve's the first."""


def machine() -> Machine:
    """The machine that we run on.

    Raises:
        ExecError: IP-91, its system calls are not known here.
    """
    found = MACHINES.get(platform.machine())
    if found is None or struct.calcsize("P") != 8:  # noqa: PLR2004 - bytes: a 32-bit Python makes other calls
        raise ExecError(f"the exec layer does not know the processor `{platform.machine()}`", code="IP-91")
    return found


def program(of: Machine) -> bytes:
    """The filter as BPF instructions: known conventions notify on their two calls, x32 and unknown ones are refused."""
    code = [_step(_LOAD, _ARCH_AT)]
    for at, (arch, calls) in enumerate(of.calls):
        x32 = of.x32 and at == 0
        part = [_step(_LOAD, _NUMBER_AT)]
        if x32:
            part += [_step(_AT_LEAST, _X32_BIT, 0, 1), _step(_RETURN, _ERRNO | errno.ENOSYS)]
        part += [_step(_EQUAL, calls[0], 1, 0), _step(_EQUAL, calls[1], 0, 1), _step(_RETURN, _NOTIFY)]
        part += [_step(_RETURN, _ALLOW)]
        code += [_step(_EQUAL, arch, 0, len(part)), *part]
    return b"".join([*code, _step(_RETURN, _KILL)])


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def install() -> int:
    """Put the calling process and all that it starts under the filter; the listener's descriptor.

    Raises:
        OSError: EBUSY where the process stands under a listener already; EINVAL before Linux 5.19.
    """
    known = machine()
    code = ctypes.create_string_buffer(program(known), len(program(known)))
    head = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(code)))
    give_up_privileges()
    return syscall(
        known.seccomp,
        ctypes.c_ulong(_SET_MODE_FILTER),
        ctypes.c_ulong(_NEW_LISTENER | _WAIT_KILLABLE_RECV),
        ctypes.byref(head),
    )


def send_listener(listener: int, through: socket.socket) -> None:
    """Hand the listener to the supervisor, and keep none."""
    socket.send_fds(through, [b"l"], [listener])
    os.close(listener)


def send_failure(error: OSError, through: socket.socket) -> None:
    """Tell the supervisor why there is no listener."""
    through.send(b"e" + (error.errno or 0).to_bytes(4, "little"))


def receive_listener(through: socket.socket) -> int:
    """The listener that the child made.

    Raises:
        ExecError: IP-91, the kernel refused it.
    """
    said, descriptors, _, _ = socket.recv_fds(through, 8, 1)
    if said[:1] == b"l" and descriptors:
        os.set_inheritable(descriptors[0], False)  # noqa: FBT003 - the function takes it by place only
        return descriptors[0]
    raise ExecError(
        f"the exec layer cannot be brought up: {why_not(int.from_bytes(said[1:5], 'little'))}", code="IP-91"
    )


def why_not(number: int) -> str:
    """What an error of `install` means, for a person."""
    match number:
        case errno.EBUSY:
            return "this process tree has a supervisor already, and the kernel allows one (EBUSY)"
        case errno.EINVAL:
            return "this kernel lacks user notification with killable wait (Linux 5.19)"
        case errno.ENOSYS | errno.EPERM | errno.EACCES:
            return f"a kernel setting or a container's profile forbids it ({os.strerror(number)})"
        case 0:
            return "the first process ended before it stood under supervision"
        case _:
            return os.strerror(number)
