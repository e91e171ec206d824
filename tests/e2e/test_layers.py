"""What the path and shell layers see, refuse and survive; the judge is a stub."""

import json
import os
import pty
import select
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from interposer.broker.folder import listen_at
from interposer.errors import BrokerError

pytestmark = pytest.mark.suite("e2e")


def test_refused_text_runs_no_part_of_itself(sessions, tmp_path):
    """A denied `-c` text or script file leaves nothing behind, also of the lines before the bad one."""
    script = tmp_path / "s.sh"
    script.write_text(f"touch {tmp_path}/ran\ngit --version\n")
    done = sessions.stub("bash", "-c", f"touch {tmp_path}/ran; git DENY")

    assert done.returncode == 126
    assert b"interposer: denied (stub)" in done.stderr
    assert sessions.stub("bash", str(script), "DENY").returncode == 126
    assert not (tmp_path / "ran").exists()


PATHS = {
    "first": "{bin}:{rest}",
    "twice": "{bin}:{bin}:{rest}",
    "last": "{rest}:{bin}",
    "through-a-link": "{link}:{rest}",
    "link-and-itself": "{link}:{bin}:{link}:{rest}",
    "with-slashes": "{bin}///:{bin}/../bin:{rest}",
    "with-empty-entry": "{bin}::{rest}",
    "another-sessions-shims": "{bin}:{copy}:{rest}",
}


@pytest.mark.parametrize("shape", [pytest.param(text, id=name) for name, text in PATHS.items()])
def test_no_recursion(sessions, tmp_path, shape):
    """Wherever the shims stand on PATH, and however often, the real tool is found, once."""
    program = (
        'bin=${PATH%%:*}; rest=${PATH#*:}; ln -s "$bin" LINK; mkdir COPY; cp "$bin/git" COPY/git; '
        f'PATH="{shape}" "$bin/git" --version'
    )
    program = program.replace("LINK", str(tmp_path / "link")).replace("COPY", str(tmp_path / "copy"))
    program = program.replace("{bin}", "$bin").replace("{rest}", "$rest")
    program = program.replace("{link}", str(tmp_path / "link")).replace("{copy}", str(tmp_path / "copy"))
    done = sessions.stub("/bin/bash", "-c", program)

    assert done.stdout.startswith(b"git version"), done.stderr
    assert [one["argv"][0] for one in sessions.asked()].count("git") == 1


def test_only_shims_on_path(sessions):
    """Where PATH holds nothing but shims the tool is absent: 127, no loop."""
    done = sessions.stub("/bin/bash", "-c", "bin=${PATH%%:*}; PATH=$bin; git --version; echo $?")

    assert done.stdout == b"127\n"
    assert b"git: command not found" in done.stderr


def test_shim_started_through_a_symbolic_link(sessions, tmp_path):
    """A link elsewhere to a shim is that shim."""
    done = sessions.stub("/bin/bash", "-c", f'ln -s "${{PATH%%:*}}/git" {tmp_path}/git; {tmp_path}/git DENY')

    assert done.returncode == 126


def test_argv0_does_not_decide_the_tool(sessions):
    """The name is the shim's file name by the kernel's word, whatever argv[0] says."""
    done = sessions.stub("/bin/bash", "-c", "exec -a harmless git DENY")

    assert done.returncode == 126
    assert sessions.asked()[0]["argv"] == ["git", "DENY"]


def test_lost_broker_is_never_an_allow(sessions):
    """A broker that dies over a request leaves the cold path, under the strictest policy; the status comes back."""
    done = sessions.stub(
        "/bin/bash", "-c", "git BROKER-DIES -c core.pager='sh -c id' log; echo $?; git --version; exit 5"
    )

    assert done.stdout.split(b"\n")[0] == b"126"
    assert b"git version" in done.stdout
    assert b"the session's broker died" in done.stderr
    assert done.returncode == 5


def test_stopped_broker_leaves_the_cold_path(sessions):
    """A broker that hangs hangs nobody: the strictest policy decides meanwhile, and the session goes on."""
    done = sessions.stub(
        "/bin/bash",
        "-c",
        "kill -STOP $PPID; git -c core.pager='sh -c id' log; echo $?; git --version; kill -CONT $PPID; git --version",
    )
    answers = done.stdout.split(b"\n")

    assert (answers[0], done.returncode) == (b"126", 0)
    assert [line[:11] for line in answers[1:3]] == [b"git version"] * 2
    assert b"denied (strict-" in done.stderr
    assert sessions.asked()[-1]["argv"] == ["git", "--version"]


