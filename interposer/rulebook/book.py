"""All rules of some folders, found by a program's name and compiled when first needed."""

import hashlib
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from interposer.errors import RuleError
from interposer.rulebook.compile import compile_rule, compile_variables
from interposer.rulebook.model import Named, Rule, named
from interposer.rulebook.source import read_source
from interposer.rulebook.values import texts
from interposer.rulebook.words import RESERVED
from interposer_argv.grammar import Option
from interposer_argv.pattern import matches

_HEAD = 4096


@dataclass(slots=True)
class Folder:
    """One folder of rule files.

    Attributes:
        files: rule files by tool.
        names: other names of a tool, exact ones; None until somebody asks for a name that is no file.
        patterns: names with `*`.
    """

    path: Path
    files: dict[str, Path]
    names: dict[str, str] | None = None
    patterns: list[tuple[str, str]] = field(default_factory=list)

    def tool(self, name: str) -> str | None:
        """The tool that `name` stands for in this folder."""
        if name in self.files:
            return name
        if self.names is None:
            self._index()
        found = (self.names or {}).get(name)
        return found or next((tool for pattern, tool in self.patterns if matches(pattern, name)), None)

    def _index(self) -> None:
        """Read the other names: they stand in the head of each file, in front of its first table.

        No generated index is kept: it could go stale or be left unsigned, and the heads of 180 files take 8 ms.
        """
        self.names = {}
        for tool, path in self.files.items():
            for name in texts(read_head(path).get("names")):
                if "*" in name:
                    self.patterns.append((name, tool))
                elif (other := self.names.setdefault(name, tool)) != tool:
                    raise RuleError(f"{path.name}: `{name}` also names `{other}`", code="IP-44")


def read_head(path: Path) -> dict[str, object]:
    """The keys in front of the first table of a rule file."""
    try:
        with path.open("rb") as file:
            head = b"\n" + file.read(_HEAD)
        head = head[: head.index(b"\n[") + 1]
        return tomllib.loads(head.decode("utf-8")) if b"\nnames" in head else {}
    except (OSError, ValueError):
        return read_source(path).table


class Rulebook:
    """The rules of several folders; a later folder replaces a tool of the same name."""

    def __init__(self, folders: Sequence[Folder]) -> None:
        self._folders = tuple(folders)
        self._rules: dict[Path, Rule] = {}
        self._found: dict[str, Rule | None] = {}
        self._variables: Named | None = None
        self._digest = ""

    @classmethod
    def open(cls, folders: Sequence[Path]) -> "Rulebook":
        """List the rule files of `folders` without reading them.

        Raises:
            RuleError: IP-40 a folder cannot be listed.
        """
        return cls([_listed(path) for path in folders])

    def find(self, name: str) -> Rule | None:
        """The rule of the program called `name` (a path's last component counts), None where no file knows it.

        Raises:
            RuleError: its file is missing, malformed or says something that the format does not know.
        """
        name = name.rpartition("/")[2]
        try:
            return self._found[name]
        except KeyError:
            rule = self._look_up(name)
            if rule is not None or len(self._found) < _REMEMBERED:
                self._found[name] = rule
            return rule

    def _look_up(self, name: str) -> Rule | None:
        for folder in reversed(self._folders):
            tool = folder.tool(name)
            if tool is not None:
                return self._compiled(next(last.files[tool] for last in reversed(self._folders) if tool in last.files))
        return None

    def _compiled(self, path: Path) -> Rule:
        if path not in self._rules:
            self._rules[path] = compile_rule(path)
        return self._rules[path]

    def tools(self) -> tuple[str, ...]:
        """The names of all tools, sorted."""
        return tuple(sorted({tool for folder in self._folders for tool in folder.files}))

    def rules(self) -> Iterable[Rule]:
        """Every rule that holds, by the tool's name."""
        files = {tool: path for folder in self._folders for tool, path in folder.files.items()}
        return (self._compiled(files[tool]) for tool in sorted(files))

    def env_option(self, name: str) -> Option | None:
        """What the environment variable `name` does to any program, None for nothing."""
        if self._variables is None:
            self._variables = self._read_variables()
        return self._variables.find(name)

    def _read_variables(self) -> Named:
        entries: dict[str, Option] = {}
        for folder in self._folders:
            path = folder.path / "environment.toml"
            if path.exists():
                entries.update(compile_variables(path))
        return named(tuple(entries.items()))

    def preload(self) -> None:
        """Read everything now, so that no later change on disk counts (broker).

        Raises:
            RuleError: one of the files is not a rule.
        """
        for _ in self.rules():
            pass
        for folder in self._folders:
            folder.tool("")
        self.env_option("")
        self._digest = self.digest

    @property
    def digest(self) -> str:
        """SHA-256 over the names and bytes of all rule files, in hexadecimal; fixed by `preload`."""
        if self._digest:
            return self._digest
        whole = hashlib.sha256()
        for folder in self._folders:
            others = (folder.path / f"{stem}.toml" for stem in RESERVED)
            for path in sorted((*folder.files.values(), *(path for path in others if path.exists()))):
                rule = self._rules.get(path)
                one = rule.digest if rule else hashlib.sha256(path.read_bytes()).hexdigest()
                whole.update(f"{path.name} {one}\n".encode())
        return whole.hexdigest()


_REMEMBERED = 4096
"""How many unknown names are remembered: an agent may call any number of them."""


def _listed(path: Path) -> Folder:
    """The rule files in one folder."""
    try:
        files = {entry.stem: entry for entry in sorted(path.iterdir()) if entry.suffix == ".toml"}
    except OSError as error:
        raise RuleError(f"rule folder `{path}` cannot be listed: {error.strerror}", code="IP-40") from error
    return Folder(path, {stem: file for stem, file in files.items() if stem not in RESERVED})
