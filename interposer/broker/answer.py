"""From a shim's message to a request, and from a decision to the reply."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from interposer.broker import frames
from interposer.broker.cache import Key
from interposer.broker.folder import INTERPOSER_SHELL, SHELLS
from interposer.broker.frames import HAS_CWD, HAS_STREAMS, Ask, Exec, Refuse, Reply, Stdin
from interposer.broker.live import Live
from interposer.broker.tools import Tool
from interposer.decision import Decision
from interposer.refusal import render
from interposer.request import Request
from interposer_shell.reading import Dialect

READS_STDIN = "reads-stdin"
"""The finding that a shell would read its script from standard input."""
LOGIN = "login-shell"
"""The finding that a shell reads login files before its script; they may have set PATH anew."""
ABSENT = 127


@dataclass(frozen=True, slots=True)
class Question:
    """What a shim asks, with the real program that it stands before.

    Attributes:
        key: equal for questions that are judged alike, () for one that must not be kept.
        path: PATH as the asker has it, None where it is not set.
        stdin: its descriptor, -1 for none; the same for `stderr`.
    """

    request: Request
    tool: Tool
    key: Key
    path: str | None = None
    login: bool = False
    stdin: int = -1
    stderr: int = -1


def question_of(ask: Ask, descriptors: Sequence[int], pid: int, live: Live) -> Question | Refuse:
    """The question behind a message, or the refusal where it has none that could be judged."""
    name = os.fsdecode(ask.shim.rpartition(b"/")[2])
    shell = name in SHELLS or name == INTERPOSER_SHELL
    called = live.shell if name == INTERPOSER_SHELL else name
    env = Environment(ask.environ)
    twice, same = live.environments.look_up(ask.environ)
    if twice:
        return _given_twice(twice)
    path = env.path()
    folder, stdin, stderr = _streams(ask, descriptors)
    cwd = _folder(ask, folder)
    tool = live.tools.find(called, path, cwd)
    if tool is None:
        return Refuse(f"interposer: {called}: command not found\n", ABSENT)
    login = shell and ask.argv[:1] != () and ask.argv[0].startswith(b"-")
    request = Request(
        argv=(f"-{called}" if login else called, *map(os.fsdecode, ask.argv[1:])),
        cwd=cwd,
        env=env,
        exe=tool.real,
        layer="shell" if shell else "path",
        session=live.session,
        stdin=_stdin(ask, stdin, live),
        pid=pid,
    )
    return Question(request, tool, _key(ask, request, tool, same), path, login, stdin, stderr)


def is_same(question: Question, ask: Ask, descriptors: Sequence[int], live: Live) -> bool:
    """Whether a message of the same bytes asks the same question with these descriptors, as the world stands now."""
    request = question.request
    if ask.descriptors != len(descriptors):
        return False
    folder, stdin, _ = _streams(ask, descriptors)
    # The asker's own word is the kernel's (getcwd(2)), so that it need not be asked for the name a second time.
    here = (
        _is_folder(folder, request.cwd) if ask.cwd == os.fsencode(request.cwd) else _folder(ask, folder) == request.cwd
    )
    called = request.argv[0][1:] if question.login else request.argv[0]
    return (
        here
        and live.tools.find(called, question.path, request.cwd) == question.tool
        and _stdin(ask, stdin, live) == request.stdin
    )


def _folder(ask: Ask, folder: int) -> str:
    return _folder_path(folder) or os.fsdecode(ask.cwd)


def reply_to(question: Question, decision: Decision, decision_id: str, live: Live) -> Reply:
    """What the shim is told."""
    if decision.verdict == "allow":
        tool, called = question.tool, os.fsencode(question.tool.path)
        # argv[0] is the path as found on PATH: compilers look for their parts beside it, multi-call programs at it.
        argv0 = b"-" + called.rpartition(b"/")[2] if question.login else called
        settings = (b"BASH_ENV=" + os.fsencode(live.folder.login),) if _rejoins(question, decision) else ()
        return Exec(called, argv0, tool.device, tool.inode, feeds(question, decision), settings)
    return Refuse(render(decision, live.session, decision_id))


def feeds(question: Question, decision: Decision) -> bool:
    """Whether the shell must get its script command by command: it reads one from an input that no person holds."""
    request = question.request
    return (
        request.layer == "shell" and READS_STDIN in decision.findings and request.stdin in {"pipe", "file", "unknown"}
    )


def _rejoins(question: Question, decision: Decision) -> bool:
    """Whether a login shell can be brought back to the session's PATH; a BASH_ENV of the asker's own stays."""
    return LOGIN in decision.findings and not (question.request.env or {}).get("BASH_ENV")


def dialect_of(name: str) -> Dialect:
    """The language that the shell of that name reads."""
    match name.lstrip("-").rpartition("/")[2]:
        case "sh":
            return "sh"
        case "dash":
            return "dash"
        case "zsh":
            return "zsh"
        case _:
            return "bash"


def _streams(ask: Ask, descriptors: Sequence[int]) -> tuple[int, int, int]:
    """The current folder, stdin and stderr; -1 for what did not come along."""
    match ask.flags & (HAS_CWD | HAS_STREAMS), descriptors:
        case frames.HAS_CWD, [folder]:
            return folder, -1, -1
        case frames.HAS_STREAMS, [stdin, stderr]:
            return -1, stdin, stderr
        case _, [folder, stdin, stderr]:
            return folder, stdin, stderr
        case _:
            return -1, -1, -1


class Environment(Mapping[str, str]):
    """The asking process's variables, decoded when somebody asks: most requests are answered without."""

    __slots__ = ("_decoded", "_raw")

    def __init__(self, raw: Sequence[bytes]) -> None:
        self._raw = raw
        self._decoded: dict[str, str] | None = None

    def path(self) -> str | None:
        """PATH, None where it is not set."""
        return next((os.fsdecode(entry[5:]) for entry in self._raw if entry.startswith(b"PATH=")), None)

    def __getitem__(self, name: str) -> str:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> dict[str, str]:
        if self._decoded is None:
            pairs = (os.fsdecode(entry).partition("=") for entry in self._raw)
            self._decoded = {name: value for name, _, value in pairs}
        return self._decoded


