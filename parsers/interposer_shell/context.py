"""What surrounds a command, and what one pass over the tree hands to the next."""

from typing import Final, NamedTuple

from interposer_shell.grammar import Parser
from interposer_shell.reading import Redirect
from interposer_shell.tree import Sequence
from interposer_shell.variables import Variables

TRAP: Final = "\0trap"
"""The function that a trap's text stands in: it may run at any time."""


class Context(NamedTuple):
    """What surrounds a command."""

    depth: int = 0
    scope: tuple[int, ...] = ()
    function: str = ""
    stdin: tuple[int, ...] = ()
    inherits: tuple[Redirect, ...] = ()
    blocks: tuple[int, ...] = ()
    loops: tuple[int, ...] = ()
    origin: tuple[int, int, int] | None = None


class Findings:
    """What one pass found out for the next."""

    __slots__ = ("aliases", "calls", "functions", "inherits", "variables")

    def __init__(self) -> None:
        self.variables = Variables()
        self.functions: set[str] = set()
        self.inherits: dict[int, tuple[Redirect, ...]] = {}
        self.calls: dict[str, tuple[int, ...]] = {}
        self.aliases: set[str] = set()

    def agrees(self, other: "Findings") -> bool:
        """Whether another pass from here would find the same."""
        return (
            self.variables.settings == other.variables.settings
            and self.functions == other.functions
            and self.inherits == other.inherits
            and self.calls == other.calls
        )


class Source(NamedTuple):
    """The text being read, its tree, and what was parsed of evaluated texts."""

    text: str
    parser: Parser
    tree: Sequence
    evaluated: dict[str, Sequence]
