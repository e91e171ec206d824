"""All rules of some folders, found by a program's name and compiled when first needed."""

import hashlib
import os
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from interposer.errors import RuleError
from interposer.rulebook.compile import compile_rule, compile_variables
from interposer.rulebook.model import Named, Rule, named
from interposer.rulebook.plain import written_rule, written_variables
from interposer.rulebook.source import read_source
from interposer.rulebook.store import Contents, Names, Store, read_store, replace, write_store
from interposer.rulebook.values import texts
from interposer.rulebook.words import RESERVED
from interposer_argv.grammar import Option
from interposer_argv.pattern import matches

_HEAD = 4096
_SUFFIX = ".toml"


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
    store: Store | None = None

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

        A store that was written of these very files knows them already.
        """
        kept = self.store.names(self.path, self.files) if self.store else None
        if kept is not None:
            self.names, self.patterns = dict(kept.exact), list(kept.patterns)
            return
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

    def __init__(self, folders: Sequence[Folder], store: Store | None = None) -> None:
        self._folders = tuple(folders)
        self._store = store
        self._rules: dict[Path, Rule] = {}
        self._found: dict[str, Rule | None] = {}
        self._variables: Named | None = None
        self._digest = ""

    @classmethod
    def open(cls, folders: Sequence[Path], kept: Path | None = None) -> "Rulebook":
        """List the rule files of `folders` without reading them.

        Args:
            folders: a later one replaces a tool of the same name.
            kept: a file that `keep` wrote, so that nothing need be compiled that is as it was; what is missing, stale
                or not private to this user is compiled from the rule files all the same.

        Raises:
            RuleError: IP-40 a folder cannot be listed.
        """
        store = read_store(kept) if kept is not None else None
        return cls([_listed(path, store) for path in folders], store)

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
            kept = self._store.rule(path) if self._store else None
            self._rules[path] = kept or compile_rule(path)
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
                kept = self._store.variables(path) if self._store else None
                entries.update(compile_variables(path) if kept is None else kept)
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

    def keep(self, path: Path) -> None:
        """Write all rules to the file at `path`, private to this user, for `open` to read; its folder must be there.

        Raises:
            RuleError: one of the files is not a rule.
            OSError: the file cannot be written.
        """
        if self._store is not None and self.kept:
            replace(path, self._store.data)
            return
        contents = []
        for folder in self._folders:
            folder.tool("")
            rules = {source.name: self._compiled(source) for source in folder.files.values()}
            texts = {name: (rule.digest, written_rule(rule)) for name, rule in rules.items()}
            for stem in RESERVED:
                source = folder.path / f"{stem}.toml"
                if source.exists():
                    text = written_variables(compile_variables(source)) if stem == "environment" else ""
                    texts[source.name] = (hashlib.sha256(source.read_bytes()).hexdigest(), text)
            contents.append(Contents(folder.path, texts, Names(folder.names or {}, folder.patterns)))
        write_store(path, contents)

    @property
    def kept(self) -> bool:
        """Whether the file that this book was opened with says all there is to say."""
        store = self._store
        return store is not None and all(store.holds(folder.path, folder.files) for folder in self._folders)

    @property
    def digest(self) -> str:
        """SHA-256 over the names and bytes of all rule files, in hexadecimal; fixed by `preload`."""
        if self._digest:
            return self._digest
        whole = hashlib.sha256()
        for folder in self._folders:
            others = (folder.path / f"{stem}.toml" for stem in RESERVED)
            files = {path.name: path for path in (*folder.files.values(), *(path for path in others if path.exists()))}
            kept = self._store.digests(folder.path, folder.files) if self._store else {}
            for name in sorted(files):
                rule = self._rules.get(files[name])
                one = rule.digest if rule else kept.get(name) or hashlib.sha256(files[name].read_bytes()).hexdigest()
                whole.update(f"{name} {one}\n".encode())
        return whole.hexdigest()


_REMEMBERED = 4096
"""How many unknown names are remembered: an agent may call any number of them."""


def _listed(path: Path, store: Store | None) -> Folder:
    """The rule files in one folder."""
    try:
        stems = [name[: -len(_SUFFIX)] for name in sorted(os.listdir(path)) if name.endswith(_SUFFIX)]  # noqa: PTH208 - Path.iterdir takes ten times as long
    except OSError as error:
        raise RuleError(f"rule folder `{path}` cannot be listed: {error.strerror}", code="IP-40") from error
    return Folder(path, {stem: path / (stem + _SUFFIX) for stem in stems if stem not in RESERVED}, store=store)
