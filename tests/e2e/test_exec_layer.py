"""What the exec layer sees, refuses and leaves untouched; the judge is the real one."""

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time

import pytest

from interposer.supervise.probing import probe

pytestmark = pytest.mark.suite("exec")

EXEC = ["--agent", "tester", "--context", "chat", "--layers", "shell,path,exec"]
FIND = "/usr/bin/find"
INJECTED = ["-maxdepth", "0", "-exec", "sh", "-c", "id", ";"]


@pytest.fixture
def supervised(sessions, tmp_path):
    """A session with the exec layer in an empty project."""
    missing = [f"{one.id}: {one.missing}" for one in probe() if one.needed and one.missing]
    if missing:
        pytest.skip("no exec layer here: " + "; ".join(missing))
    project = tmp_path / "project"
    project.mkdir()
    subprocess.run(["git", "init", "-q", project], check=True)  # noqa: S607 - as the user has it

    def run(*command, **options):
        return sessions.real(*map(str, command), run=EXEC, **({"cwd": project} | options))

    run.project = project
    run.sessions = sessions
    return run


def records(supervised):
    """All records of the log, in order."""
    log = supervised.sessions.base / "state" / "interposer" / "log"
    lines = [line for file in sorted(log.glob("*.jsonl")) for line in file.read_text().splitlines()]
    return [one for one in map(json.loads, lines) if one["kind"] == "decision"]


def execs(supervised):
    """The exec layer's records."""
    return [one for one in records(supervised) if one["what"]["layer"] == "exec"]


PYTHON = f"import os; os.execv({FIND!r}, ['find', '/', *{INJECTED!r}])"
SHAPES = {
    "absolute-login-shell": ["/bin/bash", "-lc", f"{FIND} / -maxdepth 0 -exec sh -c id \\;"],
    "absolute-sh": ["/bin/sh", "-c", f"{FIND} / -maxdepth 0 -exec sh -c id \\;"],
    "absolute-tool": [FIND, "/", *INJECTED],
    "python-execv": [
        sys.executable,
        "-c",
        "import subprocess,sys; sys.exit(subprocess.call(sys.argv[1:]))",
        FIND,
        "/",
        *INJECTED,
    ],
    "ld.so": ["/lib64/ld-linux-x86-64.so.2", FIND, "/", *INJECTED],
    "through-proc": [f"/proc/self/root{FIND}", "/", *INJECTED],
    "renamed-by-argv0": [sys.executable, "-c", f"import os; os.execv({FIND!r}, ['harmless', '/', *{INJECTED!r}])"],
    "without-environment": [
        sys.executable,
        "-c",
        f"import os; os.execve({FIND!r}, ['find', '/', *{INJECTED!r}], {{}})",
    ],
    "orphan": [
        sys.executable,
        "-c",
        f"import os\nif os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\n{PYTHON}",
    ],
}


@pytest.mark.parametrize("command", [pytest.param(row, id=name) for name, row in SHAPES.items()])
def test_spawn_shape_is_refused(supervised, command):
    """However the command is started, it does not run, and says why."""
    if not os.path.exists(command[0]):  # noqa: PTH110 - a path of the table
        pytest.skip(f"no {command[0]} here")
    done = supervised(*command)
    deadline = time.monotonic() + 20
    while (
        not [one for one in records(supervised) if one["decision"]["verdict"] == "deny"] and time.monotonic() < deadline
    ):
        time.sleep(0.05)

    assert b"uid=" not in done.stdout
    assert b"interposer: denied (injected-run)" in done.stderr or command is SHAPES["orphan"]
    assert [one["decision"]["verdict"] for one in records(supervised)][-1] == "deny"


COPIES = {
    "shell": ("/bin/bash", "ls", ["-c", f"{FIND} / -maxdepth 0 -exec sh -c id \\;"]),
    "tool": (FIND, "ls", ["/", *INJECTED]),
    "busybox": ("/bin/busybox", "find", ["/", *INJECTED]),
    "busybox-by-operand": ("/bin/busybox", "busybox-x", ["find", "/", *INJECTED]),
}


@pytest.mark.parametrize(("program", "name", "args"), [pytest.param(*row, id=name) for name, row in COPIES.items()])
@pytest.mark.parametrize("how", ["copy", "link", "hard-link", "memfd"])
def test_renamed_program_is_known_by_its_content(supervised, tmp_path, program, name, args, how):
    """A copy, a link or an image without a file is judged as the program that it is."""
    if not os.path.exists(program):  # noqa: PTH110 - a path of the table
        pytest.skip(f"no {program} here")
    other = tmp_path / name
    match how:
        case "copy":
            shutil.copy(program, other)
        case "link":
            other.symlink_to(program)
        case "hard-link":
            try:
                other.hardlink_to(os.path.realpath(program))
            except OSError as error:
                pytest.skip(f"no hard link to {program}: {error.strerror}")
    code = (
        "import os,sys\nfd = os.memfd_create('ls')\nos.write(fd, open(sys.argv[1], 'rb').read())\n"
        "os.execve(fd, sys.argv[2:], dict(os.environ))"
    )
    command = [sys.executable, "-c", code, program, name, *args] if how == "memfd" else [other, *args]
    done = supervised(*command)

    assert b"uid=" not in done.stdout
    assert b"denied (injected-run)" in done.stderr
    assert done.returncode == 126


