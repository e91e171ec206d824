"""One command that was looked at, with its effects."""

from dataclasses import dataclass, field

from interposer.effects import Effect
from interposer_shell.word import Word

CLASSES = (
    "read-only", "ordinary", "compiler", "compressor", "transport", "wrapper", "project", "unlisted", "path",
    "privilege", "code", "shell", "computed",
)  # fmt: skip
"""What a nested command is, from harmless to worst; the worst of a text's commands is its class."""


@dataclass(slots=True)
class Node:
    """A command under judgement.

    Attributes:
        line: the command, readable.
        tool: the rule that applies, else the bare name.
        kind: one of `CLASSES`.
        span: its place in the judged text.
        row: line of the text it stands in, 1-based.
        effects: what it would do.
        findings: words of the closed list of findings.
    """

    line: str
    depth: int
    tool: str
    kind: str = "ordinary"
    span: tuple[int, int] = (0, 0)
    words: tuple[Word, ...] = ()
    row: int = 1
    effects: list[Effect] = field(default_factory=list)
    findings: set[str] = field(default_factory=set)


def worst_class(nodes: list[Node]) -> str:
    """The worst class among `nodes`, "" where there are none."""
    return max((node.kind for node in nodes), key=CLASSES.index, default="")


class ExhaustedError(Exception):
    """A bound of depth, size or count is exceeded: the answer is `ask`, never `allow`."""