def _given_twice(name: str) -> Refuse:
    """Refused, because libc takes the first value and a shell the last."""
    return Refuse(
        f"interposer: denied (IP-65): the variable `{name[:80]}` is given twice with different values\n"
        "  shells and programs disagree which one counts\n"
    )


def _folder_path(folder: int) -> str:
    """The folder's path by the kernel's word, "" where it has none that can be used (removed, outside our view)."""
    if folder < 0:
        return ""
    try:
        path = os.readlink(f"/proc/self/fd/{folder}")  # noqa: PTH115 - bytes of a hot path
    except OSError:
        return ""
    return path if _is_folder(folder, path) else ""


def _is_folder(folder: int, path: str) -> bool:
    """Whether the descriptor and the path are one folder; no descriptor is none."""
    try:
        here, there = os.fstat(folder), os.stat(path)  # noqa: PTH116 - a hot path
    except (OSError, ValueError):
        return False
    return here.st_ino == there.st_ino and here.st_dev == there.st_dev


def _stdin(ask: Ask, stdin: int, live: Live) -> Stdin:
    """What the asker reads from; a terminal counts as one only where it is the terminal of the session's person."""
    if ask.stdin != "terminal" or stdin < 0:
        return ask.stdin
    found = os.fstat(stdin)
    held = stat.S_ISCHR(found.st_mode) and found.st_rdev == live.terminal
    return "terminal" if held else "unknown"


def _key(ask: Ask, request: Request, tool: Tool, environment: int) -> Key:
    called: Key = (request.session.sid, request.layer, request.argv[0], *ask.argv[1:])
    return (*called, environment, tool.path, tool.device, tool.inode, request.cwd, request.stdin)