def test_without_broker_and_cold_path_nothing_runs(sessions):
    """Without both, every shim refuses."""
    done = sessions.stub(
        "/bin/bash", "-c", 'rm "${PATH%%:*}/../cold"; git BROKER-DIES; echo $?; git --version; echo $?'
    )

    assert done.stdout == b"126\n126\n"
    assert b"interposer: denied (IP-60) `git`" in done.stderr


def test_untrusted_description_of_the_cold_path(sessions):
    """A description that others can write to is not followed."""
    done = sessions.stub("/bin/bash", "-c", 'chmod 666 "${PATH%%:*}/../cold"; git BROKER-DIES; echo $?')

    assert done.stdout == b"126\n"
    assert b"not trusted" in done.stderr


def test_broken_judge_refuses(sessions):
    """An error inside the judge is a refusal, and the session goes on."""
    done = sessions.stub("/bin/bash", "-c", "git CRASH; echo $?; git --version")

    assert done.stdout.startswith(b"126\ngit version")
    assert b"IP-69" in done.stderr


def test_equal_refusals_are_counted(sessions):
    """A flood of equal refusals is two records: the first, and the count."""
    sessions.stub("/bin/bash", "-c", "for i in 1 2 3 4 5; do git DENY; done 2>/dev/null")

    assert [(one["verdict"], one["coalesced"]) for one in sessions.asked()] == [("deny", 0), ("deny", 4)]


def test_large_text_is_judged_aside(sessions):
    """A text over 64 kB that never ends to be read is asked about, and others are answered meanwhile."""
    program = 'bash -c "BURN $(printf %070000d 1)" 2>err & sleep 0.3; git --version; wait $!; echo $?; cat err'
    started = time.monotonic()
    done = sessions.stub("/bin/bash", "-c", program, cwd=sessions.base)

    assert done.stdout.startswith(b"git version")
    assert b"\n126\n" in done.stdout
    assert b"too-costly" in done.stdout
    assert time.monotonic() - started > 2


def test_slow_client_keeps_nobody_waiting(sessions):
    """A client that sends half a request and stays is no trouble for the others."""
    program = (
        "import os,socket,subprocess\n"
        "d = os.environ['PATH'].split(':')[0]\n"
        "held = [socket.socket(socket.AF_UNIX) for _ in range(50)]\n"
        "for n, s in enumerate(held):\n"
        "    s.connect(d + '/../s.sock'); s.send(b'IPQ1'[: n % 5] or b'I')\n"
        "print(subprocess.run(['git', '--version'], timeout=5).returncode)\n"
    )
    done = sessions.stub("/usr/bin/env", "-S", "/usr/bin/python3", "-c", program)

    assert done.stdout.endswith(b"0\n"), done.stderr


def test_nonsense_on_the_socket(sessions):
    """What is no request gets a refusal, and the broker goes on."""
    program = (
        "import os,socket,subprocess\n"
        "d = os.environ['PATH'].split(':')[0]\n"
        "for data in (b'GET / HTTP/1.1\\r\\n\\r\\n', b'IPQ1' + b'\\xff' * 40, os.urandom(5000)):\n"
        "    s = socket.socket(socket.AF_UNIX); s.connect(d + '/../s.sock'); s.sendall(data); print(s.recv(99)[:4])\n"
        "print(subprocess.run(['git', '--version'], timeout=5).returncode)\n"
    )
    done = sessions.stub("/usr/bin/env", "-S", "/usr/bin/python3", "-c", program)

    assert done.stdout.count(b"b'IPR1'") == 3, done.stderr
    assert done.stdout.endswith(b"0\n")


FED = {
    "commands-one-by-one": (b"echo one\ngit --version >/dev/null\necho two\n", b"one\ntwo\n", 0),
    "status-of-the-last": (b"echo a\nexit 3\necho b\n", b"a\n", 3),
    "refused-one-is-left-out": (b"echo a\ngit DENY\necho $?\necho b\n", b"a\n126\nb\n", 0),
    "set-e-ends-at-a-refusal": (b"set -e\ngit DENY\necho b\n", b"", 126),
    "continued-line": (b"echo a \\\n b\n", b"a b\n", 0),
    "no-last-newline": (b"echo a", b"a\n", 0),
    "nothing": (b"", b"", 0),
    "read-is-refused": (b'read x\nharmless\necho "[$x]"\n', b"[]\n", 0),
}


