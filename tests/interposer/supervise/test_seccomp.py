"""The filter, by running its instructions."""

import struct

import pytest

from interposer.supervise.seccomp import MACHINES, program

pytestmark = pytest.mark.suite("supervise")

NOTIFY, ALLOW, KILL, ENOSYS = 0x7FC00000, 0x7FFF0000, 0x80000000, 0x00050000 | 38
X86_64, I386, AARCH64, ARM = 0xC000003E, 0x40000003, 0xC00000B7, 0x40000028

CALLS = {
    "execve": ("x86_64", X86_64, 59, NOTIFY),
    "execveat": ("x86_64", X86_64, 322, NOTIFY),
    "read": ("x86_64", X86_64, 0, ALLOW),
    "the-number-of-i386": ("x86_64", X86_64, 11, ALLOW),
    "i386-execve": ("x86_64", I386, 11, NOTIFY),
    "i386-execveat": ("x86_64", I386, 358, NOTIFY),
    "i386-oldolduname": ("x86_64", I386, 59, ALLOW),
    "x32-execve": ("x86_64", X86_64, 0x40000000 | 520, ENOSYS),
    "x32-by-the-plain-number": ("x86_64", X86_64, 0x40000000 | 59, ENOSYS),
    "no-call": ("x86_64", X86_64, 0xFFFFFFFF, ENOSYS),
    "a-foreign-convention": ("x86_64", AARCH64, 221, KILL),
    "aarch64-execve": ("aarch64", AARCH64, 221, NOTIFY),
    "aarch64-execveat": ("aarch64", AARCH64, 281, NOTIFY),
    "aarch64-read": ("aarch64", AARCH64, 63, ALLOW),
    "arm-execve": ("aarch64", ARM, 11, NOTIFY),
    "arm-execveat": ("aarch64", ARM, 387, NOTIFY),
    "aarch64-a-foreign-convention": ("aarch64", X86_64, 59, KILL),
}


def outcome(code, arch, number):
    """What the kernel's machine for these instructions (bpf(4)) returns."""
    data = struct.pack("=iI", number - (1 << 32) if number > 1 << 31 else number, arch)
    steps = [struct.unpack_from("=HBBI", code, at) for at in range(0, len(code), 8)]
    held, at = 0, 0
    while True:
        operation, yes, no, value = steps[at]
        at += 1
        match operation:
            case 0x20:
                held = struct.unpack_from("=I", data, value)[0]
            case 0x15:
                at += yes if held == value else no
            case 0x35:
                at += yes if held >= value else no
            case 0x06:
                return value
            case other:
                raise AssertionError(other)


@pytest.mark.parametrize(
    ("machine", "arch", "number", "expected"), [pytest.param(*row, id=name) for name, row in CALLS.items()]
)
def test_what_the_filter_does_with_a_call(machine, arch, number, expected):
    """Both calls of every known convention are notified, x32 and foreign ones refused, the rest let through."""
    assert outcome(program(MACHINES[machine]), arch, number) == expected