def test_node_sees_an_ordinary_failure(supervised):
    """A refusal is exit 126 with the reason captured; Node does not throw."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here")
    code = (
        "const [file, ...args] = process.argv.slice(1);"
        "require('child_process').execFile(file, args, (e, o, s) => console.log(e.code, /denied/.test(s)))"
    )

    assert supervised(node, "-e", code, "--", FIND, "/", *INJECTED).stdout == b"126 true\n"


def test_records_name_what_they_descend_from(supervised):
    """The shim's decision is the parent of the exec that it let through; a script's of what it starts."""
    supervised("/bin/bash", "-c", "git --version; :")
    found = {(one["what"]["layer"], one["what"]["tool"]): one for one in records(supervised)}
    shell, shim, tool = found["exec", "bash"], found["path", "git"], found["exec", "git"]

    assert tool["what"]["parent"] == shim["id"]
    assert tool["what"]["lineage"][0].startswith("bash -c")
    assert shell["what"]["parent"] == ""
    assert len([one for one in records(supervised) if one["what"]["tool"] == "git"]) == 2


def test_what_a_tool_starts_is_its_own_business(supervised):
    """A recipe that stood in the project before the session may do what the agent may not type."""
    (supervised.project / "Makefile").write_text(f"all:\n\t{FIND} / -maxdepth 0 -exec sh -c 'echo made' \\;\n")
    done = supervised("/bin/bash", "-c", "/usr/bin/make -s; :")
    origins = {
        one["what"]["tool"]: [effect["origin"] for effect in one["what"]["effects"]] for one in execs(supervised)
    }

    assert done.stdout == b"made\n", done.stderr
    assert set(origins["find"]) == {"tool"}


def test_recipe_that_the_agent_wrote_is_its_own_word(supervised):
    """Typed into a Makefile a minute ago is typed."""
    text = f"all:\n\t{FIND} / -maxdepth 0 -exec sh -c 'echo made' \\;\n"
    code = "import sys; open('Make' + 'file', 'w').write(sys.argv[1])"
    done = supervised("/bin/bash", "-c", f'{sys.executable} -c "{code}" "$0"; /usr/bin/make -s; :', text)

    assert done.stdout == b""
    assert b"denied (injected-run) `find" in done.stderr


def test_hard_statements_hold_for_tools_too(supervised):
    """What is refused whoever asks is refused to a tool's child."""
    (supervised.project / "Makefile").write_text("all:\n\t/bin/rm -rf /home\n")
    done = supervised("/bin/bash", "-c", "cd . ; echo 'all:' > /dev/null; /usr/bin/make -s -n; true")

    assert done.returncode == 0
    assert b"rm -rf /home" in done.stdout
    (supervised.project / "Makefile").write_text(
        "all:\n\t/bin/bash -c 'echo x >> ~/.bashrc.d/none'\n\t/usr/bin/crontab x\n"
    )
    done = supervised("/usr/bin/make", "-s")

    assert b"denied" in done.stderr


def test_exit_status_and_signals(supervised):
    """Status and signals come through as without interposer."""
    assert supervised("/bin/sh", "-c", "exit 7").returncode == 7
    assert supervised("/bin/sh", "-c", "kill -TERM $$").returncode == 143
    assert supervised("/nonexistent").returncode == 127


def test_interrupt_at_a_terminal(supervised):
    """Ctrl-C ends the command that stands in front, and the session with it; nothing is left."""
    sessions = supervised.sessions
    main = "import sys; from interposer.cli.main import main; sys.exit(main())"
    command = [
        sys.executable,
        "-c",
        main,
        "run",
        *EXEC,
        "--",
        "/bin/sh",
        "-c",
        "echo ready; /bin/sleep 77.125; echo no",
    ]
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(supervised.project)
        os.execve(sys.executable, command, sessions.environ)  # noqa: S606 - starting it is the point
    shown, deadline = b"", time.monotonic() + 30
    while b"ready" not in shown and time.monotonic() < deadline:
        shown += os.read(terminal, 1024)
    while "sleep" not in "".join(one["what"]["tool"] for one in execs(supervised)) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.write(terminal, b"\x03")
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)

    assert status == 128 + signal.SIGINT
    assert subprocess.run(["pgrep", "-fx", "/bin/sleep 77.125"], check=False, capture_output=True).returncode == 1  # noqa: S607 - as above


