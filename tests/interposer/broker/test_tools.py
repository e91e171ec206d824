"""Looking real programs up as a shell would, and never a shim."""

import os
from pathlib import Path

import pytest

from interposer.broker.tools import MARKER, Tools
from interposer.paths import shims_dir

pytestmark = pytest.mark.suite("broker")


def program(path: Path, content: bytes = b"#!/bin/sh\n", mode: int = 0o755) -> Path:
    """An executable file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)
    return path


SHIM = b"\x7fELF" + bytes(100) + MARKER + b"1"


def test_first_executable_file_counts(tmp_path):
    """Folders, and files that cannot be executed, are passed over; missing entries too."""
    (tmp_path / "a/tool").mkdir(parents=True)
    program(tmp_path / "b/tool", mode=0o644)
    wanted = program(tmp_path / "c/tool")
    program(tmp_path / "d/tool")
    found = Tools().find("tool", f"{tmp_path}/none:{tmp_path}/a:{tmp_path}/b:{tmp_path}/c:{tmp_path}/d", "/")

    assert found is not None
    assert (found.path, found.inode) == (str(wanted), wanted.stat().st_ino)


def test_shims_of_any_session_are_passed_over(tmp_path):
    """A shim is known by its bytes: as a copy, a hard link, a symbolic link."""
    program(tmp_path / "a/tool", SHIM)
    (tmp_path / "b").mkdir()
    (tmp_path / "b/tool").hardlink_to(tmp_path / "a/tool")
    (tmp_path / "c").mkdir()
    (tmp_path / "c/tool").symlink_to("../a/tool")
    wanted = program(tmp_path / "d/tool")
    found = Tools().find("tool", ":".join(f"{tmp_path}/{name}" for name in "abcd"), "/")

    assert found is not None
    assert found.path == str(wanted)


def test_built_shim_carries_the_marker():
    """What is looked for stands in the real shim."""
    built = shims_dir() / "interposer-shim"
    if not built.exists():
        pytest.skip("the shim is not built")

    assert Tools().at(str(built)) is None
    assert MARKER in built.read_bytes()


def test_script_that_names_the_marker_is_no_shim(tmp_path):
    """Only a program of the machine can be a shim: a file that speaks of one is an ordinary tool."""
    program(tmp_path / "a/tool", b"#!/bin/sh\n# " + MARKER)

    assert Tools().find("tool", f"{tmp_path}/a", "/") is not None


def test_shunned_folder_under_any_path(tmp_path):
    """A folder that is passed over is so under each of its paths."""
    program(tmp_path / "a/tool")
    (tmp_path / "link").symlink_to("a")
    tools = Tools()
    tools.shun(str(tmp_path / "a"))

    assert tools.find("tool", f"{tmp_path}/a:{tmp_path}/link:{tmp_path}/a/../a//", "/") is None


def test_relative_entries_count_from_the_askers_folder(tmp_path):
    """`.` and the empty entry are the asker's folder, not the broker's; without one they are left out."""
    program(tmp_path / "tool")
    found = Tools().find("tool", ".", str(tmp_path))

    assert found is not None
    assert Path(found.path).samefile(tmp_path / "tool")
    assert Tools().find("tool", "", str(tmp_path)) is not None
    assert Tools().find("tool", ":.", "") is None


def test_replaced_file_is_looked_at_again(tmp_path):
    """A file that was no shim and becomes one is noticed."""
    tools = Tools()
    path = program(tmp_path / "a/tool")
    before = tools.at(str(path))
    path.unlink()
    program(tmp_path / "a/tool", SHIM)

    assert (before is not None, tools.at(str(path))) == (True, None)


def test_links_are_resolved_for_the_judge_only(tmp_path):
    """`path` stays as found, `real` is the file behind it."""
    program(tmp_path / "lib/tool-1.2")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/tool").symlink_to("../lib/tool-1.2")
    found = Tools().find("tool", f"{tmp_path}/bin", "/")

    assert found is not None
    assert (found.path, found.real) == (f"{tmp_path}/bin/tool", os.path.realpath(tmp_path / "lib/tool-1.2"))
