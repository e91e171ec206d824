"""Processes are seen as the kernel sees them, and a pid alone is never believed."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from interposer.identity import observe as seen
from interposer.identity.observe import Process, Stat, ancestry, digest_of, digest_of_exe, observe, parent_of, stat_of

pytestmark = pytest.mark.suite("identity")


def test_this_process_is_seen_as_it_is() -> None:
    """File, arguments, parent and user agree with what the process knows of itself."""
    process = observe(os.getpid())

    assert process is not None
    assert (process.ppid, process.uid) == (os.getppid(), os.geteuid())
    assert process.exe == os.path.realpath("/proc/self/exe")
    assert process.argv[0] == Path("/proc/self/cmdline").read_bytes().split(b"\0")[0].decode()


def test_ancestry_leads_from_child_to_us() -> None:
    """The chain of a child begins with it and goes on with us, each one the parent of the one before."""
    with subprocess.Popen(["/bin/sleep", "60"]) as child:
        chain = ancestry(child.pid)
        child.kill()

    assert [process.pid for process in chain[:2]] == [child.pid, os.getpid()]
    assert all(lower.ppid == upper.pid for lower, upper in itertools.pairwise(chain))


def test_name_with_parentheses_is_read(tmp_path) -> None:
    """A program called `a) 1 (b` does not shift the fields behind its name."""
    odd = tmp_path / "a) 1 (b"
    odd.symlink_to("/bin/sleep")
    with subprocess.Popen([str(odd), "60"]) as child:
        stat = stat_of(child.pid)
        child.kill()

    assert stat is not None
    assert (stat.comm, stat.ppid) == ("a) 1 (b", os.getpid())


def test_ended_process_is_none() -> None:
    """A process that is gone is not observed, and has no ancestry."""
    with subprocess.Popen(["/bin/true"]) as child:
        pass

    assert (observe(child.pid), ancestry(child.pid)) == (None, ())


def test_reused_pid_is_no_parent(monkeypatch) -> None:
    """A process that took the parent's pid meanwhile is not taken for the parent: the child was handed on."""
    child = Process(pid=10, start=5, ppid=20)
    monkeypatch.setattr(seen, "observe", lambda pid: Process(pid=pid, start=99))
    monkeypatch.setattr(seen, "stat_of", lambda _: Stat(start=5, ppid=1, tty=0, comm="x"))

    assert parent_of(child) is None


def test_digest_is_of_the_file_that_runs(tmp_path) -> None:
    """After the program's path names another file, the digest is still that of the running one."""
    program = tmp_path / "tool"
    program.write_bytes(Path("/bin/sleep").read_bytes())
    program.chmod(0o755)
    expected = digest_of("/bin/sleep")
    with subprocess.Popen([str(program), "60"]) as child:
        program.unlink()
        program.write_text("another")
        actual = digest_of_exe(child.pid)
        child.kill()

    assert actual == expected
    assert len(actual) == 64


def test_changed_file_gets_a_new_digest(tmp_path) -> None:
    """A digest is kept only while the file stays the same."""
    path = tmp_path / "x"
    path.write_text("a")
    first = digest_of(str(path))
    path.write_text("b")

    assert first != digest_of(str(path))


@pytest.mark.parametrize("path", ["/nonexistent", "/"])
def test_unreadable_file_has_no_digest(path) -> None:
    """What cannot be read whole has the empty digest."""
    assert digest_of(path) == ""


def test_chain_is_bounded(monkeypatch) -> None:
    """A chain longer than any real one ends instead of looping."""
    monkeypatch.setattr(seen, "observe", lambda _: Process(pid=os.getpid(), start=1, ppid=os.getpid()))
    monkeypatch.setattr(seen, "stat_of", lambda _: Stat(start=1, ppid=os.getpid(), tty=0, comm=""))

    assert len(ancestry(os.getpid())) == seen.DEPTH_MAX


def test_python_is_an_interpreter_here() -> None:
    """The tests of `who` rely on it."""
    assert Path(sys.executable).name.startswith("python")
