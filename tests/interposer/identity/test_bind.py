"""A process belongs to the session whose root is above it, whatever its environment says."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from interposer.errors import IdentityError
from interposer.identity import bind
from interposer.identity.bind import Peer, Sessions, peer_of

pytestmark = pytest.mark.suite("identity")

PR_SET_CHILD_SUBREAPER = 36

# A root that is a subreaper, as `interposer run` is: it starts one child the given way and then only reaps.
ROOT = f"""
import ctypes, os, subprocess, sys, time
ctypes.CDLL(None).prctl({PR_SET_CHILD_SUBREAPER}, 1, 0, 0, 0)
sys.stdin.readline()
subprocess.Popen(sys.argv[1:])
while True:
    time.sleep(60)
"""
ASKER = """
import os, socket, sys, time
client = socket.socket(socket.AF_UNIX)
client.connect(sys.argv[1])
time.sleep(60)
"""
DOUBLE_FORK = """
import os, sys
if os.fork() or os.setsid() or os.fork():
    os._exit(0)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture
def door(tmp_path):
    """A listening socket and its path."""
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        listener.settimeout(20)
        yield listener, path


@pytest.fixture
def root(door):
    """Starts a root with a child that asks; ends the whole tree."""
    started = []

    def start(*how: str) -> subprocess.Popen[str]:
        asker = [sys.executable, "-c", ASKER, str(door[1])]
        process = subprocess.Popen(
            [sys.executable, "-c", ROOT, *how, *asker], stdin=subprocess.PIPE, text=True, start_new_session=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdin.close()


def _go(process: subprocess.Popen[str]) -> None:
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.parametrize(
    "how",
    [
        [],
        ["/usr/bin/env", "-i"],
        ["/usr/bin/setsid", "--fork"],
        ["/bin/sh", "-c", '"$@"; :', "sh"],
        ["/bin/sh", "-c", '/bin/sh -c "\\"\\$@\\"; :" sh "$@"; :', "sh"],
        [sys.executable, "-c", DOUBLE_FORK],
    ],
    ids=["direct", "empty-environment", "setsid", "shell", "nested-shells", "double-fork"],
)
def test_whatever_the_tree_starts_belongs_to_it(how, door, root) -> None:
    """Shells, an emptied environment, a new session and a double fork stay inside."""
    process = root(*how)
    sessions = Sessions()
    sessions.open("S", process.pid)
    _go(process)

    connection, _ = door[0].accept()
    with connection, peer_of(connection) as peer:
        actual = sessions.session_of(peer)
        os.kill(peer.pid, signal.SIGKILL)

    assert actual == "S"
    assert peer.uid == os.geteuid()


def test_outsider_belongs_to_none(door, root) -> None:
    """A process that is not below a root belongs to no session, also with a copied environment."""
    sessions = Sessions()
    other = root()
    sessions.open("S", other.pid)
    outside = root()
    _go(outside)

    connection, _ = door[0].accept()
    with connection, peer_of(connection) as peer:
        actual = sessions.session_of(peer)

    assert actual == ""


def test_nearest_root_counts_and_closing_gives_back(root, door) -> None:
    """A session inside a session is its own; when it closes, its processes belong to the outer one."""
    sessions = Sessions()
    inner = root()
    sessions.open("outer", os.getpid())
    sessions.open("inner", inner.pid)
    peer = Peer(inner.pid, 0, 0)

    first = sessions.session_of(peer)
    sessions.close("inner")

    assert (first, sessions.session_of(peer)) == ("inner", "outer")
    sessions.close("outer")
    assert sessions.session_of(peer) == ""


def test_known_process_stays_bound_after_its_parents_end(door) -> None:
    """A process that was once seen inside is bound by its pid and start time, not by who adopted it."""
    sessions = Sessions()
    script = "import os, time\nif os.fork(): time.sleep(60)\nelse:\n print(os.getpid(), flush=True)\n time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        orphan = int(parent.stdout.readline())
        sessions.open("S", parent.pid)
        before = sessions.session_of(Peer(orphan, 0, 0))
        parent.kill()
    _until(lambda: bind.stat_of(orphan).ppid != parent.pid)
    after = sessions.session_of(Peer(orphan, 0, 0))
    os.kill(orphan, signal.SIGKILL)

    assert (before, after) == ("S", "S")


def test_peer_that_ended_is_refused(door) -> None:
    """Where the pidfd says that the peer is gone, its pid may be another's: no answer is given."""
    with subprocess.Popen(["/bin/sleep", "60"]) as child:
        peer = Peer(child.pid, 0, 0, os.pidfd_open(child.pid))
        child.kill()

    with pytest.raises(IdentityError) as refused:
        Sessions().session_of(peer)
    os.close(peer.pidfd)

    assert refused.value.code == "IP-82"


def test_connection_whose_maker_ended_is_refused(door) -> None:
    """A process that connects and ends before we look is not mixed up with whoever gets its pid."""
    code = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
    with subprocess.Popen([sys.executable, "-c", code, str(door[1])]) as child:
        pass
    connection, _ = door[0].accept()

    with connection, pytest.raises(IdentityError) as refused, peer_of(connection) as peer:
        Sessions().session_of(peer)

    assert (child.returncode, refused.value.code) == (0, "IP-82")


def test_root_that_is_gone_is_refused() -> None:
    """A session cannot be opened on a process that does not exist."""
    with subprocess.Popen(["/bin/true"]) as child:
        pass

    with pytest.raises(IdentityError):
        Sessions().open("S", child.pid)


def test_reused_pid_of_a_root_binds_nothing(monkeypatch) -> None:
    """A process with a root's pid but another start time is another process."""
    sessions = Sessions()
    sessions.open("S", os.getpid())
    real = bind.stat_of
    later = bind.stat_of(os.getpid()).start + 1
    monkeypatch.setattr(
        bind, "stat_of", lambda pid: type(real(pid))(later, 1, 0, "x") if pid == os.getpid() else real(pid)
    )

    assert sessions.session_of(Peer(os.getpid(), 0, 0)) == ""


def test_what_is_remembered_is_bounded(monkeypatch) -> None:
    """However many processes ask, no more than a fixed number is kept."""
    monkeypatch.setattr(bind, "REMEMBERED", 8)
    sessions = Sessions()
    sessions.open("S", 1)
    stat = type(bind.stat_of(os.getpid()))
    monkeypatch.setattr(bind, "stat_of", lambda pid: stat(0, 1, 0, "") if pid > 1 else stat(ROOT_START, 0, 0, ""))
    sessions._roots = {(1, ROOT_START): "S"}
    for pid in range(2, 100):
        assert sessions.session_of(Peer(pid, 0, 0)) == "S"

    assert len(sessions._known) == 8


ROOT_START = 7


def test_subreaper_is_there() -> None:
    """The tests above rely on it."""
    assert ctypes.CDLL(None).prctl(37, ctypes.byref(ctypes.c_int()), 0, 0, 0) == 0
    assert Path("/proc/self/stat").exists()


def _until(holds, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)
