"""What a tool gets through the shim is what it would have got without it."""

import os
import resource
import shutil
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.suite("e2e")
PYTHON = "python3"
"""Started by name, so that its shim stands in front."""


def through(sessions, code, *args, **options):
    """A Python program's output, started by its shim inside a session."""
    done = sessions.stub(PYTHON, "-I", "-S", "-c", code, *args, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


STATUSES = [
    pytest.param(("sh", "-c", "exit 0"), 0, id="zero"),
    pytest.param(("sh", "-c", "exit 7"), 7, id="seven"),
    pytest.param(("sh", "-c", "kill -TERM $$"), 128 + 15, id="killed-by-term"),
    pytest.param(("sh", "-c", "kill -KILL $$"), 128 + 9, id="killed-by-kill"),
    pytest.param(("git", "DENY"), 126, id="refused"),
    pytest.param(("git", "ASK"), 126, id="asked"),
    pytest.param(("absent-tool",), 127, id="absent"),
    pytest.param(("sh", "-c", "absent-tool"), 127, id="absent-in-a-shell"),
    pytest.param(("/",), 126, id="no-program"),
]


@pytest.mark.parametrize(("command", "status"), STATUSES)
def test_exit_status(sessions, command, status):
    """The session ends with the command's status, 128 + n for a signal."""
    assert sessions.stub(*command).returncode == status


def test_arguments_that_are_no_text(sessions):
    """Argument bytes reach the tool unchanged, whatever they are."""
    odd = [b"\xff\xfe", b"", b"a\nb", b" ", b"-x\x80", "é".encode()]
    code = "import sys,os; print([os.fsencode(a) for a in sys.argv[1:]])"

    assert through(sessions, code, *odd).decode() == f"{odd}\n"


def test_environment_is_untouched(sessions):
    """Odd variables reach the tool; PATH and SHELL are the session's, nothing else is new."""
    odd = sessions.environ | {"EMPTY": "", "ODD": "\udcff\udc80"}
    code = "import os,sys; sys.stdout.buffer.write(repr(sorted(os.environb.items())).encode())"
    got = dict(eval(through(sessions, code, env=odd)))  # noqa: S307 - our own repr
    expected = {os.fsencode(name): os.fsencode(value) for name, value in odd.items()}
    own = {name for name in (got | expected) if got.get(name) != expected.get(name)}

    # CPython itself sets LC_CTYPE in the C locale (PEP 538).
    assert own - {b"LC_CTYPE"} == {b"PATH", b"SHELL"}


def test_two_megabytes_of_arguments(sessions):
    """The longest command line that the kernel takes goes through."""
    pieces = ["x" * 100_000] * 15
    code = "import sys; print(sum(map(len, sys.argv[1:])))"

    assert through(sessions, code, *pieces) == b"1500000\n"


def test_descriptors_and_umask(sessions):
    """Open descriptors, the umask and limits are the caller's; nothing of ours is open."""
    read, write = os.pipe()
    code = (
        "import os; listed = sorted(map(int, os.listdir('/proc/self/fd')));"
        "print([n for n in listed if os.path.exists(f'/proc/self/fd/{n}')], oct(os.umask(0)))"
    )
    done = sessions.stub(PYTHON, "-I", "-S", "-c", code, pass_fds=(write,), umask=0o027)
    os.close(read)
    os.close(write)

    assert done.stdout.decode() == f"[0, 1, 2, {write}] 0o27\n"


def test_working_folder(sessions, tmp_path):
    """The current folder stays, also one with an odd name."""
    folder = tmp_path / "a b\n'c"
    folder.mkdir()

    assert through(sessions, "import os; print(ascii(os.getcwd()))", cwd=folder).decode().strip() == ascii(str(folder))


def test_removed_working_folder(sessions, tmp_path):
    """A folder that is gone is no reason to fail, and is judged as unknown."""
    folder = tmp_path / "gone"
    folder.mkdir()
    done = sessions.stub("bash", "-c", 'rmdir "$PWD"; git --version', cwd=folder)

    assert done.returncode == 0, done.stderr
    assert sessions.asked()[-1]["cwd"] == ""


@pytest.mark.suite("e2e-as-root")
@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root to become somebody else")
def test_unreadable_working_folder(sessions, tmp_path):
    """In a folder that may not be entered any more the tool still starts."""
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o711)
    for above in [sessions.base, *sessions.base.parents, tmp_path, *tmp_path.parents]:
        if above.stat().st_uid == os.geteuid() and len(above.parts) > 2:
            above.chmod(above.stat().st_mode | 0o011)
    nobody = [shutil.which("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups"]
    runtime = sessions.base / "nobody"
    runtime.mkdir()
    os.chown(runtime, 65534, 65534)
    script = sessions.command("bash", "-c", "cd . ; git --version")
    script[2:4] = [str(runtime / "r"), str(runtime / "log.jsonl")]
    done = subprocess.run(
        [*nobody, *script], cwd=folder, env=sessions.environ, capture_output=True, check=False, timeout=60
    )
    if b"Permission denied" in done.stderr and not (runtime / "r").exists():
        pytest.skip("the interpreter or the sources are closed to other users here")

    assert done.returncode == 0, done.stderr
    assert b"git version" in done.stdout


def test_ignored_and_blocked_signals(sessions):
    """Dispositions and the mask reach the tool: what `nohup` ignores stays ignored, SIGPIPE does not start to be."""
    code = "print([line.split()[1] for line in open('/proc/self/status') if line.startswith(('SigIgn', 'SigBlk'))])"

    def before():
        signal.signal(signal.SIGUSR2, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])

    script = ["sh", "-c", f'exec "$0" -I -S -c "{code}"', PYTHON]
    done = subprocess.run(
        sessions.command(*script), env=sessions.environ, capture_output=True, check=True, preexec_fn=before, timeout=60
    )
    plain = subprocess.run(script, capture_output=True, check=True, preexec_fn=before, timeout=60)

    assert done.stdout == plain.stdout


