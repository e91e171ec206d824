"""The one place where the broker meets the pure core: a judge over a guard, with what it looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from interposer.broker.answer import LOGIN, READS_STDIN
from interposer.broker.cache import Identity, Judge, Judgement, Seen, identity_of
from interposer.broker.shellcall import read_shell_call
from interposer.broker.tools import Tools
from interposer.capture import Files
from interposer.decision import Decision
from interposer.errors import InterposerError
from interposer.guard import Guard
from interposer.request import Request
from interposer.safer import with_safer
from interposer.world import FileText, World


@dataclass(frozen=True, slots=True)
class SameFile:
    """A file's text was read, or found missing."""

    path: str
    identity: Identity

    def holds(self) -> bool:
        """It is the same file with the same change time."""
        return identity_of(self.path) == self.identity


@dataclass(frozen=True, slots=True)
class SamePlace:
    """A path was resolved."""

    world: World
    path: str
    found: str

    def holds(self) -> bool:
        """It leads where it led."""
        return self.world.physical(self.path) == self.found


@dataclass(frozen=True, slots=True)
class SameProgram:
    """A name was looked up."""

    world: World
    name: str
    path: str | None
    found: str

    def holds(self) -> bool:
        """It still means that file."""
        return self.world.program(self.name, self.path) == self.found


class SessionFiles(Files):
    """The file system as a session sees it: programs are looked up outside every shim folder."""

    def __init__(self, opened: int, tools: Tools) -> None:
        super().__init__(opened)
        self._tools = tools

    def program(self, name: str, path: str | None) -> str:
        """The real program of that name, "" for none."""
        found = self._tools.find(name, path, "")
        return found.path if found else ""


@dataclass(slots=True)
class Looking:
    """A world that remembers what was asked of it."""

    world: World
    seen: list[Seen] = field(default_factory=list)

    def physical(self, path: str) -> str:
        """As the world says."""
        found = self.world.physical(path)
        self.seen.append(SamePlace(self.world, path, found))
        return found

    def text(self, path: str) -> FileText | None:
        """As the world says; what is remembered is taken before reading, so a change meanwhile is noticed."""
        self.seen.append(SameFile(path, identity_of(path)))
        return self.world.text(path)

    def ambient(self, path: str) -> FileText | None:
        """As the world says."""
        self.seen.append(SameFile(path, identity_of(path)))
        return self.world.ambient(path)

    def program(self, name: str, path: str | None) -> str:
        """As the world says."""
        found = self.world.program(name, path)
        self.seen.append(SameProgram(self.world, name, path, found))
        return found


def judge_by(guard: Guard) -> Judge:
    """A judge over `guard`; an error of its own is a refusal that carries the error's code."""

    def judge(request: Request) -> Judgement:
        looking = Looking(guard.world)
        try:
            decision = with_safer(request, replace(guard, world=looking))
        except InterposerError as error:
            line = request.script if request.script is not None else " ".join(request.argv)
            return Judgement(Decision("deny", code=error.code, line=line, reason=str(error), advice=error.hint))
        return Judgement(_with_call(decision, request, guard), tuple(dict.fromkeys(looking.seen)))

    return judge


def _with_call(decision: Decision, request: Request, guard: Guard) -> Decision:
    """What the broker must know of a shell that was asked for by its argv."""
    if request.layer != "shell" or request.script is not None:
        return decision
    call = read_shell_call(guard.rulebook, request.argv)
    noted = {READS_STDIN: call.stdin, LOGIN: call.login and (not call.stdin or request.stdin != "terminal")}
    added = tuple(finding for finding, holds in noted.items() if holds and finding not in decision.findings)
    return replace(decision, findings=(*decision.findings, *added)) if added else decision


def script_of_call(guard: Guard) -> Callable[[Request], str]:
    """Names the script file that a call of a shell reads."""
    return lambda request: read_shell_call(guard.rulebook, request.argv).script if request.argv else ""


def tool_names(guard: Guard) -> tuple[str, ...]:
    """All names that the rules know programs by."""
    return tuple(sorted({name for rule in guard.rulebook.rules() for name in (rule.tool, *rule.names)}))
