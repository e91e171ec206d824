"""By what name an image is judged, and in whose name its children speak."""

import os
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from interposer.agents import AGENTS
from interposer.capture import Files
from interposer.supervise.image import Image
from interposer.supervise.lineage import Above
from interposer.supervise.programs import NAMELESS, Programs
from tests.interposer.judging import guard, session

pytestmark = pytest.mark.suite("supervise")

SHELL, CAT = os.path.realpath("/bin/bash"), os.path.realpath("/bin/cat")


def image(exe, *argv, cwd="/", file=None):
    """An image of a file as it stands here."""
    found = Path(file or exe).stat()
    return Image(os.getpid(), argv or (exe,), exe, found.st_dev, found.st_ino, found.st_size, cwd, ())


@pytest.fixture
def programs(tmp_path):
    """The programs of a session in an empty project."""
    base = session()
    here = replace(base, where=replace(base.where, project=str(tmp_path)))
    made = Programs(replace(guard(), world=Files()), here, time.time_ns(), AGENTS)
    made.learn("bash", SHELL)
    made.learn("cat", CAT)
    return made


NAMED = {
    "as-it-is": (SHELL, ["bash", "-c", "x"], ("bash", "-c", "x")),
    "called-otherwise": (SHELL, ["harmless", "-c", "x"], ("bash", "-c", "x")),
    "login": (SHELL, ["-bash", "-c", "x"], ("bash", "-c", "x")),
    "called-sh": (SHELL, ["sh", "-c", "x"], ("sh", "-c", "x")),
    "without-argv": (SHELL, [""], ("bash",)),
}


@pytest.mark.parametrize(("exe", "argv", "expected"), [pytest.param(*row, id=name) for name, row in NAMED.items()])
def test_name_is_the_files(programs, exe, argv, expected):
    """What stands in argv[0] does not decide."""
    assert programs.words(image(exe, *argv)) == expected


def test_several_names_of_one_file(programs):
    """A file that goes by several names is judged by the one it is called by, where that is its own."""
    programs.learn("dog", CAT)

    assert programs.words(image(CAT, "dog", "x")) == ("dog", "x")
    assert programs.words(image(CAT, "cow", "x")) == ("cat", "x")


def test_tools_in_one_program(programs):
    """Busybox is what it is called; git's dashed programs are git's subcommands."""
    programs.learn("busybox", SHELL)
    multi = Programs(programs.guard, programs.session, programs.opened)
    multi.learn("busybox", CAT)

    assert multi.words(image(CAT, "/x/find", "a")) == ("busybox", "find", "a")
    assert multi.words(image(CAT, "busybox", "find", "a")) == ("busybox", "find", "a")
    git = Programs(programs.guard, programs.session, programs.opened)
    git.learn("git", CAT)
    assert git.words(image(CAT, "git-config", "a")) == ("git", "config", "a")


def test_copy_is_known_by_content(programs, tmp_path):
    """A renamed copy has the name of what it was copied from; another file of the same size has not."""
    sleep, copy, other = os.path.realpath("/bin/sleep"), tmp_path / "ls", tmp_path / "x"
    programs.learn("sleep", sleep)
    shutil.copy(sleep, copy)
    other.write_bytes(bytes(Path(sleep).stat().st_size))
    with subprocess.Popen([copy, "60"]) as started:
        copied = programs.words(replace(image(str(copy), "ls", "60"), pid=started.pid))
        started.kill()

    assert copied == ("sleep", "60")
    assert programs.words(image(str(other), "x")) == (str(other),)


def test_image_without_a_file(programs):
    """What has no path that we could look at is no tool of that name."""
    assert programs.words(replace(image(CAT, "git", "x"), exe="", device=0, inode=0, size=1)) == (NAMELESS, "x")


TOP = Above(1)
ORIGINS = {
    "shell-text": (("bash", "-c", "x"), TOP, ("agent", "agent")),
    "wrapper": (("env", "make"), TOP, ("agent", "agent")),
    "inline-code": (("python3", "-c", "x"), TOP, ("agent", "agent")),
    "exec-option": (("find", ".", "-exec", "cat", "{}", ";"), TOP, ("agent", "agent")),
    "tool": (("make", "all"), TOP, ("agent", "tool")),
    "tool-that-is-the-session": (("make", "all"), Above(1, first=True), ("agent", "agent")),
    "unlisted": (("no-such-tool-is-listed", "x"), TOP, ("agent", "agent")),
    "named-by-path": (("/tmp/x", "x"), TOP, ("agent", "agent")),
    "below-a-tool": (("bash", "-c", "x"), Above(1, origin="tool"), ("tool", "tool")),
    "script-of-a-listed-tool": (("python3", "/usr/bin/pytest", "-q"), TOP, ("agent", "tool")),
    "script-elsewhere": (("python3", "/opt/agent/main.py"), TOP, ("agent", "agent")),
    "script-that-is-the-agent": (("python3", "old.py"), Above(1, parent_first=True), ("agent", "agent")),
}


@pytest.mark.parametrize(("words", "above", "expected"), [pytest.param(*row, id=name) for name, row in ORIGINS.items()])
def test_origins(programs, words, above, expected):
    """Whose words these are, and those of what they start."""
    assert programs.origins(words, image(CAT, *words), above) == expected


def test_script_of_the_project(programs, tmp_path):
    """One that stood there before speaks for itself; one that the session wrote is the agent's word anywhere."""
    script = tmp_path / "old.sh"
    script.write_text("true\n")
    asked = image(SHELL, "bash", "old.sh", cwd=str(tmp_path))
    programs.opened = time.time_ns() + 10**9
    old = programs.origins(("bash", "old.sh"), asked, TOP)
    programs.opened = 0

    assert old == ("agent", "tool")
    assert programs.origins(("bash", "old.sh"), asked, Above(1, origin="tool")) == ("agent", "agent")


@pytest.mark.parametrize("words", [("make", "all"), ("python3", "/usr/bin/pytest")], ids=["make", "script"])
def test_build_file_of_this_session(programs, tmp_path, words):
    """Recipes that stood there are the tool's; ones that the session wrote are the agent's words."""
    asked = image(CAT, *words, cwd=str(tmp_path))
    before = programs.origins(words, asked, TOP)
    (tmp_path / "notes.txt").write_text("x")
    beside = programs.origins(words, asked, TOP)
    (tmp_path / "Makefile").write_text("all:\n")

    assert [before, beside] == [("agent", "tool")] * 2
    assert programs.origins(words, asked, TOP) == ("agent", "agent")
    assert programs.origins(words, replace(asked, cwd="/nonexistent"), TOP) == ("agent", "agent")
    assert programs.origins(("cat", "x"), asked, TOP) == ("agent", "tool")


def test_known_agent_is_an_agent_wherever_it_stands(programs):
    """An agent that a tool starts speaks as one."""
    name = next(agent.executables[0] for agent in AGENTS if agent.executables)
    asked = replace(image(CAT, name), exe=f"/opt/x/{name}")

    assert programs.origins((f"/opt/x/{name}",), asked, Above(1, origin="tool")) == ("agent", "agent")
