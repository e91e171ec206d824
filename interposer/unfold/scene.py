"""What holds where a command stands: folder, variables, files that the text itself made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from interposer.effects import Origin
from interposer_shell.reading import Command, Reading
from interposer_shell.word import Word

Sureness = Literal["static", "glob", "deferred", "computed"]
"""How well a text is known: static; a pathname pattern; a variable that a later look resolves; computed."""


@dataclass(frozen=True, slots=True)
class View:
    """One text that a word can have. Pathname patterns stand in it as they are (`*.txt`)."""

    text: str
    sure: Sureness = "static"


@dataclass(frozen=True, slots=True)
class Made:
    """A file that an earlier command of the same text made.

    Attributes:
        how: `text` (its content is known), `fetched`, `hidden` (it was encoded before), `pipe` (a fifo that other
            commands write into), `copy` (of `source`), `unknown`.
        link: the path that it is another name of, "" for a file of its own.
        partly: whether more stands in the file than `text`.
    """

    how: Literal["text", "fetched", "hidden", "pipe", "copy", "unknown"]
    text: str = ""
    source: str = ""
    link: str = ""
    partly: bool = False

    @property
    def unseen(self) -> bool:
        """Whether something stands in the file that the text does not show."""
        return self.partly or self.how == "unknown"


@dataclass(slots=True)
class Folder:
    """A current folder: its path and how well it is known."""

    path: str
    sure: Sureness = "static"
    before: str = ""


@dataclass(frozen=True, slots=True)
class Fed:
    """Where a command's stdin comes from: the command as written, in the text that it was read from."""

    command: Command
    reading: Reading

    @property
    def feeders(self) -> tuple[Command, ...]:
        """The commands whose output it reads."""
        return tuple(self.reading.commands[index] for index in self.command.stdin)

    @property
    def own(self) -> bool:
        """Whether anything but the surrounding stdin is given."""
        return bool(self.command.stdin) or any(
            one.op.startswith("<") for one in (*self.command.inherits, *self.command.redirects)
        )


@dataclass(slots=True)
class Scene:
    """The state that one text's commands share; nested texts get a copy, so that only files leak back.

    Attributes:
        folder: where commands stand.
        variables: exported variables that the text set; the last word given to each.
        made: files that the text made, by absolute path.
        arguments: positional parameters of the text, `$0` first; None where they are not known.
        assigned: every word that the text assigns to a variable by name, where nothing else sets it.
        resolving: variables that are being looked up just now.
        calls: words of each call of a function that the text defines.
        origin: whose words these are.
        fed: what the surrounding stdin is.
        filled: a tool puts words of its own into the command, so that its argv is one of many.
        through: what of the outer command carries this one.
        passed: variables that a wrapper sets just for what it starts.
        elsewhere: another machine or container carries the commands out: its paths are not these.
        seen_redirects: identities of compound redirections that were judged already.
    """

    folder: Folder
    variables: dict[str, Word] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    arguments: tuple[Word, ...] | None = None
    assigned: Mapping[str, tuple[Word, ...]] = field(default_factory=dict)
    resolving: set[str] = field(default_factory=set)
    calls: Mapping[str, tuple[tuple[Word, ...], ...]] = field(default_factory=dict)
    origin: Origin = "agent"
    reading: Reading | None = None
    fed: Fed | None = None
    passed: frozenset[str] = frozenset()
    through: str = ""
    filled: bool = False
    depth: int = 0
    elsewhere: bool = False
    seen_redirects: set[int] = field(default_factory=set)

    def copy(self) -> "Scene":
        """A scene of its own for a nested text."""
        return Scene(
            Folder(self.folder.path, self.folder.sure, self.folder.before),
            dict(self.variables),
            self.made,
            self.arguments,
            self.assigned,
            self.resolving,
            self.calls,
            self.origin,
            self.reading,
            self.fed,
            self.passed,
            self.through,
            self.filled,
            self.depth + 1,
            self.elsewhere,
            self.seen_redirects,
        )
