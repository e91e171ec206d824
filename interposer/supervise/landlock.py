"""The scope that keeps a supervised tree from signalling its supervisor and all else outside of it (landlock(7))."""

import ctypes
import errno
import os
import struct
from typing import Final

from interposer.supervise.kernel import give_up_privileges, syscall

_CREATE, _RESTRICT = 444, 446
_ASK_VERSION: Final = 1
_ABSTRACT_SOCKETS, _SIGNALS = 1 << 0, 1 << 1
SCOPE_SINCE: Final = 6
"""The version of the interface that has scopes: Linux 6.12."""


def version() -> int:
    """The version of the kernel's Landlock, 0 for none."""
    try:
        return syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    except OSError as error:
        if error.errno in {errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM}:
            return 0
        raise


def enter_scope() -> None:
    """Put the calling process and all that it starts into a scope: no signals and no abstract sockets out of it.

    Such a process cannot trace one outside of it either. Raises OSError.
    """
    wanted = ctypes.create_string_buffer(struct.pack("=QQQ", 0, 0, _ABSTRACT_SOCKETS | _SIGNALS), 24)
    ruleset = syscall(_CREATE, ctypes.byref(wanted), ctypes.c_size_t(24), ctypes.c_uint32(0))
    try:
        give_up_privileges()
        syscall(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
