"""What an image is, whatever it is called: the name by which rules know it, and in whose name its children speak."""

import os
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from interposer.effects import Origin
from interposer.guard import Guard
from interposer.identity.agent import Agent
from interposer.identity.observe import digest_of
from interposer.places import Terrain, terrain
from interposer.request import Session
from interposer.supervise.image import Image
from interposer.supervise.lineage import Above
from interposer.unfold.names import program_of
from interposer.unfold.scene import Folder, Scene
from interposer_argv.reader import read
from interposer_argv.reading import GrammarError
from interposer_shell.word import Word

NAMELESS = "/dev/fd/image"
"""Stands for a program whose file has no path: it was never one, or is none any more, or lies in mounts of its own."""
_BY_FIRST_WORD = frozenset({"busybox", "toybox", "coreutils"})
"""Programs that are many tools in one and go by argv[0]; their rules read the tool as first operand as well."""
_SPEAKING = frozenset({"argv", "words", "shell", "run", "code", "script"})
"""Slots that hold what the caller itself wants run: the children are the caller's words."""


@dataclass(frozen=True, slots=True)
class Call:
    """What of an argv says whose words the children speak.

    Attributes:
        speaks: it holds something to be run, or is of no known tool.
        scripts: files that it runs.
    """

    speaks: bool = True
    scripts: tuple[str, ...] = ()


