"""Effects: what a command would do to the world."""

from dataclasses import dataclass
from typing import Literal

from interposer_argv.grammar import Via

Kind = Literal[
    "run", "shell", "code", "load", "config", "read", "write", "delete", "discard", "mode", "fetch", "send", "listen",
    "install", "publish", "privilege", "persist", "escape", "tamper", "env", "unknown",
]  # fmt: skip
Grade = Literal["harmless", "recorded", "dangerous", "hard"]
Place = Literal[
    "", "project", "root", "temp", "home", "startup", "key", "secret", "agent", "interposer", "system", "device",
    "null", "bin", "outside", "ci", "env-file", "git-internals", "unknown",
]  # fmt: skip
Origin = Literal["agent", "tool"]
EXECUTING: frozenset[Kind] = frozenset({"run", "shell", "code", "load", "config", "env"})
"""Kinds that make something execute: only for these does it matter whether it is the tool's job."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect.

    Attributes:
        operand: what it acts on, readable (a path, a command line, a host).
        via: where the value stood.
        job: running that value is what the tool is for.
        tool: the tool that has the effect.
        option: the option, variable or key that carries it, "" for operands.
        span: start and end in the judged text (script) or argv index and index + 1.
        place: for paths.
        grade: what it means by itself.
        through: the option, variable or key of the outer command that carries this whole command, "" at the top.
        whole: the operand is the whole of its place (the project itself, home itself).
        detail: a closed word that says more (`tree`, `remote-code`, `protected-branch`, `computed`).
        nested: class of the nested command (`read-only`, `ordinary`, `project`, `shell`, ...), for `unless.nested`.
        why: one clause for a person, "" where the kind says it all.
    """

    kind: Kind
    operand: str
    via: Via = "operand"
    job: bool = False
    tool: str = ""
    option: str = ""
    span: tuple[int, int] = (0, 0)
    origin: Origin = "agent"
    place: Place = ""
    grade: Grade = "harmless"
    detail: str = ""
    nested: str = ""
    why: str = ""
    through: str = ""
    whole: bool = False
