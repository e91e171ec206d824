"""Requests that are answered before there is an image."""

import ctypes
import errno
import os

import pytest

from interposer.supervise.kernel import read_text
from interposer.supervise.notify import Notification
from interposer.supervise.search import absent, is_unreadable, path_of

pytestmark = pytest.mark.suite("supervise")

X86_64 = 0xC000003E


def asked(text, *, number=59, place=0):
    """A request of this very process; what keeps its text alive comes with it."""
    held = ctypes.create_string_buffer(text)
    values = [0] * 6
    values[place] = ctypes.addressof(held)
    return Notification(1, os.getpid(), number, X86_64, tuple(values)), held


def test_path_is_read_from_the_asking_task():
    """Absolute as it is, relative from the task's folder, and none for one that counts from a descriptor."""
    absolute, _one = asked(b"/bin/true")
    relative, _two = asked(b"x/y")
    descriptor, _three = asked(b"x/y", number=322, place=1)
    by_path, _four = asked(b"/bin/true", number=322, place=1)

    assert path_of(absolute) == "/bin/true"
    assert path_of(relative) == f"/proc/{os.getpid()}/cwd/x/y"
    assert path_of(descriptor) == ""
    assert path_of(by_path) == "/bin/true"


def test_text_that_cannot_be_read_is_none():
    """A wild pointer, a text without an end, a task that is gone."""
    endless = ctypes.create_string_buffer(b"x" * 8192)

    assert read_text(os.getpid(), 8) is None
    assert read_text(os.getpid(), ctypes.addressof(endless)) is None
    assert read_text(1 << 22, ctypes.addressof(endless)) is None


def test_what_is_not_there(tmp_path):
    """The kernel's own two errors for it; everything else is left to the kernel."""
    (tmp_path / "file").write_text("")

    assert absent(f"{tmp_path}/none", os.getpid()) == errno.ENOENT
    assert absent(f"{tmp_path}/file/none", os.getpid()) == errno.ENOTDIR
    assert absent(f"{tmp_path}/file", os.getpid()) == 0
    assert absent(f"{tmp_path}/none", 1 << 22) == 0, "of a task that cannot be looked at nothing is known"
    assert not is_unreadable(f"{tmp_path}/file", os.getpid())