@dataclass(slots=True)
class Programs:
    """The programs of a session.

    Attributes:
        opened: when the session opened, in nanoseconds of the file system's clock; what changed later is fresh.
    """

    guard: Guard
    session: Session
    opened: int
    agents: Sequence[Agent] = ()
    _files: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    _sizes: dict[int, list[str]] = field(default_factory=dict)
    _by_path: dict[str, bool] = field(default_factory=dict)
    _calls: dict[tuple[str, ...], Call] = field(default_factory=dict)

    def learn(self, name: str, path: str) -> None:
        """Know the program of that name by its file and, should it be copied, by its content."""
        try:
            found = os.stat(path)  # noqa: PTH116 - hundreds of them
        except OSError:
            return
        self._files.setdefault((found.st_dev, found.st_ino), []).append(name)
        self._sizes.setdefault(found.st_size, []).append(path)

    def words(self, image: Image) -> tuple[str, ...]:
        """The argv to judge: the kernel's, with the name in front that the loaded file deserves."""
        name, called = self._name(image), posixpath.basename(image.argv[0]) if image.argv else ""
        rest = image.argv[1:]
        if name in _BY_FIRST_WORD and not called.startswith(name) and called:
            return (name, called, *rest)
        if name == "git" and called.startswith("git-"):
            return (name, called.removeprefix("git-"), *rest)
        if name == "bash" and called.lstrip("-") == "sh":
            return ("sh", *rest)
        return (name, *rest)

    def _name(self, image: Image) -> str:
        called = posixpath.basename(image.argv[0]).lstrip("-") if image.argv else ""
        base = posixpath.basename(image.exe)
        names = self._files.get((image.device, image.inode)) or self._copied(image)
        if names:
            # One file goes by several names (`cc` and `gcc-12`, systemctl and poweroff), and may do as it is called.
            return next((name for name in (called, base) if name in names), names[0])
        if not image.exe:
            return NAMELESS
        return image.exe if self._is_named_by_path(image.exe) else base

    def _copied(self, image: Image) -> list[str]:
        """The names of a known program with the same content: a copy, renamed or without a file."""
        alike = self._sizes.get(image.size)
        digest = digest_of(f"/proc/{image.pid}/exe") if alike else ""
        same = next((path for path in alike or () if digest and digest_of(path) == digest), "")
        if not same:
            return []
        found = os.stat(same)  # noqa: PTH116 - as above
        return self._files.get((found.st_dev, found.st_ino), [])

    def _is_named_by_path(self, path: str) -> bool:
        """The kernel's path of a file has no links in it, so that its place is its own for good."""
        known = self._by_path.get(path)
        if known is None:
            known = program_of(path, Scene(Folder("/")), self._terrain()).named_by_path
            _keep(self._by_path, path, known)
        return known

    def _terrain(self) -> Terrain:
        where = self.session.where
        return terrain(self.guard.lists, where.project or "/", where.home, where.temp, self.guard.world.physical)

    def origins(self, words: tuple[str, ...], image: Image, above: Above) -> tuple[Origin, Origin]:
        """In whose name the command itself speaks, and its children.

        A tool's children are the tool's business; those of a shell, an interpreter or a wrapper that runs what the
        agent typed or wrote in this session are the agent's own. A tool's own word is never widened back, but for a
        known agent and for a script that this session wrote.
        """
        call = self._call(words)
        scripts = [os.path.realpath(posixpath.join(image.cwd, script)) for script in call.scripts]
        if self._is_agent(image, scripts) or any(self._is_fresh(path) for path in scripts):
            return "agent", "agent"
        if above.origin == "tool":
            return "tool", "tool"
        children = self._children(words[0], call, scripts, above)
        if children == "tool" and self._carries_out_agent(words[0], scripts, image.cwd):
            children = "agent"
        return "agent", children

    def _children(self, name: str, call: Call, scripts: list[str], above: Above) -> Origin:
        if above.first or call.speaks:
            return "agent"
        if not (self.guard.lists.has("shells", name) or self.guard.lists.has("interpreters", name)):
            return "tool"
        if not scripts or above.parent_first:
            return "agent"  # its script comes from standard input; or it is how the agent itself is started
        script = scripts[0]
        tool = self.guard.rulebook.find(posixpath.basename(script)) is not None
        return "tool" if tool or self._terrain().spot(script, "/").place == "project" else "agent"

    def _carries_out_agent(self, name: str, scripts: list[str], folder: str) -> bool:
        """Whether it is a tool that carries out a file of the folder, and this session wrote such a file there.

        APPROX: the folder that it is called in, no other that it may go to (`make -C`).
        """
        lists = self.guard.lists
        if not any(lists.has("build-tools", posixpath.basename(one)) for one in (name, *scripts)):
            return False
        try:
            with os.scandir(folder) as entries:
                return any(lists.has("build-files", one.name) and self._is_fresh(one.path) for one in entries)
        except OSError:
            return True

    def _call(self, words: tuple[str, ...]) -> Call:
        known = self._calls.get(words)
        if known is None:
            known = self._read(words)
            _keep(self._calls, words, known)
        return known

    def _read(self, words: tuple[str, ...]) -> Call:
        rule = self.guard.rulebook.find(words[0]) if "/" not in words[0] else None
        if rule is None:
            return Call()
        try:
            reading = read(
                rule.grammar, [Word((text,) if text else (), (at, at + 1)) for at, text in enumerate(words)][1:]
            )
        except GrammarError:
            return Call()
        loads = (value for value in reading.values if value.slot.kind == "load" and value.job)
        speaks = any(value.slot.kind in _SPEAKING for value in reading.values)
        return Call(speaks, tuple(value.word.text or "" for value in loads))

    def _is_fresh(self, path: str) -> bool:
        try:
            return os.stat(path).st_ctime_ns >= self.opened  # noqa: PTH116 - a hot path
        except (OSError, ValueError):
            return False

    def _is_agent(self, image: Image, scripts: list[str]) -> bool:
        name = posixpath.basename(image.exe)
        return any(name in agent.executables or (scripts and agent.is_entry(scripts[0])) for agent in self.agents)


_MEMORY = 4096
_K = TypeVar("_K")
_V = TypeVar("_V")


def _keep(memory: dict[_K, _V], key: _K, value: _V) -> None:
    if len(memory) >= _MEMORY:
        memory.clear()
    memory[key] = value
