"""A session's folder: shims, description of the cold path, sockets."""

import os
import stat
import sys
from pathlib import Path

import pytest

from interposer.broker.folder import Cold, connect_to, listen_at, make_folder, names_on_path, shim_file
from interposer.broker.tools import Tools
from interposer.errors import BrokerError

pytestmark = pytest.mark.suite("broker")


@pytest.fixture
def folder(tmp_path):
    """A folder with three shims."""
    try:
        shim_file()
    except BrokerError:
        pytest.skip("the shim is not built")
    return make_folder(tmp_path / "s", ["git", "find"], Cold(state="/state"))


def test_shims_are_one_file_under_all_names(folder):
    """Hard links of one copy, the shell's name included: a symbolic link would hide the session from the shim."""
    names = sorted(path.name for path in folder.bin.iterdir())
    files = {path.lstat().st_ino for path in folder.bin.iterdir()}

    assert names == ["find", "git", "interposer-shell"]
    assert len(files) == 1
    assert all(stat.S_ISREG(path.lstat().st_mode) and os.access(path, os.X_OK) for path in folder.bin.iterdir())


def test_folder_is_private(folder):
    """Nobody else can look into it."""
    assert [path.stat().st_mode & 0o777 for path in (folder.path, folder.bin)] == [0o700, 0o700]
    assert folder.cold.stat().st_mode & 0o777 == 0o600


def test_cold_description(folder):
    """Two absolute paths, then one line for the script."""
    interpreter, script, details, end = folder.cold.read_text().split("\n")

    assert Path(interpreter).samefile(getattr(sys, "_base_executable", sys.executable))
    assert (Path(script).is_absolute(), Path(script).is_file()) == (True, True)
    assert ('"state": "/state"' in details, end) == (True, "")


def test_making_it_twice_is_fine(folder):
    """A folder that is there already is brought up to date (permanent shims)."""
    again = make_folder(folder.path, ["git", "ls"], Cold())

    assert sorted(path.name for path in again.bin.iterdir()) == ["find", "git", "interposer-shell", "ls"]


def test_names_on_path(tmp_path):
    """Only names that a real program has get a shim; patterns match what is there."""
    for name in ("git", "python3.11", "other"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)

    assert names_on_path(["git", "go", "python3.*"], str(tmp_path), Tools()) == {"git", "python3.11"}


def test_socket_with_a_long_path(tmp_path):
    """A path that no socket address can hold is reached through its folder."""
    deep = tmp_path / ("x" * 90) / ("y" * 90)
    deep.mkdir(parents=True)
    with listen_at(deep / "s.sock") as listener, connect_to(deep / "s.sock") as client:
        accepted, _ = listener.accept()
        accepted.sendall(b"hi")

        assert client.recv(2) == b"hi"
        accepted.close()
