"""What the supervisor sees, refuses and survives; its judge knows one word."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.interposer.supervise.conftest import ROOT, TREE

pytestmark = pytest.mark.suite("supervise")

WAYS = ["thread", "vfork", "posix_spawn", "fexecve", "memfd", "dirfd", "int80", "closed-stderr"]


@pytest.mark.parametrize("how", WAYS)
def test_every_way_to_start_a_program_is_judged(tree, compiled, how):
    """By a thread, by vfork, by descriptor, without a file, by the i386 call: seen, let through, refused."""
    if how == "int80" and os.uname().machine != "x86_64":
        pytest.skip("int 0x80 is x86's own")
    spawn, ends = compiled("spawn", "-pthread"), compiled("ends", "-nostdlib", "-fno-stack-protector")

    assert tree.run(spawn, how, ends, "safe").returncode == 0
    refused = tree.run(spawn, how, ends, "DENY")
    assert refused.returncode == 126
    assert [one["argv"][1:] for one in tree.judged()] == [[how, ends, "safe"], ["safe"], [how, ends, "DENY"], ["DENY"]]


def test_x32_call_is_refused(tree, compiled):
    """A call by the third convention of x86_64 never reaches its table."""
    if os.uname().machine != "x86_64":
        pytest.skip("x32 is x86_64's own")

    assert tree.run(compiled("spawn", "-pthread"), "x32", "/bin/true").returncode == 98


RUNTIMES = {
    "python-execv": [sys.executable, "-c", "import os; os.execv('/bin/echo', ['echo', 'DENY'])"],
    "sh": ["/bin/sh", "-c", "/bin/echo DENY"],
    "find-exec": ["env", "-i", "/usr/bin/find", "/", "-maxdepth", "0", "-exec", "/bin/echo", "DENY", ";"],
}


@pytest.mark.parametrize("command", [pytest.param(row, id=name) for name, row in RUNTIMES.items()])
def test_refusal_looks_like_any_failed_program(tree, command):
    """A runtime sees a child that exited with 126 and said why."""
    done = tree.run(*command)

    assert b"refused: " in done.stderr
    assert done.stdout == b""


def test_node_sees_the_refusal(tree):
    """Node neither throws nor loses the reason."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here")
    code = "require('child_process').execFile('/bin/echo',['DENY'],(e,o,s)=>console.log(e.code, s.trim()))"

    assert tree.run(node, "-e", code).stdout == b"126 refused: /bin/echo DENY\n"


def test_misses_of_a_path_search_are_not_judged(tree, tmp_path):
    """Looking for a name in folders that do not hold it is no event."""
    environ = dict(os.environ, PATH=f"{tmp_path}:/nonexistent:/usr/bin:/bin")
    done = tree.run("/bin/sh", "-c", "env true; ./none; /bin/sh/none", env=environ)

    assert b"not found" in done.stderr
    assert b"Not a directory" in done.stderr or b"not found" in done.stderr.split(b"none")[-1]
    assert [one["argv"][0] for one in tree.judged()] == ["/bin/sh", "env", "true"]


def test_script_is_judged_as_what_the_kernel_makes_of_it(tree, tmp_path):
    """A `#!` line stands before the script's own words; its file is the interpreter's."""
    script = tmp_path / "s"
    script.write_text("#!/bin/sh -e\nexit 3\n")
    script.chmod(0o755)

    assert tree.run(script, "x").returncode == 3
    assert tree.judged()[0]["argv"] == ["/bin/sh", "-e", str(script), "x"]


@pytest.mark.parametrize("kind", ["thread", "shared"])
def test_argument_changed_after_the_request(tree, compiled, kind):
    """Whether a thread or another process swaps the argument, what was refused never runs."""
    swap = compiled("swap", "-pthread")
    ends = compiled("ends", "-nostdlib", "-fno-stack-protector")
    done = tree.run(swap, kind, 2000, ends)
    told = done.stdout.split()

    assert told[5] == b"0", done.stdout
    assert int(told[1]) + int(told[3]) == 2000
    assert int(told[3]) > 20, "the argument was not swapped often enough to show anything"
    assert int(told[1]) > 20


def test_storm_loses_nothing(tree):
    """64 processes that start 50 programs each: every one runs, every one was judged, once."""
    program = (
        "for i in $(seq 64); do (n=50; while [ $n -gt 0 ]; do /bin/true $i; n=$((n-1)); done; echo done) & done; wait"
    )
    done = tree.run("/bin/sh", "-c", program)

    assert done.returncode == 0
    assert done.stdout.count(b"done") == 64
    assert sum(one["argv"][0] == "/bin/true" for one in tree.judged()) == 3200