@pytest.mark.parametrize(("script", "out", "status"), [pytest.param(*row, id=name) for name, row in FED.items()])
@pytest.mark.parametrize("shell", [("bash",), ("bash", "-s"), ("interposer-shell",), ("sh",)], ids=" ".join)
def test_script_on_stdin(sessions, script, out, status, shell):
    """A script on standard input is judged command by command, and otherwise runs as it would."""
    done = sessions.stub(*shell, input=script)

    assert (done.stdout, done.returncode) == (out, status), done.stderr


def test_script_file_on_stdin(sessions, tmp_path):
    """The same for a file."""
    (tmp_path / "s").write_text("echo a\ngit DENY\necho b\n")
    with (tmp_path / "s").open() as script:
        done = sessions.stub("bash", stdin=script)

    assert done.stdout == b"a\nb\n"


def test_program_that_would_eat_the_script(sessions):
    """A program that reads the input that its shell reads the script from is told so, and gets none of it."""
    done = sessions.stub("bash", input=b"echo a\ncat\ngit DENY\n")

    assert done.stdout == b"a\n"
    assert b"denied (IP-68): `cat`" in done.stderr


def test_persistent_shell(sessions):
    """A shell that is fed through a pipe, answer by answer, as agents keep one."""
    command = sessions.command("bash")
    with subprocess.Popen(
        command, env=sessions.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as shell:
        answers = []
        for line in (
            b"cd /; x=5\necho $x $PWD\n",
            b"git DENY; echo never\necho $?\n",
            b"sleep 30 & echo bg\n",
            b"echo end\n",
        ):
            shell.stdin.write(line)
            shell.stdin.flush()
            answers.append(shell.stdout.readline())
        shell.stdin.write(b"kill %1; exit 4\n")
        shell.stdin.close()

        assert shell.wait(30) == 4
    assert answers == [b"5 /\n", b"126\n", b"bg\n", b"end\n"]


def test_killed_shell_ends_its_feeder(sessions):
    """A fed shell that is killed leaves no process behind, and the session ends."""
    with subprocess.Popen(
        sessions.command("bash"), env=sessions.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as shell:
        shell.stdin.write(b"echo $$\n")
        shell.stdin.flush()
        os.kill(int(shell.stdout.readline()), signal.SIGKILL)

        assert shell.wait(20) == 128 + signal.SIGKILL
    deadline = time.monotonic() + 10
    while list((sessions.runtime / "s").iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list((sessions.runtime / "s").iterdir()) == []


def test_background_process_is_judged_to_its_end(sessions, tmp_path):
    """What the command leaves running is still judged after the caller has its status."""
    mark = tmp_path / "mark"
    program = f"(sleep 1; git DENY; echo $? >{mark}) >/dev/null 2>&1 & exit 6"
    done = sessions.stub("/bin/bash", "-c", program)
    early = mark.exists()
    deadline = time.monotonic() + 15
    while not (mark.exists() and mark.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert (done.returncode, early) == (6, False)
    assert mark.read_text() == "126\n"


def test_socket_path_too_long(sessions):
    """A session whose folder has too long a name for a socket address works all the same."""
    deep = sessions.base / ("x" * 60) / ("y" * 60)
    deep.mkdir(parents=True)
    command = sessions.command("git", "--version")
    command[2] = str(deep)
    done = subprocess.run(command, env=sessions.environ, capture_output=True, check=False, timeout=30)

    assert done.stdout.startswith(b"git version"), done.stderr
    assert [one["argv"][0] for one in sessions.asked()] == ["git"]


def _on_terminal(command, environ, talk):
    """Run a command on a terminal of its own; what was said, and its status."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(command[0], command, environ)  # noqa: S606 - the point
    said = b""
    for wait_for, answer in talk:
        deadline = time.monotonic() + 20
        while wait_for not in said and time.monotonic() < deadline:
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    said += os.read(terminal, 4096)
                except OSError:
                    break
        assert wait_for in said, said
        said = said.partition(wait_for)[2] if wait_for else said
        os.write(terminal, answer)
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        said += part
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return said, os.waitstatus_to_exitcode(status)


def test_terminal_of_a_person_passes_through(sessions):
    """An interactive shell on the caller's terminal has job control: Ctrl-C, Ctrl-Z, fg."""
    talk = [
        (b"$ ", b"PS1='ready'; echo $-\n"),
        (b"ready", b"sleep 30\n"),
        (b"sleep 30", b""),
    ]
    command = sessions.command("bash", "--norc", "--noprofile", "-i")

    def typed():
        yield from talk
        time.sleep(1)
        yield b"", b"\x1a"
        yield b"Stopped", b"fg\n"
        time.sleep(1)
        yield b"", b"\x03"
        yield b"ready", b"echo status $?; exit 3\n"
        yield b"status 130", b""

    _, status = _on_terminal(command, sessions.environ | {"PS1": "$ "}, typed())

    assert status == 3
    assert sessions.asked()[0]["stdin"] == "terminal"


def test_stopping_the_command_stops_the_front(sessions):
    """Ctrl-Z under an ordinary shell stops the whole session and `fg` goes on with it."""
    inner = " ".join(f"'{word}'" for word in sessions.command("/bin/sh", "-c", "echo up; read x; exit 7"))

    def typed():
        yield b"$ ", f"{inner}\n".encode()
        yield b"up\r\n", b"\x1a"
        yield b"Stopped", b"fg\n"
        time.sleep(0.5)
        yield b"", b"\n"
        time.sleep(0.5)
        yield b"$ ", b"echo status $?; exit 0\n"
        yield b"status 7", b""

    command = ["/bin/bash", "--norc", "--noprofile", "-i"]
    _, status = _on_terminal(command, sessions.environ | {"PS1": "$ "}, typed())

    assert status == 0


def test_terminal_made_by_the_agent_is_no_persons(sessions):
    """A pseudo terminal that the command opened itself does not count as a person's."""
    program = "import pty; pty.spawn(['bash', '-c', 'true'])"
    sessions.stub("/usr/bin/env", "-S", "/usr/bin/python3", "-c", program)

    assert sessions.asked()[0]["stdin"] == "unknown"


def test_shell_on_a_terminal_of_the_agent_is_fed(sessions):
    """What is typed into such a shell is judged line by line, as from a pipe."""
    program = (
        "import os,pty,sys,time\n"
        "pid, t = pty.fork()\n"
        "if pid == 0: os.execvp('bash', ['bash'])\n"
        "out = b''\n"
        "for line in (b'echo on$((0+1))\\n', b'git DENY\\n', b'echo two$?\\n', b'exit 3\\n'):\n"
        "    os.write(t, line); time.sleep(0.3)\n"
        "while True:\n"
        "    try: part = os.read(t, 4096)\n"
        "    except OSError: break\n"
        "    out += part\n"
        "print(out.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
    )
    done = sessions.stub("/usr/bin/env", "-S", "/usr/bin/python3", "-c", program)

    assert b"interposer: denied (stub) `git DENY`" in done.stdout, done
    assert b"on1\r\n" in done.stdout
    assert b"two126" in done.stdout
    assert done.stdout.endswith(b" 3\n")


def test_script_that_changes_while_it_runs(sessions, tmp_path):
    """A script file that is another one when its shell ends is recorded; one that stayed is not."""
    for name, line in (("still", "true"), ("changing", "echo '# more' >> changing")):
        (tmp_path / name).write_text(f"{line}\n")
    done = sessions.stub("/bin/sh", "-c", "bash still; bash changing; sleep 0.3", cwd=tmp_path)
    found = [one["argv"][1] for one in sessions.asked() if "script-changed" in one["findings"]]

    assert (done.returncode, found) == (0, ["changing"])


def test_variable_given_twice(sessions):
    """An environment that programs read differently is refused."""
    program = (
        "import ctypes,os\n"
        "p = os.environ['PATH'].split(':')[0] + '/git'\n"
        "e = [os.fsencode('PATH=' + os.environ['PATH']), b'GIT_PAGER=cat', b'GIT_PAGER=sh', None]\n"
        "argv = (ctypes.c_char_p * 3)(b'git', b'--version', None)\n"
        "ctypes.CDLL(None).execve(p.encode(), argv, (ctypes.c_char_p * 4)(*e))\n"
    )
    done = sessions.stub("/usr/bin/env", "-S", "/usr/bin/python3", "-c", program)

    assert done.returncode == 126
    assert b"GIT_PAGER" in done.stderr


def test_stale_socket(sessions):
    """A socket that nobody listens at any more is cleared; one in use, or another file, is not."""
    path = sessions.base / "s.sock"
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()
    with listen_at(path), pytest.raises(BrokerError):
        listen_at(path)
    path.unlink()
    path.write_text("mine")
    with pytest.raises(BrokerError):
        listen_at(path)
    assert path.read_text() == "mine"


def test_log_line_is_written_before_the_answer(sessions):
    """When the tool runs, its decision is in the log already."""
    done = sessions.stub("cat", str(sessions.log))

    assert json.loads(done.stdout)["argv"] == ["cat", str(sessions.log)]
    assert Path(sessions.log).stat().st_mode & 0o077 == 0