def test_build_goes_through_untouched(supervised):
    """A make -j2 of twenty small C files, and what it makes runs."""
    if not (shutil.which("make") and shutil.which("gcc")):
        pytest.skip("no make and gcc here")
    names = [f"f{number}" for number in range(20)]
    for name in names:
        (supervised.project / f"{name}.c").write_text(f"int {name}(void) {{ return 1; }}\n")
    calls = " + ".join(f"{name}()" for name in names)
    declared = "".join(f"int {name}(void);\n" for name in names)
    (supervised.project / "main.c").write_text(f"{declared}int main(void) {{ return {calls}; }}\n")
    objects = " ".join(f"{name}.o" for name in [*names, "main"])
    (supervised.project / "Makefile").write_text(f"main: {objects}\n\tgcc -o $@ $^\n%.o: %.c\n\tgcc -c $<\n")
    done = supervised("/bin/bash", "-c", "make -s -j2 && ./main")

    assert done.returncode == 20, done.stderr
    assert not [one for one in records(supervised) if one["decision"]["verdict"] != "allow"]


def test_killed_supervisor_lets_nothing_more_start(supervised, tmp_path):
    """What runs goes on, what would start fails, and nothing hangs."""
    program = f"exec 2> {tmp_path}/err; /bin/ps > /dev/null; read first < {tmp_path}/go; /bin/echo one; echo two"
    os.mkfifo(tmp_path / "go")
    sessions = supervised.sessions
    main = "import sys; from interposer.cli.main import main; sys.exit(main())"
    with subprocess.Popen(
        [sys.executable, "-c", main, "run", *EXEC, "--", "/bin/bash", "-c", program],
        cwd=supervised.project, env=sessions.environ,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
    ) as front:  # fmt: skip
        deadline = time.monotonic() + 30
        while not [one for one in execs(supervised) if one["what"]["tool"] == "ps"] and time.monotonic() < deadline:
            time.sleep(0.05)
        broker = subprocess.check_output(["pgrep", "-P", str(front.pid)], text=True).split()  # noqa: S607 - as above
        os.kill(int(broker[0]), signal.SIGKILL)
        (tmp_path / "go").write_text("x\n")
        out, said = front.communicate(timeout=60)

    assert out == b"two\n"
    assert b"nothing more is started" in said
    assert "Function not implemented" in (tmp_path / "err").read_text()


def test_broker_cannot_be_signalled_from_inside(supervised):
    """The agent's own processes can be killed, its supervisor cannot."""
    if any(one.id == "scope" and one.missing for one in probe()):
        pytest.skip("no Landlock scopes before Linux 6.12")
    code = (
        "import os, subprocess\n"
        "for number in (0, 9, 15):\n"
        "    try: os.kill(os.getppid(), number)\n"
        "    except PermissionError: print('no')\n"
        "child = subprocess.Popen(['/bin/sleep', '60']); child.kill(); print(child.wait())"
    )

    assert supervised(sys.executable, "-c", code).stdout == b"no\nno\nno\n-9\n"


def test_doctor_proves_every_shape(supervised):
    """With the exec layer no known way to start a command is left uncovered."""
    done = supervised.sessions.verb("doctor", "--json", "--layers", "exec", cwd=supervised.project)
    told = json.loads(done.stdout)

    assert done.returncode == 0
    assert {one["state"] for one in told["findings"]} <= {"refused", "not there"}
    assert {one["id"] for one in told["protections"]} == {"notify", "attach", "scope"}


def test_nested_run_cannot_have_a_layer_of_its_own(supervised):
    """One tree has one supervisor: asked for inside, the layer is refused, and the outer one stays."""
    main = "import sys; from interposer.cli.main import main; sys.exit(main(sys.argv[1:]))"
    done = supervised(sys.executable, "-c", main, "run", "--layers", "exec", "--", "/bin/echo", "in")

    assert done.returncode == 2
    assert b"EBUSY" in done.stderr
    assert supervised(sys.executable, "-c", main, "run", "--", "/bin/echo", "in").stdout == b"in\n"


def test_default_has_no_exec_layer(sessions, supervised):
    """What is not asked for is not there: a set-uid program and a debugger work as ever."""
    done = sessions.real(
        "/bin/sh", "-c", "grep -c . /proc/self/status; grep Seccomp: /proc/self/status", cwd=supervised.project
    )

    assert done.stdout.split() == [done.stdout.split()[0], b"Seccomp:", b"0"]
    assert not execs(supervised)