def test_standard_streams(sessions):
    """Input, output and errors are the caller's own."""
    done = sessions.stub("sh", "-c", "cat; echo out; echo err >&2", input=b"in\n")

    assert (done.stdout, done.stderr) == (b"in\nout\n", b"err\n")


def test_reader_of_the_output_sees_its_end(sessions):
    """Whoever reads the output sees its end with the command's, though a background process of it goes on."""
    command = sessions.command("sh", "-c", "sleep 20 >/dev/null 2>&1 & echo done")
    done = subprocess.run(command, env=sessions.environ, capture_output=True, check=True, timeout=15)

    assert done.stdout == b"done\n"


def test_resource_limits(sessions):
    """Limits are the caller's."""
    code = "import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE))"
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)

    assert through(sessions, code).decode() == f"{limit}\n"


@pytest.mark.suite("e2e-gcc")
@pytest.mark.skipif(not shutil.which("gcc"), reason="no gcc")
def test_gcc_still_finds_its_parts(sessions, tmp_path):
    """A compiler started by its shim compiles: it looks for cc1 beside its argv[0]."""
    (tmp_path / "a.c").write_text("int main(void) { return 42; }\n")
    done = sessions.stub("sh", "-c", "gcc a.c -o a && ./a", cwd=tmp_path)

    assert done.returncode == 42, done.stderr
    assert [one["argv"][0] for one in sessions.asked()] == ["sh", "gcc"]


def test_name_decides_for_programs_with_many_names(sessions):
    """argv[0] is the path as found on PATH, links not resolved."""
    done = sessions.stub(
        "python3", "-I", "-S", "-c", "import sys; print(open('/proc/self/cmdline').read().split('\\0')[0])"
    )
    found = shutil.which("python3", path=sessions.environ["PATH"])

    assert done.stdout.decode().strip() == found


def test_forwarded_signal(sessions):
    """A signal to the front reaches the command, and its status comes back."""
    command = sessions.command("sh", "-c", "trap 'exit 9' USR1; echo ready; while :; do sleep 0.05; done")
    with subprocess.Popen(command, env=sessions.environ, stdout=subprocess.PIPE) as front:
        assert front.stdout.readline() == b"ready\n"
        front.send_signal(signal.SIGUSR1)

        assert front.wait(20) == 9


def test_session_folder_is_removed(sessions):
    """Nothing of a session is left behind."""
    sessions.stub("true")

    assert list((sessions.runtime / "s").iterdir()) == []


def test_interpreter_is_not_shimmed_by_its_path(sessions):
    """What is called by absolute path is not seen by this layer: said in the threat model, and true."""
    done = sessions.stub(sys.executable, "-c", "print('DENY')")

    assert (done.returncode, sessions.asked()) == (0, [])
