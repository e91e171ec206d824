"""An agent is observed only by a file of its own."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from interposer.identity import who as module
from interposer.identity.agent import Agent
from interposer.identity.claim import Claim
from interposer.identity.observe import Process, digest_of, observe
from interposer.identity.who import agents_above, entry_of, seen_at, seen_in, who

pytestmark = pytest.mark.suite("identity")

NATIVE = Agent("native-agent", executables=("nagent",))
SCRIPTED = Agent("scripted-agent", entries=("*/node_modules/scripted/cli.py",))
AGENTS = (NATIVE, SCRIPTED)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder that counts as a place where an agent would be installed."""
    monkeypatch.setattr(module, "_TEMP", ("/nonexistent/",))
    return tmp_path


@contextmanager
def _running(argv, **options):
    with subprocess.Popen(argv, stdout=subprocess.PIPE, **options) as child:
        child.stdout.readline()  # it has started its program
        process = observe(child.pid)
        yield process
        child.kill()


def _script(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("print('up', flush=True)\nimport time\ntime.sleep(60)\n")
    return path


def _native(path: Path) -> Path:
    shutil.copy(shutil.which("bash"), path)
    return path


NATIVE_ARGS = ["-c", "echo up; read -r -t 60 line < <(sleep 60)"]


def test_native_agent_is_observed_by_its_own_digest(place) -> None:
    """A program under an agent's name is observed, with the digest of the running file as evidence."""
    program = _native(place / "nagent")
    with _running([str(program), *NATIVE_ARGS]) as process:
        seen = seen_in(process, AGENTS)

    assert seen is not None
    assert (seen.agent, seen.digest, seen.path) == (NATIVE, digest_of(str(program)), str(program))


def test_scripted_agent_is_observed_by_its_entry_file(place) -> None:
    """What counts is the file that the interpreter runs, resolved and hashed, not the interpreter."""
    script = _script(place / "node_modules/scripted/cli.py")
    (place / "link.py").symlink_to(script)
    with _running([sys.executable, "-u", "link.py", "--flag"], cwd=place) as process:
        seen = seen_in(process, AGENTS)

    assert seen is not None
    assert (seen.agent, seen.digest, seen.path) == (SCRIPTED, digest_of(str(script)), str(script))
    assert seen.digest != digest_of(sys.executable)


def test_interpreter_alone_says_nothing(place) -> None:
    """A python that runs some other file is no agent."""
    with _running([sys.executable, str(_script(place / "other.py"))]) as process:
        assert seen_in(process, AGENTS) is None


def test_program_in_a_temporary_place_is_not_believed(tmp_path, monkeypatch) -> None:
    """Anybody can lay an agent's name into /tmp."""
    monkeypatch.setattr(module, "_TEMP", (f"{tmp_path}/",))
    with _running([str(_native(tmp_path / "nagent")), *NATIVE_ARGS]) as process:
        assert seen_in(process, AGENTS) is None


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["python", "{file}"], True),
        (["python", "-u", "{file}", "x"], True),
        (["node", "--require", "y.js", "{file}"], True),
        (["python", "-X", "dev", "{file}"], True),
        (["python", "-c", "{file}"], False),
        (["python", "-m", "{file}"], False),
        (["node", "-e", "1", "{file}"], False),
        (["python"], False),
        (["python", "/nonexistent.py"], False),
        (["claude"], False),
    ],
)
def test_entry_is_the_script_argument(argv, expected, tmp_path) -> None:
    """The first argument that is no option, where it names a file; inline code and modules have no entry file."""
    file = _script(tmp_path / "x.py")
    process = Process(os.getpid(), 0, argv=tuple(word.format(file=file) for word in argv))

    assert entry_of(process) == (str(file) if expected else "")


def test_nearest_agent_counts_and_depth_tells_the_others(place) -> None:
    """An agent inside another agent's tree is the one that asks; a wrapper and its native program are one."""
    program, script = _native(place / "nagent"), _script(place / "node_modules/scripted/cli.py")
    with _running([str(program), *NATIVE_ARGS]) as native, _running([sys.executable, str(script)]) as scripted:
        found = agents_above((scripted, native, native), AGENTS)
        actual = who(found, Claim("native-agent", "env X"), 0)

    assert (actual.agent, actual.assurance, actual.depth, actual.user) == ("scripted-agent", "observed", 1, "root")
    assert actual.evidence == f"sha256:{digest_of(str(script)) or found[0].digest} {script}; env X says native-agent"


@pytest.mark.parametrize(
    ("claim", "expected"),
    [(Claim("codex", "env CODEX_CI"), ("codex", "claimed", "env CODEX_CI")), (None, ("unknown", "claimed", ""))],
)
def test_unseen_agent_is_claimed_at_most(claim, expected) -> None:
    """Without a file of the agent nothing is more than a claim."""
    actual = who((), claim, 12345)

    assert (actual.agent, actual.assurance, actual.evidence) == expected


def test_agent_that_is_about_to_start_is_seen_through_links(place) -> None:
    """A launcher recognises what it starts by the resolved file, or by the link that carries the name."""
    script = _script(place / "node_modules/scripted/cli.py")
    (place / "scripted").symlink_to(script)
    (place / "real").write_text("x")
    (place / "nagent").symlink_to(place / "real")
    (place / "other").write_text("x")

    found = [seen_at(str(place / name), AGENTS) for name in ("scripted", "nagent", "other")]

    assert [seen and seen.agent.name for seen in found] == ["scripted-agent", "native-agent", None]