def test_signals_during_the_wait_ask_only_once(tree):
    """A process under a storm of timer signals starts its programs all the same, each judged once."""
    program = (
        "import os, signal, subprocess\n"
        "signal.signal(signal.SIGALRM, lambda *_: None)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)\n"
        "pids = [os.posix_spawn('/bin/true', ['true', str(n)], {}) for n in range(100)]\n"
        "print(sum(os.waitpid(pid, 0)[1] for pid in pids))"
    )
    done = tree.run(sys.executable, "-c", program)

    assert done.stdout == b"0\n", done.stderr
    assert sum(one["argv"][0] == "true" for one in tree.judged()) == 100


def test_orphan_stays_supervised(tree, compiled):
    """Double fork and setsid lead nowhere: the supervisor stays until the last one has gone."""
    done = tree.run(compiled("spawn", "-pthread"), "orphan", "/bin/echo", "DENY")

    assert done.returncode == 0
    assert b"refused: /bin/echo DENY" in done.stderr
    assert done.stdout == b""


def test_traced_program_is_refused(tree, compiled):
    """What another program traces cannot be held, so it does not run; the reason is recorded."""
    done = tree.run(compiled("spawn", "-pthread"), "traced", "/bin/true")

    assert done.returncode == 99
    assert "traced" in tree.judged()[-1]["why"]


def test_broken_judge_refuses(tree):
    """An error inside the judge ends that one program and nothing else."""
    done = tree.run("/bin/sh", "-c", "/bin/echo CRASH; echo $?; /bin/echo on")

    assert done.stdout == b"126\non\n"
    assert b"IP-69" in done.stderr


def test_dead_supervisor_lets_nothing_run(tree, tmp_path):
    """Where it is killed, the one that is held dies with it and no further program starts."""
    program = f"exec 2> {tmp_path}/err; /bin/true; /bin/true DIE; /bin/echo one; echo two > {tmp_path}/end"
    done = tree.run("/bin/sh", "-c", program)
    deadline = time.monotonic() + 20
    while not (tmp_path / "end").exists() and time.monotonic() < deadline:
        time.sleep(0.02)

    assert done.returncode == -signal.SIGKILL
    assert done.stdout == b""
    assert (tmp_path / "end").read_text() == "two\n"
    assert "Function not implemented" in (tmp_path / "err").read_text()


def test_scope_protects_what_stands_outside(tree):
    """From inside, no signal reaches the supervisor; what stands inside can be signalled as ever."""
    from interposer.supervise.landlock import SCOPE_SINCE, version  # noqa: PLC0415 - only here

    if version() < SCOPE_SINCE:
        pytest.skip("no Landlock scopes before Linux 6.12")
    program = "kill -0 $PPID; echo $?; sleep 9 & kill $!; wait $!; echo $?"
    done = tree.run("/bin/sh", "-c", program, options=("scope",))

    assert done.stdout == b"1\n143\n"


@pytest.fixture
def nobody(tree):
    """Another user: neither may it read what is not its own, nor has it any privilege."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("another user can be had by root only, with setpriv")
    prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    for folder in (tree.log.parent, tree.log.parent.parent, tree.log.parent.parent.parent):
        folder.chmod(0o755)
    tree.log.touch()
    tree.log.chmod(0o666)
    # A Python in somebody's home cannot be started by another user; the system's own needs no more than these files.
    tree.python = shutil.which("python3", path="/usr/bin:/bin") or sys.executable
    reached = subprocess.run(
        [*prefix, tree.python, str(TREE)], capture_output=True, check=False, env={"PYTHONPATH": str(ROOT)}
    )
    if b"IndexError" not in reached.stderr and b"ValueError" not in reached.stderr:
        pytest.skip(f"another user cannot run these tests: {reached.stderr.decode()[-200:]}")
    return prefix


def test_unprivileged_user(tree, nobody):
    """No privilege is needed, and one that is gained at exec is not gained."""
    done = tree.run("/bin/sh", "-c", "/bin/echo DENY; /bin/echo on; id -u", before=nobody)

    assert done.stdout == b"on\n65534\n"


def test_file_that_may_be_run_but_not_read(tree, nobody, compiled, tmp_path):
    """Its image could not be looked at: refused before it stands, with the reason in the log."""
    hidden = tmp_path / "hidden"
    shutil.copy(compiled("ends", "-nostdlib", "-fno-stack-protector"), hidden)
    hidden.chmod(0o711)
    done = tree.run("/bin/sh", "-c", f"{hidden} safe; echo $?", before=nobody)

    assert done.stdout == b"126\n"
    assert "not read" in tree.judged()[-1]["why"]
